//! Printing, in one place: the only code that writes to standard output.

use std::{
    future::Future,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// Done, and something is wrong with what was looked at.
pub(crate) const FOUND_FAULTS: u8 = 3;

/// Runs a command that ends by itself. Its error is printed with all its causes, and makes the exit code 1.
pub(crate) fn finish<F>(command: F) -> ExitCode
where
    F: Future<Output = anyhow::Result<u8>>,
{
    boot::once(async move { Ok(ExitCode::from(command.await?)) })
}

/// Prints a line. A reader that has gone away (`| head`) is no fault of ours.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

/// Prints a value as JSON, on one line.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string(value)?)
}

/// A bar on a terminal; elsewhere a plain line now and then.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    what: &'static str,
    told: AtomicU64,
}

impl Progress {
    /// Progress of `what`, which is printed in front of the figures.
    pub(crate) fn new(what: &'static str) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self {
            bar,
            what,
            told: AtomicU64::new(0),
        }
    }

    /// So many of so many are done.
    pub(crate) fn at(&self, done: u64, total: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            None if done >= self.told.load(Ordering::Relaxed).saturating_add(100_000) => {
                self.told.store(done, Ordering::Relaxed);
                tracing::info!("{}: {done} of {total}", self.what);
            }
            None => {}
        }
    }

    /// Takes the bar away.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
