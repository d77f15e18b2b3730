//! What the agents can be told.

use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};
use schemas::conversation::Specialist;

/// Options of `torg agents`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Specialists to run, comma separated; none given: all.
    #[arg(long, env = "TORG_AGENTS_ONLY", value_delimiter = ',')]
    pub only: Vec<Name>,
    /// Conversations that each specialist answers at the same time.
    #[arg(long, env = "TORG_AGENTS_LANES", default_value = "64")]
    pub agents_lanes: NonZeroUsize,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}

/// A specialist, as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// Availability and list price.
    Stock,
    /// Greeting and thanks.
    General,
}

impl Config {
    /// The specialists to run.
    #[must_use]
    pub fn specialists(&self) -> Vec<Specialist> {
        let all = [Name::Stock, Name::General];
        all.into_iter()
            .filter(|name| self.only.is_empty() || self.only.contains(name))
            .map(|name| match name {
                Name::Stock => Specialist::Stock,
                Name::General => Specialist::General,
            })
            .collect()
    }
}
