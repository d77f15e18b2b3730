//! Figures of the dispatcher.

use std::sync::LazyLock;

use jiff::Timestamp;
use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};
use schemas::conversation::ChannelKind;

static PARTS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter("torg")
        .u64_counter("torg.reply.parts")
        .build()
});

static WEBHOOKS: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("torg").u64_counter("torg.webhooks").build());

static ANSWERED: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    let seconds = vec![
        0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 120.0,
    ];
    let meter = global::meter("torg");
    meter
        .f64_histogram("torg.reply.duration")
        .with_unit("s")
        .with_boundaries(seconds)
        .build()
});

/// Counts how handing over one part ended: `sent`, `failed`, `refused` or `uncertain`.
pub(crate) fn part(channel: ChannelKind, outcome: &'static str) {
    let labels = [
        KeyValue::new("channel", channel.as_str()),
        KeyValue::new("outcome", outcome),
    ];
    PARTS.add(1, &labels);
}

/// Notes how long the buyer waited, from the first message that the reply answers to the provider's receipt.
pub(crate) fn answered(channel: ChannelKind, asked: Timestamp, now: Timestamp) {
    let waited = now.duration_since(asked).as_secs_f64();
    ANSWERED.record(waited, &[KeyValue::new("channel", channel.as_str())]);
}

/// Counts how an attempt at a webhook ended: `delivered`, `failed` or `given_up`.
pub(crate) fn webhook(outcome: &'static str) {
    WEBHOOKS.add(1, &[KeyValue::new("outcome", outcome)]);
}
