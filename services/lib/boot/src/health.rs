//! Whether this process can do its work, and if not, why not.
//!
//! Readiness = every component is ready or degraded and the process is neither starting nor stopping.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often a watched part is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What a component last said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    Degraded(String),
    NotReady(String),
}

/// Where the process is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Starting,
    Running,
    Stopping,
}

/// All components of the process, and the process itself.
#[derive(Clone)]
pub(crate) struct Health {
    inner: Arc<Mutex<Inner>>,
    changed: watch::Sender<u64>,
}

struct Inner {
    phase: Phase,
    components: BTreeMap<String, State>,
}

impl Health {
    pub(crate) fn new() -> Self {
        let inner = Inner {
            phase: Phase::Starting,
            components: BTreeMap::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            changed: watch::Sender::new(0),
        }
    }

    pub(crate) fn component(&self, name: String) -> Component {
        let component = Component {
            name: name.into(),
            health: self.clone(),
        };
        component.not_ready("starting");
        component
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.lock().phase = phase;
        self.notify();
    }

    /// True when every component under `scope` (all, when empty) can work.
    pub(crate) fn is_ready(&self, scope: &str) -> bool {
        let inner = self.lock();
        inner.phase == Phase::Running
            && inner
                .components
                .iter()
                .filter(|(name, _)| within(name, scope))
                .all(|(_, state)| !matches!(state, State::NotReady(_)))
    }

    /// Wakes whenever anything changes.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What `/readyz` answers: the verdict, and each component with its reason.
    pub(crate) fn report(&self) -> (bool, Value) {
        let ready = self.is_ready("");
        let inner = self.lock();
        let components: serde_json::Map<String, Value> = inner
            .components
            .iter()
            .map(|(name, state)| (name.clone(), describe(state)))
            .collect();
        let phase = match inner.phase {
            Phase::Starting => "starting",
            Phase::Running => "running",
            Phase::Stopping => "stopping",
        };
        (
            ready,
            json!({ "ready": ready, "process": phase, "components": components }),
        )
    }

    /// Every component with 1 = ready, 0.5 = degraded, 0 = not ready; for the metric of the same meaning.
    pub(crate) fn levels(&self) -> Vec<(String, f64)> {
        let level = |state: &State| match state {
            State::Ready => 1.0,
            State::Degraded(_) => 0.5,
            State::NotReady(_) => 0.0,
        };
        self.lock()
            .components
            .iter()
            .map(|(name, state)| (name.clone(), level(state)))
            .collect()
    }

    /// Stores a state; true when it differs from the one before.
    fn set(&self, name: &str, state: State) -> bool {
        let before = self
            .lock()
            .components
            .insert(name.to_owned(), state.clone());
        if before.as_ref() == Some(&state) {
            return false;
        }
        self.notify();
        true
    }

    fn notify(&self) {
        self.changed
            .send_modify(|version| *version = version.wrapping_add(1));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn within(name: &str, scope: &str) -> bool {
    scope.is_empty()
        || name
            .strip_prefix(scope)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn describe(state: &State) -> Value {
    match state {
        State::Ready => json!({ "state": "ready" }),
        State::Degraded(reason) => json!({ "state": "degraded", "reason": reason }),
        State::NotReady(reason) => json!({ "state": "not_ready", "reason": reason }),
    }
}

/// The handle with which one part of a process says how it is. It starts as not ready: "starting".
///
/// Clones speak for the same part; the last word counts. Changes are logged once, when they happen.
#[derive(Clone)]
pub struct Component {
    name: Arc<str>,
    health: Health,
}

impl Component {
    /// Keeps saying what `look` finds, about once a second, until `stop`.
    ///
    /// `look` answers `Ok` with what is worse than it should be (nothing: ready), or `Err` with why this part cannot
    /// work.
    pub async fn watch<F, Fut>(self, stop: CancellationToken, look: F)
    where
        F: Fn() -> Fut + Send,
        Fut: Future<Output = Result<Vec<String>, String>> + Send,
    {
        while !stop.is_cancelled() {
            match look().await {
                Ok(complaints) if complaints.is_empty() => self.ready(),
                Ok(complaints) => self.degraded(complaints.join("; ")),
                Err(reason) => self.not_ready(reason),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Says that this part does its work.
    pub fn ready(&self) {
        if self.health.set(&self.name, State::Ready) {
            tracing::info!(component = %self.name, "{} is ready", self.name);
        }
    }

    /// Says that this part works with less than it should have; the process stays ready.
    pub fn degraded(&self, reason: impl fmt::Display) {
        let reason = reason.to_string();
        if self.health.set(&self.name, State::Degraded(reason.clone())) {
            tracing::warn!(component = %self.name, reason, "{} is degraded", self.name);
        }
    }

    /// Says that this part cannot work; the process is not ready until it can.
    ///
    /// `reason` is shown to anyone who can reach the admin port: no secrets, no personal data.
    pub fn not_ready(&self, reason: impl fmt::Display) {
        let reason = reason.to_string();
        let starting = reason == "starting";
        if self.health.set(&self.name, State::NotReady(reason.clone())) && !starting {
            tracing::warn!(component = %self.name, reason, "{} is not ready", self.name);
        }
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_component_that_is_not_ready_speaks_for_all_and_says_why() {
        let health = Health::new();
        health.enter(Phase::Running);
        let (log, mail) = (
            health.component("log".into()),
            health.component("mail".into()),
        );
        log.ready();
        mail.degraded("the mail server does not answer");
        assert!(health.is_ready(""));
        log.not_ready("the broker is away");
        let (ready, report) = health.report();
        assert!(!ready);
        assert_eq!(report["components"]["log"]["reason"], "the broker is away");
        assert_eq!(report["components"]["mail"]["state"], "degraded");
    }

    #[test]
    fn a_scope_answers_for_its_own_components_only() {
        let health = Health::new();
        health.enter(Phase::Running);
        health.component("router/log".into()).ready();
        health.component("router2/log".into()).not_ready("away");
        assert!(health.is_ready("router"));
        assert!(!health.is_ready("router2"));
        assert!(!health.is_ready(""));
        health.enter(Phase::Stopping);
        assert!(!health.is_ready("router"));
    }
}
