//! Pure rules: `evolve(state, event)` and `decide(state, input) -> events`.
//!
//! Nothing here does I/O, reads a clock or rolls dice; the manifest has no crate that could. Times come in as
//! arguments or in events. Every decider may be called again on the state that its events led to, and then has
//! nothing to add.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod catalogue;
pub mod conversation;
pub mod customer;
pub mod desk;
pub mod hours;
pub mod invoice;
pub mod shop;
pub mod stock;
pub mod webhook;

pub use catalogue::Catalogue;
pub use conversation::{Conversation, Owner};
pub use customer::Customer;
pub use desk::Desk;
pub use hours::{Holidays, Hours, NoticeKind, Presence, Schedule};
pub use invoice::Invoices;
pub use shop::Shop;
pub use stock::Article;
pub use webhook::Deliveries;
