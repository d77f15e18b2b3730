//! Every way in which model endpoints are known to misbehave, on order.

use serde::{Deserialize, Serialize};

/// One way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misbehaviour {
    /// Chat: it does not want to.
    Refusal,
    /// Chat: half of the JSON, and it says so.
    Truncated,
    /// Chat: half of the JSON, as if that were all.
    CutJson,
    /// Chat: the JSON in a Markdown fence. Still good.
    Fenced,
    /// Chat: a block of thoughts before the JSON. Still good.
    Thinking,
    /// Chat: no usage. Still good.
    NoUsage,
    /// Chat: words around the JSON.
    Prose,
    /// Chat: a tool is called, with arguments that are no JSON.
    ToolCall,
    /// Chat: the answer is withheld by a filter.
    ContentFilter,
    /// Chat: a label that was not on the list.
    WrongEnum,
    /// Chat: a property more.
    ExtraProperty,
    /// Chat: a property less.
    MissingProperty,
    /// Chat: a number, or whatever comes first, as a string.
    WrongType,
    /// Chat: no content.
    NullContent,
    /// Chat: no choice.
    EmptyChoices,
    /// Embeddings: a number more in each vector.
    WrongDimension,
    /// Embeddings: `NaN` among the numbers.
    NotANumber,
    /// Embeddings: rows in another order, with the right numbers. Still good.
    Unordered,
    /// Embeddings: a row less.
    MissingRow,
    /// Embeddings: every row is row 0.
    RepeatedRow,
    /// Embeddings: vectors of nothing but zeros.
    ZeroVector,
    /// Transcription: nothing was said.
    Silence,
    /// Any: 429 `rate_limit_exceeded`, come back in 1500 ms.
    RateLimited,
    /// Any: 429 `insufficient_quota`.
    QuotaUsed,
    /// Any: Google's 429, a list, with `RetryInfo` of 28 s.
    ResourceExhausted,
    /// Any: GigaChat's 429 without an `error`.
    Busy,
    /// Any: Google's 400, a list.
    ArrayError,
    /// Any: the question is too long.
    TooLong,
    /// Any: 401.
    Unauthorized,
    /// Any: 403, not from this country.
    Forbidden,
    /// Any: 500.
    ServerError,
    /// Any: an error of 429 under status 200.
    ErrorInGoodStatus,
    /// Any: a web page under status 200.
    Html,
    /// Any: somewhere else.
    Redirected,
    /// Any: one byte every 50 ms.
    Trickle,
    /// Any: 8 MiB of answer.
    Huge,
    /// Any: no answer until released.
    Hang,
}

impl Misbehaviour {
    /// Every way.
    pub const ALL: [Self; 37] = [
        Self::Refusal,
        Self::Truncated,
        Self::CutJson,
        Self::Fenced,
        Self::Thinking,
        Self::NoUsage,
        Self::Prose,
        Self::ToolCall,
        Self::ContentFilter,
        Self::WrongEnum,
        Self::ExtraProperty,
        Self::MissingProperty,
        Self::WrongType,
        Self::NullContent,
        Self::EmptyChoices,
        Self::WrongDimension,
        Self::NotANumber,
        Self::Unordered,
        Self::MissingRow,
        Self::RepeatedRow,
        Self::ZeroVector,
        Self::Silence,
        Self::RateLimited,
        Self::QuotaUsed,
        Self::ResourceExhausted,
        Self::Busy,
        Self::ArrayError,
        Self::TooLong,
        Self::Unauthorized,
        Self::Forbidden,
        Self::ServerError,
        Self::ErrorInGoodStatus,
        Self::Html,
        Self::Redirected,
        Self::Trickle,
        Self::Huge,
        Self::Hang,
    ];

    /// Whether calls of this operation can misbehave so.
    #[must_use]
    pub fn concerns(self, operation: &str) -> bool {
        match self {
            Self::Refusal
            | Self::Truncated
            | Self::CutJson
            | Self::Fenced
            | Self::Thinking
            | Self::NoUsage
            | Self::Prose
            | Self::ToolCall
            | Self::ContentFilter
            | Self::WrongEnum
            | Self::ExtraProperty
            | Self::MissingProperty
            | Self::WrongType
            | Self::NullContent
            | Self::EmptyChoices => operation == "chat",
            Self::WrongDimension
            | Self::NotANumber
            | Self::Unordered
            | Self::MissingRow
            | Self::RepeatedRow
            | Self::ZeroVector => operation == "embeddings",
            Self::Silence => operation == "transcriptions",
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_all_ways_has_each_once_and_each_concerns_something() {
        let mut seen = std::collections::HashSet::new();
        for way in Misbehaviour::ALL {
            assert!(seen.insert(way), "{way:?}");
            assert!(
                ["chat", "embeddings", "transcriptions"]
                    .iter()
                    .any(|operation| way.concerns(operation))
            );
        }
    }
}
