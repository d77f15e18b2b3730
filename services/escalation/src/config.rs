//! What escalation can be told.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Args;

/// Options of `torg escalation`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Directory of this installation's state; `shops/` in it holds the sellers' files.
    #[arg(long, env = "TORG_STATE_DIR", default_value = "./.torg/state")]
    pub state_dir: PathBuf,
    /// The public address of ingest, as providers reach it: <https://torg.example.org>. With it, accounts that sellers
    /// connect hear from Avito at once; without it, somebody has to run `torg shop connect`.
    #[arg(long, env = "TORG_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<channels::Url>,
    /// Conversations that are followed at the same time.
    #[arg(long, env = "TORG_ESCALATION_LANES", default_value = "16")]
    pub escalation_lanes: NonZeroUsize,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
    /// Where providers are.
    #[command(flatten)]
    pub providers: channels::Options,
}
