//! A trace goes on over the log: from the append to the handler's run and to what that appends.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use ::tracing::Instrument as _;
use eventlog::Outcome;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{
    broker::Broker,
    reacting::{Running, options, settled},
    stock::{Tally, key, record, withdraw_rest},
};

fn trace_id() -> String {
    let context = ::tracing::Span::current().context();
    context.span().span_context().trace_id().to_string()
}

#[tokio::test]
async fn a_trace_goes_from_an_append_to_the_run_that_it_leads_to() {
    let propagator = opentelemetry_sdk::propagation::TraceContextPropagator::new();
    opentelemetry::global::set_text_map_propagator(propagator);
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    // Global: what one thread sets for itself is forgotten by call sites that other tests reach first.
    ::tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();

    let broker = Broker::start();
    let log = broker.log("tester").await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (noted, shared) = (seen.clone(), log.clone());
    let running = Running::start(&log, options(), move |key| {
        let (noted, log) = (noted.clone(), shared.clone());
        async move {
            noted.lock().unwrap().push(trace_id());
            log.decide::<Tally, Infallible>(&key, withdraw_rest)
                .await
                .unwrap();
            Outcome::Done
        }
    });
    let key = key("traced");
    let webhook = async {
        record(&log, &key, "x").await.unwrap();
        trace_id()
    };
    let trace = webhook.instrument(::tracing::info_span!("webhook")).await;
    settled(&log, &key, 1).await;
    running.stop().await;
    assert_eq!(seen.lock().unwrap().join(","), trace);
    for raw in log.history(&key).await.unwrap() {
        let parent = raw.traceparent.clone().unwrap();
        assert_eq!(parent.split('-').nth(1), Some(trace.as_str()));
        let events = raw.decode::<schemas::stock::StockEvent>().unwrap();
        assert!(
            events
                .iter()
                .all(|event| event.meta.traceparent.as_ref() == Some(&parent))
        );
    }
}
