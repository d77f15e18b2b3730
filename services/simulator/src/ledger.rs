//! What the stand-ins really accepted and really delivered. Append-only: the truth that tests compare against.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{chance, faults::Provider};

/// One effect that a call had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position in the ledger, from 1.
    pub seq: u64,
    /// Who accepted it.
    pub provider: Provider,
    /// Avito account or Telegram bot.
    pub account: String,
    /// The chat.
    pub chat: String,
    /// Telegram: the business connection it was sent through.
    pub connection: Option<String>,
    /// The provider's id of the message.
    pub id: String,
    /// `text`, `image`, `document`, `edit`, `markup` (only the buttons changed), `delete`, `answer` to a tap or `alert`,
    /// an answer that has to be closed; of these two, the id is the tap's.
    pub kind: String,
    /// The words: text, caption or file name.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// The how manieth time the same words were accepted in this chat, from 1. More than 1 is a repeat.
    pub attempt: u32,
}

/// What is new about an entry.
pub(crate) struct Accepted<'a> {
    pub(crate) provider: Provider,
    pub(crate) account: &'a str,
    pub(crate) chat: &'a str,
    pub(crate) connection: Option<&'a str>,
    pub(crate) id: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) text: &'a str,
}

/// One attempt to deliver a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Whose webhook.
    pub provider: Provider,
    /// Avito account or Telegram bot.
    pub account: String,
    /// The chat.
    pub chat: String,
    /// Avito: the message's id. Telegram: the update's number.
    pub about: String,
    /// From 1.
    pub attempt: u32,
    /// What was answered; `None` when nothing was, or when the webhook was dropped on purpose.
    pub status: Option<u16>,
    /// Why nothing was answered.
    pub problem: Option<String>,
    /// The answer's `Torg-Event-Id`.
    pub event_id: Option<String>,
    /// How long the answer took.
    pub took_ms: u64,
    /// When it was sent.
    pub at: Timestamp,
}

/// How many calls of one operation were answered with one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Who was called.
    pub provider: Provider,
    /// The operation.
    pub operation: String,
    /// The status; 0: the connection was cut.
    pub status: u16,
    /// How many.
    pub count: u64,
}

#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    repeats: HashMap<(Provider, String, String, String), u32>,
    deliveries: Vec<Delivered>,
    calls: BTreeMap<(Provider, String, u16), u64>,
}

impl Ledger {
    pub(crate) fn accept(&mut self, what: &Accepted<'_>) {
        let attempt = if matches!(what.kind, "edit" | "markup" | "delete" | "answer" | "alert") {
            1
        } else {
            let key = (
                what.provider,
                what.account.to_owned(),
                what.chat.to_owned(),
                format!("{} {}", what.kind, what.text),
            );
            let times = self.repeats.entry(key).or_default();
            *times = times.saturating_add(1);
            *times
        };
        let seq = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        self.entries.push(Entry {
            seq: seq.saturating_add(1),
            provider: what.provider,
            account: what.account.to_owned(),
            chat: what.chat.to_owned(),
            connection: what.connection.map(str::to_owned),
            id: what.id.to_owned(),
            kind: what.kind.to_owned(),
            text: what.text.to_owned(),
            at: chance::now(),
            attempt,
        });
    }

    pub(crate) fn deliver(&mut self, delivered: Delivered) {
        self.deliveries.push(delivered);
    }

    pub(crate) fn count(&mut self, provider: Provider, operation: &str, status: u16) {
        let key = (provider, operation.to_owned(), status);
        let count = self.calls.entry(key).or_default();
        *count = count.saturating_add(1);
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn deliveries(&self) -> &[Delivered] {
        &self.deliveries
    }

    pub(crate) fn calls(&self) -> Vec<Calls> {
        let row =
            |((provider, operation, status), count): (&(Provider, String, u16), &u64)| Calls {
                provider: *provider,
                operation: operation.clone(),
                status: *status,
                count: *count,
            };
        self.calls.iter().map(row).collect()
    }
}
