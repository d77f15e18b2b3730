//! One look at a conversation: answer every ask that waits for this specialist.

use std::{sync::Arc, time::Duration};

use domain::Conversation;
use eventlog::{AppendError, EventLog, Outcome};
use schemas::{
    AggregateKey, TurnId,
    conversation::{AnswerGiven, CannotAnswer, Specialist},
};

use crate::answer::{Answered, Desk, Question, Trouble};

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
            match self.record(&key, turn, ask, &answered).await {
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
}
