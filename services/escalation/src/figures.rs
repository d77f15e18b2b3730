//! Figures of escalation.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, global, metrics::Counter};

static POSTS: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("torg").u64_counter("torg.desk.posts").build());

static INPUTS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter("torg")
        .u64_counter("torg.desk.inputs")
        .build()
});

/// Counts a message to a seller: `card`, `digest`, `reminder`, `prompt`, `undelivered` or `talk`.
pub(crate) fn posted(kind: &'static str) {
    POSTS.add(1, &[KeyValue::new("kind", kind)]);
}

/// Counts what a seller did: `tap`, `words`, or something at the `console`.
pub(crate) fn handled(what: &'static str) {
    INPUTS.add(1, &[KeyValue::new("what", what)]);
}
