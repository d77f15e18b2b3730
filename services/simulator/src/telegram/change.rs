//! What a bot does to what is there already: changes its messages, takes messages away, answers taps.

use serde_json::{Value, json};

use super::{
    error::{self, Refusal},
    methods::{Parameters, chat_id, field, flag},
    state::{Bot, Message},
    text,
};
use crate::{chance, faults::Provider, ledger::Accepted, world::World};

/// How long a tap can be answered, seconds.
const PATIENCE: i64 = 15 * 60;
/// Longest words of an answer to a tap. Source: Bot API, `answerCallbackQuery`.
const LONGEST_ANSWER: usize = 200;

fn number(parameters: &Parameters) -> Option<i64> {
    let number = parameters.get("message_id");
    number.and_then(super::api::number)
}

fn own_message<'a>(bot: &'a mut Bot, parameters: &Parameters) -> Result<&'a mut Message, Refusal> {
    let chat = chat_id(parameters)?;
    let connection = field(parameters, "business_connection_id");
    let number = number(parameters).ok_or(error::NO_MESSAGE)?;
    let message = bot.writable(chat)?.message(number, connection)?;
    if message.author == "bot" {
        Ok(message)
    } else {
        Err(error::NOT_OURS)
    }
}

/// `editMessageText`.
pub(super) fn text(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
) -> Result<Value, Refusal> {
    let mode = field(parameters, "parse_mode");
    let words = text::words(field(parameters, "text").unwrap_or_default(), mode)?;
    let body = text::body(&words, parameters.get("entities"))?;
    let markup = text::inline(parameters.get("reply_markup").cloned())?;
    let message = own_message(bot, parameters)?;
    if message.body == body && message.markup == markup {
        return Err(error::NOT_MODIFIED);
    }
    message.body = body;
    message.markup = markup;
    changed(world, bot, parameters, "edit", &words)
}

/// `editMessageReplyMarkup`.
pub(super) fn keyboard(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
) -> Result<Value, Refusal> {
    let markup = text::inline(parameters.get("reply_markup").cloned())?;
    let message = own_message(bot, parameters)?;
    if message.markup == markup {
        return Err(error::NOT_MODIFIED);
    }
    message.markup = markup;
    let words = message.text().to_owned();
    changed(world, bot, parameters, "markup", &words)
}

/// Writes an edit down and gives the message as it is after it.
fn changed(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
    kind: &'static str,
    words: &str,
) -> Result<Value, Refusal> {
    let (this, account, chat) = (bot.user(), bot.id.to_string(), chat_id(parameters)?);
    let message = own_message(bot, parameters)?;
    message.edited = true;
    let message = message.clone();
    world.accept(&Accepted {
        provider: Provider::Telegram,
        account: &account,
        chat: &chat.to_string(),
        connection: message.connection.as_deref(),
        id: &message.id.to_string(),
        kind,
        text: words,
    });
    let place = bot.writable(chat)?;
    Ok(message.json(place, &this, None))
}

/// `deleteMessage`: in a private chat a bot may take away its own messages and the person's.
pub(super) fn delete(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
) -> Result<Value, Refusal> {
    let (account, chat) = (bot.id.to_string(), chat_id(parameters)?);
    let number = number(parameters).ok_or(error::NOT_DELETED)?;
    let messages = &mut bot.writable(chat)?.messages;
    let there = |message: &Message| message.id == number && message.connection.is_none();
    let at = messages.iter().position(there).ok_or(error::NOT_DELETED)?;
    let gone = messages.remove(at);
    world.accept(&Accepted {
        provider: Provider::Telegram,
        account: &account,
        chat: &chat.to_string(),
        connection: None,
        id: &number.to_string(),
        kind: "delete",
        text: gone.text(),
    });
    Ok(json!(true))
}

/// `answerCallbackQuery`: once, and not after [`PATIENCE`].
pub(super) fn answer(
    world: &World,
    bot: &mut Bot,
    parameters: &Parameters,
) -> Result<Value, Refusal> {
    let id = field(parameters, "callback_query_id").unwrap_or_default();
    let words = field(parameters, "text").unwrap_or_default();
    if words.chars().count() > LONGEST_ANSWER {
        return Err(error::LONG_ANSWER);
    }
    let account = bot.id.to_string();
    let press = bot.presses.get_mut(id).ok_or(error::OLD_QUERY)?;
    if press.answered || chance::now().as_second() - press.at > PATIENCE {
        return Err(error::OLD_QUERY);
    }
    press.answered = true;
    let alert = flag(parameters, "show_alert");
    world.accept(&Accepted {
        provider: Provider::Telegram,
        account: &account,
        chat: &press.chat.to_string(),
        connection: None,
        id,
        kind: if alert { "alert" } else { "answer" },
        text: words,
    });
    Ok(json!(true))
}

impl Bot {
    /// Lets so much time pass for press `id` that it can no longer be answered; `false` when there is none.
    pub(crate) fn outdate(&mut self, id: &str) -> bool {
        let press = self.presses.get_mut(id);
        press.is_some_and(|press| {
            press.at -= PATIENCE + 1;
            true
        })
    }
}
