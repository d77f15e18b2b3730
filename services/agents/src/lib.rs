//! Specialists: each is a module with the same anatomy, asked by an event or over gRPC through one function.
//!
//! A specialist says nothing that it cannot point to: every number in an answer is a fact with its source.

mod answer;
mod asked;
mod cart;
mod catalog;
mod catalogue;
mod config;
mod delivery;
mod facts;
mod general;
mod goods;
mod grpc;
mod past;
mod pricing;
mod react;
pub mod replay;
mod search;
mod stock;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use eventlog::EventLog;
use language::Encoder;
use proto::agent::specialist_server::SpecialistServer;
use schemas::{Kind, conversation::Specialist, topology};

pub use config::{Config, Name};
pub use search::{Figures, Noise, SearchReport, measure as measure_search};

/// Runs until told to stop.
///
/// # Errors
/// When the log cannot be opened or read.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("agents");
    let log = EventLog::open(config.log.config("agents", boot::clock::now))
        .await
        .context("while opening the log for the agents")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let pending = search::Pending::default();
    let catalogue = catalogue::Live::start(&log, &tasks, pending.clone())
        .await
        .context("while reading the articles of all shops")?;
    let encoder = open_encoder(&config).await?;
    let built_in = search::Embedder::local(Arc::clone(&encoder));
    let search = open_search(&config, &built_in, pending)?;
    search.keep(&catalogue, &tasks);
    let faqs = general::faq::Faqs::new(encoder);
    let facts = facts::Facts::Log {
        log: log.clone(),
        catalogue,
        search,
    };
    let desk = answer::Desk::new(facts, built_in, faqs);
    tasks.grpc(
        SpecialistServer::new(grpc::Service::new(desk.clone())),
        proto::DESCRIPTORS,
    );
    for specialist in config.specialists() {
        let agent = react::Agent::new(log.clone(), desk.clone(), specialist);
        let reactor = match specialist {
            Specialist::Stock => &topology::AGENT_STOCK,
            Specialist::Delivery => &topology::AGENT_DELIVERY,
            Specialist::Pricing => &topology::AGENT_PRICING,
            Specialist::Catalog => &topology::AGENT_CATALOG,
            Specialist::General => &topology::AGENT_GENERAL,
            Specialist::Cart => &topology::AGENT_CART,
        };
        let options = config.log.react(config.agents_lanes.get());
        let (watched, stop) = (log.clone(), tasks.stop());
        tasks.spawn("lag", async move {
            watched.report_lag(reactor.consumer, stop).await;
            Ok(())
        });
        let (log, stop) = (log.clone(), tasks.stop());
        tasks.spawn(reactor.consumer, async move {
            log.react(reactor, Kind::Conversation, options, stop, move |key| {
                let agent = agent.clone();
                async move { agent.look(key).await }
            })
            .await
            .with_context(|| format!("while answering as {}", reactor.consumer))
        });
    }
    health.ready();
    Ok(())
}

/// The specialists without their reactors, for who tells them what to look at: a demo's past is told so. They know the
/// articles as of when they were opened, and ask no endpoint.
pub struct Hand(Vec<react::Agent>);

impl Hand {
    /// Reads the articles and loads the encoder.
    ///
    /// # Errors
    /// When the log or the weights cannot be read.
    pub async fn open(config: &Config, log: &EventLog) -> anyhow::Result<Self> {
        let pending = search::Pending::default();
        let catalogue = catalogue::Live::up_to_now(log, pending.clone()).await?;
        let encoder = open_encoder(config).await?;
        let built_in = search::Embedder::local(Arc::clone(&encoder));
        let search = search::Search::in_memory(built_in.clone(), pending);
        search.catch_up(&catalogue).await?;
        let faqs = general::faq::Faqs::new(encoder);
        let facts = facts::Facts::Log {
            log: log.clone(),
            catalogue,
            search,
        };
        let desk = answer::Desk::new(facts, built_in, faqs);
        let agent = |specialist| react::Agent::new(log.clone(), desk.clone(), specialist);
        Ok(Self(Specialist::ALL.map(agent).to_vec()))
    }

    /// Answers whatever this conversation asks of any of them.
    ///
    /// # Errors
    /// Why something could not be answered.
    pub async fn look(&self, key: &schemas::AggregateKey) -> anyhow::Result<()> {
        for agent in &self.0 {
            match agent.look(key.clone()).await {
                eventlog::Outcome::Done => {}
                outcome => anyhow::bail!("a specialist did not answer: {outcome:?}"),
            }
        }
        Ok(())
    }
}

/// Loading inflates and hashes some ten megabytes: not on a reactor thread.
async fn open_encoder(config: &Config) -> anyhow::Result<Arc<Encoder>> {
    let weights = config.runtime_dir.join("use-multilingual-v3");
    tokio::task::spawn_blocking(move || Encoder::shared(&weights))
        .await
        .context("loading the encoder was interrupted")?
        .context("while loading the encoder for the search and the seller's questions")
}

fn open_search(
    config: &Config,
    built_in: &search::Embedder,
    pending: search::Pending,
) -> anyhow::Result<search::Search> {
    let patience = Duration::from_millis(config.search_deadline_ms);
    let embedder = match config.embeddings.connect()? {
        Some(endpoint) => search::Embedder::remote(endpoint, patience),
        None => built_in.clone(),
    };
    let remote = embedder.is_remote();
    let search = match config.qdrant_url.as_deref().filter(|url| !url.is_empty()) {
        None => search::Search::in_memory(embedder, pending),
        Some(url) => {
            let key = config.qdrant_api_key.as_ref();
            search::Search::in_qdrant(url, key, embedder, pending).context(
                "TORG_QDRANT_URL is not the address of a Qdrant, such as http://127.0.0.1:6334",
            )?
        }
    };
    if let Some(noise) = config.search_noise {
        anyhow::ensure!(
            remote,
            "TORG_SEARCH_NOISE is set without TORG_EMBEDDINGS_BASE_URL: the built-in encoder's figures are known"
        );
        search.calibrate(noise);
    }
    Ok(search)
}
