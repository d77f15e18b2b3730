//! Events of a shop's desk: who sits at it, what was put on it, what came of it. One history for each shop.
//!
//! Who owns a chat is told by the conversation's own history; the desk only follows it.

mod deed;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    conversation::{Actor, HandoffReason},
    envelope::EventData,
    id::{ConversationId, EventId, OrderId, ProviderId, ReplyId},
    personal::Personal,
    subject::Kind,
};

pub use deed::{AmendedLine, ChatDeed, DeedAsked, OrderDeed};

/// What happened at the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum DeskEvent {
    /// A code was made with which somebody can sit down at the desk.
    #[serde(rename = "torg.desk.seller_invited.v1")]
    SellerInvited(SellerInvited),
    /// A seller pressed a button under a card.
    #[serde(rename = "torg.desk.seller_tapped.v1")]
    SellerTapped(SellerTapped),
    /// Somebody wrote to the desk's bot.
    #[serde(rename = "torg.desk.seller_said.v1")]
    SellerSaid(SellerSaid),
    /// Somebody at the console wants something done with a chat.
    #[serde(rename = "torg.desk.deed_asked.v1")]
    DeedAsked(DeedAsked),
    /// What a seller pressed, wrote or asked for was seen to.
    #[serde(rename = "torg.desk.input_handled.v1")]
    InputHandled(InputHandled),
    /// What a seller wrote cannot be seen to yet: it waits, and holds up nothing else.
    #[serde(rename = "torg.desk.input_deferred.v1")]
    InputDeferred(InputDeferred),
    /// Somebody sat down at the desk with a code.
    #[serde(rename = "torg.desk.seller_bound.v1")]
    SellerBound(SellerBound),
    /// A code was not accepted.
    #[serde(rename = "torg.desk.code_refused.v1")]
    CodeRefused(CodeRefused),
    /// A seller was told a code with which to enter the console.
    #[serde(rename = "torg.desk.console_code_told.v1")]
    ConsoleCodeTold(ConsoleCodeTold),
    /// A seller entered the console with such a code.
    #[serde(rename = "torg.desk.console_entered.v1")]
    ConsoleEntered(ConsoleEntered),
    /// A seller cannot be written to: the bot is blocked, or was never started.
    #[serde(rename = "torg.desk.seller_unreachable.v1")]
    SellerUnreachable(SellerUnreachable),
    /// A chat was handed over and is on the desk.
    #[serde(rename = "torg.desk.matter_opened.v1")]
    MatterOpened(MatterOpened),
    /// What a card shows of a matter is no longer what it is.
    #[serde(rename = "torg.desk.matter_changed.v1")]
    MatterChanged(MatterChanged),
    /// The order of a matter has an invoice, or what became of its letter is known.
    #[serde(rename = "torg.desk.matter_invoiced.v1")]
    MatterInvoiced(MatterInvoiced),
    /// A matter waits until a moment that a seller chose.
    #[serde(rename = "torg.desk.matter_snoozed.v1")]
    MatterSnoozed(MatterSnoozed),
    /// A seller's own words did not reach the buyer, or nobody knows.
    #[serde(rename = "torg.desk.reply_undelivered.v1")]
    ReplyUndelivered(ReplyUndelivered),
    /// A buyer wrote on to a seller who has the chat.
    #[serde(rename = "torg.desk.buyer_went_on.v1")]
    BuyerWentOn(BuyerWentOn),
    /// A message stands in a seller's chat.
    #[serde(rename = "torg.desk.posted.v1")]
    Posted(Posted),
    /// A card shows what is the case again.
    #[serde(rename = "torg.desk.post_edited.v1")]
    PostEdited(PostEdited),
}

/// A code was made with which somebody can sit down at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerInvited {
    /// See [`code_digest`]: the code itself is only shown to whoever asked for it.
    pub digest: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// A seller pressed a button under a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerTapped {
    /// The provider's id of the press, by which it is answered.
    pub callback: ProviderId,
    /// Telegram user id.
    pub seller: i64,
    /// The message that the button stands under.
    pub message: i64,
    /// What the button carried.
    pub data: String,
}

/// Somebody wrote to the desk's bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerSaid {
    /// The provider's id of the message.
    pub provider_id: ProviderId,
    /// Telegram user id.
    pub seller: i64,
    /// The name shown there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal<String>>,
    /// The message's number in the chat with the bot.
    pub message: i64,
    /// The number of the message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// The words. Secrets that were pasted are not among them: they stand in `kept`.
    pub text: Personal<String>,
    /// The file in the state directory that holds pasted secrets, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// What a seller pressed, wrote or asked for was seen to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputHandled {
    /// The `seller_tapped`, `seller_said` or `deed_asked` event.
    pub input: EventId,
    /// What came of it, in a word or two: `draft_sent`, `already: taken`, `no_such_card`.
    pub outcome: String,
    /// Who was faster, when that is why nothing changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Actor>,
    /// How the matter had ended before, when that is why nothing changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settlement>,
}

/// What a seller wrote cannot be seen to yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputDeferred {
    /// The `seller_said` event.
    pub input: EventId,
    /// When it is looked at again.
    pub until: Timestamp,
    /// What is in the way.
    pub reason: String,
}

/// Somebody sat down at the desk with a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerBound {
    /// Telegram user id.
    pub seller: i64,
    /// The name shown there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal<String>>,
    /// See [`code_digest`].
    pub digest: String,
}

/// A code was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeRefused {
    /// Telegram user id.
    pub seller: i64,
    /// Why: `unknown`, `expired`, `too_many_tries`.
    pub reason: String,
}

/// A seller was told a code with which to enter the console: those that the same seller was told before are void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsoleCodeTold {
    /// Telegram user id.
    pub seller: i64,
    /// See [`code_digest`].
    pub digest: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// A seller entered the console with a code, which is void from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsoleEntered {
    /// Telegram user id.
    pub seller: i64,
    /// See [`code_digest`].
    pub digest: String,
}

/// What a code for the desk or the console is known by: SHA-256 in hex. Blanks around it, and whether its letters are
/// large, make no other code.
#[must_use]
pub fn code_digest(code: &str) -> String {
    let digest = Sha256::digest(code.trim().to_ascii_lowercase().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A seller cannot be written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerUnreachable {
    /// Telegram user id.
    pub seller: i64,
    /// What Telegram said.
    pub reason: String,
}

/// A chat was handed over and is on the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatterOpened {
    /// The `handoff_requested` event; of an order the `order_submitted` event.
    pub matter: EventId,
    /// The chat.
    pub conversation: ConversationId,
    /// The order that waits for a yes; `None`: the bot handed the chat over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Why the bot stopped.
    pub reason: HandoffReason,
    /// Since when.
    pub since: Timestamp,
    /// What there is to see of it.
    pub face: Face,
}

/// What a card shows of a matter, as far as it can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Face {
    /// Whose it is.
    pub state: MatterState,
    /// Buyer's messages that nobody has answered, among them those that came after the bot stopped.
    pub unanswered: u32,
    /// Whether there is something that the bot would have said.
    pub draft: bool,
    /// Whether a seller judged it needed, once one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<bool>,
    /// Of an order: which of its terms these are, from 1; of anything else 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: u32,
    /// Of an order: its pieces are just being reserved, and nobody can decide about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reserving: bool,
    /// Of an order: so many things were noted of it since it was approved.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub marks: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How far a matter is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatterState {
    /// Nobody has come.
    Open,
    /// Somebody has the chat and has not answered yet.
    Taken(Actor),
    /// It is done.
    Settled {
        /// How.
        how: Settlement,
        /// By whom, when it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
}

/// How a matter ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// What the bot would have said was sent.
    DraftSent,
    /// A seller answered through Torg.
    Answered,
    /// A seller answered in the provider's own app.
    AnsweredOutside,
    /// The chat was given back to the bot unanswered.
    GivenBack,
    /// The matter was closed without an answer.
    Closed,
    /// The buyer was muted.
    Muted,
    /// The bot stopped again, for something newer.
    Superseded,
    /// The order was approved.
    OrderApproved,
    /// The order was rejected.
    OrderRejected,
    /// The buyer took the order back, or it could not be had after all.
    OrderCancelled,
    /// Nobody said anything about the order in time.
    OrderExpired,
}

/// What a card shows of a matter is no longer what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatterChanged {
    /// The `handoff_requested` event.
    pub matter: EventId,
    /// What there is to see of it now.
    pub face: Face,
}

/// The order of a matter has an invoice, or what became of its letter is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatterInvoiced {
    /// The `order_submitted` event.
    pub matter: EventId,
    /// The invoice's number in this shop.
    pub invoice: u64,
    /// How far its letter is.
    pub letter: LetterState,
    /// Why it was refused, or why nobody knows; never with an address in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// How far the letter with an invoice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// The buyer gave no mail address.
    None,
    /// It is not handed over yet.
    Waiting,
    /// The mail server has it.
    Mailed,
    /// The mail server does not take it.
    Refused,
    /// Nobody knows whether the mail server has it.
    Uncertain,
}

/// A matter waits until a moment that a seller chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatterSnoozed {
    /// The `handoff_requested` event.
    pub matter: EventId,
    /// Until when.
    pub until: Timestamp,
    /// Who chose it.
    pub by: Actor,
}

/// A seller's own words did not reach the buyer, or nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyUndelivered {
    /// The chat.
    pub conversation: ConversationId,
    /// The reply.
    pub reply: ReplyId,
    /// Who wrote it.
    pub by: Actor,
    /// Whether nobody knows; `false`: the provider refuses it.
    pub uncertain: bool,
}

/// A buyer wrote on to a seller who has the chat and answers through Torg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuyerWentOn {
    /// The chat.
    pub conversation: ConversationId,
    /// The event that holds the message.
    pub message: EventId,
    /// The matter through which the seller came to the chat.
    pub matter: EventId,
    /// Telegram user id of the seller.
    pub to: i64,
}

/// What a message at the desk is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    /// A matter with its buttons.
    Card,
    /// Several matters, a line each.
    Digest,
    /// A reminder of a card that nobody answers.
    Reminder,
    /// Asks the seller for the words of a reply.
    Prompt,
    /// Asks the seller what is to be changed about an order.
    AmendPrompt,
    /// Asks the seller why an order is rejected.
    RejectPrompt,
    /// Asks the seller for the carrier's number of an order.
    TrackingPrompt,
    /// Tells a seller that a reply did not arrive.
    Undelivered,
    /// A buyer's words to a seller who has the chat.
    Talk,
}

/// A message stands in a seller's chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Posted {
    /// Telegram user id.
    pub seller: i64,
    /// The message's number in the chat with the seller.
    pub message: i64,
    /// What it is.
    pub kind: PostKind,
    /// The matters that it shows.
    pub matters: Vec<EventId>,
    /// How often these had changed when it was written, in all.
    pub stage: u32,
    /// The reply that did not arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<ReplyId>,
    /// The event that holds the buyer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub went_on: Option<EventId>,
}

/// A card shows what is the case again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostEdited {
    /// Telegram user id.
    pub seller: i64,
    /// The message's number in the chat with the seller.
    pub message: i64,
    /// How often its matters had changed when it was edited, in all.
    pub stage: u32,
    /// Set when Telegram does not let it be edited any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl EventData for DeskEvent {
    const KIND: Kind = Kind::Desk;

    fn type_name(&self) -> &'static str {
        match self {
            Self::SellerInvited(_) => "torg.desk.seller_invited.v1",
            Self::SellerTapped(_) => "torg.desk.seller_tapped.v1",
            Self::SellerSaid(_) => "torg.desk.seller_said.v1",
            Self::DeedAsked(_) => "torg.desk.deed_asked.v1",
            Self::InputHandled(_) => "torg.desk.input_handled.v1",
            Self::InputDeferred(_) => "torg.desk.input_deferred.v1",
            Self::SellerBound(_) => "torg.desk.seller_bound.v1",
            Self::CodeRefused(_) => "torg.desk.code_refused.v1",
            Self::ConsoleCodeTold(_) => "torg.desk.console_code_told.v1",
            Self::ConsoleEntered(_) => "torg.desk.console_entered.v1",
            Self::SellerUnreachable(_) => "torg.desk.seller_unreachable.v1",
            Self::MatterOpened(_) => "torg.desk.matter_opened.v1",
            Self::MatterChanged(_) => "torg.desk.matter_changed.v1",
            Self::MatterInvoiced(_) => "torg.desk.matter_invoiced.v1",
            Self::MatterSnoozed(_) => "torg.desk.matter_snoozed.v1",
            Self::ReplyUndelivered(_) => "torg.desk.reply_undelivered.v1",
            Self::BuyerWentOn(_) => "torg.desk.buyer_went_on.v1",
            Self::Posted(_) => "torg.desk.posted.v1",
            Self::PostEdited(_) => "torg.desk.post_edited.v1",
        }
    }
}
