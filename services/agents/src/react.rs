//! One look at a conversation: answer every ask that waits for this specialist.

use std::{convert::Infallible, sync::Arc, time::Duration};

use domain::{Conversation, Customer, conversation::OrderRefusal, customer::Contact};
use eventlog::{AppendError, EventLog, Outcome};
use schemas::{
    AggregateKey, CustomerId, Decision, TurnId,
    conversation::{AnswerGiven, CannotAnswer, ConversationEvent, Specialist},
};

use crate::answer::{Answered, ContactDeed, ContactStep, Desk, Question, Sale, Step, Trouble};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);

/// A specialist at work.
#[derive(Clone)]
pub(crate) struct Agent {
    log: EventLog,
    desk: Desk,
    specialist: Specialist,
}

impl Agent {
    pub(crate) const fn new(log: EventLog, desk: Desk, specialist: Specialist) -> Self {
        Self {
            log,
            desk,
            specialist,
        }
    }

    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let mut known = None;
        loop {
            let state = match known.take() {
                Some(state) => state,
                None => match self.load(&key).await {
                    Ok(state) => state,
                    Err(outcome) => return outcome,
                },
            };
            let Some((turn, ask, question)) = self.next_question(&key, &state) else {
                return Outcome::Done;
            };
            let answered = match self.desk.answer(&question).await {
                Ok(answered) => answered,
                Err(Trouble::Log(error)) => {
                    tracing::warn!("an answer waits for the log: {error}");
                    return Outcome::RetryIn(OUTAGE);
                }
                Err(Trouble::Words(error)) => return Outcome::Park(error.to_string()),
            };
            let recorded = match &answered {
                // Woken again by whoever it waits for.
                Step::Wait => return Outcome::Done,
                Step::Submit(submitted) => self.trade(&key, |state| state.submit(submitted)).await,
                Step::Cancel(cancelled) => self.trade(&key, |state| state.cancel(cancelled)).await,
                Step::Contact(step) => match self.contact(&key, step).await {
                    Ok(()) => Ok(Some(state)),
                    Err(outcome) => Err(outcome),
                },
                Step::Answer(answered) => self.record(&key, turn, ask, answered).await,
            };
            match recorded {
                Ok(state) => known = state,
                Err(outcome) => return outcome,
            }
        }
    }

    async fn load(&self, key: &AggregateKey) -> Result<Arc<Conversation>, Outcome> {
        let loaded = self.log.load::<Conversation>(key).await.map_err(|error| {
            tracing::warn!("the log does not answer: {error}");
            Outcome::RetryIn(OUTAGE)
        })?;
        match &loaded.poison {
            Some(poison) => Err(Outcome::Park(poison.to_string())),
            None => Ok(loaded.state),
        }
    }

    fn next_question(
        &self,
        key: &AggregateKey,
        state: &Conversation,
    ) -> Option<(TurnId, u32, Question)> {
        let (turn, place, ask) = state.open_asks(self.specialist).into_iter().next()?;
        let question = Question {
            shop: key.shop_id().clone(),
            specialist: self.specialist,
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
            now: boot::clock::now(),
        };
        Some((turn.id, place, question))
    }

    /// Records the answer; the state that it left. A refusal means that nobody waits for it any more; the next look sees that.
    async fn record(
        &self,
        key: &AggregateKey,
        turn: TurnId,
        ask: u32,
        answered: &Answered,
    ) -> Result<Option<Arc<Conversation>>, Outcome> {
        let decided = self
            .log
            .decide::<Conversation, _>(key, |state| match answered {
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
            });
        match decided.await {
            Ok(appended) => Ok(Some(appended.loaded.state)),
            Err(AppendError::Refused(refusal)) => {
                tracing::debug!(?refusal, "an answer came too late");
                Ok(None)
            }
            Err(AppendError::Poisoned(poison)) => Err(Outcome::Park(poison.to_string())),
            Err(AppendError::Contended(_) | AppendError::Log(_)) => Err(Outcome::RetryIn(OUTAGE)),
        }
    }

    /// Records what the buyer decided about an order; the state that it left.
    async fn trade(
        &self,
        key: &AggregateKey,
        decide: impl Fn(&Conversation) -> Result<Decision<ConversationEvent>, OrderRefusal>
        + Send
        + Sync,
    ) -> Result<Option<Arc<Conversation>>, Outcome> {
        match self
            .log
            .decide::<Conversation, _>(key, |state| decide(state))
            .await
        {
            Ok(appended) => Ok(Some(appended.loaded.state)),
            // The conversation moved on while the answer was made: it is looked at anew, and not at once.
            Err(AppendError::Refused(refusal)) => {
                tracing::debug!(?refusal, "an order came too late");
                Err(Outcome::RetryIn(OUTAGE))
            }
            Err(AppendError::Poisoned(poison)) => Err(Outcome::Park(poison.to_string())),
            Err(AppendError::Contended(_) | AppendError::Log(_)) => Err(Outcome::RetryIn(OUTAGE)),
        }
    }
}

/// The address is shown to be somebody's by other means meanwhile, or cannot be any more.
struct MovedOn;

impl Agent {
    /// Records what a customer shows or wants.
    async fn contact(&self, key: &AggregateKey, step: &ContactStep) -> Result<(), Outcome> {
        let (shop, cause) = (key.shop_id(), step.cause);
        let customer = AggregateKey::customer(shop, step.customer);
        if let ContactDeed::Join { contact } = &step.deed {
            let address = AggregateKey::customer(shop, *contact);
            let decided = self.log.decide::<Contact, Infallible>(&address, |address| {
                Ok(address.join(step.customer, cause))
            });
            return decided.await.map(|_| ()).map_err(failed);
        }
        let now = boot::clock::now();
        let decided = self.log.decide::<Customer, MovedOn>(&customer, |customer| {
            let decided = match &step.deed {
                ContactDeed::Ask(asked) => customer.ask_code(asked, cause, now),
                ContactDeed::Try {
                    conversation,
                    digest,
                } => customer.try_code(*conversation, digest, cause, now),
                ContactDeed::Part { conversation } => Ok(customer.part(*conversation, cause)),
                ContactDeed::Join { .. } => Ok(Decision::nothing()),
            };
            decided.map_err(|_| MovedOn)
        });
        match decided.await {
            // Refused: it is looked at anew, and answered by how things stand now.
            Ok(_) | Err(AppendError::Refused(MovedOn)) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

fn failed<R>(error: AppendError<R>) -> Outcome {
    match error {
        AppendError::Poisoned(poison) => Outcome::Park(poison.to_string()),
        AppendError::Contended(_) | AppendError::Log(_) | AppendError::Refused(_) => {
            Outcome::RetryIn(OUTAGE)
        }
    }
}

/// Who the buyer is, over all chats at this provider.
fn customer(key: &AggregateKey, state: &Conversation) -> Option<CustomerId> {
    let (buyer, _) = state.buyer()?;
    let channel = state.address()?.channel.as_str();
    Some(CustomerId::of(key.shop_id(), channel, buyer.get()?))
}
