//! What the cart service can be told.

use std::num::{NonZeroU32, NonZeroUsize};

use clap::Args;

/// Options of `torg cart`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Conversations whose orders are looked at the same time.
    #[arg(long, env = "TORG_CART_LANES", default_value = "32")]
    pub cart_lanes: NonZeroUsize,
    /// PostgreSQL for the rows of carts, orders and customers; `none`: none are kept, and orders cannot be asked for
    #[arg(
        long,
        env = "TORG_DATABASE_URL",
        value_name = "URL",
        default_value = "postgres://torg@127.0.0.1:5432/torg",
        hide_env_values = true
    )]
    pub database_url: String,
    /// Connections to PostgreSQL
    #[arg(
        long,
        env = "TORG_CART_DATABASE_CONNECTIONS",
        value_name = "N",
        default_value = "10"
    )]
    pub cart_database_connections: NonZeroU32,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}
