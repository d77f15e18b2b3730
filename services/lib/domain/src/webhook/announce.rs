//! What a shop's other systems can be told: of the orders of a chat, and of the shop's invoices.
//!
//! A message has the same id whoever computes it, and tells how things stood right behind its event, however late it is
//! sent.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use schemas::{
    Cause, ConversationId, EventId, Fold, OrderId, Recorded,
    conversation::{ConversationEvent as Event, OrderMark},
    invoice::InvoiceEvent,
    webhook::WebhookDue,
};

use crate::conversation::{Conversation, Order, Stage};

/// Something that can be told, and what stood behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement<T> {
    /// Which message, of which type, about what.
    pub due: WebhookDue,
    /// The event.
    pub cause: Cause,
    /// How things stood.
    pub about: T,
}

/// What can be told of the orders of a chat, oldest first.
#[derive(Clone, Debug, Default)]
pub struct OrderAnnouncements {
    chat: Conversation,
    told: Vec<Announcement<Arc<Order>>>,
}

impl OrderAnnouncements {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Announcement<Arc<Order>>] {
        &self.told
    }

    fn announce(&mut self, recorded: &Recorded<Event>, order: OrderId, whats: &[&str]) {
        let Some(about) = self.chat.order(order).cloned().map(Arc::new) else {
            return;
        };
        for what in whats {
            self.told.push(Announcement {
                due: due(
                    recorded.meta.id,
                    recorded.version,
                    recorded.meta.time,
                    what,
                    order,
                ),
                cause: recorded.meta.as_cause(),
                about: Arc::clone(&about),
            });
        }
    }
}

fn due(event: EventId, version: u64, at: Timestamp, what: &str, order: OrderId) -> WebhookDue {
    WebhookDue {
        // One event may be told of in two messages: an order that needs nobody's yes is placed and approved.
        message: EventId::derive(&["webhook", &event.to_string(), what]),
        what: what.to_owned(),
        event,
        version,
        at,
        order,
    }
}

const fn marked(mark: &OrderMark) -> &'static str {
    match mark {
        OrderMark::Paid => "order.paid",
        OrderMark::Shipped { .. } => "order.shipped",
        OrderMark::Delivered => "order.delivered",
        OrderMark::Returned => "order.returned",
    }
}

impl Fold for OrderAnnouncements {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        self.chat.evolve(recorded);
        let (order, what) = match &recorded.event {
            Event::OrderSubmitted(event) => (event.order, "order.submitted"),
            Event::OrderPlaced(event) => {
                let stage = self.chat.order(event.order).map(|order| &order.stage);
                let whats: &[&str] = match stage {
                    Some(Stage::Approved) => &["order.placed", "order.approved"],
                    Some(_) | None => &["order.placed"],
                };
                return self.announce(recorded, event.order, whats);
            }
            Event::OrderDeclined(event) => (event.order, "order.declined"),
            Event::OrderAmended(event) => (event.order, "order.amended"),
            Event::OrderApproved(event) => (event.order, "order.approved"),
            Event::OrderRejected(event) => (event.order, "order.rejected"),
            Event::OrderCancelled(event) => (event.order, "order.cancelled"),
            Event::OrderExpired(event) => (event.order, "order.expired"),
            Event::OrderMarked(event) => (event.order, marked(&event.mark)),
            Event::MessageReceived(_)
            | Event::MessageEdited(_)
            | Event::MessageDeleted(_)
            | Event::NoticeReceived(_)
            | Event::ButtonPressed(_)
            | Event::SellerWrote(_)
            | Event::ReplyEchoed(_)
            | Event::VoiceTranscribed(_)
            | Event::ModelCalled(_)
            | Event::TurnRouted(_)
            | Event::AnswerGiven(_)
            | Event::CannotAnswer(_)
            | Event::ReplyComposed(_)
            | Event::ReplyWithdrawn(_)
            | Event::HandoffRequested(_)
            | Event::BotResumed(_)
            | Event::ReplySending(_)
            | Event::ReplySent(_)
            | Event::ReplyUncertain(_)
            | Event::ReplyFailed(_)
            | Event::ListShown(_)
            | Event::OfferMade(_)
            | Event::DraftSuggested(_)
            | Event::SellerReplied(_)
            | Event::ChatTaken(_)
            | Event::ChatGivenBack(_)
            | Event::ChatClosed(_)
            | Event::BuyerMuted(_)
            | Event::BuyerUnmuted(_)
            | Event::HandoffJudged(_)
            | Event::HandoffLabelled(_)
            | Event::ArmAssigned(_)
            | Event::CartChanged(_)
            | Event::CheckoutChanged(_)
            // The invoice's own history tells of it.
            | Event::OrderInvoiced(_) => return,
        };
        self.announce(recorded, order, &[what]);
    }
}

/// An invoice that is told of. What stands on it stands in the commit at `seq`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Its number.
    pub number: u64,
    /// Position of the commit that issued it in its shard.
    pub seq: u64,
    /// Where it was ordered.
    pub conversation: ConversationId,
    /// Which attempt to mail it this is about; `None`: it is about none.
    pub attempt: Option<u32>,
    /// Why it was not mailed; empty: it was, or that is not what this is about.
    pub reason: String,
    /// Whether it is tried again by itself.
    pub again: bool,
}

/// What can be told of a shop's invoices, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InvoiceAnnouncements {
    issued: BTreeMap<u64, (OrderId, Bill)>,
    told: Vec<Announcement<Bill>>,
}

impl InvoiceAnnouncements {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Announcement<Bill>] {
        &self.told
    }
}

impl Fold for InvoiceAnnouncements {
    type Event = InvoiceEvent;

    fn evolve(&mut self, recorded: &Recorded<InvoiceEvent>) {
        let mut attempt = None;
        let (mut reason, mut again) = (String::new(), false);
        let (number, what) = match &recorded.event {
            InvoiceEvent::InvoiceIssued(event) => {
                let bill = Bill {
                    number: event.number,
                    seq: recorded.seq,
                    conversation: event.conversation,
                    attempt: None,
                    reason: String::new(),
                    again: false,
                };
                self.issued.insert(event.number, (event.order, bill));
                (event.number, "invoice.issued")
            }
            InvoiceEvent::InvoiceMailed(event) => (event.number, "invoice.mailed"),
            InvoiceEvent::InvoiceMailFailed(event) => {
                attempt = Some(event.attempt);
                reason.clone_from(&event.reason);
                again = event.retryable;
                (event.number, "invoice.mail_failed")
            }
            InvoiceEvent::InvoiceMailUncertain(event) => {
                reason.clone_from(&event.reason);
                (event.number, "invoice.mail_uncertain")
            }
            InvoiceEvent::InvoiceMailing(_) | InvoiceEvent::InvoiceResendAsked(_) => return,
        };
        let Some((order, bill)) = self.issued.get(&number) else {
            return;
        };
        let meta = &recorded.meta;
        self.told.push(Announcement {
            due: due(meta.id, recorded.version, meta.time, what, *order),
            cause: meta.as_cause(),
            about: Bill {
                attempt,
                reason,
                again,
                ..bill.clone()
            },
        });
    }
}
