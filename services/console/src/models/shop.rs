//! Rows of shops and their sheets.

use jiff_sqlx::ToSqlx as _;
use schemas::{
    AggregateKey, Recorded,
    shop::{ShopConfigured, ShopEvent},
};
use sqlx::{PgConnection, types::Json};

use super::time;

/// Applies one event of a shop.
pub(crate) async fn apply(
    tx: &mut PgConnection,
    key: &AggregateKey,
    recorded: &Recorded<ShopEvent>,
) -> anyhow::Result<()> {
    let shop = key.shop_id().as_str();
    match &recorded.event {
        ShopEvent::ShopConfigured(settings) => configured(tx, shop, settings, recorded).await?,
        ShopEvent::ShopReconfigured(told) => {
            configured(tx, shop, &told.settings, recorded).await?;
        }
        ShopEvent::SheetRead(read) => {
            sqlx::query(
                "INSERT INTO sheet (shop, tab, revision, rows, problems, refused, read_at) \
                 VALUES ($1, $2, $3, $4, $5, NULL, $6) ON CONFLICT (shop, tab) DO UPDATE SET \
                 revision = excluded.revision, rows = excluded.rows, problems = excluded.problems, \
                 refused = NULL, read_at = excluded.read_at",
            )
            .bind(shop)
            .bind(&read.tab)
            .bind(&read.revision)
            .bind(i32::try_from(read.rows)?)
            .bind(Json(&read.problems))
            .bind(read.read_at.to_sqlx())
            .execute(tx)
            .await?;
        }
        ShopEvent::SheetRefused(refused) => {
            sqlx::query(
                "INSERT INTO sheet (shop, tab, revision, rows, problems, refused, read_at) \
                 VALUES ($1, $2, $3, 0, '[]', $4, $5) ON CONFLICT (shop, tab) DO UPDATE SET \
                 refused = excluded.refused",
            )
            .bind(shop)
            .bind(&refused.tab)
            .bind(&refused.revision)
            .bind(&refused.reason)
            .bind(refused.read_at.to_sqlx())
            .execute(tx)
            .await?;
        }
        // Seen in the log; no page asks for them yet.
        ShopEvent::DeliveryRecorded(_)
        | ShopEvent::FaqRecorded(_)
        | ShopEvent::RulesRecorded(_)
        | ShopEvent::SettingsRecorded(_)
        | ShopEvent::ModelSpent(_)
        | ShopEvent::ChannelPaused(_)
        | ShopEvent::ChannelResumed(_)
        | ShopEvent::WebhookUnrecognised(_)
        | ShopEvent::WebhookStopped(_)
        | ShopEvent::WebhookResumed(_)
        | ShopEvent::BotHeld(_)
        | ShopEvent::BotReleased(_)
        | ShopEvent::HoursTold(_)
        | ShopEvent::ExperimentStarted(_)
        | ShopEvent::ExperimentStopped(_) => {}
    }
    Ok(())
}

async fn configured(
    tx: &mut PgConnection,
    shop: &str,
    settings: &ShopConfigured,
    recorded: &Recorded<ShopEvent>,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO shop (shop, name, settings, configured_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (shop) DO UPDATE SET name = excluded.name, settings = excluded.settings, \
         configured_at = excluded.configured_at",
    )
    .bind(shop)
    .bind(&settings.name)
    .bind(Json(settings))
    .bind(time(&recorded.meta))
    .execute(tx)
    .await?;
    Ok(())
}
