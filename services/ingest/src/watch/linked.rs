//! Sheets that are shared by link: asked for now and then, because Google tells nobody without an account that they
//! have changed.
//!
//! One link is one tab, the products. The other tabs cannot be found from it: only their numbers would name them, and
//! without an account Google tells those to nobody.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use channels::{
    desk::sheet_link,
    sheets::{SheetFault, SheetReader},
};
use schemas::ShopId;

use super::{Watcher, accepted_revision};
use crate::sheet::{self, folder::FileSnapshot};

/// How soon a sheet is asked for again that could not be read, unless Google says otherwise.
const AGAIN: Duration = Duration::from_secs(30);

/// How links are read.
pub(super) struct Links {
    pub(super) reader: SheetReader,
    /// How often.
    pub(super) interval: Duration,
    /// Where the shops' files are.
    pub(super) shops: PathBuf,
}

/// What is known of one shop's link.
pub(super) struct Linked {
    link: String,
    /// What the seller had confirmed when it was read.
    accepted: Option<String>,
    due: Instant,
    problems: Vec<String>,
}

impl Watcher {
    /// Reads the sheet behind `link`, if it is time; returns what is wrong, for people.
    pub(super) async fn look_at_link(&mut self, shop: &ShopId, link: &str) -> Vec<String> {
        let confirmed = accepted_file(&self.links.shops, shop, sheet::products::TAB.name);
        let accepted = accepted_revision(&confirmed).await;
        if let Some(known) = self.linked.get(shop)
            && known.link == link
            && known.accepted == accepted
            && Instant::now() < known.due
        {
            return known.problems.clone();
        }
        let (problems, wait) = match self.read_link(shop, link, accepted.as_deref()).await {
            Ok(left) => (left, self.links.interval),
            Err(error) => {
                let fault = error.downcast_ref::<SheetFault>();
                let wait = match fault {
                    Some(SheetFault::Unreachable { retry_after, .. }) => *retry_after,
                    _ => None,
                };
                tracing::warn!(shop.id = %shop, "the linked sheet was not taken over: {error:#}");
                let wait = wait.unwrap_or_else(|| AGAIN.min(self.links.interval));
                (vec![format!("the linked sheet: {error:#}")], wait)
            }
        };
        let now = Instant::now();
        let linked = Linked {
            link: link.to_owned(),
            accepted,
            due: now.checked_add(wait).unwrap_or(now),
            problems: problems.clone(),
        };
        self.linked.insert(shop.clone(), linked);
        problems
    }

    async fn read_link(
        &mut self,
        shop: &ShopId,
        link: &str,
        accepted: Option<&str>,
    ) -> anyhow::Result<Vec<String>> {
        let address = sheet_link(link)
            .context("[sheet] link in the shop's file is no link of a Google spreadsheet")?;
        let bytes = self.links.reader.read(&address).await?.to_vec();
        let revision = sheet::revision(&bytes);
        let snapshot = FileSnapshot { bytes, revision };
        self.take_over_products(shop, &snapshot, accepted).await
    }
}

/// The name that [`accepted_revision`] looks beside, for a tab that is no file.
fn accepted_file(shops: &Path, shop: &ShopId, tab: &str) -> PathBuf {
    shops.join(shop.as_str()).join(tab)
}
