//! Events of the webhooks that a shop's other systems are told by: what is due to whom, and what became of it.
//!
//! One history for each endpoint and source: `<endpoint>_<conversation>`, `<endpoint>_invoices` or `<endpoint>_tests`.
//! What is told is not repeated here: it follows from the event that a message names.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    envelope::EventData,
    id::{EventId, OrderId},
    subject::Kind,
};

/// Every type of message that an endpoint can ask for.
pub const TYPES: [&str; 16] = [
    "order.submitted",
    "order.placed",
    "order.declined",
    "order.amended",
    "order.approved",
    "order.rejected",
    "order.cancelled",
    "order.expired",
    "order.paid",
    "order.shipped",
    "order.delivered",
    "order.returned",
    "invoice.issued",
    "invoice.mailed",
    "invoice.mail_failed",
    "invoice.mail_uncertain",
];

/// The type of a message that only tries an endpoint out.
pub const TEST: &str = "webhook.test";

/// Whether `pattern` of a shop's file, `order.*` or `order.paid`, means messages of this type.
#[must_use]
pub fn is_meant(pattern: &str, message: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => message.starts_with(start),
        None => pattern == message,
    }
}

/// What happened to the messages of an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum WebhookEvent {
    /// An endpoint is to be told something.
    #[serde(rename = "torg.webhook.webhook_due.v1")]
    WebhookDue(WebhookDue),
    /// The endpoint took it.
    #[serde(rename = "torg.webhook.webhook_delivered.v1")]
    WebhookDelivered(WebhookDelivered),
    /// The endpoint did not take it this time.
    #[serde(rename = "torg.webhook.webhook_failed.v1")]
    WebhookFailed(WebhookFailed),
    /// It is not tried any more by itself.
    #[serde(rename = "torg.webhook.webhook_given_up.v1")]
    WebhookGivenUp(WebhookGivenUp),
    /// Somebody of the shop wants it tried again.
    #[serde(rename = "torg.webhook.webhook_retry_asked.v1")]
    WebhookRetryAsked(WebhookRetryAsked),
    /// Somebody of the shop wants to see whether an endpoint can be reached.
    #[serde(rename = "torg.webhook.webhook_test_asked.v1")]
    WebhookTestAsked(WebhookTestAsked),
}

/// An endpoint is to be told something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookDue {
    /// The message: the same in every attempt, and in the header `webhook-id`.
    pub message: EventId,
    /// Its type: `order.approved`.
    pub what: String,
    /// The event that it tells of.
    pub event: EventId,
    /// The event's place in its own history.
    pub version: u64,
    /// When that was.
    pub at: Timestamp,
    /// The order that it is about: messages about one order go out one after the other.
    pub order: OrderId,
}

/// The endpoint took it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookDelivered {
    /// The message.
    pub message: EventId,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// What the endpoint answered: 200 to 299.
    pub status: u16,
}

/// The endpoint did not take it this time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookFailed {
    /// The message.
    pub message: EventId,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Why, without a word of what the endpoint said.
    pub reason: String,
    /// Not before this moment is it tried again.
    pub next_at: Timestamp,
}

/// It is not tried any more by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookGivenUp {
    /// The message.
    pub message: EventId,
    /// How often it was tried.
    pub attempts: u32,
    /// Why.
    pub reason: String,
}

/// Somebody of the shop wants it tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookRetryAsked {
    /// The message.
    pub message: EventId,
}

/// Somebody of the shop wants to see whether an endpoint can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookTestAsked {
    /// The message that is sent for it.
    pub message: EventId,
}

impl EventData for WebhookEvent {
    const KIND: Kind = Kind::Webhook;

    fn type_name(&self) -> &'static str {
        match self {
            Self::WebhookDue(_) => "torg.webhook.webhook_due.v1",
            Self::WebhookDelivered(_) => "torg.webhook.webhook_delivered.v1",
            Self::WebhookFailed(_) => "torg.webhook.webhook_failed.v1",
            Self::WebhookGivenUp(_) => "torg.webhook.webhook_given_up.v1",
            Self::WebhookRetryAsked(_) => "torg.webhook.webhook_retry_asked.v1",
            Self::WebhookTestAsked(_) => "torg.webhook.webhook_test_asked.v1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_one_type_or_all_that_begin_so() {
        assert!(is_meant("order.paid", "order.paid"));
        assert!(is_meant("order.*", "order.paid"));
        assert!(is_meant("*", "invoice.issued"));
        assert!(!is_meant("order.*", "invoice.issued"));
        assert!(!is_meant("order.paid", "order.paid_back"));
        assert!(!is_meant("order", "order.paid"));
    }
}
