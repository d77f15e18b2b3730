//! Experiments: what became of each arm's conversations, and whether one arm is the better one.
//!
//! The unit is the conversation, which is what chance deals arms to, and every conversation with an arm counts, whatever
//! became of it: leaving out those in which nothing was asked would leave out what an arm itself may have caused. Each
//! is read once, when its window is over, and never again; so the same log and moment give the same analysis for ever,
//! and looking every day is allowed. No I/O and no clock here but in [`read`]. Decision 0025.

mod plan;
mod sequential;
mod taking;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::shop::Experiment;
use eventlog::EventLog;
use jiff::Timestamp;
use language::eval::Share;
use schemas::{ConversationId, ShopId, shop::Metric};
use serde::Serialize;

use crate::figures::{self, Folded};

pub use plan::{NoPlan, Size, Wish, plan};
pub use sequential::{Counted, Difference, compare, is_enough, sample_ratio};
pub use taking::{Outcome, Taken, Taking};

/// From here on arms are of other sizes than chance would make them.
const UNLIKELY: f64 = 0.01;

/// What is known of an experiment at some moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// Its name.
    pub name: String,
    /// What makes an arm the better one.
    pub metric: Metric,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; `None`: it runs.
    pub ended: Option<Timestamp>,
    /// The arm that it was said to have been won by when it was stopped, and why it was.
    pub stopped: Option<(Option<String>, String)>,
    /// The moment that this is known of: asked for, or the end of the experiment when that is earlier.
    pub at: Timestamp,
    /// How long after a conversation got its arm it is read, hours.
    pub window_hours: u32,
    /// How many conversations each arm was planned to have.
    pub planned_per_arm: u32,
    /// The arms, the one that the others are compared with first.
    pub arms: Vec<ArmFigures>,
    /// The other arms against the first, by the metric.
    pub differences: Vec<Against>,
    /// Whether arms are as large as chance makes them.
    pub sample_ratio: SampleRatio,
    /// What can be said.
    pub verdict: Verdict,
}

/// What is known of an arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmFigures {
    /// Its name.
    pub name: String,
    /// Whether all of it goes to the seller.
    pub hold_out: bool,
    /// Its weight.
    pub weight: u32,
    /// Conversations that have it.
    pub assigned: usize,
    /// Those of them whose window is not over.
    pub young: usize,
    /// Each metric of those whose window is over, with Wilson's 95 % interval.
    pub shares: BTreeMap<&'static str, Share>,
    /// The conversations whose window is over.
    pub conversations: Vec<ConversationId>,
    /// The others.
    pub too_young: Vec<ConversationId>,
}

/// An arm against the first one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Against {
    /// Which.
    pub arm: String,
    /// Against which.
    pub base: String,
    /// The one's share less the other's; its interval holds however often it is looked at.
    pub difference: Difference,
    /// Whether there is enough to say anything.
    pub enough: bool,
}

/// Whether arms are as large as chance makes them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SampleRatio {
    /// How probable sizes as unequal as these are at any look.
    pub p: f64,
    /// Whether something other than chance seems to deal the arms; then nothing else here can be believed.
    pub suspicious: bool,
}

/// What can be said of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Verdict {
    /// Too few conversations have been read.
    TooFew,
    /// No arm is clearly better or worse.
    NoDifferenceYet,
    /// This arm is the best one.
    Winner {
        /// Which.
        arm: String,
    },
    /// Arms are not as large as chance makes them; no arm wins.
    NotByChance,
}

/// Reads the parts that conversations of a shop take in experiments.
///
/// # Errors
/// When the log cannot be read.
pub async fn read(
    log: &EventLog,
    shop: &ShopId,
    progress: impl Fn(u64, u64),
) -> anyhow::Result<Folded<Taking>> {
    figures::read(log, Some(shop), progress).await
}

/// Analyses an experiment as it was at `at`: what began later does not count, and neither does a window that was not
/// over by then or by the experiment's end.
#[must_use]
pub fn analyse<'a>(
    experiment: &Experiment,
    conversations: impl IntoIterator<Item = (ConversationId, &'a Taking)>,
    at: Timestamp,
) -> Analysis {
    let started = &experiment.started;
    let ended = experiment.stopped.as_ref();
    let ended = ended.filter(|(_, when)| *when <= at);
    let at = ended.map_or(at, |(_, when)| *when);
    let mut arms: Vec<(ArmFigures, Vec<Outcome>)> = started
        .arms
        .iter()
        .map(|arm| {
            let figures = ArmFigures {
                name: arm.name.clone(),
                hold_out: arm.hold_out,
                weight: arm.weight,
                assigned: 0,
                young: 0,
                shares: BTreeMap::new(),
                conversations: Vec::new(),
                too_young: Vec::new(),
            };
            (figures, Vec::new())
        })
        .collect();
    for (id, taking) in conversations {
        let Some(taken) = taking.part(&started.name, at) else {
            continue;
        };
        let Some((arm, outcomes)) = arms.iter_mut().find(|(arm, _)| arm.name == taken.arm) else {
            continue;
        };
        arm.assigned += 1;
        match taken.outcome {
            Some(outcome) => {
                arm.conversations.push(id);
                outcomes.push(outcome);
            }
            None => {
                arm.young += 1;
                arm.too_young.push(id);
            }
        }
    }
    for (arm, outcomes) in &mut arms {
        arm.conversations.sort_unstable();
        arm.too_young.sort_unstable();
        arm.shares.extend(Metric::ALL.map(|metric| {
            let counted = counted(outcomes, metric);
            (metric.as_str(), Share::new(counted.yes, counted.of))
        }));
    }
    let counts: Vec<usize> = arms.iter().map(|(arm, _)| arm.assigned).collect();
    let weights: Vec<u32> = started.arms.iter().map(|arm| arm.weight).collect();
    let p = sample_ratio(&counts, &weights);
    let sample_ratio = SampleRatio {
        p,
        suspicious: p < UNLIKELY,
    };
    let differences = differences(experiment, &arms);
    let verdict = match sample_ratio.suspicious {
        true => Verdict::NotByChance,
        false => verdict(started.metric, &differences),
    };
    Analysis {
        name: started.name.clone(),
        metric: started.metric,
        began: experiment.at,
        ended: ended.map(|(_, when)| *when),
        stopped: ended.map(|(how, _)| (how.winner.clone(), how.why.clone())),
        at,
        window_hours: started.window_hours,
        planned_per_arm: started.planned.per_arm,
        arms: arms.into_iter().map(|(arm, _)| arm).collect(),
        differences,
        sample_ratio,
        verdict,
    }
}

fn counted(outcomes: &[Outcome], metric: Metric) -> Counted {
    Counted {
        yes: outcomes.iter().filter(|one| one.of(metric)).count(),
        of: outcomes.len(),
    }
}

fn differences(experiment: &Experiment, arms: &[(ArmFigures, Vec<Outcome>)]) -> Vec<Against> {
    let (metric, planned) = (experiment.started.metric, &experiment.started.planned);
    let Some(((base, of_base), others)) = arms.split_first() else {
        return Vec::new();
    };
    let of_base = counted(of_base, metric);
    let alpha = plan::shared(planned.alpha, u32::try_from(arms.len()).unwrap_or(u32::MAX));
    let others = others.iter().map(|(arm, outcomes)| {
        let of_arm = counted(outcomes, metric);
        Against {
            arm: arm.name.clone(),
            base: base.name.clone(),
            difference: compare(of_arm, of_base, planned.lift.abs(), alpha),
            enough: is_enough(of_arm, of_base),
        }
    });
    others.collect()
}

/// The best of the arms that are clearly better than the first; the first, when all others are clearly worse.
fn verdict(metric: Metric, differences: &[Against]) -> Verdict {
    let sign = if metric.more_is_better() { 1.0 } else { -1.0 };
    let told = differences.iter().filter(|one| one.enough);
    let clear = told.filter(|one| one.difference.is_clear());
    let gain = |one: &Against| one.difference.by * sign;
    let best = clear
        .clone()
        .filter(|one| gain(one) > 0.0)
        .max_by(|one, other| gain(one).total_cmp(&gain(other)));
    if let Some(best) = best {
        let arm = best.arm.clone();
        return Verdict::Winner { arm };
    }
    match differences.first() {
        Some(first) if clear.count() == differences.len() => Verdict::Winner {
            arm: first.base.clone(),
        },
        Some(_) if differences.iter().any(|one| one.enough) => Verdict::NoDifferenceYet,
        Some(_) | None => Verdict::TooFew,
    }
}
