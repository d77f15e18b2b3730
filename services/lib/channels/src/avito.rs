//! Avito messenger: reading webhooks (version 3) and history. Calls are in [`client`].

pub mod client;
mod read;
mod token;

use jiff::Timestamp;
use schemas::{
    ListingId, Personal, ProviderId,
    conversation::{ChannelKind, ChatAddress, Content},
};
use serde_json::Value;

use crate::{
    error::ParseError,
    inbound::Inbound,
    json::{id, rfc3339, seconds, text, words},
};

pub use client::{AvitoClient, AvitoConfig};
pub use read::{Chat, HistoryMessage};

/// What Avito shows in place of a message that was taken back.
const DELETED: &str = "Сообщение удалено";
/// How Avito's own messages begin, whoever they are said to be from.
const SYSTEM: &str = "[Системное сообщение]";

/// Reads the body of a webhook that came for `account`.
///
/// Tolerates absent and null fields, numbers as texts, unknown types and unknown fields. A shape that holds no
/// message, or a message without chat, author or id, is [`Inbound::Unrecognised`].
///
/// # Errors
/// [`ParseError::NotJson`]: answer 400. [`ParseError::ForeignAccount`] when it names another account: store nothing.
pub fn parse(body: &[u8], account: &str) -> Result<Inbound, ParseError> {
    let json: Value = serde_json::from_slice(body).map_err(|_| ParseError::NotJson)?;
    if json.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(Inbound::Probe);
    }
    let Some(payload) = json
        .get("payload")
        .filter(|p| text(p, "type") == Some("message"))
    else {
        return Ok(Inbound::Unrecognised);
    };
    let Some(value) = payload.get("value") else {
        return Ok(Inbound::Unrecognised);
    };
    let Some(user) = id(value, "user_id") else {
        return Ok(Inbound::Unrecognised);
    };
    if user != account {
        return Err(ParseError::ForeignAccount { account: user });
    }
    let sent_at = seconds(value, "created")
        .or_else(|| rfc3339(value, "published_at"))
        .or_else(|| seconds(&json, "timestamp"))
        .unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Seen::read(value, sent_at).map_or(Inbound::Unrecognised, |seen| seen.classify(account)))
}

/// The address of `chat` on `account`.
#[must_use]
pub fn address(account: &str, chat: &str) -> ChatAddress {
    ChatAddress {
        channel: ChannelKind::Avito,
        account: account.to_owned(),
        chat: chat.to_owned(),
        connection: None,
    }
}

/// One message as a webhook has it.
struct Seen<'a> {
    id: String,
    chat: String,
    author: Option<String>,
    kind: &'a str,
    chat_type: &'a str,
    content: &'a Value,
    listing: Option<String>,
    sent_at: Timestamp,
}

impl<'a> Seen<'a> {
    fn read(value: &'a Value, sent_at: Timestamp) -> Option<Self> {
        Some(Self {
            id: id(value, "id")?,
            chat: id(value, "chat_id")?,
            author: id(value, "author_id"),
            kind: text(value, "type")?,
            chat_type: text(value, "chat_type").unwrap_or_default(),
            content: value.get("content").unwrap_or(&Value::Null),
            listing: id(value, "item_id").filter(|id| id != "0"),
            sent_at,
        })
    }

    fn classify(self, account: &str) -> Inbound {
        let address = address(account, &self.chat);
        let provider_id = ProviderId::new(self.id);
        if let Some(what) = notice(
            self.author.as_deref(),
            self.kind,
            self.chat_type,
            self.content,
        ) {
            let text = notice_text(self.kind, self.content).to_owned().into();
            return Inbound::Notice {
                address,
                provider_id,
                what: what.to_owned(),
                text,
            };
        }
        if is_deleted(self.kind, self.content) {
            return Inbound::Deleted {
                address,
                provider_id,
            };
        }
        let content = content(self.kind, self.content);
        match self.author {
            Some(author) if author == account => Inbound::OwnMessage {
                address,
                provider_id,
                sent_at: self.sent_at,
                content,
            },
            Some(author) => Inbound::Message {
                address,
                provider_id,
                buyer: author.into(),
                buyer_name: None,
                language_hint: None,
                listing: self.listing.map(ListingId::new),
                sent_at: self.sent_at,
                content,
            },
            None => Inbound::Unrecognised,
        }
    }
}

/// What kind of notice a message is; `None` when a person wrote it.
///
/// Authors 0 and 1 are Avito itself, chats of type `a2u` are Avito's own; `flow_id` marks a scripted text.
fn notice(
    author: Option<&str>,
    kind: &str,
    chat_type: &str,
    content: &Value,
) -> Option<&'static str> {
    let scripted = words(content, "flow_id").is_some()
        || text(content, "text").is_some_and(|text| text.trim_start().starts_with(SYSTEM));
    match (author, kind) {
        (_, "call") => Some("call"),
        (Some("0" | "1"), _) | (_, "system") => Some("system"),
        _ if scripted || chat_type == "a2u" => Some("system"),
        _ => None,
    }
}

fn notice_text<'a>(kind: &str, content: &'a Value) -> &'a str {
    match kind {
        "call" => content.get("call").and_then(|call| text(call, "status")),
        _ => text(content, "text"),
    }
    .unwrap_or_default()
}

fn is_deleted(kind: &str, content: &Value) -> bool {
    kind == "deleted" || text(content, "text").is_some_and(|text| text.trim() == DELETED)
}

/// What a message of type `kind` holds. Types without readable content, and unknown ones without text, are
/// [`Content::Unreadable`] under their own name, so that a person looks.
fn content(kind: &str, content: &Value) -> Content {
    let inner = |key: &str| content.get(key).filter(|inner| inner.is_object());
    let plain = || words(content, "text");
    let readable = match kind {
        "image" => Some(Content::Image(personal(plain().unwrap_or_default()))),
        "voice" => inner("voice")
            .and_then(|voice| id(voice, "voice_id"))
            .map(Content::Voice),
        "location" => inner("location").and_then(place).map(Content::Location),
        "link" => inner("link")
            .and_then(|link| words(link, "text").or_else(|| words(link, "url")))
            .or_else(plain)
            .map(|text| Content::Text(personal(text))),
        "item" => inner("item")
            .and_then(|item| words(item, "title"))
            .or_else(plain)
            .map(|text| Content::Text(personal(text))),
        _ => plain().map(|text| Content::Text(personal(text))),
    };
    readable.unwrap_or_else(|| Content::Unreadable(kind.to_owned()))
}

/// A place in words, or as its coordinates.
fn place(location: &Value) -> Option<Personal<String>> {
    let said = words(location, "text").or_else(|| words(location, "title"));
    let at = |key: &str| location.get(key).and_then(Value::as_f64);
    match (said, at("lat"), at("lon")) {
        (Some(said), _, _) => Some(personal(said)),
        (None, Some(lat), Some(lon)) => Some(format!("{lat}, {lon}").into()),
        _ => None,
    }
}

fn personal(text: &str) -> Personal<String> {
    text.to_owned().into()
}
