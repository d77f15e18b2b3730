//! The rows, field by column.

use eventlog::project::Row;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Declares the struct of a row and says where it is kept.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident in $table:literal by ($($key:ident: $type:ty),+) { $($field:ident: $of:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub(super) struct $name { $(pub(super) $field: $of),+ }

        impl Row for $name {
            const TABLE: &'static str = $table;
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];
            type Key = ($($type,)+);

            fn key(&self) -> Self::Key {
                ($(self.$key.clone(),)+)
            }
        }
    };
}

row! {
    /// A shop.
    Shop in "shop" by (shop: String) {
        shop: String,
        name: String,
        settings: Value,
        configured_at: Timestamp,
    }
}
row! {
    /// A tab of a shop's sheet.
    Sheet in "sheet" by (shop: String, tab: String) {
        shop: String,
        tab: String,
        revision: String,
        rows: i32,
        problems: Value,
        refused: Option<String>,
        read_at: Timestamp,
    }
}
row! {
    /// An article, as the sheet has it now.
    Product in "product" by (shop: String, sku: String) {
        shop: String,
        sku: String,
        name: String,
        quantity: Value,
        price: i64,
        category: Option<String>,
        listing: Option<String>,
        revision: String,
        row_number: i32,
        shown: bool,
        changed_at: Timestamp,
    }
}
row! {
    /// What the sheet said of an article from one moment on. Without a price: it was no longer in the sheet.
    Revision in "product_revision" by (shop: String, sku: String, number: i32) {
        shop: String,
        sku: String,
        number: i32,
        name: String,
        quantity: Option<Value>,
        price: Option<i64>,
        revision: String,
        row_number: Option<i32>,
        recorded_at: Timestamp,
    }
}
row! {
    /// A conversation.
    Conversation in "conversation" by (id: Uuid) {
        id: Uuid,
        shop: String,
        channel: String,
        account: String,
        chat: String,
        buyer_name: Option<String>,
        listing: Option<String>,
        owner: String,
        handoff: Option<String>,
        language: Option<String>,
        messages: i32,
        replies: i32,
        opened_at: Timestamp,
        changed_at: Timestamp,
    }
}
row! {
    /// A message of a buyer, or of a seller in the provider's own app.
    Message in "message" by (event_id: Uuid) {
        event_id: Uuid,
        shop: String,
        conversation: Uuid,
        author: String,
        provider_id: String,
        text: String,
        deleted: bool,
        sent_at: Timestamp,
        recorded_at: Timestamp,
    }
}
row! {
    /// A turn.
    Turn in "turn" by (id: Uuid) {
        id: Uuid,
        shop: String,
        conversation: Uuid,
        messages: Value,
        asks: Value,
        language: String,
        threshold: f64,
        model: String,
        bank: String,
        outcome: String,
        detail: Option<String>,
        routed_at: Timestamp,
    }
}
row! {
    /// A specialist's answer to an ask, or that there is none.
    Answer in "answer" by (event_id: Uuid) {
        event_id: Uuid,
        shop: String,
        conversation: Uuid,
        turn: Uuid,
        ask: i32,
        text: Option<String>,
        missing: Option<String>,
        facts: Value,
        answered_at: Timestamp,
    }
}
row! {
    /// A reply.
    Reply in "reply" by (id: Uuid) {
        id: Uuid,
        shop: String,
        conversation: Uuid,
        turn: Uuid,
        kind: String,
        text: String,
        facts: Value,
        state: String,
        attempts: i32,
        provider_ids: Vec<String>,
        composed_at: Timestamp,
        changed_at: Timestamp,
    }
}
row! {
    /// A time that the bot stopped for a person.
    Handover in "handover" by (id: Uuid) {
        id: Uuid,
        shop: String,
        conversation: Uuid,
        turn: Option<Uuid>,
        reason: String,
        detail: String,
        asked_at: Timestamp,
        taken_by: Option<Value>,
        taken_at: Option<Timestamp>,
        ended: Option<String>,
        settled_by: Option<Value>,
        settled_at: Option<Timestamp>,
        needed: Option<bool>,
        label: Option<String>,
    }
}
row! {
    /// What an order comes to.
    OrderTotal in "order_total" by (id: Uuid) {
        id: Uuid,
        shop: String,
        conversation: Uuid,
        total: i64,
        before: Option<i64>,
        accepted: Option<i64>,
        paid: bool,
    }
}
row! {
    /// A commit that cannot be read.
    Unreadable in "unreadable" by (shard: i32, seq: i64) {
        shop: String,
        shard: i32,
        seq: i64,
        key: String,
        reason: String,
    }
}
