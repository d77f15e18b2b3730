//! Calls of models: what for, what they used, how they ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::EventId;

/// What a model was asked to do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Tell what a message asks.
    Understand,
    /// Put an answer into friendlier words.
    Phrase,
    /// Turn text into a vector.
    Embed,
    /// Write down what a voice note says.
    Transcribe,
}

/// One call of a model, with what it used and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelCall {
    /// What for.
    pub purpose: Purpose,
    /// Host of the endpoint.
    pub endpoint: String,
    /// The model, as the endpoint names it.
    pub model: String,
    /// Tokens sent, as the endpoint counts them.
    #[serde(default)]
    pub input_tokens: u64,
    /// Tokens received.
    #[serde(default)]
    pub output_tokens: u64,
    /// Cost in millionths of a ruble; `None`: the endpoint's prices are not configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microrubles: Option<i64>,
    /// How long it took, milliseconds.
    pub took_ms: u64,
    /// `used`, or why its proposal was not: `timed out`, `the number 1 stands in no fact`, ….
    pub outcome: String,
}

/// A model was called for a turn, whatever came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelCalled {
    /// The newest message that it was called for.
    pub message: EventId,
    /// The call.
    pub call: ModelCall,
}
