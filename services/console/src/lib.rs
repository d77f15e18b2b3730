//! The console: read models of everything that happened, questions about it, and pages for sellers.
//!
//! Looking never changes anything: nothing here acknowledges, removes or alters a message of the log. What a seller wants
//! done is recorded at the shop's desk.

mod config;
mod contract;
pub mod experiments;
pub mod figures;
mod grpc;
pub mod listing;
mod models;
pub mod names;
pub mod search;
pub mod story;
pub mod then;
mod trade;
mod web;

use std::time::Duration;

use anyhow::Context as _;
use eventlog::{
    EventLog,
    project::{self, Reader},
};
use proto::{
    history::{experiments_server::ExperimentsServer, history_server::HistoryServer},
    shop::shops_server::ShopsServer,
};
use sqlx::{PgPool, postgres::PgPoolOptions};

pub use config::Config;
pub use models::ReadModels;
pub use web::{token, token_file};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Runs until told to stop.
///
/// # Errors
/// When the log or the database cannot be opened.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("console");
    let log = EventLog::open(config.log.config("console", boot::clock::now))
        .await
        .context("while opening the log for the console")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let pool = connect(&config.database_url, config.database_connections.get()).await?;
    project::serve::<ReadModels>(&pool)
        .await
        .context("while making the tables of the read models")?;
    let reader = reader(pool.clone());
    let asked = reader.clone();
    tasks.watch("database", move || answers(asked.clone()));
    let service = grpc::Service::new(log.clone(), reader);
    tasks.grpc(HistoryServer::new(service.clone()), proto::DESCRIPTORS);
    tasks.grpc(ShopsServer::new(service), proto::DESCRIPTORS);
    let trials = grpc::Trials::new(log.clone());
    tasks.grpc(ExperimentsServer::new(trials), proto::DESCRIPTORS);
    web::serve(&config, log.clone(), pool.clone(), &tasks).await?;
    let stop = tasks.stop();
    tasks.spawn("read models", async move {
        health.ready();
        eventlog::project::run(log, pool, ReadModels, stop).await;
        Ok(())
    });
    Ok(())
}

/// The one way to the rows of the read models: of one shop, or in so many words of all.
#[must_use]
pub const fn reader(pool: PgPool) -> Reader {
    Reader::new::<ReadModels>(pool)
}

async fn answers(reader: Reader) -> Result<Vec<String>, String> {
    let asked = async {
        let mut rows = reader.everything().await?;
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM unreadable")
            .fetch_one(&mut *rows)
            .await
    };
    match asked.await {
        Ok(0) => Ok(Vec::new()),
        Ok(count) => Ok(vec![format!(
            "{count} commits could not be read and are left out"
        )]),
        Err(_) => Err("the database does not answer; the read models wait for it".to_owned()),
    }
}

/// Opens the database of the read models.
///
/// # Errors
/// When it cannot be reached; the message names no password.
pub async fn connect(url: &str, connections: u32) -> anyhow::Result<PgPool> {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECT)
        .connect(url)
        .await
        .context("the database of the read models cannot be reached; check TORG_DATABASE_URL")
}
