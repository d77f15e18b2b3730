//! A stand-in for Avito: the token, the account, the 13 messenger operations, and webhooks of version 3.

pub(crate) mod api;
pub(crate) mod error;
mod list;
mod media;
mod state;
pub(crate) mod webhook;

pub use state::AvitoAccount;
pub(crate) use state::{Accounts, Chat, Message};
