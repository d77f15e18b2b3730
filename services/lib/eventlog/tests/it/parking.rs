//! Poison in the middle of a conversation, panics, and release.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_nats::HeaderMap;
use eventlog::{AppendError, EventLog, Outcome, Parked};
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

/// A broker, a log, and a handler that parks poison until it is repaired.
struct Scene {
    broker: Broker,
    log: EventLog,
    repaired: Arc<AtomicBool>,
    runs: Arc<Mutex<Vec<AggregateKey>>>,
}

impl Scene {
    async fn new() -> Self {
        let broker = Broker::start();
        let log = broker.log("tester").await;
        Self {
            broker,
            log,
            repaired: Arc::default(),
            runs: Arc::default(),
        }
    }

    fn run(&self) -> Running {
        let (log, repaired, runs) = (self.log.clone(), self.repaired.clone(), self.runs.clone());
        Running::start(&self.log, options(), move |key: AggregateKey| {
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
        })
    }

    fn runs_of(&self, key: &AggregateKey) -> usize {
        self.runs
            .lock()
            .unwrap()
            .iter()
            .filter(|ran| *ran == key)
            .count()
    }

    /// Waits until one aggregate is parked with so many deliveries behind it.
    async fn parked_with(&self, waiting: u64) -> Parked {
        until("it is parked", || async {
            let parked = self.log.parked(Some("tester")).await.unwrap();
            parked.len() == 1 && parked.iter().all(|one| one.waiting == waiting)
        })
        .await;
        self.log.parked(None).await.unwrap().remove(0)
    }
}

#[tokio::test]
async fn poison_parks_its_aggregate_and_no_other() {
    let scene = Scene::new().await;
    let log = &scene.log;
    let (bad, good) = (key("bad"), key("good"));
    let running = scene.run();
    record(log, &bad, "1").await.unwrap();
    settled(log, &bad, 1).await;
    poison(&scene.broker, &bad).await;
    let parked = scene.parked_with(0).await;
    let loaded = log.load::<Tally>(&bad).await.unwrap();
    assert_eq!(
        loaded.poison.as_ref().map(|poison| poison.seq),
        Some(loaded.seq)
    );
    assert_eq!(
        (parked.consumer.as_str(), &parked.key),
        (REACTOR.consumer, &bad)
    );
    assert_eq!(parked.seq, Some(loaded.seq));
    assert!(
        parked.reason.contains("not a cloudevents batch"),
        "{}",
        parked.reason
    );

    // What arrives from outside is still recorded, and waits; others go on.
    record(log, &bad, "2").await.unwrap();
    record(log, &bad, "3").await.unwrap();
    record(log, &good, "4").await.unwrap();
    settled(log, &good, 1).await;
    scene.parked_with(2).await;
    let loaded = log.load::<Tally>(&bad).await.unwrap();
    assert_eq!(
        (loaded.state.recorded.len(), loaded.state.withdrawn),
        (3, 1)
    );
    running.stop().await;
}

#[tokio::test]
async fn what_is_parked_stays_parked_over_a_restart() {
    let scene = Scene::new().await;
    let bad = key("bad");
    poison(&scene.broker, &bad).await;
    let running = scene.run();
    scene.parked_with(0).await;
    running.stop().await;
    let before = scene.runs_of(&bad);
    let running = scene.run();
    record(&scene.log, &bad, "1").await.unwrap();
    scene.parked_with(1).await;
    running.stop().await;
    assert_eq!(scene.runs_of(&bad), before);
}

#[tokio::test]
async fn what_is_released_is_handled_once_it_is_repaired() {
    let scene = Scene::new().await;
    let log = &scene.log;
    let bad = key("bad");
    poison(&scene.broker, &bad).await;
    let running = scene.run();
    scene.parked_with(0).await;
    record(log, &bad, "1").await.unwrap();
    record(log, &bad, "2").await.unwrap();
    scene.parked_with(2).await;

    // Without a repair it is parked again.
    log.release("tester", &bad).await.unwrap();
    scene.parked_with(0).await;
    scene.repaired.store(true, Ordering::SeqCst);
    log.release("tester", &bad).await.unwrap();
    settled(log, &bad, 2).await;
    assert_eq!(log.parked(None).await.unwrap(), []);
    record(log, &bad, "3").await.unwrap();
    settled(log, &bad, 3).await;
    running.stop().await;

    // Settled is settled: the next start does not run it again.
    let before = scene.runs_of(&bad);
    let running = scene.run();
    record(log, &key("good"), "4").await.unwrap();
    settled(log, &key("good"), 1).await;
    running.stop().await;
    assert_eq!(scene.runs_of(&bad), before);
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
