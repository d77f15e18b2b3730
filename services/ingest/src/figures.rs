//! Figures of ingest.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, global, metrics::Counter};
use schemas::conversation::ChannelKind;

static MESSAGES: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("torg").u64_counter("torg.messages").build());

/// What became of something that came in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// Recorded.
    New,
    /// Already recorded.
    Repeat,
    /// The log did not take it; whoever sent it was told to come again.
    NotTaken,
}

/// Counts one thing that came in over `channel`.
pub(crate) fn count(channel: ChannelKind, outcome: Outcome) {
    let outcome = match outcome {
        Outcome::New => "new",
        Outcome::Repeat => "repeat",
        Outcome::NotTaken => "not_taken",
    };
    let labels = [
        KeyValue::new("channel", channel.as_str()),
        KeyValue::new("outcome", outcome),
    ];
    MESSAGES.add(1, &labels);
}
