//! What the agents can be told.

use std::{convert::Infallible, num::NonZeroUsize, path::PathBuf, str::FromStr as _};

use clap::{Args, ValueEnum, builder::RangedU64ValueParser};
use schemas::conversation::Specialist;
use secrecy::SecretString;

use crate::search::Noise;

/// Options of `torg agents`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Specialists to run, comma separated; none given: all.
    #[arg(long, env = "TORG_AGENTS_ONLY", value_delimiter = ',')]
    pub only: Vec<Name>,
    /// Conversations that each specialist answers at the same time.
    #[arg(long, env = "TORG_AGENTS_LANES", default_value = "64")]
    pub agents_lanes: NonZeroUsize,
    /// Directory of fetched binaries and weights.
    #[arg(long, env = "TORG_RUNTIME_DIR", default_value = "./.torg/runtime")]
    pub runtime_dir: PathBuf,
    /// Qdrant, its gRPC port, for the search by meaning; unset: the search is in this process.
    #[arg(long, env = "TORG_QDRANT_URL", value_name = "URL")]
    pub qdrant_url: Option<String>,
    /// Key of that Qdrant.
    #[arg(
        long,
        env = "TORG_QDRANT_API_KEY",
        value_name = "KEY",
        hide_env_values = true,
        value_parser = |key: &str| Ok::<_, Infallible>(SecretString::from(key)),
    )]
    pub qdrant_api_key: Option<SecretString>,
    /// How long a buyer's question waits for its vector from an embeddings endpoint before words alone are searched,
    /// milliseconds.
    #[arg(long, env = "TORG_SEARCH_DEADLINE_MS", value_name = "MS", default_value = "2000",
          value_parser = RangedU64ValueParser::<u64>::new().range(50..=8_000))]
    pub search_deadline_ms: u64,
    /// What the model of an embeddings endpoint makes of texts that have nothing to do with each other: their usual
    /// cosine, and the nearest of some twenty-five; from these come the scores from which an article is shown. Raise
    /// the second to show less. Unset: measured at each start with 187 short texts of Torg's own; `torg search-eval`
    /// prints it.
    #[arg(long, env = "TORG_SEARCH_NOISE", value_name = "USUAL,NEAREST", value_parser = Noise::from_str)]
    pub search_noise: Option<Noise>,
    /// Embeddings of the search over articles.
    #[command(flatten)]
    pub embeddings: llm::EmbeddingsOptions,
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
    /// The cart, the order that is made of it, and what became of that.
    Cart,
}

impl Name {
    const fn of(specialist: Specialist) -> Self {
        match specialist {
            Specialist::Stock => Self::Stock,
            Specialist::Delivery => Self::Delivery,
            Specialist::Pricing => Self::Pricing,
            Specialist::Catalog => Self::Catalog,
            Specialist::General => Self::General,
            Specialist::Cart => Self::Cart,
        }
    }
}

impl Config {
    /// The specialists to run: those that are named, or every one that there is.
    #[must_use]
    pub fn specialists(&self) -> Vec<Specialist> {
        let wanted = |specialist: &Specialist| {
            self.only.is_empty() || self.only.contains(&Name::of(*specialist))
        };
        Specialist::ALL.into_iter().filter(wanted).collect()
    }
}
