//! A projection in one shard: batch, transaction, checkpoint, and again.

use std::{sync::Arc, time::Duration};

use futures::{Stream, StreamExt as _};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::time::Instant;

use super::{Build, Projection, roles::ALL};
use crate::{error::LogError, follow::Scope, open::EventLog, wire::RawCommit};

/// How much is applied in one transaction, and how long it waits to become as much.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    commits: u64,
    bytes: usize,
    linger: Duration,
}

impl Pace {
    /// What happens now is seen soon.
    pub(super) const LIVE: Self = Self {
        commits: 500,
        bytes: 4 << 20,
        linger: Duration::from_millis(20),
    };
    /// What happened long ago is taken in by large bites, which fold into few rows. The bytes bound the memory.
    pub(super) const REBUILD: Self = Self {
        commits: 4_000,
        bytes: 6 << 20,
        linger: Duration::from_secs(1),
    };
}

pub(super) type Counts = tokio::sync::mpsc::UnboundedSender<u64>;

/// A projection in one shard.
pub(super) struct Runner<P> {
    pub(super) log: EventLog,
    pub(super) pool: PgPool,
    pub(super) projection: Arc<P>,
    pub(super) build: Build,
    pub(super) shard: u16,
    pub(super) pace: Pace,
}

/// Commits as they were read, and the position that they reach.
#[derive(Default)]
struct Batch {
    commits: Vec<RawCommit>,
    bytes: usize,
    read: u64,
    to: u64,
}

impl<P: Projection> Runner<P> {
    pub(super) async fn for_ever(&self) {
        let mut pause = Duration::from_millis(100);
        loop {
            let begun = Instant::now();
            let Err(error) = self.live().await;
            if begun.elapsed() > Duration::from_secs(30) {
                pause = Duration::from_millis(100);
            }
            let reason = format!("{error:#}");
            tracing::warn!(
                projection = P::NAME,
                shard = self.shard,
                error = reason,
                "projection stands still and tries again"
            );
            let sentence = format!(
                "projection {} stands still in shard {}",
                P::NAME,
                self.shard
            );
            self.log
                .inner
                .warnings
                .set(&self.cause(), format!("{sentence}: {reason}"));
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }

    /// Nobody waits for it any more.
    pub(super) fn left(&self) {
        self.log.inner.warnings.clear(&self.cause());
    }

    fn cause(&self) -> String {
        format!("projection {} {}", P::NAME, self.shard)
    }

    /// Applies batch after batch; ends only with an error.
    async fn live(&self) -> anyhow::Result<std::convert::Infallible> {
        loop {
            let mut at = self.checkpoint().await?;
            let commits = self.log.follow(&Scope::Shard(self.shard), at + 1);
            let mut commits = std::pin::pin!(commits);
            loop {
                let batch = self.batch(&mut commits, at).await;
                if !self.apply(at, &batch).await? {
                    // Another runner was faster: go on behind it.
                    break;
                }
                self.log.inner.warnings.clear(&self.cause());
                at = batch.to;
            }
        }
    }

    pub(super) async fn up_to(&self, from: u64, to: u64, counts: &Counts) -> anyhow::Result<()> {
        let mut at = from;
        while at < to {
            let commits = self.log.read(&Scope::Shard(self.shard), at + 1, to).await?;
            let mut commits = std::pin::pin!(commits);
            while at < to {
                let batch = self.batch(&mut commits, at).await;
                if !self.apply(at, &batch).await? {
                    break;
                }
                at = batch.to;
                counts.send(batch.read).ok();
            }
            at = self.checkpoint().await?.max(at);
        }
        Ok(())
    }

    /// Waits for a commit and takes what comes shortly after it.
    async fn batch(
        &self,
        commits: &mut (impl Stream<Item = Result<RawCommit, LogError>> + Unpin),
        at: u64,
    ) -> Batch {
        let mut batch = Batch {
            to: at,
            ..Batch::default()
        };
        let Some(first) = commits.next().await else {
            return batch;
        };
        self.take(first, &mut batch);
        let deadline = Instant::now() + self.pace.linger;
        while batch.read < self.pace.commits && batch.bytes < self.pace.bytes {
            match tokio::time::timeout_at(deadline, commits.next()).await {
                Ok(Some(next)) => self.take(next, &mut batch),
                Ok(None) | Err(_) => break,
            }
        }
        batch
    }

    fn take(&self, item: Result<RawCommit, LogError>, batch: &mut Batch) {
        batch.read += 1;
        match item {
            Ok(raw) => {
                batch.to = raw.seq;
                batch.bytes += raw.body.len();
                if self.projection.kinds().contains(&raw.key.kind()) {
                    batch.commits.push(raw);
                }
            }
            Err(error) => {
                // It belongs to no aggregate, so to no read model.
                if let LogError::Foreign { seq, .. } = &error {
                    batch.to = *seq;
                }
                tracing::error!(%error, "passed over");
            }
        }
    }

    /// One transaction. `false`: the checkpoint is not at `from` any more, nothing was done.
    async fn apply(&self, from: u64, batch: &Batch) -> anyhow::Result<bool> {
        let mut tx = self.pool.begin().await?;
        // Rows and checkpoint are lost together in a crash of the database, and then made again: it need not sync first.
        sqlx::query(
            "SELECT set_config('search_path', $1, true), set_config('role', $2, true), \
             set_config('synchronous_commit', 'off', true)",
        )
        .bind(&self.build.schema)
        .bind(ALL)
        .execute(&mut *tx)
        .await?;
        let moved = sqlx::query("UPDATE checkpoint SET seq = $1 WHERE shard = $2 AND seq = $3")
            .bind(i64::try_from(batch.to)?)
            .bind(i32::from(self.shard))
            .bind(i64::try_from(from)?)
            .execute(&mut *tx)
            .await?;
        if moved.rows_affected() != 1 {
            tx.rollback().await?;
            return Ok(false);
        }
        if !batch.commits.is_empty() {
            self.projection.apply(&mut tx, &batch.commits).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn checkpoint(&self) -> anyhow::Result<u64> {
        // The schema was named by `build::make`.
        let schema = &self.build.schema;
        let begin = format!(
            "INSERT INTO {schema}.checkpoint (shard, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING"
        );
        sqlx::query(AssertSqlSafe(begin))
            .bind(i32::from(self.shard))
            .execute(&self.pool)
            .await?;
        let look = format!("SELECT seq FROM {schema}.checkpoint WHERE shard = $1");
        let (seq,): (i64,) = sqlx::query_as(AssertSqlSafe(look))
            .bind(i32::from(self.shard))
            .fetch_one(&self.pool)
            .await?;
        Ok(u64::try_from(seq)?)
    }
}
