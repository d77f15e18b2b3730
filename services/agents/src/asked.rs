//! What a conversation asks of a specialist, and what is decided on the answer. Pure: a reactor and a replay ask alike.

use domain::{Conversation, conversation::AnswerRefusal};
use jiff::Timestamp;
use schemas::{
    AggregateKey, CustomerId, Decision, TurnId,
    conversation::{AnswerGiven, CannotAnswer, ConversationEvent, Specialist},
};

use crate::answer::{Answered, Question, Sale};

/// The next ask that waits for a specialist: its turn, its place there, and the question that it makes.
pub(crate) fn next(
    key: &AggregateKey,
    state: &Conversation,
    specialist: Specialist,
    now: Timestamp,
) -> Option<(TurnId, u32, Question)> {
    let (turn, place, ask) = state.open_asks(specialist).into_iter().next()?;
    let question = Question {
        shop: key.shop_id().clone(),
        specialist,
        text: ask.text.text().to_owned(),
        intent: ask.intent,
        language: turn.language,
        listing: state.listing().cloned(),
        focus: state.focus().cloned(),
        list: state
            .list()
            .map_or_else(Vec::new, |list| list.items.clone()),
        ordinal: ask.ordinal,
        entities: ask.entities.clone(),
        offers: state.offers().to_vec(),
        said: state.said_by_people().to_vec(),
        arms: state.arms(),
        asked: state.asked().cloned(),
        anew: turn.anew || state.is_earlier(),
        last_time: state.last_time().cloned(),
        sale: Box::new(Sale {
            // A turn that the seller has is only drafted: nothing is ordered by it.
            conversation: key
                .conversation_id()
                .filter(|_| state.turn().is_some_and(|open| open.id == turn.id)),
            turn: Some((turn.id, turn.messages.clone())),
            deal: state.deal_in(turn.id).clone(),
            orders: state.orders().to_vec(),
            customer: customer(key, state),
            name: state.buyer().and_then(|(_, name)| name.cloned()),
        }),
        now,
    };
    Some((turn.id, place, question))
}

/// What is recorded of an answer.
///
/// # Errors
/// [`AnswerRefusal`] when nobody waits for it any more.
pub(crate) fn record(
    state: &Conversation,
    turn: TurnId,
    ask: u32,
    answered: &Answered,
) -> Result<Decision<ConversationEvent>, AnswerRefusal> {
    match answered {
        Answered::Given(answer) => state.answer(&AnswerGiven {
            turn,
            ask,
            text: answer.text.clone(),
            facts: answer.facts.clone(),
            focus: answer.focus.clone(),
            list: answer.list.clone(),
            offer: answer.offer.clone(),
            asked: answer.asked.clone(),
            deal: answer.deal.clone(),
            how: answer.how.clone(),
            degraded: answer.degraded.clone(),
            calls: answer.calls.clone(),
        }),
        Answered::Cannot(reason) => state.cannot_answer(&CannotAnswer {
            turn,
            ask,
            reason: reason.clone(),
        }),
    }
}

/// Who the buyer is, over all chats at this provider.
fn customer(key: &AggregateKey, state: &Conversation) -> Option<CustomerId> {
    let (buyer, _) = state.buyer()?;
    let channel = state.address()?.channel.as_str();
    Some(CustomerId::of(key.shop_id(), channel, buyer.get()?))
}
