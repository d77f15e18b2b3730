//! The log against real brokers and a real database, all of them child processes on loopback.
//!
//! Every broker syncs always unless a test is about the refusal of one that does not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod broker;
mod cluster;
mod durability;
mod opening;
mod parking;
mod postgres;
mod projecting;
mod proxy;
mod racing;
mod reacting;
mod stock;
mod timing;
mod tracing;
mod verifying;
