//! The rows, field by column.

use eventlog::project::Row;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An article in a cart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CartLine {
    pub(super) shop: String,
    pub(super) conversation: Uuid,
    pub(super) place: i32,
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) pieces: i64,
    pub(super) price: i64,
    pub(super) list_price: i64,
    pub(super) valid_until: Timestamp,
}

impl Row for CartLine {
    const TABLE: &'static str = "cart_line";
    const KEY: &'static [&'static str] = &["conversation", "place"];
    type Key = (Uuid, i32);

    fn key(&self) -> Self::Key {
        (self.conversation, self.place)
    }
}

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CustomerOrder {
    pub(super) id: Uuid,
    pub(super) shop: String,
    pub(super) conversation: Uuid,
    pub(super) code: String,
    pub(super) stage: String,
    pub(super) revision: i32,
    pub(super) terms: Value,
    pub(super) before: Option<Value>,
    pub(super) total: i64,
    pub(super) recipient: Value,
    pub(super) because: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) decided_by: Option<Value>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) short: Value,
    pub(super) marks: Vec<Value>,
    pub(super) invoice: Option<i64>,
    pub(super) version: i64,
    pub(super) submitted_at: Timestamp,
    pub(super) changed_at: Timestamp,
}

impl Row for CustomerOrder {
    const TABLE: &'static str = "customer_order";
    const KEY: &'static [&'static str] = &["id"];
    type Key = (Uuid,);

    fn key(&self) -> Self::Key {
        (self.id,)
    }
}

/// An article of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OrderLine {
    pub(super) order_id: Uuid,
    pub(super) place: i32,
    pub(super) shop: String,
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) pieces: i64,
    pub(super) price: i64,
    pub(super) list_price: i64,
}

impl Row for OrderLine {
    const TABLE: &'static str = "order_line";
    const KEY: &'static [&'static str] = &["order_id", "place"];
    type Key = (Uuid, i32);

    fn key(&self) -> Self::Key {
        (self.order_id, self.place)
    }
}

/// A customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Customer {
    pub(super) id: Uuid,
    pub(super) shop: String,
    pub(super) orders: i64,
    pub(super) last_order: Uuid,
    pub(super) last_conversation: Uuid,
    pub(super) recipient: Value,
    pub(super) first_at: Timestamp,
    pub(super) last_at: Timestamp,
}

impl Row for Customer {
    const TABLE: &'static str = "customer";
    const KEY: &'static [&'static str] = &["id"];
    type Key = (Uuid,);

    fn key(&self) -> Self::Key {
        (self.id,)
    }
}

/// A mail address that a customer has confirmed, by the id of its own history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CustomerContact {
    pub(super) customer: Uuid,
    pub(super) contact: Uuid,
    pub(super) shop: String,
    pub(super) confirmed_at: Timestamp,
}

impl Row for CustomerContact {
    const TABLE: &'static str = "customer_contact";
    const KEY: &'static [&'static str] = &["customer", "contact"];
    type Key = (Uuid, Uuid);

    fn key(&self) -> Self::Key {
        (self.customer, self.contact)
    }
}
