//! What the router can be told.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Args;

/// Options of `torg router`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Directory of fetched binaries and weights.
    #[arg(long, env = "TORG_RUNTIME_DIR", default_value = "./.torg/runtime")]
    pub runtime_dir: PathBuf,
    /// Labelled messages to learn beside the built-in ones, as `torg label --export` writes them; read at start
    #[arg(long, env = "TORG_BANK", value_name = "FILE")]
    pub bank: Option<PathBuf>,
    /// Conversations that are looked at the same time; a burst waits in its own.
    #[arg(long, env = "TORG_ROUTER_LANES", default_value = "256")]
    pub router_lanes: NonZeroUsize,
    /// A model phrases the answers, too; without this it only helps to understand
    #[arg(
        long,
        env = "TORG_LLM_PHRASES",
        default_value_t = false,
        action = clap::ArgAction::Set
    )]
    pub llm_phrases: bool,
    /// A language model: optional, never needed.
    #[command(flatten)]
    pub llm: llm::ChatOptions,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}
