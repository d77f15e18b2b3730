//! Delivers webhooks: per chat in order and one at a time, unless Avito is told to shuffle.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::mpsc;

use crate::{chance, faults::Provider, ledger::Delivered, world::World};

/// Avito's patience. Source: Messenger API, webhooks: 200 within 2 seconds.
const AVITO_PATIENCE: Duration = Duration::from_secs(2);
/// Telegram's patience. Source: telegram-bot-api, `WebhookActor.cpp`.
const TELEGRAM_PATIENCE: Duration = Duration::from_secs(60);
/// Telegram's longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Longest `Retry-After` that Telegram obeys. Source: telegram-bot-api, `WebhookActor.cpp`.
const LONGEST_WANTED: Duration = Duration::from_secs(3600);

/// A webhook to be delivered.
pub(crate) struct Letter {
    pub(crate) provider: Provider,
    pub(crate) account: String,
    pub(crate) chat: String,
    pub(crate) about: String,
    pub(crate) body: Value,
}

/// The waiting letters of each chat.
pub(crate) struct Post {
    http: reqwest::Client,
    /// Pause before Telegram's second repeat, doubled each time; Avito pauses half of it.
    pause: Duration,
    queues: Mutex<HashMap<(Provider, String, String), mpsc::UnboundedSender<Letter>>>,
}

/// Where a letter goes, as the account has it at the moment of each attempt.
struct Target {
    url: String,
    header: Option<(&'static str, String)>,
}

impl Post {
    pub(crate) fn new(pause: Duration) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            http,
            pause,
            queues: Mutex::default(),
        })
    }

    /// Puts a letter behind the others of its chat.
    pub(crate) fn enqueue(&self, world: &World, letter: Letter) {
        let key = (letter.provider, letter.account.clone(), letter.chat.clone());
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(key).or_insert_with(|| {
            let (sender, mut letters) = mpsc::unbounded_channel::<Letter>();
            let of = world.clone();
            world.run(async move {
                while let Some(letter) = letters.recv().await {
                    deliver(&of, letter).await;
                }
            });
            sender
        });
        queue.send(letter).ok();
    }

    /// Delivers a letter some time soon, whatever else is on its way.
    pub(crate) fn overtake(&self, world: &World, letter: Letter) {
        let of = world.clone();
        world.run(async move {
            tokio::time::sleep(Duration::from_millis(chance::below(300))).await;
            deliver(&of, letter).await;
        });
    }
}

async fn deliver(world: &World, letter: Letter) {
    let mut attempt: u32 = 1;
    while let Some(target) = target(world, &letter) {
        let (delivered, wanted) = once(world, &letter, &target, attempt).await;
        let done = delivered
            .status
            .is_some_and(|code| (200..300).contains(&code));
        world.ledger().deliver(delivered);
        if done {
            if letter.provider == Provider::Telegram {
                // Avito's copies are letters of their own.
                let copies = world.faults().delivery.duplicates;
                for _ in 0..copies {
                    let (again, _) = once(world, &letter, &target, attempt).await;
                    world.ledger().deliver(again);
                }
                world.telegram().delivered(&letter.account, &letter.about);
            }
            return;
        }
        let pause = world.post().pause;
        match letter.provider {
            Provider::Avito if attempt > world.faults().delivery.retries => return,
            Provider::Avito => tokio::time::sleep(pause / 2).await,
            Provider::Telegram => tokio::time::sleep(telegram_pause(attempt, pause, wanted)).await,
            Provider::Model | Provider::Sheets => return,
        }
        attempt = attempt.saturating_add(1);
    }
}

/// How long Telegram waits behind a failed attempt: what the answer asks for, else nothing, then longer and longer.
fn telegram_pause(attempt: u32, pause: Duration, wanted: Option<Duration>) -> Duration {
    let doubled = 2_u32.saturating_pow(attempt.saturating_sub(2).min(16));
    match wanted {
        Some(wanted) => wanted.min(LONGEST_WANTED),
        None if attempt == 1 => Duration::ZERO,
        None => pause.saturating_mul(doubled).min(LONGEST_PAUSE),
    }
}

fn target(world: &World, letter: &Letter) -> Option<Target> {
    match letter.provider {
        Provider::Avito => Some(Target {
            url: world.avito().webhook_of(&letter.account)?,
            header: Some((
                "x-avito-messenger-signature",
                chance::hex32() + &chance::hex32(),
            )),
        }),
        Provider::Telegram => {
            let (url, secret) = world
                .telegram()
                .webhook_for(&letter.account, &letter.about)?;
            Some(Target {
                url,
                header: secret.map(|secret| ("x-telegram-bot-api-secret-token", secret)),
            })
        }
        // These are asked and never write by themselves.
        Provider::Model | Provider::Sheets => None,
    }
}

/// One attempt, and how long the answer asks to be left alone.
async fn once(
    world: &World,
    letter: &Letter,
    target: &Target,
    attempt: u32,
) -> (Delivered, Option<Duration>) {
    let patience = match letter.provider {
        Provider::Avito => AVITO_PATIENCE,
        Provider::Telegram | Provider::Model | Provider::Sheets => TELEGRAM_PATIENCE,
    };
    let mut request = world
        .post()
        .http
        .post(&target.url)
        .timeout(patience)
        .json(&letter.body);
    if let Some((name, value)) = &target.header {
        request = request.header(*name, value);
    }
    let at = chance::now();
    let begin = Instant::now();
    let outcome = request.send().await;
    let header = |name: &str| {
        let headers = outcome.as_ref().ok()?.headers();
        Some(headers.get(name)?.to_str().ok()?.to_owned())
    };
    let event_id = header("torg-event-id");
    let wanted = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let (status, problem) = match outcome {
        Ok(response) => (Some(response.status().as_u16()), None),
        Err(error) if error.is_timeout() => (None, Some("no answer in time".to_owned())),
        Err(error) => (None, Some(error.without_url().to_string())),
    };
    let delivered = Delivered {
        provider: letter.provider,
        account: letter.account.clone(),
        chat: letter.chat.clone(),
        about: letter.about.clone(),
        attempt,
        status,
        problem,
        event_id,
        took_ms: u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX),
        at,
    };
    (delivered, wanted.map(Duration::from_secs))
}
