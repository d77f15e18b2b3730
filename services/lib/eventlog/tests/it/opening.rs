//! What a log refuses to be opened on.

use std::time::Duration;

use async_nats::jetstream::stream;
use eventlog::{EventLog, OpenError};

use crate::{
    broker::Broker,
    stock::{Tally, key, record},
};

#[tokio::test]
async fn a_broker_that_syncs_lazily_is_refused_with_the_fix() {
    let broker = Broker::lazy();
    let refusal = EventLog::open(broker.config("tester")).await.unwrap_err();
    assert!(matches!(refusal, OpenError::LazySync { .. }), "{refusal:?}");
    assert!(refusal.to_string().contains("sync_interval: always"));

    let mut config = broker.config("tester");
    config.allow_lazy_sync = true;
    let log = EventLog::open(config).await.unwrap();
    let health = log.health();
    assert!(health.connected);
    assert!(
        health
            .warnings
            .iter()
            .any(|one| one.contains("can be lost")),
        "{health:?}"
    );
}

#[tokio::test]
async fn durability_that_cannot_be_checked_is_refused() {
    let broker = Broker::start();
    let mut config = broker.config("tester");
    config.monitor_urls = vec!["http://127.0.0.1:9".to_owned()];
    let refusal = EventLog::open(config).await.unwrap_err();
    assert!(matches!(refusal, OpenError::Monitor { .. }), "{refusal:?}");
}

#[tokio::test]
async fn a_log_keeps_the_number_of_shards_that_it_was_made_with() {
    let broker = Broker::start();
    assert_eq!(broker.log("tester").await.shards(), 4);
    let mut config = broker.config("tester");
    config.shards = 16;
    let log = EventLog::open(config).await.unwrap();
    assert_eq!(log.shards(), 4);
    assert!(log.health().warnings.is_empty());
}

#[tokio::test]
async fn two_services_may_make_the_log_at_once() {
    let broker = Broker::start();
    let (one, two) = tokio::join!(broker.log("one"), broker.log("two"));
    record(&one, &key("a"), "1").await.unwrap();
    assert_eq!(two.load::<Tally>(&key("a")).await.unwrap().version, 1);
}

#[tokio::test]
async fn a_stream_that_forgets_or_is_missing_is_refused() {
    let broker = Broker::start();
    drop(broker.log("tester").await);
    let context = async_nats::jetstream::new(broker.client().await);
    let mut config = context
        .get_stream("LOG_01")
        .await
        .unwrap()
        .cached_info()
        .config
        .clone();
    config.max_age = Duration::from_secs(3600);
    context.update_stream(&config).await.unwrap();
    let refusal = EventLog::open(broker.config("tester")).await.unwrap_err();
    assert!(
        refusal
            .to_string()
            .contains("LOG_01: messages have a maximum age"),
        "{refusal}"
    );

    context.delete_stream("LOG_01").await.unwrap();
    let refusal = EventLog::open(broker.config("tester")).await.unwrap_err();
    assert!(
        refusal.to_string().contains("LOG_01: it is missing"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_first_shard_that_is_lost_is_not_made_anew() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    for number in 0..20 {
        record(&log, &key(&format!("a{number}")), &format!("{number}"))
            .await
            .unwrap();
    }
    let context = async_nats::jetstream::new(broker.client().await);
    context.delete_stream("LOG_00").await.unwrap();
    let refusal = EventLog::open(broker.config("tester")).await.unwrap_err();
    assert!(matches!(refusal, OpenError::Stream { .. }), "{refusal:?}");
}

#[tokio::test]
async fn the_streams_are_as_the_facts_ask_for() {
    let broker = Broker::start();
    drop(broker.log("tester").await);
    let context = async_nats::jetstream::new(broker.client().await);
    let log = context
        .get_stream("LOG_03")
        .await
        .unwrap()
        .cached_info()
        .config
        .clone();
    assert!(log.deny_delete && log.deny_purge && log.allow_direct);
    assert_eq!(log.discard, stream::DiscardPolicy::New);
    assert_eq!(log.duplicate_window, Duration::from_secs(300));
    assert_eq!(log.subjects, ["log.03.*.*.*"]);
    let timers = context
        .get_stream("TIMERS")
        .await
        .unwrap()
        .cached_info()
        .config
        .clone();
    assert!(timers.allow_message_schedules && !timers.deny_purge);
}
