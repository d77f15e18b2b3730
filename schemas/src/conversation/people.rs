//! What people of the shop do with a chat: answer, take, give back, close, mute, judge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ask::{Asked, Intent},
    cart::Deal,
    turn::{Fact, Offer, ProductList},
};
use crate::{
    id::{EventId, Sku, TurnId},
    personal::Personal,
};

/// Somebody who acts for the shop.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A seller, by the Telegram user id.
    Telegram(i64),
    /// Somebody at the console or behind the gRPC interface, by the name given there.
    Console(String),
}

/// Where the words of a seller's reply come from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReplyWay {
    /// The seller's own words.
    OwnWords,
    /// What the bot would have said, as it was.
    Draft,
    /// What the bot would have said, changed by the seller.
    EditedDraft,
}

/// A seller answers the buyer through Torg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerReplied {
    /// Who.
    pub by: Actor,
    /// The words that go to the buyer.
    pub text: Personal<String>,
    /// Where they come from.
    pub way: ReplyWay,
    /// The `handoff_requested` event that it answers; `None`: nobody was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<EventId>,
}

/// A seller takes the chat over, without a word to the buyer yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatTaken {
    /// Who.
    pub by: Actor,
    /// The `handoff_requested` event that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<EventId>,
}

/// A seller gives the chat back to the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatGivenBack {
    /// Who.
    pub by: Actor,
}

/// A seller closes the matter: nobody answers until the buyer writes again, and then the bot does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatClosed {
    /// Who.
    pub by: Actor,
}

/// A seller does not want to hear of this buyer: nobody answers, and nobody is told, whatever the buyer writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuyerMuted {
    /// Who.
    pub by: Actor,
}

/// The buyer is heard again, by the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuyerUnmuted {
    /// Who.
    pub by: Actor,
}

/// A seller says whether asking for a person was needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandoffJudged {
    /// The `handoff_requested` event.
    pub handoff: EventId,
    /// Whether it was needed.
    pub needed: bool,
    /// Who says so.
    pub by: Actor,
}

/// A person of the shop says what the words that were handed over want. One handover can be labelled again; the last label
/// counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandoffLabelled {
    /// The `handoff_requested` event.
    pub handoff: EventId,
    /// What the words want.
    pub intent: Intent,
    /// Who says so.
    pub by: Actor,
}

/// What the bot would have said, had it not asked for a person. Nothing of it has reached the buyer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DraftSuggested {
    /// The turn that was handed over.
    pub turn: TurnId,
    /// The words; `None`: there is nothing that the guard lets pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Everything in them that can be true or false.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// The article that is in focus once they are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Sku>,
    /// The list that is on the screen once they are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ProductList>,
    /// The prices that are offered once they are read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// What they ask back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The cart, and the order in the making, once they are read; `None`: they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<Deal>,
}
