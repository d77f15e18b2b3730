//! Avito, Telegram and the web chat: parse what comes in, send what goes out, read a seller's file.
//!
//! One module per provider; what both say is an [`Inbound`], what both may answer to a send is a [`SendError`].
//! No web server, no log and no rule is here: who calls, what is stored and whether to send are decided elsewhere.

pub mod avito;
mod book;
pub mod check;
pub mod desk;
mod error;
mod gate;
pub mod hook;
mod http;
mod inbound;
mod json;
mod options;
mod outbound;
mod private;
pub mod secret;
pub mod sheets;
pub mod shop_file;
pub mod split;
pub mod telegram;
pub mod webhook;

pub use book::{ShopBook, environment};
pub use error::{BuildError, FetchError, ParseError, SendError};
pub use inbound::Inbound;
pub use options::Options;
pub use outbound::{Lookup, Outbound, Pdf, Recording, SentMessage};
pub use reqwest::Url;
pub use shop_file::{ChannelCredentials, Credentials, ShopFile, ShopFileError};
