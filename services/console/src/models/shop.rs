//! Rows of shops and their sheets.

use schemas::{
    AggregateKey, Recorded,
    shop::{ShopConfigured, ShopEvent},
};

use super::{
    fold::{Fold, moment},
    rows::{Sheet, Shop},
};

/// Applies one event of a shop.
pub(super) fn apply(
    fold: &mut Fold,
    key: &AggregateKey,
    recorded: &Recorded<ShopEvent>,
) -> anyhow::Result<()> {
    let shop = key.shop_id().to_string();
    match &recorded.event {
        ShopEvent::ShopConfigured(settings) => configured(fold, shop, settings, recorded)?,
        ShopEvent::ShopReconfigured(told) => configured(fold, shop, &told.settings, recorded)?,
        ShopEvent::SheetRead(read) => fold.sheets.put(Sheet {
            shop,
            tab: read.tab.clone(),
            revision: read.revision.clone(),
            rows: i32::try_from(read.rows)?,
            problems: serde_json::to_value(&read.problems)?,
            refused: None,
            read_at: moment(read.read_at),
        }),
        ShopEvent::SheetRefused(refused) => {
            match fold.sheets.edit(&(shop.clone(), refused.tab.clone())) {
                Some(sheet) => sheet.refused = Some(refused.reason.clone()),
                None => fold.sheets.put(Sheet {
                    shop,
                    tab: refused.tab.clone(),
                    revision: refused.revision.clone(),
                    rows: 0,
                    problems: serde_json::json!([]),
                    refused: Some(refused.reason.clone()),
                    read_at: moment(refused.read_at),
                }),
            }
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

fn configured(
    fold: &mut Fold,
    shop: String,
    settings: &ShopConfigured,
    recorded: &Recorded<ShopEvent>,
) -> anyhow::Result<()> {
    fold.shops.put(Shop {
        shop,
        name: settings.name.clone(),
        settings: serde_json::to_value(settings)?,
        configured_at: moment(recorded.meta.time),
    });
    Ok(())
}
