//! Watches the shops' sheets, and takes over what a healthy reading says.
//!
//! The seller saves a file; within two seconds the log says so. A sheet that is shared by link is asked for now and
//! then. A reading that is empty or has shrunk is refused and
//! told, and the last good one stays in force.

mod linked;
mod products;
mod tables;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use channels::{ShopBook, sheets::SheetReader};
use domain::Catalogue;
use eventlog::EventLog;
use schemas::{ShopId, shop::SheetAddress};

use crate::{
    config::Config,
    sheet::{
        self, Kept,
        folder::{self, FileSnapshot},
    },
};

use linked::{Linked, Links};

/// How long Google may take to hand out a sheet.
const DEADLINE: Duration = Duration::from_secs(20);

/// Looks at all shops' sheets until told to stop.
pub(crate) async fn run(
    log: EventLog,
    shops: Arc<ShopBook>,
    config: Config,
    tasks: boot::Tasks,
) -> anyhow::Result<()> {
    let interval = config.sheet_interval();
    let health = tasks.component("sheets");
    let stop = tasks.stop();
    let mut watcher = Watcher::new(log, &config)?;
    health.ready();
    while !stop.is_cancelled() {
        let mut problems = Vec::new();
        for file in shops.all() {
            let id = &file.settings.id;
            let found = match &file.settings.sheet {
                SheetAddress::Folder(folder) => watcher.look(id, Path::new(folder)).await,
                SheetAddress::Link(link) => watcher.look_at_link(id, link).await,
                SheetAddress::Google(_) => vec![
                    "sheets are not read through the Sheets API yet; use a link or a folder"
                        .to_owned(),
                ],
            };
            problems.extend(found.into_iter().map(|problem| format!("{id}: {problem}")));
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

/// Takes a shop's sheet over once, from a folder; what is wrong with it, for people.
///
/// # Errors
/// When nothing can be read at all.
pub(crate) async fn once(
    log: EventLog,
    config: &Config,
    shop: &ShopId,
    folder: &Path,
) -> anyhow::Result<Vec<String>> {
    let mut watcher = Watcher::new(log, config)?;
    Ok(watcher.look(shop, folder).await)
}

/// What a file looked like when it was last taken care of.
type Look = (u64, Option<SystemTime>, Option<String>);

/// A tab of a sheet.
#[derive(Clone, Copy)]
enum Tab {
    Products,
    Kept(Kept),
}

impl Tab {
    /// Every tab; the products last, because they may be thousands of events.
    fn all() -> impl Iterator<Item = Self> {
        let kept = Kept::ALL.into_iter().map(Self::Kept);
        kept.chain(std::iter::once(Self::Products))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Products => sheet::products::TAB.name,
            Self::Kept(kept) => kept.name(),
        }
    }
}

/// A file that changed since it was last taken care of.
struct Changed {
    tab: Tab,
    path: PathBuf,
    look: Look,
    content: anyhow::Result<FileSnapshot>,
}

struct Watcher {
    log: EventLog,
    /// Beside each look, which articles were left as they were, and why.
    seen: HashMap<PathBuf, (Look, Vec<String>)>,
    /// Files that are not there, and whether their tabs had been read.
    missing: HashMap<PathBuf, bool>,
    links: Links,
    /// What was found behind the links.
    linked: HashMap<ShopId, Linked>,
    catalogue: Catalogue,
    read_to: HashMap<u16, u64>,
}

impl Watcher {
    fn new(log: EventLog, config: &Config) -> anyhow::Result<Self> {
        let reader = SheetReader::new(&config.providers.sheets_base_url, DEADLINE);
        let links = Links {
            reader: reader.context("while getting ready to read linked sheets")?,
            interval: config.sheet_link_interval(),
            shops: config.state_dir.join("shops"),
        };
        Ok(Self {
            log,
            seen: HashMap::new(),
            missing: HashMap::new(),
            links,
            linked: HashMap::new(),
            catalogue: Catalogue::default(),
            read_to: HashMap::new(),
        })
    }

    /// Looks at every file of a sheet. One that cannot be read or taken over does not hold up the others.
    ///
    /// Returns what is wrong, for people.
    async fn look(&mut self, shop: &ShopId, folder: &Path) -> Vec<String> {
        let mut problems = Vec::new();
        let mut changed = Vec::new();
        for tab in Tab::all() {
            let path = folder.join(tab.name()).with_extension("csv");
            match (look(&path).await, tab) {
                (Ok(look), _) => {
                    self.missing.remove(&path);
                    match self.seen.get(&path).filter(|(seen, _)| *seen == look) {
                        Some((_, left)) => problems.extend_from_slice(left),
                        None => changed.push(read(tab, path, look)),
                    }
                }
                (Err(error), Tab::Kept(kept)) if error.kind() == std::io::ErrorKind::NotFound => {
                    problems.extend(self.is_gone(shop, kept, path).await);
                }
                (Err(error), _) => {
                    problems.push(format!("{} cannot be looked at: {error}", path.display()));
                }
            }
        }
        // Read at the same time: each waits until its file is saved, and all of them were saved together.
        for file in futures::future::join_all(changed).await {
            match self.take_over(shop, &file).await {
                Ok(left) => {
                    problems.extend_from_slice(&left);
                    self.seen.insert(file.path, (file.look, left));
                }
                Err(error) => {
                    let name = file.path.display();
                    tracing::warn!(shop.id = %shop, "{name} was not taken over: {error:#}");
                    problems.push(format!("{name}: {error:#}"));
                }
            }
        }
        problems
    }

    /// A sheet may lack a tab. One that had been read is missed, and what it said stays in force.
    async fn is_gone(&mut self, shop: &ShopId, kept: Kept, path: PathBuf) -> Option<String> {
        let was_read = match self.missing.get(&path) {
            Some(was_read) => *was_read,
            None => match self.was_read(shop, kept).await {
                Ok(was_read) => was_read,
                Err(error) => return Some(format!("{error:#}")),
            },
        };
        let note = format!(
            "{} is gone; what it said last stays in force",
            path.display()
        );
        if self.missing.insert(path.clone(), was_read).is_none() && was_read {
            tracing::warn!(shop.id = %shop, "{note}");
        }
        self.seen.remove(&path);
        was_read.then_some(note)
    }

    /// Takes over a file; the articles that could not be written, a sentence each.
    async fn take_over(&mut self, shop: &ShopId, file: &Changed) -> anyhow::Result<Vec<String>> {
        let snapshot = match &file.content {
            Ok(snapshot) => snapshot,
            Err(error) => anyhow::bail!("{error:#}"),
        };
        let accepted = file.look.2.as_deref();
        match file.tab {
            Tab::Products => self.take_over_products(shop, snapshot, accepted).await,
            Tab::Kept(kept) => {
                self.take_over_table(shop, kept, snapshot, accepted).await?;
                Ok(Vec::new())
            }
        }
    }
}

/// How a file looks.
async fn look(path: &Path) -> std::io::Result<Look> {
    let metadata = tokio::fs::metadata(path).await?;
    let accepted = accepted_revision(path).await;
    Ok((metadata.len(), metadata.modified().ok(), accepted))
}

async fn read(tab: Tab, path: PathBuf, look: Look) -> Changed {
    let file = path.clone();
    let content = tokio::task::spawn_blocking(move || folder::read(&file))
        .await
        .context("reading was interrupted")
        .and_then(|read| read.context("while reading"));
    Changed {
        tab,
        path,
        look,
        content,
    }
}

/// The revision that the seller confirmed by `torg shop check --accept`, kept beside the file.
async fn accepted_revision(file: &Path) -> Option<String> {
    let text = tokio::fs::read_to_string(file.with_extension("accepted"))
        .await
        .ok()?;
    Some(text.trim().to_owned())
}
