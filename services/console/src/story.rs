//! A conversation told from the log: what was said, and why.
//!
//! Everything here is folded from events; the read models are only used to find which conversation an id is in.

mod why;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use domain::Conversation;
use eventlog::{EventLog, project::Reader};
use jiff::Timestamp;
use schemas::{
    AggregateKey, EventId, Fold as _, Recorded, ReplyId, ShopId, TurnId,
    conversation::{Actor, ConversationEvent as Event},
};

use crate::trade;

/// Where a story ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// Where the log ends now.
    #[default]
    Now,
    /// Behind this position of the shard.
    Seq(u64),
    /// At this moment.
    Time(Timestamp),
}

/// The events of a conversation, and the state that they lead to.
#[derive(Clone, Debug)]
pub struct Story {
    /// The events, in order.
    pub events: Vec<Recorded<Event>>,
    /// What they fold into.
    pub state: Conversation,
}

impl Story {
    /// Reads a conversation up to `until` and folds it from nothing.
    ///
    /// # Errors
    /// When the log does not answer, or a commit cannot be read.
    pub async fn read(log: &EventLog, key: &AggregateKey, until: Until) -> anyhow::Result<Self> {
        let mut story = Self {
            events: Vec::new(),
            state: Conversation::default(),
        };
        for commit in log.history(key).await? {
            let events = commit
                .decode::<Event>()
                .with_context(|| format!("commit {} of {key} cannot be read", commit.seq))?;
            for recorded in events {
                let within = match until {
                    Until::Now => true,
                    Until::Seq(seq) => recorded.seq <= seq,
                    Until::Time(time) => recorded.meta.time <= time,
                };
                if within {
                    story.state.evolve(&recorded);
                    story.events.push(recorded);
                }
            }
        }
        Ok(story)
    }

    /// What was said, line by line.
    #[must_use]
    pub fn transcript(&self) -> Vec<Line> {
        let mut texts: BTreeMap<(ReplyId, u32), String> = BTreeMap::new();
        let mut lines = Vec::new();
        let replied = self.events.iter();
        let replied = replied.filter(|known| matches!(known.event, Event::SellerReplied(_)));
        let replied: BTreeSet<ReplyId> = replied.map(|known| known.meta.id.into()).collect();
        for recorded in &self.events {
            let (who, text) = match &recorded.event {
                Event::MessageReceived(event) => ("buyer", event.content.text().to_owned()),
                Event::MessageEdited(event) => ("buyer edits", event.content.text().to_owned()),
                Event::MessageDeleted(_) => ("buyer", "takes a message back".to_owned()),
                Event::SellerWrote(event) => ("seller", event.content.text().to_owned()),
                Event::ReplySending(event) => {
                    texts.insert((event.reply, event.part), event.text.clone());
                    continue;
                }
                // A seller's words were told when they were written.
                Event::ReplySent(event) if replied.contains(&event.reply) => continue,
                Event::ReplyEchoed(event) if replied.contains(&event.reply) => continue,
                Event::ReplySent(event) => (
                    "bot",
                    texts.remove(&(event.reply, event.part)).unwrap_or_default(),
                ),
                Event::ReplyEchoed(event) => (
                    "bot",
                    texts.remove(&(event.reply, event.part)).unwrap_or_default(),
                ),
                Event::ReplyUncertain(_) => {
                    ("bot", "nobody knows whether the reply arrived".to_owned())
                }
                Event::HandoffRequested(event) => {
                    ("bot stops", format!("{:?}: {}", event.reason, event.detail))
                }
                Event::BotResumed(event) => ("bot resumes", format!("{:?}", event.reason)),
                Event::DraftSuggested(event) => match &event.text {
                    Some(text) => ("bot would say", text.clone()),
                    None => continue,
                },
                Event::SellerReplied(event) => ("seller", event.text.text().to_owned()),
                Event::ChatTaken(event) => ("seller takes the chat", person(&event.by)),
                Event::ChatGivenBack(event) => ("seller gives it back", person(&event.by)),
                Event::ChatClosed(event) => ("seller closes it", person(&event.by)),
                Event::BuyerMuted(event) => ("seller mutes the buyer", person(&event.by)),
                Event::BuyerUnmuted(event) => ("seller hears the buyer", person(&event.by)),
                Event::HandoffJudged(event) if event.needed => {
                    ("asking was needed", person(&event.by))
                }
                Event::HandoffJudged(event) => ("asking was not needed", person(&event.by)),
                Event::HandoffLabelled(event) => (
                    "labelled",
                    format!("{} by {}", event.intent.as_str(), person(&event.by)),
                ),
                Event::NoticeReceived(event) => ("notice", event.text.text().to_owned()),
                Event::VoiceTranscribed(event) => match &event.text {
                    Some(text) => ("buyer's voice", text.text().to_owned()),
                    None => continue,
                },
                Event::CartChanged(event) => ("cart", trade::cart(&event.cart)),
                Event::OrderSubmitted(event) => {
                    ("buyer orders", trade::order(event.order, &event.terms))
                }
                Event::OrderPlaced(event) if event.approval => (
                    "order waits",
                    format!("{}: {}", event.order.code(), event.because),
                ),
                Event::OrderPlaced(event) => (
                    "order accepted",
                    format!("{}: {}", event.order.code(), event.because),
                ),
                Event::OrderDeclined(event) => (
                    "order declined",
                    format!("{}: sold out", event.order.code()),
                ),
                Event::OrderExpired(event) => ("order expires", event.order.code()),
                Event::OrderCancelled(event) => ("buyer cancels", event.order.code()),
                Event::OrderAmended(event) => {
                    ("seller changes", trade::order(event.order, &event.terms))
                }
                Event::OrderApproved(event) => (
                    "seller approves",
                    format!("{} by {}", event.order.code(), person(&event.by)),
                ),
                Event::OrderRejected(event) => (
                    "seller rejects",
                    format!(
                        "{} by {}: {}",
                        event.order.code(),
                        person(&event.by),
                        event.reason
                    ),
                ),
                Event::OrderMarked(event) => (
                    "seller notes",
                    format!("{}: {}", event.order.code(), trade::mark(&event.mark)),
                ),
                Event::OrderInvoiced(event) => (
                    "invoice",
                    format!("No. {} for {}", event.invoice, event.order.code()),
                ),
                Event::ArmAssigned(event) => (
                    "experiment",
                    format!("{} of {}", event.arm, event.experiment),
                ),
                Event::CheckoutChanged(_)
                | Event::ButtonPressed(_)
                | Event::ModelCalled(_)
                | Event::OfferMade(_)
                | Event::TurnRouted(_)
                | Event::AnswerGiven(_)
                | Event::CannotAnswer(_)
                | Event::ReplyComposed(_)
                | Event::ReplyWithdrawn(_)
                | Event::ReplyFailed(_)
                | Event::ListShown(_) => continue,
            };
            lines.push(Line {
                seq: recorded.seq,
                time: recorded.meta.time,
                id: recorded.meta.id,
                who,
                text,
            });
        }
        lines
    }

    /// The turn that an event belongs to: a message's last turn, or the turn of an answer, reply or receipt.
    #[must_use]
    pub fn turn_of(&self, id: EventId) -> Option<TurnId> {
        let by_reply = |reply: ReplyId| {
            self.events
                .iter()
                .find_map(|recorded| match &recorded.event {
                    Event::ReplyComposed(event) if ReplyId::from(recorded.meta.id) == reply => {
                        Some(event.turn)
                    }
                    _ => None,
                })
        };
        let own = self.events.iter().find(|recorded| recorded.meta.id == id)?;
        match &own.event {
            Event::TurnRouted(_) => Some(own.meta.id.into()),
            Event::AnswerGiven(event) => Some(event.turn),
            Event::CannotAnswer(event) => Some(event.turn),
            Event::ReplyComposed(event) => Some(event.turn),
            Event::ReplyWithdrawn(event) => Some(event.turn),
            Event::HandoffRequested(event) => event.turn,
            Event::ReplySending(event) => by_reply(event.reply),
            Event::ReplySent(event) => by_reply(event.reply),
            Event::ReplyEchoed(event) => by_reply(event.reply),
            Event::ReplyUncertain(event) => by_reply(event.reply),
            Event::ReplyFailed(event) => by_reply(event.reply),
            Event::ListShown(event) => by_reply(event.reply),
            Event::OfferMade(event) => by_reply(event.reply),
            Event::ModelCalled(event) => self.turn_of(event.message),
            Event::VoiceTranscribed(event) => self.turn_of(event.message),
            _ => self
                .events
                .iter()
                .rev()
                .find_map(|recorded| match &recorded.event {
                    Event::TurnRouted(event) if event.messages.contains(&id) => {
                        Some(recorded.meta.id.into())
                    }
                    _ => None,
                }),
        }
    }
}

/// A line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the shard.
    pub seq: u64,
    /// When it was recorded.
    pub time: Timestamp,
    /// The event behind it.
    pub id: EventId,
    /// Who says it.
    pub who: &'static str,
    /// The words.
    pub text: String,
}

/// Where an event stands, by its id, in one shop or in any; `None` when the read models do not hold it (yet).
///
/// # Errors
/// What the database says.
pub async fn find_event(
    reader: &Reader,
    shop: Option<&ShopId>,
    id: EventId,
) -> anyhow::Result<Option<AggregateKey>> {
    let mut rows = match shop {
        Some(shop) => reader.of(shop).await?,
        None => reader.everything().await?,
    };
    let row: Option<(String, Option<uuid::Uuid>)> =
        sqlx::query_as("SELECT shop, conversation FROM event WHERE id = $1")
            .bind(id.uuid())
            .fetch_optional(&mut *rows)
            .await?;
    Ok(row.and_then(|(shop, conversation)| key(&shop, conversation?)))
}

/// The conversation whose message has this id at its provider, or whose own id this is.
///
/// # Errors
/// What the database says.
pub async fn find_conversation(
    reader: &Reader,
    name: &str,
) -> anyhow::Result<Option<AggregateKey>> {
    let mut rows = reader.everything().await?;
    let row: Option<(String, uuid::Uuid)> = sqlx::query_as(
        "SELECT shop, id FROM conversation WHERE id::text = $1 OR chat = $1 UNION ALL \
         SELECT shop, conversation FROM message WHERE provider_id = $1 LIMIT 1",
    )
    .bind(name)
    .fetch_optional(&mut *rows)
    .await?;
    Ok(row.and_then(|(shop, conversation)| key(&shop, conversation)))
}

fn key(shop: &str, conversation: uuid::Uuid) -> Option<AggregateKey> {
    let shop = ShopId::new(shop).ok()?;
    Some(AggregateKey::conversation(
        &shop,
        schemas::ConversationId::from_uuid(conversation),
    ))
}

/// Who of the shop, for people.
fn person(by: &Actor) -> String {
    match by {
        Actor::Telegram(seller) => format!("Telegram user {seller}"),
        Actor::Console(name) => name.clone(),
    }
}
