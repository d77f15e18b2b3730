//! Multinomial logistic regression with an L2 penalty, trained by accelerated gradient descent.
//!
//! The number of steps is fixed and every sum runs in a fixed order: the same examples give the
//! same weights, bit for bit, on the same kind of processor.

use crate::grams::Sparse;

/// Number of classes.
pub(crate) const CLASSES: usize = 14;
/// Numbers kept per input column: one per class, and two unused ones that fill a wide register.
pub(crate) const LANES: usize = 16;
/// One number per class, and two unused.
pub(crate) type Lanes = [f32; LANES];
/// One number per class.
pub(crate) type Scores = [f32; CLASSES];
/// The weights of a regression, one row per input column; the last row is the bias.
pub(crate) type Weights = Vec<Lanes>;

/// One example, as a regression sees it.
#[derive(Clone, Copy)]
pub(crate) enum Input<'a> {
    Dense(&'a [f32]),
    Sparse(&'a Sparse),
}

/// How a regression is trained.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    /// Length of an input.
    pub(crate) columns: usize,
    /// Weight of the L2 penalty, per example.
    pub(crate) penalty: f32,
    /// Step length.
    pub(crate) rate: f32,
    pub(crate) steps: usize,
}

/// Trains on the given examples with their class numbers.
pub(crate) fn train(examples: &[(Input<'_>, usize)], settings: Settings) -> Weights {
    let mut weights: Weights = vec![[0.0; LANES]; settings.columns + 1];
    let mut ahead = weights.clone();
    let mut gradient = weights.clone();
    let mut momentum = 1.0_f32;
    let share = 1.0 / examples.len().max(1) as f32;
    for _ in 0..settings.steps {
        gradient.fill([0.0; LANES]);
        for (input, label) in examples {
            let residual = residual(lanes(&ahead, *input), *label, share);
            spread(&mut gradient, *input, &residual);
        }
        let following = f32::midpoint(1.0, (4.0 * momentum * momentum + 1.0).sqrt());
        let push = (momentum - 1.0) / following;
        momentum = following;
        for ((weights, ahead), gradient) in weights.iter_mut().zip(&mut ahead).zip(&gradient) {
            for ((weight, ahead), gradient) in weights.iter_mut().zip(ahead).zip(gradient) {
                let next = *ahead - settings.rate * (gradient + settings.penalty * *ahead);
                *ahead = next + push * (next - *weight);
                *weight = next;
            }
        }
    }
    weights
}

/// Probability minus truth, in its share of the whole; the unused lanes stay still.
fn residual(mut scores: Lanes, label: usize, share: f32) -> Lanes {
    let (used, unused) = scores.split_at_mut(CLASSES);
    softmax(used);
    unused.fill(0.0);
    if let Some(own) = used.get_mut(label) {
        *own -= 1.0;
    }
    scores.map(|score| score * share)
}

/// Adds an example's part to the gradient.
fn spread(gradient: &mut Weights, input: Input<'_>, residual: &Lanes) {
    let add = |to: &mut Lanes, value: f32| {
        for (to, residual) in to.iter_mut().zip(residual) {
            *to += residual * value;
        }
    };
    match input {
        Input::Dense(vector) => {
            for (to, value) in gradient.iter_mut().zip(vector) {
                add(to, *value);
            }
        }
        Input::Sparse(vector) => {
            for (place, value) in vector {
                if let Some(to) = gradient.get_mut(*place as usize) {
                    add(to, *value);
                }
            }
        }
    }
    if let Some(bias) = gradient.last_mut() {
        add(bias, 1.0);
    }
}

fn lanes(weights: &Weights, input: Input<'_>) -> Lanes {
    let mut sums = weights.last().copied().unwrap_or([0.0; LANES]);
    let mut add = |from: &Lanes, value: f32| {
        for (sum, weight) in sums.iter_mut().zip(from) {
            *sum += weight * value;
        }
    };
    match input {
        Input::Dense(vector) => {
            for (from, value) in weights.iter().zip(vector) {
                add(from, *value);
            }
        }
        Input::Sparse(vector) => {
            for (place, value) in vector {
                if let Some(from) = weights.get(*place as usize) {
                    add(from, *value);
                }
            }
        }
    }
    sums
}

/// The scores of an example in every class.
pub(crate) fn scores(weights: &Weights, input: Input<'_>) -> Scores {
    let mut scores = [0.0; CLASSES];
    for (score, lane) in scores.iter_mut().zip(lanes(weights, input)) {
        *score = lane;
    }
    scores
}

/// Turns scores into probabilities.
pub(crate) fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        total += *score;
    }
    scores.iter_mut().for_each(|score| *score /= total);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separable_examples_are_learnt() {
        let rows: Vec<Vec<f32>> = (0..CLASSES)
            .map(|own| {
                (0..CLASSES)
                    .map(|i| f32::from(u8::from(i == own)))
                    .collect()
            })
            .collect();
        let inputs = rows.iter().map(|row| Input::Dense(row));
        let examples: Vec<(Input, usize)> = inputs.zip(0..).collect();
        let settings = Settings {
            columns: CLASSES,
            penalty: 1e-4,
            rate: 2.0,
            steps: 200,
        };
        let weights = train(&examples, settings);
        for (input, label) in examples {
            let mut found = scores(&weights, input);
            softmax(&mut found);
            assert!(found[label] > 0.9, "{found:?}");
        }
    }
}
