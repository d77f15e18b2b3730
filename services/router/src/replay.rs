//! The router as a replay asks it: what it would make of words and of answers.
//!
//! There is nothing here that could be written to or sent: no log, no channel. Nor is anybody called, unless it was
//! made to ask a language model ([`Router::asking`]), which only a candidate of its own is.

use std::{path::PathBuf, sync::Arc};

use domain::{
    Conversation, Shop,
    conversation::{Composition, Pending, Turn, Understood},
};
use eventlog::Outcome;
use jiff::Timestamp;
use language::Classifier;
use schemas::{Recorded, conversation::ConversationEvent, shop::BankLine};

use crate::{
    banks::Banks,
    model::Models,
    turns::{Burst, Turns},
};

/// The router, asked by hand. Clones are the same one.
#[derive(Clone)]
pub struct Router {
    turns: Turns,
    banks: Banks,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Problem(String);

impl Router {
    /// A router that has no language model; `cores` messages are understood at once. What other banks teach is kept in
    /// the directory `heads`.
    ///
    /// # Errors
    /// When one of our own schemas is broken: a bug.
    pub fn new(classifier: Arc<Classifier>, heads: PathBuf, cores: usize) -> anyhow::Result<Self> {
        let banks = Banks::new(Arc::clone(&classifier), heads);
        let turns = Turns::new(classifier, Models::none()?, cores);
        Ok(Self { turns, banks })
    }

    /// A router that asks this model as the service does, within the budgets of the shop; the same as [`Self::new`] when no
    /// model is named.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub fn asking(self, llm: &llm::ChatOptions, phrases: bool) -> anyhow::Result<Self> {
        let models = Models::open(llm, phrases)?;
        Ok(Self {
            turns: self.turns.asking(models),
            ..self
        })
    }

    /// What words are understood with by whoever has learnt these lines beside the built-in bank; `None`: as the router
    /// was started. A new bank is learnt now, which takes seconds.
    ///
    /// # Errors
    /// When the lines contradict each other, or what was learnt cannot be kept.
    pub async fn classifier(&self, bank: Option<&[BankLine]>) -> anyhow::Result<Arc<Classifier>> {
        self.banks.of(bank).await
    }

    /// What the pending `messages` of a conversation ask, and what becomes of them, by the shop as it is for this
    /// conversation and by a `bank` of labelled lines. `past` is what was recorded before them: only a model is shown it.
    ///
    /// # Errors
    /// [`Problem`] when the bank cannot be learnt; else when our own words are missing or understanding was interrupted: a
    /// bug.
    pub async fn understand(
        &self,
        (state, messages): (&Conversation, &[Pending]),
        past: &[Recorded<ConversationEvent>],
        bank: Option<&[BankLine]>,
        shop: &Shop,
        now: Timestamp,
    ) -> Result<Understood, Problem> {
        let classifier = self.banks.of(bank).await;
        let classifier = classifier.map_err(|error| Problem(format!("{error:#}")))?;
        let burst = Burst {
            state,
            messages,
            shop,
            now,
        };
        let past = || std::future::ready(Ok(past.to_vec()));
        let turns = self.turns.with(classifier);
        let understood = turns.understand(burst, past).await;
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
