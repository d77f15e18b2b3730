//! One process from its listeners to its last act; the same for a real process and for a test's.

use std::{future::Future, time::Duration};

use anyhow::Context as _;
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    admin, grpc,
    health::Phase,
    options::Options,
    tasks::{Tasks, guarded},
};

/// From the order to stop to the end, whatever happens: killing is safe by design.
/// Source: the reliability goals, "a second SIGTERM or 10 s: exit at once".
pub(crate) const GRACE: Duration = Duration::from_secs(10);
/// What the tasks get of it; the rest is for the last acts.
const DRAIN: Duration = Duration::from_secs(8);
/// What a client with an open stream gets once the tasks are done.
const CLOSE: Duration = Duration::from_millis(500);

/// A process that is bound to its addresses and not yet started.
pub(crate) struct Process {
    tasks: Tasks,
    admin: TcpListener,
    grpc: TcpListener,
}

impl Process {
    /// Binds both listeners first, so that a taken port ends the process before it has touched anything.
    pub(crate) async fn bind(options: &Options) -> anyhow::Result<Self> {
        let tasks = Tasks::new();
        let admin = tasks.bind("admin", options.admin_listen).await?;
        let grpc = tasks.bind("grpc", options.grpc_listen).await?;
        Ok(Self { tasks, admin, grpc })
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Starts, serves until told to stop or until a task fails, drains.
    pub(crate) async fn live<F, R>(self, start: F) -> anyhow::Result<()>
    where
        F: FnOnce(Tasks) -> R,
        R: Future<Output = anyhow::Result<()>>,
    {
        let Self { tasks, admin, grpc } = self;
        let health = tasks.shared().health.clone();
        let admin = watch(&tasks, admin_server(admin, health.clone()));
        tokio::select! {
            started = guarded(start(tasks.clone())) => {
                if let Err(error) = started {
                    tasks.fail(error.context("while starting"));
                }
            }
            () = tasks.shared().stop.cancelled() => {}
        }
        let close = CancellationToken::new();
        let grpc = (!tasks.is_stopping()).then(|| {
            health.enter(Phase::Running);
            watch(&tasks, grpc::serve(tasks.clone(), grpc, close.clone()))
        });
        tasks.shared().stop.cancelled().await;
        health.enter(Phase::Stopping);
        let drained = drain(&tasks, grpc, &close).await;
        admin.abort();
        match tasks.take_failure() {
            Some(error) => Err(error),
            None => drained,
        }
    }
}

async fn admin_server(listener: TcpListener, health: crate::health::Health) -> anyhow::Result<()> {
    admin::serve(listener, health)
        .await
        .context("while serving the admin port")
}

/// Runs one of boot's own servers; its failure is the process's.
#[expect(
    clippy::disallowed_methods,
    reason = "servers outlive the tasks that are drained"
)]
fn watch<F>(tasks: &Tasks, server: F) -> JoinHandle<()>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let (tasks, kill) = (tasks.clone(), tasks.shared().kill.clone());
    tokio::spawn(async move {
        if let Some(Err(error)) = kill.run_until_cancelled(guarded(server)).await {
            tasks.fail(error);
        }
    })
}

/// Lets the tasks finish, then the open calls, then runs the last acts.
async fn drain(
    tasks: &Tasks,
    grpc: Option<JoinHandle<()>>,
    close: &CancellationToken,
) -> anyhow::Result<()> {
    let began = Instant::now();
    close.cancel();
    tasks.shared().tracker.close();
    let finished = tokio::time::timeout(DRAIN, tasks.shared().tracker.wait())
        .await
        .is_ok();
    let stuck = tasks.alive();
    if let Some(mut grpc) = grpc
        && tokio::time::timeout(CLOSE, &mut grpc).await.is_err()
    {
        grpc.abort();
    }
    for (name, act) in tasks.take_last_acts().into_iter().rev() {
        match tokio::time::timeout_at(began + GRACE, guarded(act)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("{name} did not end well: {error:#}"),
            Err(_) => tracing::error!("{name} did not end in time"),
        }
    }
    if finished {
        return Ok(());
    }
    let error = anyhow::anyhow!("gave up waiting for: {}", stuck.join(", "));
    tracing::error!("{error:#}");
    Err(error)
}
