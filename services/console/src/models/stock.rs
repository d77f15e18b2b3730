//! Rows of articles: as the sheet has them now, and what it said before.

use schemas::{AggregateKey, Recorded, stock::StockEvent};

use super::{
    fold::{Fold, moment},
    rows::{Product, Revision},
};

/// Applies one event of an article.
pub(super) fn apply(
    fold: &mut Fold,
    key: &AggregateKey,
    recorded: &Recorded<StockEvent>,
) -> anyhow::Result<()> {
    let shop = key.shop_id().to_string();
    let at = moment(recorded.meta.time);
    match &recorded.event {
        StockEvent::ProductRecorded(event) => {
            let product = &event.product;
            let row = Product {
                shop,
                sku: product.sku.to_string(),
                name: product.name.clone(),
                quantity: serde_json::to_value(product.quantity)?,
                price: product.price.kopecks(),
                category: product.category.clone(),
                listing: product.listing.as_ref().map(ToString::to_string),
                revision: event.source.revision.clone(),
                row_number: i32::try_from(event.source.row)?,
                shown: true,
                changed_at: at,
            };
            fold.revise(|number| Revision {
                shop: row.shop.clone(),
                sku: row.sku.clone(),
                number,
                name: row.name.clone(),
                quantity: Some(row.quantity.clone()),
                price: Some(row.price),
                revision: row.revision.clone(),
                row_number: Some(row.row_number),
                recorded_at: at,
            });
            fold.products.put(row);
        }
        StockEvent::ProductWithdrawn(event) => {
            let known = (shop.clone(), event.sku.to_string());
            let Some(row) = fold.products.edit(&known) else {
                return Ok(());
            };
            row.shown = false;
            row.changed_at = at;
            let name = row.name.clone();
            fold.revise(|number| Revision {
                shop: shop.clone(),
                sku: event.sku.to_string(),
                number,
                name: name.clone(),
                quantity: None,
                price: None,
                revision: event.revision.clone(),
                row_number: None,
                recorded_at: at,
            });
        }
        StockEvent::StockReserved(_)
        | StockEvent::ReservationKept(_)
        | StockEvent::ReservationReleased(_) => {}
    }
    Ok(())
}

impl Fold {
    /// Adds a revision with the next number of its article.
    fn revise(&mut self, revision: impl Fn(i32) -> Revision) {
        let key = {
            let draft = revision(0);
            (draft.shop, draft.sku)
        };
        let last = self.revised.entry(key).or_default();
        *last = last.saturating_add(1);
        self.revisions.put(revision(*last));
    }
}
