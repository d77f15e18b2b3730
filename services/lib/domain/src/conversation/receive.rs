//! What ingest records. Outside facts are never refused; a repeat of one adds nothing.

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, ProviderId,
    conversation::{
        ButtonPressed, ChatAddress, Content, ConversationEvent, MessageDeleted, MessageEdited,
        MessageReceived, NoticeReceived, ReplyEchoed, SellerWrote,
    },
};

use super::{Conversation, Outgoing, Progress, digest, evolve::edit_aspect};

/// What a provider tells about a chat.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// The buyer wrote.
    Message(MessageReceived),
    /// The buyer changed a message.
    Edited(MessageEdited),
    /// The buyer took a message back.
    Deleted(MessageDeleted),
    /// Something that nobody answers.
    Notice(NoticeReceived),
    /// The buyer pressed a button.
    Button(ButtonPressed),
    /// A message from the shop's side: an echo of ours, or the seller's own words.
    Own(OwnMessage),
}

/// A message from the shop's side.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnMessage {
    /// Where.
    pub address: ChatAddress,
    /// The provider's id of it.
    pub provider_id: ProviderId,
    /// When the provider says it was written.
    pub sent_at: Timestamp,
    /// What it holds.
    pub content: Content,
}

impl Incoming {
    /// The outside fact that this is: the same one again has the same cause.
    #[must_use]
    pub fn cause(&self) -> Cause {
        let (provider_id, aspect) = match self {
            Self::Message(message) => (&message.provider_id, "message".to_owned()),
            Self::Edited(edit) => (&edit.provider_id, edit_aspect(edit)),
            Self::Deleted(deletion) => (&deletion.provider_id, "deleted".to_owned()),
            Self::Notice(notice) => (&notice.provider_id, "notice".to_owned()),
            Self::Button(press) => (&press.provider_id, "button".to_owned()),
            Self::Own(message) => (&message.provider_id, "message".to_owned()),
        };
        Cause::outside(digest(provider_id, &aspect))
    }
}

impl Conversation {
    /// The event by which a message of our own is known: its receipt, or its first echo.
    #[must_use]
    pub fn known_own(&self, incoming: &Incoming) -> Option<EventId> {
        self.own_event(incoming.cause().id)
    }

    /// Records what a provider tells, once: dedupe is by exact id and for ever.
    #[must_use]
    pub fn receive(&self, incoming: &Incoming) -> Decision<ConversationEvent> {
        let cause = incoming.cause();
        if self.has_seen(cause.id) || self.own_event(cause.id).is_some() {
            return Decision::nothing();
        }
        let event = match incoming {
            Incoming::Message(message) => ConversationEvent::MessageReceived(message.clone()),
            Incoming::Edited(edit) => ConversationEvent::MessageEdited(edit.clone()),
            Incoming::Deleted(deletion) => ConversationEvent::MessageDeleted(deletion.clone()),
            Incoming::Notice(notice) => ConversationEvent::NoticeReceived(notice.clone()),
            Incoming::Button(press) => ConversationEvent::ButtonPressed(press.clone()),
            Incoming::Own(message) => self.own_message(message),
        };
        Decision::new(cause, vec![event])
    }

    /// An own message with the words of a part that is on its way is that part: the provider shows it before, or
    /// instead of, its receipt. Any other is the seller's.
    fn own_message(&self, message: &OwnMessage) -> ConversationEvent {
        let echoed = self.outbox.iter().find_map(|reply| {
            let (part, text) = in_flight(reply)?;
            same_words(text, message.content.text()).then_some((reply.id, part))
        });
        match echoed {
            Some((reply, part)) => ConversationEvent::ReplyEchoed(ReplyEchoed {
                reply,
                part,
                provider_id: message.provider_id.clone(),
            }),
            None => ConversationEvent::SellerWrote(SellerWrote {
                address: message.address.clone(),
                provider_id: message.provider_id.clone(),
                sent_at: message.sent_at,
                content: message.content.clone(),
            }),
        }
    }
}

const fn in_flight(reply: &Outgoing) -> Option<(u32, &String)> {
    match &reply.progress {
        Progress::Sending { part, text, .. } | Progress::Uncertain { part, text, .. } => {
            Some((*part, text))
        }
        Progress::Ready { .. } | Progress::Refused => None,
    }
}

/// Providers trim and fold white space.
fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
