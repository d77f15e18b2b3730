//! What may be tried otherwise than the shop has it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DeliveryRow, Rule, Setting};
use crate::conversation::Intent;

/// What differs from the shop as it is: an arm of an experiment, or the candidate of a what-if replay. Whatever is
/// absent stays as the shop has it; the default differs in nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Variant {
    /// Below this confidence (0 to 1) the bot asks or hands over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Each takes the place of the rule of the same name, or comes to the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What the shop says about itself: greeting, tone, hours; each takes the place of the setting of the same name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<Setting, String>,
    /// The delivery table, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Vec<DeliveryRow>>,
    /// Labelled lines that are learnt beside the built-in bank, instead of those that the router was started with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<Vec<BankLine>>,
}

/// A labelled line: what buyers say, and what they mean by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BankLine {
    /// The words. Example wording, written or looked through by a person: no buyer's personal data belongs here.
    pub text: String,
    /// What they mean.
    pub intent: Intent,
}

impl Variant {
    /// Whether it differs in nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Rule {
    /// Whether both say something about the same thing, so that only one of them can hold.
    #[must_use]
    pub fn is_about_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::QuantityDiscount {
                    from_pieces: one, ..
                },
                Self::QuantityDiscount {
                    from_pieces: two, ..
                },
            ) => one == two,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}
