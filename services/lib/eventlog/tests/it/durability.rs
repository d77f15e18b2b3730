//! Kill -9 of the broker while publishing.

use std::time::Duration;

use eventlog::{AppendError, EventLog, LogError, verify};
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

/// Everything acknowledged is there at once, and once; how much that is.
///
/// The last commits may have been acknowledged by a leader that was killed a moment later. Its followers hold them, and
/// show them only when the next leader has told them that they count, 4 to 9 s later: a load must not go without them.
async fn check(log: &EventLog) -> usize {
    let mut found = 0;
    for writer in 0..WRITERS {
        let key = key(&format!("w{writer}"));
        let loaded = waiting(|| log.load_at::<Tally>(&key, u64::MAX)).await;
        assert_eq!(loaded.state.gaps, 0);
        found += loaded.state.recorded.len();
    }
    let report = waiting(|| verify::run(log, |_, _| {})).await;
    assert_eq!(report.faults, []);
    let acknowledged = usize::try_from(WRITERS * EACH).unwrap();
    assert_eq!(usize::try_from(report.commits).unwrap(), acknowledged);
    assert_eq!(found, acknowledged);
    found
}

/// Asks again while the answer is that the log cannot answer now, as every caller has to.
async fn waiting<T, F: Future<Output = Result<T, LogError>>>(mut ask: impl FnMut() -> F) -> T {
    for _ in 0..12 {
        match ask().await {
            Err(error) if error.is_transient() => {}
            answer => return answer.unwrap(),
        }
    }
    panic!("the log does not answer any more");
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
