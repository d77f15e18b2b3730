//! Everything that Torg writes to its log, and nothing else.
//!
//! Ids, money, personal data, the envelope, one event enum per aggregate kind, the subject grammar and the
//! topology table. There is no I/O here, no clock and no randomness; folding and deciding live in `domain`.

pub mod conversation;
pub mod customer;
pub mod desk;
pub mod envelope;
pub mod id;
pub mod invoice;
pub mod money;
pub mod personal;
pub mod shop;
pub mod stock;
pub mod subject;
pub mod topology;
pub mod upcast;
pub mod webhook;

pub use envelope::{Cause, Commit, Decision, EventData, Fold, Meta, Recorded};
pub use id::{
    ConversationId, CustomerId, EventId, ListingId, OrderId, ProviderId, ReplyId, RequestId,
    ShopId, Sku, TurnId,
};
pub use money::Kopecks;
pub use personal::Personal;
pub use subject::{AggregateKey, Kind};
