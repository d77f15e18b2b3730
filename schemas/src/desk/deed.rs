//! What somebody asks for at the console.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Actor, ReplyWay},
    id::{ConversationId, EventId, RequestId},
    personal::Personal,
};

/// Somebody at the console wants something done with a chat. What came of it is an `input_handled`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeedAsked {
    /// The same form, sent again with the same content, has the same one: it is done once.
    pub request: RequestId,
    /// Who.
    pub by: Actor,
    /// The chat.
    pub conversation: ConversationId,
    /// The `handoff_requested` event that the page showed; `None`: it showed none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<EventId>,
    /// What.
    pub deed: ChatDeed,
}

/// What somebody of the shop can want done with a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatDeed {
    /// Send what the bot would have said.
    SendDraft {
        /// How many unanswered messages the page showed.
        seen: u32,
    },
    /// Send these words.
    Reply {
        /// The words.
        text: Personal<String>,
        /// Where they come from.
        way: ReplyWay,
    },
    /// Take the chat over, from the bot or while nobody has it.
    TakeOver,
    /// Take the chat over from another seller.
    TakeAway,
    /// Give the chat back to the bot.
    GiveBack,
    /// Close the matter.
    Close,
    /// Do not hear of this buyer any more.
    Mute,
    /// Hear of this buyer again.
    Unmute,
    /// Say whether asking was needed.
    Judge {
        /// Whether it was.
        needed: bool,
    },
}
