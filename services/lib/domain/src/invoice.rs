//! A shop's invoices: numbers without a gap, and how far each is on its way by mail.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, ConversationId, Decision, EventId, Fold, OrderId, Recorded,
    conversation::Actor,
    invoice::{
        InvoiceEvent, InvoiceIssued, InvoiceMailFailed, InvoiceMailUncertain, InvoiceMailed,
        InvoiceMailing, InvoiceResendAsked,
    },
};

/// How often a letter is tried before people have to see to it.
pub const MOST_ATTEMPTS: u32 = 12;

/// What is known of a shop's invoices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Invoices {
    by_order: BTreeMap<OrderId, u64>,
    issued: BTreeMap<u64, Issued>,
    /// Whose letters are not at their end.
    open: BTreeSet<u64>,
    /// The newest requests to send one again, oldest first.
    asked: VecDeque<EventId>,
}

/// How many requests to send an invoice again are remembered.
const REMEMBERED: usize = 64;

/// An invoice: what it is about, and how far its letter is. What stands on it stands in its event.
#[derive(Clone, Debug, PartialEq)]
pub struct Issued {
    /// Position of the `invoice_issued` event in its shard.
    pub seq: u64,
    /// The order.
    pub order: OrderId,
    /// Where it was ordered.
    pub conversation: ConversationId,
    /// When it was issued.
    pub at: Timestamp,
    /// How often it was asked for, from 1.
    pub copy: u32,
    /// How far the letter of that copy is.
    pub letter: Letter,
    /// The last event about it.
    last: Cause,
}

/// How far a letter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// The buyer gave no mail address.
    None,
    /// It can be handed over from this moment on; `attempt` counts from 1.
    Ready {
        /// Which attempt.
        attempt: u32,
        /// Not before.
        not_before: Timestamp,
    },
    /// The intent is recorded and no outcome yet.
    Mailing {
        /// Which attempt.
        attempt: u32,
        /// Since when.
        since: Timestamp,
    },
    /// The mail server has it.
    Mailed,
    /// The mail server refuses it for good, or has for too long.
    Refused(String),
    /// Nobody can know.
    Uncertain(String),
}

/// What the state asks of whoever mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStep {
    /// Hand over this invoice.
    Mail {
        /// The invoice.
        number: u64,
        /// How often it was asked for.
        copy: u32,
        /// Which attempt at that.
        attempt: u32,
    },
    /// Somebody began to hand it over and is gone.
    FindOut {
        /// The invoice.
        number: u64,
    },
    /// Look again at this moment.
    Wait(Timestamp),
}

/// How handing over a letter ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailing {
    /// The server has it, and said this.
    Accepted(String),
    /// The server does not have it.
    Failed {
        /// What it said.
        reason: String,
        /// Whether another attempt makes sense.
        retryable: bool,
    },
    /// Nobody can know.
    Uncertain(String),
}

/// The invoice of this number among the events of the commit that issued it.
#[must_use]
pub fn issued_in(events: Vec<Recorded<InvoiceEvent>>, number: u64) -> Option<InvoiceIssued> {
    events
        .into_iter()
        .find_map(|recorded| match recorded.event {
            InvoiceEvent::InvoiceIssued(invoice) if invoice.number == number => Some(*invoice),
            InvoiceEvent::InvoiceIssued(_)
            | InvoiceEvent::InvoiceMailing(_)
            | InvoiceEvent::InvoiceMailed(_)
            | InvoiceEvent::InvoiceMailFailed(_)
            | InvoiceEvent::InvoiceMailUncertain(_)
            | InvoiceEvent::InvoiceResendAsked(_) => None,
        })
}

impl Invoices {
    /// The number that the next invoice gets.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        let last = self.issued.last_key_value();
        last.map_or(1, |(number, _)| number.saturating_add(1))
    }

    /// The invoice of an order.
    #[must_use]
    pub fn of_order(&self, order: OrderId) -> Option<(u64, &Issued)> {
        let number = *self.by_order.get(&order)?;
        Some((number, self.issued.get(&number)?))
    }

    /// An invoice by its number.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Issued> {
        self.issued.get(&number)
    }

    /// Every invoice with its number, in their order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (u64, &Issued)> {
        self.issued.iter().map(|(number, issued)| (*number, issued))
    }

    /// Issues the invoice of an order under the next number; an order has one. Whatever number `invoice` bears is
    /// replaced: only here is it known.
    #[must_use]
    pub fn issue(&self, invoice: &InvoiceIssued) -> Decision<InvoiceEvent> {
        if self.by_order.contains_key(&invoice.order) {
            return Decision::nothing();
        }
        let issued = InvoiceIssued {
            number: self.next_number(),
            ..invoice.clone()
        };
        let cause = EventId::derive(&["invoice", &invoice.order.to_string()]);
        let event = InvoiceEvent::InvoiceIssued(Box::new(issued));
        Decision::new(Cause::outside(cause), vec![event])
    }

    /// Whether this request to send one again was carried out before.
    #[must_use]
    pub fn was_asked(&self, request: EventId) -> bool {
        self.asked.contains(&request)
    }

    /// What there is to do by mail, the oldest first. `deadline`: how long handing over may take at the most.
    #[must_use]
    pub fn mail_steps(&self, now: Timestamp, deadline: SignedDuration) -> Vec<MailStep> {
        let open = self.open.iter();
        let open = open.filter_map(|number| Some((*number, self.issued.get(number)?)));
        let steps = open.filter_map(|(number, issued)| match &issued.letter {
            Letter::Ready { not_before, .. } if *not_before > now => {
                Some(MailStep::Wait(*not_before))
            }
            Letter::Ready { attempt, .. } => Some(MailStep::Mail {
                number,
                copy: issued.copy,
                attempt: *attempt,
            }),
            Letter::Mailing { since, .. } => match since.checked_add(deadline) {
                Ok(end) if end > now => Some(MailStep::Wait(end)),
                Ok(_) | Err(_) => Some(MailStep::FindOut { number }),
            },
            Letter::None | Letter::Mailed | Letter::Refused(_) | Letter::Uncertain(_) => None,
        });
        steps.collect()
    }

    /// Records the intent to hand a letter over. Adds nothing when somebody else did, or it is not due.
    #[must_use]
    pub fn start_mailing(&self, number: u64, now: Timestamp) -> Decision<InvoiceEvent> {
        let Some(issued) = self.issued.get(&number) else {
            return Decision::nothing();
        };
        let Letter::Ready {
            attempt,
            not_before,
        } = issued.letter
        else {
            return Decision::nothing();
        };
        if not_before > now {
            return Decision::nothing();
        }
        let event = InvoiceEvent::InvoiceMailing(InvoiceMailing {
            number,
            copy: issued.copy,
            attempt,
        });
        Decision::new(issued.last, vec![event])
    }

    /// Records how handing over ended. An outcome that is already known adds nothing.
    #[must_use]
    pub fn mailing_ended(&self, number: u64, how: &Mailing) -> Decision<InvoiceEvent> {
        let Some(issued) = self.issued.get(&number) else {
            return Decision::nothing();
        };
        let Letter::Mailing { attempt, .. } = issued.letter else {
            return Decision::nothing();
        };
        let copy = issued.copy;
        let event = match how {
            Mailing::Accepted(receipt) => InvoiceEvent::InvoiceMailed(InvoiceMailed {
                number,
                copy,
                receipt: receipt.clone(),
            }),
            Mailing::Failed { reason, retryable } => {
                InvoiceEvent::InvoiceMailFailed(InvoiceMailFailed {
                    number,
                    copy,
                    attempt,
                    reason: reason.clone(),
                    retryable: *retryable && attempt < MOST_ATTEMPTS,
                })
            }
            Mailing::Uncertain(reason) => {
                InvoiceEvent::InvoiceMailUncertain(InvoiceMailUncertain {
                    number,
                    copy,
                    reason: reason.clone(),
                })
            }
        };
        Decision::new(issued.last, vec![event])
    }

    /// Sends an invoice again, for somebody of the shop. `cause` names the call: the same one again adds nothing while
    /// its letter is under way. `None`: there is no such invoice.
    #[must_use]
    pub fn resend(&self, number: u64, by: &Actor, cause: Cause) -> Option<Decision<InvoiceEvent>> {
        let issued = self.issued.get(&number)?;
        Some(match issued.letter {
            Letter::Ready { .. } | Letter::Mailing { .. } => Decision::nothing(),
            Letter::None | Letter::Mailed | Letter::Refused(_) | Letter::Uncertain(_) => {
                let by = by.clone();
                let event = InvoiceEvent::InvoiceResendAsked(InvoiceResendAsked { number, by });
                Decision::new(cause, vec![event])
            }
        })
    }
}

/// When a letter that could not be handed over is tried again: 30 s, 1, 2, 4 … minutes, at most an hour.
fn pause(attempt: u32) -> SignedDuration {
    let doubled = 1_i64
        .checked_shl(attempt.saturating_sub(1).min(10))
        .unwrap_or(1);
    SignedDuration::from_secs(doubled.saturating_mul(30).min(3600))
}

impl Fold for Invoices {
    type Event = InvoiceEvent;

    fn evolve(&mut self, recorded: &Recorded<InvoiceEvent>) {
        let number = self.happened(recorded);
        let is_open = |issued: &Issued| match issued.letter {
            Letter::Ready { .. } | Letter::Mailing { .. } => true,
            Letter::None | Letter::Mailed | Letter::Refused(_) | Letter::Uncertain(_) => false,
        };
        if self.issued.get(&number).is_some_and(is_open) {
            self.open.insert(number);
        } else {
            self.open.remove(&number);
        }
    }
}

impl Invoices {
    /// Takes an event in; the number of the invoice that it is about.
    fn happened(&mut self, recorded: &Recorded<InvoiceEvent>) -> u64 {
        let (time, last) = (recorded.meta.time, recorded.meta.as_cause());
        let number = match &recorded.event {
            InvoiceEvent::InvoiceIssued(event) => {
                self.by_order.insert(event.order, event.number);
                let letter = match event.payer.email {
                    None => Letter::None,
                    Some(_) => Letter::Ready {
                        attempt: 1,
                        not_before: time,
                    },
                };
                self.issued.insert(
                    event.number,
                    Issued {
                        seq: recorded.seq,
                        order: event.order,
                        conversation: event.conversation,
                        at: time,
                        copy: 1,
                        letter,
                        last,
                    },
                );
                return event.number;
            }
            InvoiceEvent::InvoiceMailing(event) => event.number,
            InvoiceEvent::InvoiceMailed(event) => event.number,
            InvoiceEvent::InvoiceMailFailed(event) => event.number,
            InvoiceEvent::InvoiceMailUncertain(event) => event.number,
            InvoiceEvent::InvoiceResendAsked(event) => event.number,
        };
        if let (InvoiceEvent::InvoiceResendAsked(_), Some(request)) =
            (&recorded.event, recorded.meta.causation)
        {
            if self.asked.len() >= REMEMBERED {
                self.asked.pop_front();
            }
            self.asked.push_back(request);
        }
        let Some(issued) = self.issued.get_mut(&number) else {
            return number;
        };
        issued.last = last;
        issued.letter = match &recorded.event {
            InvoiceEvent::InvoiceIssued(_) => return number,
            InvoiceEvent::InvoiceMailing(event) => Letter::Mailing {
                attempt: event.attempt,
                since: time,
            },
            InvoiceEvent::InvoiceMailed(_) => Letter::Mailed,
            InvoiceEvent::InvoiceMailFailed(event) if event.retryable => Letter::Ready {
                attempt: event.attempt.saturating_add(1),
                not_before: time.saturating_add(pause(event.attempt)).unwrap_or(time),
            },
            InvoiceEvent::InvoiceMailFailed(event) => Letter::Refused(event.reason.clone()),
            InvoiceEvent::InvoiceMailUncertain(event) => Letter::Uncertain(event.reason.clone()),
            InvoiceEvent::InvoiceResendAsked(_) => {
                issued.copy = issued.copy.saturating_add(1);
                Letter::Ready {
                    attempt: 1,
                    not_before: time,
                }
            }
        };
        number
    }
}
