//! Where a running Torg keeps its log and its read models: as told, else as `torg up` recorded it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use eventlog::EventLog;
use sqlx::PgPool;

use crate::embedded::{Embedded, Places};

/// How a command finds a running Torg.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Where Torg runs")]
pub(crate) struct Where {
    /// State directory of a running `torg up`
    #[arg(
        long,
        env = "TORG_STATE_DIR",
        default_value = "./.torg/state",
        value_name = "DIR"
    )]
    pub(crate) state_dir: PathBuf,
    /// The broker; unset: the embedded one of the state directory
    #[arg(
        long,
        env = "TORG_NATS_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    nats_url: Option<String>,
    /// Monitoring address of each server of that broker
    #[arg(
        long,
        env = "TORG_NATS_MONITOR_URL",
        value_name = "URL",
        value_delimiter = ','
    )]
    nats_monitor_url: Vec<String>,
    /// PostgreSQL; unset: the embedded one of the state directory
    #[arg(
        long,
        env = "TORG_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Go on with a broker that acknowledges before data is on disk
    #[arg(long, env = "TORG_DANGEROUSLY_ALLOW_LAZY_SYNC")]
    dangerously_allow_lazy_sync: bool,
}

impl Where {
    /// What the state directory's `torg up` recorded.
    pub(crate) fn embedded(&self) -> anyhow::Result<Places> {
        Embedded::find(&self.state_dir)
    }

    /// Opens the log.
    pub(crate) async fn log(&self) -> anyhow::Result<EventLog> {
        self.log_as("torg").await
    }

    /// Opens the log as `service`, whose events the command line records in its place.
    pub(crate) async fn log_as(&self, service: &'static str) -> anyhow::Result<EventLog> {
        let (url, monitor) = match &self.nats_url {
            Some(url) => (url.clone(), self.nats_monitor_url.clone()),
            None => {
                let places = self.embedded()?;
                let url = places
                    .nats_url
                    .context("that `torg up` runs on another broker; give --nats-url")?;
                (url, places.nats_monitor_url.into_iter().collect())
            }
        };
        let mut config =
            eventlog::Config::new(url, boot::clock::now, service, env!("CARGO_PKG_VERSION"));
        config.monitor_urls = monitor;
        config.allow_lazy_sync = self.dangerously_allow_lazy_sync;
        EventLog::open(config)
            .await
            .context("while opening the log")
    }

    /// Opens the read models.
    pub(crate) async fn pool(&self) -> anyhow::Result<PgPool> {
        let url = match &self.database_url {
            Some(url) => url.clone(),
            None => {
                let url = self.embedded()?.database_url;
                url.context("that `torg up` runs on another database; give --database-url")?
            }
        };
        console::connect(&url, 20).await
    }
}
