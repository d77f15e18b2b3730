//! What one webhook or update says, whichever provider it came from. Nothing is decided here: whether an own
//! message is ours or the seller's, and whether a chat exists, only the log knows.

use jiff::Timestamp;
use schemas::{
    ListingId, Personal, ProviderId,
    conversation::{ChatAddress, Content},
};

/// One thing that a provider told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A buyer wrote.
    Message {
        /// Where, and where the answer goes.
        address: ChatAddress,
        /// The provider's id of the message.
        provider_id: ProviderId,
        /// The provider's id of the buyer.
        buyer: Personal<String>,
        /// The buyer's name, when the provider tells it.
        buyer_name: Option<Personal<String>>,
        /// The provider's hint at the buyer's language.
        language_hint: Option<String>,
        /// The advertisement that the chat is about.
        listing: Option<ListingId>,
        /// When the provider says it was written, to the second.
        sent_at: Timestamp,
        /// What it holds.
        content: Content,
    },
    /// A message from our side of the chat: an echo of ours, or the seller's own words.
    OwnMessage {
        /// Where.
        address: ChatAddress,
        /// The provider's id of the message.
        provider_id: ProviderId,
        /// When the provider says it was written, to the second.
        sent_at: Timestamp,
        /// What it holds.
        content: Content,
    },
    /// A buyer changed a message.
    Edited {
        /// Where.
        address: ChatAddress,
        /// The provider's id of the message; the same as when it was written.
        provider_id: ProviderId,
        /// When it was changed.
        edited_at: Timestamp,
        /// What it holds now.
        content: Content,
    },
    /// Somebody took a message back.
    Deleted {
        /// Where.
        address: ChatAddress,
        /// The provider's id of the message.
        provider_id: ProviderId,
    },
    /// The provider said something that nobody answers.
    Notice {
        /// Where.
        address: ChatAddress,
        /// The provider's id, or one made from the update's.
        provider_id: ProviderId,
        /// What it was: `system`, `call`, `service`, `blocked`, ….
        what: String,
        /// Its text, if any.
        text: Personal<String>,
    },
    /// Somebody pressed a button.
    Button {
        /// Where.
        address: ChatAddress,
        /// The provider's id of the press.
        provider_id: ProviderId,
        /// The id to answer the press with.
        callback_id: String,
        /// The provider's id of who pressed; check it against the sellers before anything is done.
        from: Personal<String>,
        /// The id of the message that carries the button, for editing it.
        message: Option<ProviderId>,
        /// What the button carried.
        data: String,
    },
    /// The provider tries whether somebody listens (`{}`).
    Probe,
    /// Understood, and of no use: a group, a channel post, a poll. Holds why.
    Ignored(&'static str),
    /// Valid JSON of a shape that this build does not know.
    Unrecognised,
}

impl Inbound {
    /// The chat it belongs to; `None` when it belongs to none.
    #[must_use]
    pub const fn address(&self) -> Option<&ChatAddress> {
        match self {
            Self::Message { address, .. }
            | Self::OwnMessage { address, .. }
            | Self::Edited { address, .. }
            | Self::Deleted { address, .. }
            | Self::Notice { address, .. }
            | Self::Button { address, .. } => Some(address),
            Self::Probe | Self::Ignored(_) | Self::Unrecognised => None,
        }
    }

    /// The provider's id of what it is about; `None` when there is none.
    #[must_use]
    pub const fn provider_id(&self) -> Option<&ProviderId> {
        match self {
            Self::Message { provider_id, .. }
            | Self::OwnMessage { provider_id, .. }
            | Self::Edited { provider_id, .. }
            | Self::Deleted { provider_id, .. }
            | Self::Notice { provider_id, .. }
            | Self::Button { provider_id, .. } => Some(provider_id),
            Self::Probe | Self::Ignored(_) | Self::Unrecognised => None,
        }
    }
}
