//! What somebody asks for at the console.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Actor, OrderMark, ReplyWay},
    id::{ConversationId, EventId, OrderId, RequestId, Sku},
    money::Kopecks,
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
    /// Decide about an order, change it, or note how far it is.
    Order {
        /// The order.
        order: OrderId,
        /// What.
        what: OrderDeed,
    },
}

/// What somebody of the shop can want done with an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderDeed {
    /// Say yes.
    Approve {
        /// The terms that the page showed.
        revision: u32,
    },
    /// Say no.
    Reject {
        /// For the buyer; empty: without a word.
        reason: String,
    },
    /// Change it first.
    Amend {
        /// The terms that the page showed.
        revision: u32,
        /// All lines from now on.
        lines: Vec<AmendedLine>,
        /// What the delivery costs from now on; `None`: as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delivery: Option<Kopecks>,
    },
    /// Note how far it is.
    Mark(OrderMark),
}

/// A line of an order as a seller wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AmendedLine {
    /// The article, which is in the order already.
    pub sku: Sku,
    /// Pieces, at least one.
    pub pieces: u32,
    /// For one piece.
    pub price: Kopecks,
}
