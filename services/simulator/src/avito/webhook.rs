//! Avito's webhooks, version 3: what they say, and how they get lost, doubled and mixed up.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Chat, Message};
use crate::{chance, faults::Provider, post::Letter, world::World};

/// The notification about `message`.
pub(crate) fn payload(account: u64, chat: &Chat, message: &Message) -> Value {
    let published = Timestamp::from_second(message.created).unwrap_or_default();
    let mut value = json!({
        "id": message.id,
        "chat_id": chat.id,
        "user_id": account,
        "author_id": message.author,
        "created": message.created,
        "type": message.kind,
        "chat_type": chat.kind(),
        "content": message.content,
        "published_at": published.to_string(),
    });
    if let (Some(item), Some(value)) = (chat.item, value.as_object_mut()) {
        value.insert("item_id".to_owned(), json!(item));
    }
    envelope(&value)
}

/// `value` in a new envelope.
fn envelope(value: &Value) -> Value {
    json!({
        "id": chance::uuid().to_string(),
        "version": "v3.0.0",
        "timestamp": chance::now().as_second(),
        "payload": {"type": "message", "value": value},
    })
}

/// Tells the account's webhook, as the faults in force have it.
pub(crate) fn announce(world: &World, account: u64, chat: &str, about: &str, body: &Value) {
    let delivery = world.faults().delivery;
    for copy in 0..=delivery.duplicates {
        if chance::below(100) < u64::from(delivery.drop_percent) {
            continue;
        }
        let mut body = body.clone();
        if let (true, Some(body)) = (copy > 0, body.as_object_mut()) {
            body.insert("id".to_owned(), json!(chance::uuid().to_string()));
        }
        let letter = Letter {
            provider: Provider::Avito,
            account: account.to_string(),
            chat: chat.to_owned(),
            about: about.to_owned(),
            body,
        };
        if delivery.shuffle {
            world.post().overtake(world, letter);
        } else {
            world.post().enqueue(world, letter);
        }
    }
}
