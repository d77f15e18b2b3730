//! A stand-in for Telegram: the Bot API's methods that a shop's bot needs, updates by webhook and by asking.

pub(crate) mod api;
mod change;
pub(crate) mod error;
mod files;
mod methods;
mod people;
mod shown;
mod state;
mod text;
mod updates;

pub(crate) use people::{Author, Written};
pub use shown::{Shown, ShownButton};
pub use state::TelegramBot;
pub(crate) use state::{Bot, Bots, Webhook};
