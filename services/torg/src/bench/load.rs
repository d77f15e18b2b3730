//! Loading one conversation of 50 events out of many.

use std::{
    convert::Infallible,
    path::Path,
    time::{Duration, Instant},
};

use domain::Conversation;
use eventlog::EventLog;
use schemas::{AggregateKey, ShopId};
use tokio::task::JoinSet;

use super::{
    Bench,
    figures::Spread,
    report::{Row, Target},
    sample, site,
};
use crate::output::Progress;

/// Events of each conversation.
const EVENTS: u64 = 50;
/// Conversations that are written to at the same time while the log is filled: their events lie scattered as in life.
const AT_ONCE: u64 = 256;
/// Conversations that are loaded, again and again: the warm ones.
const LOADED: u64 = 200;

/// Fills a lazily synced log, and measures loads on it: reading does not sync.
pub(super) async fn measure(options: &Bench, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let site = site::Lazy::start(options, folder).await?;
    let rows = fill_and_load(options, &site).await;
    site.stop().await;
    rows
}

async fn fill_and_load(options: &Bench, site: &site::Lazy) -> anyhow::Result<Vec<Row>> {
    let shop = ShopId::new("bench").map_err(|_| anyhow::anyhow!("no name of a shop"))?;
    let conversations = options.events.div_ceil(EVENTS);
    let filler = site.remembering().await?;
    fill(&filler, &shop, conversations).await?;
    let step = (conversations / LOADED).max(1);
    let keys: Vec<AggregateKey> = (0..LOADED.min(conversations))
        .map(|number| sample::conversation(&shop, number * step))
        .collect();
    let mut all = Times::default();
    let begun = Instant::now();
    let progress = Progress::new("loading");
    // The first round warms the broker up, and the cache of the log that remembers.
    for round in 0.. {
        progress.at(begun.elapsed().as_secs(), options.seconds);
        let times = one_round(site, &filler, &keys).await?;
        if round > 0 {
            all.add(times);
        }
        if round > 0 && begun.elapsed() > options.load() {
            break;
        }
    }
    progress.done();
    Ok(all.rows(conversations * EVENTS))
}

#[derive(Default)]
struct Times {
    raw: Vec<Duration>,
    folded: Vec<Duration>,
    remembered: Vec<Duration>,
}

impl Times {
    fn add(&mut self, other: Self) {
        self.raw.extend(other.raw);
        self.folded.extend(other.folded);
        self.remembered.extend(other.remembered);
    }

    fn rows(self, events: u64) -> Vec<Row> {
        let raw = Spread::new(self.raw);
        let row = |what: &str, times: &Spread, percent: f64| {
            Row::new(
                "load",
                format!("{what}, p{percent:.0}"),
                "ms",
                times.ms(percent),
            )
            .against("one direct-get batch", raw.ms(percent))
        };
        let (folded, remembered) = (Spread::new(self.folded), Spread::new(self.remembered));
        let what = format!("{EVENTS} events among {events}");
        vec![
            row(&format!("{what}, read and folded"), &folded, 50.0)
                .target(Target::RatioAtMost(1.5))
                .note(format!(
                    "lazily synced broker, warm; {} loads, nothing cached",
                    folded.count()
                )),
            row(&format!("{what}, read and folded"), &folded, 99.0),
            row(&format!("{what}, state cached"), &remembered, 50.0)
                .note("the tail is asked for, and empty"),
            row(&format!("{what}, state cached"), &remembered, 99.0),
        ]
    }
}

async fn one_round(
    site: &site::Lazy,
    remembering: &EventLog,
    keys: &[AggregateKey],
) -> anyhow::Result<Times> {
    let mut times = Times::default();
    for key in keys {
        let start = Instant::now();
        let read = site.log.direct_read(key).await?;
        times.raw.push(start.elapsed());
        let start = Instant::now();
        let loaded = site.log.load::<Conversation>(key).await?;
        times.folded.push(start.elapsed());
        let start = Instant::now();
        remembering.load::<Conversation>(key).await?;
        times.remembered.push(start.elapsed());
        anyhow::ensure!(
            read as u64 == EVENTS && loaded.version == EVENTS,
            "{key} has {read} commits and not {EVENTS}"
        );
    }
    Ok(times)
}

/// Appends [`EVENTS`] messages to each conversation, [`AT_ONCE`] of them at a time, one message each in turn.
async fn fill(log: &EventLog, shop: &ShopId, conversations: u64) -> anyhow::Result<()> {
    let progress = Progress::new("filling the log");
    let mut writers = JoinSet::new();
    for first in 0..conversations {
        if writers.len() as u64 >= AT_ONCE {
            progress.at(first, conversations);
            joined(&mut writers).await?;
        }
        let (log, shop) = (log.clone(), shop.clone());
        writers.spawn(async move {
            let key = sample::conversation(&shop, first);
            for number in 0..EVENTS {
                let message = sample::message(first, first * EVENTS + number);
                let decide = |state: &Conversation| Ok::<_, Infallible>(state.receive(&message));
                log.decide::<Conversation, _>(&key, decide).await?;
            }
            anyhow::Ok(())
        });
    }
    while !writers.is_empty() {
        joined(&mut writers).await?;
    }
    progress.done();
    Ok(())
}

async fn joined(writers: &mut JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    match writers.join_next().await {
        Some(done) => done?,
        None => Ok(()),
    }
}
