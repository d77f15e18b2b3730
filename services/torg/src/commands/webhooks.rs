//! `torg webhooks`: what a shop's other systems are told, read from the log itself; nothing here calls them.

use std::{collections::BTreeMap, convert::Infallible, process::ExitCode, time::Duration};

use anyhow::Context as _;
use channels::hook::Key;
use clap::{Args, Subcommand};
use domain::{Deliveries, Shop, webhook::Delivery};
use eventlog::{EventLog, Loaded, Scope};
use futures::StreamExt as _;
use schemas::{AggregateKey, EventId, Kind, ShopId};
use serde::Serialize;

use crate::{
    output::{self, FOUND_FAULTS},
    places::Where,
};

/// How long a test is waited for.
const TEST: Duration = Duration::from_secs(30);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(200);
/// What tests are recorded under.
const TESTS: &str = "tests";

/// What to do with webhooks.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List a shop's endpoints, and every message that is not delivered; exit code 3 when one was given up
    List(List),
    /// Send again what was given up: one message, or all of an endpoint
    Retry(Retry),
    /// Send to an endpoint again that said it is gone (410)
    Resume(One),
    /// Send a message that says nothing, and tell what the endpoint answered
    Test(One),
    /// Print a new secret, for the shop's file and for the other system
    Secret,
}

/// Options of `torg webhooks list`.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Names an endpoint.
#[derive(Args)]
pub(crate) struct One {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// The endpoint, as `torg webhooks list` prints it
    endpoint: String,
}

/// Options of `torg webhooks retry`.
#[derive(Args)]
pub(crate) struct Retry {
    #[command(flatten)]
    one: One,
    /// Only this message; unset: all that were given up
    message: Option<EventId>,
}

/// A message that is not delivered.
#[derive(Serialize)]
struct Row<'a> {
    endpoint: &'a str,
    message: EventId,
    what: &'a str,
    order: String,
    at: jiff::Timestamp,
    /// `waiting`, `failing` or `given_up`.
    state: &'static str,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<jiff::Timestamp>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
}

impl<'a> Row<'a> {
    fn new(endpoint: &'a str, delivery: &'a Delivery, given_up: bool) -> Self {
        let attempts = delivery.attempt.saturating_sub(1);
        Self {
            endpoint,
            message: delivery.due.message,
            what: &delivery.due.what,
            order: delivery.due.order.code(),
            at: delivery.due.at,
            state: match (given_up, attempts) {
                (true, _) => "given_up",
                (false, 0) => "waiting",
                (false, _) => "failing",
            },
            attempts,
            next_at: (!given_up).then_some(delivery.not_before),
            reason: &delivery.reason,
        }
    }
}

/// Lists, retries, resumes or tests.
pub(crate) fn run(command: Command) -> ExitCode {
    output::finish(async move {
        match command {
            Command::List(command) => list(&command).await,
            Command::Retry(command) => retry(&command).await,
            Command::Resume(command) => resume(&command).await,
            Command::Test(command) => test(&command).await,
            Command::Secret => {
                // 64 hexadecimal characters, 244 random bits: as long as the specification allows.
                output::line(&Key::write(boot::id::token().as_bytes()))?;
                Ok(0)
            }
        }
    })
}

async fn shop(log: &EventLog, shop: &ShopId) -> anyhow::Result<std::sync::Arc<Shop>> {
    let known = log.load::<Shop>(&AggregateKey::shop(shop)).await?.state;
    anyhow::ensure!(
        known.settings().is_some(),
        "shop {shop} was never added to this log; add it with `torg shop add`"
    );
    Ok(known)
}

/// Every history of a shop's endpoints.
async fn histories(log: &EventLog, shop: &ShopId) -> anyhow::Result<Vec<AggregateKey>> {
    let mut keys = BTreeMap::new();
    for shard in 0..log.shards() {
        let commits = log
            .read(&Scope::Kind(shard, Kind::Webhook), 1, u64::MAX)
            .await?;
        let mut commits = std::pin::pin!(commits);
        while let Some(commit) = commits.next().await {
            let key = commit?.key;
            if key.shop_id() == shop {
                keys.insert(key.to_string(), key);
            }
        }
    }
    Ok(keys.into_values().collect())
}

async fn load(log: &EventLog, key: &AggregateKey) -> anyhow::Result<Loaded<Deliveries>> {
    let loaded = log.load::<Deliveries>(key).await?;
    if let Some(poison) = &loaded.poison {
        tracing::warn!("{key} is not shown whole: {poison}");
    }
    Ok(loaded)
}

async fn list(command: &List) -> anyhow::Result<u8> {
    let log = command.place.log().await?;
    let known = shop(&log, &command.shop).await?;
    let settings = known
        .settings()
        .map(|settings| settings.webhooks.as_slice());
    let endpoints = settings.unwrap_or_default();
    if !command.json {
        if endpoints.is_empty() {
            output::line("the shop's file names no webhook")?;
        }
        for endpoint in endpoints {
            let stopped = known.endpoints().stopped(&endpoint.name);
            let stands = stopped.map_or_else(String::new, |why| format!("  STOPPED: {why}"));
            output::line(&format!(
                "{}  {}  {}{stands}",
                endpoint.name,
                endpoint.host,
                endpoint.events.join(" "),
            ))?;
        }
    }
    let mut given_up = 0_u32;
    for key in histories(&log, &command.shop).await? {
        let loaded = load(&log, &key).await?;
        let endpoint = key.endpoint().map_or("", |(endpoint, _)| endpoint);
        let over = loaded.state.given_up();
        let over = over.map(|delivery| Row::new(endpoint, delivery, true));
        let open = loaded.state.pending().iter();
        let open = open.map(|delivery| Row::new(endpoint, delivery, false));
        for row in over.chain(open) {
            given_up += u32::from(row.state == "given_up");
            if command.json {
                output::json(&row)?;
            } else {
                print(&row)?;
            }
        }
    }
    Ok(if given_up == 0 { 0 } else { FOUND_FAULTS })
}

fn print(row: &Row<'_>) -> anyhow::Result<()> {
    let next = row.next_at.filter(|_| row.attempts > 0);
    let next = next.map_or_else(String::new, |at| format!(", again at {at}"));
    let reason = if row.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", row.reason)
    };
    output::line(&format!(
        "  {}  {}  {} of {}  {} after {} attempts{next}{reason}",
        row.endpoint, row.message, row.what, row.order, row.state, row.attempts
    ))
}

async fn retry(command: &Retry) -> anyhow::Result<u8> {
    let log = command.one.place.log().await?;
    let endpoint = known(&log, &command.one).await?;
    let mut asked = 0_u32;
    for key in histories(&log, &command.one.shop).await? {
        if key.endpoint().is_none_or(|(name, _)| name != endpoint) {
            continue;
        }
        let loaded = load(&log, &key).await?;
        let given_up = loaded.state.given_up().map(|delivery| delivery.due.message);
        let wanted = given_up.filter(|message| command.message.is_none_or(|one| one == *message));
        for message in wanted.collect::<Vec<_>>() {
            let decided = log.decide::<Deliveries, Infallible>(&key, |state| {
                Ok(state
                    .retry(message)
                    .unwrap_or_else(schemas::Decision::nothing))
            });
            let appended = decided.await.context("while asking for another attempt")?;
            asked += u32::from(!appended.recorded.is_empty());
        }
    }
    anyhow::ensure!(
        asked > 0 || command.message.is_none(),
        "endpoint {endpoint} has given up no such message; `torg webhooks list {}` lists them",
        command.one.shop
    );
    output::line(&format!("{asked} messages are sent again"))?;
    Ok(0)
}

/// The endpoint's name, when the shop has it.
async fn known<'a>(log: &EventLog, one: &'a One) -> anyhow::Result<&'a str> {
    let known = shop(log, &one.shop).await?;
    anyhow::ensure!(
        known.endpoints().has(&one.endpoint),
        "shop {} has no webhook {:?}; `torg webhooks list {}` lists them",
        one.shop,
        one.endpoint,
        one.shop
    );
    Ok(&one.endpoint)
}

async fn resume(command: &One) -> anyhow::Result<u8> {
    let log = command.place.log().await?;
    let name = known(&log, command).await?;
    let key = AggregateKey::shop(&command.shop);
    let decided = log.decide::<Shop, Infallible>(&key, |shop| Ok(shop.resume_webhook(name)));
    let appended = decided.await.context("while resuming the endpoint")?;
    output::line(if appended.recorded.is_empty() {
        "it was not stopped"
    } else {
        "it is sent to again; `torg webhooks retry` sends what was given up meanwhile"
    })?;
    Ok(0)
}

async fn test(command: &One) -> anyhow::Result<u8> {
    let log = command.place.log().await?;
    let name = known(&log, command).await?;
    let key = AggregateKey::webhook(&command.shop, name, TESTS);
    let message = EventId::derive(&["webhook test", &boot::id::token()]);
    let decided = log.decide::<Deliveries, Infallible>(&key, |state| Ok(state.test(message)));
    decided.await.context("while asking for a test")?;
    let looks = async {
        loop {
            let loaded = log.load::<Deliveries>(&key).await?;
            if let Some(came) = loaded.state.tested(message) {
                return anyhow::Ok(came.clone());
            }
            let pending = loaded.state.pending().iter();
            let mut tried = pending.filter(|known| known.due.message == message);
            if let Some(tried) = tried.find(|known| known.attempt > 1) {
                return Ok(Err(format!("{}; it is tried again", tried.reason)));
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let waited = tokio::time::timeout(TEST, looks).await;
    let came = waited.context("nobody has sent it yet; does a dispatcher run?")??;
    match came {
        Ok(status) => {
            output::line(&format!("{name} answered {status}"))?;
            Ok(0)
        }
        Err(reason) => {
            output::line(&format!("{name} did not take it: {reason}"))?;
            Ok(FOUND_FAULTS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_secret_is_one() {
        let bytes = boot::id::token();
        let secret = Key::write(bytes.as_bytes());
        assert!(Key::read(&secret.into()).is_ok());
    }
}
