//! Figures of the router.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, global, metrics::Counter};
use schemas::{EventData as _, Recorded, conversation::ConversationEvent};

static TURNS: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("torg").u64_counter("torg.turns").build());

/// Counts what was decided: turns routed, replies composed, withdrawals, handoffs.
pub(crate) fn count(recorded: &[Recorded<ConversationEvent>]) {
    for one in recorded {
        let name = one.event.type_name();
        let step = name
            .trim_start_matches("torg.conversation.")
            .trim_end_matches(".v1");
        let step = KeyValue::new("step", step.to_owned());
        if let ConversationEvent::HandoffRequested(event) = &one.event {
            TURNS.add(
                1,
                &[step, KeyValue::new("reason", format!("{:?}", event.reason))],
            );
        } else {
            TURNS.add(1, &[step]);
        }
    }
}
