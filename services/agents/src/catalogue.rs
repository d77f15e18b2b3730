//! The articles of all shops, kept current from the log.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use domain::{Catalogue, stock::Shown};
use eventlog::{EventLog, RawCommit, Scope};
use futures::StreamExt as _;
use schemas::{Kind, ShopId, stock::StockEvent};

/// A catalogue that follows the log.
#[derive(Clone)]
pub(crate) struct Live(Arc<RwLock<Catalogue>>);

impl Live {
    /// Reads the log up to its end as of now, then follows it.
    pub(crate) async fn start(log: &EventLog, tasks: &boot::Tasks) -> anyhow::Result<Self> {
        let live = Self(Arc::default());
        for shard in 0..log.shards() {
            let scope = Scope::Kind(shard, Kind::Stock);
            let last = log.last_seq(shard).await?;
            let mut history = std::pin::pin!(log.read(&scope, 1, last).await?);
            while let Some(commit) = history.next().await {
                live.apply(&commit?);
            }
            let (live, log, stop) = (live.clone(), log.clone(), tasks.stop());
            tasks.spawn("catalogue", async move {
                let next = last.saturating_add(1);
                let mut news = std::pin::pin!(log.follow(&scope, next));
                loop {
                    tokio::select! {
                        () = stop.cancelled() => return Ok(()),
                        commit = news.next() => match commit {
                            Some(commit) => live.apply(&commit.context("while following the articles")?),
                            None => return Ok(()),
                        },
                    }
                }
            });
        }
        Ok(live)
    }

    fn apply(&self, commit: &RawCommit) {
        match commit.decode::<StockEvent>() {
            Ok(events) => {
                let mut catalogue = self.0.write().unwrap_or_else(PoisonError::into_inner);
                for recorded in &events {
                    catalogue.apply(&commit.key, recorded);
                }
            }
            // Candidates only: the article's own history says so again when it is loaded.
            Err(error) => {
                tracing::error!(key = %commit.key, seq = commit.seq, "an article cannot be read: {error}")
            }
        }
    }

    /// The articles that a shop shows now.
    pub(crate) fn shown(&self, shop: &ShopId) -> Vec<Shown> {
        let catalogue = self.0.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.shown(shop).cloned().collect()
    }
}
