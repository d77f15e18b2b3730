//! Headers and the raw form of a commit.

use std::collections::HashMap;

use async_nats::HeaderMap;
use bytes::Bytes;
use jiff::Timestamp;
use opentelemetry::propagation::{Extractor, Injector};
use schemas::{AggregateKey, EventData, Recorded, envelope};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::error::LogError;

pub(crate) const CONTENT_TYPE: &str = "Content-Type";
pub(crate) const TYPES: &str = "Torg-Types";
pub(crate) const CHAIN: &str = "Torg-Chain";
pub(crate) const TRACEPARENT: &str = "traceparent";

/// One commit as the broker keeps it.
#[derive(Clone, Debug)]
pub struct RawCommit {
    /// The shard.
    pub shard: u16,
    /// Position in the shard, from 1.
    pub seq: u64,
    /// The aggregate.
    pub key: AggregateKey,
    /// Wire names of the events; empty when whoever wrote it sent no such header.
    pub types: Vec<String>,
    /// The chain value before this commit, in hex; empty when whoever wrote it sent none.
    pub chain: String,
    /// A CloudEvents JSON batch.
    pub body: Bytes,
    /// When the broker stored it.
    pub time: Timestamp,
    /// W3C trace context of the writer.
    pub traceparent: Option<String>,
}

impl RawCommit {
    /// Reads the events. Old versions come out in their current shape.
    ///
    /// # Errors
    /// [`envelope::DecodeError`]; stop or park, never skip.
    pub fn decode<E: EventData>(&self) -> Result<Vec<Recorded<E>>, envelope::DecodeError> {
        envelope::decode(self.seq, &self.body)
    }

    pub(crate) fn new(
        stored: Stored,
        stream: &str,
        headers: Option<&HeaderMap>,
        body: Bytes,
    ) -> Result<Self, LogError> {
        let Some(key) = AggregateKey::parse(&stored.subject) else {
            return Err(LogError::Foreign {
                stream: stream.to_owned(),
                seq: stored.seq,
                subject: stored.subject,
            });
        };
        Ok(Self {
            shard: stored.shard,
            seq: stored.seq,
            key,
            types: types(headers),
            chain: text(headers, CHAIN).unwrap_or_default().to_owned(),
            body,
            time: stored.time,
            traceparent: text(headers, TRACEPARENT).map(str::to_owned),
        })
    }
}

/// Where and when a message is stored.
pub(crate) struct Stored {
    pub(crate) shard: u16,
    pub(crate) seq: u64,
    pub(crate) subject: String,
    pub(crate) time: Timestamp,
}

pub(crate) fn text<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    headers?.get(name).map(|value| value.as_str())
}

pub(crate) fn types(headers: Option<&HeaderMap>) -> Vec<String> {
    text(headers, TYPES)
        .unwrap_or_default()
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The last event's version, as far as a commit that does not decode still shows it.
pub(crate) fn last_version(body: &[u8]) -> Option<u64> {
    let batch: Vec<serde_json::Value> = serde_json::from_slice(body).ok()?;
    batch.last()?.get("aggregateversion")?.as_u64()
}

/// The broker's time; the epoch where it does not fit.
pub(crate) fn timestamp(time: async_nats::datetime::DateTime) -> Timestamp {
    Timestamp::from_nanosecond(time.unix_timestamp_nanos()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Every cause of `error`, joined, for a reason that people read.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

struct Carrier(HashMap<String, String>);

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }
}

impl Extractor for Carrier {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// The current span as a W3C `traceparent`; `None` when nothing is traced.
pub(crate) fn traceparent() -> Option<String> {
    let context = tracing::Span::current().context();
    let mut carrier = Carrier(HashMap::new());
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut carrier);
    });
    carrier
        .0
        .remove(TRACEPARENT)
        .filter(|value| !value.is_empty())
}

/// Makes `span` a child of the span that `traceparent` names.
pub(crate) fn set_parent(span: &tracing::Span, traceparent: Option<&str>) {
    let Some(value) = traceparent else { return };
    let carrier = Carrier(HashMap::from([(TRACEPARENT.to_owned(), value.to_owned())]));
    let context =
        opentelemetry::global::get_text_map_propagator(|propagator| propagator.extract(&carrier));
    // Fails only when nobody traces.
    drop(span.set_parent(context));
}
