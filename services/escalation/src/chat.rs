//! What was said in a chat, from its history.

use std::{collections::HashMap, sync::Arc};

use domain::Conversation;
use eventlog::{EventLog, LogError};
use jiff::Timestamp;
use schemas::{
    AggregateKey, OrderId, ReplyId,
    conversation::{ConversationEvent as Event, OrderTerms, ReplyKind, Shortage},
};

/// A chat as the shop's people need to see it.
pub(crate) struct Chat {
    /// Its state.
    pub(crate) state: Arc<Conversation>,
    /// The name that the provider gives for the buyer.
    pub(crate) buyer: Option<String>,
    /// What was said, oldest first.
    pub(crate) lines: Vec<Line>,
    /// What the buyer said yes to, and what came of sellers' changes since.
    pub(crate) trails: HashMap<OrderId, Trail>,
}

/// What an order was before sellers changed it.
pub(crate) struct Trail {
    /// What the buyer said yes to.
    pub(crate) agreed: OrderTerms,
    /// What is missing for the newest change, which was not made for that.
    pub(crate) short: Vec<Shortage>,
}

/// Something that was said.
pub(crate) struct Line {
    /// Who said it.
    pub(crate) side: Side,
    /// The words; empty when there is nothing that can be read.
    pub(crate) text: String,
    /// When it was recorded.
    pub(crate) at: Timestamp,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The buyer.
    Buyer,
    /// The bot.
    Bot,
    /// Somebody of the shop.
    Seller,
}

impl Chat {
    /// Reads the chat whose history is `key`.
    pub(crate) async fn read(log: &EventLog, key: &AggregateKey) -> Result<Self, LogError> {
        let mut chat = Self {
            state: log.load::<Conversation>(key).await?.state,
            buyer: None,
            lines: Vec::new(),
            trails: HashMap::new(),
        };
        // Replies that stand in the chat by another event, and the notice that the seller is asked: sellers know.
        let mut aside: Vec<ReplyId> = Vec::new();
        for commit in log.history(key).await? {
            // A newer build may have written it: what can be read is shown.
            let Ok(events) = commit.decode::<Event>() else {
                continue;
            };
            for recorded in events {
                let (at, reply) = (recorded.meta.time, recorded.meta.id.into());
                match recorded.event {
                    Event::MessageReceived(event) => {
                        if let Some(name) = event.buyer_name {
                            chat.buyer = Some(name.text().to_owned());
                        }
                        chat.says(Side::Buyer, event.content.text(), at);
                    }
                    Event::VoiceTranscribed(event) => {
                        if let Some(text) = event.text {
                            chat.says(Side::Buyer, text.text(), at);
                        }
                    }
                    Event::SellerWrote(event) => chat.says(Side::Seller, event.content.text(), at),
                    Event::SellerReplied(event) => {
                        aside.push(reply);
                        chat.says(Side::Seller, event.text.text(), at);
                    }
                    Event::ReplyComposed(event) if event.kind == ReplyKind::HandoffNotice => {
                        aside.push(reply);
                    }
                    Event::ReplySending(event) if !aside.contains(&event.reply) => {
                        chat.says(Side::Bot, &event.text, at);
                    }
                    Event::OrderSubmitted(event) => {
                        let trail = Trail {
                            agreed: event.terms,
                            short: Vec::new(),
                        };
                        chat.trails.insert(event.order, trail);
                    }
                    Event::OrderAmended(event) => chat.is_short_of(event.order, Vec::new()),
                    Event::OrderDeclined(event) => chat.is_short_of(event.order, event.short),
                    _ => {}
                }
            }
        }
        Ok(chat)
    }

    fn is_short_of(&mut self, order: OrderId, short: Vec<Shortage>) {
        if let Some(trail) = self.trails.get_mut(&order) {
            trail.short = short;
        }
    }

    fn says(&mut self, side: Side, text: &str, at: Timestamp) {
        let text = text.to_owned();
        self.lines.push(Line { side, text, at });
    }
}
