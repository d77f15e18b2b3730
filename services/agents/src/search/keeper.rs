//! Keeps the search current: takes changed articles in, and a vector store or an endpoint that was away back.

use std::{collections::BTreeSet, sync::PoisonError, time::Duration};

use schemas::{ShopId, Sku};
use tokio_util::sync::CancellationToken;

use super::{
    Condition, Failed, Noise, Outage, Search, Vectors,
    passage::Passage,
    pending::Change,
    qdrant::{self, Point},
};
use crate::catalogue::Live;

/// Articles that are taken in at once.
const BATCH: usize = 64;
/// How often what is away is tried; twice as long after every time, up to the second.
const AWAY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(15));
/// How often a vector store that is there is asked whether it still has everything.
const LOOK: Duration = Duration::from_secs(30);

/// What keeps a search current.
pub(crate) struct Keeper {
    search: Search,
    live: Live,
    health: Option<boot::Component>,
    pause: Duration,
}

impl Keeper {
    pub(crate) const fn new(search: Search, live: Live, health: Option<boot::Component>) -> Self {
        Self {
            search,
            live,
            health,
            pause: AWAY.0,
        }
    }

    /// Takes everything in that has changed so far.
    pub(crate) async fn catch_up(mut self) -> anyhow::Result<()> {
        loop {
            match self.step().await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Trouble::Ours(error)) => return Err(error),
                Err(Trouble::Away(outage)) => anyhow::bail!("the search: {}", outage.in_short()),
            }
        }
    }

    /// Works until told to stop.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let pending = self.search.0.pending.clone();
        let mut changed = pending.watch();
        let mut sound = false;
        self.report();
        while !stop.is_cancelled() {
            // Seen before the work: a change that comes during it wakes again.
            changed.borrow_and_update();
            let worked = match sound {
                true => self.step().await,
                false => self.recover().await,
            };
            self.report();
            let rest = match worked {
                Ok(true) => {
                    sound = true;
                    continue;
                }
                Ok(false) => LOOK,
                Err(Trouble::Ours(error)) => return Err(error),
                Err(Trouble::Away(outage)) => {
                    sound = false;
                    self.search.set(Condition::Away(outage));
                    self.report();
                    let pause = self.pause;
                    self.pause = pause.saturating_mul(2).min(AWAY.1);
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = tokio::time::sleep(pause) => {}
                    }
                    continue;
                }
            };
            let woken = tokio::select! {
                () = stop.cancelled() => break,
                woken = tokio::time::timeout(rest, changed.changed()) => woken,
            };
            // A question found something away, or nothing happened for a while.
            let away = matches!(self.search.condition(), Condition::Away(_));
            if away && self.search.0.embedder.is_remote() {
                sound = false;
            } else if away || woken.is_err() {
                sound = self.is_as_known().await;
            }
        }
        Ok(())
    }

    /// Takes the next changed articles in; whether there were any.
    async fn step(&mut self) -> Result<bool, Trouble> {
        let pending = &self.search.0.pending;
        let changes = pending.first(BATCH);
        if changes.is_empty() {
            self.pause = AWAY.0;
            self.search.set(Condition::Ready);
            return Ok(false);
        }
        self.take_in(&changes).await?;
        pending.done(&changes);
        Ok(true)
    }

    async fn take_in(&self, changes: &[Change]) -> Result<(), Trouble> {
        let (mut fresh, mut gone) = (Vec::new(), Vec::new());
        for Change { shop, sku, .. } in changes {
            let passage = self.passage(shop, sku);
            self.words(shop, sku, passage.as_ref());
            match passage {
                None => gone.push((shop.clone(), sku.clone())),
                Some(passage) if self.hash(shop, sku).as_ref() == Some(&passage.hash) => {}
                Some(passage) => fresh.push((shop.clone(), sku.clone(), passage)),
            }
        }
        let texts = fresh.iter().map(|(_, _, passage)| passage.text.clone());
        let vectors = self.search.0.embedder.embed(texts.collect()).await?;
        let points = fresh
            .into_iter()
            .zip(vectors)
            .map(|((shop, sku, passage), vector)| Point {
                shop,
                sku,
                text: passage.text,
                hash: passage.hash,
                vector,
            })
            .collect();
        self.store(points, gone).await
    }

    async fn store(&self, points: Vec<Point>, gone: Vec<(ShopId, Sku)>) -> Result<(), Trouble> {
        match &self.search.0.vectors {
            Vectors::Memory(memory) => {
                for point in points {
                    memory.put(&point.shop, &point.sku, point.hash, point.vector);
                }
                for (shop, sku) in gone {
                    memory.remove(&shop, &sku);
                }
            }
            Vectors::Qdrant(store) => {
                if !points.is_empty() {
                    store.put(&points).await?;
                }
                if !gone.is_empty() {
                    store.remove(&gone).await?;
                }
            }
        }
        Ok(())
    }

    /// Finds out whether everything is there that a search by meaning needs.
    async fn recover(&self) -> Result<bool, Trouble> {
        // The words are there while the vectors are not.
        for change in self.search.0.pending.first(usize::MAX) {
            let passage = self.passage(&change.shop, &change.sku);
            self.words(&change.shop, &change.sku, passage.as_ref());
        }
        let embedder = &self.search.0.embedder;
        if self.search.0.noise.get().is_some() {
            embedder.answers().await?;
        } else {
            let noise = Noise::of(embedder).await?;
            let Noise { usual, nearest } = noise;
            tracing::info!(
                usual,
                nearest,
                "cosines of unrelated texts were measured for {}",
                embedder.id()
            );
            self.search.calibrate(noise);
        }
        self.reconcile().await
    }

    /// Finds out what a vector store has, and lets everything wait that it should have or should not.
    async fn reconcile(&self) -> Result<bool, Trouble> {
        let Vectors::Qdrant(store) = &self.search.0.vectors else {
            return Ok(true);
        };
        let stored: BTreeSet<(ShopId, Sku)> = store.reconcile().await?.into_iter().collect();
        let shown: BTreeSet<(ShopId, Sku)> = self.live.keys().into_iter().collect();
        for (shop, sku) in stored.union(&shown) {
            let current = self.passage(shop, sku).map(|passage| passage.hash);
            if current != store.hash(shop, sku) {
                self.search.0.pending.add(shop.clone(), sku.clone());
            }
        }
        Ok(true)
    }

    /// Whether the vector store still has what it was given; one that is away has not.
    async fn is_as_known(&self) -> bool {
        match &self.search.0.vectors {
            Vectors::Memory(_) => true,
            Vectors::Qdrant(store) => store.is_as_known().await.unwrap_or(false),
        }
    }

    fn passage(&self, shop: &ShopId, sku: &Sku) -> Option<Passage> {
        let shown = self.live.get(shop, sku)?;
        Some(Passage::of(&shown.product))
    }

    fn hash(&self, shop: &ShopId, sku: &Sku) -> Option<String> {
        match &self.search.0.vectors {
            Vectors::Memory(memory) => memory.hash(shop, sku),
            Vectors::Qdrant(store) => store.hash(shop, sku),
        }
    }

    fn words(&self, shop: &ShopId, sku: &Sku, passage: Option<&Passage>) {
        let shops = self.search.0.words.write();
        let mut shops = shops.unwrap_or_else(PoisonError::into_inner);
        let words = shops.entry(shop.clone()).or_default();
        match passage {
            Some(passage) => words.put(sku, &passage.text),
            None => words.remove(sku),
        }
    }

    fn report(&self) {
        let Some(health) = &self.health else {
            return;
        };
        let waiting = self.search.0.pending.len();
        match self.search.condition() {
            Condition::Away(outage) => health.degraded(format!("{outage}: searching by words")),
            Condition::Starting => health.degraded(format!("taking in {waiting} articles")),
            Condition::Ready => health.ready(),
        }
    }
}

/// Why a step was not made.
enum Trouble {
    /// Something is away: try again.
    Away(Outage),
    /// The process ends.
    Ours(anyhow::Error),
}

impl From<qdrant::Away> for Trouble {
    fn from(error: qdrant::Away) -> Self {
        Self::Away(Outage::from(&error))
    }
}

impl From<Failed> for Trouble {
    fn from(error: Failed) -> Self {
        match error {
            Failed::Stopping(error) => Self::Ours(error.into()),
            error @ (Failed::Endpoint(_) | Failed::Flat) => Self::Away(Outage::from(&error)),
        }
    }
}
