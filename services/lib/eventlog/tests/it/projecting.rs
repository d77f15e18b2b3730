//! Projections: each commit once, whoever runs, fails, or is killed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use eventlog::{EventLog, Projection, RawCommit, project};
use schemas::{Kind, stock::StockEvent};
use sqlx::{PgConnection, PgPool};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    broker::{Broker, until},
    postgres::Postgres,
    stock::{key, record},
};

/// Counts events per article, and fails or lingers when told to.
#[derive(Clone, Default)]
struct Counts {
    /// So many batches fail after they have written.
    failures: Arc<AtomicU32>,
    linger: Duration,
}

impl Projection for Counts {
    const NAME: &'static str = "counts";
    const VERSION: i32 = 1;

    fn kinds(&self) -> &[Kind] {
        &[Kind::Stock]
    }

    async fn apply(&self, tx: &mut PgConnection, commits: &[RawCommit]) -> anyhow::Result<()> {
        for raw in commits {
            let events = raw.decode::<StockEvent>()?;
            sqlx::query(
                "INSERT INTO counts (article, count) VALUES ($1, $2)
                 ON CONFLICT (article) DO UPDATE SET count = counts.count + EXCLUDED.count",
            )
            .bind(raw.key.to_string())
            .bind(i64::try_from(events.len())?)
            .execute(&mut *tx)
            .await?;
        }
        tokio::time::sleep(self.linger).await;
        let less_one = |left: u32| left.checked_sub(1);
        if self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less_one)
            .is_ok()
        {
            anyhow::bail!("a failure for the test");
        }
        Ok(())
    }
}

async fn tables(pool: &PgPool) {
    project::migrate(pool).await.unwrap();
    project::migrate(pool).await.unwrap();
    let table = "CREATE TABLE counts (article text PRIMARY KEY, count bigint NOT NULL)";
    sqlx::query(table).execute(pool).await.unwrap();
}

async fn write(log: &EventLog, from: u32, to: u32) {
    let mut writers = JoinSet::new();
    for number in from..to {
        let log = log.clone();
        writers.spawn(async move {
            record(
                &log,
                &key(&format!("a{}", number % 25)),
                &number.to_string(),
            )
            .await
            .unwrap();
        });
    }
    writers.join_all().await;
}

async fn total(pool: &PgPool) -> i64 {
    let sum = "SELECT coalesce(sum(count), 0)::bigint FROM counts";
    sqlx::query_as::<_, (i64,)>(sum)
        .fetch_one(pool)
        .await
        .map_or(-1, |(sum,)| sum)
}

#[tokio::test]
async fn two_runners_at_once_apply_everything_exactly_once() {
    let broker = Broker::start();
    let (_postgres, pool) = Postgres::start().await;
    tables(&pool).await;
    let (one, two) = (broker.log("one").await, broker.log("two").await);
    let stop = CancellationToken::new();
    let mut runners = JoinSet::new();
    for log in [one.clone(), two] {
        runners.spawn(project::run(
            log,
            pool.clone(),
            Counts::default(),
            stop.clone(),
        ));
    }
    write(&one, 0, 1_000).await;
    until("all is counted", || async { total(&pool).await >= 1_000 }).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(total(&pool).await, 1_000);
    stop.cancel();
    runners.join_all().await;
    let mut ends = 0;
    for (shard, seq) in project::positions(&pool, "counts", 1).await.unwrap() {
        assert_eq!(seq, one.last_seq(shard).await.unwrap());
        ends += seq;
    }
    assert_eq!(ends, 1_000);
}

#[tokio::test]
async fn a_crash_between_rows_and_checkpoint_counts_nothing_twice() {
    let broker = Broker::start();
    let (mut postgres, pool) = Postgres::start().await;
    tables(&pool).await;
    let log = broker.log("tester").await;
    write(&log, 0, 300).await;
    // Runners that are dropped in the middle of a transaction.
    for _ in 0..3 {
        let linger = Duration::from_millis(150);
        let slow = Counts {
            linger,
            ..Counts::default()
        };
        let mut runner = JoinSet::new();
        runner.spawn(project::run(
            log.clone(),
            pool.clone(),
            slow,
            CancellationToken::new(),
        ));
        tokio::time::sleep(Duration::from_millis(120)).await;
        runner.shutdown().await;
    }
    // One whose first batches fail, that says so, and that outlives the database.
    let failing = Counts {
        failures: Arc::new(AtomicU32::new(6)),
        ..Counts::default()
    };
    let stop = CancellationToken::new();
    let mut runner = JoinSet::new();
    runner.spawn(project::run(
        log.clone(),
        pool.clone(),
        failing,
        stop.clone(),
    ));
    until("it says that it stands still", || async {
        log.health()
            .warnings
            .iter()
            .any(|one| one.contains("a failure for the test"))
    })
    .await;
    until("all is counted", || async { total(&pool).await >= 300 }).await;
    postgres.restart().await;
    write(&log, 300, 600).await;
    until("the rest is counted", || async {
        total(&pool).await >= 600
    })
    .await;
    assert_eq!(total(&pool).await, 600);
    until("it is well again", || async {
        log.health().warnings.is_empty()
    })
    .await;
    stop.cancel();
    runner.join_all().await;
}

#[tokio::test]
async fn catching_up_ends_where_the_log_ends() {
    let broker = Broker::start();
    let (_postgres, pool) = Postgres::start().await;
    tables(&pool).await;
    let log = broker.log("tester").await;
    write(&log, 0, 700).await;
    let steps = std::sync::Mutex::new(Vec::new());
    let step = |progress: project::Progress| steps.lock().unwrap().push(progress.commits);
    let done = project::catch_up(&log, &pool, Counts::default(), step)
        .await
        .unwrap();
    assert_eq!(
        (done.commits, done.total, total(&pool).await),
        (700, 700, 700)
    );
    assert_eq!(steps.lock().unwrap().last(), Some(&700));
    let again = project::catch_up(&log, &pool, Counts::default(), |_| {})
        .await
        .unwrap();
    assert_eq!(
        (again.commits, again.total, total(&pool).await),
        (0, 0, 700)
    );
}
