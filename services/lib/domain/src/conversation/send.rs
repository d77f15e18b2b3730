//! What the dispatcher records: intent, then the call, then the outcome. The single outbound boundary.

use std::time::Duration;

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, ProviderId, ReplyId,
    conversation::{
        CartChanged, CheckoutChanged, ConversationEvent, Deal, Evidence, ListShown, OfferMade,
        ReplyFailed, ReplySending, ReplySent, ReplyUncertain,
    },
};

use super::{Conversation, Outgoing, Owner, Progress};

/// What the state asks of the dispatcher.
#[derive(Clone, Debug, PartialEq)]
pub enum SendStep<'a> {
    /// Nothing.
    Nothing,
    /// Send this part of the reply.
    Send {
        /// The reply.
        reply: &'a Outgoing,
        /// Which part, from 0.
        part: u32,
        /// Which attempt at it, from 1.
        attempt: u32,
    },
    /// A reply that changed the cart has arrived, and nobody has told what the cart is now.
    Announce,
    /// Somebody began to send it and has not said how it ended; look again at this moment.
    Wait(Timestamp),
    /// Somebody began to send it and is gone: find out what became of it.
    FindOut {
        /// The reply.
        reply: &'a Outgoing,
        /// Which part, from 0.
        part: u32,
        /// Which attempt at it, from 1.
        attempt: u32,
        /// Its words.
        text: &'a str,
        /// Since when.
        since: Timestamp,
    },
}

/// What a call may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take at the most.
    pub deadline: Duration,
    /// How many messages the bot may send to one chat in 24 hours.
    pub messages_per_day: u64,
}

/// A part of a reply, within the channel's limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its words.
    pub text: String,
    /// Whether it is the last.
    pub last: bool,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider has it.
    Sent(ProviderId, Evidence),
    /// Nobody can know.
    Uncertain(String),
    /// The provider does not have it.
    Failed {
        /// What it said.
        reason: String,
        /// Whether another attempt makes sense.
        retryable: bool,
    },
}

/// Why a reply does not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendRefusal {
    /// The chat is not the bot's.
    OwnerChanged(Owner),
    /// The buyer wrote meanwhile.
    Stale(ReplyId),
    /// It is no longer waiting to be sent.
    NotReady(ReplyId),
}

impl Conversation {
    /// What the dispatcher has to do now.
    #[must_use]
    pub fn send_step(&self, now: Timestamp, limits: Limits) -> SendStep<'_> {
        if self.deal_due.is_some() {
            return SendStep::Announce;
        }
        let Some(reply) = self.outbox.iter().find(|reply| reply.is_moving()) else {
            return SendStep::Nothing;
        };
        match &reply.progress {
            Progress::Ready { part, attempt } => match self.leave(reply) {
                Ok(()) if reply.counts() && self.is_capped(now, limits.messages_per_day) => {
                    SendStep::Nothing
                }
                Ok(()) => SendStep::Send {
                    reply,
                    part: *part,
                    attempt: *attempt,
                },
                Err(_) => SendStep::Nothing,
            },
            Progress::Sending {
                part,
                attempt,
                text,
                since,
                ..
            } => match since.checked_add(limits.deadline) {
                Ok(end) if end > now => SendStep::Wait(end),
                Ok(_) | Err(_) => SendStep::FindOut {
                    reply,
                    part: *part,
                    attempt: *attempt,
                    text,
                    since: *since,
                },
            },
            Progress::Uncertain { .. } | Progress::Refused => SendStep::Nothing,
        }
    }

    /// The guard at the outbound boundary: right owner, nothing newer from the buyer.
    fn leave(&self, reply: &Outgoing) -> Result<(), SendRefusal> {
        if !self.may_leave(reply.kind) {
            return Err(SendRefusal::OwnerChanged(self.owner));
        }
        let open = self.turn.as_ref().filter(|turn| turn.id == reply.turn);
        if open.is_some_and(|turn| !self.is_fresh(turn)) {
            return Err(SendRefusal::Stale(reply.id));
        }
        Ok(())
    }

    /// Records the intent to send a part.
    ///
    /// # Errors
    /// [`SendRefusal`]: nothing may be sent; the caller drops it, the router withdraws it.
    pub fn start_sending(
        &self,
        id: ReplyId,
        part: u32,
        words: &Part,
    ) -> Result<Decision<ConversationEvent>, SendRefusal> {
        let reply = self.outgoing(id).ok_or(SendRefusal::NotReady(id))?;
        let attempt = match reply.progress {
            Progress::Ready {
                part: next,
                attempt,
            } if next == part => attempt,
            Progress::Ready { .. }
            | Progress::Sending { .. }
            | Progress::Uncertain { .. }
            | Progress::Refused => return Err(SendRefusal::NotReady(id)),
        };
        self.leave(reply)?;
        let event = ConversationEvent::ReplySending(ReplySending {
            reply: id,
            part,
            attempt,
            text: words.text.clone(),
            last: words.last,
        });
        Ok(Decision::new(reply.last, vec![event]))
    }

    /// Tells what the cart, and the order in the making, are since a reply reached the buyer.
    #[must_use]
    pub fn announce(&self) -> Decision<ConversationEvent> {
        let Some((reply, due)) = &self.deal_due else {
            return Decision::nothing();
        };
        let cause = EventId::derive(&["deal", &reply.to_string()]);
        Decision::new(Cause::outside(cause), self.deal_events(*reply, due))
    }

    /// What a deal changes of the one that is known.
    fn deal_events(&self, reply: ReplyId, due: &Deal) -> Vec<ConversationEvent> {
        let mut events = Vec::new();
        if due.cart != self.deal.cart {
            let cart = due.cart.clone();
            events.push(ConversationEvent::CartChanged(CartChanged { reply, cart }));
        }
        if due.checkout != self.deal.checkout {
            let checkout = due.checkout.clone();
            let changed = CheckoutChanged { reply, checkout };
            events.push(ConversationEvent::CheckoutChanged(Box::new(changed)));
        }
        events
    }

    /// Records how sending a part ended. An outcome that is already known adds nothing.
    #[must_use]
    pub fn sending_ended(
        &self,
        id: ReplyId,
        part: u32,
        outcome: &Outcome,
    ) -> Decision<ConversationEvent> {
        let Some(reply) = self.outgoing(id) else {
            return Decision::nothing();
        };
        let Progress::Sending {
            part: current,
            attempt,
            last,
            ..
        } = &reply.progress
        else {
            return Decision::nothing();
        };
        if *current != part {
            return Decision::nothing();
        }
        let mut events = Vec::with_capacity(2);
        match outcome {
            Outcome::Sent(provider_id, evidence) => {
                events.push(ConversationEvent::ReplySent(ReplySent {
                    reply: id,
                    part,
                    provider_id: provider_id.clone(),
                    evidence: *evidence,
                }));
                if *last {
                    events.extend(reply.offers.iter().map(|offer| {
                        ConversationEvent::OfferMade(OfferMade {
                            reply: id,
                            offer: offer.clone(),
                        })
                    }));
                }
                if let (true, Some(deal)) = (*last, &reply.deal) {
                    events.extend(self.deal_events(id, deal));
                }
                if let (true, Some(list)) = (*last, &reply.list) {
                    events.push(ConversationEvent::ListShown(ListShown {
                        reply: id,
                        list: list.clone(),
                    }));
                }
            }
            Outcome::Uncertain(reason) => {
                events.push(ConversationEvent::ReplyUncertain(ReplyUncertain {
                    reply: id,
                    part,
                    reason: reason.clone(),
                }));
            }
            Outcome::Failed { reason, retryable } => {
                events.push(ConversationEvent::ReplyFailed(ReplyFailed {
                    reply: id,
                    part,
                    attempt: *attempt,
                    reason: reason.clone(),
                    retryable: *retryable,
                }));
            }
        }
        Decision::new(reply.last, events)
    }
}
