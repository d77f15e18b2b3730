//! Poison in the middle of a conversation, panics, and release.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_nats::HeaderMap;
use eventlog::{AppendError, EventLog, Outcome};
use schemas::AggregateKey;

use crate::{
    broker::{Broker, until},
    reacting::{Running, handle, options, settled},
    stock::{REACTOR, RECORDED, Tally, key, record, withdraw_rest},
};

async fn poison(broker: &Broker, key: &AggregateKey) {
    let mut headers = HeaderMap::new();
    headers.insert("Torg-Types", RECORDED);
    let client = broker.client().await;
    let subject = key.subject(4);
    client
        .request_with_headers(subject, headers, "garbage".into())
        .await
        .unwrap();
}

async fn strict(log: EventLog, key: AggregateKey) -> Outcome {
    loop {
        match log.decide::<Tally, Infallible>(&key, withdraw_rest).await {
            Ok(appended) if appended.recorded.is_empty() => return Outcome::Done,
            Ok(_) => {}
            Err(AppendError::Poisoned(poison)) => return Outcome::Park(poison.to_string()),
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn lenient(log: EventLog, key: AggregateKey) -> Outcome {
    loop {
        match log
            .decide_past_poison::<Tally, Infallible>(&key, withdraw_rest)
            .await
        {
            Ok(appended) if appended.recorded.is_empty() => return Outcome::Done,
            Ok(_) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn poison_parks_its_aggregate_and_no_other_until_it_is_released() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let (bad, good) = (key("bad"), key("good"));
    let repaired = Arc::new(AtomicBool::new(false));
    let runs = Arc::new(Mutex::new(Vec::new()));
    let handler = {
        let (log, repaired, runs) = (log.clone(), repaired.clone(), runs.clone());
        move |key: AggregateKey| {
            runs.lock().unwrap().push(key.clone());
            let log = log.clone();
            let repaired = repaired.load(Ordering::SeqCst);
            async move {
                if repaired {
                    lenient(log, key).await
                } else {
                    strict(log, key).await
                }
            }
        }
    };
    let running = Running::start(&log, options(), handler.clone());
    record(&log, &bad, "1").await.unwrap();
    settled(&log, &bad, 1).await;
    poison(&broker, &bad).await;
    until("it is parked", || async {
        log.parked(None).await.unwrap().len() == 1
    })
    .await;
    let loaded = log.load::<Tally>(&bad).await.unwrap();
    assert_eq!(
        loaded.poison.as_ref().map(|poison| poison.seq),
        Some(loaded.seq)
    );

    // What arrives from outside is still recorded, and waits.
    record(&log, &bad, "2").await.unwrap();
    record(&log, &bad, "3").await.unwrap();
    record(&log, &good, "4").await.unwrap();
    settled(&log, &good, 1).await;
    until("they wait", || async {
        log.parked(Some("tester"))
            .await
            .unwrap()
            .first()
            .is_some_and(|p| p.waiting == 2)
    })
    .await;
    let parked = log.parked(None).await.unwrap();
    let first = parked.first().unwrap();
    assert_eq!(
        (first.consumer.as_str(), &first.key),
        (REACTOR.consumer, &bad)
    );
    assert!(
        first.reason.contains("not a cloudevents batch"),
        "{}",
        first.reason
    );
    assert_eq!(log.load::<Tally>(&bad).await.unwrap().state.withdrawn, 1);

    // A restart does not forget it.
    running.stop().await;
    let before = runs
        .lock()
        .unwrap()
        .iter()
        .filter(|key| **key == bad)
        .count();
    let running = Running::start(&log, options(), handler.clone());
    record(&log, &bad, "5").await.unwrap();
    until("it waits, too", || async {
        log.parked(Some("tester"))
            .await
            .unwrap()
            .first()
            .is_some_and(|p| p.waiting == 3)
    })
    .await;
    assert_eq!(
        runs.lock()
            .unwrap()
            .iter()
            .filter(|key| **key == bad)
            .count(),
        before
    );

    // Released without a repair, it is parked again.
    log.release("tester", &bad).await.unwrap();
    until("it is parked again", || async {
        log.parked(None)
            .await
            .unwrap()
            .first()
            .is_some_and(|parked| parked.waiting == 0)
    })
    .await;
    repaired.store(true, Ordering::SeqCst);
    log.release("tester", &bad).await.unwrap();
    settled(&log, &bad, 4).await;
    assert_eq!(log.parked(None).await.unwrap(), []);
    record(&log, &bad, "6").await.unwrap();
    settled(&log, &bad, 5).await;
    running.stop().await;

    // Released while nobody runs: it runs at the next start, and only then.
    let count = || {
        runs.lock()
            .unwrap()
            .iter()
            .filter(|key| **key == bad)
            .count()
    };
    let settled_count = count();
    let running = Running::start(&log, options(), handler);
    record(&log, &good, "7").await.unwrap();
    settled(&log, &good, 2).await;
    running.stop().await;
    assert_eq!(count(), settled_count);
}

#[tokio::test]
async fn a_release_while_nobody_runs_is_done_at_the_next_start() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let key = key("panics");
    let running = Running::start(&log, options(), |_| async { panic!("a bug") });
    record(&log, &key, "1").await.unwrap();
    until("it is parked", || async {
        log.parked(None).await.unwrap().len() == 1
    })
    .await;
    let parked = log.parked(None).await.unwrap();
    assert!(
        parked
            .first()
            .unwrap()
            .reason
            .contains("handler panicked: a bug")
    );
    running.stop().await;
    log.release("tester", &key).await.unwrap();
    assert_eq!(log.parked(None).await.unwrap(), []);
    let shared = log.clone();
    let running = Running::start(&log, options(), move |key| handle(shared.clone(), key));
    settled(&log, &key, 1).await;
    running.stop().await;
}
