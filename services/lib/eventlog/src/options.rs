//! Where the log is, as the command line and the environment say.

use std::{num::NonZeroU16, time::Duration};

use clap::{Args, builder::RangedU64ValueParser};
use jiff::Timestamp;

use crate::{open::Config, react::ReactOptions};

/// Addresses and durability of the log; flatten it into a service's own options.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
#[group(id = "log")]
pub struct Options {
    /// The broker; several addresses of one cluster are separated by commas
    #[arg(
        long,
        env = "TORG_NATS_URL",
        value_name = "URL",
        default_value = "nats://127.0.0.1:4222"
    )]
    pub nats_url: String,
    /// Monitoring address of each server of the broker, comma separated; none: the broker's host, port 8222
    #[arg(
        long,
        env = "TORG_NATS_MONITOR_URL",
        value_name = "URL",
        value_delimiter = ','
    )]
    pub nats_monitor_url: Vec<String>,
    /// Copies of a new log: 1, or 3 in a cluster
    #[arg(long, env = "TORG_NATS_REPLICAS", value_name = "N", default_value = "1",
          value_parser = clap::builder::PossibleValuesParser::new(["1", "3"]))]
    pub nats_replicas: String,
    /// Shards of a new log; fixed once it is made
    #[arg(long, env = "TORG_LOG_SHARDS", value_name = "N", default_value = "16")]
    pub log_shards: NonZeroU16,
    /// Run on a broker that acknowledges before data is on disk: for benchmarks only
    #[arg(long, env = "TORG_DANGEROUSLY_ALLOW_LAZY_SYNC")]
    pub dangerously_allow_lazy_sync: bool,
    /// After how long without a sign of life the work of a reactor is given to another instance, milliseconds
    #[arg(long, env = "TORG_ACK_WAIT_MS", value_name = "MS", default_value = "10000",
          value_parser = RangedU64ValueParser::<u64>::new().range(1_000..=600_000))]
    pub ack_wait_ms: u64,
}

impl Options {
    /// The log as `service` opens it.
    #[must_use]
    pub fn config(&self, service: &'static str, clock: fn() -> Timestamp) -> Config {
        let mut config = Config::new(&self.nats_url, clock, service, env!("CARGO_PKG_VERSION"));
        config.monitor_urls.clone_from(&self.nats_monitor_url);
        config.replicas = if self.nats_replicas == "3" { 3 } else { 1 };
        config.shards = self.log_shards.get();
        config.allow_lazy_sync = self.dangerously_allow_lazy_sync;
        config
    }

    /// How a reactor of `lanes` lanes runs.
    #[must_use]
    pub fn react(&self, lanes: usize) -> ReactOptions {
        ReactOptions {
            lanes,
            ack_wait: Duration::from_millis(self.ack_wait_ms),
            ..ReactOptions::default()
        }
    }
}
