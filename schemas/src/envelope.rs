//! The envelope: how one decision becomes one message of the log, and how it is read back.
//!
//! A commit's body is a CloudEvents 1.0 JSON batch (`application/cloudevents-batch+json`). Attributes that
//! CloudEvents does not know (`correlationid`, `causationid`, `aggregateversion`, `traceparent`) are extensions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::{
    id::EventId,
    subject::{AggregateKey, Kind},
    upcast,
};

/// The media type of a commit's body.
pub const CONTENT_TYPE: &str = "application/cloudevents-batch+json";

/// The chain value of an aggregate without commits: 64 zeros.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event enum: one per aggregate kind, adjacently tagged as `{"type": …, "data": …}`.
pub trait EventData: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The kind of aggregate whose history these events are.
    const KIND: Kind;

    /// The wire name of this event: `torg.<kind>.<name>.v<N>`.
    fn type_name(&self) -> &'static str;
}

/// What a history folds into.
///
/// `evolve` is total and has no opinion: history is never refused, it happened.
pub trait Fold: Default + Clone + Send + Sync + 'static {
    /// The events of this history.
    type Event: EventData;

    /// Applies one event.
    fn evolve(&mut self, recorded: &Recorded<Self::Event>);
}

/// Who said it, when, and because of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Identity of the fact.
    pub id: EventId,
    /// When it was decided, by the deciding process's clock.
    pub time: Timestamp,
    /// Service and version that wrote it: `router/0.1.0`.
    pub source: String,
    /// Id of the event that began the chain.
    pub correlation: EventId,
    /// Id of the event that led directly here; `None` for what came from outside.
    pub causation: Option<EventId>,
    /// W3C trace context of the deciding span.
    pub traceparent: Option<String>,
}

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded<E> {
    /// Position in the shard, from 1.
    pub seq: u64,
    /// Position in the aggregate's history, from 1, counting events.
    pub version: u64,
    /// Who, when, why.
    pub meta: Meta,
    /// The fact.
    pub event: E,
}

/// What facts follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The event that led here, or an id derived from something outside (a provider's message id).
    pub id: EventId,
    /// The event that began the chain; `None` when `id` names something outside the log: the chain begins here.
    pub correlation: Option<EventId>,
}

impl Cause {
    /// A cause outside the log, by an id derived from it.
    #[must_use]
    pub const fn outside(id: EventId) -> Self {
        Self {
            id,
            correlation: None,
        }
    }
}

impl Meta {
    /// This event as the cause of others.
    #[must_use]
    pub const fn as_cause(&self) -> Cause {
        Cause {
            id: self.id,
            correlation: Some(self.correlation),
        }
    }
}

/// What a decider answers: the facts to be recorded, and what led to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<E> {
    /// What these facts follow from.
    pub cause: Cause,
    /// The facts, in order. Empty: nothing is left to do.
    pub events: Vec<E>,
}

impl<E> Decision<E> {
    /// Facts that follow from `cause`.
    #[must_use]
    pub const fn new(cause: Cause, events: Vec<E>) -> Self {
        Self { cause, events }
    }

    /// Nothing is left to do.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            cause: Cause::outside(EventId::from_uuid(uuid::Uuid::nil())),
            events: Vec::new(),
        }
    }
}

impl<E: EventData> Decision<E> {
    /// The facts as they would stand in the history of `key`, had `service` recorded them at `time` behind event number
    /// `version` and position `seq`: with the ids that they would really have. For whoever thinks a history further
    /// without recording anything.
    #[must_use]
    pub fn would_record(
        self,
        key: &AggregateKey,
        service: &str,
        time: Timestamp,
        (seq, version): (u64, u64),
    ) -> Vec<Recorded<E>> {
        let cause = self.cause;
        let id = |event: &E, index| event_id(key, cause, service, event.type_name(), index);
        let first = self.events.first().map(|event| id(event, 0));
        let events = self.events.into_iter().enumerate();
        events
            .zip(version.saturating_add(1)..)
            .map(|((index, event), version)| {
                let id = id(&event, index);
                Recorded {
                    seq: seq.saturating_add(1),
                    version,
                    meta: Meta {
                        id,
                        time,
                        source: service.to_owned(),
                        correlation: cause.correlation.or(first).unwrap_or(id),
                        causation: cause.correlation.map(|_| cause.id),
                        traceparent: None,
                    },
                    event,
                }
            })
            .collect()
    }
}

/// The id of the `index`-th event of type `event_type` that `service` records in the history of `key`, because of
/// `cause`.
///
/// Deciding the same thing again gives the same id, and two different facts never share one: a cause inside the log
/// belongs to one history already, one outside is told apart by the history that it is recorded in.
#[must_use]
pub fn event_id(
    key: &AggregateKey,
    cause: Cause,
    service: &str,
    event_type: &str,
    index: usize,
) -> EventId {
    let cause = match cause.correlation {
        Some(_) => cause.id,
        None => EventId::derive(&[&key.to_string(), &cause.id.to_string()]),
    };
    following_id(cause, service, event_type, index)
}

/// The id of an event that follows from another event of the same history, see [`event_id`].
#[must_use]
pub fn following_id(cause: EventId, service: &str, event_type: &str, index: usize) -> EventId {
    EventId::derive(&[&cause.to_string(), service, event_type, &index.to_string()])
}

/// The events of one decision: one message of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit<E> {
    /// The facts, in order, never empty.
    pub events: Vec<(Meta, E)>,
    /// Version of the first event.
    pub first_version: u64,
}

/// Why a commit cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The body is not a CloudEvents batch.
    #[error("commit body is not a cloudevents batch")]
    Batch(#[source] serde_json::Error),
    /// The batch holds no event.
    #[error("commit holds no event")]
    Empty,
    /// One event's data does not fit its type, or the type is unknown to this build.
    #[error("event of type {event_type} cannot be read")]
    Event {
        /// The wire name that was found.
        event_type: String,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
}

#[derive(Serialize)]
struct WireOut<'a, E> {
    specversion: &'static str,
    id: EventId,
    source: &'a str,
    subject: &'a str,
    time: Timestamp,
    datacontenttype: &'static str,
    correlationid: EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    causationid: Option<EventId>,
    aggregateversion: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
    #[serde(flatten)]
    event: &'a E,
}

#[derive(Deserialize)]
struct WireIn<'a> {
    id: EventId,
    source: String,
    time: Timestamp,
    correlationid: EventId,
    causationid: Option<EventId>,
    aggregateversion: u64,
    traceparent: Option<String>,
    #[serde(rename = "type")]
    event_type: String,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl<E: EventData> Commit<E> {
    /// Writes the body of the log's message.
    ///
    /// # Errors
    /// Only when an event cannot be JSON at all, which no type in this crate allows.
    pub fn encode(&self, key: &AggregateKey) -> Result<Vec<u8>, serde_json::Error> {
        let subject = key.to_string();
        let wire: Vec<_> = self
            .events
            .iter()
            .zip(self.first_version..)
            .map(|((meta, event), version)| WireOut {
                specversion: "1.0",
                id: meta.id,
                source: &meta.source,
                subject: &subject,
                time: meta.time,
                datacontenttype: "application/json",
                correlationid: meta.correlation,
                causationid: meta.causation,
                aggregateversion: version,
                traceparent: meta.traceparent.as_deref(),
                event,
            })
            .collect();
        serde_json::to_vec(&wire)
    }

    /// The types of the events, comma separated: the header by which a reader skips without decoding.
    #[must_use]
    pub fn types(&self) -> String {
        let names: Vec<_> = self
            .events
            .iter()
            .map(|(_, event)| event.type_name())
            .collect();
        names.join(",")
    }
}

/// Reads a commit's body that was found at `seq`. Old event versions come out in their current shape.
///
/// # Errors
/// [`DecodeError`]; the caller parks the aggregate, it never skips.
pub fn decode<E: EventData>(seq: u64, body: &[u8]) -> Result<Vec<Recorded<E>>, DecodeError> {
    let wire: Vec<WireIn<'_>> = serde_json::from_slice(body).map_err(DecodeError::Batch)?;
    if wire.is_empty() {
        return Err(DecodeError::Empty);
    }
    wire.into_iter()
        .map(|event| {
            let data = upcast::event(&event.event_type, event.data.get())
                .and_then(|tagged| serde_json::from_str::<E>(&tagged));
            let data = data.map_err(|source| DecodeError::Event {
                event_type: event.event_type.clone(),
                source,
            })?;
            Ok(Recorded {
                seq,
                version: event.aggregateversion,
                meta: Meta {
                    id: event.id,
                    time: event.time,
                    source: event.source,
                    correlation: event.correlationid,
                    causation: event.causationid,
                    traceparent: event.traceparent,
                },
                event: data,
            })
        })
        .collect()
}

/// The chain value of a commit: SHA-256, in hex, of the value before it and this commit's body.
///
/// A commit carries the value *before* it in its `Torg-Chain` header, so changing any commit, or leaving one out,
/// shows at the next one.
#[must_use]
pub fn chain(before: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(before.as_bytes());
    hash.update(body);
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        hex.extend([hex_digit(byte >> 4), hex_digit(byte & 15)]);
    }
    hex
}

/// One of 16 digits; every append writes 64 of them.
const fn hex_digit(value: u8) -> char {
    match value {
        0..=9 => (b'0' + value) as char,
        _ => (b'a' + value - 10) as char,
    }
}
