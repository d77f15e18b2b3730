//! Calls of the desk's bot. Limits, pauses and the sorting of failures are the buyers' client's.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use crate::{
    error::{BuildError, SendError},
    split::{TELEGRAM_LIMIT, cut, shorten, utf16_len},
    telegram::{
        address,
        client::{Button, ButtonAction, Format, TelegramClient, TelegramConfig},
        wire::{put_text, says, unmodified_is_fine},
    },
};

/// Bytes that a button may carry. Source: Bot API, `InlineKeyboardButton`.
const CALLBACK_BYTES: usize = 64;
/// Longest words of an answer to a tap. Source: Bot API, `answerCallbackQuery`.
const ANSWER_LIMIT: usize = 200;
/// Longest placeholder. Source: Bot API, `ForceReply`.
const PLACEHOLDER_LIMIT: usize = 64;

/// What a seller sees: a text with buttons under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Plain text, no markup: nothing in it has to be escaped. The first of several lines is shown bold. Over 4096
    /// UTF-16 units, the middle is taken out.
    pub text: String,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// The phone makes no sound.
    pub silent: bool,
    /// The message of this chat that it answers; when that is gone, the card comes without.
    pub reply_to: Option<i64>,
}

/// Where a message of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageRef {
    /// The chat with the seller.
    pub chat: i64,
    /// The message's number in it.
    pub message_id: i64,
}

/// Which bot this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its id.
    pub id: i64,
    /// Its name without `@`, as in `https://t.me/<name>?start=<code>`.
    pub user_name: String,
}

/// Why a call of the desk's bot did not succeed. No variant ever holds a URL, a token or a message's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// The seller blocked the bot, is gone or never wrote to it. Until they write, nothing reaches them.
    #[error("the seller cannot be reached: the bot is blocked or was never started")]
    Blocked,
    /// Telegram, or our own door to it, wants to be left alone that long. Nothing was sent.
    #[error("to be tried again in {} s", .0.as_secs())]
    Wait(Duration),
    /// Telegram will never accept this one, as an edit of a message that is gone.
    #[error("refused: {0}")]
    Refused(String),
    /// Telegram could not be reached, or not be heard.
    #[error("unreachable: {reason}")]
    Unreachable {
        /// What happened.
        reason: String,
        /// Nothing was sent, for certain. `false`: the request left and nobody knows what became of it.
        not_sent: bool,
    },
    /// The token is no bot's.
    #[error("not authorised: the desk's token is no bot's")]
    Unauthorised,
}

impl From<SendError> for DeskError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent {
                retry_after: Some(pause),
                ..
            } => Self::Wait(pause),
            SendError::NotSent { reason, .. } => Self::Unreachable {
                reason,
                not_sent: true,
            },
            SendError::Uncertain { reason } => Self::Unreachable {
                reason,
                not_sent: false,
            },
            SendError::Refused { status: 403, .. } => Self::Blocked,
            SendError::Refused { reason, .. } if says(&reason, "chat not found") => Self::Blocked,
            SendError::Refused { reason, .. } | SendError::PaymentRequired { reason } => {
                Self::Refused(reason)
            }
            SendError::Unauthorised { .. } => Self::Unauthorised,
        }
    }
}

/// The desk's bot. Clones share the limits.
#[derive(Clone)]
pub struct DeskBot {
    client: Arc<TelegramClient>,
}

impl DeskBot {
    /// Makes a bot with a token of its own; calls nobody yet.
    ///
    /// # Errors
    /// [`BuildError`] when the process has no TLS provider.
    pub fn new(config: TelegramConfig) -> Result<Self, BuildError> {
        Ok(Self::over(Arc::new(TelegramClient::new(config)?)))
    }

    /// The desk over a bot that is reached already, so that both keep its limits together: the desk's bot may be the
    /// shop's channel as well.
    #[must_use]
    pub const fn over(client: Arc<TelegramClient>) -> Self {
        Self { client }
    }

    /// The bot's id: the digits before the colon of its token.
    #[must_use]
    pub fn bot_id(&self) -> &str {
        self.client.bot_id()
    }

    /// Shows a card.
    ///
    /// # Errors
    /// [`DeskError`]; after an uncertain one nobody can be asked whether it arrived.
    pub async fn send(&self, chat: i64, card: &Card) -> Result<MessageRef, DeskError> {
        let mut body = faced(card)?;
        put_manner(&mut body, card.silent, card.reply_to);
        self.post(chat, body).await
    }

    /// Replaces text and buttons of a card; without buttons, those it had go. Already being so is a success. Whether
    /// it is silent and what it answers stay as they were.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when the seller took the card away; repeating it is harmless.
    pub async fn edit(&self, at: &MessageRef, card: &Card) -> Result<(), DeskError> {
        let mut body = faced(card)?;
        put_place(&mut body, at);
        let outcome = self.in_chat(at.chat, "editMessageText", body).await;
        Ok(unmodified_is_fine(outcome)?)
    }

    /// Asks for words: the seller's app opens an answer to this message, with `placeholder` of at most 64 characters
    /// in the empty line. The answer comes as [`super::DeskUpdate::Said`] with its `reply_to`.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn prompt(
        &self,
        chat: i64,
        text: &str,
        placeholder: &str,
        reply_to: Option<i64>,
    ) -> Result<MessageRef, DeskError> {
        let mut body = written(text);
        put_manner(&mut body, false, reply_to);
        let mut markup = Map::from_iter([("force_reply".to_owned(), json!(true))]);
        let placeholder = cut(placeholder, PLACEHOLDER_LIMIT);
        if !placeholder.is_empty() {
            markup.insert("input_field_placeholder".to_owned(), json!(placeholder));
        }
        body.insert("reply_markup".to_owned(), Value::Object(markup));
        self.post(chat, body).await
    }

    /// Says something without buttons.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn say(
        &self,
        chat: i64,
        text: &str,
        reply_to: Option<i64>,
        silent: bool,
    ) -> Result<MessageRef, DeskError> {
        let mut body = written(text);
        put_manner(&mut body, silent, reply_to);
        self.post(chat, body).await
    }

    /// Answers a tap, so that its button stops spinning; `text` of at most 200 characters is shown in passing, as an
    /// `alert` in a window that has to be closed. Being too late, or second, is a success.
    ///
    /// # Errors
    /// [`DeskError`]; repeating it is harmless.
    pub async fn answer_callback(
        &self,
        id: &str,
        text: &str,
        alert: bool,
    ) -> Result<(), DeskError> {
        let text = cut(text, ANSWER_LIMIT);
        Ok(self.client.answer_callback(id, &text, alert).await?)
    }

    /// Takes a message of ours away. Already being gone is a success.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when it is older than the 48 hours in which Telegram allows that; repeating it is
    /// harmless.
    pub async fn delete(&self, at: &MessageRef) -> Result<(), DeskError> {
        let mut body = Map::new();
        put_place(&mut body, at);
        match self.in_chat(at.chat, "deleteMessage", body).await {
            Err(SendError::Refused { reason, .. }) if says(&reason, "to delete not found") => {
                Ok(())
            }
            outcome => Ok(outcome.map(drop)?),
        }
    }

    /// Asks Telegram who this bot is.
    ///
    /// # Errors
    /// [`DeskError::Unauthorised`] when the token is no bot's.
    pub async fn me(&self) -> Result<Me, DeskError> {
        let (id, user_name) = self
            .client
            .get_me()
            .await
            .map_err(SendError::before_sending)?;
        let id = id.parse().map_err(|_| DeskError::Unreachable {
            reason: "the bot's id is no number".to_owned(),
            not_sent: true,
        })?;
        Ok(Me { id, user_name })
    }

    async fn post(&self, chat: i64, body: Map<String, Value>) -> Result<MessageRef, DeskError> {
        let message = self.in_chat(chat, "sendMessage", body).await?;
        let number = message.get("message_id").and_then(Value::as_i64);
        let message_id = number.ok_or_else(|| DeskError::Unreachable {
            reason: "no message id in the answer".to_owned(),
            not_sent: false,
        })?;
        Ok(MessageRef { chat, message_id })
    }

    async fn in_chat(
        &self,
        chat: i64,
        method: &str,
        mut body: Map<String, Value>,
    ) -> Result<Value, SendError> {
        body.insert("chat_id".to_owned(), json!(chat));
        let to = address(self.bot_id(), &chat.to_string(), None);
        self.client.in_chat(&to, method, body).await
    }
}

fn written(text: &str) -> Map<String, Value> {
    let mut body = Map::new();
    put_text(
        &mut body,
        &shorten(&in_true_order(text), TELEGRAM_LIMIT),
        Format::Plain,
        &[],
    );
    body
}

/// A text without the marks of direction that a buyer can put into it to make it read as something else.
fn in_true_order(text: &str) -> String {
    let turns = |letter: &char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|letter| !turns(letter)).collect()
}

/// The text and the buttons of a card.
fn faced(card: &Card) -> Result<Map<String, Value>, DeskError> {
    for button in card.buttons.iter().flatten() {
        let fits = match &button.action {
            ButtonAction::Callback(data) => (1..=CALLBACK_BYTES).contains(&data.len()),
            ButtonAction::Url(url) => !url.is_empty(),
        };
        // Telegram would refuse the whole card and not name the button.
        if !fits || button.label.trim().is_empty() {
            let label = &button.label;
            return Err(DeskError::Refused(format!(
                "button {label:?} is empty or carries more than {CALLBACK_BYTES} bytes"
            )));
        }
    }
    let text = shorten(&in_true_order(&card.text), TELEGRAM_LIMIT);
    let mut body = Map::new();
    put_text(&mut body, &text, Format::Plain, &card.buttons);
    if let Some((first, _)) = text.split_once('\n') {
        // Telegram counts in UTF-16 units. Source: Bot API, `MessageEntity`.
        let bold = json!([{"type": "bold", "offset": 0, "length": utf16_len(first.trim_end())}]);
        body.insert("entities".to_owned(), bold);
    }
    Ok(body)
}

fn put_place(body: &mut Map<String, Value>, at: &MessageRef) {
    body.insert("chat_id".to_owned(), json!(at.chat));
    body.insert("message_id".to_owned(), json!(at.message_id));
}

fn put_manner(body: &mut Map<String, Value>, silent: bool, reply_to: Option<i64>) {
    if silent {
        body.insert("disable_notification".to_owned(), json!(true));
    }
    if let Some(number) = reply_to {
        // Without the permission Telegram refuses what answers a message that was taken away, and the card is lost.
        let reply = json!({"message_id": number, "allow_sending_without_reply": true});
        body.insert("reply_parameters".to_owned(), reply);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tap(data: &str) -> Button {
        Button {
            label: "Ответить".to_owned(),
            action: ButtonAction::Callback(data.to_owned()),
        }
    }

    #[test]
    fn a_buyers_right_to_left_override_does_not_turn_a_sellers_card_around() {
        let card = Card {
            text: "Заказ\u{202e} 005 1\u{202c}\nЯблоко \u{2067}👩\u{200d}🔧 1\u{a0}500\u{a0}₽"
                .to_owned(),
            buttons: Vec::new(),
            silent: false,
            reply_to: None,
        };
        let body = faced(&card).unwrap();
        let text = body["text"].as_str().unwrap();
        assert_eq!(text, "Заказ 005 1\nЯблоко 👩\u{200d}🔧 1\u{a0}500\u{a0}₽");
        // The first line is bold by its length as it is shown.
        assert_eq!(body["entities"][0]["length"], 11);
        assert_eq!(written("a\u{202e}b")["text"], "ab");
    }

    #[test]
    fn a_card_looks_as_the_bot_api_takes_it() {
        let card = Card {
            text: "🔥 Нужен ответ\nПокупатель: <Иван> & Ко".to_owned(),
            buttons: vec![vec![
                tap("esc:01J9ZK:r"),
                Button {
                    label: "Открыть чат".to_owned(),
                    action: ButtonAction::Url("https://www.avito.ru/x".to_owned()),
                },
            ]],
            silent: true,
            reply_to: Some(5),
        };
        let mut body = faced(&card).unwrap();
        put_manner(&mut body, card.silent, card.reply_to);
        let expected = json!({
            "text": "🔥 Нужен ответ\nПокупатель: <Иван> & Ко",
            "entities": [{"type": "bold", "offset": 0, "length": 14}],
            "link_preview_options": {"is_disabled": true},
            "disable_notification": true,
            "reply_parameters": {"message_id": 5, "allow_sending_without_reply": true},
            "reply_markup": {"inline_keyboard": [[
                {"text": "Ответить", "callback_data": "esc:01J9ZK:r"},
                {"text": "Открыть чат", "url": "https://www.avito.ru/x"},
            ]]},
        });
        assert_eq!(Value::Object(body), expected);
    }

    #[test]
    fn a_card_that_is_too_long_is_shortened_and_not_refused() {
        let card = Card {
            text: format!("Нужен ответ\n{}\nПочему: жалоба", "😀 ".repeat(4000)),
            ..Card::default()
        };
        let body = faced(&card).unwrap();
        let text = body["text"].as_str().unwrap();
        assert!(utf16_len(text) <= TELEGRAM_LIMIT);
        assert!(utf16_len(text) > TELEGRAM_LIMIT - 50);
        assert!(text.starts_with("Нужен ответ\n") && text.ends_with("\nПочему: жалоба"));
        assert!(text.contains("\n[…]\n"));
    }

    #[test]
    fn a_button_that_telegram_would_refuse_is_named_before_the_card_is_sent() {
        for (button, fits) in [
            (tap(&"я".repeat(32)), true),
            (tap(&"я".repeat(33)), false),
            (tap(""), false),
        ] {
            let card = Card {
                text: "Нужен ответ".to_owned(),
                buttons: vec![vec![button]],
                ..Card::default()
            };
            let outcome = faced(&card);
            assert_eq!(outcome.is_ok(), fits, "{outcome:?}");
            if let Err(error) = outcome {
                assert!(error.to_string().contains("Ответить"), "{error}");
            }
        }
    }

    #[test]
    fn every_failure_says_whether_something_may_have_been_sent() {
        let refused = |status, reason: &str| SendError::Refused {
            status,
            reason: reason.to_owned(),
        };
        let blocked = [
            refused(403, "Forbidden: bot was blocked by the user"),
            refused(403, "Forbidden: user is deactivated"),
            refused(400, "Bad Request: chat not found"),
        ];
        for error in blocked {
            assert_eq!(DeskError::from(error), DeskError::Blocked);
        }
        let gone = "Bad Request: message to edit not found";
        assert_eq!(
            DeskError::from(refused(400, gone)),
            DeskError::Refused(gone.to_owned())
        );
        for (error, certain) in [
            (SendError::not_sent("no connection"), true),
            (SendError::uncertain("no answer in time"), false),
        ] {
            let DeskError::Unreachable { not_sent, .. } = DeskError::from(error) else {
                panic!("not unreachable")
            };
            assert_eq!(not_sent, certain);
        }
    }
}
