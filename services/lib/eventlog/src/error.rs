//! What can go wrong, one variant for each thing that a caller does differently.

use schemas::EventId;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a log cannot be opened. Every message names the fix.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing answered in time.
    #[error(
        "the broker at {url} cannot be reached; check that it runs and that the address is right"
    )]
    Unreachable {
        /// The address that was tried.
        url: String,
        /// What the client said.
        #[source]
        source: BoxError,
    },
    /// The broker is older than what the log relies on.
    #[error("the broker at {url} is version {found}; the log needs nats-server 2.15 or later")]
    Version {
        /// The address.
        url: String,
        /// What it said it is.
        found: String,
    },
    /// The broker answers before it has synced.
    #[error(
        "the broker at {url} acknowledges before data is on disk; set `jetstream {{ sync_interval: always }}` in \
         its configuration and restart it"
    )]
    LazySync {
        /// The monitoring address.
        url: String,
    },
    /// The durability of the broker cannot be checked.
    #[error(
        "the monitoring port at {url} cannot be read, so durability cannot be checked; set `http_port` at the \
         broker and give the log the right monitoring address"
    )]
    Monitor {
        /// The monitoring address.
        url: String,
        /// What went wrong.
        #[source]
        source: BoxError,
    },
    /// A stream is not as it has to be.
    #[error("stream {stream}: {problem}; {fix}")]
    Stream {
        /// The stream.
        stream: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        fix: String,
    },
    /// The broker answered a question about its streams with an error.
    #[error("the broker failed while {doing}")]
    Broker {
        /// What was asked.
        doing: String,
        /// What it said.
        #[source]
        source: BoxError,
    },
}

/// Why the log did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The broker cannot be reached or does not answer: wait and try again; nothing is wrong with the request. The
    /// outcome of an append is unknown then, and asking again is safe.
    #[error("the log is unavailable while {doing}")]
    Unavailable {
        /// What was being done.
        doing: String,
        /// The last thing that went wrong.
        #[source]
        source: BoxError,
    },
    /// The broker said no: trying the same again will not help.
    #[error("the broker refused {doing}")]
    Refused {
        /// What was being done.
        doing: String,
        /// What it said.
        #[source]
        source: BoxError,
    },
    /// A message of the log that is on no aggregate's subject. Skip it, and tell a human.
    #[error("message {seq} of {stream} is on a subject that names no aggregate: {subject}")]
    Foreign {
        /// The stream.
        stream: String,
        /// Its position.
        seq: u64,
        /// Its subject.
        subject: String,
    },
    /// The first event's id is already in the log in another history: a bug in how ids are derived.
    #[error("event id {id} is already taken at {place}")]
    IdTaken {
        /// The id.
        id: EventId,
        /// Subject and position where it is.
        place: String,
    },
    /// A commit cannot be written as JSON.
    #[error("the commit cannot be written as json")]
    Encode(#[source] serde_json::Error),
}

impl LogError {
    pub(crate) fn unavailable(doing: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self::Unavailable {
            doing: doing.into(),
            source: source.into(),
        }
    }

    pub(crate) fn refused(doing: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self::Refused {
            doing: doing.into(),
            source: source.into(),
        }
    }

    /// Whether waiting helps.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// The first commit of a history that this build cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("commit {seq} cannot be read: {reason}")]
pub struct Poison {
    /// Its position in the shard.
    pub seq: u64,
    /// Why, with the whole cause chain.
    pub reason: String,
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError<R> {
    /// The decider said no.
    #[error("refused by the rules")]
    Refused(R),
    /// The history holds a commit that cannot be read: park it.
    #[error("the history cannot be decided upon")]
    Poisoned(#[source] Poison),
    /// Others were faster, again and again: try later.
    #[error("lost {0} races for this aggregate in a row")]
    Contended(u32),
    /// The log did not do it.
    #[error(transparent)]
    Log(#[from] LogError),
}
