//! What can go wrong between us and a provider, one variant per thing that the caller does differently.

use std::time::Duration;

/// Why a webhook's body was not understood at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Answer 400 and store nothing.
    #[error("body is not JSON")]
    NotJson,
    /// The body is about another account than the one that the address belongs to: store nothing under it.
    #[error("body is for account {account}")]
    ForeignAccount {
        /// The account it names.
        account: String,
    },
}

/// Why a call did not succeed. No variant ever holds a URL, a token or a message's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It certainly had no effect; trying again later is safe.
    #[error("not sent: {reason}")]
    NotSent {
        /// What happened.
        reason: String,
        /// How long the provider, or our own breaker, wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The provider will never accept this one: bad request, chat gone, bot blocked.
    #[error("refused with {status}: {reason}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What the provider said.
        reason: String,
    },
    /// The account lacks the paid plan: pause the channel, tell the seller, do not retry.
    #[error("payment required: {reason}")]
    PaymentRequired {
        /// What the provider said.
        reason: String,
    },
    /// The credentials do not open this, also not after a fresh token.
    #[error("not authorised: {reason}")]
    Unauthorised {
        /// What the provider said.
        reason: String,
    },
    /// It was written to the provider and nobody knows whether it had an effect. Look before sending again.
    #[error("uncertain: {reason}")]
    Uncertain {
        /// What happened.
        reason: String,
    },
}

impl SendError {
    /// A failure without effect and without a known waiting time.
    pub(crate) fn not_sent(reason: impl Into<String>) -> Self {
        Self::NotSent {
            reason: reason.into(),
            retry_after: None,
        }
    }

    /// A failure of unknown effect.
    pub(crate) fn uncertain(reason: impl Into<String>) -> Self {
        Self::Uncertain {
            reason: reason.into(),
        }
    }

    /// The same failure where it came before the real request: nothing can have been sent.
    pub(crate) fn before_sending(self) -> Self {
        match self {
            Self::Uncertain { reason } => Self::not_sent(reason),
            Self::Refused { status, reason } => Self::Unauthorised {
                reason: format!("{status} {reason}"),
            },
            Self::NotSent { .. } | Self::PaymentRequired { .. } | Self::Unauthorised { .. } => self,
        }
    }
}

/// Why a file could not be had. Nothing at the provider changes by asking. No variant ever holds a URL or a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Trying again may help.
    #[error("not fetched: {reason}")]
    NotNow {
        /// What happened.
        reason: String,
        /// How long the provider, or our own breaker, wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// It cannot be had, however often it is tried.
    #[error("cannot be fetched: {reason}")]
    Never {
        /// What is in the way.
        reason: String,
    },
}

impl FetchError {
    /// A failure that may pass, without a known waiting time.
    pub(crate) fn not_now(reason: impl Into<String>) -> Self {
        Self::NotNow {
            reason: reason.into(),
            retry_after: None,
        }
    }

    /// A failure that stays.
    pub(crate) fn never(reason: impl Into<String>) -> Self {
        Self::Never {
            reason: reason.into(),
        }
    }
}

impl From<SendError> for FetchError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent {
                reason,
                retry_after,
            } => Self::NotNow {
                reason,
                retry_after,
            },
            SendError::Uncertain { reason } => Self::not_now(reason),
            SendError::PaymentRequired { .. }
            | SendError::Unauthorised { .. }
            | SendError::Refused { .. } => Self::never(error.to_string()),
        }
    }
}

/// Why a client could not be made: the process has no TLS provider or no usable certificates.
#[derive(Debug, thiserror::Error)]
#[error("could not make an HTTP client")]
pub struct BuildError(#[from] reqwest::Error);
