//! Telegram: reading updates of a bot, in private chats and in business chats. Calls are in [`client`].

pub mod client;
pub(crate) mod content;
pub(crate) mod wire;

use jiff::Timestamp;
use schemas::{
    Personal, ProviderId,
    conversation::{ChannelKind, ChatAddress},
};
use serde_json::Value;

use crate::{
    error::ParseError,
    inbound::Inbound,
    json::{flag, id, seconds, text, words},
};

use content::{content, name};

pub use client::{TelegramClient, TelegramConfig, Update};

/// The update kinds that Torg reads; to be passed as `allowed_updates`.
pub const UPDATES: [&str; 8] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
];

/// Kinds of Bot API 10.1 that nothing here answers. Anything else is not known to this build.
const OTHER_UPDATES: [&str; 17] = [
    "channel_post",
    "edited_channel_post",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
];

/// Reads one update of the bot `bot_id`, from a webhook or from `getUpdates`. Never empty; one update can take back
/// several messages.
///
/// # Errors
/// [`ParseError::NotJson`]: answer 400.
pub fn parse(body: &[u8], bot_id: &str) -> Result<Vec<Inbound>, ParseError> {
    let update: Value = serde_json::from_slice(body).map_err(|_| ParseError::NotJson)?;
    Ok(read(&update, bot_id))
}

/// The address of `chat` with `bot_id`, through `connection` when it is a business chat.
#[must_use]
pub fn address(bot_id: &str, chat: &str, connection: Option<&str>) -> ChatAddress {
    ChatAddress {
        channel: ChannelKind::Telegram,
        account: bot_id.to_owned(),
        chat: chat.to_owned(),
        connection: connection.map(str::to_owned),
    }
}

/// The id of a message: `<chat>:<message>`, in a business chat `<connection>:<chat>:<message>`, because there the
/// numbers are the seller's own and meet those of the same buyer's chat with the bot.
#[must_use]
pub fn provider_id(address: &ChatAddress, message_id: &str) -> ProviderId {
    let chat = &address.chat;
    ProviderId::new(match &address.connection {
        Some(connection) => format!("{connection}:{chat}:{message_id}"),
        None => format!("{chat}:{message_id}"),
    })
}

/// The message number within `id`, for editing.
#[must_use]
pub fn message_id(id: &ProviderId) -> Option<i64> {
    id.as_str().rsplit(':').next()?.parse().ok()
}

fn read(update: &Value, bot_id: &str) -> Vec<Inbound> {
    let Some(fields) = update.as_object() else {
        return vec![Inbound::Unrecognised];
    };
    if fields.is_empty() {
        return vec![Inbound::Probe];
    }
    let Some(update_id) = id(update, "update_id") else {
        return vec![Inbound::Unrecognised];
    };
    let known = fields.iter().find_map(|(kind, body)| {
        Some(match kind.as_str() {
            "message" | "business_message" => vec![message(body, bot_id)],
            "edited_message" | "edited_business_message" => vec![edited(body, bot_id)],
            "deleted_business_messages" => deleted(body, bot_id),
            "callback_query" => vec![button(body, bot_id)],
            "my_chat_member" => vec![membership(body, bot_id, &update_id)],
            "business_connection" if flag(body, "is_enabled") => {
                vec![Inbound::Ignored("business connection enabled")]
            }
            "business_connection" => vec![Inbound::Ignored("business connection disabled")],
            kind => vec![Inbound::Ignored(
                OTHER_UPDATES.into_iter().find(|other| *other == kind)?,
            )],
        })
    });
    known
        .filter(|said| !said.is_empty())
        .unwrap_or_else(|| vec![Inbound::Unrecognised])
}

/// The parts of a message that every kind of it has.
struct Frame<'a> {
    address: ChatAddress,
    provider_id: ProviderId,
    from: &'a Value,
    sent_at: Timestamp,
    side: Side,
}

/// Who wrote.
enum Side {
    Buyer,
    Us,
    OtherBot,
}

/// Why a message has no frame.
enum NoFrame {
    Malformed,
    NotPrivate,
}

impl From<NoFrame> for Inbound {
    fn from(why: NoFrame) -> Self {
        match why {
            NoFrame::Malformed => Self::Unrecognised,
            NoFrame::NotPrivate => Self::Ignored("not a private chat"),
        }
    }
}

/// Reads the frame of a private message.
fn frame<'a>(message: &'a Value, bot_id: &str) -> Result<Frame<'a>, NoFrame> {
    let chat = message.get("chat").unwrap_or(&Value::Null);
    let (Some(chat_id), Some(number)) = (id(chat, "id"), id(message, "message_id")) else {
        return Err(NoFrame::Malformed);
    };
    if text(chat, "type").is_some_and(|kind| kind != "private") {
        return Err(NoFrame::NotPrivate);
    }
    let connection = text(message, "business_connection_id");
    let address = address(bot_id, &chat_id, connection);
    let from = message.get("from").unwrap_or(&Value::Null);
    let author = id(from, "id").unwrap_or_else(|| chat_id.clone());
    let ours = author == bot_id
        || message
            .get("sender_business_bot")
            .is_some_and(|bot| !bot.is_null())
        || (connection.is_some() && author != chat_id);
    Ok(Frame {
        provider_id: provider_id(&address, &number),
        address,
        from,
        sent_at: seconds(message, "date").unwrap_or(Timestamp::UNIX_EPOCH),
        side: match (ours, flag(from, "is_bot")) {
            (true, _) => Side::Us,
            (false, true) => Side::OtherBot,
            (false, false) => Side::Buyer,
        },
    })
}

fn message(message: &Value, bot_id: &str) -> Inbound {
    let frame = match frame(message, bot_id) {
        Ok(frame) => frame,
        Err(said) => return said.into(),
    };
    let Some(content) = content(message) else {
        return Inbound::Notice {
            address: frame.address,
            provider_id: frame.provider_id,
            what: "service".to_owned(),
            text: Personal::new(String::new()),
        };
    };
    match frame.side {
        Side::Us => Inbound::OwnMessage {
            address: frame.address,
            provider_id: frame.provider_id,
            sent_at: frame.sent_at,
            content,
        },
        Side::OtherBot => Inbound::Ignored("written by another bot"),
        Side::Buyer => Inbound::Message {
            buyer: id(frame.from, "id")
                .unwrap_or_else(|| frame.address.chat.clone())
                .into(),
            address: frame.address,
            provider_id: frame.provider_id,
            buyer_name: name(frame.from),
            language_hint: words(frame.from, "language_code").map(str::to_owned),
            listing: None,
            sent_at: frame.sent_at,
            content,
        },
    }
}

fn edited(message: &Value, bot_id: &str) -> Inbound {
    match frame(message, bot_id) {
        Ok(frame) => match (frame.side, content(message)) {
            (Side::Buyer, Some(content)) => Inbound::Edited {
                address: frame.address,
                provider_id: frame.provider_id,
                edited_at: seconds(message, "edit_date").unwrap_or(frame.sent_at),
                content,
            },
            _ => Inbound::Ignored("an edit that is not a buyer's"),
        },
        Err(said) => said.into(),
    }
}

fn deleted(body: &Value, bot_id: &str) -> Vec<Inbound> {
    let connection = text(body, "business_connection_id");
    let Some(chat) = body.get("chat").and_then(|chat| id(chat, "id")) else {
        return Vec::new();
    };
    let address = address(bot_id, &chat, connection);
    let numbers = body.get("message_ids").and_then(Value::as_array);
    numbers
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .map(|number| Inbound::Deleted {
            provider_id: provider_id(&address, &number.to_string()),
            address: address.clone(),
        })
        .collect()
}

/// A pressed button. Its message may be out of reach, then it still names chat and number.
fn button(query: &Value, bot_id: &str) -> Inbound {
    let from = query.get("from").and_then(|from| id(from, "id"));
    let (Some(callback_id), Some(from)) = (id(query, "id"), from) else {
        return Inbound::Unrecognised;
    };
    let message = query.get("message").unwrap_or(&Value::Null);
    let chat = message.get("chat").and_then(|chat| id(chat, "id"));
    let connection = text(message, "business_connection_id");
    let Some(chat) = chat else {
        return Inbound::Ignored("a button without a chat");
    };
    let address = address(bot_id, &chat, connection);
    Inbound::Button {
        message: id(message, "message_id").map(|number| provider_id(&address, &number)),
        address,
        provider_id: ProviderId::new(&callback_id),
        callback_id,
        from: from.into(),
        data: text(query, "data").unwrap_or_default().to_owned(),
    }
}

/// The buyer blocked the bot, or let it in again.
fn membership(body: &Value, bot_id: &str, update_id: &str) -> Inbound {
    let chat = body.get("chat").unwrap_or(&Value::Null);
    let status = body
        .get("new_chat_member")
        .and_then(|member| text(member, "status"));
    let (Some(chat_id), Some("private")) = (id(chat, "id"), text(chat, "type")) else {
        return Inbound::Ignored("membership outside private chats");
    };
    let what = match status {
        Some("kicked" | "left") => "blocked",
        _ => "unblocked",
    };
    Inbound::Notice {
        address: address(bot_id, &chat_id, None),
        provider_id: ProviderId::new(format!("update:{update_id}")),
        what: what.to_owned(),
        text: Personal::new(String::new()),
    }
}
