//! What each event changes. Total: in a state where an event means nothing, the state stays.

use schemas::{
    EventId, Fold, Recorded,
    conversation::Actor,
    desk::{DeskEvent as Event, MatterOpened, MatterSnoozed, MatterState, PostKind, Posted},
};

use super::{Desk, Input, Invitation, Matter, Post, Said, TRIES_WITHIN, Undelivered};

/// How many settled matters stay on the desk, so that late taps find them.
const SETTLED: usize = 400;
/// How many messages that were shown to sellers are remembered.
const HEARD: usize = 512;
/// How many invitations are remembered.
const CODES: usize = 64;
/// How many causes of snoozes are remembered.
const SNOOZES: usize = 64;

impl Fold for Desk {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.version;
        match &recorded.event {
            Event::SellerInvited(event) => {
                drop_oldest(&mut self.invitations, CODES);
                self.invitations.push(Invitation {
                    digest: event.digest.clone(),
                    expires_at: event.expires_at,
                    used: false,
                });
            }
            Event::SellerTapped(event) => self.received(recorded, Said::Tapped(event.clone())),
            Event::SellerSaid(event) => {
                self.received(recorded, Said::Words(event.clone()));
                let seat = self.seats.entry(event.seller).or_default();
                seat.name = event.name.clone().or_else(|| seat.name.take());
            }
            Event::DeedAsked(event) => self.was_asked(recorded, event),
            Event::InputHandled(event) => {
                self.inputs.retain(|open| open.id != event.input);
                self.was_seen_to(event);
            }
            Event::InputDeferred(event) => {
                let mut inputs = self.inputs.iter_mut();
                if let Some(input) = inputs.find(|open| open.id == event.input) {
                    input.waits_until = Some(event.until);
                    input.tries = input.tries.saturating_add(1);
                }
            }
            Event::SellerBound(event) => {
                let seat = self.seats.entry(event.seller).or_default();
                seat.bound = true;
                seat.unreachable = None;
                let mut invitations = self.invitations.iter_mut();
                if let Some(used) = invitations.find(|known| known.digest == event.digest) {
                    used.used = true;
                }
            }
            Event::CodeRefused(event) => {
                // By age and not by number: with many accounts nobody gets more tries.
                let now = recorded.meta.time;
                self.tries
                    .retain(|(_, at)| now.duration_since(*at) < TRIES_WITHIN);
                self.tries.push((event.seller, now));
            }
            Event::ConsoleCodeTold(event) => self.was_told_code(event),
            Event::ConsoleEntered(event) => self.has_entered(event),
            Event::SellerUnreachable(event) => {
                let seat = self.seats.entry(event.seller).or_default();
                seat.unreachable = Some(event.reason.clone());
            }
            Event::MatterOpened(event) => self.matter_opened(recorded, event),
            Event::MatterChanged(event) => {
                if let Some(matter) = self.matters.get_mut(&event.matter) {
                    matter.stage = matter.stage.saturating_add(1);
                    if matter.face.revision != event.face.revision {
                        matter.terms_stage = matter.stage;
                    }
                    matter.face = event.face.clone();
                }
            }
            Event::MatterInvoiced(event) => {
                if let Some(matter) = self.matters.get_mut(&event.matter) {
                    matter.stage = matter.stage.saturating_add(1);
                    matter.invoice = Some(event.clone());
                }
            }
            Event::MatterSnoozed(event) => self.matter_snoozed(recorded, event),
            Event::ReplyUndelivered(event) => {
                if let Err(place) = self.told.binary_search(&event.reply) {
                    self.told.insert(place, event.reply);
                }
                self.undelivered.push(Undelivered {
                    what: event.clone(),
                    cause: recorded.meta.as_cause(),
                });
            }
            Event::BuyerWentOn(event) => {
                drop_oldest(&mut self.heard, HEARD);
                self.heard.push(event.message);
                self.talks.push(event.clone());
            }
            Event::Posted(event) => self.has_posted(recorded, event),
            Event::PostEdited(event) => {
                let mut posts = self.posts.iter_mut().rev();
                let place = (event.seller, event.message);
                if let Some(post) = posts.find(|post| (post.seller, post.message) == place) {
                    post.stage = event.stage;
                    post.frozen |= event.refused.is_some();
                }
            }
        }
    }
}

impl Desk {
    fn received(&mut self, recorded: &Recorded<Event>, said: Said) {
        let digest = Self::cause_of(&said).id;
        if let Err(place) = self.seen.binary_search(&digest) {
            self.seen.insert(place, digest);
        }
        // Who writes can be written to.
        if let Some(seat) = self.seats.get_mut(&said.seller()) {
            seat.unreachable = None;
        }
        self.inputs.push(Input {
            id: recorded.meta.id,
            cause: recorded.meta.as_cause(),
            at: recorded.meta.time,
            what: said,
            waits_until: None,
            tries: 0,
        });
    }

    fn matter_opened(&mut self, recorded: &Recorded<Event>, event: &MatterOpened) {
        self.forget();
        if matches!(event.face.state, MatterState::Settled { .. }) {
            self.came_settled(event.matter);
        }
        self.matters.insert(
            event.matter,
            Matter {
                id: event.matter,
                conversation: event.conversation,
                order: event.order,
                reason: event.reason,
                since: event.since,
                face: event.face.clone(),
                stage: 1,
                terms_stage: 1,
                opened_at: recorded.meta.time,
                snoozed: None,
                invoice: None,
            },
        );
    }

    fn matter_snoozed(&mut self, recorded: &Recorded<Event>, event: &MatterSnoozed) {
        if let Some(cause) = recorded.meta.causation {
            drop_oldest(&mut self.snoozes, SNOOZES);
            self.snoozes.push(cause);
        }
        let Some(matter) = self.matters.get_mut(&event.matter) else {
            return;
        };
        let seller = match &event.by {
            Actor::Telegram(seller) => *seller,
            Actor::Console(_) => 0,
        };
        matter.snoozed = Some((event.until, seller));
        matter.stage = matter.stage.saturating_add(1);
    }

    fn has_posted(&mut self, recorded: &Recorded<Event>, event: &Posted) {
        if event.kind == PostKind::Reminder {
            for matter in &event.matters {
                if let Some(matter) = self.matters.get_mut(matter) {
                    matter.snoozed = None;
                }
            }
        }
        if let Some(reply) = event.reply {
            self.undelivered.retain(|open| open.what.reply != reply);
        }
        if let Some(message) = event.went_on {
            self.talks.retain(|open| open.message != message);
        }
        self.posts.push(Post {
            seller: event.seller,
            message: event.message,
            kind: event.kind,
            matters: event.matters.clone(),
            stage: event.stage,
            at: recorded.meta.time,
            frozen: false,
        });
    }

    /// Lets go of the oldest settled matters, and of the posts that showed nothing else.
    fn forget(&mut self) {
        let settled = self.matters.values().filter(|matter| !matter.is_open());
        if settled.clone().count() < SETTLED {
            return;
        }
        let oldest = settled.min_by_key(|matter| (matter.opened_at, matter.id));
        if let Some(oldest) = oldest.map(|matter| matter.id) {
            self.matters.remove(&oldest);
            let known = |id: &EventId| self.matters.contains_key(id);
            self.posts.retain(|post| post.matters.iter().any(known));
        }
    }
}

pub(super) fn drop_oldest<T>(list: &mut Vec<T>, most: usize) {
    if list.len() >= most {
        list.remove(0);
    }
}
