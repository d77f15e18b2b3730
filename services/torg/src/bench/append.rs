//! Commits through the log, beside the broker's own publishes.

use std::{
    convert::Infallible,
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

use bytes::Bytes;
use domain::Conversation;
use eventlog::{EventLog, baseline::Baseline};
use schemas::{AggregateKey, ShopId};
use tokio::task::JoinSet;

use super::{
    Bench,
    figures::{Spread, median},
    report::{Row, Target},
    sample, site,
};
use crate::output::Progress;

/// Writers at once, each with one commit on its way.
const WRITERS: u64 = 64;
/// Conversations of each writer.
const OWN: u64 = 64;
/// The two are measured in turn, so that a disk that slows down slows both.
const SLICES: u32 = 5;

/// Measures on a broker of its own that syncs always.
pub(super) async fn measure(options: &Bench, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let broker = site::broker(options, folder).await?;
    let log = site::log(&broker.places).await?;
    let rows = compare(options, &log).await;
    broker.stop().await?;
    rows
}

async fn compare(options: &Bench, log: &EventLog) -> anyhow::Result<Vec<Row>> {
    let baseline = Baseline::open(log).await?;
    let progress = Progress::new("appending");
    let (first, cold) = first_of_each(log).await?;
    let body = size_of_one(log).await?;
    let slice = options.load() / SLICES;
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    for turn in 0..SLICES {
        progress.at(u64::from(turn), u64::from(SLICES));
        raw.push(publish(&baseline, &body, slice).await?);
        ours.push(append(log, turn.into(), slice).await?);
    }
    progress.done();
    let rates = |slices: &[Slice]| median(slices.iter().map(|slice| slice.rate).collect());
    let pairs = ours
        .iter()
        .zip(&raw)
        .map(|(ours, raw)| ours.rate / raw.rate);
    let ratio = median(pairs.collect());
    let all = |slices: Vec<Slice>| Spread::new(slices.into_iter().flat_map(|s| s.times).collect());
    let (ours_rate, raw_rate) = (rates(&ours), rates(&raw));
    let (ours, raw) = (all(ours), all(raw));
    let one = |percent: f64| {
        let name = format!("one commit, p{percent:.0}");
        Row::new("append", name, "ms", ours.ms(percent)).against("raw publish", raw.ms(percent))
    };
    let size = body.len();
    Ok(vec![
        Row::new(
            "append",
            format!("commits a second, {WRITERS} writers"),
            "/s",
            ours_rate,
        )
        .against_ratio("raw publish", raw_rate, ratio)
        .target(Target::RatioAtLeast(0.8))
        .note(format!(
            "{} shards, {size} bytes a commit, {} commits",
            log.shards(),
            ours.count()
        )),
        Row::new(
            "append",
            "commits a second, first of each conversation".into(),
            "/s",
            first,
        )
        .against("raw publish", raw_rate)
        .note(format!("nothing cached: one read each; {cold} commits")),
        one(50.0),
        one(99.0),
    ])
}

/// What came of one slice.
struct Slice {
    rate: f64,
    times: Vec<Duration>,
}

fn shop() -> anyhow::Result<ShopId> {
    ShopId::new("bench").map_err(|_| anyhow::anyhow!("no name of a shop"))
}

/// Appends one message to each conversation; their rate and number.
async fn first_of_each(log: &EventLog) -> anyhow::Result<(f64, u64)> {
    let (shop, log) = (shop()?, log.clone());
    let all = run(OWN, Duration::MAX, move |writer, turn| {
        one(
            log.clone(),
            shop.clone(),
            writer * OWN + turn % OWN,
            writer * OWN + turn,
        )
    });
    Ok((all.await?.rate, WRITERS * OWN))
}

/// A body as long as a commit is.
async fn size_of_one(log: &EventLog) -> anyhow::Result<Bytes> {
    let commits = log.history(&sample::conversation(&shop()?, 0)).await?;
    let size = commits.first().map_or(1024, |commit| commit.body.len());
    Ok(Bytes::from(vec![b'x'; size]))
}

async fn append(log: &EventLog, slice: u64, lasts: Duration) -> anyhow::Result<Slice> {
    let (shop, log) = (shop()?, log.clone());
    run(u64::MAX, lasts, move |writer, turn| {
        let number = ((slice + 1) * WRITERS + writer) << 32 | turn;
        one(log.clone(), shop.clone(), writer * OWN + turn % OWN, number)
    })
    .await
}

async fn one(log: EventLog, shop: ShopId, chat: u64, number: u64) -> anyhow::Result<()> {
    let key = sample::conversation(&shop, chat);
    let message = sample::message(chat, number);
    let decide = |state: &Conversation| Ok::<_, Infallible>(state.receive(&message));
    let appended = log.decide::<Conversation, _>(&key, decide).await?;
    anyhow::ensure!(appended.recorded.len() == 1, "a message was known already");
    Ok(())
}

async fn publish(baseline: &Baseline, body: &Bytes, lasts: Duration) -> anyhow::Result<Slice> {
    let (shop, baseline, body) = (shop()?, baseline.clone(), body.clone());
    run(u64::MAX, lasts, move |writer, turn| {
        let key: AggregateKey = sample::conversation(&shop, writer * OWN + turn % OWN);
        let (baseline, body) = (baseline.clone(), body.clone());
        async move { Ok(baseline.publish(&key, body).await?) }
    })
    .await
}

/// Lets every writer do `work` again and again, `turns` times or until time is up.
async fn run<F, Fut>(turns: u64, lasts: Duration, work: F) -> anyhow::Result<Slice>
where
    F: Fn(u64, u64) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    let begun = Instant::now();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let work = work.clone();
        writers.spawn(async move {
            let mut times = Vec::new();
            for turn in 0..turns {
                let start = Instant::now();
                if start.duration_since(begun) >= lasts {
                    break;
                }
                work(writer, turn).await?;
                times.push(start.elapsed());
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = writers.join_next().await {
        times.extend(done??);
    }
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Slice { rate, times })
}
