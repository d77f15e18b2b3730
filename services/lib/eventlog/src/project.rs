//! Projections: read models in PostgreSQL, built from the log in order, each commit exactly once.
//!
//! Rows and checkpoint move in one transaction. The checkpoint is compared and set, so that of two runners of one
//! projection each batch is applied by one of them. An error stops the shard and is tried again; nothing is skipped.

mod runner;

use std::sync::Arc;

use schemas::Kind;
use sqlx::{PgConnection, PgPool};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::runner::Runner;
use crate::{open::EventLog, wire::RawCommit};

/// A read model.
///
/// A new version begins at the start of the log with checkpoints of its own; it should write tables of its own, too.
pub trait Projection: Send + Sync + 'static {
    /// Its name, for ever.
    const NAME: &'static str;
    /// Raise it when rows have to be built anew.
    const VERSION: i32;

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

/// Makes the table of checkpoints when it is absent.
///
/// # Errors
/// What the database says.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    // `if not exists` still fails when two sessions create at once.
    sqlx::query("SELECT pg_advisory_xact_lock(7461726700)")
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS checkpoint (
            projection text NOT NULL,
            version int NOT NULL,
            shard int NOT NULL,
            seq bigint NOT NULL,
            PRIMARY KEY (projection, version, shard)
        )",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Last position that the projection has applied, by shard; shards that it has not begun are absent.
///
/// # Errors
/// What the database says.
pub async fn positions(
    pool: &PgPool,
    projection: &str,
    version: i32,
) -> Result<Vec<(u16, u64)>, sqlx::Error> {
    let rows: Vec<(i32, i64)> = sqlx::query_as(
        "SELECT shard, seq FROM checkpoint WHERE projection = $1 AND version = $2 ORDER BY shard",
    )
    .bind(projection)
    .bind(version)
    .fetch_all(pool)
    .await?;
    let positions = rows
        .into_iter()
        .filter_map(|(shard, seq)| Some((u16::try_from(shard).ok()?, u64::try_from(seq).ok()?)));
    Ok(positions.collect())
}

/// Makes a projection begin anew: forgets its checkpoints, in the transaction that empties its tables.
///
/// # Errors
/// What the database says.
pub async fn forget(
    tx: &mut PgConnection,
    projection: &str,
    version: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM checkpoint WHERE projection = $1 AND version = $2")
        .bind(projection)
        .bind(version)
        .execute(tx)
        .await?;
    Ok(())
}

/// Runs a projection until `stop`. Outages of broker and database are waited out.
pub async fn run<P: Projection>(
    log: EventLog,
    pool: PgPool,
    projection: P,
    stop: CancellationToken,
) {
    let projection = Arc::new(projection);
    let mut shards = JoinSet::new();
    for shard in 0..log.shards() {
        let runner = Runner {
            log: log.clone(),
            pool: pool.clone(),
            projection: Arc::clone(&projection),
            shard,
        };
        let stop = stop.clone();
        shards.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = runner.for_ever() => {}
            }
        });
    }
    while shards.join_next().await.is_some() {}
}

/// Brings a projection to where the log ends now, and returns how much that was. `progress` is called after each
/// batch.
///
/// # Errors
/// The first error of any shard: the log's, the database's or the projection's own. What was applied stays applied.
pub async fn catch_up<P: Projection>(
    log: &EventLog,
    pool: &PgPool,
    projection: P,
    progress: impl Fn(Progress),
) -> anyhow::Result<Progress> {
    let projection = Arc::new(projection);
    let (batches, mut done) = tokio::sync::mpsc::unbounded_channel();
    let mut shards = JoinSet::new();
    let mut sofar = Progress::default();
    for shard in 0..log.shards() {
        let runner = Runner {
            log: log.clone(),
            pool: pool.clone(),
            projection: Arc::clone(&projection),
            shard,
        };
        let from = runner.checkpoint().await?;
        let to = log.last_seq(shard).await?;
        sofar.total += to.saturating_sub(from);
        let batches = batches.clone();
        shards.spawn(async move { runner.up_to(from, to, &batches).await });
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
