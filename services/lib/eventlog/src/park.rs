//! Parked aggregates: what a reactor could not handle, kept for a human.
//!
//! The last record on `parked.<consumer>.<key>` says how things stand: `parked` or `waiting` behind it, `released` by
//! a human and to be tried again, or `settled` after that worked.

use std::{collections::BTreeMap, time::Duration};

use async_nats::{
    HeaderMap, Request,
    jetstream::{publish::PublishAck, response::Response},
};
use bytes::Bytes;
use jiff::Timestamp;
use schemas::{AggregateKey, subject, topology::PARKED};
use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc::UnboundedSender, time::Instant};

use crate::{
    direct::{PATIENCE, patiently},
    error::{BoxError, LogError},
    follow::{Ordered, Positioned},
    open::{EventLog, REQUEST},
    publish::is_conflict,
};

/// An aggregate that waits for a human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parked {
    /// Whose work it is.
    pub consumer: String,
    /// The aggregate, as `<shop>.<kind>.<id>`.
    #[serde(serialize_with = "as_text")]
    pub key: AggregateKey,
    /// Why, with the whole cause chain.
    pub reason: String,
    /// Position of the commit that led to it; `None` when a timer did.
    pub seq: Option<u64>,
    /// Since when.
    pub since: Timestamp,
    /// Deliveries that came later and wait behind it.
    pub waiting: u64,
}

fn as_text<S: serde::Serializer>(key: &AggregateKey, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(key)
}

/// How an aggregate stands with one consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Parked,
    Waiting,
    Released,
    Settled,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    standing: Standing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    time: Timestamp,
}

/// A record as a reactor needs it.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) key: AggregateKey,
    /// Position in the stream of parked work: the greater one holds.
    pub(crate) at: u64,
    pub(crate) standing: Standing,
}

impl EventLog {
    /// What waits for a human, of one consumer or of all, in the order of consumers and keys.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]; wait and try again.
    pub async fn parked(&self, consumer: Option<&str>) -> Result<Vec<Parked>, LogError> {
        let filter = consumer.map_or_else(|| "parked.>".to_owned(), subject::parked_by);
        let mut parked = BTreeMap::new();
        for positioned in self.records(&filter).await? {
            let Some((consumer, key, record)) = read(&positioned) else {
                continue;
            };
            let place = (consumer.clone(), key.clone());
            match record.standing {
                Standing::Released | Standing::Settled => {
                    parked.remove(&place);
                }
                Standing::Parked | Standing::Waiting => {
                    parked
                        .entry(place)
                        .and_modify(|there: &mut Parked| there.waiting += 1)
                        .or_insert_with(|| Parked {
                            consumer,
                            key,
                            reason: record.reason.unwrap_or_default(),
                            seq: record.seq,
                            since: record.time,
                            waiting: 0,
                        });
                }
            }
        }
        Ok(parked.into_values().collect())
    }

    /// Lets `consumer` try `key` again, now or when it next runs. Releasing what is not parked does nothing.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]; wait and try again.
    pub async fn release(&self, consumer: &str, key: &AggregateKey) -> Result<(), LogError> {
        let there = self.parked(Some(consumer)).await?;
        if !there.iter().any(|parked| parked.key == *key) {
            return Ok(());
        }
        let deadline = Instant::now() + PATIENCE;
        patiently(deadline, &format!("releasing {key}"), || {
            self.record(consumer, key, Standing::Released, None, None, None)
        })
        .await?;
        Ok(())
    }

    /// Parks `key`; waits for the broker as long as it takes.
    pub(crate) async fn park(
        &self,
        consumer: &str,
        key: &AggregateKey,
        reason: &str,
        seq: Option<u64>,
    ) -> Mark {
        loop {
            let reason = Some(reason);
            match self
                .record(consumer, key, Standing::Parked, reason, seq, None)
                .await
            {
                Ok(at) => {
                    return Mark {
                        key: key.clone(),
                        at,
                        standing: Standing::Parked,
                    };
                }
                Err(error) => tracing::debug!(%error, %key, "cannot park yet"),
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Records one more delivery behind what was parked, or waited, at `at`. `None` a little later when `at` is not the
    /// last word any more, or the broker is away: a record must not come after a release that nobody here knows yet.
    pub(crate) async fn wait_behind(
        &self,
        consumer: &str,
        key: &AggregateKey,
        at: u64,
        seq: Option<u64>,
    ) -> Option<Mark> {
        let standing = Standing::Waiting;
        match self
            .record(consumer, key, standing, None, seq, Some(at))
            .await
        {
            Ok(at) => Some(Mark {
                key: key.clone(),
                at,
                standing,
            }),
            Err(error) => {
                tracing::debug!(%error, %key, "looking again at what is parked");
                tokio::time::sleep(Duration::from_millis(100)).await;
                None
            }
        }
    }

    /// A released aggregate was handled. Only when nothing was parked since it was released at `released_at`.
    pub(crate) async fn settle(&self, consumer: &str, key: &AggregateKey, released_at: u64) {
        let expected = Some(released_at);
        let deadline = Instant::now() + PATIENCE;
        let settled = patiently(deadline, "settling", || async {
            let settled = self.record(consumer, key, Standing::Settled, None, None, expected);
            match settled.await {
                Ok(_) => Ok(()),
                // Somebody parked or settled it in the meantime: theirs holds.
                Err(error) if error.downcast_ref().is_some_and(is_conflict) => Ok(()),
                Err(error) => Err(error),
            }
        });
        if let Err(error) = settled.await {
            tracing::warn!(%error, %key, "handled, but it will be tried once more after a restart");
        }
    }

    async fn record(
        &self,
        consumer: &str,
        key: &AggregateKey,
        standing: Standing,
        reason: Option<&str>,
        seq: Option<u64>,
        expected: Option<u64>,
    ) -> Result<u64, BoxError> {
        let record = Record {
            standing,
            reason: reason.map(str::to_owned),
            seq,
            time: self.now(),
        };
        let mut headers = HeaderMap::new();
        headers.insert("Content-Type", "application/json");
        if let Some(expected) = expected {
            headers.insert("Nats-Expected-Last-Subject-Sequence", expected.to_string());
        }
        let request = Request::new()
            .headers(headers)
            .payload(Bytes::from(serde_json::to_vec(&record)?))
            .timeout(Some(REQUEST));
        let reply = self
            .client()
            .send_request(subject::parked(consumer, key), request)
            .await?;
        match serde_json::from_slice::<Response<PublishAck>>(&reply.payload)? {
            Response::Ok(ack) => Ok(ack.sequence),
            Response::Err { error } => Err(error.into()),
        }
    }

    /// Everything on `filter` up to now.
    async fn records(&self, filter: &str) -> Result<Vec<Positioned>, LogError> {
        let deadline = Instant::now() + PATIENCE;
        let last = patiently(deadline, "reading what is parked", || {
            self.leader_last(PARKED, filter)
        })
        .await?;
        let Some(last) = last else {
            return Ok(Vec::new());
        };
        let mut reader = Ordered::new(self, PARKED.to_owned(), filter.to_owned(), 1);
        let mut records = Vec::new();
        loop {
            let next = tokio::time::timeout_at(deadline, reader.next())
                .await
                .map_err(|late| LogError::unavailable("reading what is parked", late))?;
            let seq = next.seq;
            records.push(next);
            if seq >= last.sequence {
                return Ok(records);
            }
        }
    }

    /// How things stand for `consumer` now: the last record of each aggregate, oldest first.
    pub(crate) async fn marks(&self, consumer: &str) -> Result<Vec<Mark>, LogError> {
        let mut last = BTreeMap::new();
        for positioned in self.records(&subject::parked_by(consumer)).await? {
            if let Some((_, key, record)) = read(&positioned) {
                let mark = Mark {
                    key: key.clone(),
                    at: positioned.seq,
                    standing: record.standing,
                };
                last.insert(key, mark);
            }
        }
        Ok(last.into_values().collect())
    }

    /// Sends every record of `consumer` after position `after`, live, for ever.
    pub(crate) async fn follow_marks(
        self,
        consumer: &'static str,
        after: u64,
        marks: UnboundedSender<Mark>,
    ) {
        let filter = subject::parked_by(consumer);
        let mut reader = Ordered::new(&self, PARKED.to_owned(), filter, after + 1);
        loop {
            let positioned = reader.next().await;
            let Some((_, key, record)) = read(&positioned) else {
                continue;
            };
            let mark = Mark {
                key,
                at: positioned.seq,
                standing: record.standing,
            };
            if marks.send(mark).is_err() {
                return;
            }
        }
    }
}

fn read(positioned: &Positioned) -> Option<(String, AggregateKey, Record)> {
    let (consumer, key) = subject::parked_key(&positioned.message.subject)?;
    let record = serde_json::from_slice(&positioned.message.payload).ok()?;
    Some((consumer, key, record))
}
