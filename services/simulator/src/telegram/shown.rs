//! A chat as the person in it sees it now, after edits and with buttons.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{Bot, Chat, Message};

/// One message of a private chat with a bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its number.
    pub message_id: i64,
    /// The bot wrote it, not the person.
    pub by_bot: bool,
    /// The words as they are now.
    pub text: String,
    /// The buttons as they are now.
    pub buttons: Vec<Vec<ShownButton>>,
    /// The phone made no sound.
    pub silent: bool,
    /// The message that it answers.
    pub reply_to: Option<i64>,
    /// The app asks for an answer to it, and shows this in the empty line.
    pub asks: Option<String>,
    /// It is not as it was first.
    pub edited: bool,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownButton {
    /// What it says.
    pub label: String,
    /// What it carries to the bot.
    pub data: Option<String>,
    /// What it opens.
    pub url: Option<String>,
}

impl Shown {
    /// Every label, row by row.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        let buttons = self.buttons.iter().flatten();
        buttons.map(|button| button.label.as_str()).collect()
    }

    fn of(message: &Message) -> Self {
        let markup = message.markup.as_ref();
        let rows = markup.and_then(|markup| markup.get("inline_keyboard")?.as_array());
        let row = |row: &Value| {
            let buttons = row.as_array().into_iter().flatten();
            buttons.map(ShownButton::of).collect()
        };
        let asks = markup.filter(|markup| markup.get("force_reply").is_some());
        Self {
            message_id: message.id,
            by_bot: message.author == "bot",
            text: message.text().to_owned(),
            buttons: rows.into_iter().flatten().map(row).collect(),
            silent: message.silent,
            reply_to: message
                .reply
                .as_ref()
                .and_then(|quoted| quoted.get("message_id")?.as_i64()),
            asks: asks.map(|markup| words(markup, "input_field_placeholder").unwrap_or_default()),
            edited: message.edited,
        }
    }
}

impl ShownButton {
    fn of(button: &Value) -> Self {
        Self {
            label: words(button, "text").unwrap_or_default(),
            data: words(button, "callback_data"),
            url: words(button, "url"),
        }
    }
}

fn words(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

impl Bot {
    /// The messages of the private chat with `chat`, oldest first.
    pub(crate) fn shown(&self, chat: i64) -> Vec<Shown> {
        let messages = self.chats.get(&chat).map(Chat::private);
        messages.into_iter().flatten().map(Shown::of).collect()
    }
}

impl Chat {
    fn private(&self) -> impl Iterator<Item = &Message> {
        let messages = self.messages.iter();
        messages.filter(|message| message.connection.is_none())
    }
}
