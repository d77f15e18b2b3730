//! Commits through the log, beside the broker's own publishes: bare ones, and ones of the same message, which tell
//! apart what the log costs and what the broker's own checks cost.

use std::{
    convert::Infallible,
    future::Future,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use domain::Conversation;
use eventlog::{EventLog, RawCommit, baseline::Baseline};
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
/// They are measured in turn, so that a disk that slows down slows all.
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
    let like = one_of_them(log).await?;
    let bytes = Bytes::from(vec![b'x'; like.body.len()]);
    let lasts: Lasts = (0..WRITERS * OWN).map(|_| AtomicU64::new(0)).collect();
    let slice = options.load() / SLICES;
    let (mut ours, mut bare, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..SLICES {
        progress.at(u64::from(turn), u64::from(SLICES));
        bare.push(publish(&baseline, &bytes, slice).await?);
        same.push(publish_like(&baseline, &like, &lasts, slice).await?);
        ours.push(append(log, turn.into(), slice).await?);
    }
    progress.done();
    let rates = |slices: &[Slice]| median(slices.iter().map(|slice| slice.rate).collect());
    let ratio = |to: &[Slice]| {
        let pairs = ours.iter().zip(to).map(|(ours, to)| ours.rate / to.rate);
        median(pairs.collect())
    };
    let commits: usize = ours.iter().map(|slice| slice.times.len()).sum();
    let (rate, bare_rate) = (rates(&ours), rates(&bare));
    let row = |what: String, measured: f64| Row::new("append", what, "/s", measured);
    let what = format!("commits a second, {WRITERS} writers");
    let mut rows = vec![
        row(what.clone(), rate)
            .against_ratio("raw publish", bare_rate, ratio(&bare))
            .target(Target::RatioAtLeast(0.8))
            .note(format!(
                "{} shards, {} bytes a commit, {commits} commits",
                log.shards(),
                like.body.len()
            )),
        row(what, rate)
            .against_ratio("same message, raw", rates(&same), ratio(&same))
            .note("the raw one with the same headers, id and expectation"),
        row("commits a second, first of each conversation".into(), first)
            .against("raw publish", bare_rate)
            .note(format!("nothing cached: one read each; {cold} commits")),
    ];
    let all = |slices: Vec<Slice>| Spread::new(slices.into_iter().flat_map(|s| s.times).collect());
    let (ours, bare) = (all(ours), all(bare));
    rows.extend([50.0, 99.0].map(|percent| {
        let name = format!("one commit, p{percent:.0}");
        Row::new("append", name, "ms", ours.ms(percent)).against("raw publish", bare.ms(percent))
    }));
    Ok(rows)
}

/// The position of the last message of each conversation that was published like a commit.
type Lasts = Arc<[AtomicU64]>;

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

/// A commit as all of them are.
async fn one_of_them(log: &EventLog) -> anyhow::Result<RawCommit> {
    let commits = log.history(&sample::conversation(&shop()?, 0)).await?;
    commits.into_iter().next().context("nothing was appended")
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

async fn publish_like(
    baseline: &Baseline,
    like: &RawCommit,
    lasts: &Lasts,
    slice: Duration,
) -> anyhow::Result<Slice> {
    let (shop, baseline, lasts) = (shop()?, baseline.clone(), Arc::clone(lasts));
    let like = Arc::new(like.clone());
    run(u64::MAX, slice, move |writer, turn| {
        let chat = writer * OWN + turn % OWN;
        let key: AggregateKey = sample::conversation(&shop, chat);
        let (baseline, like, lasts) = (baseline.clone(), Arc::clone(&like), Arc::clone(&lasts));
        async move {
            let place = usize::try_from(chat).ok().and_then(|chat| lasts.get(chat));
            let last = place.context("a conversation of nobody")?;
            let seq = baseline
                .publish_like(&key, &like, last.load(Ordering::Relaxed))
                .await?;
            last.store(seq, Ordering::Relaxed);
            Ok(())
        }
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
