//! Verifying: every commit of every shard, without trusting any reader.
//!
//! Checks the chain of each aggregate, the continuity of its versions, the envelope of every event, and that no
//! event id comes twice. Payloads stay JSON here: whether a type fits its schema is not a question of integrity.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::StreamExt as _;
use schemas::{AggregateKey, EventId, envelope};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::{
    error::{BoxError, LogError},
    follow::Scope,
    open::EventLog,
    wire::{self, RawCommit},
};

/// Commits between two calls of the progress callback.
const STEP: u64 = 1_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Commits that were read.
    pub commits: u64,
    /// Events in them.
    pub events: u64,
    /// Aggregates that they belong to.
    pub aggregates: u64,
    /// Everything that is not as it was written, by shard and position.
    pub faults: Vec<Fault>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The aggregate, as `<shop>.<kind>.<id>`, or the subject when it names none.
    pub key: String,
    /// Where it shows: position in the shard.
    pub seq: u64,
    /// What is wrong.
    pub what: String,
}

/// Walks the whole log as of now, all shards at once. `progress` gets the commits read and the commits there are.
///
/// # Errors
/// [`LogError`] when the log cannot be read; faults are not errors, they are in the report.
pub async fn run(log: &EventLog, progress: impl Fn(u64, u64)) -> Result<Report, LogError> {
    let read = Arc::new(AtomicU64::new(0));
    let mut total = 0;
    let (steps, mut stepped) = tokio::sync::mpsc::unbounded_channel();
    let mut shards = JoinSet::new();
    for shard in 0..log.shards() {
        let last = log.last_seq(shard).await?;
        total += last;
        let (log, steps, read) = (log.clone(), steps.clone(), Arc::clone(&read));
        shards.spawn(async move {
            let step = || {
                if (read.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(STEP) {
                    steps.send(()).ok();
                }
            };
            (shard, Walk::shard(&log, shard, last, step).await)
        });
    }
    drop(steps);
    while stepped.recv().await.is_some() {
        progress(read.load(Ordering::Relaxed), total);
    }
    let mut reports = Vec::new();
    while let Some(walked) = shards.join_next().await {
        let (shard, report) =
            walked.map_err(|error| LogError::unavailable("verifying", BoxError::from(error)))?;
        reports.push((shard, report?));
    }
    progress(read.load(Ordering::Relaxed), total);
    reports.sort_by_key(|(shard, _)| *shard);
    let mut whole = Report::default();
    for (_, report) in reports {
        whole.commits += report.commits;
        whole.events += report.events;
        whole.aggregates += report.aggregates;
        whole.faults.extend(report.faults);
    }
    Ok(whole)
}

#[derive(Default)]
struct Walk {
    report: Report,
    aggregates: HashMap<AggregateKey, Seen>,
}

struct Seen {
    chain: String,
    version: u64,
    ids: HashSet<EventId>,
}

/// What every event of the log carries.
#[derive(Deserialize)]
struct Event {
    specversion: String,
    id: EventId,
    #[serde(rename = "type")]
    event_type: String,
    source: String,
    subject: String,
    time: jiff::Timestamp,
    correlationid: EventId,
    aggregateversion: u64,
    #[serde(rename = "data")]
    _data: serde_json::Value,
}

impl Walk {
    async fn shard(
        log: &EventLog,
        shard: u16,
        last: u64,
        mut step: impl FnMut(),
    ) -> Result<Report, LogError> {
        let mut walk = Self::default();
        let commits = log.read(&Scope::Shard(shard), 1, last).await?;
        let mut commits = std::pin::pin!(commits);
        while let Some(item) = commits.next().await {
            walk.report.commits += 1;
            match item {
                Ok(raw) => walk.commit(log, &raw),
                Err(LogError::Foreign { seq, subject, .. }) => {
                    let what = "a message on a subject that names no aggregate".to_owned();
                    let key = subject;
                    walk.report.faults.push(Fault { key, seq, what });
                }
                Err(error) => return Err(error),
            }
            step();
        }
        walk.report.aggregates = walk.aggregates.len() as u64;
        Ok(walk.report)
    }

    fn commit(&mut self, log: &EventLog, raw: &RawCommit) {
        let mut faults = Vec::new();
        let seen = self
            .aggregates
            .entry(raw.key.clone())
            .or_insert_with(|| Seen {
                chain: envelope::GENESIS.to_owned(),
                version: 0,
                ids: HashSet::new(),
            });
        if raw.key.shard(log.shards()) != raw.shard {
            faults.push("it is in the wrong shard".to_owned());
        }
        if raw.chain.is_empty() {
            faults.push("it carries no chain value".to_owned());
        } else if raw.chain != seen.chain {
            faults.push(
                "the chain breaks: the commit before it was changed, left out or put in".to_owned(),
            );
        }
        seen.chain = envelope::chain(&seen.chain, &raw.body);
        match serde_json::from_slice::<Vec<Event>>(&raw.body) {
            Ok(events) if events.is_empty() => faults.push("it holds no event".to_owned()),
            Ok(events) => {
                self.report.events += events.len() as u64;
                seen.events(raw, &events, &mut faults);
            }
            Err(error) => {
                faults.push(format!(
                    "its envelope cannot be read: {}",
                    wire::causes(&error)
                ));
                seen.version = wire::last_version(&raw.body).unwrap_or(seen.version);
            }
        }
        let named = faults.into_iter().map(|what| Fault {
            key: raw.key.to_string(),
            seq: raw.seq,
            what,
        });
        self.report.faults.extend(named);
    }
}

impl Seen {
    fn events(&mut self, raw: &RawCommit, events: &[Event], faults: &mut Vec<String>) {
        let key = raw.key.to_string();
        for event in events {
            if event.aggregateversion != self.version + 1 {
                faults.push(format!(
                    "version {} follows {}",
                    event.aggregateversion, self.version
                ));
            }
            self.version = event.aggregateversion;
            if !self.ids.insert(event.id) {
                faults.push(format!("event {} comes a second time", event.id));
            }
            if event.subject != key {
                faults.push(format!("event {} is about {}", event.id, event.subject));
            }
            let nameless = event.source.is_empty() || event.specversion != "1.0";
            if nameless || event.correlationid.uuid().is_nil() || event.time < EARLIEST {
                faults.push(format!(
                    "the envelope of event {} is not complete",
                    event.id
                ));
            }
        }
        let types: Vec<_> = events
            .iter()
            .map(|event| event.event_type.as_str())
            .collect();
        if raw.types != types {
            faults.push("its header names other types than its events have".to_owned());
        }
    }
}

/// Nothing in a log is older than the program that writes it.
const EARLIEST: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;
