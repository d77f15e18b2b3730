//! The articles of all shops, kept current from the log.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use anyhow::Context as _;
use domain::{Catalogue, stock::Shown};
use eventlog::{EventLog, RawCommit, Scope};
use futures::StreamExt as _;
use schemas::{Kind, ShopId, Sku, stock::StockEvent};

use crate::search::Pending;

/// A catalogue that follows the log, and tells the search what changes.
#[derive(Clone)]
pub(crate) struct Live {
    articles: Arc<RwLock<Catalogue>>,
    changed: Pending,
}

impl Live {
    /// Reads the log up to its end as of now, and follows nothing.
    pub(crate) async fn up_to_now(log: &EventLog, changed: Pending) -> anyhow::Result<Self> {
        let live = Self {
            articles: Arc::default(),
            changed,
        };
        for shard in 0..log.shards() {
            live.read_shard(log, shard).await?;
        }
        Ok(live)
    }

    /// Reads a shard up to its end as of now, and returns that end.
    async fn read_shard(&self, log: &EventLog, shard: u16) -> anyhow::Result<u64> {
        let scope = Scope::Kind(shard, Kind::Stock);
        let last = log.last_seq(shard).await?;
        let mut history = std::pin::pin!(log.read(&scope, 1, last).await?);
        while let Some(commit) = history.next().await {
            self.apply(&commit?);
        }
        Ok(last)
    }

    /// Reads the log up to its end as of now, then follows it.
    pub(crate) async fn start(
        log: &EventLog,
        tasks: &boot::Tasks,
        changed: Pending,
    ) -> anyhow::Result<Self> {
        let live = Self {
            articles: Arc::default(),
            changed,
        };
        for shard in 0..log.shards() {
            let last = live.read_shard(log, shard).await?;
            let scope = Scope::Kind(shard, Kind::Stock);
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

    /// The articles of one event, for tests that have no log.
    #[cfg(test)]
    pub(crate) fn apply_event(&self, shop: &ShopId, sku: &Sku, event: StockEvent) {
        let id = schemas::EventId::derive(&["test", sku.as_str()]);
        let meta = schemas::Meta {
            id,
            time: jiff::Timestamp::UNIX_EPOCH,
            source: "test".to_owned(),
            correlation: id,
            causation: None,
            traceparent: None,
        };
        let key = schemas::AggregateKey::stock(shop, sku);
        let mut catalogue = self.articles.write().unwrap();
        let (seq, version) = (1, 1);
        catalogue.apply(
            &key,
            &schemas::Recorded {
                seq,
                version,
                meta,
                event,
            },
        );
        drop(catalogue);
        self.changed.add(shop.clone(), sku.clone());
    }

    /// A catalogue that follows nothing.
    #[cfg(test)]
    pub(crate) fn alone(changed: Pending) -> Self {
        Self {
            articles: Arc::default(),
            changed,
        }
    }

    fn apply(&self, commit: &RawCommit) {
        match commit.decode::<StockEvent>() {
            Ok(events) => {
                let mut catalogue = self
                    .articles
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                for recorded in &events {
                    catalogue.apply(&commit.key, recorded);
                }
                drop(catalogue);
                if let Some(sku) = commit.key.sku() {
                    self.changed.add(commit.key.shop_id().clone(), sku);
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
        self.read().shown(shop).cloned().collect()
    }

    /// An article, when its shop shows it now.
    pub(crate) fn get(&self, shop: &ShopId, sku: &Sku) -> Option<Shown> {
        self.read().get(shop, sku)?.shown().cloned()
    }

    /// Every article that is shown, of all shops.
    pub(crate) fn keys(&self) -> Vec<(ShopId, Sku)> {
        let catalogue = self.read();
        let keys = catalogue.keys();
        keys.map(|(shop, sku)| (shop.clone(), sku.clone()))
            .collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Catalogue> {
        self.articles.read().unwrap_or_else(PoisonError::into_inner)
    }
}
