//! What providers tell: messages, echoes, notices.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::ModelCall;
use crate::{
    id::{EventId, ListingId, ProviderId, ReplyId},
    personal::Personal,
};

/// Which provider a conversation runs over.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Avito messenger.
    Avito,
    /// A Telegram bot, or a bot attached to the seller's own account.
    Telegram,
    /// The chat page that Torg serves itself.
    Web,
}

impl ChannelKind {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avito => "avito",
            Self::Telegram => "telegram",
            Self::Web => "web",
        }
    }
}

/// The address of a chat: everything that is needed to answer in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ChatAddress {
    /// Which provider.
    pub channel: ChannelKind,
    /// The shop's account there.
    pub account: String,
    /// The provider's chat id.
    pub chat: String,
    /// Telegram: the business connection that the chat came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text(Personal<String>),
    /// A picture; the text is its caption.
    Image(Personal<String>),
    /// A voice note, by the provider's file id.
    Voice(String),
    /// A place, as text.
    Location(Personal<String>),
    /// Something with nothing in it that a program could read: file, video, sticker, call.
    Unreadable(String),
}

impl Content {
    /// The words of the message; empty when there are none.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Image(text) | Self::Location(text) => text.text(),
            Self::Voice(_) | Self::Unreadable(_) => "",
        }
    }
}

/// The buyer wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageReceived {
    /// Where it was written, and where the answer goes.
    pub address: ChatAddress,
    /// The provider's id of the message.
    pub provider_id: ProviderId,
    /// The provider's id of the buyer.
    pub buyer: Personal<String>,
    /// The buyer's name, when the provider tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_name: Option<Personal<String>>,
    /// The provider's hint at the buyer's language (`ru`, `en`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_hint: Option<String>,
    /// The advertisement that the chat is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingId>,
    /// When the provider says it was written.
    pub sent_at: Timestamp,
    /// What it holds.
    pub content: Content,
}

/// The buyer changed a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageEdited {
    /// The provider's id of the message.
    pub provider_id: ProviderId,
    /// When it was changed.
    pub edited_at: Timestamp,
    /// What it holds now.
    pub content: Content,
}

/// The buyer took a message back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageDeleted {
    /// The provider's id of the message.
    pub provider_id: ProviderId,
}

/// The provider said something that nobody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeReceived {
    /// The provider's id, where it has one.
    pub provider_id: ProviderId,
    /// What it was: `system`, `call`, `service`, ….
    pub what: String,
    /// Its text, if any.
    pub text: Personal<String>,
}

/// The buyer pressed a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ButtonPressed {
    /// The provider's id of the press.
    pub provider_id: ProviderId,
    /// What the button carried.
    pub data: String,
}

/// The seller wrote to the buyer, outside Torg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerWrote {
    /// Where; needed when the seller opens the chat.
    pub address: ChatAddress,
    /// The provider's id of the message.
    pub provider_id: ProviderId,
    /// When the provider says it was written.
    pub sent_at: Timestamp,
    /// What it holds.
    pub content: Content,
}

/// The provider showed us a message of our own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyEchoed {
    /// The reply that was seen.
    pub reply: ReplyId,
    /// Which part of it, from 0.
    pub part: u32,
    /// The provider's id of it.
    pub provider_id: ProviderId,
}

/// What became of a voice note: its words, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VoiceTranscribed {
    /// The event that holds the note.
    pub message: EventId,
    /// What it says; `None`: nobody could tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Personal<String>>,
    /// Why there are no words: `no transcription endpoint is configured`, `timed out`, ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The call, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<ModelCall>,
}
