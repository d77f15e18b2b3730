//! Figures of the cart service.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, global, metrics::Counter};
use schemas::{EventData as _, Recorded, conversation::ConversationEvent};

static ORDERS: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("torg").u64_counter("torg.orders").build());

/// Counts what became of orders here: `order_placed`, `order_declined`, `order_expired`.
pub(crate) fn count(recorded: &[Recorded<ConversationEvent>]) {
    for one in recorded {
        let name = one.event.type_name();
        let step = name
            .trim_start_matches("torg.conversation.")
            .trim_end_matches(".v1");
        ORDERS.add(1, &[KeyValue::new("step", step.to_owned())]);
    }
}
