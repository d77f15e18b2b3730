//! What the cart service can be told.

use std::num::NonZeroUsize;

use clap::Args;

/// Options of `torg cart`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Conversations whose orders are looked at the same time.
    #[arg(long, env = "TORG_CART_LANES", default_value = "32")]
    pub cart_lanes: NonZeroUsize,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}
