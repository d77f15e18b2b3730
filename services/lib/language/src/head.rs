//! From a sentence vector and character n-grams to calibrated probabilities of intents.
//!
//! Three judges (regression on the vector, nearest neighbours, regression on the n-grams) are
//! mixed in the logarithm and sharpened by one temperature. The temperature comes from scores of
//! examples that the judges had not seen: on its own examples every judge is far too sure. The
//! same scores say from which probability on to act ([`Thresholds`]).

use schemas::conversation::Intent;

use crate::{
    encoder::DIMENSIONS,
    grams::{BUCKETS, Sparse, grams},
    parallel,
    regression::{CLASSES, Input, Scores, Settings, Weights, scores, softmax, train},
    thresholds::{Thresholds, Unseen},
};

/// Changes whenever the same bank and model would give other probabilities.
pub(crate) const HEAD_VERSION: &str = "3";

/// Weights of the three judges.
const MIX: [f32; 3] = [0.45, 0.35, 0.20];
/// How many nearest examples of an intent speak for it.
const NEIGHBOURS: usize = 3;
/// How much a cosine counts in the voice of the neighbours.
const NEIGHBOUR_SHARPNESS: f32 = 18.0;
/// In how many parts the bank is cut for the temperature.
const FOLDS: usize = 5;
const ON_VECTORS: Settings = Settings {
    columns: DIMENSIONS,
    penalty: 1e-4,
    rate: 6.0,
    steps: 80,
};
const ON_GRAMS: Settings = Settings {
    columns: BUCKETS,
    penalty: 1e-4,
    rate: 6.0,
    steps: 60,
};

/// One message as the head sees it.
pub(crate) struct Features {
    pub(crate) vector: Vec<f32>,
    pub(crate) grams: Sparse,
}

impl Features {
    pub(crate) fn new(normalised: &str, vector: Vec<f32>) -> Self {
        Self {
            vector,
            grams: grams(normalised),
        }
    }
}

/// A message of the bank with the place of its intent in [`Intent::ALL`].
type Labelled<'a> = (&'a Features, usize);

/// A trained head.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) on_vectors: Weights,
    pub(crate) on_grams: Weights,
    /// The vectors of the bank, one after the other.
    pub(crate) examples: Vec<f32>,
    /// The intents of the bank, as places in [`Intent::ALL`].
    pub(crate) labels: Vec<usize>,
    pub(crate) temperature: f32,
    pub(crate) thresholds: Thresholds,
}

impl Head {
    /// Trains on the bank. `labels` are places in [`Intent::ALL`], one per feature.
    pub(crate) fn train(features: &[Features], labels: &[usize]) -> Option<Self> {
        let bank: Vec<Labelled> = features.iter().zip(labels.iter().copied()).collect();
        let folds = folds(&bank);
        // The last round leaves nothing out: it is the head, and the others only judge it.
        let rounds: Vec<usize> = (0..=FOLDS).collect();
        let mut heads = parallel::map(&rounds, |round| without(&bank, &folds, *round));
        let (head, _) = heads.pop()?;
        let mut unseen: Vec<Unseen> = heads.into_iter().flat_map(|(_, unseen)| unseen).collect();
        let temperature = temperature(&unseen);
        for (scores, _) in &mut unseen {
            sharpen(scores, temperature);
        }
        Some(Self {
            temperature,
            thresholds: Thresholds::derive(&unseen),
            ..head
        })
    }

    fn fit(bank: &[Labelled<'_>]) -> Self {
        let vectors: Vec<(Input, usize)> = bank
            .iter()
            .map(|(features, label)| (Input::Dense(&features.vector), *label))
            .collect();
        let grams: Vec<(Input, usize)> = bank
            .iter()
            .map(|(features, label)| (Input::Sparse(&features.grams), *label))
            .collect();
        Self {
            on_vectors: train(&vectors, ON_VECTORS),
            on_grams: train(&grams, ON_GRAMS),
            examples: bank
                .iter()
                .flat_map(|(f, _)| f.vector.iter().copied())
                .collect(),
            labels: bank.iter().map(|(_, label)| *label).collect(),
            temperature: 1.0,
            thresholds: Thresholds {
                derived: [1.0; CLASSES],
                least: 0.0,
            },
        }
    }

    /// Probabilities in the order of [`Intent::ALL`].
    pub(crate) fn probabilities(&self, features: &Features) -> Scores {
        let mut scores = self.mixed(features);
        sharpen(&mut scores, self.temperature);
        scores
    }

    /// The mixed logarithms, before the temperature.
    fn mixed(&self, features: &Features) -> Scores {
        let judges = self.judges(features);
        let mut mixed = [0.0; CLASSES];
        for (mut judge, weight) in judges.into_iter().zip(MIX) {
            softmax(&mut judge);
            for (sum, probability) in mixed.iter_mut().zip(judge) {
                *sum += weight * probability.max(1e-6).ln();
            }
        }
        mixed
    }

    /// The scores of the three judges.
    fn judges(&self, features: &Features) -> [Scores; 3] {
        [
            scores(&self.on_vectors, Input::Dense(&features.vector)),
            self.neighbours(&features.vector),
            scores(&self.on_grams, Input::Sparse(&features.grams)),
        ]
    }

    /// How near each line of the bank is to a message, in the order of the bank.
    pub(crate) fn likenesses(&self, vector: &[f32]) -> impl Iterator<Item = f32> {
        let lines = self.examples.chunks_exact(DIMENSIONS);
        lines.map(move |line| dot(line, vector))
    }

    /// The mean cosine of the nearest examples of each intent.
    fn neighbours(&self, vector: &[f32]) -> Scores {
        let mut nearest = [[-1.0_f32; NEIGHBOURS]; CLASSES];
        for (example, &label) in self.examples.chunks_exact(DIMENSIONS).zip(&self.labels) {
            let mut carried = dot(example, vector);
            for kept in nearest.get_mut(label).into_iter().flatten() {
                if carried > *kept {
                    std::mem::swap(kept, &mut carried);
                }
            }
        }
        nearest.map(|best| NEIGHBOUR_SHARPNESS * best.iter().sum::<f32>() / NEIGHBOURS as f32)
    }
}

/// Eight sums side by side: the order is fixed, and the compiler can use wide registers.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (x, y) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum()
}

/// Mixed logarithms become probabilities.
fn sharpen(scores: &mut Scores, temperature: f32) {
    scores.iter_mut().for_each(|score| *score /= temperature);
    softmax(scores);
}

/// A head that was trained without one fold, and its mixed scores of the examples of that fold.
fn without(bank: &[Labelled<'_>], folds: &[usize], fold: usize) -> (Head, Vec<Unseen>) {
    let (outside, inside): (Vec<_>, Vec<_>) =
        bank.iter().zip(folds).partition(|(_, of)| **of == fold);
    let inside: Vec<Labelled> = inside.into_iter().map(|(example, _)| *example).collect();
    let head = Head::fit(&inside);
    let unseen = outside
        .into_iter()
        .map(|((features, label), _)| (head.mixed(features), *label))
        .collect();
    (head, unseen)
}

/// The fold of each example: every intent is dealt out evenly, in the order of the bank.
fn folds(bank: &[Labelled<'_>]) -> Vec<usize> {
    let mut dealt = [0_usize; CLASSES];
    bank.iter()
        .map(|(_, label)| {
            dealt.get_mut(*label).map_or(0, |count| {
                *count += 1;
                *count % FOLDS
            })
        })
        .collect()
}

/// The temperature, between 0.4 and 2, that makes the labels of unseen examples most likely.
fn temperature(unseen: &[Unseen]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        let each = unseen.iter().map(|(scores, label)| {
            let mut scaled = *scores;
            sharpen(&mut scaled, temperature);
            -f64::from(scaled.get(*label).copied().unwrap_or(1.0).max(1e-9)).ln()
        });
        each.sum()
    };
    let candidates = (40_u8..=200).map(|step| f32::from(step) / 100.0);
    candidates
        .map(|temperature| (temperature, loss(temperature)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(1.0, |(temperature, _)| temperature)
}

/// The place of an intent in [`Intent::ALL`].
pub(crate) fn place(intent: Intent) -> usize {
    Intent::ALL
        .iter()
        .position(|known| *known == intent)
        .unwrap_or_default()
}

const _: () = assert!(Intent::ALL.len() == CLASSES);
