//! Timers: once, late rather than early, moved by arming again, taken back.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use eventlog::Outcome;
use jiff::Timestamp;
use schemas::AggregateKey;

use crate::{
    broker::{Broker, now, until},
    reacting::{Running, options},
    stock::key,
};

type Seen = Arc<Mutex<Vec<(AggregateKey, Timestamp)>>>;

#[tokio::test]
async fn a_timer_fires_once_and_arming_again_moves_it() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let seen = Seen::default();
    let noted = seen.clone();
    let running = Running::start(&log, options(), move |key| {
        noted.lock().unwrap().push((key, now()));
        async { Outcome::Done }
    });
    let start = now();
    let at = |seconds: i64| start + jiff::SignedDuration::from_secs(seconds);
    log.arm("tester", &key("moved"), "expiry", at(1))
        .await
        .unwrap();
    log.arm("tester", &key("moved"), "expiry", at(4))
        .await
        .unwrap();
    log.arm("tester", &key("taken back"), "expiry", at(2))
        .await
        .unwrap();
    log.disarm("tester", &key("taken back"), "expiry")
        .await
        .unwrap();
    log.arm("tester", &key("past"), "expiry", at(-60))
        .await
        .unwrap();
    log.arm("tester", &key("two names"), "one", at(1))
        .await
        .unwrap();
    log.arm("tester", &key("two names"), "two", at(3))
        .await
        .unwrap();

    let times = |sku: &str| -> Vec<Timestamp> {
        let seen = seen.lock().unwrap();
        seen.iter()
            .filter(|(there, _)| *there == key(sku))
            .map(|(_, time)| *time)
            .collect()
    };
    until("all have fired", || async {
        times("past").len() == 1 && times("two names").len() == 2 && times("moved").len() == 1
    })
    .await;
    assert!(times("moved").iter().all(|time| *time >= at(4)));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(times("moved").len(), 1);
    assert_eq!(times("two names").len(), 2);
    assert_eq!(times("past").len(), 1);
    assert_eq!(times("taken back").len(), 0);
    running.stop().await;
}

#[tokio::test]
async fn a_timer_outlives_the_broker_and_the_reactor() {
    let mut broker = Broker::start();
    let log = broker.log("tester").await;
    let at = now() + jiff::SignedDuration::from_secs(2);
    log.arm("tester", &key("patient"), "expiry", at)
        .await
        .unwrap();
    broker.kill();
    tokio::time::sleep(Duration::from_secs(3)).await;
    broker.resume();
    let seen = Seen::default();
    let noted = seen.clone();
    let running = Running::start(&log, options(), move |key| {
        noted.lock().unwrap().push((key, now()));
        async { Outcome::Done }
    });
    until("it fires", || async { !seen.lock().unwrap().is_empty() }).await;
    running.stop().await;
    assert_eq!(seen.lock().unwrap().len(), 1);
}
