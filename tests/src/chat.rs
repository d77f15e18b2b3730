//! One buyer in one chat, and the seller beside them.

use std::{collections::HashMap, time::Duration};

use console::story::{Story, Until};
use domain::{Conversation, Owner};
use eventlog::EventLog;
use schemas::{AggregateKey, ConversationId};
use serde_json::{Value, json};
use simulator::{AvitoMessage, Control, Filter, Provider, TelegramMessage};

use crate::{AVITO, BOT, World, events, record, shop::shop, until};

/// Which provider a buyer writes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Avito.
    Avito,
    /// Telegram.
    Telegram,
    /// The web chat.
    Web,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Avito, Self::Telegram, Self::Web];

    fn place(self, number: u32) -> (&'static str, String, String) {
        match self {
            Self::Avito => ("avito", AVITO.to_string(), format!("u2i-{number}")),
            Self::Telegram => ("telegram", BOT.to_string(), format!("{}", 700_000 + number)),
            Self::Web => ("web", "web".to_owned(), format!("web-chat-{number}")),
        }
    }
}

/// One buyer in one chat.
pub struct Chat {
    channel: Channel,
    /// The provider's id of the chat.
    pub id: String,
    /// Its history.
    pub key: AggregateKey,
    log: EventLog,
    control: Control,
    ingest: String,
    http: reqwest::Client,
    item: Option<u64>,
    connection: Option<String>,
    heard: usize,
}

impl Chat {
    pub(crate) fn new(world: &World, channel: Channel, number: u32) -> Self {
        let (name, account, id) = channel.place(number);
        let shop = shop();
        let conversation = ConversationId::of(&shop, name, &account, &id);
        Self {
            channel,
            key: AggregateKey::conversation(&shop, conversation),
            id,
            log: world.log.clone(),
            control: world.control().clone(),
            ingest: world.ingest(),
            http: reqwest::Client::new(),
            item: None,
            connection: None,
            heard: 0,
        }
    }

    /// The chat is about this advertisement of Avito's.
    #[must_use]
    pub fn about(mut self, item: u64) -> Self {
        self.item = Some(item);
        self
    }

    /// The chat is the seller's own at Telegram, which the bot is attached to by this connection.
    #[must_use]
    pub fn through(mut self, connection: String) -> Self {
        self.connection = Some(connection);
        self
    }

    fn on_telegram(&self, message: TelegramMessage, seller: bool) -> i64 {
        let message = TelegramMessage {
            connection: self.connection.clone(),
            seller,
            ..message
        };
        let number = self.control.telegram_write(BOT, self.number(), &message);
        number.unwrap()
    }

    /// The chat's number at Telegram.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.id.parse().unwrap()
    }

    /// The buyer writes; returns the provider's id of the message. On the web it is taken in then, elsewhere the
    /// webhook is on its way.
    pub async fn buyer(&self, text: &str) -> String {
        match self.channel {
            Channel::Avito => {
                let message = AvitoMessage {
                    item_id: self.item,
                    ..AvitoMessage::text(text)
                };
                self.control.avito_write(AVITO, &self.id, &message)
            }
            Channel::Telegram => {
                let number = self.on_telegram(TelegramMessage::text(text), false);
                number.to_string()
            }
            Channel::Web => {
                let id = boot::id::random().to_string();
                assert_eq!(self.write_on_web(text, &id).await.unwrap(), 200);
                id
            }
        }
    }

    /// The buyer speaks: a voice note with these words, on its way. The web chat has none.
    ///
    /// # Panics
    /// On the web chat.
    pub fn speaks(&self, words: &str) {
        match self.channel {
            Channel::Avito => {
                let message = AvitoMessage::voice(words);
                self.control.avito_write(AVITO, &self.id, &message);
            }
            Channel::Telegram => {
                self.on_telegram(TelegramMessage::voice(words), false);
            }
            Channel::Web => panic!("the web chat has no voice notes"),
        }
    }

    /// Posts a message to the web chat under the sender's own id; the status of the answer, if there was one.
    pub async fn write_on_web(&self, text: &str, id: &str) -> Option<u16> {
        let url = format!("{}/chat/{}/messages", self.ingest, shop());
        let body = json!({"text": text, "chat": self.id, "id": id});
        let answer = self.http.post(url).json(&body).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    /// The seller writes in the provider's own app.
    ///
    /// # Panics
    /// On the web chat, which has none, and at Telegram when the chat is not the seller's own.
    pub fn seller(&self, text: &str) -> String {
        match self.channel {
            Channel::Avito => {
                let message = AvitoMessage {
                    author: Some(AVITO),
                    ..AvitoMessage::text(text)
                };
                self.control.avito_write(AVITO, &self.id, &message)
            }
            Channel::Telegram => {
                let number = self.on_telegram(TelegramMessage::text(text), true);
                number.to_string()
            }
            Channel::Web => panic!("the web chat has no app"),
        }
    }

    /// Waits for the next reply, checks that it holds every part, and waits until nothing is left to do in this chat.
    ///
    /// # Panics
    /// When no reply comes, or it says something else.
    pub async fn expect_reply(&mut self, parts: &[&str]) -> String {
        let place = self.heard;
        let reply = until("a reply arrives", || async {
            self.replies().await.into_iter().nth(place)
        });
        let reply = plain(&reply.await);
        self.heard += 1;
        // A name that is quoted has other quotation marks inside than the sheet.
        let unquoted = reply.replace('„', "«").replace('“', "»");
        for part in parts {
            if !reply.contains(part) && !unquoted.contains(part) {
                panic!("no {part:?} in {reply:?}\n{}", self.why().await);
            }
        }
        self.until_rest().await;
        reply
    }

    /// Why the last turn ended as it did, for people.
    async fn why(&self) -> String {
        let Ok(story) = Story::read(&self.log, &self.key, Until::Now).await else {
            return String::new();
        };
        let last = story
            .events
            .iter()
            .rev()
            .find_map(|event| story.turn_of(event.meta.id));
        let steps = last.map_or_else(Vec::new, |turn| story.why(turn));
        let lines = steps
            .into_iter()
            .map(|(what, lines)| format!("{what}: {}", lines.join("\n  ")));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Waits until everything that was said has been dealt with.
    pub async fn until_rest(&self) {
        until("the conversation is at rest", || async {
            let state = self.state().await;
            let answered = state.pending().is_empty() || state.owner() != Owner::Bot;
            let quiet = state.turn().is_none() && state.outbox().is_empty();
            (answered && quiet && state.address().is_some()).then_some(())
        })
        .await;
    }

    /// Waits until the log has an event of this type, as `reply_sending`.
    pub async fn until_event(&self, name: &str) {
        self.until_events(name, 1).await;
    }

    /// Waits until the log has so many events of this type.
    pub async fn until_events(&self, name: &str, count: usize) {
        until(name, || async {
            (self.count(name).await >= count).then_some(())
        })
        .await;
    }

    /// How many events of this type the log has.
    pub async fn count(&self, name: &str) -> usize {
        let name = format!("torg.conversation.{name}.v1");
        let events = events(&self.log, &self.key).await;
        events.iter().filter(|event| event["type"] == name).count()
    }

    /// The events of the conversation, whole.
    pub async fn events(&self) -> Vec<Value> {
        events(&self.log, &self.key).await
    }

    /// The conversation as a snapshot shows it.
    pub async fn record(&self) -> String {
        record(&self.log, &self.key).await
    }

    /// What the conversation's events fold into.
    pub async fn state(&self) -> Conversation {
        let story = Story::read(&self.log, &self.key, Until::Now).await;
        story.map(|story| story.state).unwrap_or_default()
    }

    /// What the buyer was sent, in order: the provider's ledger, or the web chat's page.
    pub async fn replies(&self) -> Vec<String> {
        let provider = match self.channel {
            Channel::Avito => Provider::Avito,
            Channel::Telegram => Provider::Telegram,
            Channel::Web => return self.page().await,
        };
        let ledger = self.control.ledger(&Filter {
            provider: Some(provider),
            chat: Some(self.id.clone()),
            ..Filter::default()
        });
        ledger.into_iter().map(|entry| entry.text).collect()
    }

    /// What the shop said on the page, read as a browser does, by the position that names each line.
    async fn page(&self) -> Vec<String> {
        let url = format!("{}/chat/{}/stream?chat={}", self.ingest, shop(), self.id);
        let Ok(mut stream) = self.http.get(url).send().await else {
            return Vec::new();
        };
        let mut text = Vec::new();
        let quiet = Duration::from_millis(300);
        while let Ok(Ok(Some(bytes))) = tokio::time::timeout(quiet, stream.chunk()).await {
            text.extend_from_slice(&bytes);
        }
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
        let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let said = lines.filter(|line| line["from"] == "shop");
        said.map(|line| line["text"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The trace ids of the conversation's events, by the message that began their chain, in order. An echo is a
    /// webhook with a trace of its own, and left out.
    pub async fn traces(&self) -> HashMap<String, Vec<String>> {
        let mut traces: HashMap<String, Vec<String>> = HashMap::new();
        for event in self.events().await {
            if event["type"] == "torg.conversation.reply_echoed.v1" {
                continue;
            }
            let chain = event["correlationid"].as_str().unwrap().to_owned();
            let parent = event["traceparent"].as_str().unwrap_or_default();
            let trace = parent.split('-').nth(1).unwrap_or_default().to_owned();
            traces.entry(chain).or_default().push(trace);
        }
        traces
    }
}

/// A text with ordinary spaces.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}
