//! Webhooks posted by hand: what the stand-ins do not send, or not like this.

use serde_json::{Value, json};

use crate::{AVITO, TELEGRAM_SECRET, World};

/// How a webhook was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The status.
    pub status: u16,
    /// The header `Torg-Event-Id`.
    pub event_id: Option<String>,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
}

/// A message of a buyer as Avito's webhook tells it.
#[must_use]
pub fn avito_body(chat: &str, id: &str, text: &str) -> Value {
    let now = boot::clock::now().as_second();
    json!({
        "id": boot::id::random().to_string(), "version": "v3.0.0", "timestamp": now,
        "payload": {"type": "message", "value": {
            "id": id, "chat_id": chat, "user_id": AVITO, "author_id": 555_000_111, "created": now,
            "type": "text", "chat_type": "u2i", "content": {"text": text},
            "published_at": "2026-01-01T10:00:00Z",
        }},
    })
}

/// A message of a buyer as Telegram's update tells it.
#[must_use]
pub fn telegram_body(update: i64, chat: i64, text: &str) -> Value {
    json!({
        "update_id": update,
        "message": {
            "message_id": update, "date": boot::clock::now().as_second(), "text": text,
            "chat": {"id": chat, "type": "private", "first_name": "Анна"},
            "from": {"id": chat, "is_bot": false, "first_name": "Анна", "language_code": "ru"},
        },
    })
}

impl World {
    /// Posts to the webhook of the shop's Avito account.
    pub async fn post_avito(&self, body: &Value) -> Post {
        self.post(&self.avito_webhook(), body.to_string(), None)
            .await
    }

    /// Posts to the webhook of the shop's bot.
    pub async fn post_telegram(&self, body: &Value) -> Post {
        let secret = Some(TELEGRAM_SECRET);
        self.post(&self.telegram_webhook(), body.to_string(), secret)
            .await
    }

    /// Posts anything anywhere, with Telegram's secret when there is one.
    pub async fn post(&self, url: &str, body: String, secret: Option<&str>) -> Post {
        let mut request = reqwest::Client::new()
            .post(url)
            .header("content-type", "application/json")
            .body(body);
        if let Some(secret) = secret {
            request = request.header("x-telegram-bot-api-secret-token", secret);
        }
        let answer = request.send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        Post {
            status: answer.status().as_u16(),
            event_id: header("torg-event-id"),
            retry_after: header("retry-after"),
        }
    }
}
