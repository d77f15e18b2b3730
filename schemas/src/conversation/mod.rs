//! Events of one chat with one buyer, from the first webhook to the last receipt.

mod arm;
mod ask;
mod cart;
mod inbound;
mod model;
mod order;
mod people;
mod reply;
mod turn;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{envelope::EventData, subject::Kind};

pub use arm::ArmAssigned;
pub use ask::{Ask, Asked, Entity, Intent, KnownPlace, Language, Specialist};
pub use cart::{
    Cart, CartChanged, CartLine, Checkout, CheckoutChanged, Deal, Delivery, Detail, OrderTerms,
    Recipient,
};
pub use inbound::{
    ButtonPressed, ChannelKind, ChatAddress, Content, MessageDeleted, MessageEdited,
    MessageReceived, NoticeReceived, ReplyEchoed, SellerWrote, VoiceTranscribed,
};
pub use model::{ModelCall, ModelCalled, Purpose};
pub use order::{
    OrderAmended, OrderApproved, OrderCancelled, OrderDeclined, OrderExpired, OrderInvoiced,
    OrderMark, OrderMarked, OrderNews, OrderPlaced, OrderRejected, OrderSubmitted, Shortage, Told,
};
pub use people::{
    Actor, BuyerMuted, BuyerUnmuted, ChatClosed, ChatGivenBack, ChatTaken, DraftSuggested,
    HandoffJudged, HandoffLabelled, ReplyWay, SellerReplied,
};
pub use reply::{
    BotResumed, Evidence, HandoffReason, HandoffRequested, ListShown, OfferMade, ReplyComposed,
    ReplyFailed, ReplyKind, ReplySending, ReplySent, ReplyUncertain, ReplyWithdrawn, ResumeReason,
    WithdrawReason,
};
pub use turn::{AnswerGiven, CannotAnswer, Fact, FactSource, Offer, ProductList, TurnRouted};

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
    /// A voice note was written down, or could not be.
    #[serde(rename = "torg.conversation.voice_transcribed.v1")]
    VoiceTranscribed(VoiceTranscribed),
    /// A model was called, whatever came of it.
    #[serde(rename = "torg.conversation.model_called.v1")]
    ModelCalled(ModelCalled),
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
    /// An offer reached the buyer's screen.
    #[serde(rename = "torg.conversation.offer_made.v1")]
    OfferMade(OfferMade),
    /// What the bot would have said, had it not asked for a person.
    #[serde(rename = "torg.conversation.draft_suggested.v1")]
    DraftSuggested(DraftSuggested),
    /// A seller answers through Torg.
    #[serde(rename = "torg.conversation.seller_replied.v1")]
    SellerReplied(SellerReplied),
    /// A seller takes the chat over.
    #[serde(rename = "torg.conversation.chat_taken.v1")]
    ChatTaken(ChatTaken),
    /// A seller gives the chat back to the bot.
    #[serde(rename = "torg.conversation.chat_given_back.v1")]
    ChatGivenBack(ChatGivenBack),
    /// A seller closes the matter.
    #[serde(rename = "torg.conversation.chat_closed.v1")]
    ChatClosed(ChatClosed),
    /// A seller does not want to hear of this buyer.
    #[serde(rename = "torg.conversation.buyer_muted.v1")]
    BuyerMuted(BuyerMuted),
    /// The buyer is heard again.
    #[serde(rename = "torg.conversation.buyer_unmuted.v1")]
    BuyerUnmuted(BuyerUnmuted),
    /// A seller says whether asking for a person was needed.
    #[serde(rename = "torg.conversation.handoff_judged.v1")]
    HandoffJudged(HandoffJudged),
    /// A person says what the words that were handed over want.
    #[serde(rename = "torg.conversation.handoff_labelled.v1")]
    HandoffLabelled(HandoffLabelled),
    /// A changed cart reached the buyer's screen.
    #[serde(rename = "torg.conversation.cart_changed.v1")]
    CartChanged(CartChanged),
    /// What is known for an order in the making is on the buyer's screen.
    #[serde(rename = "torg.conversation.checkout_changed.v1")]
    CheckoutChanged(Box<CheckoutChanged>),
    /// The buyer said yes to a summary.
    #[serde(rename = "torg.conversation.order_submitted.v1")]
    OrderSubmitted(Box<OrderSubmitted>),
    /// The buyer takes an order back.
    #[serde(rename = "torg.conversation.order_cancelled.v1")]
    OrderCancelled(OrderCancelled),
    /// Every piece of an order is reserved.
    #[serde(rename = "torg.conversation.order_placed.v1")]
    OrderPlaced(OrderPlaced),
    /// Something of an order is no longer there.
    #[serde(rename = "torg.conversation.order_declined.v1")]
    OrderDeclined(OrderDeclined),
    /// Nobody approved an order in time.
    #[serde(rename = "torg.conversation.order_expired.v1")]
    OrderExpired(OrderExpired),
    /// A seller changed an order that waits for approval.
    #[serde(rename = "torg.conversation.order_amended.v1")]
    OrderAmended(Box<OrderAmended>),
    /// A seller says yes to an order.
    #[serde(rename = "torg.conversation.order_approved.v1")]
    OrderApproved(OrderApproved),
    /// A seller says no to an order.
    #[serde(rename = "torg.conversation.order_rejected.v1")]
    OrderRejected(OrderRejected),
    /// A seller notes how far an order is.
    #[serde(rename = "torg.conversation.order_marked.v1")]
    OrderMarked(OrderMarked),
    /// An approved order has its invoice.
    #[serde(rename = "torg.conversation.order_invoiced.v1")]
    OrderInvoiced(OrderInvoiced),
    /// The chat takes part in an experiment.
    #[serde(rename = "torg.conversation.arm_assigned.v1")]
    ArmAssigned(ArmAssigned),
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
            Self::VoiceTranscribed(_) => "torg.conversation.voice_transcribed.v1",
            Self::ModelCalled(_) => "torg.conversation.model_called.v1",
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
            Self::OfferMade(_) => "torg.conversation.offer_made.v1",
            Self::DraftSuggested(_) => "torg.conversation.draft_suggested.v1",
            Self::SellerReplied(_) => "torg.conversation.seller_replied.v1",
            Self::ChatTaken(_) => "torg.conversation.chat_taken.v1",
            Self::ChatGivenBack(_) => "torg.conversation.chat_given_back.v1",
            Self::ChatClosed(_) => "torg.conversation.chat_closed.v1",
            Self::BuyerMuted(_) => "torg.conversation.buyer_muted.v1",
            Self::BuyerUnmuted(_) => "torg.conversation.buyer_unmuted.v1",
            Self::HandoffJudged(_) => "torg.conversation.handoff_judged.v1",
            Self::HandoffLabelled(_) => "torg.conversation.handoff_labelled.v1",
            Self::CartChanged(_) => "torg.conversation.cart_changed.v1",
            Self::CheckoutChanged(_) => "torg.conversation.checkout_changed.v1",
            Self::OrderSubmitted(_) => "torg.conversation.order_submitted.v1",
            Self::OrderCancelled(_) => "torg.conversation.order_cancelled.v1",
            Self::OrderPlaced(_) => "torg.conversation.order_placed.v1",
            Self::OrderDeclined(_) => "torg.conversation.order_declined.v1",
            Self::OrderExpired(_) => "torg.conversation.order_expired.v1",
            Self::OrderAmended(_) => "torg.conversation.order_amended.v1",
            Self::OrderApproved(_) => "torg.conversation.order_approved.v1",
            Self::OrderRejected(_) => "torg.conversation.order_rejected.v1",
            Self::OrderMarked(_) => "torg.conversation.order_marked.v1",
            Self::OrderInvoiced(_) => "torg.conversation.order_invoiced.v1",
            Self::ArmAssigned(_) => "torg.conversation.arm_assigned.v1",
        }
    }
}
