//! What only shows on three replicas.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use eventlog::Outcome;

use crate::{
    broker::{Cluster, until},
    reacting::{Running, options},
    stock::{Tally, key, record},
};

/// A follower may be behind the delivery; a handler that loads from it must see the commit all the same.
#[tokio::test]
async fn a_handler_always_sees_the_commit_that_it_was_called_for() {
    const COUNT: u32 = 400;
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
    for number in 0..COUNT {
        record(&writer, &key(&number.to_string()), &number.to_string())
            .await
            .unwrap();
    }
    until("all are looked at", || async {
        runs.load(Ordering::SeqCst) >= COUNT
    })
    .await;
    running.stop().await;
    assert_eq!(blind.load(Ordering::SeqCst), 0);
}
