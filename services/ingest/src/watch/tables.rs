//! Takes over the tabs that are kept whole, as events of the shop's own history.

use std::convert::Infallible;

use anyhow::Context as _;
use domain::Shop;
use eventlog::EventLog;
use schemas::{
    AggregateKey, ShopId,
    shop::{SheetRead, SheetRefused},
};

use super::Watcher;
use crate::sheet::{self, Kept, Refusal, Verdict, folder::FileSnapshot};

impl Watcher {
    /// Whether a tab was ever taken over.
    pub(super) async fn was_read(&self, shop: &ShopId, kept: Kept) -> anyhow::Result<bool> {
        let loaded = self.log.load::<Shop>(&AggregateKey::shop(shop)).await;
        let loaded = loaded.context("while reading what is in force")?;
        Ok(loaded.state.sheet(kept.name()).is_some())
    }

    pub(super) async fn take_over_table(
        &self,
        shop: &ShopId,
        kept: Kept,
        snapshot: &FileSnapshot,
        accepted: Option<&str>,
    ) -> anyhow::Result<()> {
        let key = AggregateKey::shop(shop);
        let loaded = self.log.load::<Shop>(&key).await;
        let loaded = loaded.context("while reading what is in force")?;
        let content = kept.parse(&snapshot.bytes, &snapshot.revision);
        let counted = content.as_ref().map(|content| content.counted);
        let in_force = kept.in_force(&loaded.state);
        match (
            sheet::table_verdict(in_force, counted, &snapshot.revision, accepted),
            content,
        ) {
            (Verdict::TakeOver, Ok(content)) => {
                let decide = |state: &Shop| Ok::<_, Infallible>(state.take_over(&content.table));
                self.log
                    .decide::<Shop, _>(&key, decide)
                    .await
                    .context("while recording the table")?;
                let rows = content.counted.rows;
                note_read(
                    &self.log,
                    shop,
                    kept.name(),
                    snapshot,
                    rows,
                    content.problems,
                )
                .await
            }
            (Verdict::Refuse(refusal), _) => {
                note_refused(&self.log, shop, kept.name(), snapshot, &refusal).await
            }
            (Verdict::TakeOver, Err(error)) => anyhow::bail!("an unreadable table passed: {error}"),
        }
    }
}

/// Records that a tab was taken over, after all that it says.
pub(super) async fn note_read(
    log: &EventLog,
    shop: &ShopId,
    tab: &str,
    snapshot: &FileSnapshot,
    rows: usize,
    problems: Vec<schemas::shop::SheetProblem>,
) -> anyhow::Result<()> {
    let read = SheetRead {
        tab: tab.to_owned(),
        revision: snapshot.revision.clone(),
        rows: u32::try_from(rows).unwrap_or(u32::MAX),
        problems: sheet::recorded(problems),
        read_at: boot::clock::now(),
    };
    let decide = |state: &Shop| Ok::<_, Infallible>(state.read_sheet(&read));
    let appended = log
        .decide::<Shop, _>(&AggregateKey::shop(shop), decide)
        .await
        .context("while recording that a tab was read")?;
    if !appended.recorded.is_empty() {
        tracing::info!(shop.id = %shop, sheet.tab = tab, sheet.revision = read.revision, rows,
            problems = read.problems.len(), "{tab} was taken over");
    }
    Ok(())
}

/// Records that a tab was not taken over, and why.
pub(super) async fn note_refused(
    log: &EventLog,
    shop: &ShopId,
    tab: &str,
    snapshot: &FileSnapshot,
    refusal: &Refusal,
) -> anyhow::Result<()> {
    let refused = SheetRefused {
        tab: tab.to_owned(),
        revision: snapshot.revision.clone(),
        reason: refusal.to_string(),
        read_at: boot::clock::now(),
    };
    tracing::warn!(shop.id = %shop, sheet.tab = tab, sheet.revision = refused.revision,
        "{tab} was refused: {refusal}");
    let decide = |state: &Shop| Ok::<_, Infallible>(state.refuse_sheet(&refused));
    log.decide::<Shop, _>(&AggregateKey::shop(shop), decide)
        .await
        .context("while recording that a tab was refused")?;
    Ok(())
}
