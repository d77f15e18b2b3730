//! A child that is started again whenever it ends by itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{Child, ChildError, Spec, pid};

/// Says whether a server answers.
pub type Check = Box<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// The first pause before a restart; it doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);
/// A server that ran this long had recovered, so the pauses begin anew.
const HEALTHY: Duration = Duration::from_secs(30);

/// Keeps one child running until it is stopped. Dropped, it stops the child and waits within its patience.
#[derive(Debug)]
pub struct Supervisor {
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    spec: Spec,
    /// The child that runs now.
    pid: Arc<AtomicU32>,
}

impl Supervisor {
    /// Starts the child, or adopts the one with the number `left_behind`, and returns when `check` says yes.
    ///
    /// `started` is called with the number of each child that runs and answers, restarts included.
    ///
    /// # Errors
    /// Those of the first start. Later ones are logged and tried again for ever.
    #[expect(
        clippy::disallowed_methods,
        reason = "a child outlives the tasks that are drained"
    )]
    pub async fn start<F>(
        spec: Spec,
        left_behind: Option<u32>,
        check: Check,
        within: Duration,
        started: F,
    ) -> Result<Self, ChildError>
    where
        F: Fn(u32) + Send + Sync + 'static,
    {
        let child = first(&spec, left_behind, &check, within).await?;
        let pid = Arc::new(AtomicU32::new(child.pid()));
        started(child.pid());
        let (stop, stopped) = oneshot::channel();
        let watch = Watch {
            spec: spec.clone(),
            check,
            within,
            started,
            pid: Arc::clone(&pid),
        };
        let task = tokio::spawn(watch.keep(child, stopped));
        Ok(Self {
            stop: Some(stop),
            task: Some(task),
            spec,
            pid,
        })
    }

    /// Stops the child in good order and waits for its end.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!("the supervisor of {} ended badly: {error}", self.spec.name);
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            // The runtime may be unable to run the task while we block here, so it is not left to it.
            task.abort();
            pid::end(self.pid.load(Ordering::SeqCst), &self.spec);
        }
    }
}

/// What is needed to start the child again.
struct Watch<F> {
    spec: Spec,
    check: Check,
    within: Duration,
    started: F,
    pid: Arc<AtomicU32>,
}

impl<F: Fn(u32)> Watch<F> {
    async fn keep(self, mut child: Child, mut stopped: oneshot::Receiver<()>) {
        let name = self.spec.name;
        let mut pause = SHORTEST;
        loop {
            let since = Instant::now();
            tokio::select! {
                // The sender is only ever dropped.
                _ = &mut stopped => return child.stop().await,
                status = child.ended() => tracing::error!("{name} ended by itself: {status}"),
            }
            if since.elapsed() > HEALTHY {
                pause = SHORTEST;
            }
            child = tokio::select! {
                _ = &mut stopped => return,
                child = self.again(&mut pause) => child,
            };
        }
    }

    /// Tries until a child runs and answers.
    async fn again(&self, pause: &mut Duration) -> Child {
        loop {
            sleep(*pause).await;
            *pause = (*pause * 2).min(LONGEST);
            match first(&self.spec, None, &self.check, self.within).await {
                Ok(child) => {
                    tracing::warn!(pid = child.pid(), "{} runs again", self.spec.name);
                    self.pid.store(child.pid(), Ordering::SeqCst);
                    (self.started)(child.pid());
                    return child;
                }
                Err(error) => tracing::error!("{error:#}"),
            }
        }
    }
}

/// The adopted child when there is one that answers, else a new one.
async fn first(
    spec: &Spec,
    left_behind: Option<u32>,
    check: &Check,
    within: Duration,
) -> Result<Child, ChildError> {
    if let Some(mut child) = left_behind.and_then(|pid| Child::adopt(spec.clone(), pid)) {
        if child.ready(check, within).await.is_ok() {
            tracing::info!(pid = child.pid(), "{} still runs: taken over", spec.name);
            return Ok(child);
        }
        child.stop().await;
    }
    let mut child = Child::start(spec.clone())?;
    child.ready(check, within).await?;
    Ok(child)
}
