//! What the console can be told.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

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
    /// Address of the pages
    #[arg(
        long,
        env = "TORG_CONSOLE_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8081"
    )]
    pub console_listen: SocketAddr,
    /// The pages are reached by https: browsers are told to send the session there only
    #[arg(long, env = "TORG_CONSOLE_HTTPS")]
    pub console_https: bool,
    /// Where the cart service answers questions about orders
    #[arg(
        long,
        env = "TORG_CART_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:50051"
    )]
    pub cart_url: String,
    /// Where the invoicer answers questions about invoices
    #[arg(
        long,
        env = "TORG_INVOICE_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:50051"
    )]
    pub invoice_url: String,
    /// Where what-if replays are started and read
    #[arg(
        long,
        env = "TORG_REPLAY_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:50051"
    )]
    pub replay_url: String,
    /// Directory of fetched weights: questions without an answer are put together by what they mean
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        value_name = "DIR",
        default_value = "./.torg/runtime"
    )]
    pub runtime_dir: PathBuf,
    /// Directory of this installation's state: the token to sign in with is there
    #[arg(
        long,
        env = "TORG_STATE_DIR",
        value_name = "DIR",
        default_value = "./.torg/state"
    )]
    pub state_dir: PathBuf,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}
