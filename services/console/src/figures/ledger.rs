//! Conversations as the figures see them, kept and brought up to date: only what is new in the log is read.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use eventlog::EventLog;
use jiff::tz::TimeZone;
use language::Encoder;
use schemas::ShopId;
use tokio::{sync::Mutex, task::JoinSet};

use super::{
    Account, Period,
    read::{Shard, go_on},
    sheet::{Meaning, Sheet},
};

/// The conversations of the whole log, folded as far as they were read.
///
/// The first question reads the log, the following ones only what was added since. What it tells does not depend on how
/// often it was asked: it is a cache and can be thrown away.
#[derive(Clone)]
pub struct Ledger {
    log: EventLog,
    runtime: PathBuf,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    /// By number; one that could not be read to the end is empty, and is begun anew.
    shards: Vec<Shard<Account>>,
    meaning: Option<Meaning>,
}

impl Ledger {
    /// Of this log. `runtime`: the directory of fetched weights; they are opened when there are questions to put together.
    #[must_use]
    pub fn new(log: EventLog, runtime: PathBuf) -> Self {
        Self {
            log,
            runtime,
            kept: Arc::default(),
        }
    }

    /// Reads what was added to the log, so that the next question is answered at once.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn catch_up(&self) -> anyhow::Result<()> {
        self.kept.lock().await.catch_up(&self.log).await
    }

    /// The figures of a shop.
    ///
    /// # Errors
    /// When the log does not answer, or the weights cannot be opened.
    pub async fn sheet(
        &self,
        shop: &ShopId,
        period: Period,
        zone: &TimeZone,
    ) -> anyhow::Result<Sheet> {
        let mut kept = Arc::clone(&self.kept).lock_owned().await;
        kept.catch_up(&self.log).await?;
        let (shop, zone, runtime) = (shop.clone(), zone.clone(), self.runtime.clone());
        // Arithmetic over everything that was ever said: not on a reactor thread.
        tokio::task::spawn_blocking(move || kept.sheet(&shop, period, &zone, &runtime))
            .await
            .context("counting was interrupted")?
    }
}

impl Kept {
    /// All shards at once, each from where it was read to.
    async fn catch_up(&mut self, log: &EventLog) -> anyhow::Result<()> {
        self.shards
            .resize_with(usize::from(log.shards()), Shard::default);
        let mut reading = JoinSet::new();
        for (number, kept) in (0..log.shards()).zip(&mut self.shards) {
            let last = log.last_seq(number).await?;
            if last <= kept.read {
                continue;
            }
            let (mut shard, log) = (std::mem::take(kept), log.clone());
            reading.spawn(async move {
                go_on(&log, number, &mut shard, last, None, |_| {}).await?;
                anyhow::Ok((number, shard))
            });
        }
        while let Some(read) = reading.join_next().await {
            let (number, shard) = read.context("reading a shard was interrupted")??;
            if let Some(kept) = self.shards.get_mut(usize::from(number)) {
                *kept = shard;
            }
        }
        Ok(())
    }

    fn sheet(
        &mut self,
        shop: &ShopId,
        period: Period,
        zone: &TimeZone,
        runtime: &Path,
    ) -> anyhow::Result<Sheet> {
        let all = self.shards.iter().flat_map(|shard| &shard.conversations);
        let mine: Vec<_> = all
            .filter(|(key, _)| key.shop_id() == shop)
            .filter_map(|(key, account)| Some((key.conversation_id()?, account)))
            .collect();
        if self.meaning.is_none() && mine.iter().any(|(_, account)| account.has_gaps()) {
            let encoder = Encoder::shared(&runtime.join("use-multilingual-v3"))
                .context("while opening the weights that questions are put together by")?;
            self.meaning = Some(Meaning::new(encoder));
        }
        let mut sheet = Sheet::of(mine, period, zone, self.meaning.as_mut());
        sheet.unreadable = self.shards.iter().map(|shard| shard.unreadable).sum();
        Ok(sheet)
    }
}
