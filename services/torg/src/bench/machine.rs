//! The machine that this runs on, and how fast its disk syncs.

use std::{
    fmt, fs,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;

use super::figures::Spread;

/// Writes that are synced one by one.
const SYNCS: usize = 300;
/// No longer than this, however slow the disk is.
const LONGEST: Duration = Duration::from_secs(5);

/// What the figures depend on.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Machine {
    cores: usize,
    memory_gib: f64,
    kernel: String,
    /// Processes that were running or waiting for the disk in the last minute; above the number of cores, the machine
    /// was busy with something else.
    load_before: f64,
    /// One write of 1 KiB and its sync, one at a time, in the folder that the servers write to.
    pub(super) fsync_p50_ms: f64,
    pub(super) fsync_p99_ms: f64,
    build: &'static str,
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cores · {:.1} GiB · Linux {} · load {:.1} before · fsync p50 {:.2} ms, p99 {:.2} ms · {} build",
            self.cores,
            self.memory_gib,
            self.kernel,
            self.load_before,
            self.fsync_p50_ms,
            self.fsync_p99_ms,
            self.build
        )
    }
}

/// Looks at the machine, and at the disk that `folder` is on.
pub(super) fn look(folder: &Path) -> anyhow::Result<Machine> {
    let syncs = syncs(&folder.join("sync")).context("while measuring the disk")?;
    Ok(Machine {
        cores: std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        memory_gib: memory_kib() / f64::from(1 << 20),
        kernel: read("/proc/sys/kernel/osrelease"),
        load_before: first_number(&read("/proc/loadavg")),
        fsync_p50_ms: syncs.ms(50.0),
        fsync_p99_ms: syncs.ms(99.0),
        build: if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
    })
}

fn syncs(path: &Path) -> anyhow::Result<Spread> {
    let mut file = fs::File::create(path)?;
    let (block, begun) = ([b'x'; 1024], Instant::now());
    let mut all = Vec::with_capacity(SYNCS);
    while all.len() < SYNCS && begun.elapsed() < LONGEST {
        let start = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        all.push(start.elapsed());
    }
    fs::remove_file(path)?;
    Ok(Spread::new(all))
}

fn memory_kib() -> f64 {
    let text = read("/proc/meminfo");
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    first_number(line.unwrap_or_default())
}

fn first_number(text: &str) -> f64 {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.parse().unwrap_or(0.0)
}

fn read(path: &str) -> String {
    fs::read_to_string(path)
        .unwrap_or_default()
        .trim()
        .to_owned()
}
