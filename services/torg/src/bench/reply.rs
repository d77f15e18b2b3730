//! From webhook to reply, with a provider that takes its time.

use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Bench, driver,
    figures::Spread,
    report::{Row, Target},
    sample,
    site::Torg,
};

/// How long the stand-in takes for a call.
const CALL: Duration = Duration::from_millis(20);
/// How long the last replies may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Messages that the demo shop answers by itself.
const TEXTS: [&str; 4] = [
    "Здравствуйте!",
    "какие рюкзаки есть в наличии?",
    "сколько стоит рюкзак?",
    "спасибо",
];

/// Measures on a whole Torg without a quiet window; every message is a chat of its own.
pub(super) async fn measure(options: &Bench, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let torg = Torg::start(options, folder, 0).await?;
    let rows = load(options, &torg).await;
    torg.stop().await;
    rows
}

async fn load(options: &Bench, torg: &Torg) -> anyhow::Result<Vec<Row>> {
    let (rate, total) = (
        options.reply_rate,
        u64::from(options.reply_rate) * options.seconds,
    );
    torg.make_chats(total).await?;
    let slow = u64::try_from(CALL.as_millis())?;
    torg.order(
        &json!({"provider": "avito", "operation": "send", "slow_ms": slow, "drop_percent": 100}),
    )
    .await?;
    let begun = boot::clock::now();
    let ran = driver::run("messages", rate, options.load(), |number| {
        let place = usize::try_from(number).unwrap_or(0) % TEXTS.len();
        let text = TEXTS.get(place).copied().unwrap_or_default();
        let call = torg
            .http
            .post(torg.webhook())
            .body(sample::webhook(number, number, text));
        async move {
            call.send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
        }
    })
    .await;
    let replies = replies(torg, total).await?;
    let times = Spread::new(times(&replies, begun, rate, total));
    Ok(rows(rate, total, &times, &ran.times))
}

/// From when each message was due until the call that carried its reply was over.
fn times(
    replies: &HashMap<String, Timestamp>,
    begun: Timestamp,
    rate: u32,
    total: u64,
) -> Vec<Duration> {
    let gap = SignedDuration::from_nanos(1_000_000_000 / i64::from(rate));
    let time = |number: u64| {
        let due = begun + gap * i32::try_from(number).unwrap_or(i32::MAX);
        let at = replies.get(&sample::chat(number))?;
        // The stand-in notes a reply when the call begins, and answers when it has taken its time.
        Some(Duration::try_from(at.duration_since(due)).unwrap_or_default() + CALL)
    };
    (0..total).filter_map(time).collect()
}

fn rows(rate: u32, total: u64, times: &Spread, acks: &Spread) -> Vec<Row> {
    let row = |percent: f64, most: f64| {
        let name = format!("message at {rate}/s → reply accepted, p{percent:.0}");
        Row::new("reply", name, "ms", times.ms(percent))
            .against("ack, same run", acks.ms(percent))
            .target(Target::AtMost(most))
    };
    let (count, slow) = (times.count(), CALL.as_millis());
    let without = total.saturating_sub(count as u64);
    vec![
        row(50.0, 150.0).note(format!("{count} replies, calls of {slow} ms")),
        row(99.0, 1000.0),
        Row::new(
            "reply",
            "messages without a reply".to_owned(),
            "",
            without as f64,
        )
        .target(Target::AtMost(0.0)),
    ]
}

/// When the first reply in each chat was accepted; waits for the last ones.
async fn replies(torg: &Torg, total: u64) -> anyhow::Result<HashMap<String, Timestamp>> {
    let begun = Instant::now();
    loop {
        let mut first = HashMap::new();
        for entry in torg.ledger().await? {
            let (chat, at) = (text(&entry, "chat"), text(&entry, "at"));
            first.entry(chat).or_insert(at.parse()?);
        }
        if first.len() as u64 >= total || begun.elapsed() > PATIENCE {
            return Ok(first);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn text(entry: &Value, field: &str) -> String {
    entry
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
