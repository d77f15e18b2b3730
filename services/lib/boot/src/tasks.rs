//! What a process runs: watched tasks, health components, gRPC services, listeners, last acts.

use std::{
    any::Any,
    collections::BTreeMap,
    future::Future,
    net::SocketAddr,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;
use futures::FutureExt as _;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    grpc::Services,
    health::{Component, Health},
};

/// The addresses that a process is bound to, by what is served there: `admin`, `grpc` and whatever
/// [`Tasks::bind`] was asked for.
pub type Addresses = BTreeMap<String, SocketAddr>;

type LastAct = (
    String,
    Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>,
);

/// The handle through which a service becomes part of its process. Clones are the same process.
#[derive(Clone)]
pub struct Tasks {
    scope: Arc<str>,
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) stop: CancellationToken,
    /// Cancelled by a test that plays a crash: every task is dropped where it stands.
    pub(crate) kill: CancellationToken,
    pub(crate) tracker: TaskTracker,
    pub(crate) health: Health,
    pub(crate) services: Mutex<Services>,
    alive: Mutex<BTreeMap<String, usize>>,
    failure: Mutex<Option<anyhow::Error>>,
    addresses: Mutex<Addresses>,
    last: Mutex<Vec<LastAct>>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        let shared = Shared {
            stop: CancellationToken::new(),
            kill: CancellationToken::new(),
            tracker: TaskTracker::new(),
            health: Health::new(),
            services: Mutex::default(),
            alive: Mutex::default(),
            failure: Mutex::default(),
            addresses: Mutex::default(),
            last: Mutex::default(),
        };
        Self {
            scope: "".into(),
            shared: Arc::new(shared),
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The same process, where every name given from here on begins with `name/`.
    ///
    /// `torg up` gives each service its own scope, so that two of them may have a component `log`.
    #[must_use]
    pub fn scope(&self, name: &str) -> Self {
        Self {
            scope: self.full(name).into(),
            shared: Arc::clone(&self.shared),
        }
    }

    /// Asks `look` every little while how the component `name` is, until the process stops: as [`Component::watch`], in a
    /// task of its own.
    pub fn watch<F, Fut>(&self, name: &str, look: F)
    where
        F: Fn() -> Fut + Send + 'static,
        Fut: Future<Output = Result<Vec<String>, String>> + Send + 'static,
    {
        let watching = self.component(name).watch(self.stop(), look);
        self.spawn(&format!("{name} health"), async move {
            watching.await;
            Ok(())
        });
    }

    /// Runs `future` as a part of the process.
    ///
    /// It may end with `Ok` at any time. An error or a panic is logged and stops the whole process with a
    /// non-zero exit code; so a task returns an error only when going on makes no sense. When
    /// [`Tasks::stop`] is cancelled it has 8 seconds to finish what it has in hand.
    pub fn spawn<F>(&self, name: &str, future: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (name, tasks) = (self.full(name), self.clone());
        *lock(&self.shared.alive).entry(name.clone()).or_default() += 1;
        let life = async move {
            let outcome = guarded(future).await;
            tasks.ended(&name);
            match outcome {
                Ok(()) => tracing::debug!(task = name, "task {name} is done"),
                Err(error) if tasks.is_stopping() => {
                    tracing::warn!(task = name, "task {name} did not end well: {error:#}");
                }
                Err(error) => tasks.fail(error.context(format!("task {name} failed"))),
            }
        };
        let kill = self.shared.kill.clone();
        self.shared
            .tracker
            .spawn(async move { kill.run_until_cancelled_owned(life).await });
    }

    /// The token that is cancelled when the process is told to stop. Stop taking new work then.
    #[must_use]
    pub fn stop(&self) -> CancellationToken {
        self.shared.stop.clone()
    }

    /// True from the moment the process was told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.shared.stop.is_cancelled()
    }

    /// Returns once every part of the process is ready.
    pub async fn ready(&self) {
        while !self.shared.health.is_ready("") {
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
    }

    /// Asks the process to stop in good order, as SIGTERM does.
    pub fn request_stop(&self) {
        self.shared.stop.cancel();
    }

    /// Adds a part whose health counts; it begins as not ready.
    #[must_use]
    pub fn component(&self, name: &str) -> Component {
        self.shared.health.component(self.full(name))
    }

    /// Serves `service` on the process's gRPC port, from when the start has succeeded.
    ///
    /// `descriptors` is the encoded file descriptor set of its package, for reflection; the same set may be
    /// given more than once. The health of the service is that of the components in this scope.
    /// Registering after the start is a failure of the process.
    pub fn grpc<S>(&self, service: S, descriptors: &'static [u8])
    where
        S: tonic::codegen::Service<
                axum::http::Request<tonic::body::Body>,
                Error = std::convert::Infallible,
            > + tonic::server::NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        if !lock(&self.shared.services).add(service, descriptors, &self.scope) {
            self.fail(anyhow::anyhow!(
                "gRPC service {} was registered after the start",
                S::NAME
            ));
        }
    }

    /// Binds `address` (port 0: a free one) and remembers the result under `name`.
    ///
    /// # Errors
    /// Names the address when it is taken or not ours; the user has to choose another one.
    pub async fn bind(&self, name: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address} for {}", self.full(name)))?;
        lock(&self.shared.addresses).insert(self.full(name), listener.local_addr()?);
        Ok(listener)
    }

    /// What has been bound so far; `admin` and `grpc` are there before the start begins.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        lock(&self.shared.addresses).clone()
    }

    /// Runs `future` after all tasks have ended, the last one registered first.
    ///
    /// For what the tasks still need while they finish: the embedded broker and database.
    pub fn at_end<F>(&self, name: &str, future: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        lock(&self.shared.last).push((self.full(name), Box::pin(future)));
    }

    /// Records why the process cannot go on (the first reason counts) and stops it.
    pub(crate) fn fail(&self, error: anyhow::Error) {
        tracing::error!("{error:#}");
        lock(&self.shared.failure).get_or_insert(error);
        self.shared.stop.cancel();
    }

    pub(crate) fn take_failure(&self) -> Option<anyhow::Error> {
        lock(&self.shared.failure).take()
    }

    pub(crate) fn take_last_acts(&self) -> Vec<LastAct> {
        std::mem::take(&mut *lock(&self.shared.last))
    }

    /// The names of the tasks that are still running.
    pub(crate) fn alive(&self) -> Vec<String> {
        lock(&self.shared.alive).keys().cloned().collect()
    }

    fn ended(&self, name: &str) {
        let mut alive = lock(&self.shared.alive);
        if let Some(count) = alive.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                alive.remove(name);
            }
        }
    }

    fn full(&self, name: &str) -> String {
        if self.scope.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.scope)
        }
    }
}

impl std::fmt::Debug for Tasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tasks")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Runs a future and turns a panic into an error. The panic's text stays out of it: it may quote a buyer.
pub(crate) async fn guarded<F>(future: F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(payload) => {
            drop::<Box<dyn Any + Send>>(payload);
            anyhow::bail!("panicked; where is in the log line before this one")
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
