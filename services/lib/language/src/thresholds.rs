//! From which probability on an intent is acted on, and which intents a message may have at all.
//!
//! Both are read off the scores of examples that the head had not seen, never off the development
//! set. A threshold is the lowest probability from which on the share of errors is, with nine
//! parts in ten of certainty, under the intent's target (the upper bound of Clopper and Pearson).

use schemas::conversation::Intent;

use crate::{
    head::place,
    regression::{CLASSES, Scores},
};

/// How sure the bound on the share of errors is.
const CERTAINTY: f64 = 0.90;
/// In what share of messages the right intent may be missing from the set.
const MISSED: f64 = 0.10;

/// What it costs to act wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Risk {
    /// A greeting too many.
    Courtesy,
    /// An answer to what was not asked.
    Plain,
    /// Money, an order, or an angry buyer.
    High,
}

impl Risk {
    const fn of(intent: Intent) -> Self {
        match intent {
            Intent::Greeting | Intent::Thanks => Self::Courtesy,
            Intent::Checkout
            | Intent::CartRemove
            | Intent::Complaint
            | Intent::PriceNegotiation => Self::High,
            Intent::StockInquiry
            | Intent::DeliveryQuestion
            | Intent::ProductSearch
            | Intent::ProductQuestion
            | Intent::CartAdd
            | Intent::OrderStatus
            | Intent::HumanRequest
            | Intent::Other => Self::Plain,
        }
    }

    /// The share of errors that may be made among what is acted on.
    const fn target(self) -> f64 {
        match self {
            Self::Courtesy => 0.10,
            Self::Plain => 0.08,
            Self::High => 0.03,
        }
    }

    /// The lowest threshold of this risk, where the shop's policy says `floor` for plain asks.
    ///
    /// Of the doubt that the policy leaves, a high risk leaves half. 0.80 gives 0.90 and 0.65.
    fn floor(self, floor: f64) -> f64 {
        match self {
            Self::Courtesy => (floor - 0.15).max(0.0),
            Self::Plain => floor,
            Self::High => f64::midpoint(floor, 1.0),
        }
    }
}

/// One score of an example that the head had not seen: probabilities, and the right place.
pub(crate) type Unseen = (Scores, usize);

/// What the scores of unseen examples say about when to act.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Thresholds {
    /// The threshold of each intent that its own errors ask for, in the order of [`Intent::ALL`].
    pub(crate) derived: Scores,
    /// The least probability that an intent of the set has.
    pub(crate) least: f32,
}

impl Thresholds {
    /// Reads thresholds off calibrated probabilities of unseen examples.
    pub(crate) fn derive(unseen: &[Unseen]) -> Self {
        Self {
            derived: Intent::ALL.map(|intent| threshold(intent, unseen)),
            least: least(unseen),
        }
    }

    /// From which probability on `intent` is acted on, when the shop's policy says `floor`.
    pub(crate) fn of(&self, intent: Intent, floor: f64) -> f64 {
        let derived = self.derived.get(place(intent)).copied().unwrap_or(1.0);
        f64::from(derived).max(Risk::of(intent).floor(floor))
    }
}

/// The lowest probability whose errors are surely few enough; the surest one when none is.
fn threshold(intent: Intent, unseen: &[Unseen]) -> f32 {
    let target = Risk::of(intent).target();
    let own = place(intent);
    let mut judged: Vec<(f32, bool)> = unseen
        .iter()
        .filter_map(|(scores, label)| {
            let (best, probability) = likeliest(scores)?;
            (best == own).then_some((probability, *label == own))
        })
        .collect();
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut errors, mut surest) = (0_u32, (1.0_f32, f64::INFINITY));
    let mut lowest = None;
    let mut judged = (1_u32..).zip(judged).peekable();
    while let Some((count, (probability, right))) = judged.next() {
        errors += u32::from(!right);
        // Equal probabilities are acted on together.
        if judged
            .peek()
            .is_some_and(|(_, (next, _))| *next >= probability)
        {
            continue;
        }
        let doubt = at_most(errors, count, target);
        if doubt <= 1.0 - CERTAINTY {
            lowest = Some(probability);
        }
        if doubt < surest.1 {
            surest = (probability, doubt);
        }
    }
    lowest.unwrap_or(surest.0)
}

/// The chance of at most `errors` errors in `count` tries, when each fails with chance `rate`.
///
/// The upper bound of Clopper and Pearson lies under `rate` exactly when this is under what the
/// certainty leaves over; so the bound itself need not be found.
fn at_most(errors: u32, count: u32, rate: f64) -> f64 {
    let mut term = (f64::from(count) * (-rate).ln_1p()).exp();
    let mut sum = term;
    for error in 1..=errors {
        let left = f64::from(count - error + 1) / f64::from(error);
        term *= left * rate / (1.0 - rate);
        sum += term;
    }
    sum.min(1.0)
}

/// The conformal rule: the right intent's probability is at least this in nine messages of ten.
fn least(unseen: &[Unseen]) -> f32 {
    let mut right: Vec<f32> = unseen
        .iter()
        .filter_map(|(scores, label)| scores.get(*label).copied())
        .collect();
    right.sort_by(f32::total_cmp);
    let rank = ((right.len() + 1) as f64 * MISSED).floor() as usize;
    match rank.checked_sub(1) {
        Some(at) => right.get(at).copied().unwrap_or(0.0),
        None => 0.0,
    }
}

fn likeliest(scores: &[f32; CLASSES]) -> Option<(usize, f32)> {
    let scores = scores.iter().copied().enumerate();
    scores.max_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example that is taken for `taken` with probability `p`, and is `label`.
    fn unseen(taken: Intent, p: f32, label: Intent) -> Unseen {
        let mut scores = [(1.0 - p) / (CLASSES - 1) as f32; CLASSES];
        scores[place(taken)] = p;
        (scores, place(label))
    }

    #[test]
    fn the_chance_of_few_errors_is_the_binomial_one() {
        assert!((at_most(0, 45, 0.05) - 0.95_f64.powi(45)).abs() < 1e-12);
        assert!((at_most(1, 2, 0.5) - 0.75).abs() < 1e-12);
        assert!((at_most(7, 7, 0.3) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_threshold_lies_above_the_errors_and_never_below_the_floor() {
        let intent = Intent::StockInquiry;
        let mut seen: Vec<Unseen> = (0..100).map(|_| unseen(intent, 0.97, intent)).collect();
        let sure = Thresholds::derive(&seen);
        assert!((sure.of(intent, 0.80) - 0.97).abs() < 1e-6);
        seen.extend((0..60).map(|_| unseen(intent, 0.60, intent)));
        let wide = Thresholds::derive(&seen);
        assert!((wide.of(intent, 0.80) - 0.80).abs() < 1e-12);
        assert!((wide.of(intent, 0.50) - 0.60).abs() < 1e-6);
        seen.extend((0..60).map(|_| unseen(intent, 0.60, Intent::Other)));
        let wrong = Thresholds::derive(&seen);
        assert!((wrong.of(intent, 0.80) - 0.97).abs() < 1e-6);
    }

    #[test]
    fn risky_intents_ask_for_more_and_courtesies_for_less() {
        let certain = Intent::ALL.map(|_| 0.0);
        let thresholds = Thresholds {
            derived: certain,
            least: 0.0,
        };
        for (intent, expected) in [
            (Intent::Checkout, 0.90),
            (Intent::CartRemove, 0.90),
            (Intent::Complaint, 0.90),
            (Intent::PriceNegotiation, 0.90),
            (Intent::Greeting, 0.65),
            (Intent::Thanks, 0.65),
            (Intent::StockInquiry, 0.80),
            (Intent::Other, 0.80),
        ] {
            let threshold = thresholds.of(intent, 0.80);
            assert!(
                (threshold - expected).abs() < 1e-9,
                "{intent:?} {threshold}"
            );
        }
    }

    #[test]
    fn the_set_misses_one_right_intent_in_ten() {
        let own = Intent::Thanks;
        let seen: Vec<Unseen> = (1_u8..=99)
            .map(|p| unseen(own, f32::from(p) / 100.0, own))
            .collect();
        assert!((Thresholds::derive(&seen).least - 0.10).abs() < 1e-6);
        assert!(Thresholds::derive(&[]).least.abs() < 1e-9);
    }
}
