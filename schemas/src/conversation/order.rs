//! What becomes of an order, from the buyer's yes to the parcel.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ConversationEvent as Event,
    cart::{OrderTerms, Recipient},
    people::Actor,
};
use crate::id::{EventId, OrderId, Sku};

/// The buyer said yes to a summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderSubmitted {
    /// The order.
    pub order: OrderId,
    /// The messages that say yes.
    pub messages: Vec<EventId>,
    /// What was shown.
    pub terms: OrderTerms,
    /// Who buys.
    pub recipient: Recipient,
}

/// Every piece of the order is reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderPlaced {
    /// The order.
    pub order: OrderId,
    /// Which of its terms, from 1: a seller may have changed them.
    pub revision: u32,
    /// Whether a seller has to say yes.
    pub approval: bool,
    /// Why, for people: `policy: always`, `policy: over 5000`, `the sheet does not count RB-90`.
    pub because: String,
    /// Until when it waits for that.
    pub expires_at: Timestamp,
}

/// An article of which there are fewer than wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shortage {
    /// The article.
    pub sku: Sku,
    /// How many were wanted.
    pub wanted: u32,
    /// How many can still be had.
    pub left: u32,
}

/// Something of the order is no longer there; nothing of it is reserved. Of a change by a seller: the order stays as it
/// was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderDeclined {
    /// The order.
    pub order: OrderId,
    /// Which of its terms, from 1.
    pub revision: u32,
    /// What is missing.
    pub short: Vec<Shortage>,
}

/// A seller changed an order that waits for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderAmended {
    /// The order.
    pub order: OrderId,
    /// Who.
    pub by: Actor,
    /// The terms from now on, if every piece can be reserved.
    pub terms: OrderTerms,
}

/// A seller says yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderApproved {
    /// The order.
    pub order: OrderId,
    /// Who.
    pub by: Actor,
}

/// A seller says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderRejected {
    /// The order.
    pub order: OrderId,
    /// Who.
    pub by: Actor,
    /// Why, in the seller's words to the buyer; empty: nothing was said.
    #[serde(default)]
    pub reason: String,
}

/// The buyer takes an order back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelled {
    /// The order.
    pub order: OrderId,
    /// The messages that say so.
    pub messages: Vec<EventId>,
}

/// Nobody approved an order in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderExpired {
    /// The order.
    pub order: OrderId,
}

/// What a seller notes of an approved order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum OrderMark {
    /// The money is there.
    Paid,
    /// It was sent.
    Shipped {
        /// The carrier's number; `None`: there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<String>,
    },
    /// The buyer has it.
    Delivered,
    /// The buyer sent it back.
    Returned,
}

/// A seller notes how far an approved order is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderMarked {
    /// The order.
    pub order: OrderId,
    /// What.
    pub mark: OrderMark,
    /// Who.
    pub by: Actor,
}

/// An approved order has its invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderInvoiced {
    /// The order.
    pub order: OrderId,
    /// The invoice's number in this shop.
    pub invoice: u64,
    /// What can be said of it to the buyer where no file can be sent: payee, account, sum, purpose.
    pub payment: String,
}

/// What the buyer is told of an order without having asked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderNews {
    /// A seller said yes.
    Approved,
    /// A seller said no.
    Rejected,
    /// Nobody said anything in time.
    Expired,
    /// There is an invoice.
    Invoiced,
    /// The money is there.
    Paid,
    /// It was sent.
    Shipped,
    /// It was marked as delivered.
    Delivered,
    /// It was marked as returned.
    Returned,
}

/// What a reply tells of which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// The order.
    pub order: OrderId,
    /// What.
    pub news: OrderNews,
    /// The invoice whose document goes with it, where the channel takes documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<u64>,
}

impl Event {
    /// The order that it says something about; `None`: it is about none.
    #[must_use]
    pub const fn order(&self) -> Option<OrderId> {
        match self {
            Self::OrderSubmitted(event) => Some(event.order),
            Self::OrderPlaced(event) => Some(event.order),
            Self::OrderDeclined(event) => Some(event.order),
            Self::OrderAmended(event) => Some(event.order),
            Self::OrderApproved(event) => Some(event.order),
            Self::OrderRejected(event) => Some(event.order),
            Self::OrderCancelled(event) => Some(event.order),
            Self::OrderExpired(event) => Some(event.order),
            Self::OrderMarked(event) => Some(event.order),
            Self::OrderInvoiced(event) => Some(event.order),
            _ => None,
        }
    }
}
