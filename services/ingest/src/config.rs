//! What ingest can be told.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, builder::RangedU64ValueParser};

/// Options of `torg ingest`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address of webhooks and the web chat.
    #[arg(long, env = "TORG_INGEST_LISTEN", default_value = "127.0.0.1:8080")]
    pub ingest_listen: SocketAddr,
    /// Directory of this installation's state; `shops/` in it holds the sellers' files.
    #[arg(long, env = "TORG_STATE_DIR", default_value = "./.torg/state")]
    pub state_dir: PathBuf,
    /// How often a sheet's folder is looked at, milliseconds.
    #[arg(long, env = "TORG_SHEET_INTERVAL_MS", default_value = "700",
          value_parser = RangedU64ValueParser::<u64>::new().range(50..=600_000))]
    pub sheet_interval_ms: u64,
    /// How often a sheet that is shared by link is read, milliseconds. Google slows down those who ask often.
    #[arg(long, env = "TORG_SHEET_LINK_INTERVAL_MS", default_value = "300000",
          value_parser = RangedU64ValueParser::<u64>::new().range(100..=86_400_000))]
    pub sheet_link_interval_ms: u64,
    /// Web chat streams that may be open at the same time.
    #[arg(long, env = "TORG_CHAT_STREAMS", default_value = "2000",
          value_parser = RangedU64ValueParser::<u64>::new().range(1..=100_000))]
    pub chat_streams: u64,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
    /// Where providers are.
    #[command(flatten)]
    pub providers: channels::Options,
}

impl Config {
    /// How often a sheet that is shared by link is read.
    #[must_use]
    pub const fn sheet_link_interval(&self) -> Duration {
        Duration::from_millis(self.sheet_link_interval_ms)
    }

    /// How often a sheet's folder is looked at.
    #[must_use]
    pub const fn sheet_interval(&self) -> Duration {
        Duration::from_millis(self.sheet_interval_ms)
    }
}
