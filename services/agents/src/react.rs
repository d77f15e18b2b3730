//! One look at a conversation: answer every ask that waits for this specialist.

use std::{convert::Infallible, sync::Arc, time::Duration};

use boot::CrashPoint;
use domain::{Conversation, Customer, conversation::OrderRefusal, customer::Contact};
use eventlog::{AppendError, EventLog, Outcome};
use schemas::{
    AggregateKey, Decision, TurnId,
    conversation::{ConversationEvent, Specialist},
};

use crate::{
    answer::{Answered, ContactDeed, ContactStep, Desk, Step, Trouble},
    asked,
};

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
            let Some((turn, ask, question)) =
                asked::next(&key, &state, self.specialist, boot::clock::now())
            else {
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
                Step::Submit(submitted) => {
                    boot::crash_point(CrashPoint::OrderSubmittedBefore);
                    let recorded = self.trade(&key, |state| state.submit(submitted)).await;
                    boot::crash_point(CrashPoint::OrderSubmittedAfter);
                    recorded
                }
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
            .decide::<Conversation, _>(key, |state| asked::record(state, turn, ask, answered));
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
