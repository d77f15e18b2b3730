//! Which arm of an experiment a chat got.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The chat takes part in an experiment from here on. It is said once for each experiment, and follows from the names
/// of the experiment and of the conversation alone, so that anybody can find out that it was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArmAssigned {
    /// The experiment, by its name.
    pub experiment: String,
    /// The arm, by its name.
    pub arm: String,
    /// How long from now on what happens counts, hours.
    pub window_hours: u32,
}
