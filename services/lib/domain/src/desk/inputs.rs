//! What sellers press and write: taken in once, seen to once, and deferred while it cannot be.

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId,
    desk::{DeskEvent, InputDeferred, InputHandled},
};

use super::{Desk, Input, Said};

impl Desk {
    /// Records what a seller pressed or wrote, once.
    #[must_use]
    pub fn receive(&self, said: &Said) -> Decision<DeskEvent> {
        let cause = Self::cause_of(said);
        if self.seen.binary_search(&cause.id).is_ok() {
            return Decision::nothing();
        }
        let event = match said {
            Said::Tapped(tap) => DeskEvent::SellerTapped(tap.clone()),
            Said::Words(words) => DeskEvent::SellerSaid(words.clone()),
        };
        Decision::new(cause, vec![event])
    }

    /// The outside fact that this is: the same one again has the same cause.
    #[must_use]
    pub fn cause_of(said: &Said) -> Cause {
        let (aspect, id) = match said {
            Said::Tapped(tap) => ("tap", &tap.callback),
            Said::Words(words) => ("words", &words.provider_id),
        };
        Cause::outside(EventId::derive(&["desk", aspect, id.as_str()]))
    }

    /// Records what came of an input.
    #[must_use]
    pub fn handled(&self, input: &Input, outcome: &str) -> Decision<DeskEvent> {
        if !self.inputs.iter().any(|open| open.id == input.id) {
            return Decision::nothing();
        }
        let event = DeskEvent::InputHandled(InputHandled {
            input: input.id,
            outcome: outcome.to_owned(),
            first: None,
            settled: None,
        });
        Decision::new(input.cause, vec![event])
    }

    /// Records that an input cannot be seen to before `until`.
    #[must_use]
    pub fn defer(&self, input: &Input, until: Timestamp, reason: &str) -> Decision<DeskEvent> {
        let Some(open) = self.inputs.iter().find(|open| open.id == input.id) else {
            return Decision::nothing();
        };
        if open.waits_until.is_some_and(|known| known >= until) {
            return Decision::nothing();
        }
        let tries = open.tries.to_string();
        let cause = EventId::derive(&["desk", "deferred", &input.id.to_string(), &tries]);
        let event = DeskEvent::InputDeferred(InputDeferred {
            input: input.id,
            until,
            reason: reason.to_owned(),
        });
        Decision::new(Cause::outside(cause), vec![event])
    }
}
