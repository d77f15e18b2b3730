//! The router as a replay asks it: what it would make of words and of answers.
//!
//! There is nothing here that could be written to, called or sent: no log, no channel, and a model only for whoever
//! brings one along.

use std::sync::Arc;

use domain::{
    Conversation, Shop,
    conversation::{Composition, Pending, Turn, Understood},
};
use eventlog::Outcome;
use jiff::Timestamp;
use language::Classifier;
use schemas::{Recorded, conversation::ConversationEvent};

use crate::{
    model::Models,
    turns::{Burst, Turns},
};

/// The router, asked by hand. Clones are the same one.
#[derive(Clone)]
pub struct Router {
    turns: Turns,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Problem(String);

impl Router {
    /// A router that has no language model; `cores` messages are understood at once.
    ///
    /// # Errors
    /// When one of our own schemas is broken: a bug.
    pub fn new(classifier: Arc<Classifier>, cores: usize) -> anyhow::Result<Self> {
        let turns = Turns::new(classifier, Models::none()?, cores);
        Ok(Self { turns })
    }

    /// The same with a language model, which is really asked: only for a process that may call it.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub fn with_model(
        classifier: Arc<Classifier>,
        cores: usize,
        options: &llm::ChatOptions,
        phrases: bool,
    ) -> anyhow::Result<Self> {
        let turns = Turns::new(classifier, Models::open(options, phrases)?, cores);
        Ok(Self { turns })
    }

    /// The same with another classifier, and so with another bank.
    #[must_use]
    pub fn with(&self, classifier: Arc<Classifier>) -> Self {
        let turns = self.turns.with(classifier);
        Self { turns }
    }

    /// What the words are understood with.
    #[must_use]
    pub fn classifier(&self) -> &Classifier {
        self.turns.classifier()
    }

    /// What the pending `messages` of a conversation ask, and what becomes of them. `history` is what was recorded of it
    /// so far; only a model is shown any of it.
    ///
    /// # Errors
    /// [`Problem`] when our own words are missing or understanding was interrupted: a bug.
    pub async fn understand(
        &self,
        state: &Conversation,
        messages: &[Pending],
        history: &[Recorded<ConversationEvent>],
        shop: &Shop,
        now: Timestamp,
    ) -> Result<Understood, Problem> {
        let burst = Burst {
            state,
            messages,
            shop,
            now,
        };
        let past = || std::future::ready(Ok(history.to_vec()));
        let understood = self.turns.understand(burst, past).await;
        understood.map_err(problem)
    }

    /// The reply that the answers of a turn make, past the guard.
    ///
    /// # Errors
    /// As [`Self::understand`].
    pub async fn compose(
        &self,
        state: &Conversation,
        turn: &Turn,
        shop: &Shop,
        now: Timestamp,
    ) -> Result<Composition, Problem> {
        let composed = self.turns.compose(state, turn, shop, now).await;
        composed.map_err(problem)
    }
}

fn problem(outcome: Outcome) -> Problem {
    Problem(match outcome {
        Outcome::Park(reason) => reason,
        Outcome::RetryIn(_) | Outcome::Done => "the router would wait".to_owned(),
    })
}
