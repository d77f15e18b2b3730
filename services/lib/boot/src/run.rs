//! The entry points of the binary: a command that lives until it is told to stop, and one that just ends.

use std::{future::Future, process::ExitCode, time::Duration};

use anyhow::Context as _;

use crate::{
    child,
    options::Options,
    process::{GRACE, Process},
    signals::Signals,
    tasks::Tasks,
    telemetry::{Telemetry, install_tls},
};

/// Runs a command that lives until SIGTERM, Ctrl-C or the failure of one of its tasks.
///
/// In this order: TLS provider, telemetry, signals, the admin port, `start`, the gRPC port. `start` connects,
/// builds and registers on [`Tasks`], then returns; until it has, the process is alive but not ready.
/// Exit code 0 after a stop in good order, 1 after a failure (which has been logged).
#[must_use]
pub fn run<F, R>(name: &'static str, options: &Options, start: F) -> ExitCode
where
    F: FnOnce(Tasks) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    let outcome = with_runtime(async {
        let telemetry = Telemetry::install(name, options)?;
        let good = live(name, options, start).await;
        // Blocking, so away from the runtime's own threads, which the export needs.
        let flushed = tokio::task::spawn_blocking(move || telemetry.flush());
        let _ = tokio::time::timeout(Duration::from_secs(2), flushed).await;
        Ok(good)
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => complain(&error),
    }
}

/// Runs a command that does one thing and ends: no ports, no signals of its own, no logs.
///
/// Exit code 0, or 1 with the causes on standard error; a command with codes of its own returns them.
#[must_use]
pub fn once<R>(command: R) -> ExitCode
where
    R: Future<Output = anyhow::Result<ExitCode>>,
{
    install_tls();
    with_runtime(command).unwrap_or_else(|error| complain(&error))
}

/// True after a stop in good order; what went wrong has been logged where it was noticed.
async fn live<F, R>(name: &'static str, options: &Options, start: F) -> bool
where
    F: FnOnce(Tasks) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    let (signals, process) = match open(options).await {
        Ok(open) => open,
        Err(error) => {
            tracing::error!("{name} cannot start: {error:#}");
            return false;
        }
    };
    obey(signals, process.tasks().clone());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "{name} starts");
    let good = process.live(start).await.is_ok();
    tracing::info!(
        "{name} stopped {}",
        if good {
            "in good order"
        } else {
            "after a failure"
        }
    );
    good
}

async fn open(options: &Options) -> anyhow::Result<(Signals, Process)> {
    let signals = Signals::listen().context("while listening for signals")?;
    Ok((signals, Process::bind(options).await?))
}

/// First signal: stop in good order. Second one, or the end of the grace period: exit at once.
#[expect(
    clippy::disallowed_methods,
    reason = "it watches over the drain, so it is not part of it"
)]
fn obey(mut signals: Signals, tasks: Tasks) {
    tokio::spawn(async move {
        tokio::select! {
            signal = signals.next() => {
                tracing::info!("{signal}: stopping; once more to exit at once");
                tasks.request_stop();
            }
            () = tasks.shared().stop.cancelled() => {}
        }
        // A little longer than the drain and the flush, which have the better messages.
        let late = tokio::time::sleep(GRACE + Duration::from_secs(3));
        tokio::select! {
            signal = signals.next() => tracing::warn!("{signal} again: exiting at once"),
            () = late => tracing::error!("still not stopped: exiting at once"),
        }
        child::signal_all();
        std::process::exit(1);
    });
}

/// Stack of a worker, bytes: without optimisation a turn that is thought through behind a gRPC stream needs more than the
/// usual 2 MiB. What is not used is never taken from the machine.
const STACK: usize = 8 * 1024 * 1024;

/// Runs on a fresh runtime and does not wait for what blocks when it is over.
fn with_runtime<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    #[cfg(feature = "crash-points")]
    crate::crash::check()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build()
        .context("while starting the runtime")?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

#[expect(
    clippy::print_stderr,
    reason = "there may be no log yet, and a person is waiting"
)]
fn complain(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}
