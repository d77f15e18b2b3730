//! Webhooks answered, at a fixed rate, while every service runs.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bytes::Bytes;
use eventlog::{EventLog, baseline::Baseline};
use schemas::{ShopId, topology};

use super::{
    Bench, driver,
    figures::Spread,
    machine::Machine,
    report::{Row, Target},
    sample,
    site::Torg,
};

/// Chats that the messages are spread over.
const CHATS: u64 = 2_000;
/// The demo shop's quiet window.
const QUIET_MS: u32 = 800;
/// How long the services may take to work off what has piled up.
const DRAIN: Duration = Duration::from_secs(120);
/// How long the baseline runs at the most.
const BASELINE: Duration = Duration::from_secs(5);
/// Bytes of a publish of the baseline: what the webhook's commit has.
const BODY: usize = 850;

/// Measures on a whole Torg: its services in one process, its stand-ins in another, the driver here.
pub(super) async fn measure(
    options: &Bench,
    folder: &Path,
    machine: &Machine,
) -> anyhow::Result<Vec<Row>> {
    let torg = Torg::start(options, folder, QUIET_MS).await?;
    let rows = load(options, &torg, machine).await;
    torg.stop().await;
    rows
}

async fn load(options: &Bench, torg: &Torg, machine: &Machine) -> anyhow::Result<Vec<Row>> {
    torg.make_chats(CHATS).await?;
    let raw = baseline(options, &torg.log).await?;
    let texts = sample::texts();
    let ran = driver::run("webhooks", options.ack_rate, options.load(), |number| {
        // Chats in turn; each writes again after some seconds.
        let place = usize::try_from(number).unwrap_or(0) % texts.len();
        let text = texts.get(place).copied().unwrap_or_default();
        let body = sample::webhook(number % CHATS, number, text);
        let call = torg.http.post(torg.webhook()).body(body);
        async move {
            let answer = call.send().await;
            answer.is_ok_and(|answer| answer.status().is_success())
        }
    })
    .await;
    let behind = behind(&torg.log).await?;
    let drained = drain(&torg.log).await?;
    Ok(rows(options, machine, &raw, &ran, behind, drained))
}

fn rows(
    options: &Bench,
    machine: &Machine,
    raw: &Spread,
    ran: &driver::Ran,
    behind: u64,
    drained: Option<Duration>,
) -> Vec<Row> {
    let row = |percent: f64, most: f64| {
        let name = format!("webhook at {}/s → 2xx, p{percent:.0}", options.ack_rate);
        Row::new("ack", name, "ms", ran.times.ms(percent))
            .against("raw publish, same rate", raw.ms(percent))
            .target(Target::AtMost(most))
    };
    let drain = match drained {
        Some(time) => format!("worked off {:.1} s later", time.as_secs_f64()),
        None => format!("not worked off after {} s", DRAIN.as_secs()),
    };
    let sync = |what: &str, value: f64, fsync: f64| {
        Row::new("ack", format!("raw publish, {what}"), "ms", value).against("fsync", fsync)
    };
    vec![
        row(50.0, 10.0).note(format!("{} answered, {:.0}/s", ran.times.count(), ran.rate)),
        row(99.0, 50.0).note(format!("p99.9 {:.1} ms", ran.times.ms(99.9))),
        Row::new(
            "ack",
            "answered otherwise, or not at all".to_owned(),
            "",
            ran.failed as f64,
        )
        .target(Target::AtMost(0.0)),
        Row::new(
            "ack",
            "deliveries that the services were behind".to_owned(),
            "",
            behind as f64,
        )
        .note(drain),
        sync("p50", raw.ms(50.0), machine.fsync_p50_ms),
        sync("p99", raw.ms(99.0), machine.fsync_p99_ms),
    ]
}

/// The broker alone, at the same rate, while the services have nothing to do.
async fn baseline(options: &Bench, log: &EventLog) -> anyhow::Result<Spread> {
    let baseline = Baseline::open(log).await?;
    let shop = ShopId::new("bench").map_err(|_| anyhow::anyhow!("no name of a shop"))?;
    let body = Bytes::from(vec![b'x'; BODY]);
    let lasts = options.load().min(BASELINE);
    let ran = driver::run("raw publishes", options.ack_rate, lasts, |number| {
        let key = sample::conversation(&shop, number % CHATS);
        let (baseline, body) = (baseline.clone(), body.clone());
        async move { baseline.publish(&key, body).await.is_ok() }
    })
    .await;
    baseline.remove().await?;
    anyhow::ensure!(ran.failed == 0, "{} raw publishes failed", ran.failed);
    Ok(ran.times)
}

/// Deliveries that reactors have not handled.
async fn behind(log: &EventLog) -> anyhow::Result<u64> {
    let mut behind = 0;
    for reactor in topology::REACTORS {
        let lag = log.lag(reactor.consumer).await?;
        behind += lag.pending + lag.held;
    }
    Ok(behind)
}

async fn drain(log: &EventLog) -> anyhow::Result<Option<Duration>> {
    let begun = Instant::now();
    while begun.elapsed() < DRAIN {
        if behind(log).await? == 0 {
            return Ok(Some(begun.elapsed()));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Ok(None)
}
