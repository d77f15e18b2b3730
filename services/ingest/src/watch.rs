//! Watches the folders of the shops' sheets, and takes over what a healthy reading says.
//!
//! The seller saves a file; within two seconds the articles say so. A reading that is empty or has shrunk is refused
//! and told, and the last good one stays in force.

use std::{
    collections::{BTreeSet, HashMap},
    convert::Infallible,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use channels::ShopBook;
use domain::{Article, Catalogue, Shop};
use eventlog::{AppendError, EventLog, Scope};
use futures::StreamExt as _;
use schemas::{
    AggregateKey, Kind, ShopId, Sku,
    shop::{SheetAddress, SheetRead, SheetRefused},
    stock::{SheetRow, StockEvent},
};

use crate::sheet::{self, Products, Verdict, folder};

/// The tab that this version reads.
const PRODUCTS: &str = "products";
/// Articles that are written at the same time.
const AT_ONCE: usize = 16;

/// Looks at all shops' folders every `interval` until told to stop.
pub(crate) async fn run(
    log: EventLog,
    shops: Arc<ShopBook>,
    interval: Duration,
    tasks: boot::Tasks,
) -> anyhow::Result<()> {
    let health = tasks.component("sheets");
    let stop = tasks.stop();
    let mut watcher = Watcher {
        log,
        seen: HashMap::new(),
        catalogue: Catalogue::default(),
        read_to: HashMap::new(),
    };
    health.ready();
    while !stop.is_cancelled() {
        let mut problems = Vec::new();
        for file in shops.all() {
            let SheetAddress::Folder(folder) = &file.settings.sheet else {
                let id = &file.settings.id;
                problems.push(format!("{id}: only sheets in a folder are read so far"));
                continue;
            };
            let path = Path::new(folder).join("products.csv");
            match watcher.look(&file.settings.id, &path).await {
                Ok(left) => problems.extend(left),
                Err(error) => {
                    tracing::warn!(shop.id = %file.settings.id, "the sheet was not read: {error:#}");
                    problems.push(format!("{}: {error:#}", file.settings.id));
                }
            }
        }
        if problems.is_empty() {
            health.ready();
        } else {
            health.degraded(problems.join("; "));
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(interval) => {}
        }
    }
    Ok(())
}

/// What a file looked like when it was last taken care of.
type Look = (u64, Option<SystemTime>, Option<String>);

struct Watcher {
    log: EventLog,
    /// Beside each look, which articles were left as they were, and why.
    seen: HashMap<PathBuf, (Look, Vec<String>)>,
    catalogue: Catalogue,
    read_to: HashMap<u16, u64>,
}

impl Watcher {
    /// Takes care of a file that has changed; the articles that could not be written, a sentence each.
    async fn look(&mut self, shop: &ShopId, path: &Path) -> anyhow::Result<Vec<String>> {
        let metadata = tokio::fs::metadata(path)
            .await
            .with_context(|| format!("while looking for {}", path.display()))?;
        let accepted = accepted_revision(path).await;
        let look = (metadata.len(), metadata.modified().ok(), accepted.clone());
        if let Some((_, left)) = self.seen.get(path).filter(|(seen, _)| *seen == look) {
            return Ok(left.clone());
        }
        let file = path.to_owned();
        let snapshot = tokio::task::spawn_blocking(move || folder::read(&file))
            .await
            .context("reading was interrupted")?
            .with_context(|| format!("while reading {}", path.display()))?;
        let left = self.take_over(shop, &snapshot, accepted.as_deref()).await?;
        self.seen.insert(path.to_owned(), (look, left.clone()));
        Ok(left)
    }

    async fn take_over(
        &mut self,
        shop: &ShopId,
        snapshot: &folder::FileSnapshot,
        accepted: Option<&str>,
    ) -> anyhow::Result<Vec<String>> {
        let mut left = Vec::new();
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
        let now = boot::clock::now();
        let key = AggregateKey::shop(shop);
        match (
            sheet::verdict(previous, reading.as_ref(), &snapshot.revision, accepted),
            reading,
        ) {
            (Verdict::TakeOver, Ok(products)) => {
                left = self
                    .write(shop, &products, &known, &snapshot.revision)
                    .await?;
                let read = SheetRead {
                    tab: PRODUCTS.to_owned(),
                    revision: snapshot.revision.clone(),
                    rows: u32::try_from(products.products.len()).unwrap_or(u32::MAX),
                    problems: products.problems,
                    read_at: now,
                };
                tracing::info!(shop.id = %shop, sheet.revision = read.revision, rows = read.rows,
                    problems = read.problems.len(), "the sheet was taken over");
                self.log
                    .decide::<Shop, Infallible>(&key, |state| Ok(state.read_sheet(&read)))
                    .await?;
            }
            (Verdict::Refuse(reason), _) => {
                let refused = SheetRefused {
                    tab: PRODUCTS.to_owned(),
                    revision: snapshot.revision.clone(),
                    reason: reason.to_string(),
                    read_at: now,
                };
                tracing::warn!(shop.id = %shop, sheet.revision = refused.revision,
                    "the sheet was refused: {reason}");
                self.log
                    .decide::<Shop, Infallible>(&key, |state| Ok(state.refuse_sheet(&refused)))
                    .await?;
            }
            (Verdict::TakeOver, Err(error)) => anyhow::bail!("an unreadable sheet passed: {error}"),
        }
        Ok(left)
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

/// The revision that the seller confirmed by `torg shop check --accept`, kept beside the sheet.
async fn accepted_revision(products: &Path) -> Option<String> {
    let text = tokio::fs::read_to_string(products.with_extension("accepted"))
        .await
        .ok()?;
    Some(text.trim().to_owned())
}
