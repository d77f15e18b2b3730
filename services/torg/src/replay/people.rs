//! Who a report is about: the names by which people know its conversations. They are no part of the report.

use std::collections::BTreeMap;

use console::names::Names;
use eventlog::EventLog;
use schemas::{AggregateKey, ConversationId, conversation::ConversationEvent as Event};
use serde::{Deserialize, Serialize};

use super::report::Report;

/// How much of a chat's or a conversation's id stands for it.
const TAIL: usize = 4;
const HEAD: usize = 8;

/// The buyers of a report's conversations, as they were called by then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct People(BTreeMap<ConversationId, Person>);

/// A buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    channel: String,
    /// The name, when the provider told one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The end of the chat's id, by which buyers without a name are told apart.
    chat: String,
}

impl People {
    /// Finds out who a report is about: of each conversation what was known up to the last turn that is told.
    ///
    /// # Errors
    /// When the log does not answer.
    pub(crate) async fn of(log: &EventLog, report: &Report) -> anyhow::Result<Self> {
        let mut ends: BTreeMap<ConversationId, u64> = BTreeMap::new();
        for turn in &report.turns {
            let end = ends.entry(turn.conversation).or_default();
            *end = turn.seq.max(*end);
        }
        let unread = report.unread.iter();
        let others = unread.filter_map(|one| one.conversation.parse().ok());
        for id in others.chain(report.asked.conversation) {
            ends.entry(id).or_insert(u64::MAX);
        }
        let mut people = BTreeMap::new();
        for (id, end) in ends {
            let key = AggregateKey::conversation(&report.asked.shop, id);
            let commits = log.history(&key).await?;
            let before = commits.iter().filter(|commit| commit.seq <= end);
            // What cannot be read is told of in the report, and names nobody here.
            let events = before.filter_map(|commit| commit.decode::<Event>().ok());
            if let Some(person) = events.flatten().fold(None, |known, recorded| {
                Person::known(known, &recorded.event)
            }) {
                people.insert(id, person);
            }
        }
        Ok(Self(people))
    }

    /// What people call a conversation.
    pub(crate) fn name(&self, id: ConversationId, names: &Names) -> String {
        let Some(person) = self.0.get(&id) else {
            return id.to_string().chars().take(HEAD).collect();
        };
        let channel = names.channel(&person.channel);
        match &person.name {
            Some(name) => format!("{name} · {channel}"),
            None => format!("{} …{} · {channel}", names.no_name(), person.chat),
        }
    }
}

impl Person {
    fn known(known: Option<Self>, event: &Event) -> Option<Self> {
        let Event::MessageReceived(message) = event else {
            return known;
        };
        let name = message.buyer_name.as_ref().map(|name| name.text().trim());
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        let address = &message.address;
        let skip = address.chat.chars().count().saturating_sub(TAIL);
        Some(Self {
            channel: address.channel.as_str().to_owned(),
            name: name.or(known.and_then(|known| known.name)),
            chat: address.chat.chars().skip(skip).collect(),
        })
    }
}
