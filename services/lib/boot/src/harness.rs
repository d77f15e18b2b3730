//! A process inside a test or a benchmark: the real life cycle, free ports, no signals, no global logs.

use std::{future::Future, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use opentelemetry_sdk::Resource;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    options::Options,
    process::Process,
    tasks::{Addresses, Tasks},
    telemetry,
};

/// One process started in the background. Dropped without [`Harness::stop`], it is killed.
pub struct Harness {
    tasks: Tasks,
    life: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Harness {
    /// Starts a process on free loopback ports and returns once `start` has succeeded.
    ///
    /// # Errors
    /// The error of `start` itself, or a port that could not be bound.
    pub async fn start<F, R>(start: F) -> anyhow::Result<Self>
    where
        F: FnOnce(Tasks) -> R + Send + 'static,
        R: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        Self::start_with(&Options::on_free_ports(), start).await
    }

    /// Starts a process with the addresses of `options`.
    ///
    /// # Errors
    /// As [`Harness::start`].
    #[expect(
        clippy::disallowed_methods,
        reason = "the process itself is no task of a process"
    )]
    pub async fn start_with<F, R>(options: &Options, start: F) -> anyhow::Result<Self>
    where
        F: FnOnce(Tasks) -> R + Send + 'static,
        R: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        telemetry::install_tls();
        telemetry::install_metrics(Resource::builder().with_service_name("torg").build())?;
        let process = Process::bind(options).await?;
        let tasks = process.tasks().clone();
        let (started, has_started) = oneshot::channel();
        let life = tokio::spawn(process.live(move |tasks| async move {
            start(tasks).await?;
            // Nobody listens when the caller gave up waiting; then the process is about to be dropped.
            let _ = started.send(());
            Ok(())
        }));
        let mut harness = Self {
            tasks,
            life: Some(life),
        };
        if has_started.await.is_err() {
            harness.end().await?;
            anyhow::bail!("stopped before it had started");
        }
        Ok(harness)
    }

    /// Lets time pass for everything that runs inside this test: [`crate::clock::now`] is so much ahead from now on,
    /// for good. Waits that have begun are not cut short.
    pub fn time_passes(time: Duration) {
        crate::clock::pass(time);
    }

    /// The process's own handle.
    #[must_use]
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// What the process is bound to.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.tasks.addresses()
    }

    /// The address bound under `name`: `admin`, `grpc` or a service's own, with its scope.
    ///
    /// # Errors
    /// Nothing was bound under that name.
    pub fn address(&self, name: &str) -> anyhow::Result<SocketAddr> {
        let addresses = self.addresses();
        addresses.get(name).copied().with_context(|| {
            format!(
                "nothing is bound as {name}; there is {:?}",
                addresses.keys()
            )
        })
    }

    /// Stops in good order, as SIGTERM does, and waits for the end.
    ///
    /// # Errors
    /// What the process died of, or the tasks that did not end in time.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.tasks.request_stop();
        self.end().await
    }

    /// Waits until the process ends by itself.
    ///
    /// # Errors
    /// As [`Harness::stop`].
    pub async fn wait(mut self) -> anyhow::Result<()> {
        self.end().await
    }

    /// Plays a crash: every task is dropped at the await it has reached, nothing is drained, no last act runs.
    pub async fn kill(mut self) {
        self.cut();
        self.tasks.shared().tracker.close();
        self.tasks.shared().tracker.wait().await;
    }

    fn cut(&mut self) {
        if let Some(life) = self.life.take() {
            self.tasks.shared().kill.cancel();
            self.tasks.request_stop();
            life.abort();
        }
    }

    async fn end(&mut self) -> anyhow::Result<()> {
        match self.life.take() {
            Some(life) => life.await.context("the process panicked")?,
            None => Ok(()),
        }
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.cut();
    }
}
