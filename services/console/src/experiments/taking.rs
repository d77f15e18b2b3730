//! What became of a conversation in each experiment that it takes part in, read when its window is over.

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Fold, Recorded,
    conversation::{ArmAssigned, ConversationEvent as Event, OrderMark},
    shop::Metric,
};
use serde::Serialize;

use crate::figures::Chat;

/// What happened within the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Something was asked, every talk was answered to the end, and no person was asked for or acted.
    pub contained: bool,
    /// An order was placed.
    pub ordered: bool,
    /// An order was marked as paid.
    pub paid: bool,
    /// A person was asked for, or acted.
    pub handed_over: bool,
}

impl Outcome {
    /// Whether it is a yes.
    #[must_use]
    pub const fn of(&self, metric: Metric) -> bool {
        match metric {
            Metric::Contained => self.contained,
            Metric::Ordered => self.ordered,
            Metric::Paid => self.paid,
            Metric::HandedOver => self.handed_over,
        }
    }
}

/// A conversation's part in an experiment.
#[derive(Clone, Debug)]
struct Part {
    given: ArmAssigned,
    at: Timestamp,
    until: Timestamp,
    /// The first of its talks that counts. A talk that a person was in before the arm was given says nothing about it.
    talk: usize,
    so_far: Outcome,
    /// Whether something has happened after the window, so that nothing changes any more.
    over: bool,
}

/// A conversation, folded for its parts in experiments.
#[derive(Clone, Debug, Default)]
pub struct Taking {
    chat: Chat,
    parts: Vec<Part>,
}

/// A conversation's part in one experiment, as it was at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The arm.
    pub arm: String,
    /// What happened within its window; `None`: the window is not over.
    pub outcome: Option<Outcome>,
}

impl Taking {
    /// Its part in an experiment, as it was at that moment; `None`: it took none yet.
    #[must_use]
    pub fn part(&self, experiment: &str, at: Timestamp) -> Option<Taken> {
        let mut parts = self.parts.iter();
        let part = parts.find(|part| part.given.experiment == experiment && part.at <= at)?;
        Some(Taken {
            arm: part.given.arm.clone(),
            outcome: (part.until <= at).then(|| match part.over {
                true => part.so_far,
                false => part.read(&self.chat),
            }),
        })
    }
}

impl Part {
    fn read(&self, chat: &Chat) -> Outcome {
        Outcome {
            contained: chat.is_contained_from(self.talk),
            ..self.so_far
        }
    }
}

impl Fold for Taking {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        let now = recorded.meta.time;
        for part in &mut self.parts {
            if !part.over && part.until <= now {
                part.so_far = part.read(&self.chat);
                part.over = true;
            }
        }
        self.chat.evolve(recorded);
        let open = self.parts.iter_mut().filter(|part| !part.over);
        let open = open.map(|part| &mut part.so_far);
        match &recorded.event {
            Event::ArmAssigned(given) => {
                let window = SignedDuration::from_hours(i64::from(given.window_hours));
                self.parts.push(Part {
                    given: given.clone(),
                    at: now,
                    until: now.checked_add(window).unwrap_or(Timestamp::MAX),
                    talk: self.chat.untouched_talk(),
                    so_far: Outcome::default(),
                    over: false,
                });
            }
            Event::OrderPlaced(_) => open.for_each(|outcome| outcome.ordered = true),
            Event::OrderMarked(event) if event.mark == OrderMark::Paid => {
                open.for_each(|outcome| outcome.paid = true);
            }
            Event::HandoffRequested(_)
            | Event::ChatTaken(_)
            | Event::SellerWrote(_)
            | Event::SellerReplied(_)
            | Event::ChatClosed(_)
            | Event::BuyerMuted(_) => open.for_each(|outcome| outcome.handed_over = true),
            _ => {}
        }
    }
}
