//! The stories. Each ends with one snapshot of the log and one reply in the provider's ledger.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story stops at the first surprise"
)]

mod approval;
mod cart;
mod checkout;
mod console_deeds;
mod console_door;
mod console_orders;
mod console_pages;
mod crash_points;
mod days;
mod desk;
mod desk_agreed;
mod desk_grpc;
mod desk_intake;
mod desk_nights;
mod desk_setup;
mod desk_twists;
mod doors;
mod echoes;
mod edits;
mod experiments;
mod history;
mod hooks;
mod injection;
mod invoices;
mod joining;
mod killed;
mod learning;
mod meaning;
mod misbehaving;
mod models;
mod ordered;
mod orders;
mod outages;
mod oversell;
mod pauses;
mod polling;
mod providers;
mod questions;
mod races;
mod races_orders;
mod rebuild;
mod replays;
mod replays_kept;
mod sale;
mod sheet;
mod sold_by_rule;
mod talk;
mod talks;
mod told;
mod traces;
mod transcripts;
mod unreadable;
mod voice;
mod webhooks;
mod whole_sale;
