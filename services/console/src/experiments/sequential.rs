//! The arithmetic of experiments that are looked at every day.
//!
//! A test that is looked at until it says yes says yes too often: its interval holds for one look that was chosen
//! beforehand. The intervals here hold for all looks at once, so whoever looks may stop whenever one is clear.

/// Yes or no, counted over the conversations of an arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many are a yes.
    pub yes: usize,
    /// Of how many.
    pub of: usize,
}

impl Counted {
    fn share(self) -> f64 {
        self.yes as f64 / (self.of as f64).max(1.0)
    }

    /// The variance of the share, by the share as it would be with one yes and one no more: that of an arm in which
    /// everybody said yes is not 0.
    fn variance(self) -> f64 {
        let share = (self.yes as f64 + 1.0) / (self.of as f64 + 2.0);
        share * (1.0 - share) / (self.of as f64).max(1.0)
    }
}

/// How much more of it there is in one arm than in another.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Difference {
    /// The one share less the other.
    pub by: f64,
    /// Lower end of the interval that holds at every look.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How probable a difference as clear as this is at any look, when there is none; the always-valid p-value.
    pub p: f64,
}

impl Difference {
    /// Whether it is clear that the two are not the same.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Compares two arms by the mixture sequential probability ratio test with a normal mixture, `spread` wide.
///
/// With `v` the variance of the difference `d`, the ratio is `sqrt(v / (v + s²)) · exp(s² d² / (2 v (v + s²)))`; under no
/// difference it ever exceeds `1 / alpha` with a probability of at most `alpha`, however often it is looked at. The
/// interval holds those differences that it does not exceed for. Sources: Johari, Koomen, Pekelis, Walsh, "Always valid
/// inference: continuous monitoring of A/B tests", Operations Research 70 (2022), section 5; for shares, whose variance
/// is estimated, it is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform
/// central limit theory and asymptotic confidence sequences", Annals of Statistics 52 (2024), theorem 2.2. Hence
/// [`is_enough`]. `spread`: the difference that the experiment was planned to find; the test is valid for any, and
/// quickest for this one.
#[must_use]
pub fn compare(other: Counted, base: Counted, spread: f64, alpha: f64) -> Difference {
    let by = other.share() - base.share();
    let variance = other.variance() + base.variance();
    let half = half_width(variance, spread, alpha);
    let mixed = variance + spread * spread;
    let ratio =
        0.5 * (variance / mixed).ln() + spread * spread * by * by / (2.0 * variance * mixed);
    Difference {
        by,
        low: (by - half).max(-1.0),
        high: (by + half).min(1.0),
        p: (-ratio).exp().min(1.0),
    }
}

/// Half the width of the interval of a difference with this variance.
pub(super) fn half_width(variance: f64, spread: f64, alpha: f64) -> f64 {
    let square = spread * spread;
    let mixed = variance + square;
    (variance * mixed / square * (2.0 * alpha.recip().ln() + (mixed / variance).ln())).sqrt()
}

/// Conversations that each arm needs before anything is said of it.
const LEAST: usize = 50;
/// Conversations with a yes, and with a no, that both arms together need.
const LEAST_OF_BOTH: usize = 10;

/// Whether there is enough for the arithmetic to be near the truth.
#[must_use]
pub const fn is_enough(one: Counted, other: Counted) -> bool {
    let yes = one.yes + other.yes;
    let no = one.of + other.of - yes;
    one.of >= LEAST && other.of >= LEAST && yes >= LEAST_OF_BOTH && no >= LEAST_OF_BOTH
}

/// How surely the arms would be as unequal in size as they are by chance, at any look: `counts` of conversations against
/// `weights`. Small: something other than chance decides who gets which arm, and no figure of it can be believed.
///
/// The sequential multinomial test with a Dirichlet mixture around the weights. Source: Lindon, Malek, "Anytime-valid
/// inference for multinomial count data", `NeurIPS` 2022.
#[must_use]
pub fn sample_ratio(counts: &[usize], weights: &[u32]) -> f64 {
    /// How narrow the mixture is around the weights: deviations of a few percent are looked for.
    const CONCENTRATION: f64 = 200.0;
    let all: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    let total: usize = counts.iter().sum();
    let mut ratio = -rising(CONCENTRATION, total);
    for (count, weight) in counts.iter().zip(weights) {
        let expected = f64::from(*weight) / all;
        ratio += rising(CONCENTRATION * expected, *count) - *count as f64 * expected.ln();
    }
    (-ratio).exp().min(1.0)
}

/// The logarithm of `from · (from + 1) · … `, with `times` factors.
fn rising(from: f64, times: usize) -> f64 {
    (0..times).map(|step| (from + step as f64).ln()).sum()
}

/// The share of the normal distribution below `z`.
///
/// Source: Abramowitz, Stegun, "Handbook of mathematical functions", 26.2.17; the error is below 7.5e-8.
pub(super) fn normal(z: f64) -> f64 {
    const FACTORS: [f64; 5] = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let t = (1.0 + 0.231_641_9 * z.abs()).recip();
    let series = FACTORS
        .iter()
        .rev()
        .fold(0.0, |sum, factor| (sum + factor) * t);
    let tail = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * series;
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// The value that `share` of the normal distribution is below, by halving.
pub(super) fn quantile(share: f64) -> f64 {
    let (mut low, mut high) = (-10.0_f64, 10.0_f64);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if normal(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}
