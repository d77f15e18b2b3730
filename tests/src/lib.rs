//! The harness of the stories: real servers, the services, the stand-ins, a buyer who writes and reads.
//!
//! A [`World`] is everything that runs. Its services live in this process or in processes of their own; either way
//! each of them can be killed and started again alone. A [`Chat`] is one buyer. Waiting is polling with a generous
//! deadline, never a fixed pause that something is expected in.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story stops at the first surprise"
)]

mod broker;
mod chat;
mod database;
mod desk;
mod fates;
mod folder;
mod logged;
mod mail;
mod options;
mod pages;
mod post;
mod record;
mod service;
mod shop;
mod talk;
mod time;
mod wait;
mod world;

pub use broker::Broker;
pub use chat::{Channel, Chat, plain};
pub use database::Database;
pub use desk::Seller;
pub use fates::Fates;
pub use folder::{Folder, free_port, runtime};
pub use mail::{MailRoute, MailServer, Mailed};
pub use pages::{Browser, Page};
pub use post::{Post, avito_body, telegram_body};
pub use record::{events, normal, record};
pub use service::{Service, program};
pub use shop::{
    AVITO, AVITO_SECRET, BOT, DESK, DESK_SECRET, SELLERS, Sheet, TELEGRAM_SECRET, shop,
};
pub use talk::Talk;
pub use wait::{PATIENCE, until, until_within};
pub use world::{Setup, World};
