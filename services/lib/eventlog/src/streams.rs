//! The streams of the log: made when absent, read back and checked when present.

use std::{collections::HashMap, time::Duration};

use async_nats::jetstream::{
    Context, ErrorCode,
    context::GetStreamErrorKind,
    stream::{Config, DiscardPolicy, Info, RetentionPolicy, StorageType},
};
use schemas::{subject, topology};

use crate::error::OpenError;

const SHARDS_KEY: &str = "torg.shards";
const HASH_KEY: &str = "torg.hash";
const HASH: &str = "fnv1a32";
/// How long the broker remembers message ids. The log's own memory of ids is for ever; this only saves work.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(300);

/// What the log turned out to be.
pub(crate) struct Found {
    pub(crate) shards: u16,
    /// Copies that there are, which may be more than were asked for.
    pub(crate) replicas: usize,
}

/// Makes or checks every stream.
///
/// Shards are made from the last to the first: when `LOG_00` is there, all of them have been there, so one that is
/// missing later is lost and not merely new.
pub(crate) async fn ensure(
    context: &Context,
    replicas: usize,
    shards: u16,
) -> Result<Found, OpenError> {
    let found = match info(context, &subject::stream(0)).await? {
        Some(first) => {
            let shards = shards_of(&first)?;
            check_all(context, shards, replicas).await?;
            let replicas = first.config.num_replicas;
            Found { shards, replicas }
        }
        None => {
            let shards = shards.clamp(1, 100);
            make_all(context, shards, replicas).await?;
            Found { shards, replicas }
        }
    };
    for wanted in [timers(replicas), parked(replicas)] {
        make(context, wanted).await?;
    }
    Ok(found)
}

async fn make_all(context: &Context, shards: u16, replicas: usize) -> Result<(), OpenError> {
    for shard in (0..shards).rev() {
        let made = make(context, log(shard, shards, replicas)).await?;
        let first = subject::stream(0);
        if made.state.messages > 0 && info(context, &first).await?.is_none() {
            return Err(OpenError::Stream {
                stream: first,
                problem: format!("it is missing while {} holds commits", made.config.name),
                fix: "restore it from a backup; a new one would hide that commits are lost".into(),
            });
        }
    }
    Ok(())
}

async fn check_all(context: &Context, shards: u16, replicas: usize) -> Result<(), OpenError> {
    for shard in 0..shards {
        let name = subject::stream(shard);
        let Some(found) = info(context, &name).await? else {
            return Err(OpenError::Stream {
                stream: name,
                problem: "it is missing while the log's other shards are there".into(),
                fix: "restore it from a backup; a new one would hide that commits are lost".into(),
            });
        };
        check(&found.config, &log(shard, shards, replicas))?;
    }
    Ok(())
}

fn shards_of(first: &Info) -> Result<u16, OpenError> {
    let read = first.config.metadata.get(SHARDS_KEY);
    read.and_then(|text| text.parse().ok())
        .filter(|shards| *shards > 0)
        .ok_or_else(|| OpenError::Stream {
            stream: first.config.name.clone(),
            problem: format!("its metadata has no {SHARDS_KEY}"),
            fix: "it was not made by this program; give the log a broker or an account of its own"
                .into(),
        })
}

/// Refuses a stream that could lose or reorder what was acknowledged.
fn check(found: &Config, wanted: &Config) -> Result<(), OpenError> {
    let hash = found.metadata.get(HASH_KEY).map(String::as_str);
    let faults = [
        (found.subjects != wanted.subjects, "it holds other subjects"),
        (hash != Some(HASH), "its hash is another one"),
        (
            found.retention != wanted.retention,
            "retention is not limits",
        ),
        (found.storage != wanted.storage, "storage is not file"),
        (found.discard != wanted.discard, "it discards old messages"),
        (!found.deny_delete, "messages can be deleted"),
        (!found.deny_purge, "it can be purged"),
        (!found.allow_direct, "direct reads are off"),
        (found.max_messages > 0, "it has a limit of messages"),
        (
            found.max_messages_per_subject > 0,
            "it has a limit per subject",
        ),
        (
            found.max_age > Duration::ZERO,
            "messages have a maximum age",
        ),
        (
            found.persist_mode.is_some_and(|mode| {
                mode != async_nats::jetstream::stream::PersistenceMode::Default
            }),
            "it acknowledges before it writes",
        ),
        (
            found.num_replicas < wanted.num_replicas,
            "it has fewer replicas than asked for",
        ),
    ];
    match faults.into_iter().find(|(fault, _)| *fault) {
        Some((_, problem)) => Err(OpenError::Stream {
            stream: found.name.clone(),
            problem: problem.to_owned(),
            fix: "edit the stream, or ask for what it has".to_owned(),
        }),
        None => Ok(()),
    }
}

pub(crate) fn log(shard: u16, shards: u16, replicas: usize) -> Config {
    Config {
        name: subject::stream(shard),
        subjects: vec![subject::of_shard(shard)],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        num_replicas: replicas,
        allow_direct: true,
        deny_delete: true,
        deny_purge: true,
        duplicate_window: DUPLICATE_WINDOW,
        metadata: HashMap::from([
            (SHARDS_KEY.to_owned(), shards.to_string()),
            (HASH_KEY.to_owned(), HASH.to_owned()),
        ]),
        ..Config::default()
    }
}

/// One pending timer and one due timer per subject; a fired one lives as long as [`crate::timers`] gives it.
/// Schedules exclude `discard: new` and `deny_purge` (nats-server 2.15.1).
fn timers(replicas: usize) -> Config {
    Config {
        name: topology::TIMERS.to_owned(),
        subjects: vec!["timer.>".to_owned()],
        storage: StorageType::File,
        num_replicas: replicas,
        max_messages_per_subject: 1,
        allow_direct: true,
        allow_message_schedules: true,
        allow_message_ttl: true,
        ..Config::default()
    }
}

fn parked(replicas: usize) -> Config {
    Config {
        name: topology::PARKED.to_owned(),
        subjects: vec!["parked.>".to_owned()],
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        num_replicas: replicas,
        allow_direct: true,
        deny_delete: true,
        deny_purge: true,
        ..Config::default()
    }
}

async fn make(context: &Context, wanted: Config) -> Result<Info, OpenError> {
    let name = wanted.name.clone();
    if let Some(found) = info(context, &name).await? {
        return Ok(found);
    }
    match context.create_stream(wanted).await {
        Ok(stream) => Ok(stream.cached_info().clone()),
        // Somebody else may have made it in the meantime, a little differently.
        Err(error) => info(context, &name)
            .await?
            .ok_or_else(|| OpenError::Broker {
                doing: format!("making stream {name}"),
                source: error.into(),
            }),
    }
}

async fn info(context: &Context, name: &str) -> Result<Option<Info>, OpenError> {
    match context.get_stream(name).await {
        Ok(stream) => Ok(Some(stream.cached_info().clone())),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(inner)
                if inner.error_code() == ErrorCode::STREAM_NOT_FOUND =>
            {
                Ok(None)
            }
            _ => Err(OpenError::Broker {
                doing: format!("asking for stream {name}"),
                source: error.into(),
            }),
        },
    }
}
