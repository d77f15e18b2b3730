//! The life of a process: options, telemetry, signals, health, drain; and beside it the wall clock, random
//! ids and child processes.
//!
//! A command of the binary is `boot::run(name, options, |tasks| async { … })`. The closure connects, builds
//! and registers on [`Tasks`]; everything that outlives it is a task, so that it is watched and drained.
//! Deliberately absent: business types, the broker, databases.

pub mod child;
pub mod clock;
pub mod id;

mod admin;
mod crash;
mod grpc;
mod harness;
mod health;
mod logs;
mod options;
mod process;
mod run;
mod signals;
mod tasks;
mod telemetry;

#[cfg(feature = "crash-points")]
pub use crash::CRASH_POINTS;
pub use crash::{CrashPoint, crash_point};
pub use harness::Harness;
pub use health::Component;
pub use options::{LogFormat, Options};
pub use run::{once, run};
pub use tasks::{Addresses, Tasks};
pub use telemetry::{carry_trace, install_tls};
