//! Loading an aggregate: the cached state and the tail of its history.

use std::{
    any::TypeId,
    sync::Arc,
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

    /// Folds an aggregate from its beginning up to and including position `up_to_seq` of its shard. No cache.
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

    /// Folds an aggregate from its beginning up to and including the broker's time `until`. No cache.
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

    /// Every commit of an aggregate, in order.
    ///
    /// # Errors
    /// As [`EventLog::load`].
    pub async fn history(&self, key: &AggregateKey) -> Result<Vec<RawCommit>, LogError> {
        self.tail(key, 1).await
    }

    async fn load_while<S: Fold>(
        &self,
        key: &AggregateKey,
        within: impl Fn(&RawCommit) -> bool,
    ) -> Result<Loaded<S>, LogError> {
        let mut loaded = Loaded::empty();
        for raw in self
            .tail(key, 1)
            .await?
            .iter()
            .take_while(|raw| within(raw))
        {
            loaded.apply(raw);
        }
        Ok(loaded)
    }

    fn cached<S: Fold>(&self, key: &AggregateKey) -> Option<Loaded<S>> {
        let entry = self.inner.states.get(&(key.clone(), TypeId::of::<S>()))?;
        let loaded = entry.downcast::<Loaded<S>>().ok()?;
        Some((*loaded).clone())
    }

    /// What this process remembers, when nothing newer is to be expected.
    pub(crate) fn remembered<S: Fold>(&self, key: &AggregateKey) -> Option<Loaded<S>> {
        self.cached(key).filter(Loaded::is_worth_a_try)
    }

    /// Keeps what the broker has just told.
    pub(crate) fn cache<S: Fold>(&self, key: &AggregateKey, loaded: &mut Loaded<S>) {
        loaded.heard = Instant::now();
        // Somebody else in this process may have read on meanwhile.
        if self
            .cached::<S>(key)
            .is_some_and(|there| there.seq > loaded.seq)
        {
            return;
        }
        self.inner
            .states
            .insert((key.clone(), TypeId::of::<S>()), Arc::new(loaded.clone()));
    }
}
