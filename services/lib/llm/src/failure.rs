//! Why a call gave nothing usable: one variant per thing that the caller, or whoever set it up, does differently.

use std::time::Duration;

/// Why a call gave nothing usable. Never holds what was asked or answered: both are a buyer's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The model does not want to.
    #[error("the model refused to answer")]
    Refused,
    /// The answer was longer than it may be; ask for less or allow more tokens.
    #[error("the answer was cut off at the token limit")]
    Truncated,
    /// The endpoint's filter withheld the answer or the question.
    #[error("a content filter of the endpoint withheld the answer")]
    Filtered,
    /// The model asked for a tool, and none was offered.
    #[error("the model called a tool although none was offered")]
    ToolCall,
    /// There is no answer in the answer.
    #[error("the answer is empty")]
    Empty,
    /// The model did not answer with JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// The answer is JSON and not of the shape that was asked for.
    #[error("the answer has a wrong shape at {path}: {problem}")]
    WrongShape {
        /// Where, in names of the schema: `$.asks[0].intent`.
        path: String,
        /// What is wrong there, without the value.
        problem: &'static str,
    },
    /// Too many calls; goes on by itself.
    #[error("the endpoint wants fewer calls")]
    RateLimited {
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The account is used up or unpaid; goes on when somebody pays.
    #[error("the quota of the account is used up")]
    QuotaUsed,
    /// The key is wrong or missing.
    #[error("the endpoint does not accept the key")]
    Unauthorized,
    /// The key is right and this is not allowed, for instance from this country; a proxy may help.
    #[error("the endpoint is not open to this account or from this place")]
    Forbidden,
    /// The endpoint has no such model.
    #[error("the endpoint does not know the model")]
    ModelUnknown,
    /// The endpoint does not understand the request; an option is set wrong for it.
    #[error("the endpoint rejects the request with {status} ({said})")]
    BadRequest {
        /// HTTP status.
        status: u16,
        /// What it named, from a closed list of words: `unsupported_parameter max_tokens`.
        said: String,
    },
    /// What was asked is too long for the model or for us.
    #[error("what was asked is too large")]
    InputTooLarge,
    /// One of the texts is empty; endpoints refuse such.
    #[error("text {index} is empty")]
    InputEmpty {
        /// Position of the text, from 0.
        index: usize,
    },
    /// The answer is larger than any honest one.
    #[error("the answer is too large")]
    AnswerTooLarge,
    /// Whoever answers is no model endpoint: a web page, a redirect, an unknown path.
    #[error("the address does not answer like a model endpoint (status {status})")]
    WrongAddress {
        /// HTTP status.
        status: u16,
    },
    /// The server's certificate comes from nobody known; name its root certificate.
    #[error("the certificate of the endpoint is not trusted")]
    Untrusted,
    /// The endpoint is down or broke off.
    #[error("the endpoint is unavailable{}", status.map(|code| format!(" (status {code})")).unwrap_or_default())]
    Unavailable {
        /// HTTP status, when there was an answer.
        status: Option<u16>,
    },
    /// Connecting, waiting and reading took longer than the deadline.
    #[error("no whole answer within the deadline")]
    TimedOut,
    /// Not even asked: the last calls failed, or the endpoint wants to be left alone.
    #[error("not asked, the endpoint is resting for another {} ms", retry_after.as_millis())]
    BreakerOpen {
        /// How long it rests.
        retry_after: Duration,
    },
}

impl Failure {
    /// Whether the same call may succeed a little later, with nobody doing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Unavailable { .. }
                | Self::TimedOut
                | Self::BreakerOpen { .. }
        )
    }

    /// Whether it stays until somebody changes the set-up or pays: worth a warning to whoever runs this.
    #[must_use]
    pub const fn needs_operator(&self) -> bool {
        matches!(
            self,
            Self::QuotaUsed
                | Self::Unauthorized
                | Self::Forbidden
                | Self::ModelUnknown
                | Self::BadRequest { .. }
                | Self::WrongAddress { .. }
                | Self::Untrusted
        )
    }

    /// A name for events and metrics; never changes.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::Filtered => "filtered",
            Self::ToolCall => "tool_call",
            Self::Empty => "empty",
            Self::NotJson => "not_json",
            Self::WrongShape { .. } => "wrong_shape",
            Self::RateLimited { .. } => "rate_limited",
            Self::QuotaUsed => "quota_used",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::ModelUnknown => "model_unknown",
            Self::BadRequest { .. } => "bad_request",
            Self::InputTooLarge => "input_too_large",
            Self::InputEmpty { .. } => "input_empty",
            Self::AnswerTooLarge => "answer_too_large",
            Self::WrongAddress { .. } => "wrong_address",
            Self::Untrusted => "untrusted",
            Self::Unavailable { .. } => "unavailable",
            Self::TimedOut => "timed_out",
            Self::BreakerOpen { .. } => "breaker_open",
        }
    }

    /// A shape that is wrong outside the model's own JSON.
    pub(crate) fn shape(path: &str, problem: &'static str) -> Self {
        Self::WrongShape {
            path: path.to_owned(),
            problem,
        }
    }
}
