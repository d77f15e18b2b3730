//! Projections: each commit once, whoever runs, fails, or is killed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use eventlog::{
    EventLog, Projection, RawCommit,
    project::{self, Reader, Table, Tables},
};
use schemas::{AggregateKey, Kind, ShopId, Sku, stock::StockEvent};
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
    /// So many batches do not linger.
    at_once: Arc<AtomicU32>,
    linger: Duration,
}

impl Projection for Counts {
    const NAME: &'static str = "counts";
    const VERSION: i32 = 1;
    const TABLES: Tables = Tables {
        create: "CREATE TABLE counts (shop text NOT NULL, article text PRIMARY KEY, count bigint NOT NULL)",
        indexes: "CREATE INDEX IF NOT EXISTS counts_of_shop ON counts (shop)",
        all: &[Table::new("counts", "article")],
    };

    fn kinds(&self) -> &[Kind] {
        &[Kind::Stock]
    }

    async fn apply(&self, tx: &mut PgConnection, commits: &[RawCommit]) -> anyhow::Result<()> {
        for raw in commits {
            let events = raw.decode::<StockEvent>()?;
            sqlx::query(
                "INSERT INTO counts (shop, article, count) VALUES ($1, $2, $3)
                 ON CONFLICT (article) DO UPDATE SET count = counts.count + EXCLUDED.count",
            )
            .bind(raw.key.shop_id().as_str())
            .bind(raw.key.to_string())
            .bind(i64::try_from(events.len())?)
            .execute(&mut *tx)
            .await?;
        }
        let less_one = |left: u32| left.checked_sub(1);
        if self
            .at_once
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less_one)
            .is_err()
        {
            tokio::time::sleep(self.linger).await;
        }
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
    let Ok(mut rows) = Reader::new::<Counts>(pool.clone()).everything().await else {
        return -1;
    };
    let sum = "SELECT coalesce(sum(count), 0)::bigint FROM counts";
    sqlx::query_as::<_, (i64,)>(sum)
        .fetch_one(&mut *rows)
        .await
        .map_or(-1, |(sum,)| sum)
}

#[tokio::test]
async fn two_runners_at_once_apply_everything_exactly_once() {
    let broker = Broker::start();
    let (_postgres, pool) = Postgres::start().await;
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
    let reader = Reader::new::<Counts>(pool.clone());
    for (shard, seq) in reader.applied().await.unwrap() {
        assert_eq!(seq, one.last_seq(shard).await.unwrap());
        ends += seq;
    }
    assert_eq!(ends, 1_000);
}

#[tokio::test]
async fn a_crash_between_rows_and_checkpoint_counts_nothing_twice() {
    let broker = Broker::start();
    let (mut postgres, pool) = Postgres::start().await;
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
    let log = broker.log("tester").await;
    write(&log, 0, 700).await;
    let build = project::begin::<Counts>(&pool).await.unwrap();
    let steps = std::sync::Mutex::new(Vec::new());
    let step = |progress: project::Progress| steps.lock().unwrap().push(progress.commits);
    let done = project::catch_up(&log, &pool, Counts::default(), &build, step)
        .await
        .unwrap();
    assert_eq!((done.commits, done.total), (700, 700));
    assert_eq!(steps.lock().unwrap().last(), Some(&700));
    // Nobody sees them before they serve.
    assert_eq!(total(&pool).await, -1);
    project::switch::<Counts>(&pool, &build).await.unwrap();
    assert_eq!(total(&pool).await, 700);
    let again = project::catch_up(&log, &pool, Counts::default(), &build, |_| {})
        .await
        .unwrap();
    assert_eq!(
        (again.commits, again.total, total(&pool).await),
        (0, 0, 700)
    );
}

#[tokio::test]
async fn a_killed_rebuild_goes_on_where_it_was_while_the_old_rows_serve() {
    let broker = Broker::start();
    let (_postgres, pool) = Postgres::start().await;
    let log = broker.log("tester").await;
    write(&log, 0, 400).await;
    let stop = CancellationToken::new();
    let mut live = JoinSet::new();
    live.spawn(project::run(
        log.clone(),
        pool.clone(),
        Counts::default(),
        stop.clone(),
    ));
    until("the live rows are there", || async {
        total(&pool).await == 400
    })
    .await;

    let build = project::begin::<Counts>(&pool).await.unwrap();
    // One batch is written, the others never are.
    let stuck = Counts {
        at_once: Arc::new(AtomicU32::new(1)),
        linger: Duration::from_secs(3_600),
        ..Counts::default()
    };
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    tokio::select! {
        done = project::catch_up(&log, &pool, stuck, &build, |sofar| tell.send(sofar).unwrap()) => {
            panic!("it was done before it could be killed: {done:?}");
        }
        _ = told.recv() => {}
    }
    let before: u64 = sum(&project::positions(&pool, &build).await.unwrap());
    assert!((1..400).contains(&before), "{before}");
    // The same build, from where it was.
    assert_eq!(project::begin::<Counts>(&pool).await.unwrap(), build);
    let done = project::catch_up(&log, &pool, Counts::default(), &build, |_| {}).await;
    assert_eq!(done.unwrap().commits, 400 - before);
    write(&log, 400, 500).await;
    until("the live rows go on", || async {
        total(&pool).await == 500
    })
    .await;
    let differences = project::compare(&log, &pool, Counts::default(), &build).await;
    assert_eq!(differences.unwrap().as_deref(), Some(&[][..]));

    // A row that is not what the log says is found.
    let spoil = format!(
        "UPDATE {}.counts SET count = count + 1 WHERE article LIKE '%a7'",
        build.schema
    );
    sqlx::query(sqlx::AssertSqlSafe(spoil))
        .execute(&pool)
        .await
        .unwrap();
    let differences = project::compare(&log, &pool, Counts::default(), &build).await;
    let differences = differences.unwrap().unwrap();
    assert_eq!(
        (differences[0].table, differences[0].changed),
        ("counts", 1)
    );
    assert!(differences[0].keys[0].contains("a7"), "{differences:?}");
    let mend = format!(
        "UPDATE {}.counts SET count = count - 1 WHERE article LIKE '%a7'",
        build.schema
    );
    sqlx::query(sqlx::AssertSqlSafe(mend))
        .execute(&pool)
        .await
        .unwrap();

    project::complete::<Counts>(&pool, &build).await.unwrap();
    let replaced = project::switch::<Counts>(&pool, &build).await.unwrap();
    assert!(replaced.is_some());
    write(&log, 500, 600).await;
    until("the live rows go on in the new ones", || async {
        total(&pool).await == 600
    })
    .await;
    let dropped = project::drop_old::<Counts>(&pool).await.unwrap();
    assert_eq!(dropped, [replaced.unwrap().schema]);
    assert_eq!(total(&pool).await, 600);
    assert!(log.health().warnings.is_empty(), "{:?}", log.health());
    stop.cancel();
    live.join_all().await;
}

fn sum(positions: &[(u16, u64)]) -> u64 {
    positions.iter().map(|(_, seq)| seq).sum()
}

#[tokio::test]
async fn a_query_without_a_where_sees_one_shop_and_without_a_shop_none() {
    let broker = Broker::start();
    let (postgres, admin) = Postgres::start().await;
    // As `torg up` has it: the owner of the database is no superuser.
    for statement in [
        "CREATE ROLE plain LOGIN CREATEROLE",
        "CREATE DATABASE shops OWNER plain",
    ] {
        sqlx::query(statement).execute(&admin).await.unwrap();
    }
    let pool = PgPool::connect(&postgres.url("plain", "shops"))
        .await
        .unwrap();
    let log = broker.log("tester").await;
    let (lavka, other) = (ShopId::new("lavka").unwrap(), ShopId::new("other").unwrap());
    for (shop, count) in [(&lavka, 3), (&other, 5)] {
        for number in 0..count {
            let key = AggregateKey::stock(shop, &Sku::new(format!("b{number}")));
            record(&log, &key, &number.to_string()).await.unwrap();
        }
    }
    let build = project::serve::<Counts>(&pool).await.unwrap();
    project::catch_up(&log, &pool, Counts::default(), &build, |_| {})
        .await
        .unwrap();
    let reader = Reader::new::<Counts>(pool.clone());
    let everything = "SELECT count(*) FROM counts";
    for (shop, expected) in [(&lavka, 3), (&other, 5)] {
        let mut rows = reader.of(shop).await.unwrap();
        let seen: i64 = sqlx::query_scalar(everything)
            .fetch_one(&mut *rows)
            .await
            .unwrap();
        assert_eq!(seen, expected, "{shop}");
        let write = sqlx::query("DELETE FROM counts").execute(&mut *rows).await;
        assert!(write.is_err(), "a reader writes");
    }
    let mut rows = reader.everything().await.unwrap();
    let seen: i64 = sqlx::query_scalar(everything)
        .fetch_one(&mut *rows)
        .await
        .unwrap();
    assert_eq!(seen, 8);
    drop(rows);
    // Beside the helper: no table by its name, and no row in the one that is named in full, though it is one's own.
    assert!(sqlx::query(everything).execute(&pool).await.is_err());
    let named = format!("SELECT count(*) FROM {}.counts", build.schema);
    let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(named.clone()))
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(seen, 0);
    // With the role, and without the shop.
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SET LOCAL ROLE torg_shop")
        .execute(&mut *tx)
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(named))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(seen, 0);
}
