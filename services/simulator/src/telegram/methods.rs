//! What the Bot API's methods do.

use serde_json::{Map, Value, json};

use super::{
    change,
    error::{self, Refusal},
    files,
    state::{Bot, Chat, Message, Webhook},
    text,
};
use crate::{chance, faults::Provider, ledger::Accepted, post::Letter, world::World};

/// A method's parameters, however they were given.
pub(super) type Parameters = Map<String, Value>;

/// Carries out every method but `getUpdates`. `name` is in lower case.
pub(super) fn carry_out(
    world: &World,
    token: &str,
    name: &str,
    parameters: &Parameters,
) -> Result<Value, Refusal> {
    let mut bots = world.telegram();
    let bot = bots.open(token)?;
    let (result, letters) = match name {
        "getme" => (me(bot), Vec::new()),
        "setwebhook" => set_webhook(bot, parameters),
        "deletewebhook" => {
            let letters = bot.set_webhook(None, flag(parameters, "drop_pending_updates"));
            (json!(true), letters)
        }
        "getwebhookinfo" => (webhook_info(world, bot), Vec::new()),
        "sendmessage" => send(world, bot, parameters)?,
        "senddocument" => send_document(world, bot, parameters)?,
        "editmessagetext" => (change::text(world, bot, parameters)?, Vec::new()),
        "editmessagereplymarkup" => (change::keyboard(world, bot, parameters)?, Vec::new()),
        "deletemessage" => (change::delete(world, bot, parameters)?, Vec::new()),
        "answercallbackquery" => (change::answer(world, bot, parameters)?, Vec::new()),
        "sendchataction" => {
            bot.writable(chat_id(parameters)?)?;
            (json!(true), Vec::new())
        }
        "getfile" => (files::find(bot, parameters)?, Vec::new()),
        "getbusinessconnection" => (connection(bot, parameters)?, Vec::new()),
        _ => return Err(error::NOT_FOUND),
    };
    drop(bots);
    for letter in letters {
        world.post().enqueue(world, letter);
    }
    Ok(result)
}

pub(super) fn field<'a>(parameters: &'a Parameters, key: &str) -> Option<&'a str> {
    parameters.get(key).and_then(Value::as_str)
}

pub(super) fn flag(parameters: &Parameters, key: &str) -> bool {
    match parameters.get(key) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

pub(super) fn chat_id(parameters: &Parameters) -> Result<i64, Refusal> {
    let id = parameters.get("chat_id").and_then(super::api::number);
    id.ok_or(error::NO_CHAT)
}

fn me(bot: &Bot) -> Value {
    let mut me = bot.user();
    if let Some(me) = me.as_object_mut() {
        me.insert("can_connect_to_business".to_owned(), json!(true));
        me.insert("can_join_groups".to_owned(), json!(true));
    }
    me
}

fn set_webhook(bot: &mut Bot, parameters: &Parameters) -> (Value, Vec<Letter>) {
    let url = field(parameters, "url").unwrap_or_default().to_owned();
    bot.allow(parameters);
    let webhook = (!url.is_empty()).then(|| Webhook {
        url,
        secret: field(parameters, "secret_token").map(str::to_owned),
    });
    let letters = bot.set_webhook(webhook, flag(parameters, "drop_pending_updates"));
    (json!(true), letters)
}

fn webhook_info(world: &World, bot: &Bot) -> Value {
    let account = bot.id.to_string();
    let ledger = world.ledger();
    let failed = ledger.deliveries().iter().rev().find(|delivered| {
        let theirs = delivered.provider == Provider::Telegram && delivered.account == account;
        theirs
            && delivered
                .status
                .is_none_or(|code| !(200..300).contains(&code))
    });
    let mut info = json!({
        "url": bot.webhook.as_ref().map(|hook| hook.url.as_str()).unwrap_or_default(),
        "has_custom_certificate": false,
        "pending_update_count": bot.updates.len(),
    });
    if let Some(info) = info.as_object_mut() {
        if bot.webhook.is_some() {
            info.insert("max_connections".to_owned(), json!(40));
        }
        if let Some(allowed) = &bot.allowed {
            info.insert("allowed_updates".to_owned(), json!(allowed));
        }
        if let Some(failed) = failed {
            let status = failed
                .status
                .map_or("no answer".to_owned(), |code| code.to_string());
            let words = format!("Wrong response from the webhook: {status}");
            info.insert("last_error_message".to_owned(), json!(words));
            info.insert("last_error_date".to_owned(), json!(failed.at.as_second()));
        }
    }
    info
}

fn send(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
) -> Result<(Value, Vec<Letter>), Refusal> {
    let mode = field(parameters, "parse_mode");
    let words = text::words(field(parameters, "text").unwrap_or_default(), mode)?;
    let body = text::body(&words, parameters.get("entities"))?;
    post(world, bot, parameters, "text", body, &words)
}

fn send_document(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
) -> Result<(Value, Vec<Letter>), Refusal> {
    let document = parameters.get("document").ok_or(error::NO_FILE)?;
    let name = document.get("file_name").and_then(Value::as_str);
    let name = name.unwrap_or("document").to_owned();
    let document = json!({
        "file_id": format!("doc{}", chance::hex32()), "file_unique_id": chance::hex32(),
        "file_name": name,
        "mime_type": document.get("mime_type"), "file_size": document.get("file_size"),
    });
    let mut body = json!({"document": document});
    if let (Some(caption), Some(body)) = (field(parameters, "caption"), body.as_object_mut()) {
        body.insert("caption".to_owned(), json!(caption));
    }
    post(world, bot, parameters, "document", body, &name)
}

/// Puts a message of the bot's into a chat, through the business connection when one is named.
fn post(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
    kind: &'static str,
    body: Value,
    words: &str,
) -> Result<(Value, Vec<Letter>), Refusal> {
    let chat = chat_id(parameters)?;
    let markup = text::markup(parameters.get("reply_markup").cloned())?;
    let connection = field(parameters, "business_connection_id").map(str::to_owned);
    let owner = match &connection {
        Some(id) => Some(
            bot.connections
                .get(id)
                .cloned()
                .ok_or(error::NO_CONNECTION)?,
        ),
        None => None,
    };
    let this = bot.user();
    let reply = answered(
        bot.writable(chat)?,
        parameters,
        connection.as_deref(),
        &this,
    )?;
    let number = bot.number(connection.is_some());
    let place = bot.writable(chat)?;
    let message = Message {
        id: number,
        connection: connection.clone(),
        author: "bot",
        date: chance::now().as_second(),
        body,
        markup,
        reply,
        silent: flag(parameters, "disable_notification"),
        edited: false,
    };
    place.messages.push(message.clone());
    let from = match &owner {
        Some((id, name)) => json!({"id": id, "is_bot": false, "first_name": name}),
        None => this.clone(),
    };
    let through = owner.as_ref().map(|_| &this);
    let json = message.json(place, &from, through);
    // In business chats the bot sees its own messages come back.
    let echo = match &connection {
        Some(_) => bot.update("business_message", chat, &json),
        None => None,
    };
    world.accept(&Accepted {
        provider: Provider::Telegram,
        account: &bot.id.to_string(),
        chat: &chat.to_string(),
        connection: connection.as_deref(),
        id: &number.to_string(),
        kind,
        text: words,
    });
    Ok((json, echo.into_iter().collect()))
}

/// The message that a new one answers. One that is gone is an error, unless it was said that it is none.
fn answered(
    place: &Chat,
    parameters: &Parameters,
    connection: Option<&str>,
    bot: &Value,
) -> Result<Option<Value>, Refusal> {
    let reply = match parameters.get("reply_parameters") {
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| error::BAD_REPLY)?,
        other => other.cloned().unwrap_or_default(),
    };
    let Some(number) = reply.get("message_id").and_then(super::api::number) else {
        return Ok(None);
    };
    let without = reply.get("allow_sending_without_reply") == Some(&json!(true));
    match place.quote(number, connection, bot) {
        None if !without => Err(error::NO_REPLIED),
        quoted => Ok(quoted),
    }
}

fn connection(bot: &Bot, parameters: &Parameters) -> Result<Value, Refusal> {
    let id = field(parameters, "business_connection_id").unwrap_or_default();
    let (owner, name) = bot.connections.get(id).ok_or(error::NO_CONNECTION)?;
    Ok(json!({
        "id": id, "user": {"id": owner, "is_bot": false, "first_name": name},
        "user_chat_id": owner, "date": 0, "is_enabled": true,
        "rights": {"can_reply": true, "can_read_messages": true},
    }))
}
