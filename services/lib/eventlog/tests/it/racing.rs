//! Appending: alone, against others, and when the answer is lost.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use eventlog::{AppendError, EventLog, LogError};
use futures::StreamExt as _;
use schemas::{AggregateKey, Cause, Decision, EventData as _};
use tokio::task::JoinSet;

use crate::{
    broker::{Broker, Cluster, until},
    proxy::Proxy,
    stock::{Tally, key, outside, record, recorded, withdrawn},
};

#[tokio::test]
async fn what_is_appended_is_loaded_again() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let other = broker.log("other").await;
    let key = key("A-1");
    let both = |_: &Tally| {
        Ok::<_, Infallible>(Decision::new(outside("x"), vec![recorded(3), withdrawn()]))
    };
    let appended = log.decide(&key, both).await.unwrap();
    assert_eq!(appended.recorded.len(), 2);
    assert_eq!(appended.loaded.version, 2);
    let first = appended.recorded.first().unwrap();
    assert_eq!(first.meta.correlation, first.meta.id);
    assert_eq!(first.meta.causation, None);
    assert_eq!(first.meta.source, "tester/0.0.0");

    let loaded = other.load::<Tally>(&key).await.unwrap();
    assert_eq!(loaded.seq, appended.loaded.seq);
    assert_eq!(loaded.chain, appended.loaded.chain);
    assert_eq!(
        (loaded.state.recorded.len(), loaded.state.withdrawn),
        (1, 1)
    );

    let later = record(&other, &key, "y").await.unwrap();
    let again = log.load::<Tally>(&key).await.unwrap();
    assert_eq!((again.version, again.state.gaps), (3, 0));
    let then = log
        .load_at::<Tally>(&key, appended.loaded.seq)
        .await
        .unwrap();
    assert_eq!(then.version, 2);
    let history = log.history(&key).await.unwrap();
    let now = log
        .load_until::<Tally>(&key, history.last().unwrap().time)
        .await
        .unwrap();
    assert_eq!(now.chain, later.loaded.chain);

    let raw = history.first().unwrap();
    assert_eq!(
        raw.types,
        [recorded(1).type_name(), withdrawn().type_name()]
    );
    let nothing = |_: &Tally| Ok::<_, Infallible>(Decision::nothing());
    assert!(log.decide(&key, nothing).await.unwrap().recorded.is_empty());
    let refusal = log.decide::<Tally, _>(&key, |_| Err("no")).await;
    assert!(matches!(refusal, Err(AppendError::Refused("no"))));
}

#[tokio::test]
async fn a_long_history_is_read_whole() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let key = key("long");
    for number in 0..600 {
        record(&log, &key, &number.to_string()).await.unwrap();
    }
    let fresh = broker.log("other").await;
    let loaded = fresh.load::<Tally>(&key).await.unwrap();
    assert_eq!((loaded.version, loaded.state.gaps), (600, 0));
    let scope = eventlog::Scope::Key(key.clone());
    let some: Vec<_> = log
        .read(&scope, 1, loaded.seq - 1)
        .await
        .unwrap()
        .collect()
        .await;
    assert_eq!(some.len(), 599);
    let shard = eventlog::Scope::Shard(key.shard(log.shards()));
    let all: Vec<_> = log.read(&shard, 1, u64::MAX).await.unwrap().collect().await;
    assert_eq!(all.len(), 600);
    let followed: Vec<_> = log.follow(&scope, 301).take(300).collect().await;
    assert_eq!(followed.last().unwrap().as_ref().unwrap().seq, loaded.seq);
}

/// One of two writers that race for one aggregate.
async fn writer(log: EventLog, key: AggregateKey, name: &'static str, count: u32) -> u32 {
    let decided = AtomicU32::new(0);
    for number in 0..count {
        let cause = format!("{name}{number}");
        let decide = |_: &Tally| {
            decided.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(Decision::new(outside(&cause), vec![recorded(number)]))
        };
        let appended = loop {
            // As a reactor does: later.
            match log.decide(&key, &decide).await {
                Err(AppendError::Contended(_)) => {}
                done => break done.unwrap(),
            }
        };
        assert_eq!(appended.recorded.len(), 1);
    }
    decided.into_inner() - count
}

async fn race(one: EventLog, two: EventLog, count: u32) -> Vec<u32> {
    let key = key("race");
    let mut writers = JoinSet::new();
    writers.spawn(writer(one.clone(), key.clone(), "one", count));
    writers.spawn(writer(two, key.clone(), "two", count));
    let conflicts = writers.join_all().await;
    let loaded = one.load_at::<Tally>(&key, u64::MAX).await.unwrap();
    assert_eq!(loaded.version, u64::from(2 * count));
    assert_eq!(loaded.state.gaps, 0);
    let ids: std::collections::BTreeSet<_> = loaded.state.recorded.iter().collect();
    assert_eq!(ids.len(), loaded.state.recorded.len());
    conflicts
}

#[tokio::test]
async fn two_writers_of_one_aggregate_lose_nothing() {
    let broker = Broker::start();
    let again = race(broker.log("one").await, broker.log("two").await, 200).await;
    println!("400 decisions stored, decided again {again:?} times");
}

#[tokio::test]
async fn two_writers_of_one_aggregate_lose_nothing_on_three_replicas() {
    let cluster = Cluster::start();
    let again = race(cluster.log("one").await, cluster.log("two").await, 200).await;
    println!("400 decisions stored, decided again {again:?} times");
}

#[tokio::test]
async fn twenty_buyers_of_one_unit_make_one_order() {
    let broker = Broker::start();
    let logs = [
        broker.log("one").await,
        broker.log("two").await,
        broker.log("three").await,
    ];
    let mut buyers = JoinSet::new();
    for number in 0..20 {
        let log = logs.get(number % 3).unwrap().clone();
        buyers.spawn(async move {
            let decide = |tally: &Tally| match tally.version {
                0 => Ok(Decision::new(
                    outside(&number.to_string()),
                    vec![recorded(1)],
                )),
                _ => Err(()),
            };
            log.decide::<Tally, ()>(&key("one unit"), decide)
                .await
                .is_ok()
        });
    }
    let orders = buyers
        .join_all()
        .await
        .into_iter()
        .filter(|won| *won)
        .count();
    assert_eq!(orders, 1);
}

#[tokio::test]
async fn the_same_fact_is_stored_once() {
    let broker = Broker::start();
    let cluster = Cluster::start();
    for log in [broker.log("tester").await, cluster.log("tester").await] {
        let key = key("same");
        let first = record(&log, &key, "x").await.unwrap();
        assert_eq!(first.recorded.len(), 1);
        record(&log, &key, "y").await.unwrap();
        let again = record(&log, &key, "x").await.unwrap();
        assert!(again.recorded.is_empty());
        assert_eq!(log.history(&key).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn an_id_of_another_history_is_not_taken_for_success() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let one = key("0");
    let shard = one.shard(4);
    let two = (1..)
        .map(|n| key(&n.to_string()))
        .find(|k| k.shard(4) == shard)
        .unwrap();
    // A cause inside the log belongs to one history; a decider that uses it in another is wrong.
    let inside = Cause {
        correlation: Some(outside("x").id),
        ..outside("x")
    };
    let decide = |_: &Tally| Ok::<_, Infallible>(Decision::new(inside, vec![recorded(1)]));
    log.decide(&one, decide).await.unwrap();
    let taken = log.decide(&two, decide).await.unwrap_err();
    assert!(
        matches!(taken, AppendError::Log(LogError::IdTaken { .. })),
        "{taken:?}"
    );
}

/// The commit is stored, its acknowledgement is lost, and the connection breaks.
async fn lose_an_ack(proxied: EventLog, direct: EventLog, proxy: Proxy) {
    let key = key("lost");
    record(&proxied, &key, "before").await.unwrap();
    let decided = std::sync::Arc::new(AtomicU32::new(0));
    let mut writing = JoinSet::new();
    {
        let (proxy, key, decided) = (proxy.clone(), key.clone(), decided.clone());
        writing.spawn(async move {
            let decide = |_: &Tally| {
                if decided.fetch_add(1, Ordering::SeqCst) == 0 {
                    proxy.deafen(true);
                }
                Ok::<_, Infallible>(Decision::new(outside("lost"), vec![recorded(7)]))
            };
            proxied.decide(&key, decide).await
        });
    }
    until("the commit is stored", || async {
        direct.load::<Tally>(&key).await.unwrap().version == 2
    })
    .await;
    proxy.cut();
    proxy.deafen(false);
    let appended = writing.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(appended.recorded.len(), 1);
    assert_eq!(appended.loaded.version, 2);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(direct.history(&key).await.unwrap().len(), 2);
    assert_eq!(decided.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_lost_acknowledgement_is_a_success_stored_once() {
    let broker = Broker::start();
    let proxy = Proxy::to(broker.port).await;
    let direct = broker.log("direct").await;
    let mut config = broker.config("proxied");
    config.url = proxy.url();
    let proxied = EventLog::open(config).await.unwrap();
    lose_an_ack(proxied, direct, proxy).await;
}

#[tokio::test]
async fn a_lost_acknowledgement_is_a_success_stored_once_on_three_replicas() {
    let cluster = Cluster::start();
    let direct = cluster.log("direct").await;
    let proxy = Proxy::to(cluster.nodes.first().unwrap().port).await;
    let mut config = cluster.config("proxied");
    config.url = proxy.url();
    let proxied = EventLog::open(config).await.unwrap();
    lose_an_ack(proxied, direct, proxy).await;
}
