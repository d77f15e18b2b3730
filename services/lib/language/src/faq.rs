//! Whether a buyer asks what the seller has already answered: one of the shop's questions and answers.
//!
//! A cosine is no confidence: it puts «гарантируете, что дойдёт к пятнице?» beside «есть ли гарантия?». So several signs
//! are weighed by a small logistic regression: the vectors, how far one entry is ahead of the others and of what buyers
//! usually ask, the words that both have, weighed by how rare they are, and what both are about. Its weights were fitted
//! on some of the shops of `data/faq_development.tsv` and judged on the others (`fitting.rs` does both again).
//! Absent on purpose: what is said then. That is the seller's own answer, word for word.

mod background;
#[cfg(test)]
mod fitting;
mod ideas;
mod signs;

use crate::{encoder::Encoder, normalise::normalise};
use background::Background;
use signs::{Entry, Phrase, Signs};

/// Weights of the signs; fitted, as `fitting.rs` checks.
const WEIGHTS: Signs = [
    1.613, 2.092, 2.803, 2.504, 2.051, 0.697, 2.508, 0.475, 3.102, 2.376,
];
const BIAS: f64 = -4.500;

/// The entry that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaqMatch {
    /// Its place among the entries that the matcher was made of.
    pub entry: usize,
    /// How probable it is that exactly this is asked, 0 to 1, when three of four messages ask nothing of the kind.
    pub score: f64,
}

/// A shop's questions, ready to be compared with.
///
/// Making one encodes every wording and answer, about a millisecond each, and, the first time in a process, 146 usual
/// messages. Keep it until the tab changes.
#[derive(Clone, Debug)]
pub struct FaqMatcher {
    entries: Vec<Entry>,
    background: &'static Background,
}

impl FaqMatcher {
    /// Takes questions with their answers as the sheet has them: the wordings of one question are separated by line
    /// breaks or `|`.
    #[must_use]
    pub fn new(encoder: &Encoder, entries: &[(&str, &str)]) -> Self {
        let phrase = |text: &str| {
            let normalised = normalise(text);
            let vector = encoder.encode(&normalised);
            Phrase::new(&normalised, vector)
        };
        let entries = entries.iter().map(|(question, answer)| {
            let wordings = question.split(['\n', '|']).map(str::trim);
            Entry {
                wordings: wordings
                    .filter(|text| !text.is_empty())
                    .map(phrase)
                    .collect(),
                answer: phrase(answer),
            }
        });
        Self {
            entries: entries.collect(),
            background: Background::of(encoder),
        }
    }

    /// The entry that `text` most probably asks for; `None` when there is none, or no word in the text.
    ///
    /// `vector` is the encoder's for the normalised text, as [`Classifier::classify`](crate::Classifier::classify)
    /// gives it.
    #[must_use]
    pub fn best(&self, text: &str, vector: &[f32]) -> Option<FaqMatch> {
        let scored = self.signs(text, vector).into_iter().enumerate();
        scored
            .filter_map(|(entry, signs)| {
                let score = probability(&signs?);
                Some(FaqMatch { entry, score })
            })
            .max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// The signs of every entry; `None` for one without wordings.
    fn signs(&self, text: &str, vector: &[f32]) -> Vec<Option<Signs>> {
        let asked = Phrase::new(&normalise(text), vector.to_vec());
        if asked.is_empty() {
            return Vec::new();
        }
        signs::of_all(&asked, &self.entries, self.background)
    }
}

fn probability(signs: &Signs) -> f64 {
    let weighed = signs
        .iter()
        .zip(WEIGHTS)
        .map(|(sign, weight)| sign * weight);
    let sum: f64 = weighed.sum();
    1.0 / (1.0 + (-sum - BIAS).exp())
}
