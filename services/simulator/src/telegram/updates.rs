//! Updates on their way to a bot: kept until confirmed, pushed to a webhook or handed out when asked for.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    error::{OTHER_POLL, Refusal, WEBHOOK_ACTIVE},
    state::{Bot, Webhook},
};
use crate::{faults::Provider, post::Letter, world::World};

/// Longest wait of `getUpdates`, seconds. Source: telegram-bot-api, `Client.cpp`.
const LONGEST_POLL: u64 = 50;

impl Bot {
    /// Keeps an update and returns the letter for its webhook, when there is one.
    pub(crate) fn update(&mut self, kind: &str, chat: i64, body: &Value) -> Option<Letter> {
        let allowed = self.allowed.as_ref();
        if allowed.is_some_and(|kinds| !kinds.is_empty() && !kinds.iter().any(|one| one == kind)) {
            return None;
        }
        let number = self.next_update;
        self.next_update += 1;
        let update = json!({"update_id": number, kind: body});
        self.past.push((number, chat, update.clone()));
        self.updates.push((number, chat, update.clone()));
        self.news.notify_waiters();
        self.webhook
            .is_some()
            .then(|| self.letter(number, chat, update))
    }

    /// Has an update on its way again that was confirmed already; `None` when there never was one of that number.
    pub(crate) fn again(&mut self, number: i64) -> Option<Option<Letter>> {
        let (_, chat, update) = self.past.iter().find(|(past, ..)| *past == number)?.clone();
        self.updates.push((number, chat, update.clone()));
        self.updates.sort_by_key(|(number, ..)| *number);
        self.news.notify_waiters();
        Some(
            self.webhook
                .is_some()
                .then(|| self.letter(number, chat, update)),
        )
    }

    fn letter(&self, number: i64, chat: i64, body: Value) -> Letter {
        Letter {
            provider: Provider::Telegram,
            account: self.id.to_string(),
            chat: chat.to_string(),
            about: number.to_string(),
            body,
        }
    }

    /// Sets or removes the webhook and returns the letters that waited for it.
    pub(crate) fn set_webhook(
        &mut self,
        webhook: Option<Webhook>,
        drop_pending: bool,
    ) -> Vec<Letter> {
        if drop_pending {
            self.updates.clear();
        }
        let had_one = self.webhook.is_some();
        self.webhook = webhook;
        self.news.notify_waiters();
        if had_one || self.webhook.is_none() {
            return Vec::new();
        }
        let waiting = self.updates.iter();
        waiting
            .map(|(number, chat, body)| self.letter(*number, *chat, body.clone()))
            .collect()
    }

    /// Takes over which kinds of updates are wanted, when that is said. Updates that wait already are not touched.
    pub(super) fn allow(&mut self, parameters: &Map<String, Value>) {
        let list = match parameters.get("allowed_updates") {
            Some(Value::String(text)) => serde_json::from_str(text).ok(),
            other => other.cloned(),
        };
        let Some(Value::Array(kinds)) = list else {
            return;
        };
        let kinds = kinds.iter().filter_map(Value::as_str).map(str::to_owned);
        self.allowed = Some(kinds.collect());
    }

    /// Confirms everything before `offset`; a negative one keeps that many from the end.
    fn confirm(&mut self, offset: i64) {
        if offset >= 0 {
            self.updates.retain(|(number, ..)| *number >= offset);
        } else {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let surplus = self.updates.len().saturating_sub(keep);
            self.updates.drain(..surplus);
        }
    }
}

/// Answers `getUpdates`: at once when something waits, else when something comes, at the latest after the timeout.
pub(super) async fn poll(
    world: &World,
    token: &str,
    parameters: &Map<String, Value>,
) -> Result<Value, Refusal> {
    let number = |key: &str| parameters.get(key).and_then(super::api::number);
    let limit = usize::try_from(number("limit").unwrap_or(100))
        .unwrap_or(100)
        .clamp(1, 100);
    let timeout = u64::try_from(number("timeout").unwrap_or(0))
        .unwrap_or(0)
        .min(LONGEST_POLL);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(timeout);
    let (mine, news) = {
        let mut bots = world.telegram();
        let bot = bots.open(token)?;
        if bot.webhook.is_some() {
            return Err(WEBHOOK_ACTIVE);
        }
        bot.confirm(number("offset").unwrap_or(0));
        bot.allow(parameters);
        bot.polls += 1;
        bot.news.notify_waiters();
        (bot.polls, bot.news.clone())
    };
    loop {
        let woken = news.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        {
            let mut bots = world.telegram();
            let bot = bots.open(token)?;
            if bot.polls != mine {
                return Err(OTHER_POLL);
            }
            if bot.webhook.is_some() {
                return Err(WEBHOOK_ACTIVE);
            }
            if !bot.updates.is_empty() {
                let waiting = bot.updates.iter().take(limit);
                return Ok(waiting.map(|(.., update)| update.clone()).collect());
            }
        }
        tokio::select! {
            () = &mut woken => {}
            () = tokio::time::sleep_until(deadline) => return Ok(json!([])),
            () = world.stop().cancelled() => return Ok(json!([])),
        }
    }
}
