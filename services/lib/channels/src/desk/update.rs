//! Reading what sellers do in the chat with the desk's bot.

use jiff::Timestamp;
use schemas::{Personal, ProviderId, conversation::Content};
use serde_json::Value;

use crate::{
    error::ParseError,
    json::{flag, id, seconds, text, words},
    telegram::content::{content, name},
};

/// What a one-time code begins with. It tells `/start <code>` apart from the deep links of a shop, when one bot is
/// both. Source of the letters that may follow: Bot API, "Deep linking", up to 64 of `A-Za-z0-9_-` altogether.
pub const CODE_PREFIX: &str = "desk-";

/// What somebody did in a private chat with the bot. Whether they are a seller is for the caller to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskUpdate {
    /// They tapped a button. Telegram does not say when; a tap may be hours old when the bot was away.
    Tapped {
        /// The tap's own id, for answering it. The same tap never comes under another.
        callback_id: String,
        /// Who.
        seller: i64,
        /// What they are called there.
        seller_name: Option<Personal<String>>,
        /// The chat with them.
        chat: i64,
        /// The message with the button.
        message_id: i64,
        /// What the button carries.
        data: String,
    },
    /// They wrote words.
    Said {
        /// `<bot>:<chat>:<message>`: the same message never comes under another.
        key: ProviderId,
        /// Who.
        seller: i64,
        /// What they are called there.
        seller_name: Option<Personal<String>>,
        /// The chat with them.
        chat: i64,
        /// The message's number.
        message_id: i64,
        /// The words. They may be keys of Avito's: never to be stored or logged unread.
        text: Personal<String>,
        /// The message that they answer.
        reply_to: Option<i64>,
        /// When.
        at: Timestamp,
    },
    /// They sent something that is not words, and are to be told that only words are read.
    Unreadable {
        /// As in [`Self::Said`].
        key: ProviderId,
        /// Who.
        seller: i64,
        /// The chat with them.
        chat: i64,
        /// The message's number.
        message_id: i64,
        /// The message that they answer.
        reply_to: Option<i64>,
        /// Telegram's name of it: `voice`, `photo`, `sticker`, ….
        what: String,
    },
    /// Nothing for the desk, and why.
    Ignored(&'static str),
}

impl DeskUpdate {
    /// Who did it; `None` when it is nothing for the desk.
    #[must_use]
    pub const fn seller(&self) -> Option<i64> {
        match self {
            Self::Tapped { seller, .. }
            | Self::Said { seller, .. }
            | Self::Unreadable { seller, .. } => Some(*seller),
            Self::Ignored(_) => None,
        }
    }
}

/// Reads one update of the bot `bot_id`, from a webhook or from `getUpdates`.
///
/// # Errors
/// [`ParseError::NotJson`]: answer 400.
pub fn parse(body: &[u8], bot_id: &str) -> Result<DeskUpdate, ParseError> {
    let update: Value = serde_json::from_slice(body).map_err(|_| ParseError::NotJson)?;
    Ok(read(&update, bot_id))
}

/// As [`parse`], of an update that is JSON already.
#[must_use]
pub fn read(update: &Value, bot_id: &str) -> DeskUpdate {
    let field = |key: &str| update.get(key);
    let done = if let Some(message) = field("message") {
        said(message, bot_id)
    } else if let Some(query) = field("callback_query") {
        tapped(query)
    } else if field("edited_message").is_some() {
        Err("an edited message: what was said first has been carried out")
    } else if field("my_chat_member").is_some() {
        Err("the bot was blocked or let in again: sending tells")
    } else if field("business_message").is_some() {
        Err("a business chat: the buyers' channel reads it")
    } else {
        Err("not a kind of update that the desk reads")
    };
    done.unwrap_or_else(DeskUpdate::Ignored)
}

/// Whether an update of a bot is for the desk. `shared`: the bot is the shop's channel as well; then only what bound
/// `sellers` do, and `/start` with a code that begins with [`CODE_PREFIX`], from anybody. A bot of the desk's own has
/// no other business: everything that is not ignored is for the desk, strangers included, who are to be refused there.
#[must_use]
pub fn is_desk(update: &DeskUpdate, sellers: &[i64], shared: bool) -> bool {
    let Some(seller) = update.seller() else {
        return false;
    };
    let code = match update {
        DeskUpdate::Said { text, .. } => start_code(text.text()),
        DeskUpdate::Tapped { .. } | DeskUpdate::Unreadable { .. } | DeskUpdate::Ignored(_) => None,
    };
    !shared || sellers.contains(&seller) || code.is_some_and(|code| code.starts_with(CODE_PREFIX))
}

/// What comes behind `/start`, as a deep link or a person who types writes it; `None` without anything behind it.
#[must_use]
pub fn start_code(text: &str) -> Option<&str> {
    let (command, code) = text.trim().split_once(char::is_whitespace)?;
    // In a chat with several bots the command names the one that is meant.
    let command = command.split_once('@').map_or(command, |(bare, _)| bare);
    let code = code.trim();
    (command.eq_ignore_ascii_case("/start") && !code.is_empty()).then_some(code)
}

/// Who did something in which private chat.
struct Place {
    seller: i64,
    seller_name: Option<Personal<String>>,
    chat: i64,
    message_id: i64,
}

/// A private chat has the number of the person whom it is with.
fn place(from: &Value, message: &Value) -> Result<Place, &'static str> {
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_i64);
    let chat = message.get("chat").unwrap_or(&Value::Null);
    let (Some(seller), Some(chat_id)) = (number(from, "id"), number(chat, "id")) else {
        return Err("it does not say who did it and where");
    };
    if flag(from, "is_bot") {
        return Err("done by another bot");
    }
    if seller != chat_id || text(chat, "type").is_some_and(|kind| kind != "private") {
        return Err("not a private chat");
    }
    Ok(Place {
        seller,
        seller_name: name(from),
        chat: chat_id,
        message_id: number(message, "message_id").ok_or("its message has no number")?,
    })
}

fn said(message: &Value, bot_id: &str) -> Result<DeskUpdate, &'static str> {
    let from = message.get("from").unwrap_or(&Value::Null);
    let Place {
        seller,
        seller_name,
        chat,
        message_id,
    } = place(from, message)?;
    let answered = message.get("reply_to_message");
    let reply_to = answered.and_then(|answered| answered.get("message_id")?.as_i64());
    let key = ProviderId::new(format!("{bot_id}:{chat}:{message_id}"));
    if let Some(words) = words(message, "text") {
        return Ok(DeskUpdate::Said {
            key,
            seller,
            seller_name,
            chat,
            message_id,
            text: words.to_owned().into(),
            reply_to,
            at: seconds(message, "date").ok_or("it does not say when")?,
        });
    }
    // A caption alone would go to the buyer without its picture, so it is not read.
    let what = match content(message).ok_or("a service message")? {
        Content::Text(_) => "contact".to_owned(),
        Content::Image(_) => "photo".to_owned(),
        Content::Voice(_) => "voice".to_owned(),
        Content::Unreadable(what) => what,
        _ => "location".to_owned(),
    };
    Ok(DeskUpdate::Unreadable {
        key,
        seller,
        chat,
        message_id,
        reply_to,
        what,
    })
}

/// A tap. Its message may be out of reach, then it still names chat and number.
fn tapped(query: &Value) -> Result<DeskUpdate, &'static str> {
    let message = query.get("message").ok_or("a tap without a chat")?;
    let from = query.get("from").unwrap_or(&Value::Null);
    let Place {
        seller,
        seller_name,
        chat,
        message_id,
    } = place(from, message)?;
    Ok(DeskUpdate::Tapped {
        callback_id: id(query, "id").ok_or("a tap without an id")?,
        seller,
        seller_name,
        chat,
        message_id,
        data: text(query, "data").ok_or("a tap without data")?.to_owned(),
    })
}
