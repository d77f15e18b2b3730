//! Specialists as a replay asks them: over a past that is held in memory.
//!
//! There is nothing here that could be written to, called or sent: no log, no channel, no model.

use std::sync::Arc;

use domain::Conversation;
use language::Encoder;
use schemas::{
    AggregateKey, ConversationId, Decision,
    conversation::{ConversationEvent, Specialist},
};

use crate::{
    answer::{ContactDeed, ContactStep, Desk, Step},
    asked,
    facts::Facts,
    general::faq::Faqs,
    search::Embedder,
};

pub use crate::{
    facts::Moment,
    past::{Past, Recording},
};

/// All specialists, asked by hand. Clones are the same ones.
#[derive(Clone)]
pub struct Specialists {
    built_in: Embedder,
    faqs: Faqs,
}

/// What a look at a conversation comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Looked {
    /// Nobody is asked anything.
    Nothing,
    /// Somebody else has to do something first.
    Waits,
    /// Something would be recorded of the customer: the moment has it, and it is answered by the next look.
    Noted,
    /// This would be recorded.
    Decided(Decision<ConversationEvent>),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Problem(String);

impl Specialists {
    /// Specialists that search with this encoder.
    #[must_use]
    pub fn new(encoder: Arc<Encoder>) -> Self {
        Self {
            built_in: Embedder::local(Arc::clone(&encoder)),
            faqs: Faqs::new(encoder),
        }
    }

    /// What one specialist would do about a conversation.
    ///
    /// # Errors
    /// [`Problem`] when our own words are missing, or an order does not fit what the buyer was shown.
    pub async fn look(
        &self,
        specialist: Specialist,
        moment: &mut Moment,
        conversation: ConversationId,
        state: &Conversation,
    ) -> Result<Looked, Problem> {
        let key = AggregateKey::conversation(moment.shop(), conversation);
        let next = asked::next(&key, state, specialist, moment.at());
        let Some((turn, ask, question)) = next else {
            return Ok(Looked::Nothing);
        };
        let facts = Facts::Past(moment.clone(), self.built_in.clone());
        let desk = Desk::new(facts, self.built_in.clone(), self.faqs.clone());
        let step = desk.answer(&question).await;
        let step = step.map_err(|error| Problem(error.to_string()))?;
        let refused = |refusal: &dyn std::fmt::Debug| Problem(format!("refused: {refusal:?}"));
        let decided = match &step {
            Step::Wait => return Ok(Looked::Waits),
            Step::Contact(step) => return Ok(of_a_customer(moment, step)),
            Step::Submit(order) => state.submit(order).map_err(|error| refused(&error))?,
            Step::Cancel(order) => state.cancel(order).map_err(|error| refused(&error))?,
            Step::Answer(answered) => {
                let decided = asked::record(state, turn, ask, answered);
                decided.map_err(|error| refused(&error))?
            }
        };
        Ok(Looked::Decided(decided))
    }
}

/// What would be recorded of a customer, by the rules that record it. A refusal is answered by how things stand, as if
/// nothing had been tried.
fn of_a_customer(moment: &mut Moment, step: &ContactStep) -> Looked {
    let (cause, now) = (step.cause, moment.at());
    let (customer, _) = moment.person(step.customer);
    let (who, decision) = match &step.deed {
        ContactDeed::Join { contact } => {
            let (_, address) = moment.person(*contact);
            (*contact, Ok(address.join(step.customer, cause)))
        }
        ContactDeed::Ask(asked) => (step.customer, customer.ask_code(asked, cause, now)),
        ContactDeed::Try {
            conversation,
            digest,
        } => {
            let tried = customer.try_code(*conversation, digest, cause, now);
            (step.customer, tried)
        }
        ContactDeed::Part { conversation } => {
            (step.customer, Ok(customer.part(*conversation, cause)))
        }
    };
    let noted = decision.is_ok_and(|decision| moment.note(who, decision));
    if noted { Looked::Noted } else { Looked::Waits }
}
