//! Chats and messages as Avito's reading operations give them.

use jiff::Timestamp;
use schemas::{ListingId, Personal, ProviderId, conversation::Content};
use serde_json::Value;

use super::{Seen, content, is_deleted};
use crate::{
    inbound::Inbound,
    json::{id, seconds, text, words},
};

/// A chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Its id.
    pub id: String,
    /// The advertisement that it is about.
    pub listing: Option<ListingId>,
    /// The advertisement's title.
    pub title: Option<String>,
    /// The advertisement's price as Avito shows it, spaces made plain; may be no number at all.
    pub price: Option<String>,
    /// Who owns the advertisement. When it is not this account, this account is the buyer: do not sell.
    pub owner: Option<String>,
    /// The other side's id.
    pub buyer: Option<Personal<String>>,
    /// The other side's name.
    pub buyer_name: Option<Personal<String>>,
    /// When something last happened in it.
    pub updated: Option<Timestamp>,
    /// The newest message.
    pub last_message: Option<HistoryMessage>,
}

/// A message in a chat's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryMessage {
    /// Its id; the same as in the webhook.
    pub id: ProviderId,
    /// Who wrote it; `0` and `1` are Avito itself.
    pub author: Personal<String>,
    /// Whether this account wrote it.
    pub outgoing: bool,
    /// When, to the second.
    pub created: Timestamp,
    /// What it holds.
    pub content: Content,
    /// Whether it was taken back.
    pub deleted: bool,
    /// Avito's type of it.
    pub kind: String,
    raw: Raw,
}

/// The message as it came, for classifying it like a webhook.
#[derive(Clone, PartialEq, Eq)]
struct Raw(Value);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl HistoryMessage {
    /// What a webhook about this message would have said; for catching up on webhooks that never came.
    #[must_use]
    pub fn inbound(&self, account: &str, chat: &str, listing: Option<&ListingId>) -> Inbound {
        let seen = Seen {
            id: self.id.as_str().to_owned(),
            chat: chat.to_owned(),
            author: Some(self.author.text().to_owned()),
            kind: &self.kind,
            chat_type: chat.split('-').next().unwrap_or_default(),
            content: self.raw.0.get("content").unwrap_or(&Value::Null),
            listing: listing.map(|listing| listing.as_str().to_owned()),
            sent_at: self.created,
        };
        seen.classify(account)
    }
}

pub(super) fn history(message: &Value, account: &str) -> Option<HistoryMessage> {
    let kind = text(message, "type").unwrap_or("text");
    let held = message.get("content").unwrap_or(&Value::Null);
    let author = id(message, "author_id").unwrap_or_default();
    let outgoing = match text(message, "direction") {
        Some(direction) => direction == "out",
        None => author == account,
    };
    Some(HistoryMessage {
        id: ProviderId::new(id(message, "id")?),
        author: if author.is_empty() && outgoing {
            account.to_owned()
        } else {
            author
        }
        .into(),
        outgoing,
        created: seconds(message, "created")?,
        content: content(kind, held),
        deleted: is_deleted(kind, held),
        kind: kind.to_owned(),
        raw: Raw(message.clone()),
    })
}

pub(super) fn chat(chat: &Value, account: &str) -> Option<Chat> {
    let item = chat
        .get("context")
        .and_then(|context| context.get("value"))
        .unwrap_or(&Value::Null);
    let users = chat.get("users").and_then(Value::as_array);
    let buyer = users
        .into_iter()
        .flatten()
        .find(|user| id(user, "id").is_some_and(|id| id != account));
    Some(Chat {
        id: id(chat, "id")?,
        listing: id(item, "id").filter(|id| id != "0").map(ListingId::new),
        title: words(item, "title").map(str::to_owned),
        price: words(item, "price_string").map(plain_spaces),
        owner: id(item, "user_id"),
        buyer: buyer.and_then(|user| id(user, "id")).map(Personal::new),
        buyer_name: buyer
            .and_then(|user| words(user, "name"))
            .map(|name| name.to_owned().into()),
        updated: seconds(chat, "updated"),
        last_message: chat
            .get("last_message")
            .and_then(|message| history(message, account)),
    })
}

/// Every kind of space as the plain one: Avito groups thousands with U+00A0.
fn plain_spaces(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
}
