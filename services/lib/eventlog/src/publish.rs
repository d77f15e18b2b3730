//! One publish: a decision as a message, and what the broker's answer means.

use async_nats::{
    HeaderMap, Request,
    client::RequestErrorKind,
    jetstream::{ErrorCode, publish::PublishAck, response::Response},
};
use bytes::Bytes;
use schemas::{
    AggregateKey, Commit, Decision, EventId, Fold, Meta,
    envelope::{self, EventData as _},
    subject,
};
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
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
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
        headers.insert("Nats-Msg-Id", first_id.to_string());
        headers.insert(wire::CONTENT_TYPE, envelope::CONTENT_TYPE);
        headers.insert(wire::TYPES, commit.types());
        headers.insert(wire::CHAIN, loaded.chain.as_str());
        if let Some(traceparent) = traceparent {
            headers.insert(wire::TRACEPARENT, traceparent);
        }
        Ok(Prepared {
            commit,
            first_id,
            headers,
            body: Bytes::from(body),
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
        prepared: &Prepared<E>,
        expected: u64,
    ) -> Answer {
        let mut headers = prepared.headers.clone();
        headers.insert("Nats-Expected-Last-Subject-Sequence", expected.to_string());
        let request = Request::new()
            .headers(headers)
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
        match serde_json::from_slice::<Response<PublishAck>>(&reply.payload) {
            Ok(Response::Ok(ack)) if ack.duplicate => Answer::Duplicate(ack.sequence),
            Ok(Response::Ok(ack)) => Answer::Stored(ack.sequence),
            Ok(Response::Err { error }) => judge(error),
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
