//! Every chat as a person would read it; what the page shows.

use serde_json::{Value, json};

use crate::{avito, world::World};

/// All chats of all accounts and bots with their messages, oldest first.
pub(crate) fn all(world: &World) -> Value {
    json!({"avito": avito_chats(world), "telegram": telegram_chats(world)})
}

fn avito_chats(world: &World) -> Vec<Value> {
    let accounts = world.avito();
    let shown = accounts.all().map(|account| {
        let chats: Vec<Value> = account
            .chats
            .values()
            .map(|chat| {
                let messages = chat.messages.iter();
                let messages: Vec<Value> = messages
                    .map(|message| avito_message(account.id, message))
                    .collect();
                json!({
                    "chat": chat.id, "name": chat.buyer_name, "buyer": chat.buyer,
                    "item_id": chat.item, "title": chat.title, "price": chat.price,
                    "updated": chat.updated(), "messages": messages,
                })
            })
            .collect();
        json!({
            "account": account.id, "name": account.name, "webhook": account.webhook.is_some(),
            "blacklist": account.blacklist.len(), "chats": chats,
        })
    });
    shown.collect()
}

fn avito_message(account: u64, message: &avito::Message) -> Value {
    let author = match message.author {
        0 | 1 => "system",
        author if author == account => "shop",
        _ => "buyer",
    };
    json!({
        "id": message.id, "author": author, "at": message.created, "type": message.kind,
        "text": message.text(), "content": message.content,
    })
}

fn telegram_chats(world: &World) -> Vec<Value> {
    let bots = world.telegram();
    let shown = bots.all().map(|bot| {
        let chats: Vec<Value> = bot
            .chats
            .values()
            .map(|chat| {
                let messages = chat.messages.iter().map(|message| {
                    json!({
                        "id": message.id, "author": message.author, "at": message.date,
                        "text": message.text(), "body": message.body,
                        "connection": message.connection, "markup": message.markup,
                    })
                });
                let messages: Vec<Value> = messages.collect();
                json!({
                    "chat": chat.id, "name": chat.name, "blocked": chat.blocked,
                    "updated": chat.messages.last().map(|last| last.date), "messages": messages,
                })
            })
            .collect();
        let connections: Vec<Value> = bot
            .connections
            .iter()
            .map(|(id, (owner, name))| json!({"id": id, "owner": owner, "name": name}))
            .collect();
        json!({
            "bot": bot.id, "webhook": bot.webhook.is_some(), "waiting": bot.updates.len(),
            "connections": connections, "chats": chats,
        })
    });
    shown.collect()
}
