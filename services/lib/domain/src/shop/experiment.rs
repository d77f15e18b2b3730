//! Experiments of a shop: which one runs, who takes part in it, and what holds for whom.
//!
//! Chance is a hash of the names of the experiment and of the conversation: the same for ever, the same for whoever
//! counts it again, and not for anybody to choose.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt::{self, Display},
    sync::Arc,
};

use jiff::Timestamp;
use schemas::{
    ConversationId, Decision, EventId,
    conversation::{Actor, ArmAssigned},
    shop::{Arm, BankLine, ExperimentStarted, ExperimentStopped, ShopEvent},
};

use super::Shop;

/// The most that weights of arms may add up to.
const WEIGHTS: u64 = 1_000_000;
/// The longest that an outcome may be waited for, hours: 90 days.
const LONGEST_WINDOW: u32 = 90 * 24;
/// Bits of a hash that chance is made of. The version of a UUID stands behind them.
const CHANCE_BITS: u32 = 48;

/// An experiment, and whether it still runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What is tried.
    pub started: ExperimentStarted,
    /// When it began.
    pub at: Timestamp,
    /// How it ended, and when; `None`: it runs.
    pub stopped: Option<(ExperimentStopped, Timestamp)>,
}

/// Why an experiment is not begun or stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExperimentRefusal {
    /// The shop was never added.
    NoShop,
    /// Another one runs: two at a time could not be told apart.
    AnotherRuns(String),
    /// There was one of this name, and conversations have its arms.
    NameTaken(String),
    /// Something about it cannot be; what, and what to write instead.
    Malformed(String),
    /// There is none of this name.
    Unknown(String),
    /// It has no such arm.
    NoSuchArm(String),
}

impl Display for ExperimentRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoShop => write!(f, "the shop was never added"),
            Self::AnotherRuns(name) => {
                write!(f, "experiment {name} runs; stop it before another begins")
            }
            Self::NameTaken(name) => write!(
                f,
                "there was an experiment {name} already, and conversations have its arms; choose another name"
            ),
            Self::Malformed(what) => write!(f, "{what}"),
            Self::Unknown(name) => write!(f, "there is no experiment {name}"),
            Self::NoSuchArm(name) => write!(f, "the experiment has no arm {name}"),
        }
    }
}

impl std::error::Error for ExperimentRefusal {}

impl Experiment {
    /// Whether it still gives arms, and its arms hold.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.stopped.is_none()
    }

    /// The arm that a conversation gets; `None`: it takes no part.
    #[must_use]
    pub fn arm_of(&self, conversation: ConversationId) -> Option<&Arm> {
        let ExperimentStarted {
            name,
            arms,
            share_percent,
            ..
        } = &self.started;
        if chance(name, conversation, "share", 100) >= u64::from(*share_percent) {
            return None;
        }
        let total: u64 = arms.iter().map(|arm| u64::from(arm.weight)).sum();
        let mut left = chance(name, conversation, "arm", total);
        arms.iter().find(|arm| {
            let weight = u64::from(arm.weight);
            let mine = left < weight;
            left = left.saturating_sub(weight);
            mine
        })
    }

    fn arm(&self, name: &str) -> Option<&Arm> {
        self.started.arms.iter().find(|arm| arm.name == name)
    }
}

/// A number below `below` that follows from the names; each is as probable as any other.
fn chance(experiment: &str, conversation: ConversationId, what: &str, below: u64) -> u64 {
    let hash = EventId::derive(&["chance", what, experiment, &conversation.to_string()]);
    let bits = hash.uuid().as_u128() >> (u128::BITS - CHANCE_BITS);
    let scaled = bits.saturating_mul(u128::from(below)) >> CHANCE_BITS;
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

impl Shop {
    /// Every experiment, oldest first.
    pub fn experiments(&self) -> impl DoubleEndedIterator<Item = &Experiment> {
        self.experiments.iter().map(Arc::as_ref)
    }

    /// The experiment of this name.
    #[must_use]
    pub fn experiment(&self, name: &str) -> Option<&Experiment> {
        self.experiments().find(|one| one.started.name == name)
    }

    /// The experiment that runs; there is never more than one.
    #[must_use]
    pub fn running_experiment(&self) -> Option<&Experiment> {
        self.experiments().rev().find(|one| one.is_running())
    }

    /// The arm that a conversation is to be given before its next turn is understood; `None`: it has one, or takes no
    /// part. `arms`: those that it has.
    #[must_use]
    pub fn arm_due(
        &self,
        conversation: ConversationId,
        arms: &[ArmAssigned],
    ) -> Option<ArmAssigned> {
        let running = self.running_experiment()?;
        let name = &running.started.name;
        if arms.iter().any(|known| known.experiment == *name) {
            return None;
        }
        Some(ArmAssigned {
            experiment: name.clone(),
            arm: running.arm_of(conversation)?.name.clone(),
            window_hours: running.started.window_hours,
        })
    }

    /// The arm that holds for a conversation which was given `arms`, with its experiment: that of the running one.
    #[must_use]
    pub fn arm_in_force(&self, arms: &[ArmAssigned]) -> Option<(&Experiment, &Arm)> {
        let running = self.running_experiment()?;
        let name = &running.started.name;
        let given = arms.iter().find(|given| given.experiment == *name)?;
        Some((running, running.arm(&given.arm)?))
    }

    /// The shop as it is for a conversation which was given `arms`.
    #[must_use]
    pub fn as_tried(&self, arms: &[ArmAssigned]) -> Cow<'_, Self> {
        match self.arm_in_force(arms) {
            Some((experiment, arm)) if !arm.variant.is_empty() => {
                let name = format!("{}/{}", experiment.started.name, arm.name);
                Cow::Owned(self.with(&name, &arm.variant))
            }
            Some(_) | None => Cow::Borrowed(self),
        }
    }

    /// The labelled lines that a conversation which was given `arms` is understood by; `None`: the router's own.
    #[must_use]
    pub fn bank_tried(&self, arms: &[ArmAssigned]) -> Option<&[BankLine]> {
        let (_, arm) = self.arm_in_force(arms)?;
        arm.variant.bank.as_deref()
    }

    /// Begins an experiment. The same again while it runs adds nothing.
    ///
    /// # Errors
    /// [`ExperimentRefusal`] says what to do instead.
    pub fn start_experiment(
        &self,
        started: &ExperimentStarted,
    ) -> Result<Decision<ShopEvent>, ExperimentRefusal> {
        if self.settings().is_none() {
            return Err(ExperimentRefusal::NoShop);
        }
        let running = self.running_experiment();
        if running.is_some_and(|running| running.started == *started) {
            return Ok(Decision::nothing());
        }
        check(started)?;
        if self.experiment(&started.name).is_some() {
            return Err(ExperimentRefusal::NameTaken(started.name.clone()));
        }
        if let Some(running) = running {
            let name = running.started.name.clone();
            return Err(ExperimentRefusal::AnotherRuns(name));
        }
        let event = ShopEvent::ExperimentStarted(Box::new(started.clone()));
        Ok(self.decide("experiment", vec![event]))
    }

    /// Stops an experiment. One that is stopped already stays as it is.
    ///
    /// # Errors
    /// [`ExperimentRefusal`] when there is no such experiment, or no such arm.
    pub fn stop_experiment(
        &self,
        name: &str,
        why: &str,
        winner: Option<&str>,
        by: &Actor,
    ) -> Result<Decision<ShopEvent>, ExperimentRefusal> {
        let experiment = self.experiment(name);
        let experiment = experiment.ok_or_else(|| ExperimentRefusal::Unknown(name.to_owned()))?;
        if !experiment.is_running() {
            return Ok(Decision::nothing());
        }
        if let Some(winner) = winner.filter(|winner| experiment.arm(winner).is_none()) {
            return Err(ExperimentRefusal::NoSuchArm(winner.to_owned()));
        }
        let event = ShopEvent::ExperimentStopped(ExperimentStopped {
            name: name.to_owned(),
            why: why.to_owned(),
            winner: winner.map(str::to_owned),
            stopped_by: by.clone(),
        });
        Ok(self.decide("experiment", vec![event]))
    }

    pub(super) fn experiment_started(&mut self, at: Timestamp, started: &ExperimentStarted) {
        self.experiments.push(Arc::new(Experiment {
            started: started.clone(),
            at,
            stopped: None,
        }));
    }

    pub(super) fn experiment_stopped(&mut self, at: Timestamp, stopped: &ExperimentStopped) {
        let mut known = self.experiments.iter_mut().rev();
        let known = known.find(|one| one.started.name == stopped.name && one.is_running());
        if let Some(experiment) = known {
            Arc::make_mut(experiment).stopped = Some((stopped.clone(), at));
        }
    }
}

/// Whether an experiment can be run at all.
fn check(started: &ExperimentStarted) -> Result<(), ExperimentRefusal> {
    let fault = |what: String| Err(ExperimentRefusal::Malformed(what));
    named("experiment", &started.name)?;
    let mut names = BTreeSet::new();
    for arm in &started.arms {
        named("arm", &arm.name)?;
        if !names.insert(&arm.name) {
            return fault(format!("two arms are called {}", arm.name));
        }
        if arm.weight == 0 {
            return fault(format!("arm {} has no weight; write 1 or more", arm.name));
        }
        if arm.hold_out && !arm.variant.is_empty() {
            return fault(format!(
                "arm {} goes to the seller and cannot try anything; give it no variant",
                arm.name
            ));
        }
        if let Some(confidence) = arm.variant.confidence
            && !(0.0..=1.0).contains(&confidence)
        {
            return fault(format!("arm {}: confidence is from 0 to 1", arm.name));
        }
    }
    if started.arms.len() < 2 {
        return fault("an experiment compares two arms at least".to_owned());
    }
    let total: u64 = started.arms.iter().map(|arm| u64::from(arm.weight)).sum();
    if total > WEIGHTS {
        return fault(format!("weights add up to {total}; {WEIGHTS} are the most"));
    }
    if !(1..=100).contains(&started.share_percent) {
        return fault("share_percent is from 1 to 100".to_owned());
    }
    if !(1..=LONGEST_WINDOW).contains(&started.window_hours) {
        return fault(format!("window_hours is from 1 to {LONGEST_WINDOW}"));
    }
    let planned = &started.planned;
    for (name, share) in [
        ("baseline", planned.baseline),
        ("power", planned.power),
        ("alpha", planned.alpha),
        ("lift", planned.lift.abs()),
    ] {
        if !(share > 0.0 && share < 1.0) {
            return fault(format!("{name} is a share between 0 and 1"));
        }
    }
    Ok(())
}

fn named(what: &str, name: &str) -> Result<(), ExperimentRefusal> {
    let plain =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    if (1..=32).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(ExperimentRefusal::Malformed(format!(
        "{what} {name:?}: a name is 1 to 32 of a-z, 0-9 and -"
    )))
}
