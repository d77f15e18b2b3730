//! Understanding one message, on one core, and the memory that it takes.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use language::{Classifier, Encoder, normalise};
use rustix::time::{ClockId, clock_gettime};

use super::{
    Bench,
    figures::Spread,
    memory,
    report::{Row, Target},
    sample,
};
use crate::output::Progress;

/// Every text is measured so often at the most.
const ROUNDS: usize = 20;

/// Classifies the development set's texts, one after the other, on the thread that calls.
pub(super) fn measure(options: &Bench) -> anyhow::Result<Vec<Row>> {
    let runtime = &options.runtime_dir;
    let before = memory::resident()?;
    let encoder = Encoder::open(&runtime.join("use-multilingual-v3"))?;
    let encoded = memory::resident()?;
    let classifier = Classifier::open(encoder, Some(&runtime.join("heads")))
        .context("while opening the classifier")?;
    let classified = memory::resident()?;
    let texts = sample::texts();
    let mut both = Both::default();
    let progress = Progress::new("understanding");
    let begun = Instant::now();
    for round in 0..ROUNDS {
        progress.at(round as u64, ROUNDS as u64);
        for text in &texts {
            let normalised = normalise(text);
            both.encode
                .push(cpu(|| classifier.encoder().encode(&normalised)));
            let wall = Instant::now();
            both.classify.push(cpu(|| classifier.classify(text)));
            both.wall.push(wall.elapsed());
        }
        if begun.elapsed() > options.load() {
            break;
        }
    }
    progress.done();
    let mib = |what: &str, value: f64| Row::new("understand", what.to_owned(), "MiB", value);
    let mut rows = both.rows();
    rows.extend([
        mib("resident memory, the sentence encoder", encoded - before),
        // Trained here when it is not in the runtime directory yet; then this is more.
        mib(
            "resident memory, the head and its bank",
            classified - encoded,
        ),
        mib("resident memory, the whole process", memory::resident()?),
    ]);
    Ok(rows)
}

#[derive(Default)]
struct Both {
    encode: Vec<Duration>,
    classify: Vec<Duration>,
    wall: Vec<Duration>,
}

impl Both {
    fn rows(self) -> Vec<Row> {
        let (encode, classify) = (Spread::new(self.encode), Spread::new(self.classify));
        let wall = Spread::new(self.wall);
        let row = |what: &str, percent: f64| {
            let (value, part) = (classify.ms(percent), encode.ms(percent));
            Row::new("understand", what.to_owned(), "ms", value).against("encode only", part)
        };
        let whole = |percent: f64| {
            let name = format!("one message, p{percent:.0} by the clock");
            Row::new("understand", name, "ms", wall.ms(percent))
        };
        let count = classify.count();
        vec![
            row("one message, p50 of processor time", 50.0).note(format!("{count} messages")),
            row("one message, p99 of processor time", 99.0).target(Target::AtMost(15.0)),
            whole(50.0),
            whole(99.0).target(Target::AtMost(15.0)),
        ]
    }
}

/// Processor time of this thread, so that a busy machine does not count.
fn cpu<T>(work: impl FnOnce() -> T) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
    };
    let before = now();
    black_box(work());
    now().saturating_sub(before)
}
