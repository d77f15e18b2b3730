//! What a seller decides about the bot as a whole, from the desk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::conversation::Actor;

/// How the bot is held back.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The bot answers nobody; every message goes to the seller.
    Paused,
    /// Nothing at all leaves for a buyer.
    Stopped,
}

/// The bot is held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BotHeld {
    /// How.
    pub hold: Hold,
    /// By whom.
    pub by: Actor,
}

/// The bot is no longer held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BotReleased {
    /// By whom.
    pub by: Actor,
}

/// The opening hours were told at the desk. What the sheet says of them goes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HoursTold {
    /// The hours, as the seller wrote them; readable as a schedule.
    pub hours: String,
    /// By whom.
    pub by: Actor,
}
