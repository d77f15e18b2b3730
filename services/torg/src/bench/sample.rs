//! What buyers write, as webhooks and as what they become in the log.

use domain::conversation::Incoming;
use schemas::{
    AggregateKey, ConversationId, Personal, ProviderId, ShopId,
    conversation::{ChannelKind, ChatAddress, Content, MessageReceived},
};
use serde_json::json;

/// The demo shop's Avito account.
pub(super) const ACCOUNT: u64 = 94_000_311;
/// Characters of a text that make a commit of about 1 KB, with all that is around it.
const LONG: usize = 280;

/// Messages that the language crate is developed on: `language`, text, intent.
const DEVELOPMENT: &str = include_str!("../../../lib/language/data/development.tsv");

/// Messages that it is taught by: `language`, intent, a second one, what is named, text.
const BANK: &str = include_str!("../../../lib/language/data/intents_bank.tsv");

/// Texts of real buyers' kind, in Russian, English and Spanish.
pub(super) fn texts() -> Vec<&'static str> {
    let lines = DEVELOPMENT.lines().skip(1);
    lines.filter_map(|line| line.split('\t').nth(1)).collect()
}

/// Six times as many, for what is slower at words that it has not met: those that the classifier is taught by.
pub(super) fn many_texts() -> Vec<&'static str> {
    let lines = BANK.lines().skip(1);
    lines.filter_map(|line| line.split('\t').nth(4)).collect()
}

/// The name of the chat with number `chat`.
pub(super) fn chat(chat: u64) -> String {
    format!("u2i-{chat:032x}")
}

/// A webhook of Avito's third version: message `number` in chat `chat`.
pub(super) fn webhook(chat_number: u64, number: u64, text: &str) -> String {
    let now = boot::clock::now();
    let body = json!({
        "id": boot::id::random().to_string(),
        "version": "v3.0.0",
        "timestamp": now.as_second(),
        "payload": {"type": "message", "value": {
            "id": format!("{number:032x}"),
            "chat_id": chat(chat_number),
            "user_id": ACCOUNT,
            "author_id": buyer(chat_number),
            "created": now.as_second(),
            "type": "text",
            "chat_type": "u2i",
            "content": {"text": text},
            "item_id": 1_000_000_001_u64,
            "published_at": now.to_string(),
        }},
    });
    body.to_string()
}

/// The conversation with number `number`, of a shop that nobody else writes to.
pub(super) fn conversation(shop: &ShopId, number: u64) -> AggregateKey {
    let id = ConversationId::of(shop, "avito", &ACCOUNT.to_string(), &chat(number));
    AggregateKey::conversation(shop, id)
}

/// A message that makes a commit of about 1 KB.
pub(super) fn message(chat_number: u64, number: u64) -> Incoming {
    Incoming::Message(MessageReceived {
        address: ChatAddress {
            channel: ChannelKind::Avito,
            account: ACCOUNT.to_string(),
            chat: chat(chat_number),
            connection: None,
        },
        provider_id: ProviderId::new(format!("{number:032x}")),
        buyer: Personal::new(buyer(chat_number).to_string()),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at: boot::clock::now(),
        content: Content::Text(Personal::new("x".repeat(LONG))),
    })
}

const fn buyer(chat: u64) -> u64 {
    200_000_000 + chat
}

#[cfg(test)]
mod tests {
    use channels::{Inbound, avito};

    use super::*;

    #[test]
    fn the_webhook_is_one() {
        let body = webhook(7, 8, "есть?");
        let inbound = avito::parse(body.as_bytes(), &ACCOUNT.to_string()).unwrap();
        assert!(matches!(inbound, Inbound::Message { .. }), "{inbound:?}");
    }

    #[test]
    fn there_are_texts() {
        assert!(texts().len() > 100);
        let different: std::collections::BTreeSet<_> = many_texts().into_iter().collect();
        assert!(different.len() > 3_000);
    }
}
