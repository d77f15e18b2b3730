//! The router: from pending messages to a turn, and from answers to a reply.
//!
//! It understands, never answers: every fact comes from a specialist. Whatever it composes has passed the guard.

mod banks;
mod compose;
mod config;
mod faqs;
mod figures;
mod grpc;
mod guard;
mod model;
mod news;
mod notice;
mod past;
mod policy;
mod react;
pub mod replay;
mod situation;
mod turns;
mod unclear;

use std::sync::Arc;

use anyhow::Context as _;
use eventlog::EventLog;
use language::{Classifier, OwnLines};
use proto::router::router_server::RouterServer;
use schemas::{Kind, topology};

pub use config::Config;

/// Runs until told to stop.
///
/// # Errors
/// When the log or the weights cannot be opened.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("router");
    let log = EventLog::open(config.log.config("router", boot::clock::now))
        .await
        .context("while opening the log for the router")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let classifier = Arc::new(open_classifier(&config).await?);
    let service = grpc::Service::new(log.clone(), Arc::clone(&classifier));
    tasks.grpc(RouterServer::new(service), proto::DESCRIPTORS);
    let banks = banks::Banks::new(classifier, config.runtime_dir.join("heads"));
    let models = model::Models::open(&config.llm, config.llm_phrases)
        .context("while setting up the language model")?;
    let router = react::Router::new(log.clone(), banks, models);
    let options = config.log.react(config.router_lanes.get());
    let (watched, stop) = (log.clone(), tasks.stop());
    tasks.spawn("lag", async move {
        watched.report_lag(topology::ROUTER.consumer, stop).await;
        Ok(())
    });
    let stop = tasks.stop();
    tasks.spawn("router", async move {
        health.ready();
        log.react(
            &topology::ROUTER,
            Kind::Conversation,
            options,
            stop,
            move |key| {
                let router = router.clone();
                async move { router.look(key).await }
            },
        )
        .await
        .context("while routing messages")
    });
    Ok(())
}

/// The router without its reactor, for who tells it what to look at: a demo's past is told so. It calls no model.
pub struct Hand(react::Router);

impl Hand {
    /// Loads the classifier.
    ///
    /// # Errors
    /// When the weights cannot be read.
    pub async fn open(config: &Config, log: &EventLog) -> anyhow::Result<Self> {
        let classifier = Arc::new(open_classifier(config).await?);
        let banks = banks::Banks::new(classifier, config.runtime_dir.join("heads"));
        let models = model::Models::open(&config.llm, false)?.silent();
        Ok(Self(react::Router::new(log.clone(), banks, models)))
    }

    /// Does whatever this conversation asks of the router.
    ///
    /// # Errors
    /// Why it could not be done.
    pub async fn look(&self, key: &schemas::AggregateKey) -> anyhow::Result<()> {
        match self.0.look(key.clone()).await {
            eventlog::Outcome::Done => Ok(()),
            outcome => anyhow::bail!("the router did not go on: {outcome:?}"),
        }
    }
}

/// Loading inflates and hashes some ten megabytes, and the first start trains the head: not on a reactor thread.
async fn open_classifier(config: &Config) -> anyhow::Result<Classifier> {
    let (runtime, bank) = (config.runtime_dir.clone(), config.bank.clone());
    tokio::task::spawn_blocking(move || {
        // First: a fault in the file is told at once, and not after the weights are loaded.
        let own = match &bank {
            Some(path) => OwnLines::open(path).context("while reading --bank (TORG_BANK)")?,
            None => OwnLines::default(),
        };
        let encoder = language::Encoder::shared(&runtime.join("use-multilingual-v3"))?;
        let heads = runtime.join("heads");
        Ok::<_, anyhow::Error>(Classifier::open_with(encoder, &own, Some(&heads))?)
    })
    .await
    .context("loading the classifier was interrupted")?
    .context("while loading the classifier")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    #[tokio::test]
    async fn a_bank_with_a_broken_line_keeps_the_router_from_starting_and_names_it() {
        let name = format!("torg-router-bank-{}.tsv", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, "ru\tну чё там\torder_status\nru\tмерси\tthank\n").unwrap();
        let bank = path.to_str().unwrap();
        let line = Line::parse_from(["router", "--bank", bank]);
        let error = open_classifier(&line.config).await.unwrap_err();
        let told = format!("{error:#}");
        assert!(told.contains("while reading --bank (TORG_BANK)"), "{told}");
        assert!(
            told.contains("line 2: intent \"thank\" is unknown; write one of"),
            "{told}"
        );
        std::fs::remove_file(path).unwrap();
    }
}
