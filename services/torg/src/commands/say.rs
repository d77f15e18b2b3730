//! `torg say`: write as a buyer, and see what comes of it.

use std::{pin::pin, process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::Args;
use domain::{Conversation, Owner};
use eventlog::Scope;
use futures::StreamExt as _;
use schemas::{
    AggregateKey, ConversationId, EventData as _, EventId, Fold as _, Recorded, ShopId,
    conversation::ConversationEvent as Event,
};
use serde::Deserialize;

use crate::{output, places::Where};

/// Options of `torg say`.
#[derive(Args)]
pub(crate) struct Say {
    #[command(flatten)]
    place: Where,
    /// What the buyer writes
    text: String,
    /// The shop
    #[arg(long, env = "TORG_SHOP", default_value = "ryukzaki")]
    shop: ShopId,
    /// The web chat to write into; unset: a new one
    #[arg(long)]
    chat: Option<String>,
    /// Where ingest is; unset: as `torg up` recorded it
    #[arg(long, value_name = "URL")]
    ingest: Option<String>,
    /// How long to wait for the reply, seconds
    #[arg(long, default_value_t = 30)]
    wait: u64,
    /// Print each event as a JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Written {
    event_id: EventId,
    conversation_id: ConversationId,
    chat: String,
}

/// Writes, and prints what happens until the conversation is at rest. Exit code 1 when no reply came in time.
pub(crate) fn run(command: Say) -> ExitCode {
    output::finish(async move {
        let written = write(&command).await?;
        let log = command.place.log().await?;
        let key = AggregateKey::conversation(&command.shop, written.conversation_id);
        let told = tell(&command, &log, &key, &written);
        tokio::time::timeout(Duration::from_secs(command.wait), told)
            .await
            .with_context(|| {
                format!(
                    "no reply within {} s; see `torg history {}`",
                    command.wait, written.chat
                )
            })??;
        if !command.json {
            output::line(&format!(
                "\nchat {}   why: torg why {}",
                written.chat, written.event_id
            ))?;
        }
        Ok(0)
    })
}

async fn write(command: &Say) -> anyhow::Result<Written> {
    let ingest = match &command.ingest {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => {
            let places = command.place.embedded()?;
            let bound = places
                .addresses
                .get("ingest/http")
                .context("that `torg up` serves no web chat")?;
            format!("http://{bound}")
        }
    };
    let body = serde_json::json!({ "text": command.text, "chat": command.chat });
    let response = reqwest::Client::new()
        .post(format!("{ingest}/chat/{}/messages", command.shop))
        .json(&body)
        .send()
        .await
        .with_context(|| format!("ingest at {ingest} does not answer"))?;
    let status = response.status();
    let body = response.text().await?;
    anyhow::ensure!(status.is_success(), "ingest answered {status}: {body}");
    serde_json::from_str(&body).context("ingest answered something else than expected")
}

/// Prints events from the message on, until nothing is left to happen.
async fn tell(
    command: &Say,
    log: &eventlog::EventLog,
    key: &AggregateKey,
    written: &Written,
) -> anyhow::Result<()> {
    let mut state = Conversation::default();
    let mut begun = None;
    let mut commits = pin!(log.follow(&Scope::Key(key.clone()), 1));
    while let Some(commit) = commits.next().await {
        for recorded in commit?.decode::<Event>()? {
            state.evolve(&recorded);
            if recorded.meta.id == written.event_id {
                begun = Some(recorded.meta.time);
            }
            if let Some(begun) = begun {
                let after = recorded.meta.time.duration_since(begun).as_millis();
                print(command, &recorded, after)?;
            }
        }
        let at_rest = state.outbox().is_empty() && state.turn().is_none();
        let answered = state.pending().is_empty() || state.owner() != Owner::Bot;
        if begun.is_some() && at_rest && answered {
            return Ok(());
        }
    }
    anyhow::bail!("the log ended")
}

fn print(command: &Say, recorded: &Recorded<Event>, after: i128) -> anyhow::Result<()> {
    if command.json {
        return output::json(&serde_json::json!({
            "after_ms": i64::try_from(after)?, "id": recorded.meta.id, "event": recorded.event,
        }));
    }
    let name = recorded
        .event
        .type_name()
        .trim_start_matches("torg.conversation.");
    let service = recorded.meta.source.split('/').next().unwrap_or_default();
    output::line(&format!(
        "{after:>6} ms  {service:<10} {name:<22} {}",
        gist(&recorded.event)
    ))
}

fn gist(event: &Event) -> String {
    match event {
        Event::MessageReceived(event) => event.content.text().to_owned(),
        Event::TurnRouted(event) => {
            let asks = event.asks.iter().map(|ask| {
                format!(
                    "{} {:.2} by {}",
                    ask.intent.as_str(),
                    ask.confidence,
                    ask.by
                )
            });
            asks.collect::<Vec<_>>().join("; ")
        }
        Event::VoiceTranscribed(event) => match (&event.text, &event.reason) {
            (Some(text), _) => text.text().to_owned(),
            (None, reason) => reason.clone().unwrap_or_default(),
        },
        Event::ModelCalled(event) => format!("{:?}: {}", event.call.purpose, event.call.outcome),
        Event::OfferMade(event) => format!("{} for {}", event.offer.sku, event.offer.price),
        Event::AnswerGiven(event) => format!("{} facts", event.facts.len()),
        Event::CannotAnswer(event) => event.reason.clone(),
        Event::ReplyComposed(event) => format!("{:?}", event.kind),
        Event::HandoffRequested(event) => format!("{:?}: {}", event.reason, event.detail),
        Event::ReplySending(event) => event
            .text
            .replace('\n', "\n                                            "),
        Event::ReplyFailed(event) => event.reason.clone(),
        Event::ReplyUncertain(event) => event.reason.clone(),
        Event::ReplyWithdrawn(event) => format!("{:?}", event.reason),
        Event::DraftSuggested(event) => event.text.clone().unwrap_or_default(),
        Event::SellerReplied(event) => event.text.text().to_owned(),
        Event::MessageEdited(_)
        | Event::MessageDeleted(_)
        | Event::NoticeReceived(_)
        | Event::ButtonPressed(_)
        | Event::SellerWrote(_)
        | Event::ReplyEchoed(_)
        | Event::BotResumed(_)
        | Event::ReplySent(_)
        | Event::ListShown(_)
        | Event::ChatTaken(_)
        | Event::ChatGivenBack(_)
        | Event::ChatClosed(_)
        | Event::BuyerMuted(_)
        | Event::BuyerUnmuted(_)
        | Event::HandoffJudged(_) => String::new(),
        Event::HandoffLabelled(event) => event.intent.as_str().to_owned(),
        Event::CartChanged(event) => {
            format!("{} lines", event.cart.lines.len())
        }
        Event::CheckoutChanged(_) => String::new(),
        Event::OrderSubmitted(event) => format!("{}, {}", event.order.code(), event.terms.total),
        Event::OrderPlaced(event) => format!("{}: {}", event.order.code(), event.because),
        Event::OrderDeclined(event) => event.order.code(),
        Event::OrderExpired(event) => event.order.code(),
        Event::OrderCancelled(event) => event.order.code(),
        Event::OrderAmended(event) => format!("{}, {}", event.order.code(), event.terms.total),
        Event::OrderApproved(event) => event.order.code(),
        Event::OrderRejected(event) => format!("{}: {}", event.order.code(), event.reason),
        Event::OrderMarked(event) => format!("{}: {:?}", event.order.code(), event.mark),
        Event::OrderInvoiced(event) => format!("{}: No. {}", event.order.code(), event.invoice),
        Event::ArmAssigned(event) => format!("{} of {}", event.arm, event.experiment),
    }
}
