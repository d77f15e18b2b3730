//! What one endpoint is told of one source: which messages are due, how often each was tried, and what came of it.
//!
//! Messages about one order go out one after the other; those about different orders do not wait for each other. What
//! there is to tell of a source is in [`announce`].

pub mod announce;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, Fold, OrderId, Recorded,
    webhook::{
        TEST, WebhookDelivered, WebhookDue, WebhookEvent, WebhookFailed, WebhookGivenUp,
        WebhookRetryAsked, WebhookTestAsked,
    },
};

/// How many messages that were given up are remembered; older ones can no longer be sent again.
const REMEMBERED: usize = 500;

/// The messages of one endpoint about one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deliveries {
    /// The newest version of the source that a message is about.
    noted: u64,
    /// What is not delivered yet, oldest first.
    pending: Vec<Delivery>,
    /// What is not tried any more, oldest first.
    given_up: VecDeque<Delivery>,
    /// What came of the newest test.
    tested: Option<(EventId, Result<u16, String>)>,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// What is told; of a test there is nothing but its name.
    pub due: WebhookDue,
    /// Which attempt is next, from 1.
    pub attempt: u32,
    /// Not before this moment.
    pub not_before: Timestamp,
    /// Why the last attempt came to nothing.
    pub reason: String,
    /// The last event about it.
    last: Cause,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The endpoint took it, with this status.
    Taken(u16),
    /// It did not; again at this moment.
    Again {
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// It did not, and is not asked any more.
    Over {
        /// Why.
        reason: String,
        /// Whether this was an attempt at all: an endpoint that is stopped is not even called.
        tried: bool,
    },
}

impl Deliveries {
    /// The newest version of the source that a message is about.
    #[must_use]
    pub const fn noted(&self) -> u64 {
        self.noted
    }

    /// What is on its way, oldest first.
    #[must_use]
    pub fn pending(&self) -> &[Delivery] {
        &self.pending
    }

    /// What is not tried any more by itself, oldest first.
    pub fn given_up(&self) -> impl Iterator<Item = &Delivery> {
        self.given_up.iter()
    }

    /// What came of a test: the status, or why there is none. `None`: nothing yet.
    #[must_use]
    pub fn tested(&self, message: EventId) -> Option<&Result<u16, String>> {
        let (known, came) = self.tested.as_ref()?;
        (*known == message).then_some(came)
    }

    /// Notes what is to be told. Whatever is about a version that was noted before adds nothing.
    #[must_use]
    pub fn note(&self, dues: &[WebhookDue], cause: Cause) -> Decision<WebhookEvent> {
        let new = dues.iter().filter(|due| due.version > self.noted);
        let new: Vec<_> = new.cloned().map(WebhookEvent::WebhookDue).collect();
        if new.is_empty() {
            return Decision::nothing();
        }
        Decision::new(cause, new)
    }

    /// The messages that come next: the oldest one about each order.
    #[must_use]
    pub fn next(&self) -> Vec<&Delivery> {
        let mut orders: BTreeSet<OrderId> = BTreeSet::new();
        let pending = self.pending.iter();
        pending
            .filter(|delivery| orders.insert(delivery.due.order))
            .collect()
    }

    /// Records how the attempt number `attempt` at a message ended. One that is over already adds nothing.
    #[must_use]
    pub fn ended(&self, message: EventId, attempt: u32, ended: &Attempt) -> Decision<WebhookEvent> {
        let known = self
            .pending
            .iter()
            .find(|known| known.due.message == message);
        let Some(known) = known.filter(|known| known.attempt == attempt) else {
            return Decision::nothing();
        };
        let event = match ended {
            Attempt::Taken(status) => WebhookEvent::WebhookDelivered(WebhookDelivered {
                message,
                attempt,
                status: *status,
            }),
            Attempt::Again { reason, at } => WebhookEvent::WebhookFailed(WebhookFailed {
                message,
                attempt,
                reason: reason.clone(),
                next_at: *at,
            }),
            Attempt::Over { reason, tried } => WebhookEvent::WebhookGivenUp(WebhookGivenUp {
                message,
                attempts: if *tried {
                    attempt
                } else {
                    attempt.saturating_sub(1)
                },
                reason: reason.clone(),
            }),
        };
        Decision::new(known.last, vec![event])
    }

    /// Tries a message that was given up again. `None`: there is none.
    #[must_use]
    pub fn retry(&self, message: EventId) -> Option<Decision<WebhookEvent>> {
        if self
            .pending
            .iter()
            .any(|known| known.due.message == message)
        {
            return Some(Decision::nothing());
        }
        let known = self.given_up().find(|known| known.due.message == message)?;
        let event = WebhookEvent::WebhookRetryAsked(WebhookRetryAsked { message });
        Some(Decision::new(known.last, vec![event]))
    }

    /// Sends a test. The same one again adds nothing.
    #[must_use]
    pub fn test(&self, message: EventId) -> Decision<WebhookEvent> {
        let known = self
            .pending
            .iter()
            .any(|known| known.due.message == message);
        if known || self.tested(message).is_some() {
            return Decision::nothing();
        }
        let event = WebhookEvent::WebhookTestAsked(WebhookTestAsked { message });
        Decision::new(Cause::outside(message), vec![event])
    }

    fn take(&mut self, message: EventId) -> Option<Delivery> {
        let place = self
            .pending
            .iter()
            .position(|known| known.due.message == message)?;
        Some(self.pending.remove(place))
    }

    /// Tests are only remembered by what came of them.
    fn test_ended(&mut self, delivery: &Delivery, came: Result<u16, String>) -> bool {
        let is_test = delivery.due.what == TEST;
        if is_test {
            self.tested = Some((delivery.due.message, came));
        }
        is_test
    }
}

impl Fold for Deliveries {
    type Event = WebhookEvent;

    fn evolve(&mut self, recorded: &Recorded<WebhookEvent>) {
        let (time, last) = (recorded.meta.time, recorded.meta.as_cause());
        let begun = |due: WebhookDue| Delivery {
            due,
            attempt: 1,
            not_before: time,
            reason: String::new(),
            last,
        };
        match &recorded.event {
            WebhookEvent::WebhookDue(due) => {
                self.noted = self.noted.max(due.version);
                self.pending.push(begun(due.clone()));
            }
            WebhookEvent::WebhookTestAsked(event) => self.pending.push(begun(WebhookDue {
                message: event.message,
                what: TEST.to_owned(),
                event: recorded.meta.id,
                version: recorded.version,
                at: time,
                order: OrderId::from_uuid(event.message.uuid()),
            })),
            WebhookEvent::WebhookDelivered(event) => {
                if let Some(delivery) = self.take(event.message) {
                    self.test_ended(&delivery, Ok(event.status));
                }
            }
            WebhookEvent::WebhookFailed(event) => {
                let mut pending = self.pending.iter_mut();
                if let Some(known) = pending.find(|known| known.due.message == event.message) {
                    known.attempt = event.attempt.saturating_add(1);
                    known.not_before = event.next_at;
                    known.reason.clone_from(&event.reason);
                    known.last = last;
                }
            }
            WebhookEvent::WebhookGivenUp(event) => {
                let Some(mut delivery) = self.take(event.message) else {
                    return;
                };
                if self.test_ended(&delivery, Err(event.reason.clone())) {
                    return;
                }
                delivery.reason.clone_from(&event.reason);
                delivery.attempt = event.attempts.saturating_add(1);
                delivery.last = last;
                if self.given_up.len() >= REMEMBERED {
                    self.given_up.pop_front();
                }
                self.given_up.push_back(delivery);
            }
            WebhookEvent::WebhookRetryAsked(event) => {
                let mut given_up = self.given_up.iter();
                let place = given_up.position(|known| known.due.message == event.message);
                if let Some(known) = place.and_then(|place| self.given_up.remove(place)) {
                    self.pending.push(begun(known.due));
                }
            }
        }
    }
}

/// Which endpoints a shop has, since when each wants what, and which of them want nothing more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoints {
    known: BTreeMap<String, Endpoint>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Endpoint {
    /// Since when messages that a pattern means are wanted: what happened before is not told.
    since: BTreeMap<String, Timestamp>,
    address: String,
    /// The address that wants no more, and why.
    stopped: Option<(String, String)>,
}

impl Endpoints {
    /// Takes over what the shop's file says of them from `now` on.
    pub(crate) fn configured(
        &mut self,
        settings: &[schemas::shop::WebhookSettings],
        now: Timestamp,
    ) {
        let mut before = std::mem::take(&mut self.known);
        for settings in settings {
            let mut known = before.remove(&settings.name).unwrap_or_default();
            let since = settings.events.iter().map(|pattern| {
                let since = known.since.get(pattern).copied().unwrap_or(now);
                (pattern.clone(), since)
            });
            known.since = since.collect();
            known.address.clone_from(&settings.address);
            self.known.insert(settings.name.clone(), known);
        }
    }

    pub(crate) fn stop(&mut self, stopped: &schemas::shop::WebhookStopped) {
        if let Some(known) = self.known.get_mut(&stopped.name) {
            known.stopped = Some((stopped.address.clone(), stopped.reason.clone()));
        }
    }

    pub(crate) fn resume(&mut self, name: &str) {
        if let Some(known) = self.known.get_mut(name) {
            known.stopped = None;
        }
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// Whether there is one of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }

    /// Why an endpoint is sent nothing, if so.
    #[must_use]
    pub fn stopped(&self, name: &str) -> Option<&str> {
        let known = self.known.get(name)?;
        let (address, reason) = known.stopped.as_ref()?;
        (*address == known.address).then_some(reason.as_str())
    }

    /// Whether an endpoint wants to be told what happened at this moment.
    #[must_use]
    pub fn wants(&self, name: &str, what: &str, at: Timestamp) -> bool {
        let known = self.known.get(name);
        let mut since = known.into_iter().flat_map(|known| &known.since);
        since.any(|(pattern, since)| schemas::webhook::is_meant(pattern, what) && at >= *since)
    }
}
