//! Telegram long polling, for bots without a webhook secret: the default where no public address exists.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use channels::{
    ShopBook, ShopFile,
    telegram::{TelegramClient, TelegramConfig, client::POLL_SECONDS},
};
use eventlog::EventLog;
use schemas::ShopId;
use tokio_util::sync::CancellationToken;

use crate::{
    bots::{self, Bot},
    desk::Desks,
    update::{NotTaken, take_in},
};

/// Updates asked for at once. Source: Bot API, `getUpdates`, `limit`.
const BATCH: u32 = 100;
/// How often new shops are looked for.
const LOOK: Duration = Duration::from_secs(2);
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(3);

/// What every poller has.
#[derive(Clone)]
pub(crate) struct Intake {
    pub(crate) log: EventLog,
    pub(crate) desks: Arc<Desks>,
    pub(crate) shops: Arc<ShopBook>,
}

/// Keeps a poller for each bot that wants one: those that are added later get theirs, those that are gone from the
/// file, or got a webhook's secret, lose it.
pub(crate) async fn run(
    intake: Intake,
    providers: channels::Options,
    tasks: boot::Tasks,
) -> anyhow::Result<()> {
    let stop = tasks.stop();
    let mut pollers: HashMap<(ShopId, String), CancellationToken> = HashMap::new();
    while !stop.is_cancelled() {
        let bots = polled_bots(&intake.shops);
        let name = |(file, bot): &(Arc<ShopFile>, Bot)| (file.settings.id.clone(), bot.id.clone());
        let wanted: HashSet<_> = bots.iter().map(name).collect();
        pollers.retain(|poller, stop| {
            let wanted = wanted.contains(poller);
            if !wanted {
                stop.cancel();
            }
            wanted
        });
        for (file, bot) in bots {
            let Entry::Vacant(place) = pollers.entry((file.settings.id.clone(), bot.id.clone()))
            else {
                continue;
            };
            let client = TelegramClient::new(TelegramConfig::new(
                providers.telegram_base_url.clone(),
                bot.token.clone(),
            ))
            .context("while making a Telegram client")?;
            let poller = Poller {
                intake: intake.clone(),
                file,
                bot,
                client,
                stop: place.insert(stop.child_token()).clone(),
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

fn polled_bots(shops: &ShopBook) -> Vec<(Arc<ShopFile>, Bot)> {
    let bots = shops.all().into_iter().flat_map(|file| {
        let bots = bots::of(&file).into_iter().filter(Bot::is_polled);
        bots.map(|bot| (Arc::clone(&file), bot)).collect::<Vec<_>>()
    });
    bots.collect()
}

struct Poller {
    intake: Intake,
    /// The shop's file and its bot as they were when last seen.
    file: Arc<ShopFile>,
    bot: Bot,
    client: TelegramClient,
    stop: CancellationToken,
}

impl Poller {
    async fn run(mut self) -> anyhow::Result<()> {
        // A webhook that an earlier set-up left behind would keep every update from us.
        if let Err(error) = self.client.delete_webhook().await {
            tracing::warn!(shop.id = %self.file.settings.id, "an old webhook may be in the way: {error}");
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
                    tracing::warn!(shop.id = %self.file.settings.id, "Telegram cannot be polled: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        Ok(())
    }

    async fn take_in(&mut self, body: &[u8]) -> bool {
        // Sellers may be named, and a bot become the desk's, while it is being asked.
        if let Some(file) = self.intake.shops.get(&self.file.settings.id) {
            let bot = bots::of(&file)
                .into_iter()
                .find(|bot| bot.id == self.bot.id);
            self.bot = bot.unwrap_or_else(|| self.bot.clone());
            self.file = file;
        }
        let Intake { log, desks, .. } = &self.intake;
        match take_in(log, desks, &self.file, &self.bot, body).await {
            Ok(_) => true,
            Err(error @ NotTaken::NotJson(_)) => {
                tracing::warn!(shop.id = %self.file.settings.id, "{error}");
                true
            }
            Err(NotTaken::NotRecorded(error)) => {
                let shop = &self.file.settings.id;
                tracing::warn!(shop.id = %shop, "an update waits: {:#}", anyhow::Error::from(error));
                false
            }
        }
    }
}
