//! Events of one chat with one buyer, from the first webhook to the last receipt.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    envelope::EventData,
    id::{EventId, ListingId, ProviderId, ReplyId, Sku, TurnId},
    personal::Personal,
    stock::SheetRow,
    subject::Kind,
};

/// What happened in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum ConversationEvent {
    /// The buyer wrote.
    #[serde(rename = "torg.conversation.message_received.v1")]
    MessageReceived(MessageReceived),
    /// The buyer changed a message.
    #[serde(rename = "torg.conversation.message_edited.v1")]
    MessageEdited(MessageEdited),
    /// The buyer took a message back.
    #[serde(rename = "torg.conversation.message_deleted.v1")]
    MessageDeleted(MessageDeleted),
    /// The provider said something that nobody answers: a system text, a call, a receipt.
    #[serde(rename = "torg.conversation.notice_received.v1")]
    NoticeReceived(NoticeReceived),
    /// The buyer pressed a button.
    #[serde(rename = "torg.conversation.button_pressed.v1")]
    ButtonPressed(ButtonPressed),
    /// The seller wrote to the buyer, outside Torg.
    #[serde(rename = "torg.conversation.seller_wrote.v1")]
    SellerWrote(SellerWrote),
    /// The provider showed us a message of our own.
    #[serde(rename = "torg.conversation.reply_echoed.v1")]
    ReplyEchoed(ReplyEchoed),
    /// The pending messages were understood and given to specialists.
    #[serde(rename = "torg.conversation.turn_routed.v1")]
    TurnRouted(TurnRouted),
    /// A specialist answered one ask.
    #[serde(rename = "torg.conversation.answer_given.v1")]
    AnswerGiven(AnswerGiven),
    /// A specialist has no answer to one ask.
    #[serde(rename = "torg.conversation.cannot_answer.v1")]
    CannotAnswer(CannotAnswer),
    /// All asks are answered and the guard let the reply pass.
    #[serde(rename = "torg.conversation.reply_composed.v1")]
    ReplyComposed(ReplyComposed),
    /// A turn, or the reply made for it, no longer fits what happened since.
    #[serde(rename = "torg.conversation.reply_withdrawn.v1")]
    ReplyWithdrawn(ReplyWithdrawn),
    /// The bot stops and asks for the seller.
    #[serde(rename = "torg.conversation.handoff_requested.v1")]
    HandoffRequested(HandoffRequested),
    /// The chat is the bot's again.
    #[serde(rename = "torg.conversation.bot_resumed.v1")]
    BotResumed(BotResumed),
    /// A part of a reply is about to be handed to the provider.
    #[serde(rename = "torg.conversation.reply_sending.v1")]
    ReplySending(ReplySending),
    /// The provider accepted it.
    #[serde(rename = "torg.conversation.reply_sent.v1")]
    ReplySent(ReplySent),
    /// Nobody can know whether the provider accepted it.
    #[serde(rename = "torg.conversation.reply_uncertain.v1")]
    ReplyUncertain(ReplyUncertain),
    /// The provider did not accept it.
    #[serde(rename = "torg.conversation.reply_failed.v1")]
    ReplyFailed(ReplyFailed),
    /// A numbered list reached the buyer's screen.
    #[serde(rename = "torg.conversation.list_shown.v1")]
    ListShown(ListShown),
}

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

/// What a buyer wants, one of the labels of the intent bank.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are the labels of the bank, which defines them by example"
)]
pub enum Intent {
    Greeting,
    Thanks,
    StockInquiry,
    DeliveryQuestion,
    PriceNegotiation,
    ProductSearch,
    ProductQuestion,
    CartAdd,
    CartRemove,
    Checkout,
    OrderStatus,
    HumanRequest,
    Complaint,
    Other,
}

impl Intent {
    /// Every label.
    pub const ALL: [Self; 14] = [
        Self::Greeting,
        Self::Thanks,
        Self::StockInquiry,
        Self::DeliveryQuestion,
        Self::PriceNegotiation,
        Self::ProductSearch,
        Self::ProductQuestion,
        Self::CartAdd,
        Self::CartRemove,
        Self::Checkout,
        Self::OrderStatus,
        Self::HumanRequest,
        Self::Complaint,
        Self::Other,
    ];

    /// The label as the bank spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Thanks => "thanks",
            Self::StockInquiry => "stock_inquiry",
            Self::DeliveryQuestion => "delivery_question",
            Self::PriceNegotiation => "price_negotiation",
            Self::ProductSearch => "product_search",
            Self::ProductQuestion => "product_question",
            Self::CartAdd => "cart_add",
            Self::CartRemove => "cart_remove",
            Self::Checkout => "checkout",
            Self::OrderStatus => "order_status",
            Self::HumanRequest => "human_request",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|intent| intent.as_str() == label)
    }
}

/// A language that Torg answers in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// The ISO 639-1 code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// Reads an ISO 639-1 code; a region behind it is ignored (`en-GB`).
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next().unwrap_or_default() {
            "ru" => Some(Self::Ru),
            "en" => Some(Self::En),
            "es" => Some(Self::Es),
            _ => None,
        }
    }
}

/// Who answers an ask.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Specialist {
    /// Availability and list price, from the sheet.
    Stock,
    /// Small talk: greeting and thanks.
    General,
}

impl Specialist {
    /// The wire name; the durable consumer is `agent-<name>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::General => "general",
        }
    }
}

/// One thing that the buyer asked, as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ask {
    /// The words that ask it.
    pub text: Personal<String>,
    /// What is wanted.
    pub intent: Intent,
    /// Calibrated probability, 0 to 1.
    pub confidence: f64,
    /// How the intent was found: `model`, or the name of a rule.
    pub by: String,
    /// The next best labels with their probabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runners_up: Vec<(Intent, f64)>,
    /// Which place of the list on screen is meant, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<u32>,
    /// Who answers; `None`: nobody, and the turn goes to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialist: Option<Specialist>,
}

/// The pending messages were understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TurnRouted {
    /// The messages of this turn, oldest first.
    pub messages: Vec<EventId>,
    /// What they ask, in order.
    pub asks: Vec<Ask>,
    /// The language to answer in.
    pub language: Language,
    /// Whether the buyer greeted, so that the reply greets back.
    #[serde(default)]
    pub greeted: bool,
    /// The confidence from which the bot acts.
    pub threshold: f64,
    /// Name and digest of the model.
    pub model: String,
    /// Digest of the intent bank.
    pub bank: String,
}

/// Something true that a reply says, with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// What it is about: `product.price`, `stock.quantity`, ….
    pub name: String,
    /// The value as a person would check it: `3`, `2490`, `Рюкзак 20 л`.
    pub value: String,
    /// The article it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<Sku>,
    /// Where it stands.
    pub source: FactSource,
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// In the seller's sheet.
    Sheet(SheetRow),
    /// In the shop's settings.
    Settings(String),
    /// In the buyer's own words.
    Buyer(EventId),
    /// Counted by the answer itself: how many matches a list has.
    Counted,
}

/// A numbered list of articles, in the order shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductList {
    /// The articles; the first is number 1.
    pub items: Vec<Sku>,
}

/// A specialist answered one ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerGiven {
    /// The turn.
    pub turn: TurnId,
    /// Which of its asks, from 0.
    pub ask: u32,
    /// The answer in words.
    pub text: String,
    /// Everything in it that can be true or false.
    pub facts: Vec<Fact>,
    /// The article that the answer is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Sku>,
    /// The list that the answer shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ProductList>,
}

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
}

/// A specialist has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CannotAnswer {
    /// The turn.
    pub turn: TurnId,
    /// Which of its asks, from 0.
    pub ask: u32,
    /// What was missing.
    pub reason: String,
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
    /// Tells the buyer that the seller will answer.
    HandoffNotice,
}

/// The guard let a reply pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
}

/// The chat is the bot's again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BotResumed {
    /// Why.
    pub reason: ResumeReason,
}

/// A part of a reply is about to be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

impl EventData for ConversationEvent {
    const KIND: Kind = Kind::Conversation;

    fn type_name(&self) -> &'static str {
        match self {
            Self::MessageReceived(_) => "torg.conversation.message_received.v1",
            Self::MessageEdited(_) => "torg.conversation.message_edited.v1",
            Self::MessageDeleted(_) => "torg.conversation.message_deleted.v1",
            Self::NoticeReceived(_) => "torg.conversation.notice_received.v1",
            Self::ButtonPressed(_) => "torg.conversation.button_pressed.v1",
            Self::SellerWrote(_) => "torg.conversation.seller_wrote.v1",
            Self::ReplyEchoed(_) => "torg.conversation.reply_echoed.v1",
            Self::TurnRouted(_) => "torg.conversation.turn_routed.v1",
            Self::AnswerGiven(_) => "torg.conversation.answer_given.v1",
            Self::CannotAnswer(_) => "torg.conversation.cannot_answer.v1",
            Self::ReplyComposed(_) => "torg.conversation.reply_composed.v1",
            Self::ReplyWithdrawn(_) => "torg.conversation.reply_withdrawn.v1",
            Self::HandoffRequested(_) => "torg.conversation.handoff_requested.v1",
            Self::BotResumed(_) => "torg.conversation.bot_resumed.v1",
            Self::ReplySending(_) => "torg.conversation.reply_sending.v1",
            Self::ReplySent(_) => "torg.conversation.reply_sent.v1",
            Self::ReplyUncertain(_) => "torg.conversation.reply_uncertain.v1",
            Self::ReplyFailed(_) => "torg.conversation.reply_failed.v1",
            Self::ListShown(_) => "torg.conversation.list_shown.v1",
        }
    }
}
