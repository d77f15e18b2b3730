//! What a buyer wants: encoder, head and bank put together.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use schemas::conversation::Intent;

use crate::{
    bank::{self, BANK, Example, digest12},
    cache,
    encoder::{Encoder, MODEL_NAME, TOKENIZER_SHA256, WEIGHTS_SHA256},
    head::{Features, HEAD_VERSION, Head, place},
    normalise::normalise,
    own_lines::OwnLines,
    parallel,
    prior::Prior,
};

/// Why the classifier does not open.
#[derive(Debug, thiserror::Error)]
pub enum ClassifierError {
    /// A line of the compiled-in bank cannot be read: a bug, caught by this crate's tests.
    #[error("line {0} of the intent bank is not one")]
    Bank(usize),
    /// There is nothing to train on: a bug, caught by this crate's tests.
    #[error("the intent bank is empty")]
    Empty,
    /// The trained head cannot be kept in the cache directory.
    #[error("cannot write the trained classifier to {}", path.display())]
    Cache {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// What a message was understood as.
#[derive(Clone, Debug, PartialEq)]
pub struct Classified {
    /// Every intent with its calibrated probability, likeliest first; they sum to 1.
    pub probabilities: Vec<(Intent, f64)>,
    /// The intents that the message may have, likeliest first, never none: the right one is among
    /// them in nine messages of ten like those of the bank (split conformal prediction).
    pub set: Vec<Intent>,
    /// The vector of the normalised message, of Euclidean length 1.
    pub embedding: Vec<f32>,
}

impl Classified {
    /// The likeliest intent and its probability.
    #[must_use]
    pub fn best(&self) -> (Intent, f64) {
        self.probabilities
            .first()
            .copied()
            .unwrap_or((Intent::Other, 0.0))
    }
}

/// A line of the bank that comes near to a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest<'a> {
    /// The line's words.
    pub text: &'a str,
    /// What it asks.
    pub intent: Intent,
    /// How near it is: a cosine, at most 1.
    pub likeness: f32,
}

/// Tells what a buyer wants. Share it by reference between threads.
#[derive(Debug)]
pub struct Classifier {
    encoder: Arc<Encoder>,
    head: Head,
    /// The bank, in the order of the head's examples.
    bank: Vec<Example>,
    model_id: String,
    bank_id: String,
}

impl Classifier {
    /// Trains on the compiled-in bank, or takes the trained head out of `cache_dir`.
    ///
    /// Training takes a few seconds and always gives the same head. The cache file is named by
    /// digests of the bank, the model and the head's version; one that is damaged is replaced.
    ///
    /// # Errors
    /// [`ClassifierError::Cache`]: `cache_dir` cannot be written; show it, or open without a cache.
    pub fn open(
        encoder: impl Into<Arc<Encoder>>,
        cache_dir: Option<&Path>,
    ) -> Result<Self, ClassifierError> {
        Self::open_with(encoder, &OwnLines::default(), cache_dir)
    }

    /// As [`Classifier::open`], on the compiled-in bank and `own` lines; the bank's id names both.
    ///
    /// # Errors
    /// As [`Classifier::open`].
    pub fn open_with(
        encoder: impl Into<Arc<Encoder>>,
        own: &OwnLines,
        cache_dir: Option<&Path>,
    ) -> Result<Self, ClassifierError> {
        let encoder = encoder.into();
        let digest = digest12(&[WEIGHTS_SHA256, TOKENIZER_SHA256, HEAD_VERSION]);
        let mut bank = bank::read(BANK).map_err(ClassifierError::Bank)?;
        let bank_id = match own.join(&mut bank) {
            Some(added) => digest12(&[BANK, &added]),
            None => digest12(&[BANK]),
        };
        let file = cache_dir.map(|dir| dir.join(format!("intents-{digest}-{bank_id}.head")));
        let head = match file.as_deref().and_then(cache::load) {
            Some(head) => head,
            None => {
                let head = train(&encoder, &bank)?;
                if let Some(path) = file {
                    cache::store(&path, &head)
                        .map_err(|source| ClassifierError::Cache { path, source })?;
                }
                head
            }
        };
        Ok(Self {
            encoder,
            head,
            bank,
            model_id: format!("{MODEL_NAME}/{digest}"),
            bank_id,
        })
    }

    /// What a message wants, by its words alone. A message with several asks should be split first.
    #[must_use]
    pub fn classify(&self, text: &str) -> Classified {
        self.classify_with(text, &Prior::default())
    }

    /// What a message wants, in a conversation of which `prior` is known.
    ///
    /// State can tip a message that could be two things, and never one that is clear.
    #[must_use]
    pub fn classify_with(&self, text: &str, prior: &Prior) -> Classified {
        let normalised = normalise(text);
        let features = Features::new(&normalised, self.encoder.encode(&normalised));
        let by_text = self.head.probabilities(&features).map(f64::from);
        let weighed = prior.weigh(&normalised, by_text);
        let mut probabilities: Vec<(Intent, f64)> = Intent::ALL.into_iter().zip(weighed).collect();
        probabilities.sort_by(|a, b| b.1.total_cmp(&a.1));
        let least = f64::from(self.head.thresholds.least);
        let set = probabilities
            .iter()
            .enumerate()
            .filter(|(rank, (_, probability))| *rank == 0 || *probability >= least)
            .map(|(_, (intent, _))| *intent)
            .collect();
        Classified {
            probabilities,
            set,
            embedding: features.vector,
        }
    }

    /// The `count` lines of the bank that mean nearly the same as a message, nearest first.
    #[must_use]
    pub fn nearest(&self, text: &str, count: usize) -> Vec<Nearest<'_>> {
        let vector = self.encoder.encode(&normalise(text));
        let mut lines: Vec<Nearest> = self
            .bank
            .iter()
            .zip(self.head.likenesses(&vector))
            .map(|(example, likeness)| Nearest {
                text: &example.text,
                intent: example.intent,
                likeness,
            })
            .collect();
        lines.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
        lines.truncate(count);
        lines
    }

    /// From which probability on an intent is acted on.
    ///
    /// `floor` is the shop's policy for plain asks, 0 to 1. Checkout, taking out of the cart,
    /// complaints and haggling ask for half of the doubt that it leaves (0.80 becomes 0.90),
    /// greeting and thanks for 0.15 less; and no intent for less than its errors on unseen lines
    /// of the bank allow.
    #[must_use]
    pub fn threshold(&self, intent: Intent, floor: f64) -> f64 {
        self.head.thresholds.of(intent, floor)
    }

    /// The encoder, for other uses of sentence vectors.
    #[must_use]
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The same, for somebody who keeps it.
    #[must_use]
    pub fn shared_encoder(&self) -> Arc<Encoder> {
        Arc::clone(&self.encoder)
    }

    /// Name of the encoder and digest of weights and head: `use-multilingual-v3/0123456789ab`.
    #[must_use]
    pub fn model_id(&self) -> &str {
        &self.model_id
    }

    /// Digest of the bank, 12 hex digits.
    #[must_use]
    pub fn bank_id(&self) -> &str {
        &self.bank_id
    }
}

fn train(encoder: &Encoder, examples: &[Example]) -> Result<Head, ClassifierError> {
    let labels: Vec<usize> = examples.iter().map(|e| place(e.intent)).collect();
    let features = parallel::map(examples, |example| {
        let normalised = normalise(&example.text);
        let vector = encoder.encode(&normalised);
        Features::new(&normalised, vector)
    });
    Head::train(&features, &labels).ok_or(ClassifierError::Empty)
}
