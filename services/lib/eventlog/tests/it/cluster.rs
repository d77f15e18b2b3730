//! What only shows on three replicas.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use eventlog::{EventLog, Outcome};
use tokio::task::JoinSet;

use crate::{
    broker::{Cluster, until},
    reacting::{Running, options},
    stock::{Tally, key, record},
};

/// A follower may be behind the delivery; a handler that loads from it must see the commit all the same.
#[tokio::test]
async fn a_handler_always_sees_the_commit_that_it_was_called_for() {
    const COUNT: u32 = 2_000;
    const WRITERS: u32 = 32;
    let cluster = Cluster::start();
    let writer = cluster.log("writer").await;
    let reader = cluster.log("reader").await;
    let (runs, blind) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (log, count, missed) = (reader.clone(), runs.clone(), blind.clone());
    let running = Running::start(&reader, options(), move |key| {
        let (log, count, missed) = (log.clone(), count.clone(), missed.clone());
        async move {
            let Ok(loaded) = log.load::<Tally>(&key).await else {
                return Outcome::RetryIn(Duration::from_millis(50));
            };
            if loaded.version == 0 {
                missed.fetch_add(1, Ordering::SeqCst);
            }
            count.fetch_add(1, Ordering::SeqCst);
            Outcome::Done
        }
    });
    let mut writers = JoinSet::new();
    for part in 0..WRITERS {
        let writer = writer.clone();
        writers.spawn(async move {
            for number in (part..COUNT).step_by(WRITERS as usize) {
                record(&writer, &key(&number.to_string()), &number.to_string())
                    .await
                    .unwrap();
            }
        });
    }
    // Each node in turn stands still for a moment, so that followers fall behind.
    let mut node = cluster.nodes.iter().cycle();
    while !writers.is_empty() {
        let node = node.next().unwrap();
        node.freeze(true);
        tokio::time::sleep(Duration::from_millis(60)).await;
        node.freeze(false);
        tokio::time::sleep(Duration::from_millis(60)).await;
        while let Some(written) = writers.try_join_next() {
            written.unwrap();
        }
    }
    until("all are looked at", || async {
        runs.load(Ordering::SeqCst) >= COUNT
    })
    .await;
    running.stop().await;
    assert_eq!(blind.load(Ordering::SeqCst), 0);
}

/// A direct read is answered by any replica, also by one that is behind. With it alone this fails every time.
#[tokio::test]
async fn what_was_acknowledged_is_in_the_history_whichever_replica_answers() {
    const WRITERS: u32 = 8;
    const EACH: u32 = 40;
    let cluster = Cluster::start();
    let writer = cluster.log("writer").await;
    let mut readers = Vec::new();
    for node in &cluster.nodes {
        let mut config = cluster.config("reader");
        config.url = node.url();
        readers.push(EventLog::open(config).await.unwrap());
    }
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let (writer, readers) = (writer.clone(), readers.clone());
        writers.spawn(async move {
            let key = key(&format!("w{number}"));
            let mut missing = Vec::new();
            for turn in 0..EACH {
                let appended = record(&writer, &key, &format!("{number}/{turn}")).await;
                let seq = appended.unwrap().loaded.seq;
                for reader in &readers {
                    let commits = reader.history(&key).await.unwrap();
                    let folded = reader.load_at::<Tally>(&key, u64::MAX).await.unwrap();
                    if commits.last().map(|last| last.seq) != Some(seq) || folded.seq != seq {
                        missing.push(seq);
                    }
                }
            }
            missing
        });
    }
    let missing: Vec<u64> = writers.join_all().await.into_iter().flatten().collect();
    assert!(missing.is_empty(), "behind at {missing:?}");
}
