//! What goes over the wire to the Bot API and back: texts, keyboards, receipts, failures.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use schemas::conversation::ChatAddress;
use serde_json::{Map, Value, json};

use super::provider_id;
use crate::{
    error::SendError,
    http::{Answer, shorten},
    json::{flag, id, seconds, text},
    outbound::SentMessage,
};

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As it stands.
    Plain,
    /// Telegram's HTML; `&`, `<` and `>` of foreign text must be escaped, see [`escape`].
    Html,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    pub action: ButtonAction,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonAction {
    /// Comes back as a press that carries this, 1 to 64 bytes. Source: Bot API, `InlineKeyboardButton`.
    Callback(String),
    /// Opens this page.
    Url(String),
}

/// One update as it came, for [`super::parse`].
#[derive(Clone, PartialEq, Eq)]
pub struct Update {
    /// Its number; confirm it by asking for the next one, after it is stored.
    pub id: i64,
    /// The JSON.
    pub body: Vec<u8>,
}

/// What the Bot API knows of a bot's webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookInfo {
    /// Where updates go; empty: nowhere, the bot is asked for them.
    pub url: String,
    /// Updates that wait.
    pub pending: u64,
    /// The last failure to deliver.
    pub last_error: Option<String>,
}

/// Escapes foreign text for [`Format::Html`].
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(super) fn recipient(to: &ChatAddress) -> Map<String, Value> {
    let mut body = Map::new();
    let chat = to
        .chat
        .parse::<i64>()
        .map_or(json!(to.chat), |id| json!(id));
    body.insert("chat_id".to_owned(), chat);
    if let Some(connection) = &to.connection {
        body.insert("business_connection_id".to_owned(), json!(connection));
    }
    body
}

pub(crate) fn put_text(
    body: &mut Map<String, Value>,
    text: &str,
    format: Format,
    keyboard: &[Vec<Button>],
) {
    body.insert("text".to_owned(), json!(text));
    body.insert(
        "link_preview_options".to_owned(),
        json!({"is_disabled": true}),
    );
    if format == Format::Html {
        body.insert("parse_mode".to_owned(), json!("HTML"));
    }
    if !keyboard.is_empty() {
        put_keyboard(body, keyboard);
    }
}

pub(super) fn put_keyboard(body: &mut Map<String, Value>, keyboard: &[Vec<Button>]) {
    let button = |button: &Button| match &button.action {
        ButtonAction::Callback(data) => json!({"text": button.label, "callback_data": data}),
        ButtonAction::Url(url) => json!({"text": button.label, "url": url}),
    };
    let rows: Vec<Vec<Value>> = keyboard
        .iter()
        .map(|row| row.iter().map(button).collect())
        .collect();
    body.insert("reply_markup".to_owned(), json!({"inline_keyboard": rows}));
}

pub(super) fn sent(to: &ChatAddress, message: &Value) -> Result<SentMessage, SendError> {
    let number = id(message, "message_id")
        .ok_or_else(|| SendError::uncertain("no message id in the answer"))?;
    Ok(SentMessage {
        id: provider_id(to, &number),
        created: seconds(message, "date").unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

pub(super) fn update(update: &Value) -> Option<Update> {
    Some(Update {
        id: update.get("update_id")?.as_i64()?,
        body: serde_json::to_vec(update).ok()?,
    })
}

pub(crate) fn unmodified_is_fine(outcome: Result<Value, SendError>) -> Result<(), SendError> {
    match outcome {
        Err(SendError::Refused { reason, .. }) if says(&reason, "message is not modified") => {
            Ok(())
        }
        outcome => outcome.map(drop),
    }
}

pub(crate) fn says(reason: &str, words: &str) -> bool {
    reason.to_lowercase().contains(words)
}

/// Sorts an answer; the API's own `error_code` counts more than the HTTP status.
pub(super) fn judge(answer: &Answer) -> Result<Value, SendError> {
    let Some(json) = answer.json().filter(Value::is_object) else {
        let reason = format!("{} without JSON", answer.status.as_u16());
        return Err(match answer.status {
            StatusCode::TOO_MANY_REQUESTS => SendError::NotSent {
                reason,
                retry_after: answer.retry_after(),
            },
            status if status.is_client_error() => SendError::not_sent(reason),
            _ => SendError::Uncertain { reason },
        });
    };
    if flag(&json, "ok") {
        return Ok(json.get("result").cloned().unwrap_or(Value::Null));
    }
    let status = json
        .get("error_code")
        .and_then(Value::as_u64)
        .and_then(|code| u16::try_from(code).ok())
        .unwrap_or_else(|| answer.status.as_u16());
    let reason = shorten(text(&json, "description").unwrap_or("no reason given"));
    Err(match status {
        429 => SendError::NotSent {
            reason,
            retry_after: retry_after(&json).or_else(|| answer.retry_after()),
        },
        401 | 404 => SendError::Unauthorised { reason },
        400..=499 => SendError::Refused { status, reason },
        _ => SendError::Uncertain { reason },
    })
}

fn retry_after(json: &Value) -> Option<Duration> {
    let seconds = json.get("parameters")?.get("retry_after")?.as_u64()?;
    Some(Duration::from_secs(seconds))
}
