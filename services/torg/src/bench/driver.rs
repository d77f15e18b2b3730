//! An open loop: work begins when it is due, whether or not earlier work is done.
//!
//! Time counts from when something was due and not from when it was begun, so that what waits behind a slow answer
//! is counted too.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use super::figures::Spread;
use crate::output::Progress;

/// How long the last ones may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a load.
pub(super) struct Ran {
    /// From when it was due until it was done, of what went well.
    pub(super) times: Spread,
    /// What went wrong, or was not done in time.
    pub(super) failed: usize,
    /// How much was done a second.
    pub(super) rate: f64,
}

/// Does `work(0)`, `work(1)`, … at `rate` a second for `lasts`; `true` is success.
pub(super) async fn run<F, Fut>(what: &'static str, rate: u32, lasts: Duration, work: F) -> Ran
where
    F: Fn(u64) -> Fut,
    Fut: Future<Output = bool> + Send + 'static,
{
    let total = u64::from(rate) * lasts.as_secs();
    let gap = Duration::from_secs(1) / rate;
    let progress = Progress::new(what);
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for number in 0..total {
        let due = begun + gap * u32::try_from(number).unwrap_or(u32::MAX);
        tokio::time::sleep_until(due.into()).await;
        let work = work(number);
        running.spawn(async move { work.await.then(|| due.elapsed()) });
        if number % 100 == 0 {
            progress.at(number, total);
        }
    }
    let mut times = Vec::new();
    let all = async {
        while let Some(done) = running.join_next().await {
            times.extend(done.ok().flatten());
        }
    };
    drop(tokio::time::timeout(PATIENCE, all).await);
    progress.done();
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    Ran {
        failed: usize::try_from(total).unwrap_or(usize::MAX) - times.len(),
        times: Spread::new(times),
        rate,
    }
}
