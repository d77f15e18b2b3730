//! Loading an aggregate: the cached state and the tail of its history.

use std::{
    any::TypeId,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use schemas::{AggregateKey, Fold, Recorded, envelope};

use crate::{
    direct::PATIENCE,
    error::{LogError, Poison},
    open::EventLog,
    wire::{self, RawCommit},
};

/// How long after it was read a state is likely to be the newest. A guess that is wrong costs an append one more
/// question, nothing else.
const FRESH: Duration = Duration::from_millis(250);

/// A folded history.
#[derive(Clone, Debug)]
pub struct Loaded<S> {
    /// What it folds into.
    pub state: Arc<S>,
    /// Number of events, as the last one says; 0 when there is none.
    pub version: u64,
    /// Position of its last commit in the shard; 0 when there is none.
    pub seq: u64,
    /// The chain value after its last commit, in hex.
    pub chain: String,
    /// The first commit that this build cannot read. It is left out of the state; what follows it is folded.
    pub poison: Option<Poison>,
    /// Nobody else had written between the last two looks at it.
    alone: bool,
    /// When the broker was last heard about it.
    heard: Instant,
}

/// The place in which this process remembers one state; empty only while an append evolves the state in place.
struct Slot<S>(Mutex<Option<Loaded<S>>>);

impl<S> Slot<S> {
    fn lock(&self) -> MutexGuard<'_, Option<Loaded<S>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Fold> Loaded<S> {
    pub(crate) fn empty() -> Self {
        Self {
            state: Arc::new(S::default()),
            version: 0,
            seq: 0,
            chain: envelope::GENESIS.to_owned(),
            poison: None,
            alone: false,
            heard: Instant::now(),
        }
    }

    /// Whether an append may be tried on this state without reading the tail first: its expectation would tell.
    fn is_worth_a_try(&self) -> bool {
        self.alone || self.heard.elapsed() < FRESH
    }

    /// Folds one commit and returns its events; none when it cannot be read.
    pub(crate) fn apply(&mut self, raw: &RawCommit) -> Vec<Recorded<S::Event>> {
        if raw.seq <= self.seq {
            return Vec::new();
        }
        self.seq = raw.seq;
        self.alone = false;
        self.chain = envelope::chain(&self.chain, &raw.body);
        match raw.decode::<S::Event>() {
            Ok(events) => {
                let state = Arc::make_mut(&mut self.state);
                for event in &events {
                    state.evolve(event);
                    self.version = event.version;
                }
                events
            }
            Err(error) => {
                self.version = wire::last_version(&raw.body).unwrap_or(self.version);
                self.poison.get_or_insert_with(|| Poison {
                    seq: raw.seq,
                    reason: wire::causes(&error),
                });
                Vec::new()
            }
        }
    }
}

impl EventLog {
    /// Loads an aggregate: cached state plus tail.
    ///
    /// With more than one replica the tail may miss what was stored a moment ago elsewhere; an append notices, and
    /// inside a reactor's handler the delivery that led to it is always seen.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] after about ten seconds without an answer; wait and try again.
    pub async fn load<S: Fold>(&self, key: &AggregateKey) -> Result<Loaded<S>, LogError> {
        let mut loaded = self.cached::<S>(key).unwrap_or_else(Loaded::empty);
        let known = loaded.seq;
        for raw in self.tail(key, known + 1).await? {
            loaded.apply(&raw);
        }
        let floor = self.inner.floors.of(key);
        if self.inner.replicas > 1 && loaded.seq < floor {
            let deadline = tokio::time::Instant::now() + PATIENCE;
            for raw in self.tail_of_leader(key, loaded.seq + 1, deadline).await? {
                loaded.apply(&raw);
            }
        }
        if loaded.seq > 0 {
            loaded.alone = loaded.seq == known;
            self.cache(key, &mut loaded);
        }
        Ok(loaded)
    }

    /// As [`EventLog::load`], but what the broker said at most `within` ago is good enough: for settings, which many
    /// aggregates ask for and which rarely change.
    ///
    /// # Errors
    /// As [`EventLog::load`].
    pub async fn load_recent<S: Fold>(
        &self,
        key: &AggregateKey,
        within: Duration,
    ) -> Result<Loaded<S>, LogError> {
        match self.cached::<S>(key) {
            Some(loaded) if loaded.heard.elapsed() < within => Ok(loaded),
            Some(_) | None => self.load(key).await,
        }
    }

    /// Folds an aggregate from its beginning up to and including position `up_to_seq` of its shard. No cache, and
    /// nothing that was acknowledged before is missing.
    ///
    /// # Errors
    /// As [`EventLog::load`].
    pub async fn load_at<S: Fold>(
        &self,
        key: &AggregateKey,
        up_to_seq: u64,
    ) -> Result<Loaded<S>, LogError> {
        self.load_while(key, |raw| raw.seq <= up_to_seq).await
    }

    /// Folds an aggregate from its beginning up to and including the broker's time `until`. No cache, and nothing that
    /// was acknowledged before is missing.
    ///
    /// # Errors
    /// As [`EventLog::load`].
    pub async fn load_until<S: Fold>(
        &self,
        key: &AggregateKey,
        until: Timestamp,
    ) -> Result<Loaded<S>, LogError> {
        self.load_while(key, |raw| raw.time <= until).await
    }

    /// Every commit of an aggregate, in order; none that was acknowledged before is missing.
    ///
    /// A replica answers with most of it, and the leader with what that replica does not have yet, which is nearly
    /// always nothing: one more question where there are replicas.
    ///
    /// # Errors
    /// As [`EventLog::load`].
    pub async fn history(&self, key: &AggregateKey) -> Result<Vec<RawCommit>, LogError> {
        let mut commits = self.tail(key, 1).await?;
        if self.inner.replicas > 1 {
            let deadline = tokio::time::Instant::now() + PATIENCE;
            let next = commits.last().map_or(1, |last| last.seq + 1);
            commits.extend(self.tail_of_leader(key, next, deadline).await?);
        }
        Ok(commits)
    }

    async fn load_while<S: Fold>(
        &self,
        key: &AggregateKey,
        within: impl Fn(&RawCommit) -> bool,
    ) -> Result<Loaded<S>, LogError> {
        let mut loaded = Loaded::empty();
        for raw in self
            .history(key)
            .await?
            .iter()
            .take_while(|raw| within(raw))
        {
            loaded.apply(raw);
        }
        Ok(loaded)
    }

    fn slot<S: Fold>(&self, key: &AggregateKey) -> Option<Arc<Slot<S>>> {
        let entry = self.inner.states.get(&(key.clone(), TypeId::of::<S>()))?;
        entry.downcast().ok()
    }

    fn cached<S: Fold>(&self, key: &AggregateKey) -> Option<Loaded<S>> {
        self.slot(key)?.lock().clone()
    }

    /// What this process remembers, when nothing newer is to be expected.
    pub(crate) fn remembered<S: Fold>(&self, key: &AggregateKey) -> Option<Loaded<S>> {
        self.cached(key).filter(Loaded::is_worth_a_try)
    }

    /// Keeps what the broker has just told.
    pub(crate) fn cache<S: Fold>(&self, key: &AggregateKey, loaded: &mut Loaded<S>) {
        self.cache_evolved(key, loaded, |_| {});
    }

    /// As [`EventLog::cache`], after `evolve`. The state is not copied for it when nobody but this process's memory
    /// shares it, and a history that grows long makes states that are dear to copy.
    pub(crate) fn cache_evolved<S: Fold>(
        &self,
        key: &AggregateKey,
        loaded: &mut Loaded<S>,
        evolve: impl FnOnce(&mut Loaded<S>),
    ) {
        loaded.heard = Instant::now();
        let Some(slot) = self.slot(key) else {
            evolve(loaded);
            let slot = Slot(Mutex::new(Some(loaded.clone())));
            let name = (key.clone(), TypeId::of::<S>());
            self.inner.states.insert(name, Arc::new(slot));
            return;
        };
        let mut there = slot.lock();
        // Somebody else in this process may have read on meanwhile.
        let newer = there.take().filter(|there| there.seq > loaded.seq);
        evolve(loaded);
        *there = newer
            .filter(|there| there.seq > loaded.seq)
            .or_else(|| Some(loaded.clone()));
    }
}
