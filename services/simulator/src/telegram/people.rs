//! What people do in Telegram: write, press, change, take back, block.

use serde_json::{Value, json};

use super::{
    error::{NO_CONNECTION, NO_REPLIED, Refusal},
    state::{Bot, Chat, Message, Press},
};
use crate::{chance, post::Letter};

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// The person whom the chat is with.
    Buyer,
    /// The owner of the business connection.
    Seller,
}

/// What was written, and the webhook's letter about it.
pub(crate) struct Written {
    pub(crate) number: i64,
    pub(crate) letter: Option<Letter>,
}

impl Bot {
    /// The owner of `connection`, as messages name them.
    fn owner(&self, connection: &str) -> Result<Value, Refusal> {
        let (id, name) = self.connections.get(connection).ok_or(NO_CONNECTION)?;
        Ok(json!({"id": id, "is_bot": false, "first_name": name}))
    }

    /// Attaches the bot to the account of `owner`.
    pub(crate) fn connect(&mut self, owner: i64, name: &str) -> (String, Option<Letter>) {
        let id = format!("bc{}", chance::hex32());
        self.connections
            .insert(id.clone(), (owner, name.to_owned()));
        let body = json!({
            "id": id, "user": {"id": owner, "is_bot": false, "first_name": name},
            "user_chat_id": owner, "date": chance::now().as_second(), "is_enabled": true,
            "rights": {"can_reply": true, "can_read_messages": true},
        });
        let letter = self.update("business_connection", owner, &body);
        (id, letter)
    }

    /// Somebody writes `body` in the chat with `chat`.
    pub(crate) fn write(
        &mut self,
        chat: i64,
        author: Author,
        connection: Option<&str>,
        reply_to: Option<i64>,
        body: Value,
    ) -> Result<Written, Refusal> {
        let owner = connection.map(|id| self.owner(id)).transpose()?;
        if author == Author::Seller && owner.is_none() {
            return Err(NO_CONNECTION);
        }
        let bot = self.user();
        let quote = |place: &Chat, to| place.quote(to, connection, &bot).ok_or(NO_REPLIED);
        let reply = reply_to.map(|to| quote(self.chat(chat), to)).transpose()?;
        let number = self.number(connection.is_some());
        let place = self.chat(chat);
        let message = Message {
            id: number,
            connection: connection.map(str::to_owned),
            author: if author == Author::Buyer {
                "buyer"
            } else {
                "seller"
            },
            date: chance::now().as_second(),
            body,
            markup: None,
            reply,
            silent: false,
            edited: false,
        };
        place.messages.push(message.clone());
        let from = match (author, owner) {
            (Author::Seller, Some(owner)) => owner,
            _ => place.person(),
        };
        let json = message.json(place, &from, None);
        let kind = if connection.is_some() {
            "business_message"
        } else {
            "message"
        };
        let letter = self.update(kind, chat, &json);
        Ok(Written { number, letter })
    }

    /// The person changes a message of theirs.
    pub(crate) fn edit(
        &mut self,
        chat: i64,
        number: i64,
        connection: Option<&str>,
        body: Value,
    ) -> Result<Option<Letter>, Refusal> {
        let place = self.chat(chat);
        let message = place.message(number, connection)?;
        message.body = body;
        message.edited = true;
        let message = message.clone();
        let json = message.json(place, &place.person(), None);
        let business = message.connection.is_some();
        let kind = if business {
            "edited_business_message"
        } else {
            "edited_message"
        };
        Ok(self.update(kind, chat, &json))
    }

    /// Takes messages back. A bot only hears of it in business chats.
    pub(crate) fn take_back(
        &mut self,
        chat: i64,
        numbers: &[i64],
        connection: Option<&str>,
    ) -> Option<Letter> {
        let place = self.chat(chat);
        let gone: Vec<Message> = place
            .messages
            .extract_if(.., |message| {
                numbers.contains(&message.id) && message.connection.as_deref() == connection
            })
            .collect();
        let connection = connection.filter(|_| !gone.is_empty())?;
        let ids: Vec<i64> = gone.iter().map(|message| message.id).collect();
        let body = json!({
            "business_connection_id": connection, "chat": place.short(), "message_ids": ids,
        });
        self.update("deleted_business_messages", chat, &body)
    }

    /// The person presses the button with `data` under message `number`; `reachable`: the message comes along whole.
    pub(crate) fn press(
        &mut self,
        chat: i64,
        number: i64,
        data: &str,
        reachable: bool,
    ) -> Result<(String, Option<Letter>), Refusal> {
        let bot = self.user();
        let place = self.chat(chat);
        let person = place.person();
        let message = place.message(number, None)?.clone();
        let shown = if reachable {
            message.json(place, &bot, None)
        } else {
            json!({"chat": place.short(), "message_id": number, "date": 0})
        };
        let id = chance::below(u64::MAX).to_string();
        let body = json!({
            "id": id, "from": person, "message": shown, "chat_instance": "-42", "data": data,
        });
        let press = Press {
            chat,
            at: chance::now().as_second(),
            answered: false,
        };
        self.presses.insert(id.clone(), press);
        let letter = self.update("callback_query", chat, &body);
        Ok((id, letter))
    }

    /// The person blocks the bot, or lets it in again.
    pub(crate) fn block(&mut self, chat: i64, blocked: bool) -> Option<Letter> {
        let bot = self.user();
        let place = self.chat(chat);
        place.blocked = blocked;
        let (old, new) = if blocked {
            ("member", "kicked")
        } else {
            ("kicked", "member")
        };
        let body = json!({
            "chat": place.short(), "from": place.person(), "date": chance::now().as_second(),
            "old_chat_member": {"user": bot, "status": old},
            "new_chat_member": {"user": bot, "status": new},
        });
        self.update("my_chat_member", chat, &body)
    }
}
