//! Takes over the products: each row is an event of its article's own history.

use std::{collections::BTreeSet, convert::Infallible};

use anyhow::Context as _;
use domain::Article;
use eventlog::{AppendError, Scope};
use futures::StreamExt as _;
use schemas::{
    AggregateKey, Kind, ShopId, Sku,
    stock::{SheetRow, StockEvent},
};

use super::{
    Watcher,
    tables::{note_read, note_refused},
};
use crate::sheet::{self, Products, Verdict, folder::FileSnapshot};

const PRODUCTS: &str = sheet::products::TAB.name;
/// Articles that are written at the same time.
const AT_ONCE: usize = 16;

impl Watcher {
    /// Takes over the products; the articles that could not be written, a sentence each.
    pub(super) async fn take_over_products(
        &mut self,
        shop: &ShopId,
        snapshot: &FileSnapshot,
        accepted: Option<&str>,
    ) -> anyhow::Result<Vec<String>> {
        self.catch_up()
            .await
            .context("while reading the articles in the log")?;
        let reading = sheet::products::parse(&snapshot.bytes);
        let known: BTreeSet<Sku> = self
            .catalogue
            .shown(shop)
            .map(|shown| shown.product.sku.clone())
            .collect();
        let previous = (!known.is_empty()).then_some(known.len());
        match (
            sheet::verdict(previous, reading.as_ref(), &snapshot.revision, accepted),
            reading,
        ) {
            (Verdict::TakeOver, Ok(products)) => {
                let left = self
                    .write(shop, &products, &known, &snapshot.revision)
                    .await?;
                let rows = products.products.len();
                note_read(&self.log, shop, PRODUCTS, snapshot, rows, products.problems).await?;
                Ok(left)
            }
            (Verdict::Refuse(refusal), _) => {
                note_refused(&self.log, shop, PRODUCTS, snapshot, &refusal).await?;
                Ok(Vec::new())
            }
            (Verdict::TakeOver, Err(error)) => anyhow::bail!("an unreadable sheet passed: {error}"),
        }
    }

    /// Writes every row that says something new, and what a healthy sheet no longer shows. An article whose own history
    /// cannot be read is left as it is and told, so that it does not hold up the others.
    async fn write(
        &self,
        shop: &ShopId,
        products: &Products,
        known: &BTreeSet<Sku>,
        revision: &str,
    ) -> anyhow::Result<Vec<String>> {
        let now = boot::clock::now();
        let changed: Vec<_> = products
            .products
            .iter()
            .filter(|(product, _)| {
                let article = self
                    .catalogue
                    .get(shop, &product.sku)
                    .and_then(Article::shown);
                article.is_none_or(|shown| shown.product != *product)
            })
            .cloned()
            .collect();
        let writes = changed.into_iter().map(|(product, row)| {
            let source = SheetRow {
                tab: PRODUCTS.to_owned(),
                revision: revision.to_owned(),
                row,
            };
            let (log, key) = (self.log.clone(), AggregateKey::stock(shop, &product.sku));
            async move {
                let decide =
                    |state: &Article| Ok::<_, Infallible>(state.record(&product, &source, now));
                let written = log.decide::<Article, _>(&key, decide).await.map(drop);
                poisoned(&key, written).context("while recording an article")
            }
        });
        let mut writes = futures::stream::iter(writes).buffer_unordered(AT_ONCE);
        let mut left = Vec::new();
        while let Some(written) = writes.next().await {
            left.extend(written?);
        }
        // A row that was set aside is not a row that is gone.
        let present: BTreeSet<&Sku> = products
            .products
            .iter()
            .map(|(product, _)| &product.sku)
            .collect();
        let gone = known
            .iter()
            .filter(|sku| !present.contains(sku) && !products.set_aside.contains(*sku));
        for sku in gone {
            let key = AggregateKey::stock(shop, sku);
            let decide = |state: &Article| Ok::<_, Infallible>(state.withdraw(revision));
            let written = self.log.decide::<Article, _>(&key, decide).await.map(drop);
            left.extend(poisoned(&key, written).context("while withdrawing an article")?);
        }
        left.sort();
        Ok(left)
    }

    /// Brings the catalogue up to the end of the log.
    async fn catch_up(&mut self) -> anyhow::Result<()> {
        for shard in 0..self.log.shards() {
            let from = self
                .read_to
                .get(&shard)
                .copied()
                .unwrap_or(0)
                .saturating_add(1);
            let last = self.log.last_seq(shard).await?;
            if last < from {
                continue;
            }
            let mut commits = std::pin::pin!(
                self.log
                    .read(&Scope::Kind(shard, Kind::Stock), from, last)
                    .await?
            );
            while let Some(commit) = commits.next().await {
                let commit = commit?;
                match commit.decode::<StockEvent>() {
                    Ok(events) => {
                        for recorded in &events {
                            self.catalogue.apply(&commit.key, recorded);
                        }
                    }
                    // The article's own history refuses to be decided upon; the others are not held up by it.
                    Err(error) => {
                        tracing::error!(key = %commit.key, seq = commit.seq, "an article cannot be read: {error}");
                    }
                }
            }
            self.read_to.insert(shard, last);
        }
        Ok(())
    }
}

/// What is to be told of an article that could not be written because nobody can read its history.
fn poisoned(
    key: &AggregateKey,
    written: Result<(), AppendError<Infallible>>,
) -> Result<Option<String>, AppendError<Infallible>> {
    match written {
        Ok(()) => Ok(None),
        Err(AppendError::Poisoned(poison)) => {
            Ok(Some(format!("{key} is left as it was: {poison}")))
        }
        Err(error) => Err(error),
    }
}
