//! Reactors: lanes, redelivery, zombies, outages, panics.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use eventlog::{EventLog, Lag, Outcome, ReactOptions};
use schemas::{AggregateKey, Kind};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    broker::{Broker, until},
    proxy::Proxy,
    stock::{REACTOR, Tally, key, record, withdraw_rest},
};

pub(crate) fn options() -> ReactOptions {
    ReactOptions {
        ack_wait: Duration::from_secs(2),
        ..ReactOptions::default()
    }
}

/// The handler of a service: withdraws what is recorded.
pub(crate) async fn handle(log: EventLog, key: AggregateKey) -> Outcome {
    loop {
        match log.decide::<Tally, Infallible>(&key, withdraw_rest).await {
            Ok(appended) if appended.recorded.is_empty() => return Outcome::Done,
            Ok(_) => {}
            Err(_) => return Outcome::RetryIn(Duration::from_millis(100)),
        }
    }
}

/// A reactor in the background.
pub(crate) struct Running {
    stop: CancellationToken,
    task: JoinSet<()>,
}

impl Running {
    pub(crate) fn start<F, Fut>(log: &EventLog, options: ReactOptions, handler: F) -> Self
    where
        F: Fn(AggregateKey) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let mut task = JoinSet::new();
        let (log, stopped) = (log.clone(), stop.clone());
        task.spawn(async move {
            log.react(&REACTOR, Kind::Stock, options, stopped, handler)
                .await
                .unwrap();
        });
        Self { stop, task }
    }

    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        self.task.join_next().await.unwrap().unwrap();
    }
}

pub(crate) async fn settled(log: &EventLog, key: &AggregateKey, count: usize) {
    until(&format!("{key} is handled"), || async {
        log.load::<Tally>(key)
            .await
            .is_ok_and(|there| there.state.withdrawn >= count)
    })
    .await;
}

async fn pending(log: &Broker) -> u64 {
    let context = async_nats::jetstream::new(log.client().await);
    let mut pending = 0;
    for shard in 0..4 {
        let stream = context.get_stream(format!("LOG_0{shard}")).await.unwrap();
        let info = stream.consumer_info("tester").await.unwrap();
        pending += info.num_pending + u64::try_from(info.num_ack_pending).unwrap();
    }
    pending
}

#[tokio::test]
async fn everything_recorded_is_handled_once_and_acknowledged() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    for number in 0..60 {
        record(
            &log,
            &key(&format!("a{}", number % 20)),
            &number.to_string(),
        )
        .await
        .unwrap();
    }
    let (shared, most, now) = (
        log.clone(),
        Arc::new(AtomicU32::new(0)),
        Arc::new(AtomicU32::new(0)),
    );
    let peak = most.clone();
    let lanes = ReactOptions {
        lanes: 5,
        ..options()
    };
    let running = Running::start(&log, lanes, move |key| {
        let (log, most, now) = (shared.clone(), most.clone(), now.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            let outcome = handle(log, key).await;
            now.fetch_sub(1, Ordering::SeqCst);
            outcome
        }
    });
    for number in 0..20 {
        settled(&log, &key(&format!("a{number}")), 3).await;
    }
    until("all is acknowledged", || async {
        pending(&broker).await == 0
    })
    .await;
    running.stop().await;
    for number in 0..20 {
        let loaded = log
            .load::<Tally>(&key(&format!("a{number}")))
            .await
            .unwrap();
        assert_eq!(
            (loaded.state.recorded.len(), loaded.state.withdrawn),
            (3, 3)
        );
    }
    assert!(peak.load(Ordering::SeqCst) <= 5);
}

#[tokio::test]
async fn deliveries_that_come_again_out_of_order_have_no_second_effect() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let key = key("unordered");
    for number in 0..10 {
        record(&log, &key, &number.to_string()).await.unwrap();
    }
    // Instances that take deliveries, act on some and go away without acknowledging any.
    for _ in 0..3 {
        let started = Arc::new(Notify::new());
        let (shared, begun) = (log.clone(), started.clone());
        let hasty = ReactOptions {
            drain: Duration::from_millis(50),
            ..options()
        };
        let running = Running::start(&log, hasty, move |key| {
            let (log, begun) = (shared.clone(), begun.clone());
            async move {
                drop(log.decide::<Tally, Infallible>(&key, withdraw_rest).await);
                begun.notify_one();
                std::future::pending().await
            }
        });
        started.notified().await;
        running.stop().await;
    }
    let shared = log.clone();
    let running = Running::start(&log, options(), move |key| handle(shared.clone(), key));
    settled(&log, &key, 10).await;
    until("all is acknowledged", || async {
        pending(&broker).await == 0
    })
    .await;
    running.stop().await;
    let loaded = log.load_at::<Tally>(&key, u64::MAX).await.unwrap();
    assert_eq!(
        (
            loaded.state.recorded.len(),
            loaded.state.withdrawn,
            loaded.state.gaps
        ),
        (10, 10, 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_zombie_that_wakes_after_its_ack_wait_adds_nothing() {
    let broker = Broker::start();
    let proxy = Proxy::to(broker.port).await;
    let mut config = broker.config("tester");
    config.url = proxy.url();
    let frozen = EventLog::open(config).await.unwrap();
    let alive = broker.log("tester").await;
    let key = key("zombie");

    // The zombie has loaded and decided, and then stands still before it publishes.
    let (awake, sleep) = std::sync::mpsc::channel::<()>();
    let sleep = Arc::new(std::sync::Mutex::new(sleep));
    let asleep = Arc::new(Notify::new());
    let decided = Arc::new(AtomicU32::new(0));
    let (log, fallen, count, wire) = (
        frozen.clone(),
        asleep.clone(),
        decided.clone(),
        proxy.clone(),
    );
    let zombie = Running::start(&frozen, options(), move |key| {
        let (log, sleep, fallen, count) =
            (log.clone(), sleep.clone(), fallen.clone(), count.clone());
        let wire = wire.clone();
        async move {
            let decide = |tally: &Tally| {
                let decision = withdraw_rest(tally);
                if count.fetch_add(1, Ordering::SeqCst) == 0 {
                    wire.freeze(true);
                    fallen.notify_one();
                    tokio::task::block_in_place(|| sleep.lock().unwrap().recv()).unwrap();
                }
                decision
            };
            drop(log.decide::<Tally, Infallible>(&key, decide).await);
            Outcome::Done
        }
    });
    record(&alive, &key, "x").await.unwrap();
    asleep.notified().await;
    let shared = alive.clone();
    let running = Running::start(&alive, options(), move |key| handle(shared.clone(), key));
    settled(&alive, &key, 1).await;
    proxy.freeze(false);
    awake.send(()).unwrap();
    until("the zombie decides again", || async {
        decided.load(Ordering::SeqCst) >= 2
    })
    .await;
    zombie.stop().await;
    running.stop().await;
    let loaded = alive.load_at::<Tally>(&key, u64::MAX).await.unwrap();
    assert_eq!(
        (loaded.state.recorded.len(), loaded.state.withdrawn),
        (1, 1)
    );
}

#[tokio::test]
async fn a_long_handler_keeps_its_delivery_and_one_more_run_covers_what_came_meanwhile() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    let key = key("slow");
    record(&log, &key, "0").await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let (count, shared) = (runs.clone(), log.clone());
    let slow = move |key: AggregateKey| {
        let (log, count) = (shared.clone(), count.clone());
        async move {
            if count.fetch_add(1, Ordering::SeqCst) == 0 {
                for number in 1..6 {
                    record(&log, &key, &number.to_string()).await.unwrap();
                }
                // Three times the ack wait.
                tokio::time::sleep(Duration::from_secs(6)).await;
            }
            handle(log, key).await
        }
    };
    let running = Running::start(&log, options(), slow.clone());
    let second = Running::start(&broker.log("tester").await, options(), slow);
    settled(&log, &key, 6).await;
    until("all is acknowledged", || async {
        pending(&broker).await == 0
    })
    .await;
    running.stop().await;
    second.stop().await;
    // With two instances the ones that came meanwhile may go to the other one, as one run there.
    let runs = runs.load(Ordering::SeqCst);
    println!("{runs} runs for 6 commits");
    assert!((2..=7).contains(&runs), "{runs}");
    let loaded = log.load::<Tally>(&key).await.unwrap();
    assert_eq!(loaded.state.withdrawn, 6);
}

#[tokio::test]
async fn a_retry_is_repeated_until_done() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    record(&log, &key("later"), "x").await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let (count, shared) = (runs.clone(), log.clone());
    let running = Running::start(&log, options(), move |key| {
        let (log, count) = (shared.clone(), count.clone());
        async move {
            if count.fetch_add(1, Ordering::SeqCst) < 3 {
                return Outcome::RetryIn(Duration::from_millis(900));
            }
            handle(log, key).await
        }
    });
    settled(&log, &key("later"), 1).await;
    until("all is acknowledged", || async {
        pending(&broker).await == 0
    })
    .await;
    running.stop().await;
    assert_eq!(runs.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_reactor_waits_out_a_broker_that_is_killed() {
    let mut broker = Broker::start();
    let log = broker.log("tester").await;
    let shared = log.clone();
    let running = Running::start(&log, options(), move |key| handle(shared.clone(), key));
    record(&log, &key("before"), "x").await.unwrap();
    settled(&log, &key("before"), 1).await;
    broker.kill();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!log.health().connected);
    broker.resume();
    until("the log is there again", || async {
        record(&log, &key("after"), "y").await.is_ok()
    })
    .await;
    settled(&log, &key("after"), 1).await;
    assert!(log.health().connected);
    running.stop().await;
}

#[tokio::test]
async fn what_is_not_handled_yet_can_be_asked_for_and_the_ack_wait_may_change() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    assert_eq!(log.lag("tester").await.unwrap(), Lag::default());
    for ack_wait in [2, 5] {
        let options = ReactOptions {
            ack_wait: Duration::from_secs(ack_wait),
            ..options()
        };
        let running = Running::start(&log, options, |_| std::future::pending());
        record(&log, &key("held"), &ack_wait.to_string())
            .await
            .unwrap();
        until("it is held", || async {
            log.lag("tester").await.unwrap().held > 0
        })
        .await;
        drop(running);
    }
    let context = async_nats::jetstream::new(broker.client().await);
    let shard = key("held").shard(4);
    let stream = context.get_stream(format!("LOG_0{shard}")).await.unwrap();
    let info = stream.consumer_info("tester").await.unwrap();
    assert_eq!(info.config.ack_wait, Duration::from_secs(5));
    assert!(info.config.headers_only);
}
