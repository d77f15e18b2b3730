//! Ingest: everything that comes from outside becomes an event here, and is acknowledged only once it is durable.
//!
//! Webhooks, long polling, the web chat, the seller's desk and the seller's sheet. Nothing is understood or answered here.

mod bots;
mod config;
mod desk;
mod figures;
mod grpc;
mod http;
mod poll;
mod record;
pub mod sheet;
mod strangers;
mod update;
mod watch;
mod web;
mod webhook;

use std::sync::Arc;

use anyhow::Context as _;
use channels::ShopBook;
use eventlog::EventLog;
use proto::ingest::ingest_server::IngestServer;
use tokio::sync::Semaphore;

pub use config::Config;

/// Takes a shop's sheet over once, from the folder it is in, and watches nothing: a demo's past begins so. Returns what
/// is wrong with it, for people.
///
/// # Errors
/// When nothing can be read at all.
pub async fn read_sheet(
    config: &Config,
    log: &EventLog,
    shop: &schemas::ShopId,
    folder: &std::path::Path,
) -> anyhow::Result<Vec<String>> {
    watch::once(log.clone(), config, shop, folder).await
}

/// Runs until told to stop.
///
/// # Errors
/// When the log cannot be opened or the address is taken.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("ingest");
    let log = EventLog::open(config.log.config("ingest", boot::clock::now))
        .await
        .context("while opening the log for ingest")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let shops = Arc::new(ShopBook::new(config.state_dir.join("shops")));
    tasks.grpc(
        IngestServer::new(grpc::Service::new(log.clone())),
        proto::DESCRIPTORS,
    );

    let watching = watch::run(
        log.clone(),
        Arc::clone(&shops),
        config.clone(),
        tasks.clone(),
    );
    tasks.spawn("sheet watcher", watching);
    let desks = Arc::new(desk::Desks::new(log.clone(), config.state_dir.clone()));
    let polling = poll::run(
        poll::Intake {
            log: log.clone(),
            desks: Arc::clone(&desks),
            shops: Arc::clone(&shops),
        },
        config.providers.clone(),
        tasks.clone(),
    );
    tasks.spawn("telegram pollers", polling);

    let listener = tasks.bind("http", config.ingest_listen).await?;
    let door = http::Door {
        log,
        desks,
        shops,
        streams: Arc::new(Semaphore::new(
            usize::try_from(config.chat_streams).unwrap_or(usize::MAX),
        )),
        stop: tasks.stop(),
    };
    let stop = tasks.stop();
    tasks.spawn("http", async move {
        health.ready();
        axum::serve(listener, http::routes(door))
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
            .context("while serving webhooks")
    });
    Ok(())
}
