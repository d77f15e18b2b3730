//! What left, what did not, and who goes on: replies, withdrawals, handoffs.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ask::Asked,
    cart::Deal,
    order::Told,
    turn::{Fact, Offer, ProductList},
};
use crate::id::{ProviderId, ReplyId, Sku, TurnId};

/// Why the bot stops. One reason, one name: figures are kept by it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// Not understood well enough.
    LowConfidence,
    /// Understood, but no specialist answers such an ask.
    NoSpecialist,
    /// Several conditions at once, which only the seller can weigh.
    ComplexBundle,
    /// The words point at something, and nothing says at what.
    Ambiguous,
    /// The buyer asks for a person.
    HumanRequested,
    /// The buyer complains.
    Complaint,
    /// The specialist found nothing to answer from.
    CannotAnswer,
    /// The guard did not let the reply pass.
    GuardRefused,
    /// A voice note, picture or file that the bot cannot read.
    Unreadable,
    /// Nobody knows whether the last reply arrived.
    ReplyUncertain,
    /// The provider refuses the reply for good.
    ReplyFailed,
    /// A budget is used up: of model calls, or of messages to one chat in a day.
    BudgetSpent,
    /// A seller holds the bot back.
    Paused,
    /// Money needs a yes.
    OrderApproval,
    /// The chat is one of those that show what it would be without the bot.
    HoldOut,
}

impl HandoffReason {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LowConfidence => "low_confidence",
            Self::NoSpecialist => "no_specialist",
            Self::ComplexBundle => "complex_bundle",
            Self::Ambiguous => "ambiguous",
            Self::HumanRequested => "human_requested",
            Self::Complaint => "complaint",
            Self::CannotAnswer => "cannot_answer",
            Self::GuardRefused => "guard_refused",
            Self::Unreadable => "unreadable",
            Self::ReplyUncertain => "reply_uncertain",
            Self::ReplyFailed => "reply_failed",
            Self::BudgetSpent => "budget_spent",
            Self::Paused => "paused",
            Self::OrderApproval => "order_approval",
            Self::HoldOut => "hold_out",
        }
    }
}

/// What a reply is for. Decides under which owner it may leave, and whether it may be sent again.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// An answer from facts.
    Answer,
    /// A greeting or a thank-you; holds no fact.
    Courtesy,
    /// Asks the buyer what is meant.
    Question,
    /// Tells the buyer that the seller will answer.
    HandoffNotice,
    /// A seller's words; made by `seller_replied`, never by the bot.
    Seller,
    /// Tells what became of an order.
    OrderNews,
}

/// The guard let a reply pass.
///
/// Its words may hold what the buyer told; `Debug` does not show them.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyComposed {
    /// The turn.
    pub turn: TurnId,
    /// What the reply is for.
    pub kind: ReplyKind,
    /// The words.
    pub text: String,
    /// All facts of the turn.
    pub facts: Vec<Fact>,
    /// The article that is in focus once the reply is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Sku>,
    /// The list that is on the screen once the reply is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ProductList>,
    /// The prices that are offered once the reply is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// What the reply asks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The cart, and the order in the making, once the reply is read; `None`: they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<Deal>,
    /// What it tells of an order without having been asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// The words before a model phrased them anew; `None`: they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// A notice that says when somebody is there again: since when nobody is. One is sent for each such time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away_since: Option<Timestamp>,
}

impl fmt::Debug for ReplyComposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyComposed")
            .field("turn", &self.turn)
            .field("kind", &self.kind)
            .field("facts", &self.facts)
            .field("asked", &self.asked)
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}

/// Why something made for a turn does not leave.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawReason {
    /// The buyer wrote, changed or took back a message meanwhile.
    NewerMessage,
    /// The chat is no longer the bot's.
    OwnerChanged,
}

/// A turn, or its reply, does not leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyWithdrawn {
    /// The turn.
    pub turn: TurnId,
    /// Why.
    pub reason: WithdrawReason,
}

/// The bot stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandoffRequested {
    /// The turn that it could not finish; `None` when no turn is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnId>,
    /// Why.
    pub reason: HandoffReason,
    /// More about why, for the seller: which ask, what was missing.
    pub detail: String,
}

/// Why the chat is the bot's again.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResumeReason {
    /// The seller has been silent for as long as the shop's policy allows.
    SellerSilent,
    /// Nobody is there at this hour; the buyer was told when somebody is.
    NobodyThere,
}

/// The chat is the bot's again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BotResumed {
    /// Why.
    pub reason: ResumeReason,
}

/// A part of a reply is about to be handed over.
///
/// Its words may hold what the buyer told; `Debug` does not show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplySending {
    /// The reply.
    pub reply: ReplyId,
    /// Which part, from 0.
    pub part: u32,
    /// Which attempt at this part, from 1.
    pub attempt: u32,
    /// The words of this part, within the channel's limit.
    pub text: String,
    /// Whether it is the last part.
    pub last: bool,
}

impl fmt::Debug for ReplySending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplySending")
            .field("reply", &self.reply)
            .field("part", &self.part)
            .field("attempt", &self.attempt)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

/// How we know that a part arrived.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The provider answered so.
    Receipt,
    /// It stands in the provider's history.
    History,
}

/// The provider accepted a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplySent {
    /// The reply.
    pub reply: ReplyId,
    /// Which part, from 0.
    pub part: u32,
    /// The provider's id of it.
    pub provider_id: ProviderId,
    /// How we know.
    pub evidence: Evidence,
}

/// Nobody can know whether a part arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyUncertain {
    /// The reply.
    pub reply: ReplyId,
    /// Which part, from 0.
    pub part: u32,
    /// What happened.
    pub reason: String,
}

/// The provider did not accept a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyFailed {
    /// The reply.
    pub reply: ReplyId,
    /// Which part, from 0.
    pub part: u32,
    /// Which attempt at this part, from 1.
    pub attempt: u32,
    /// What the provider said.
    pub reason: String,
    /// Whether another attempt makes sense.
    pub retryable: bool,
}

/// A numbered list reached the buyer's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListShown {
    /// The reply that showed it.
    pub reply: ReplyId,
    /// The list.
    pub list: ProductList,
}

/// An offer reached the buyer's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfferMade {
    /// The reply that made it.
    pub reply: ReplyId,
    /// The offer.
    pub offer: Offer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_called_what_it_is_called_on_the_wire() {
        let schema = serde_json::to_value(schemars::schema_for!(HandoffReason)).unwrap();
        let known = schema["oneOf"].as_array().unwrap();
        assert_eq!(known.len(), 15);
        for one in known {
            let reason: HandoffReason = serde_json::from_value(one["const"].clone()).unwrap();
            assert_eq!(one["const"], reason.as_str());
        }
    }
}
