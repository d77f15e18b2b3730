//! Rows of articles.

use schemas::{AggregateKey, Recorded, stock::StockEvent};
use sqlx::{PgConnection, types::Json};

use super::time;

/// Applies one event of an article.
pub(crate) async fn apply(
    tx: &mut PgConnection,
    key: &AggregateKey,
    recorded: &Recorded<StockEvent>,
) -> anyhow::Result<()> {
    let shop = key.shop_id().as_str();
    match &recorded.event {
        StockEvent::ProductRecorded(event) => {
            let product = &event.product;
            sqlx::query(
                "INSERT INTO product (shop, sku, name, quantity, price, category, listing, revision, \
                 row_number, shown, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, true, $10) \
                 ON CONFLICT (shop, sku) DO UPDATE SET name = excluded.name, quantity = excluded.quantity, \
                 price = excluded.price, category = excluded.category, listing = excluded.listing, \
                 revision = excluded.revision, row_number = excluded.row_number, shown = true, \
                 changed_at = excluded.changed_at",
            )
            .bind(shop)
            .bind(product.sku.as_str())
            .bind(&product.name)
            .bind(Json(&product.quantity))
            .bind(product.price.kopecks())
            .bind(product.category.as_deref())
            .bind(product.listing.as_ref().map(schemas::ListingId::as_str))
            .bind(&event.source.revision)
            .bind(i32::try_from(event.source.row)?)
            .bind(time(&recorded.meta))
            .execute(tx)
            .await?;
        }
        StockEvent::ProductWithdrawn(event) => {
            sqlx::query(
                "UPDATE product SET shown = false, changed_at = $3 WHERE shop = $1 AND sku = $2",
            )
            .bind(shop)
            .bind(event.sku.as_str())
            .bind(time(&recorded.meta))
            .execute(tx)
            .await?;
        }
        StockEvent::StockReserved(_)
        | StockEvent::ReservationKept(_)
        | StockEvent::ReservationReleased(_) => {}
    }
    Ok(())
}
