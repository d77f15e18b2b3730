//! Projections: read models in PostgreSQL, built from the log in order, each commit exactly once.
//!
//! Rows and checkpoint move in one transaction. The checkpoint is compared and set, so that of two runners of one
//! projection each batch is applied by one of them. An error stops the shard and is tried again; nothing is skipped.

mod build;
mod dump;
mod reading;
mod roles;
mod rows;
mod runner;

use std::{sync::Arc, time::Duration};

use schemas::Kind;
use sqlx::{PgConnection, PgPool};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use build::{
    Build, Table, Tables, begin, complete, drop_old, migrate, positions, serve, serving, switch,
};
pub use dump::{Difference, canonical};
pub use reading::{Reader, Reading};
pub use rows::{Batch, Row};

use self::runner::{Pace, Runner};
use crate::{open::EventLog, wire::RawCommit};

/// How often a live projection looks whether another build serves.
const LOOK: Duration = Duration::from_millis(500);
/// How long a live projection waits for a database that cannot tell which build serves.
const OUTAGE: Duration = Duration::from_secs(1);
/// Shards that are caught up at a time: enough for every core of a small machine, few enough to bound the memory.
const AT_ONCE: usize = 6;

/// A read model.
///
/// A new version begins at the start of the log, with tables and checkpoints of its own: see [`Build`].
pub trait Projection: Send + Sync + 'static {
    /// Its name, for ever.
    const NAME: &'static str;
    /// Raise it when rows have to be built anew.
    const VERSION: i32;
    /// Its tables.
    const TABLES: Tables;

    /// The kinds of aggregate that it reads; commits of others never reach [`Projection::apply`].
    fn kinds(&self) -> &[Kind];

    /// Writes what follows from `commits` (one shard's, in order) through `tx` and nowhere else.
    ///
    /// # Errors
    /// Any error rolls the batch back and is tried again later, for ever.
    fn apply(
        &self,
        tx: &mut PgConnection,
        commits: &[RawCommit],
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// How far a projection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Commits read so far, of all kinds.
    pub commits: u64,
    /// Commits that there were in all shards at the start, less what was done before.
    pub total: u64,
}

fn numbers(rows: Vec<(i32, i64)>) -> Vec<(u16, u64)> {
    let rows = rows.into_iter();
    rows.filter_map(|(shard, seq)| Some((u16::try_from(shard).ok()?, u64::try_from(seq).ok()?)))
        .collect()
}

/// Runs a projection until `stop`, always in the build that serves. Outages of broker and database are waited out.
pub async fn run<P: Projection>(
    log: EventLog,
    pool: PgPool,
    projection: P,
    stop: CancellationToken,
) {
    let projection = Arc::new(projection);
    while !stop.is_cancelled() {
        let build = tokio::select! {
            () = stop.cancelled() => return,
            build = serve::<P>(&pool) => build,
        };
        match build {
            Ok(build) => while_it_serves(&log, &pool, &projection, &build, &stop).await,
            Err(error) => {
                tracing::warn!(
                    projection = P::NAME,
                    "the rows wait for the database: {error:#}"
                );
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(OUTAGE) => {}
                }
            }
        }
    }
}

async fn while_it_serves<P: Projection>(
    log: &EventLog,
    pool: &PgPool,
    projection: &Arc<P>,
    build: &Build,
    stop: &CancellationToken,
) {
    let over = stop.child_token();
    let mut shards = JoinSet::new();
    for shard in 0..log.shards() {
        let runner = Runner {
            log: log.clone(),
            pool: pool.clone(),
            projection: Arc::clone(projection),
            build: build.clone(),
            shard,
            pace: Pace::LIVE,
        };
        let over = over.clone();
        shards.spawn(async move {
            tokio::select! {
                () = over.cancelled() => runner.left(),
                () = runner.for_ever() => {}
            }
        });
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
        // A database that does not answer says nothing about which build serves.
        if let Ok(now) = serving::<P>(pool).await
            && now.as_ref() != Some(build)
        {
            tracing::info!(
                projection = P::NAME,
                "another build serves: the rows go on there"
            );
            break;
        }
    }
    over.cancel();
    while shards.join_next().await.is_some() {}
}

/// Brings a build to where the log ends now, and returns how much that was. `progress` is called after each batch. What
/// was applied stays applied, so that one that was interrupted goes on where it was.
///
/// # Errors
/// The first error of any shard: the log's, the database's or the projection's own.
pub async fn catch_up<P: Projection>(
    log: &EventLog,
    pool: &PgPool,
    projection: P,
    build: &Build,
    progress: impl Fn(Progress),
) -> anyhow::Result<Progress> {
    let mut ends = Vec::new();
    for shard in 0..log.shards() {
        ends.push((shard, log.last_seq(shard).await?));
    }
    up_to(log, pool, projection, build, &ends, progress).await
}

async fn up_to<P: Projection>(
    log: &EventLog,
    pool: &PgPool,
    projection: P,
    build: &Build,
    ends: &[(u16, u64)],
    progress: impl Fn(Progress),
) -> anyhow::Result<Progress> {
    let projection = Arc::new(projection);
    let (batches, mut done) = tokio::sync::mpsc::unbounded_channel();
    let turns = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut shards = JoinSet::new();
    let mut sofar = Progress::default();
    for (shard, to) in ends.iter().copied() {
        let runner = Runner {
            log: log.clone(),
            pool: pool.clone(),
            projection: Arc::clone(&projection),
            build: build.clone(),
            shard,
            pace: Pace::REBUILD,
        };
        let from = runner.checkpoint().await?;
        sofar.total += to.saturating_sub(from);
        let (batches, turns) = (batches.clone(), Arc::clone(&turns));
        shards.spawn(async move {
            let _turn = turns.acquire().await?;
            runner.up_to(from, to, &batches).await
        });
    }
    drop(batches);
    while let Some(count) = done.recv().await {
        sofar.commits += count;
        progress(sofar);
    }
    while let Some(ended) = shards.join_next().await {
        ended??;
    }
    Ok(sofar)
}

/// The rows that serve have not come as far as those that they are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rows that serve are behind the new ones; does the service that keeps them run?")]
pub struct Behind;

/// Compares `build` with the one that serves, of this version or else of the one before, both at the same position of every
/// shard, in the tables and columns that both have; `None`: nothing serves. The live projection waits for the moment that it takes to bring both there.
///
/// # Errors
/// [`Behind`]: try again after a moment. Else what the log or the database says.
pub async fn compare<P: Projection>(
    log: &EventLog,
    pool: &PgPool,
    projection: P,
    build: &Build,
) -> anyhow::Result<Option<Vec<Difference>>> {
    let Some(before) = build::served::<P>(pool, build).await? else {
        return Ok(None);
    };
    let mut held = pool.begin().await?;
    let sql = format!(
        "SELECT shard, seq FROM {}.checkpoint ORDER BY shard FOR UPDATE",
        before.schema
    );
    let ends: Vec<(i32, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .fetch_all(&mut *held)
        .await?;
    let ends = numbers(ends);
    up_to(log, pool, projection, build, &ends, |_| {}).await?;
    let ahead = positions(pool, build).await?;
    let mut snapshot = pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    sqlx::query("SELECT 1").execute(&mut *snapshot).await?;
    held.rollback().await?;
    if !ahead.iter().all(|end| end.1 == 0 || ends.contains(end)) {
        return Err(Behind.into());
    }
    let differences = dump::compare::<P>(&mut snapshot, &before, build).await?;
    snapshot.rollback().await?;
    Ok(Some(differences))
}
