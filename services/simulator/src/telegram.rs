//! A stand-in for Telegram: the Bot API's methods that a shop's bot needs, updates by webhook and by asking.

pub(crate) mod api;
pub(crate) mod error;
mod files;
mod methods;
mod people;
mod state;
mod text;
mod updates;

pub(crate) use people::{Author, Written};
pub use state::TelegramBot;
pub(crate) use state::{Bot, Bots, Webhook};
