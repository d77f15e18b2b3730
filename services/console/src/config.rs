//! What the console can be told.

use std::num::NonZeroU32;

use clap::Args;

/// Options of `torg console`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// PostgreSQL for the read models
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
        env = "TORG_DATABASE_CONNECTIONS",
        value_name = "N",
        default_value = "20"
    )]
    pub database_connections: NonZeroU32,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}
