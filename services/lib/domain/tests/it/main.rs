//! Rules told as sentences, and laws that hold for every history.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod contact;
mod conversation;
mod desk_codes;
mod desk_deeds;
mod desk_pacing;
mod experiments;
mod hours;
mod label;
mod laws;
mod letters;
mod selling;
mod stock;
mod talk;
mod trading;
mod webhook;
mod world;
