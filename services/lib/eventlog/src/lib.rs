//! The log: the only importer of the broker's client.
//!
//! Opening and checking the broker, loading an aggregate, deciding and appending, reacting, timers, parked work,
//! reading and following, projecting into SQL, verifying. There are no business rules here and no knowledge of
//! any event beyond its envelope.

mod append;
pub mod baseline;
mod direct;
mod error;
mod follow;
mod gauges;
mod health;
mod lanes;
mod load;
mod open;
mod options;
mod park;
pub mod project;
mod publish;
mod pull;
mod react;
mod run;
mod streams;
mod timers;
pub mod verify;
mod wire;

pub use append::Appended;
pub use error::{AppendError, LogError, OpenError, Poison};
pub use follow::Scope;
pub use health::{Health, Lag};
pub use load::Loaded;
pub use open::{Config, EventLog};
pub use options::Options;
pub use park::Parked;
pub use project::Projection;
pub use react::{Outcome, ReactOptions};
pub use wire::RawCommit;
