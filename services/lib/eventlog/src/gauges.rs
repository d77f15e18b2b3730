//! Figures about the log, for whoever scrapes or scales.

use std::time::Duration;

use opentelemetry::{KeyValue, global};
use tokio_util::sync::CancellationToken;

use crate::open::EventLog;

/// How often the lag is asked for.
const INTERVAL: Duration = Duration::from_secs(5);

impl EventLog {
    /// Reports how far `consumer` is behind, as the gauges `torg.consumer.pending` (not yet delivered) and
    /// `torg.consumer.held` (delivered, not yet acknowledged), over all shards, until `stop`.
    pub async fn report_lag(self, consumer: &'static str, stop: CancellationToken) {
        let meter = global::meter("torg");
        let pending = meter.u64_gauge("torg.consumer.pending").build();
        let held = meter.u64_gauge("torg.consumer.held").build();
        let labels = [KeyValue::new("consumer", consumer)];
        while !stop.is_cancelled() {
            match self.lag(consumer).await {
                Ok(lag) => {
                    pending.record(lag.pending, &labels);
                    held.record(lag.held, &labels);
                }
                Err(error) => tracing::debug!(consumer, "the lag is not known: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }
}
