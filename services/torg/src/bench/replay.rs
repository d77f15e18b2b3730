//! Past turns through today's build and a candidate, beside the bare understanding of the same words.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, OnceLock},
    time::Instant,
};

use anyhow::Context as _;
use eventlog::EventLog;
use language::{Classifier, Encoder};
use schemas::{ShopId, shop::Variant};
use tokio_util::sync::CancellationToken;

use super::{
    Bench,
    report::{Row, Target},
    sample, site, talk,
};
use crate::{
    demo,
    embedded::Places,
    replay::engine::{self, At, Mind, Plan},
    replay::usual_workers,
    replay::world::{self, Span, World},
    up,
};

/// The past is replayed so often, each time by a mind that remembers nothing of the times before.
const ROUNDS: usize = 3;
/// Chats of the shop beside its demo's week: a month of a hundred messages a day.
const CHATS: u64 = 500;
/// Turns a second, today's build and a candidate together.
const TARGET: f64 = 200.0;

/// Tells the demo shop's past week and a month of made-up chats to a broker of its own, and replays them.
pub(super) async fn measure(options: &Bench, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let embedded = site::broker(options, folder).await?;
    let rows = tell_and_replay(options, folder, &embedded.places).await;
    embedded.stop().await?;
    rows
}

async fn tell_and_replay(
    options: &Bench,
    folder: &Path,
    places: &Places,
) -> anyhow::Result<Vec<Row>> {
    let mut log: eventlog::Options = up::from_environment();
    log.nats_url = places.nats_url.clone().context("there is no broker")?;
    log.nats_monitor_url = places.nats_monitor_url.clone().into_iter().collect();
    let file = demo::unpack(folder)?;
    up::look_back(&options.runtime_dir, &log, folder, &file).await?;
    let log = site::log(places).await?;
    let shop = ShopId::new(demo::SHOP)?;
    let events = CHATS * talk::TURNS * talk::PER_TURN;
    talk::fill(&log, &shop, &sample::many_texts(), events).await?;
    let words = words(&log, &shop).await?;
    let different = words.iter().collect::<BTreeSet<_>>().len();
    let (mut replayed, mut bare, mut turns) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        bare.push(understand(options, &words)?);
        let (rate, count) = replay(options, &log, &shop).await?;
        replayed.push(rate);
        turns = count;
    }
    let row = Row::new(
        "replay",
        "past turns, today's build and a candidate".to_owned(),
        "turns/s",
        median(replayed),
    );
    Ok(vec![
        row.against("understanding the same words, one core", median(bare))
            .target(Target::AtLeast(TARGET))
            .note(format!(
                "{turns} turns, {different} different ones, {} workers",
                usual_workers()
            )),
    ])
}

/// One replay with another threshold and another rule: both lanes are thought through. Turns a second, and how many.
async fn replay(options: &Bench, log: &EventLog, shop: &ShopId) -> anyhow::Result<(f64, u64)> {
    let workers = usual_workers();
    let mind = Mind::open(&options.runtime_dir, None, workers).await?;
    let plan = Plan {
        shop: shop.clone(),
        span: Span::default(),
        name: String::new(),
        variant: Variant {
            confidence: Some(0.9),
            ..Variant::default()
        },
        against: None,
        resume: None,
        workers,
    };
    let begun = OnceLock::new();
    let told = |at: At| {
        if let At::Replaying(..) = at {
            begun.get_or_init(Instant::now);
        }
    };
    let report = engine::run(log, &mind, &plan, CancellationToken::new(), told).await?;
    let took = begun.get().context("nothing was replayed")?.elapsed();
    Ok((rate(report.summary.turns, took), report.summary.turns))
}

/// What buyers wrote in all those turns.
async fn words(log: &EventLog, shop: &ShopId) -> anyhow::Result<Vec<String>> {
    let ends = world::ends(log).await?;
    let world = World::read(log, shop, Span::default(), ends, |_, _| {}, None).await?;
    let mut words = Vec::new();
    for (key, _) in &world.conversations {
        let turns = world.turns(key, &world.commits(key).await?)?;
        words.extend(turns.into_iter().map(|turn| turn.words.join(" ")));
    }
    Ok(words)
}

/// Classifies each turn's words as they are, on this thread; turns a second.
fn understand(options: &Bench, words: &[String]) -> anyhow::Result<f64> {
    let encoder = Arc::new(Encoder::open(
        &options.runtime_dir.join("use-multilingual-v3"),
    )?);
    let classifier = Classifier::open(encoder, Some(&options.runtime_dir.join("heads")))?;
    let begun = Instant::now();
    for one in words {
        std::hint::black_box(classifier.classify(one));
    }
    Ok(rate(u64::try_from(words.len())?, begun.elapsed()))
}

#[expect(clippy::cast_precision_loss, reason = "some thousand turns")]
fn rate(turns: u64, took: std::time::Duration) -> f64 {
    turns as f64 / took.as_secs_f64().max(f64::EPSILON)
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
