//! What is asked for at the console: taken in once, done once, and what came of it remembered for whoever asked.

use schemas::{
    Cause, Decision, EventId, Recorded, RequestId,
    conversation::Actor,
    desk::{ChatDeed, DeedAsked, DeskEvent, InputHandled, Settlement},
};

use super::{Desk, evolve::drop_oldest};
use crate::conversation::{Action, ActionRefusal};

/// How many outcomes are remembered, for pages that are shown again.
const OUTCOMES: usize = 256;

/// Something asked for at the console that nobody has seen to.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The event.
    pub id: EventId,
    /// That event as the cause of what follows.
    pub cause: Cause,
    /// What.
    pub what: DeedAsked,
}

/// Who or what was in the way, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyNot {
    /// Who was faster.
    pub first: Option<Actor>,
    /// How the matter had ended before.
    pub settled: Option<Settlement>,
}

impl WhyNot {
    /// What of a refusal can be told beyond its name.
    #[must_use]
    pub fn of(refusal: &ActionRefusal) -> Self {
        match refusal {
            ActionRefusal::Settled(done) => Self {
                first: done.by.clone(),
                settled: Some(done.how),
            },
            ActionRefusal::TakenBy(other) => Self {
                first: Some(other.clone()),
                settled: None,
            },
            ActionRefusal::SellerAnswers(other) => Self {
                first: other.clone(),
                settled: None,
            },
            ActionRefusal::Forgotten
            | ActionRefusal::NoDraft
            | ActionRefusal::BuyerWrote { .. }
            | ActionRefusal::AlreadySo
            | ActionRefusal::NoWords
            | ActionRefusal::NoChat => Self::default(),
        }
    }
}

impl Action {
    /// What a deed asks of a chat; `None`: it asks something of an order.
    #[must_use]
    pub fn of(deed: &ChatDeed) -> Option<Self> {
        Some(match deed {
            ChatDeed::SendDraft { seen } => Self::SendDraft { seen: *seen },
            ChatDeed::Reply { text, way } => Self::Reply {
                text: text.text().to_owned(),
                way: *way,
            },
            ChatDeed::TakeOver => Self::TakeOver,
            ChatDeed::TakeAway => Self::TakeAway,
            ChatDeed::GiveBack => Self::GiveBack,
            ChatDeed::Close => Self::Close,
            ChatDeed::Mute => Self::Mute,
            ChatDeed::Unmute => Self::Unmute,
            ChatDeed::Judge { needed } => Self::Judge { needed: *needed },
            ChatDeed::Order { .. } => return None,
        })
    }
}

impl Desk {
    /// Records what is asked for at the console, once.
    #[must_use]
    pub fn ask(&self, what: &DeedAsked) -> Decision<DeskEvent> {
        let cause = Self::cause_of_request(what.request);
        if self.seen.binary_search(&cause).is_ok() {
            return Decision::nothing();
        }
        Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::DeedAsked(what.clone())],
        )
    }

    fn cause_of_request(request: RequestId) -> EventId {
        EventId::derive(&["desk", "deed", &request.to_string()])
    }

    /// What was asked for and nobody has seen to, oldest first.
    #[must_use]
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Whether this was ever asked for.
    #[must_use]
    pub fn knows(&self, request: RequestId) -> bool {
        let cause = Self::cause_of_request(request);
        self.seen.binary_search(&cause).is_ok()
    }

    /// What was asked for, and what came of it; `None` while nobody has seen to it, and long after.
    #[must_use]
    pub fn outcome(&self, request: RequestId) -> Option<(&DeedAsked, &InputHandled)> {
        let mut outcomes = self.outcomes.iter().rev();
        let known = outcomes.find(|(asked, _)| asked.request == request);
        known.map(|(asked, outcome)| (asked, outcome))
    }

    /// Records what came of something asked for.
    #[must_use]
    pub fn carried_out(&self, asked: &Asked, outcome: &str, why: &WhyNot) -> Decision<DeskEvent> {
        if !self.asked.iter().any(|open| open.id == asked.id) {
            return Decision::nothing();
        }
        let event = DeskEvent::InputHandled(InputHandled {
            input: asked.id,
            outcome: outcome.to_owned(),
            first: why.first.clone(),
            settled: why.settled,
        });
        Decision::new(asked.cause, vec![event])
    }

    pub(super) fn was_asked(&mut self, recorded: &Recorded<DeskEvent>, what: &DeedAsked) {
        let digest = Self::cause_of_request(what.request);
        if let Err(place) = self.seen.binary_search(&digest) {
            self.seen.insert(place, digest);
        }
        self.asked.push(Asked {
            id: recorded.meta.id,
            cause: recorded.meta.as_cause(),
            what: what.clone(),
        });
    }

    pub(super) fn was_seen_to(&mut self, handled: &InputHandled) {
        let place = self.asked.iter().position(|open| open.id == handled.input);
        let Some(place) = place else {
            return;
        };
        let asked = self.asked.remove(place);
        drop_oldest(&mut self.outcomes, OUTCOMES);
        self.outcomes.push((asked.what, handled.clone()));
    }
}
