//! The remote control as a Rust interface: what people do in the providers' apps, and what goes wrong.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    avito::{self, AvitoAccount, webhook},
    chance,
    faults::{Fault, Provider},
    ledger::{Calls, Delivered, Entry},
    post::Letter,
    telegram::{Author, Bot, Written},
    world::World,
};

/// What Avito shows in place of a message that was taken back.
const DELETED: &str = "Сообщение удалено";

/// An order that cannot be carried out, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ControlError(pub(crate) String);

/// Somebody writes in an Avito chat. The chat is made when it is new.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AvitoMessage {
    /// The words; with `voice` or `content` given, of no use.
    pub text: Option<String>,
    /// A voice note that says this: its file is these words, which the stand-in for transcription writes down.
    pub voice: Option<String>,
    /// Avito's type of it; `text` when absent.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The content as Avito has it.
    pub content: Option<Value>,
    /// Who writes; the chat's buyer when absent. The account's own id: the seller in the app. 0 or 1: Avito.
    pub author: Option<u64>,
    /// When, in Unix seconds; now when absent.
    pub created: Option<i64>,
    /// Fields left out of the webhook's value, as older ones were: `item_id`, `published_at`.
    pub without: Vec<String>,
    /// For a new chat: the advertisement.
    pub item_id: Option<u64>,
    /// For a new chat: the advertisement's title.
    pub title: Option<String>,
    /// For a new chat: the advertisement's price in words.
    pub price: Option<String>,
    /// For a new chat: who owns the advertisement; this account when absent.
    pub owner: Option<u64>,
    /// For a new chat: the buyer's name.
    pub buyer_name: Option<String>,
}

impl AvitoMessage {
    /// The buyer writes words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// The buyer speaks.
    #[must_use]
    pub fn voice(words: impl Into<String>) -> Self {
        Self {
            voice: Some(words.into()),
            ..Self::default()
        }
    }
}

/// Somebody writes to a bot, or in a chat that a bot is attached to. The chat is made when it is new.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelegramMessage {
    /// The words.
    pub text: Option<String>,
    /// A voice note that says this, as in [`AvitoMessage::voice`].
    pub voice: Option<String>,
    /// Fields of the message instead of words: `photo`, `caption`, ….
    pub body: Option<Value>,
    /// The business connection that it comes through.
    pub connection: Option<String>,
    /// The owner of that connection writes, not the buyer.
    pub seller: bool,
    /// The person's name.
    pub name: Option<String>,
    /// The person's language.
    pub language: Option<String>,
    /// The message that this one answers.
    pub reply_to: Option<i64>,
}

impl TelegramMessage {
    /// The buyer writes words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// The buyer speaks.
    #[must_use]
    pub fn voice(words: impl Into<String>) -> Self {
        Self {
            voice: Some(words.into()),
            ..Self::default()
        }
    }

    /// The person answers message `to`.
    #[must_use]
    pub fn reply(to: i64, text: impl Into<String>) -> Self {
        Self {
            reply_to: Some(to),
            ..Self::text(text)
        }
    }

    /// What the message holds; a voice note is kept with the bot's files.
    fn fields(&self, bot: &mut Bot) -> Value {
        let Some(voice) = &self.voice else {
            let words = || spoken(self.text.clone().unwrap_or_default());
            return self.body.clone().unwrap_or_else(words);
        };
        let mut fields = self.body.clone().unwrap_or_else(|| json!({}));
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("voice".to_owned(), bot.keep_voice(voice));
        }
        fields
    }
}

/// Which entries of the ledger are wanted; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Of this provider.
    pub provider: Option<Provider>,
    /// Of this account or bot.
    pub account: Option<String>,
    /// Of this chat.
    pub chat: Option<String>,
}

/// The remote control. Clones control the same world.
#[derive(Clone)]
pub struct Control {
    pub(crate) world: World,
}

impl Control {
    /// Somebody writes in chat `chat` of an Avito account; returns the message's id. The webhook is on its way then.
    pub fn avito_write(&self, account: u64, chat: &str, message: &AvitoMessage) -> String {
        let (id, body) = {
            let mut accounts = self.world.avito();
            let account = accounts.account(account);
            let own = account.id;
            let voice = message.voice.as_deref();
            let voice = voice.map(|words| account.keep_voice(words));
            let kind = message.kind.as_deref();
            let kind = kind.unwrap_or(if voice.is_some() { "voice" } else { "text" });
            let place = account
                .chats
                .entry(chat.to_owned())
                .or_insert_with(|| new_chat(own, chat, message));
            let author = message.author.unwrap_or(place.buyer);
            let text = message.text.clone().unwrap_or_default();
            let content = voice.or_else(|| message.content.clone());
            let content = content.unwrap_or_else(|| json!({"text": text}));
            let mut written = place.push(author, kind, content);
            if let (Some(created), Some(last)) = (message.created, place.messages.last_mut()) {
                last.created = created;
                written.created = created;
            }
            let mut body = webhook::payload(own, place, &written);
            leave_out(&mut body, &message.without);
            (written.id, body)
        };
        webhook::announce(&self.world, account, chat, &id, &body);
        id
    }

    /// Takes an Avito message back. The webhook then shows it as a text that says so, as Avito's do.
    ///
    /// # Errors
    /// [`ControlError`] when there is no such message.
    pub fn avito_delete(&self, account: u64, chat: &str, id: &str) -> Result<(), ControlError> {
        let body = {
            let mut accounts = self.world.avito();
            let account = accounts.account(account);
            let own = account.id;
            let place = account.chats.get_mut(chat);
            let place = place.ok_or_else(|| missing("chat", chat))?;
            let found = place.messages.iter_mut().find(|message| message.id == id);
            let found = found.ok_or_else(|| missing("message", id))?;
            let mut shown = found.clone();
            found.kind = "deleted".to_owned();
            found.content = json!({});
            shown.kind = "text".to_owned();
            shown.content = json!({"text": DELETED});
            webhook::payload(own, place, &shown)
        };
        webhook::announce(&self.world, account, chat, id, &body);
        Ok(())
    }

    /// Sends the webhook about an Avito message once more, under a new envelope id.
    ///
    /// # Errors
    /// [`ControlError`] when there is no such message.
    pub fn avito_redeliver(&self, account: u64, id: &str) -> Result<(), ControlError> {
        let (chat, body) = {
            let mut accounts = self.world.avito();
            let account = accounts.account(account);
            let places = account.chats.values();
            let found = places
                .filter_map(|place| {
                    let message = place.messages.iter().find(|message| message.id == id)?;
                    Some((place, message))
                })
                .next();
            let (place, message) = found.ok_or_else(|| missing("message", id))?;
            (
                place.id.clone(),
                webhook::payload(account.id, place, message),
            )
        };
        webhook::announce(&self.world, account, &chat, id, &body);
        Ok(())
    }

    /// Sends `body` to an Avito account's webhook as it is: `{}` for a probe, or anything unheard of.
    pub fn avito_webhook(&self, account: u64, body: Value) {
        let letter = Letter {
            provider: Provider::Avito,
            account: account.to_string(),
            chat: String::new(),
            about: "raw".to_owned(),
            body,
        };
        self.world.post().enqueue(&self.world, letter);
    }

    /// Sets where an Avito account's webhooks go, as if it had been registered.
    pub fn avito_subscribe(&self, account: u64, url: Option<String>) {
        self.world.avito().account(account).webhook = url;
    }

    /// Opens an account, or changes what is known of one: name, credentials, and its webhook, if one is told.
    pub fn avito_account(&self, account: AvitoAccount) {
        self.world.avito().seed(account);
    }

    /// Somebody writes to a bot, or in a chat that it is attached to; returns the message's number. The update is on its
    /// way then.
    ///
    /// # Errors
    /// [`ControlError`] when the business connection does not exist.
    pub fn telegram_write(
        &self,
        bot: i64,
        chat: i64,
        message: &TelegramMessage,
    ) -> Result<i64, ControlError> {
        let author = if message.seller {
            Author::Seller
        } else {
            Author::Buyer
        };
        let Written { number, letter } = {
            let mut bots = self.world.telegram();
            let bot = bots.bot(bot);
            let place = bot.chat(chat);
            if let Some(name) = &message.name {
                place.name.clone_from(name);
            }
            if let Some(language) = &message.language {
                place.language.clone_from(language);
            }
            let fields = message.fields(bot);
            let (connection, reply_to) = (message.connection.as_deref(), message.reply_to);
            bot.write(chat, author, connection, reply_to, fields)
                .map_err(|refusal| ControlError(refusal.1.to_owned()))?
        };
        self.post(letter);
        Ok(number)
    }

    /// A person changes a message of theirs.
    ///
    /// # Errors
    /// [`ControlError`] when there is no such message.
    pub fn telegram_edit(
        &self,
        bot: i64,
        chat: i64,
        number: i64,
        message: &TelegramMessage,
    ) -> Result<(), ControlError> {
        let connection = message.connection.as_deref();
        let letter = {
            let mut bots = self.world.telegram();
            let bot = bots.bot(bot);
            let fields = message.fields(bot);
            bot.edit(chat, number, connection, fields)
                .map_err(|refusal| ControlError(refusal.1.to_owned()))?
        };
        self.post(letter);
        Ok(())
    }

    /// Messages are taken back; the bot hears of it in business chats only.
    pub fn telegram_delete(&self, bot: i64, chat: i64, numbers: &[i64], connection: Option<&str>) {
        let letter = self
            .world
            .telegram()
            .bot(bot)
            .take_back(chat, numbers, connection);
        self.post(letter);
    }

    /// A person presses a button under message `number`; returns the press's id. Not `reachable`: the update does not
    /// hold the message itself, as with old ones.
    ///
    /// # Errors
    /// [`ControlError`] when there is no such message.
    pub fn telegram_press(
        &self,
        bot: i64,
        chat: i64,
        number: i64,
        data: &str,
        reachable: bool,
    ) -> Result<String, ControlError> {
        let (id, letter) = self
            .world
            .telegram()
            .bot(bot)
            .press(chat, number, data, reachable)
            .map_err(|refusal| ControlError(refusal.1.to_owned()))?;
        self.post(letter);
        Ok(id)
    }

    /// A person blocks the bot, or lets it in again.
    pub fn telegram_block(&self, bot: i64, chat: i64, blocked: bool) {
        let letter = self.world.telegram().bot(bot).block(chat, blocked);
        self.post(letter);
    }

    /// A seller attaches the bot to their own account; returns the connection's id.
    pub fn telegram_connect(&self, bot: i64, owner: i64, name: &str) -> String {
        let (id, letter) = self.world.telegram().bot(bot).connect(owner, name);
        self.post(letter);
        id
    }

    /// Sends an update once more, though it was confirmed.
    ///
    /// # Errors
    /// [`ControlError`] when there never was one of that number.
    pub fn telegram_redeliver(&self, bot: i64, update: i64) -> Result<(), ControlError> {
        let letter = self.world.telegram().bot(bot).again(update);
        self.post(letter.ok_or_else(|| missing("update", &update.to_string()))?);
        Ok(())
    }

    /// Leaves `by` update numbers out, as Telegram does after a quiet week.
    pub fn telegram_jump(&self, bot: i64, by: u32) {
        self.world.telegram().bot(bot).next_update += i64::from(by);
    }

    /// Makes an account and a bot, so that the page has something to offer.
    pub fn offer(&self, account: u64, bot: i64) {
        self.world.avito().account(account);
        self.world.telegram().bot(bot);
    }

    /// Misbehaves from now on.
    pub fn fault(&self, fault: Fault) {
        self.world.misbehave(fault);
    }

    /// The orders to misbehave that are in force.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.world.faults().rules().to_vec()
    }

    /// Behaves again, and lets go of answers that are held back.
    pub fn clear_faults(&self) {
        self.world.behave();
    }

    /// Lets go of answers that are held back now; later ones are held back still.
    pub fn release(&self) {
        self.world.release();
    }

    /// What was really accepted, in order.
    #[must_use]
    pub fn ledger(&self, filter: &Filter) -> Vec<Entry> {
        let fits = |wanted: &Option<String>, have: &String| {
            wanted.as_ref().is_none_or(|wanted| wanted == have)
        };
        let ledger = self.world.ledger();
        let entries = ledger.entries().iter().filter(|entry| {
            filter
                .provider
                .is_none_or(|wanted| wanted == entry.provider)
                && fits(&filter.account, &entry.account)
                && fits(&filter.chat, &entry.chat)
        });
        entries.cloned().collect()
    }

    /// Every attempt to deliver a webhook, in the order in which they ended.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivered> {
        self.world.ledger().deliveries().to_vec()
    }

    /// How often which operation was answered how.
    #[must_use]
    pub fn calls(&self) -> Vec<Calls> {
        self.world.ledger().calls()
    }

    pub(crate) fn post(&self, letter: Option<Letter>) {
        if let Some(letter) = letter {
            self.world.post().enqueue(&self.world, letter);
        }
    }
}

/// Words as a message holds them; Telegram marks a command at their beginning.
fn spoken(words: String) -> Value {
    let command = words
        .split_whitespace()
        .next()
        .filter(|word| word.starts_with('/'));
    let Some(length) = command.map(|word| word.encode_utf16().count()) else {
        return json!({"text": words});
    };
    json!({
        "text": words,
        "entities": [{"offset": 0, "length": length, "type": "bot_command"}],
    })
}

pub(crate) fn missing(what: &str, id: &str) -> ControlError {
    ControlError(format!("there is no {what} {id}"))
}

fn new_chat(account: u64, id: &str, message: &AvitoMessage) -> avito::Chat {
    let buyer = match message.author {
        Some(author) if author > 1 && author != account => author,
        _ => 100_000_000 + chance::below(800_000_000),
    };
    avito::Chat {
        id: id.to_owned(),
        item: message.item_id,
        title: message
            .title
            .clone()
            .unwrap_or_else(|| "Объявление".to_owned()),
        price: message.price.clone(),
        owner: message.owner.unwrap_or(account),
        buyer,
        buyer_name: message
            .buyer_name
            .clone()
            .unwrap_or_else(|| "Покупатель".to_owned()),
        created: message.created.unwrap_or_else(|| chance::now().as_second()),
        messages: Vec::new(),
    }
}

fn leave_out(body: &mut Value, fields: &[String]) {
    let value = body
        .pointer_mut("/payload/value")
        .and_then(Value::as_object_mut);
    if let Some(value) = value {
        value.retain(|key, _| !fields.iter().any(|field| field == key));
    }
}
