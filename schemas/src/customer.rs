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

impl EventData for CustomerEvent {
    const KIND: Kind = Kind::Customer;

    fn type_name(&self) -> &'static str {
        match self {
            Self::CustomerOrdered(_) => "torg.customer.customer_ordered.v1",
        }
    }
}
