//! What buyers usually ask that no seller's answer covers: the yardstick for nearness and for how rare a word is.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use super::signs::Phrase;
use crate::{encoder::Encoder, normalise::normalise};

const LINES: &str = include_str!("../../data/faq_background.txt");
/// How many of the nearest lines are averaged.
const NEAREST: usize = 2;

/// The usual messages, encoded.
#[derive(Debug)]
pub(super) struct Background {
    phrases: Vec<Phrase>,
    /// In how many of them a stem stands.
    counts: HashMap<String, u32>,
}

impl Background {
    /// The background; encoded once in a process, since there is one model.
    pub(super) fn of(encoder: &Encoder) -> &'static Self {
        static KNOWN: OnceLock<Background> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let mut counts = HashMap::new();
            let phrases: Vec<Phrase> = LINES
                .lines()
                .map(|line| {
                    let normalised = normalise(line);
                    let vector = encoder.encode(&normalised);
                    Phrase::new(&normalised, vector)
                })
                .collect();
            for phrase in &phrases {
                let stems: HashSet<&str> = phrase.stems().collect();
                for stem in stems {
                    *counts.entry(stem.to_owned()).or_insert(0) += 1;
                }
            }
            Self { phrases, counts }
        })
    }

    /// How near the usual messages are: the mean cosine of the nearest.
    pub(super) fn nearness(&self, asked: &Phrase) -> f64 {
        let mut best = [-1.0_f64; NEAREST];
        for phrase in &self.phrases {
            let mut carried = asked.cosine(phrase);
            for kept in &mut best {
                if carried > *kept {
                    std::mem::swap(kept, &mut carried);
                }
            }
        }
        best.iter().sum::<f64>() / NEAREST as f64
    }

    /// How much a word says: the rarer in usual messages, the more; 0 to 1.
    pub(super) fn weight(&self, stem: &str) -> f64 {
        let all = self.phrases.len() as f64;
        let count = f64::from(self.counts.get(stem).copied().unwrap_or(0));
        ((all + 1.0) / (count + 0.5)).ln() / ((all + 1.0) / 0.5).ln()
    }
}
