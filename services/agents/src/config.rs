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
    /// Availability.
    Stock,
    /// Where to, for how much and how long.
    Delivery,
    /// List prices, quantity breaks and haggling.
    Pricing,
    /// Finding by need, and what an article's own text says.
    Catalog,
    /// Greeting, thanks, and the seller's questions and answers.
    General,
}

impl Config {
    /// The specialists to run.
    #[must_use]
    pub fn specialists(&self) -> Vec<Specialist> {
        let all = [
            Name::Stock,
            Name::Delivery,
            Name::Pricing,
            Name::Catalog,
            Name::General,
        ];
        all.into_iter()
            .filter(|name| self.only.is_empty() || self.only.contains(name))
            .map(|name| match name {
                Name::Stock => Specialist::Stock,
                Name::Delivery => Specialist::Delivery,
                Name::Pricing => Specialist::Pricing,
                Name::Catalog => Specialist::Catalog,
                Name::General => Specialist::General,
            })
            .collect()
    }
}
