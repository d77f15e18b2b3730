//! One look at a chat's orders or a shop's invoices: write down which endpoints are to be told what.

use std::{convert::Infallible, time::Duration};

use domain::{
    Deliveries, Shop,
    webhook::announce::{Announcement, InvoiceAnnouncements, OrderAnnouncements},
};
use eventlog::{AppendError, EventLog, LogError, Outcome};
use schemas::{AggregateKey, Cause, EventId, webhook::WebhookDue};

use super::payload::INVOICES;

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How old settings may be.
const SETTINGS: Duration = Duration::from_millis(200);

/// Writes down who is to be told.
#[derive(Clone)]
pub(super) struct Noter {
    log: EventLog,
}

impl Noter {
    pub(super) const fn new(log: EventLog) -> Self {
        Self { log }
    }

    pub(super) async fn orders(&self, key: AggregateKey) -> Outcome {
        let shop = match self.shop(&key).await {
            Ok(Some(shop)) => shop,
            Ok(None) => return Outcome::Done,
            Err(error) => return waits(&error),
        };
        match self.log.load::<OrderAnnouncements>(&key).await {
            Ok(loaded) => match &loaded.poison {
                Some(poison) => Outcome::Park(poison.to_string()),
                None => self.note(&key, &shop, key.id(), loaded.state.all()).await,
            },
            Err(error) => waits(&error),
        }
    }

    pub(super) async fn invoices(&self, key: AggregateKey) -> Outcome {
        let shop = match self.shop(&key).await {
            Ok(Some(shop)) => shop,
            Ok(None) => return Outcome::Done,
            Err(error) => return waits(&error),
        };
        match self.log.load::<InvoiceAnnouncements>(&key).await {
            Ok(loaded) => match &loaded.poison {
                Some(poison) => Outcome::Park(poison.to_string()),
                None => self.note(&key, &shop, INVOICES, loaded.state.all()).await,
            },
            Err(error) => waits(&error),
        }
    }

    /// The shop, when it has any endpoint.
    async fn shop(&self, key: &AggregateKey) -> Result<Option<std::sync::Arc<Shop>>, LogError> {
        let key = AggregateKey::shop(key.shop_id());
        let shop = self.log.load_recent::<Shop>(&key, SETTINGS).await?.state;
        let any = shop.endpoints().names().next().is_some();
        Ok(any.then_some(shop))
    }

    async fn note<T>(
        &self,
        key: &AggregateKey,
        shop: &Shop,
        source: &str,
        told: &[Announcement<T>],
    ) -> Outcome {
        for name in shop.endpoints().names() {
            let wanted = told.iter().map(|announcement| &announcement.due);
            let wanted = wanted.filter(|due| shop.endpoints().wants(name, &due.what, due.at));
            let dues: Vec<WebhookDue> = wanted.cloned().collect();
            let Some(newest) = dues.last().map(|due| due.event.to_string()) else {
                continue;
            };
            // Told apart by the history that it is recorded in: two endpoints are told of one event.
            let cause = Cause::outside(EventId::derive(&["webhook due", &newest]));
            let key = AggregateKey::webhook(key.shop_id(), name, source);
            let noted = self
                .log
                .decide::<Deliveries, Infallible>(&key, |known| Ok(known.note(&dues, cause)));
            match noted.await {
                Ok(_) => {}
                Err(AppendError::Poisoned(poison)) => return Outcome::Park(poison.to_string()),
                Err(AppendError::Log(error)) => return waits(&error),
                Err(AppendError::Contended(_) | AppendError::Refused(_)) => {
                    return Outcome::RetryIn(OUTAGE);
                }
            }
        }
        Outcome::Done
    }
}

/// The log is away: everything waits for it.
pub(super) fn waits(error: &LogError) -> Outcome {
    tracing::warn!("the log does not answer: {error}");
    Outcome::RetryIn(OUTAGE)
}
