//! One publish: a decision as a message, and what the broker's answer means.

use async_nats::{
    HeaderMap, Request,
    client::RequestErrorKind,
    header::{HeaderName, NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_MESSAGE_ID},
    jetstream::ErrorCode,
};
use bytes::Bytes;
use schemas::{
    AggregateKey, Commit, Decision, EventId, Fold, Meta,
    envelope::{self, EventData as _},
    subject,
};
use serde::Deserialize;
use tokio::time::Instant;

use crate::{
    direct::{PATIENCE, patiently},
    error::{BoxError, LogError},
    load::Loaded,
    open::{EventLog, REQUEST},
    wire,
};

/// What the broker made of one publish.
pub(crate) enum Answer {
    Stored(u64),
    Duplicate(u64),
    Conflict,
    Unknown(BoxError),
    Refused(BoxError),
}

/// A decision, ready to be sent.
pub(crate) struct Prepared<E> {
    pub(crate) commit: Commit<E>,
    pub(crate) first_id: EventId,
    pub(crate) body: Bytes,
    /// Sent along once; what is asked again is prepared again.
    headers: HeaderMap,
}

/// What the broker says of one publish, as far as it matters here. The client library's own type reads every answer
/// twice, to tell an error from an acknowledgement.
#[derive(Deserialize)]
struct Ack {
    seq: Option<u64>,
    #[serde(default)]
    duplicate: bool,
    error: Option<async_nats::jetstream::Error>,
}

impl EventLog {
    pub(crate) fn prepare<S: Fold>(
        &self,
        key: &AggregateKey,
        loaded: &Loaded<S>,
        decision: Decision<S::Event>,
    ) -> Result<Prepared<S::Event>, LogError> {
        let cause = decision.cause;
        let traceparent = wire::traceparent();
        let service = self.inner.config.service;
        let ids: Vec<EventId> = decision
            .events
            .iter()
            .enumerate()
            .map(|(index, event)| envelope::event_id(key, cause, service, event.type_name(), index))
            .collect();
        let first_id = ids.first().copied().unwrap_or(cause.id);
        let time = self.now();
        let events = ids.into_iter().zip(decision.events).map(|(id, event)| {
            let meta = Meta {
                id,
                time,
                source: self.inner.source.clone(),
                correlation: cause.correlation.unwrap_or(first_id),
                causation: cause.correlation.map(|_| cause.id),
                traceparent: traceparent.clone(),
            };
            (meta, event)
        });
        let commit = Commit {
            events: events.collect(),
            first_version: loaded.version + 1,
        };
        let body = commit.encode(key).map_err(LogError::Encode)?;
        let mut headers = HeaderMap::new();
        headers.insert(NATS_MESSAGE_ID, first_id.to_string());
        headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, loaded.seq.to_string());
        let named = HeaderName::from_static;
        headers.insert(named(wire::CONTENT_TYPE), envelope::CONTENT_TYPE);
        headers.insert(named(wire::TYPES), commit.types());
        headers.insert(named(wire::CHAIN), loaded.chain.as_str());
        if let Some(traceparent) = traceparent {
            headers.insert(named(wire::TRACEPARENT), traceparent);
        }
        Ok(Prepared {
            commit,
            first_id,
            body: Bytes::from(body),
            headers,
        })
    }

    #[tracing::instrument(
        name = "append",
        skip_all,
        fields(otel.kind = "producer", messaging.system = "nats", aggregate = %key, expected = expected)
    )]
    pub(crate) async fn publish<E>(
        &self,
        key: &AggregateKey,
        prepared: &mut Prepared<E>,
        expected: u64,
    ) -> Answer {
        let request = Request::new()
            .headers(std::mem::take(&mut prepared.headers))
            .payload(prepared.body.clone())
            .timeout(Some(REQUEST));
        let client = self.client();
        let reply = match client
            .send_request(key.subject(self.shards()), request)
            .await
        {
            Ok(reply) => reply,
            Err(error) => {
                return match error.kind() {
                    RequestErrorKind::MaxPayloadExceeded | RequestErrorKind::InvalidSubject => {
                        Answer::Refused(error.into())
                    }
                    RequestErrorKind::TimedOut
                    | RequestErrorKind::NoResponders
                    | RequestErrorKind::Other => Answer::Unknown(error.into()),
                };
            }
        };
        match serde_json::from_slice::<Ack>(&reply.payload) {
            Ok(Ack {
                error: Some(error), ..
            }) => judge(error),
            Ok(Ack {
                seq: Some(seq),
                duplicate,
                ..
            }) if seq > 0 => {
                if duplicate {
                    Answer::Duplicate(seq)
                } else {
                    Answer::Stored(seq)
                }
            }
            Ok(_) => Answer::Unknown("an answer without a position".into()),
            Err(error) => Answer::Unknown(error.into()),
        }
    }

    /// Ids are remembered for the whole stream, so a duplicate might be of another aggregate.
    pub(crate) async fn check_own<E>(
        &self,
        key: &AggregateKey,
        prepared: &Prepared<E>,
        seq: u64,
    ) -> Result<(), LogError> {
        let stream = subject::stream(key.shard(self.shards()));
        let deadline = Instant::now() + PATIENCE;
        let there = patiently(deadline, &format!("reading {stream}"), || {
            self.leader_next(&stream, seq, None)
        })
        .await?;
        match there {
            Some(message) if message.subject.as_str() != key.subject(self.shards()) => {
                Err(LogError::IdTaken {
                    id: prepared.first_id,
                    place: format!("{} {seq}", message.subject),
                })
            }
            _ => Ok(()),
        }
    }
}

fn judge(error: async_nats::jetstream::Error) -> Answer {
    if is_conflict(&error) {
        return Answer::Conflict;
    }
    match error.code() {
        // Too many requests, or no leader just now.
        429 | 503 => Answer::Unknown(error.into()),
        _ => Answer::Refused(error.into()),
    }
}

/// Whether somebody else wrote to the same subject, or the same id, before or right now.
///
/// Source: nats-server 2.15.1, measured on one replica and on three.
pub(crate) fn is_conflict(error: &async_nats::jetstream::Error) -> bool {
    [
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE,
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT,
        ErrorCode::STREAM_DUPLICATE_MESSAGE_CONFLICT,
        ErrorCode::STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_NOT_READY,
    ]
    .contains(&error.error_code())
}
