//! One look at what an endpoint is to be told of one chat: send what is due, and record what came of it.
//!
//! The outcome alone is recorded, not the intent: a message that is sent twice, because the process died in between, has
//! the same id, by which its receiver knows it.

use std::{convert::Infallible, path::PathBuf, time::Duration};

use channels::{
    ShopBook,
    hook::{HookClient, HookCredentials, HookError, Message},
};
use domain::{
    Deliveries, Shop,
    webhook::{Attempt, Delivery},
};
use eventlog::{AppendError, EventLog, Outcome};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    AggregateKey, EventId, ShopId,
    shop::{WebhookSettings, WebhookStopped},
    topology,
};

use super::{
    note::waits,
    payload::{self, NoPayload},
    standing::Standings,
};
use crate::{Config, figures};

/// How long to wait when something is not there: the log, or the shop's file.
const OUTAGE: Duration = Duration::from_secs(2);
/// How old settings may be.
const SETTINGS: Duration = Duration::from_millis(200);
/// How old they may be for who is only asked how things stand.
const SETTLED: Duration = Duration::from_secs(2);
/// What is due within this time is waited for; a timer wakes whoever sees to what is due later.
const SOON: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause that an endpoint may ask for.
const LONGEST: Duration = Duration::from_secs(86_400);
/// The name of the timer.
const AGAIN: &str = "webhook-again";

/// Tells endpoints.
pub(super) struct Teller {
    log: EventLog,
    book: ShopBook,
    client: HookClient,
    standings: Standings,
    retries: Vec<Duration>,
}

impl Teller {
    pub(super) fn new(log: EventLog, client: HookClient, config: &Config) -> Self {
        let shops: PathBuf = config.state_dir.join("shops");
        Self {
            log,
            book: ShopBook::new(shops),
            client,
            standings: Standings::default(),
            retries: config.webhook_retries.clone(),
        }
    }

    pub(super) async fn look(&self, key: AggregateKey) -> Outcome {
        loop {
            let loaded = match self.log.load::<Deliveries>(&key).await {
                Ok(loaded) => loaded,
                Err(error) => return waits(&error),
            };
            if let Some(poison) = &loaded.poison {
                return Outcome::Park(poison.to_string());
            }
            let now = boot::clock::now();
            let next = loaded.state.next();
            let soonest = next.iter().min_by_key(|delivery| delivery.not_before);
            let Some(delivery) = soonest else {
                return Outcome::Done;
            };
            if delivery.not_before > now {
                return self.rest(&key, now, delivery.not_before).await;
            }
            if let Err(outcome) = self.tell(&key, delivery).await {
                return outcome;
            }
        }
    }

    async fn rest(&self, key: &AggregateKey, now: Timestamp, until: Timestamp) -> Outcome {
        let wait = until.duration_since(now);
        if wait <= SOON {
            return Outcome::RetryIn(Duration::try_from(wait).unwrap_or_default());
        }
        let armed = self.log.arm(topology::WEBHOOKS.consumer, key, AGAIN, until);
        match armed.await {
            Ok(()) => Outcome::Done,
            Err(error) => waits(&error),
        }
    }

    /// Makes one attempt, and records what came of it.
    async fn tell(&self, key: &AggregateKey, delivery: &Delivery) -> Result<(), Outcome> {
        let Some((name, source)) = key.endpoint() else {
            return Err(Outcome::Park(format!("{key} names no endpoint")));
        };
        let shop_id = key.shop_id();
        let shop = AggregateKey::shop(shop_id);
        let shop = self.log.load_recent::<Shop>(&shop, SETTINGS).await;
        let shop = shop.map_err(|error| waits(&error))?.state;
        let settings = shop.settings().and_then(|settings| {
            let mut webhooks = settings.webhooks.iter();
            webhooks.find(|settings| settings.name == name)
        });
        let Some(settings) = settings else {
            let why = "the shop's file names this endpoint no more";
            return self.over(key, delivery, why, false).await;
        };
        if let Some(reason) = shop.endpoints().stopped(name) {
            let why = format!("the endpoint is stopped: {reason}");
            return self.over(key, delivery, &why, false).await;
        }
        let file = self.book.get(shop_id);
        let Some(to) = file.as_ref().and_then(|file| file.credentials.hook(name)) else {
            tracing::warn!(shop.id = %shop_id, "no file here holds webhook {name}; `torg shop add` puts it there");
            return Err(Outcome::RetryIn(OUTAGE));
        };
        let admitted = self.standings.admit(shop_id, name);
        let _call = admitted.map_err(Outcome::RetryIn)?;
        let body = payload::write(&self.log, shop_id, source, &delivery.due, settings.personal);
        let body = match body.await {
            Ok(body) => body,
            Err(NoPayload::Log(error)) => return Err(waits(&error)),
            Err(gone @ NoPayload::Gone(_)) => return Err(Outcome::Park(gone.to_string())),
        };
        let ended = self.call(shop_id, to, settings, delivery, &body).await?;
        self.record(key, delivery, &ended).await
    }

    async fn call(
        &self,
        shop: &ShopId,
        to: &HookCredentials,
        settings: &WebhookSettings,
        delivery: &Delivery,
        body: &str,
    ) -> Result<Attempt, Outcome> {
        let id = delivery.due.message.to_string();
        let now = boot::clock::now();
        let message = Message {
            id: &id,
            timestamp: now.as_second(),
            body,
        };
        let (reason, retry_after) = match self.client.post(to, &message).await {
            Ok(status) => {
                self.standings.took(shop, &to.name);
                return Ok(Attempt::Taken(status));
            }
            Err(HookError::Gone) => {
                let reason = HookError::Gone.to_string();
                self.stop(shop, settings, &reason).await?;
                return Ok(Attempt::Over {
                    reason,
                    tried: true,
                });
            }
            Err(HookError::Forbidden(forbidden)) => (forbidden.to_string(), None),
            Err(HookError::Later {
                reason,
                retry_after,
            }) => (reason, retry_after),
        };
        self.standings.failed(shop, &to.name, &reason, retry_after);
        let attempt = usize::try_from(delivery.attempt).unwrap_or(usize::MAX);
        let Some(pause) = self.retries.get(attempt.saturating_sub(1)) else {
            return Ok(Attempt::Over {
                reason,
                tried: true,
            });
        };
        let pause = spread(*pause, delivery.due.message, delivery.attempt);
        let pause = retry_after.map_or(pause, |asked| asked.min(LONGEST).max(pause));
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        let at = boot::clock::now().checked_add(pause);
        Ok(Attempt::Again {
            reason,
            at: at.unwrap_or(Timestamp::MAX),
        })
    }

    /// Records that an endpoint wants no more.
    async fn stop(
        &self,
        shop: &ShopId,
        settings: &WebhookSettings,
        reason: &str,
    ) -> Result<(), Outcome> {
        let stopped = WebhookStopped {
            name: settings.name.clone(),
            address: settings.address.clone(),
            reason: reason.to_owned(),
        };
        let key = AggregateKey::shop(shop);
        let decided = self
            .log
            .decide::<Shop, Infallible>(&key, |shop| Ok(shop.stop_webhook(&stopped)));
        decided.await.map(|_| ()).map_err(failed)
    }

    async fn over(
        &self,
        key: &AggregateKey,
        delivery: &Delivery,
        reason: &str,
        tried: bool,
    ) -> Result<(), Outcome> {
        let reason = reason.to_owned();
        self.record(key, delivery, &Attempt::Over { reason, tried })
            .await
    }

    async fn record(
        &self,
        key: &AggregateKey,
        delivery: &Delivery,
        ended: &Attempt,
    ) -> Result<(), Outcome> {
        let (message, attempt) = (delivery.due.message, delivery.attempt);
        match ended {
            Attempt::Taken(_) => figures::webhook("delivered"),
            Attempt::Again { reason, .. } => {
                tracing::info!(aggregate = %key, "a webhook was not taken: {reason}");
                figures::webhook("failed");
            }
            Attempt::Over { reason, .. } => {
                tracing::warn!(aggregate = %key, "a webhook is given up: {reason}");
                figures::webhook("given_up");
            }
        }
        let decided = self.log.decide::<Deliveries, Infallible>(key, |known| {
            Ok(known.ended(message, attempt, ended))
        });
        decided.await.map(|_| ()).map_err(failed)
    }

    /// One sentence for each endpoint that does not take what it is told, or wants no more.
    pub(super) async fn problems(&self) -> Vec<String> {
        let mut problems = self.standings.problems();
        for file in self.book.all() {
            let shop = &file.settings.id;
            let key = AggregateKey::shop(shop);
            // Without an answer the component of the log says so.
            let Ok(loaded) = self.log.load_recent::<Shop>(&key, SETTLED).await else {
                continue;
            };
            let endpoints = loaded.state.endpoints();
            let stopped = endpoints
                .names()
                .filter_map(|name| Some((name, endpoints.stopped(name)?)));
            problems.extend(stopped.map(|(name, why)| {
                format!("{shop}: webhook {name} is stopped: {why}; `torg webhooks resume {shop} {name}` sends to it again")
            }));
        }
        problems
    }
}

fn failed(error: AppendError<Infallible>) -> Outcome {
    match error {
        AppendError::Poisoned(poison) => Outcome::Park(poison.to_string()),
        AppendError::Log(error) => waits(&error),
        AppendError::Contended(_) | AppendError::Refused(_) => Outcome::RetryIn(OUTAGE),
    }
}

/// The pause, up to a fifth longer: messages that failed together do not come again together. By the message and not by
/// dice, so that the same attempt has the same pause wherever it is made.
fn spread(pause: Duration, message: EventId, attempt: u32) -> Duration {
    let drawn = EventId::derive(&["pause", &message.to_string(), &attempt.to_string()]);
    let share = u32::try_from(drawn.uuid().as_u128() & 0xff).unwrap_or_default();
    pause.saturating_add(pause.saturating_mul(share) / (5 * 256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_fifth_longer_at_the_most_and_differs_from_message_to_message() {
        let pauses: Vec<_> = (0..100)
            .map(|number: u32| {
                let message = EventId::derive(&["message", &number.to_string()]);
                let pause = spread(Duration::from_secs(300), message, 1);
                assert_eq!(pause, spread(Duration::from_secs(300), message, 1));
                assert!((300..=360).contains(&pause.as_secs()), "{pause:?}");
                pause
            })
            .collect();
        let different: std::collections::BTreeSet<_> = pauses.iter().collect();
        assert!(different.len() > 50, "{different:?}");
    }
}
