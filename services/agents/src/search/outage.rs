//! How the search is doing, and what is said when a part of it is away.

use std::fmt;

use super::{embedder::Failed, qdrant::Away};

/// How the search is doing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// Not every article has been taken in since the start.
    Starting,
    Ready,
    /// Something is away that a search by meaning needs.
    Away(Outage),
}

/// What a search by meaning cannot go without, and why it has to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outage {
    what: &'static str,
    reason: String,
}

impl Outage {
    /// What is said in the event of an answer that was found without it: the reason may change from second to second.
    pub(crate) fn in_short(&self) -> String {
        format!("{}; searched by words", self.what)
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.reason)
    }
}

impl From<&Away> for Outage {
    fn from(error: &Away) -> Self {
        Self {
            what: "the vector store is away",
            reason: error.to_string(),
        }
    }
}

impl From<&Failed> for Outage {
    fn from(error: &Failed) -> Self {
        let what = match error {
            Failed::Stopping(_) => "the search is stopping",
            Failed::Endpoint(_) => "the embeddings endpoint is away",
            Failed::Flat => "the embeddings model is of no use",
        };
        let reason = error.to_string();
        Self { what, reason }
    }
}
