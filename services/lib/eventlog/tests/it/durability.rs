//! Kill -9 of the broker while publishing.

use std::time::Duration;

use eventlog::{AppendError, EventLog, verify};
use tokio::task::JoinSet;

use crate::{
    broker::{Broker, Cluster},
    stock::{Tally, key, record},
};

const WRITERS: u32 = 8;
const EACH: u32 = 60;

/// Records `EACH` facts, trying again for as long as it takes; how often an append had to be asked for again.
async fn write(log: EventLog, writer: u32) -> u32 {
    let key = key(&format!("w{writer}"));
    let mut again = 0;
    for number in 0..EACH {
        loop {
            match record(&log, &key, &format!("{writer}/{number}")).await {
                Ok(_) => break,
                Err(AppendError::Log(error)) if error.is_transient() => again += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    again
}

/// How long a replica that was away may take to catch up.
const CATCH_UP: Duration = Duration::from_secs(60);

/// Everything acknowledged is there, once; how much that is.
async fn check(log: &EventLog) -> usize {
    let acknowledged = usize::try_from(WRITERS * EACH).unwrap();
    let report = verify::run(log, |_, _| {}).await.unwrap();
    assert_eq!(report.faults, []);
    assert_eq!(usize::try_from(report.commits).unwrap(), acknowledged);
    // Loads may be answered by a replica that has just come back and is behind: nothing is lost, it is not there yet.
    let deadline = tokio::time::Instant::now() + CATCH_UP;
    let mut found = count(log).await;
    while found < acknowledged && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(100)).await;
        found = count(log).await;
    }
    assert_eq!(found, acknowledged);
    found
}

async fn count(log: &EventLog) -> usize {
    let mut found = 0;
    for writer in 0..WRITERS {
        let loaded = log
            .load_at::<Tally>(&key(&format!("w{writer}")), u64::MAX)
            .await
            .unwrap();
        assert_eq!(loaded.state.gaps, 0);
        found += loaded.state.recorded.len();
    }
    found
}

#[tokio::test]
async fn writers_go_on_through_kills_of_the_broker_and_nothing_is_lost() {
    let mut broker = Broker::start();
    let log = broker.log("tester").await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(log.clone(), writer));
    }
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        broker.kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        broker.resume();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    let again = writers.join_all().await;
    let found = check(&log).await;
    println!("killed three times: {found} acknowledged and found, asked again {again:?}");
}

#[tokio::test]
async fn writers_go_on_through_the_loss_of_each_node_in_turn() {
    let mut cluster = Cluster::start();
    let log = cluster.log("tester").await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(log.clone(), writer));
    }
    for node in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let node = cluster.nodes.get_mut(node).unwrap();
        node.kill();
        tokio::time::sleep(Duration::from_millis(500)).await;
        node.resume();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let again = writers.join_all().await;
    let found = check(&log).await;
    println!("each node killed once: {found} acknowledged and found, asked again {again:?}");
}
