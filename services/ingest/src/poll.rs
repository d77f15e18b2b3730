//! Telegram long polling, for bots without a webhook secret: the default where no public address exists.

use std::{collections::HashSet, sync::Arc, time::Duration};

use anyhow::Context as _;
use channels::{
    ShopBook,
    shop_file::{ChannelCredentials, TelegramCredentials},
    telegram::{self, TelegramClient, TelegramConfig, client::POLL_SECONDS},
};
use eventlog::EventLog;
use schemas::{ShopId, conversation::ChannelKind};
use tokio_util::sync::CancellationToken;

use crate::record::{Origin, record};

/// Updates asked for at once. Source: Bot API, `getUpdates`, `limit`.
const BATCH: u32 = 100;
/// How often new shops are looked for.
const LOOK: Duration = Duration::from_secs(2);
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(3);

/// Starts a poller for each bot that wants one, also for those that are added later.
pub(crate) async fn run(
    log: EventLog,
    shops: Arc<ShopBook>,
    providers: channels::Options,
    tasks: boot::Tasks,
) -> anyhow::Result<()> {
    let stop = tasks.stop();
    let mut polled = HashSet::new();
    while !stop.is_cancelled() {
        for (shop, bot) in bots(&shops) {
            if !polled.insert((shop.clone(), bot.bot_id.clone())) {
                continue;
            }
            let client = TelegramClient::new(TelegramConfig::new(
                providers.telegram_base_url.clone(),
                bot.token.clone(),
            ))
            .context("while making a Telegram client")?;
            let poller = Poller {
                log: log.clone(),
                shop,
                client,
                stop: stop.clone(),
            };
            tasks.spawn("telegram long polling", poller.run());
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    Ok(())
}

fn bots(shops: &ShopBook) -> Vec<(ShopId, TelegramCredentials)> {
    let mut bots = Vec::new();
    for file in shops.all() {
        for channel in &file.credentials.channels {
            if let ChannelCredentials::Telegram(bot) = channel
                && bot.webhook_secret.is_none()
            {
                bots.push((file.settings.id.clone(), bot.clone()));
            }
        }
    }
    bots
}

struct Poller {
    log: EventLog,
    shop: ShopId,
    client: TelegramClient,
    stop: CancellationToken,
}

impl Poller {
    async fn run(self) -> anyhow::Result<()> {
        // A webhook that an earlier set-up left behind would keep every update from us.
        if let Err(error) = self.client.delete_webhook().await {
            tracing::warn!(shop.id = %self.shop, "an old webhook may be in the way: {error}");
        }
        let mut offset = None;
        while !self.stop.is_cancelled() {
            let updates = tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                updates = self.client.get_updates(offset, BATCH, POLL_SECONDS) => updates,
            };
            match updates {
                Ok(updates) => {
                    for update in updates {
                        // The offset moves on only behind what is durable: it is the acknowledgement.
                        if self.take_in(&update.body).await {
                            offset = Some(update.id.saturating_add(1));
                        } else {
                            tokio::time::sleep(PAUSE).await;
                            break;
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(shop.id = %self.shop, "Telegram cannot be polled: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        Ok(())
    }

    async fn take_in(&self, body: &[u8]) -> bool {
        let Ok(inbound) = telegram::parse(body, self.client.bot_id()) else {
            tracing::warn!(shop.id = %self.shop, "an update is not JSON");
            return true;
        };
        let origin = Origin {
            kind: ChannelKind::Telegram,
            account: self.client.bot_id(),
            body,
        };
        for one in inbound {
            if let Err(error) = record(&self.log, &self.shop, one, &origin).await {
                tracing::warn!(shop.id = %self.shop, "an update waits for the log: {error}");
                return false;
            }
        }
        true
    }
}
