//! Experiments: what is tried, on whom, and how it is judged. Who got what is told by `arm_assigned`, in each chat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Variant;
use crate::conversation::Actor;

/// An experiment began: from the next turn on, conversations are given arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExperimentStarted {
    /// Its name, unique in the shop for ever: 1 to 32 of `a-z`, `0-9` and `-`.
    pub name: String,
    /// What is tried against what; the first is what the others are compared with.
    pub arms: Vec<Arm>,
    /// How many of a hundred conversations take part.
    pub share_percent: u32,
    /// What makes an arm the better one.
    pub metric: Metric,
    /// How long after a conversation got its arm its outcome is read, hours.
    pub window_hours: u32,
    /// What the size was planned for.
    pub planned: Planned,
    /// Who began it.
    pub started_by: Actor,
}

/// One of the things that are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Arm {
    /// Its name, unique in the experiment: 1 to 32 of `a-z`, `0-9` and `-`.
    pub name: String,
    /// Its share of the conversations that take part is this by the sum of all weights.
    pub weight: u32,
    /// What differs from the shop as it is.
    #[serde(default, skip_serializing_if = "Variant::is_empty")]
    pub variant: Variant,
    /// Every message goes to the seller: what it would be without the bot.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hold_out: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What is counted of a conversation: each is a yes or a no, read once, when its window is over.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Something was asked, every talk was answered to the end, and no person was asked for or acted.
    Contained,
    /// An order was placed.
    Ordered,
    /// An order was paid.
    Paid,
    /// A person was asked for, or acted. Fewer is better.
    HandedOver,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 4] = [Self::Contained, Self::Ordered, Self::Paid, Self::HandedOver];

    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contained => "contained",
            Self::Ordered => "ordered",
            Self::Paid => "paid",
            Self::HandedOver => "handed_over",
        }
    }

    /// Whether an arm with more of it is the better one.
    #[must_use]
    pub const fn more_is_better(self) -> bool {
        !matches!(self, Self::HandedOver)
    }
}

/// What the size of an experiment was planned for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Planned {
    /// The share that is expected without a change, 0 to 1.
    pub baseline: f64,
    /// The difference that is worth finding, as a share: `0.05` is five of a hundred conversations.
    pub lift: f64,
    /// How probable it shall be to find such a difference when it is there.
    pub power: f64,
    /// How probable a winner may be when there is no difference.
    pub alpha: f64,
    /// How many conversations each arm needs for that, while it is looked at every day.
    pub per_arm: u32,
}

/// An experiment is over: nobody gets an arm any more, and no arm holds. What buyers were offered still does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExperimentStopped {
    /// Which.
    pub name: String,
    /// Why, in the words of whoever stopped it.
    pub why: String,
    /// The arm that is to be the shop's own from now on, when one won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<String>,
    /// Who stopped it.
    pub stopped_by: Actor,
}
