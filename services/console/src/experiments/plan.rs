//! How many conversations an experiment needs.

use super::sequential::{half_width, normal, quantile};

/// No plan is made for more conversations than this in an arm: no small shop will ever have them.
const MOST: u32 = 100_000_000;

/// What a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// The share that is expected without a change.
    pub baseline: f64,
    /// The difference that is worth finding; below 0 for a share that is to fall.
    pub lift: f64,
    /// How probable it shall be to find it.
    pub power: f64,
    /// How probable a winner may be when there is no difference.
    pub alpha: f64,
    /// How many arms there are.
    pub arms: u32,
}

/// How many conversations each arm needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Size {
    /// When it may be looked at every day, and stopped as soon as it is clear. Half of the experiments with such a
    /// difference are clear much earlier.
    pub per_arm: u32,
    /// When it is looked at once, at the end, and never before.
    pub looked_at_once: u32,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// A number is out of its bounds.
    #[error("{0}")]
    Bounds(String),
    /// Nobody has so many conversations.
    #[error(
        "a difference of {0} would need more than a hundred million conversations in each arm; look for a larger one"
    )]
    TooSmall(String),
}

/// Plans an experiment. With more than two arms each is compared with the first, and `alpha` is shared among these
/// comparisons.
///
/// # Errors
/// [`NoPlan`] names the number that cannot be.
pub fn plan(wish: Wish) -> Result<Size, NoPlan> {
    let Wish {
        baseline,
        lift,
        power,
        alpha,
        arms,
    } = wish;
    let open = |name: &str, share: f64| {
        (share > 0.0 && share < 1.0).then_some(()).ok_or_else(|| {
            NoPlan::Bounds(format!(
                "{name} is a share between 0 and 1, and {share} is not"
            ))
        })
    };
    open("baseline", baseline)?;
    open("power", power)?;
    open("alpha", alpha)?;
    open("lift, without its sign,", lift.abs())?;
    open("baseline and lift together", baseline + lift)?;
    if arms < 2 {
        return Err(NoPlan::Bounds(
            "an experiment has two arms at least".to_owned(),
        ));
    }
    let alpha = shared(alpha, arms);
    let (before, after) = (baseline, baseline + lift);
    let spread_of = |share: f64| share * (1.0 - share);
    let apart = spread_of(before) + spread_of(after);
    let once = {
        let together = 2.0 * spread_of(f64::midpoint(before, after));
        let sum = quantile(1.0 - alpha / 2.0) * together.sqrt() + quantile(power) * apart.sqrt();
        sum * sum / (lift * lift)
    };
    let finds = |conversations: u32| {
        let variance = apart / f64::from(conversations);
        let beyond = lift.abs() - half_width(variance, lift.abs(), alpha);
        normal(beyond / variance.sqrt()) >= power
    };
    if once > f64::from(MOST) || !finds(MOST) {
        return Err(NoPlan::TooSmall(lift.to_string()));
    }
    let (mut low, mut high) = (1, MOST);
    while low < high {
        let middle = low + (high - low) / 2;
        if finds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above: positive, and not above MOST"
    )]
    let looked_at_once = once.ceil() as u32;
    Ok(Size {
        per_arm: low,
        looked_at_once,
    })
}

/// What each of the comparisons with the first arm may err.
pub(super) fn shared(alpha: f64, arms: u32) -> f64 {
    alpha / f64::from(arms.saturating_sub(1).max(1))
}
