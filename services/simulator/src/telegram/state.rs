//! Bots, chats, messages and waiting updates as Telegram keeps them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::error::{self, Refusal};
use crate::chance;

/// A bot that exists from the start. Once one does, other tokens are refused; without any, every token of the right
/// shape is a bot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TelegramBot {
    /// `<bot id>:<secret>`.
    pub token: String,
    /// Where its updates go, until another webhook is set.
    pub webhook: Option<String>,
    /// What comes in the secret header then.
    pub secret: Option<String>,
}

/// Every bot.
#[derive(Default)]
pub(crate) struct Bots {
    by_id: BTreeMap<i64, Bot>,
    closed: bool,
    default_webhook: Option<Webhook>,
}

#[derive(Clone, Default)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) secret: Option<String>,
}

/// A tap on a button.
pub(crate) struct Press {
    pub(crate) chat: i64,
    /// Unix seconds.
    pub(crate) at: i64,
    pub(crate) answered: bool,
}

pub(crate) struct Bot {
    pub(crate) id: i64,
    token: Option<String>,
    pub(crate) webhook: Option<Webhook>,
    /// The kinds of updates wanted, as last said to either way of getting them; `None` or empty: the usual ones.
    pub(crate) allowed: Option<Vec<String>>,
    /// Updates not yet confirmed: number, chat, JSON.
    pub(crate) updates: Vec<(i64, i64, Value)>,
    /// Every update there ever was, for sending one again.
    pub(crate) past: Vec<(i64, i64, Value)>,
    pub(crate) next_update: i64,
    pub(crate) chats: BTreeMap<i64, Chat>,
    /// Business connections by id: the owner's chat and name.
    pub(crate) connections: HashMap<String, (i64, String)>,
    pub(crate) next_message: i64,
    pub(crate) next_business_message: i64,
    /// Files that people sent, by id: path and content.
    pub(crate) files: HashMap<String, (String, String)>,
    /// Every press there ever was, by its id.
    pub(crate) presses: HashMap<String, Press>,
    /// Grows with each `getUpdates`, so that an older one sees that it is replaced.
    pub(crate) polls: u64,
    pub(crate) news: Arc<Notify>,
}

#[derive(Default)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) blocked: bool,
    pub(crate) messages: Vec<Message>,
}

#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) connection: Option<String>,
    /// `buyer`, `seller` or `bot`.
    pub(crate) author: &'static str,
    pub(crate) date: i64,
    /// The fields that say what it holds: `text`, `photo` and `caption`, ….
    pub(crate) body: Value,
    pub(crate) markup: Option<Value>,
    /// The message that it answers, as it was then.
    pub(crate) reply: Option<Value>,
    /// The phone made no sound.
    pub(crate) silent: bool,
    pub(crate) edited: bool,
}

impl Bots {
    pub(crate) fn new(bots: Vec<TelegramBot>, default_webhook: Option<Webhook>) -> Self {
        let mut all = Self {
            closed: !bots.is_empty(),
            default_webhook,
            ..Self::default()
        };
        for seed in bots {
            if let Some(id) = bot_id(&seed.token) {
                let bot = all.bot(id);
                bot.token = Some(seed.token);
                if let Some(url) = seed.webhook {
                    bot.webhook = Some(Webhook {
                        url,
                        secret: seed.secret,
                    });
                }
            }
        }
        all
    }

    /// The bot, made when it is new.
    pub(crate) fn bot(&mut self, id: i64) -> &mut Bot {
        let webhook = &self.default_webhook;
        self.by_id.entry(id).or_insert_with(|| Bot {
            id,
            token: None,
            webhook: webhook.clone(),
            allowed: None,
            updates: Vec::new(),
            past: Vec::new(),
            next_update: 10_000,
            chats: BTreeMap::new(),
            connections: HashMap::new(),
            next_message: 0,
            next_business_message: 0,
            files: HashMap::new(),
            presses: HashMap::new(),
            polls: 0,
            news: Arc::new(Notify::new()),
        })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Bot> {
        self.by_id.values()
    }

    /// The bot that a token opens.
    pub(crate) fn open(&mut self, token: &str) -> Result<&mut Bot, Refusal> {
        let id = bot_id(token).ok_or(error::NOT_FOUND)?;
        let known = self.by_id.get(&id).and_then(|bot| bot.token.as_deref());
        match known {
            Some(known) if known != token => Err(error::UNAUTHORISED),
            None if self.closed => Err(error::UNAUTHORISED),
            _ => {
                let bot = self.bot(id);
                bot.token = Some(token.to_owned());
                Ok(bot)
            }
        }
    }

    /// Where update `number` of `bot` goes; `None` when it is confirmed or there is no webhook.
    pub(crate) fn webhook_for(&self, bot: &str, number: &str) -> Option<(String, Option<String>)> {
        let (id, number): (i64, i64) = (bot.parse().ok()?, number.parse().ok()?);
        let bot = self.by_id.get(&id)?;
        let waits = bot.updates.iter().any(|(waiting, ..)| *waiting == number);
        let webhook = bot.webhook.as_ref().filter(|_| waits)?;
        Some((webhook.url.clone(), webhook.secret.clone()))
    }

    /// Forgets update `number`: its webhook was answered well.
    pub(crate) fn delivered(&mut self, bot: &str, number: &str) {
        let (Ok(id), Ok(number)) = (bot.parse(), number.parse::<i64>()) else {
            return;
        };
        if let Some(bot) = self.by_id.get_mut(&id) {
            bot.updates.retain(|(waiting, ..)| *waiting != number);
        }
    }
}

impl Bot {
    pub(crate) fn user(&self) -> Value {
        json!({
            "id": self.id, "is_bot": true, "first_name": "Магазин",
            "username": format!("shop{}_bot", self.id),
        })
    }

    /// The chat with a person, made when it is new.
    pub(crate) fn chat(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_insert_with(|| Chat {
            id,
            name: format!("Покупатель {id}"),
            language: "ru".to_owned(),
            ..Chat::default()
        })
    }

    /// The chat that a bot may write to.
    pub(crate) fn writable(&mut self, id: i64) -> Result<&mut Chat, Refusal> {
        let chat = self.chats.get_mut(&id).ok_or(error::NO_CHAT)?;
        if chat.blocked {
            return Err(error::BLOCKED);
        }
        Ok(chat)
    }

    /// The next free number of a message.
    pub(crate) fn number(&mut self, business: bool) -> i64 {
        let next = if business {
            &mut self.next_business_message
        } else {
            &mut self.next_message
        };
        *next += 1;
        *next
    }
}

impl Chat {
    /// The person on the other side.
    pub(crate) fn person(&self) -> Value {
        json!({
            "id": self.id, "is_bot": false, "first_name": self.name,
            "language_code": self.language,
        })
    }

    /// Message `id`; business messages have numbers of their own.
    pub(crate) fn message(
        &mut self,
        id: i64,
        connection: Option<&str>,
    ) -> Result<&mut Message, Refusal> {
        let mut messages = self.messages.iter_mut();
        messages
            .find(|message| message.id == id && message.connection.as_deref() == connection)
            .ok_or(error::NO_MESSAGE)
    }

    /// Message `id` as one that answers it shows it; `None` when it is gone.
    pub(crate) fn quote(&self, id: i64, connection: Option<&str>, bot: &Value) -> Option<Value> {
        let mut messages = self.messages.iter();
        let found = messages
            .find(|message| message.id == id && message.connection.as_deref() == connection)?;
        let from = if found.author == "bot" {
            bot.clone()
        } else {
            self.person()
        };
        let quoted = Message {
            reply: None,
            ..found.clone()
        };
        Some(quoted.json(self, &from, None))
    }

    /// The chat as messages name it.
    pub(crate) fn short(&self) -> Value {
        json!({"id": self.id, "first_name": self.name, "type": "private"})
    }
}

impl Message {
    /// The message as the Bot API gives it. `from`: who wrote it; `bot`: the bot, when it wrote for somebody else.
    pub(crate) fn json(&self, chat: &Chat, from: &Value, bot: Option<&Value>) -> Value {
        let mut message = json!({
            "message_id": self.id, "from": from, "chat": chat.short(), "date": self.date,
        });
        if let (Some(message), Some(body)) = (message.as_object_mut(), self.body.as_object()) {
            message.extend(body.clone());
            // Of keyboards, only those under a message are part of it. Source: Bot API, `Message`.
            let keyboard = self.markup.as_ref();
            let keyboard = keyboard.filter(|markup| markup.get("inline_keyboard").is_some());
            let extra = [
                (
                    "business_connection_id",
                    self.connection.as_ref().map(|id| json!(id)),
                ),
                ("reply_markup", keyboard.cloned()),
                ("reply_to_message", self.reply.clone()),
                (
                    "edit_date",
                    self.edited.then(|| json!(chance::now().as_second())),
                ),
                ("sender_business_bot", bot.cloned()),
            ];
            for (key, value) in extra {
                if let Some(value) = value {
                    message.insert(key.to_owned(), value);
                }
            }
        }
        message
    }

    pub(crate) fn text(&self) -> &str {
        let field = |key| self.body.get(key).and_then(Value::as_str);
        field("text")
            .or_else(|| field("caption"))
            .unwrap_or_default()
    }
}

/// The digits before the colon of a token; `None` when it has not a token's shape.
pub(crate) fn bot_id(token: &str) -> Option<i64> {
    let (id, secret) = token.split_once(':')?;
    (!secret.is_empty()).then(|| id.parse().ok()).flatten()
}
