//! What a walk over the log notices.

use async_nats::HeaderMap;
use eventlog::verify;

use crate::{
    broker::Broker,
    stock::{key, record},
};

#[tokio::test]
async fn a_changed_commit_a_gap_and_garbage_are_named() {
    let broker = Broker::start();
    let log = broker.log("tester").await;
    for number in 0..40 {
        record(&log, &key(&format!("a{}", number % 8)), &number.to_string())
            .await
            .unwrap();
    }
    let report = verify::run(&log, |_, _| {}).await.unwrap();
    assert_eq!(
        (report.commits, report.events, report.aggregates),
        (40, 40, 8)
    );
    assert_eq!(report.faults, []);

    // Another history whose second commit is a copy of one that should be third.
    let client = broker.client().await;
    let source = log.history(&key("a0")).await.unwrap();
    let (first, third) = (source.first().unwrap(), source.get(2).unwrap());
    let forged = key("forged");
    for raw in [first, third] {
        let mut headers = HeaderMap::new();
        headers.insert("Torg-Chain", raw.chain.as_str());
        headers.insert("Torg-Types", raw.types.join(","));
        let body = String::from_utf8(raw.body.to_vec()).unwrap();
        let body = body.replace(&raw.key.to_string(), &forged.to_string());
        let subject = forged.subject(4);
        client
            .request_with_headers(subject, headers, body.into())
            .await
            .unwrap();
    }
    client
        .request(key("garbage").subject(4), "garbage".into())
        .await
        .unwrap();
    client
        .request("log.00.LAVKA.stock.x", "garbage".into())
        .await
        .unwrap();

    let report = verify::run(&log, |_, _| {}).await.unwrap();
    assert_eq!((report.commits, report.aggregates), (44, 10));
    let what = |key: &str| -> Vec<_> {
        report
            .faults
            .iter()
            .filter(|f| f.key == key)
            .map(|f| f.what.clone())
            .collect()
    };
    let forged = what(&forged.to_string());
    assert!(
        forged.iter().any(|what| what.contains("the chain breaks")),
        "{forged:?}"
    );
    assert!(
        forged.iter().any(|what| what == "version 3 follows 1"),
        "{forged:?}"
    );
    let garbage = what(&key("garbage").to_string());
    assert!(
        garbage.iter().any(|what| what.contains("cannot be read")),
        "{garbage:?}"
    );
    assert_eq!(what("log.00.LAVKA.stock.x").len(), 1);
}
