//! What was said in a chat, from its history.

use std::sync::Arc;

use domain::Conversation;
use eventlog::{EventLog, LogError};
use jiff::Timestamp;
use schemas::{
    AggregateKey, ReplyId,
    conversation::{ConversationEvent as Event, ReplyKind},
};

/// A chat as the shop's people need to see it.
pub(crate) struct Chat {
    /// Its state.
    pub(crate) state: Arc<Conversation>,
    /// The name that the provider gives for the buyer.
    pub(crate) buyer: Option<String>,
    /// What was said, oldest first.
    pub(crate) lines: Vec<Line>,
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
                    _ => {}
                }
            }
        }
        Ok(chat)
    }

    fn says(&mut self, side: Side, text: &str, at: Timestamp) {
        let text = text.to_owned();
        self.lines.push(Line { side, text, at });
    }
}
