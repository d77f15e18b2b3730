//! Accounts, chats and messages as Avito keeps them.

use std::collections::{BTreeMap, HashMap, HashSet};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::Refusal;
use crate::chance;

/// An account that exists from the start. Once one has credentials, only known credentials get tokens, and a token
/// opens its own account only; without any, every pair of credentials opens every account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvitoAccount {
    /// Its numeric id.
    pub user_id: u64,
    /// Its name.
    pub name: String,
    /// `client_id` and `client_secret`.
    pub credentials: Option<(String, String)>,
    /// Where its webhooks go, until another URL is registered.
    pub webhook: Option<String>,
}

/// Every account, and the tokens given out.
#[derive(Default)]
pub(crate) struct Accounts {
    by_id: BTreeMap<u64, Account>,
    tokens: HashMap<String, Option<u64>>,
    expired: HashSet<String>,
    expired_status: StatusCode,
    history_object: bool,
    default_webhook: Option<String>,
}

pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) name: String,
    credentials: Option<(String, String)>,
    pub(crate) webhook: Option<String>,
    pub(crate) chats: BTreeMap<String, Chat>,
    pub(crate) images: HashMap<String, Value>,
    /// What voice notes say, by id; the words are the file.
    pub(crate) voices: HashMap<String, String>,
    pub(crate) blacklist: Vec<Value>,
}

pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) item: Option<u64>,
    pub(crate) title: String,
    pub(crate) price: Option<String>,
    pub(crate) owner: u64,
    pub(crate) buyer: u64,
    pub(crate) buyer_name: String,
    pub(crate) created: i64,
    pub(crate) messages: Vec<Message>,
}

#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) author: u64,
    pub(crate) created: i64,
    pub(crate) kind: String,
    pub(crate) content: Value,
    pub(crate) read: bool,
}

impl Accounts {
    pub(crate) fn new(accounts: Vec<AvitoAccount>, default_webhook: Option<String>) -> Self {
        let mut all = Self {
            expired_status: StatusCode::FORBIDDEN,
            default_webhook,
            ..Self::default()
        };
        for seed in accounts {
            all.seed(seed);
        }
        all
    }

    /// Makes an account as declared, or changes it.
    pub(crate) fn seed(&mut self, seed: AvitoAccount) {
        let account = self.account(seed.user_id);
        account.credentials = seed.credentials;
        account.webhook = seed.webhook.or_else(|| account.webhook.take());
        if !seed.name.is_empty() {
            account.name = seed.name;
        }
    }

    /// The account, made when it is new.
    pub(crate) fn account(&mut self, id: u64) -> &mut Account {
        let webhook = &self.default_webhook;
        self.by_id.entry(id).or_insert_with(|| Account {
            id,
            name: format!("Магазин {id}"),
            credentials: None,
            webhook: webhook.clone(),
            chats: BTreeMap::new(),
            images: HashMap::new(),
            voices: HashMap::new(),
            blacklist: Vec::new(),
        })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        self.by_id.values()
    }

    /// A token for these credentials; `None` when they are nobody's.
    pub(crate) fn issue(&mut self, id: &str, secret: &str) -> Option<String> {
        let closed = self
            .by_id
            .values()
            .any(|account| account.credentials.is_some());
        let owner = self.by_id.values().find(|account| {
            let theirs = account.credentials.as_ref();
            theirs.is_some_and(|(their_id, theirs)| their_id == id && theirs == secret)
        });
        let owner = owner.map(|account| account.id);
        if owner.is_none() && (closed || id.is_empty() || secret.is_empty()) {
            return None;
        }
        let token = chance::hex32();
        self.tokens.insert(token.clone(), owner);
        Some(token)
    }

    pub(crate) fn expire_tokens(&mut self, status: u16) {
        let dead = self.tokens.drain().map(|(token, _)| token);
        self.expired.extend(dead);
        self.expired_status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
    }

    pub(crate) fn set_history_object(&mut self, object: bool) {
        self.history_object = object;
    }

    /// The account that a token opens. `wanted`: the one in the path.
    pub(crate) fn open(
        &mut self,
        token: Option<&str>,
        wanted: Option<u64>,
    ) -> Result<&mut Account, Refusal> {
        let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
        if self.expired.contains(token) {
            return Err(self.expired_status.into());
        }
        let owner = *self.tokens.get(token).ok_or(StatusCode::FORBIDDEN)?;
        let first = self.by_id.keys().next().copied();
        match (owner, wanted) {
            (Some(owner), Some(wanted)) if owner != wanted => Err(StatusCode::FORBIDDEN.into()),
            (owner, wanted) => {
                let id = wanted.or(owner).or(first).ok_or(StatusCode::FORBIDDEN)?;
                Ok(self.account(id))
            }
        }
    }

    pub(crate) fn webhook_of(&self, account: &str) -> Option<String> {
        let id: u64 = account.parse().ok()?;
        self.by_id.get(&id)?.webhook.clone()
    }

    pub(crate) const fn history_is_object(&self) -> bool {
        self.history_object
    }
}

impl Account {
    /// Keeps a voice note that says `words` and returns the content of its message.
    pub(crate) fn keep_voice(&mut self, words: &str) -> Value {
        let id = chance::hex32();
        let content = json!({"voice": {"voice_id": id}});
        self.voices.insert(id, words.to_owned());
        content
    }

    pub(crate) fn chat(&mut self, id: &str) -> Result<&mut Chat, Refusal> {
        self.chats
            .get_mut(id)
            .ok_or_else(|| StatusCode::NOT_FOUND.into())
    }
}

impl Chat {
    /// The kind of chat: the beginning of its id.
    pub(crate) fn kind(&self) -> &str {
        self.id.split('-').next().unwrap_or("u2i")
    }

    pub(crate) fn updated(&self) -> i64 {
        self.messages
            .last()
            .map_or(self.created, |last| last.created)
    }

    /// Whether the other side wrote something that `account` has not read.
    pub(crate) fn unread(&self, account: u64) -> bool {
        let mut messages = self.messages.iter();
        messages.any(|message| message.author != account && !message.read)
    }

    pub(crate) fn push(&mut self, author: u64, kind: &str, content: Value) -> Message {
        let message = Message {
            id: chance::hex32(),
            author,
            created: chance::now().as_second(),
            kind: kind.to_owned(),
            content,
            read: false,
        };
        self.messages.push(message.clone());
        message
    }

    /// The chat as reading operations give it.
    pub(crate) fn json(&self, account: &Account) -> Value {
        let mut chat = json!({
            "id": self.id,
            "created": self.created,
            "updated": self.updated(),
            "users": [
                {"id": self.buyer, "name": self.buyer_name, "parsing_allowed": true,
                 "public_user_profile": {"user_id": self.buyer, "item_id": self.item.unwrap_or(0),
                    "avatar": {"default": "https://img.example/avatar.png", "images": {}},
                    "url": format!("https://avito.ru/user/{}/profile", self.buyer)}},
                {"id": account.id, "name": account.name},
            ],
            "last_message": self.messages.last().map(|last| last.last_json(account.id)),
        });
        if let (Some(item), Some(chat)) = (self.item, chat.as_object_mut()) {
            let price = self
                .price
                .as_ref()
                .map(|price| price.replace(' ', "\u{a0}"));
            let value = json!({
                "id": item, "title": self.title, "user_id": self.owner, "status_id": 4,
                "images": {"main": {"140x105": "https://img.example/140x105.jpg"}, "count": 1},
                "price_string": price,
                "url": format!("https://avito.ru/moskva/tovary_{item}"),
                "location": {"title": "Москва", "lat": 55.75, "lon": 37.61},
            });
            chat.insert(
                "context".to_owned(),
                json!({"type": "item", "value": value}),
            );
        }
        chat
    }
}

impl Message {
    const fn direction(&self, account: u64) -> &'static str {
        if self.author == account { "out" } else { "in" }
    }

    /// The message as history gives it.
    pub(crate) fn history_json(&self, account: u64) -> Value {
        json!({
            "id": self.id, "author_id": self.author, "created": self.created,
            "direction": self.direction(account), "type": self.kind, "content": self.content,
            "is_read": self.read, "read": Value::Null,
        })
    }

    /// The message as the answer to sending gives it.
    pub(crate) fn sent_json(&self) -> Value {
        let mut sent = json!({
            "id": self.id, "created": self.created, "direction": "out", "type": self.kind,
            "content": self.content,
        });
        if let (true, Some(sent)) = (self.kind == "image", sent.as_object_mut()) {
            sent.insert("author_id".to_owned(), json!(self.author));
        }
        sent
    }

    fn last_json(&self, account: u64) -> Value {
        json!({
            "id": self.id, "author_id": self.author, "created": self.created,
            "content": self.content, "type": self.kind, "direction": self.direction(account),
            "delivered": self.created,
        })
    }

    pub(crate) fn text(&self) -> &str {
        let text = self.content.get("text").and_then(Value::as_str);
        text.unwrap_or_default()
    }
}
