//! Events of one customer of a shop: a person as a provider knows them, over all their chats.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{OrderTerms, Recipient},
    envelope::EventData,
    id::{ConversationId, OrderId},
    subject::Kind,
};

/// What happened to a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum CustomerEvent {
    /// The customer placed an order.
    #[serde(rename = "torg.customer.customer_ordered.v1")]
    CustomerOrdered(Box<CustomerOrdered>),
    /// An order of theirs was agreed on other terms than before.
    #[serde(rename = "torg.customer.customer_order_changed.v1")]
    CustomerOrderChanged(Box<CustomerOrderChanged>),
}

/// The customer placed an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerOrdered {
    /// The order.
    pub order: OrderId,
    /// Where.
    pub conversation: ConversationId,
    /// When every piece was reserved.
    pub placed_at: Timestamp,
    /// What was ordered.
    pub terms: OrderTerms,
    /// Who bought.
    pub recipient: Recipient,
}

/// A seller changed an order, and every piece of it is reserved again: this is what is bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerOrderChanged {
    /// The order.
    pub order: OrderId,
    /// Which of its terms, from 2.
    pub revision: u32,
    /// What is ordered now.
    pub terms: OrderTerms,
}

impl EventData for CustomerEvent {
    const KIND: Kind = Kind::Customer;

    fn type_name(&self) -> &'static str {
        match self {
            Self::CustomerOrdered(_) => "torg.customer.customer_ordered.v1",
            Self::CustomerOrderChanged(_) => "torg.customer.customer_order_changed.v1",
        }
    }
}
