//! One look at a shop's invoices: is what became of their letters what the desk shows?

use std::{convert::Infallible, time::Duration};

use domain::{
    Desk, Invoices,
    invoice::{Issued, Letter},
};
use eventlog::{AppendError, EventLog, Outcome};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    AggregateKey, EventId,
    desk::{LetterState, MatterInvoiced},
};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// For how long what becomes of an invoice's letter is news, unless somebody has it sent again.
const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Follows letters.
#[derive(Clone)]
pub(crate) struct Letters {
    log: EventLog,
}

impl Letters {
    /// A follower of the letters in `log`.
    pub(crate) const fn new(log: EventLog) -> Self {
        Self { log }
    }

    /// Tells the desk what there is to see of a shop's letters. An order that is not on the desk has no card to show it.
    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let invoices = match self.log.load::<Invoices>(&key).await {
            Ok(loaded) => match loaded.poison {
                Some(poison) => return Outcome::Park(poison.to_string()),
                None => loaded.state,
            },
            Err(error) => return waits(&error),
        };
        let desk_key = AggregateKey::desk(key.shop_id());
        let desk = match self.log.load::<Desk>(&desk_key).await {
            Ok(loaded) => loaded.state,
            Err(error) => return waits(&error),
        };
        let now = boot::clock::now();
        for matter in desk.matters() {
            let issued = matter.order.and_then(|order| invoices.of_order(order));
            let Some((number, issued)) = issued.filter(|(_, issued)| is_news(issued, now)) else {
                continue;
            };
            let invoiced = told(matter.id, number, issued);
            if desk.invoiced(&invoiced).events.is_empty() {
                continue;
            }
            let decided = self
                .log
                .decide::<Desk, Infallible>(&desk_key, |desk| Ok(desk.invoiced(&invoiced)))
                .await;
            match decided {
                Ok(_) => {}
                Err(AppendError::Poisoned(poison)) => return Outcome::Park(poison.to_string()),
                Err(error) => {
                    tracing::warn!("the desk was not told of a letter: {error}");
                    return Outcome::RetryIn(OUTAGE);
                }
            }
        }
        Outcome::Done
    }
}

/// What the desk is told of an invoice.
pub(crate) fn told(matter: EventId, number: u64, issued: &Issued) -> MatterInvoiced {
    let (letter, reason) = match &issued.letter {
        Letter::None => (LetterState::None, ""),
        Letter::Ready { .. } | Letter::Mailing { .. } => (LetterState::Waiting, ""),
        Letter::Mailed => (LetterState::Mailed, ""),
        Letter::Refused(reason) => (LetterState::Refused, reason.as_str()),
        Letter::Uncertain(reason) => (LetterState::Uncertain, reason.as_str()),
    };
    MatterInvoiced {
        matter,
        invoice: number,
        letter,
        reason: reason.to_owned(),
    }
}

fn is_news(issued: &Issued, now: Timestamp) -> bool {
    now.duration_since(issued.at) < NEWS || issued.copy > 1
}

fn waits(error: &eventlog::LogError) -> Outcome {
    tracing::warn!("the log does not answer: {error}");
    Outcome::RetryIn(OUTAGE)
}
