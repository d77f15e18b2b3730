//! Deciding and appending: the one place that writes to the log.
//!
//! Every append carries the position of the aggregate's last commit that was folded. What a refusal means differs
//! between one replica and three (an exact retry is a conflict there and a duplicate here), and a lost
//! acknowledgement means nothing at all; one answer serves all of them: read the tail through the leader, look for
//! the own event id, else fold and decide again.

use std::{
    hash::{BuildHasher as _, Hasher as _},
    sync::Arc,
    time::Duration,
};

use schemas::{AggregateKey, Decision, EventId, Fold, Recorded, envelope};
use tokio::time::Instant;

use crate::{
    direct::PATIENCE,
    error::{AppendError, BoxError, LogError},
    load::Loaded,
    open::EventLog,
    publish::{Answer, Prepared},
    wire::RawCommit,
};

/// Lost races in a row after which an append gives up. Writers of one process take turns, so races are between
/// processes; the pauses between them add up to about half a second.
const CONFLICTS: u32 = 16;
/// How often the tail is read after a conflict before publishing again; the pauses add up to 0.2 s.
const LOOKS: u64 = 20;

/// What an append left behind.
#[derive(Clone, Debug)]
pub struct Appended<S: Fold> {
    /// The aggregate, with what was recorded folded in.
    pub loaded: Loaded<S>,
    /// What was recorded; empty when the decision had no events.
    pub recorded: Vec<Recorded<S::Event>>,
}

/// What became of one attempt to append.
enum Attempt<S: Fold> {
    /// It is in the log; what of it this attempt recorded.
    Over(Vec<Recorded<S::Event>>),
    /// Somebody else's commit is there, and folded.
    Lost,
    /// Nobody knows; ask again.
    Unanswered,
}

impl EventLog {
    /// Loads `key`, lets `decide` choose events, and appends them as one commit.
    ///
    /// `decide` may be called several times, each time on a newer state. The events' ids follow from the cause, this
    /// service, the event's type and its index, so deciding the same again is the same fact and is stored once.
    ///
    /// # Errors
    /// [`AppendError::Refused`] carries the decider's own refusal; [`AppendError::Poisoned`] is for parking;
    /// [`AppendError::Contended`] and a transient [`LogError`] are for trying again later.
    pub async fn decide<S: Fold, R>(
        &self,
        key: &AggregateKey,
        decide: impl FnMut(&S) -> Result<Decision<S::Event>, R>,
    ) -> Result<Appended<S>, AppendError<R>> {
        self.decide_with(key, false, decide).await
    }

    /// As [`EventLog::decide`], on a history of which a commit cannot be read, too: what arrives from outside has to
    /// be recorded whatever became of earlier commits.
    ///
    /// # Errors
    /// As [`EventLog::decide`], but never [`AppendError::Poisoned`].
    pub async fn decide_past_poison<S: Fold, R>(
        &self,
        key: &AggregateKey,
        decide: impl FnMut(&S) -> Result<Decision<S::Event>, R>,
    ) -> Result<Appended<S>, AppendError<R>> {
        self.decide_with(key, true, decide).await
    }

    async fn decide_with<S: Fold, R>(
        &self,
        key: &AggregateKey,
        past_poison: bool,
        mut decide: impl FnMut(&S) -> Result<Decision<S::Event>, R>,
    ) -> Result<Appended<S>, AppendError<R>> {
        let deadline = Instant::now() + PATIENCE;
        let turn = self.turn(key);
        let _turn = tokio::time::timeout_at(deadline, turn.lock())
            .await
            .map_err(|late| LogError::unavailable(format!("waiting to append to {key}"), late))?;
        // Only a leader can say that there is nothing newer; an append finds out by itself. So a state that is likely to
        // be the newest is tried as it is, and one round to the broker is saved.
        let (mut loaded, mut newest) = match self.remembered::<S>(key) {
            Some(loaded) => (loaded, false),
            None => (self.load::<S>(key).await?, self.inner.replicas == 1),
        };
        let mut lost = 0;
        loop {
            if let (Some(poison), false) = (&loaded.poison, past_poison) {
                return Err(AppendError::Poisoned(poison.clone()));
            }
            let decision = decide(&loaded.state);
            if !newest
                && !decision
                    .as_ref()
                    .is_ok_and(|chosen| !chosen.events.is_empty())
            {
                newest = true;
                let known = loaded.seq;
                self.catch_up(key, &mut loaded, None, deadline).await?;
                if loaded.seq > known {
                    continue;
                }
            }
            let decision = decision.map_err(AppendError::Refused)?;
            if decision.events.is_empty() {
                let recorded = Vec::new();
                return Ok(Appended { loaded, recorded });
            }
            let prepared = self.prepare(key, &loaded, decision)?;
            match self.attempt(key, &mut loaded, prepared, deadline).await? {
                Attempt::Over(recorded) => return Ok(Appended { loaded, recorded }),
                Attempt::Lost => lost += 1,
                Attempt::Unanswered => {}
            }
            newest = true;
            if lost >= CONFLICTS {
                return Err(AppendError::Contended(lost));
            }
            tokio::time::sleep(pause(lost)).await;
        }
    }

    /// Publishes once and finds out what became of it.
    async fn attempt<S: Fold>(
        &self,
        key: &AggregateKey,
        loaded: &mut Loaded<S>,
        mut prepared: Prepared<S::Event>,
        deadline: Instant,
    ) -> Result<Attempt<S>, LogError> {
        let known = loaded.seq;
        let id = Some(prepared.first_id);
        match self.publish(key, &mut prepared, known).await {
            Answer::Stored(seq) => {
                let recorded = self.stored(key, loaded, prepared, seq);
                Ok(Attempt::Over(recorded))
            }
            Answer::Duplicate(seq) => {
                self.check_own(key, &prepared, seq).await?;
                let found = self.catch_up(key, loaded, id, deadline).await?;
                // Nothing found: it was folded before this decision, which asked for a known fact again.
                Ok(Attempt::Over(found.unwrap_or_default()))
            }
            Answer::Refused(source) => Err(LogError::refused(format!("a commit to {key}"), source)),
            Answer::Unknown(source) if Instant::now() >= deadline => {
                Err(LogError::unavailable(format!("appending to {key}"), source))
            }
            answer @ (Answer::Unknown(_) | Answer::Conflict) => {
                let conflict = matches!(answer, Answer::Conflict);
                let mut looks = 0;
                if conflict {
                    // Whoever answers first: enough to see what was lost to.
                    let tail = self.tail(key, known + 1).await?;
                    if let Some(recorded) = self.fold(key, loaded, &tail, id) {
                        return Ok(Attempt::Over(recorded));
                    }
                    if loaded.seq > known {
                        return Ok(Attempt::Lost);
                    }
                }
                loop {
                    let found = self.catch_up(key, loaded, id, deadline).await?;
                    if let Some(recorded) = found {
                        return Ok(Attempt::Over(recorded));
                    }
                    if loaded.seq > known {
                        return Ok(Attempt::Lost);
                    }
                    looks += 1;
                    if !conflict || looks > LOOKS || Instant::now() >= deadline {
                        return self.unanswered(key, deadline);
                    }
                    // On three replicas a conflict may be with a commit that is still on its way.
                    tokio::time::sleep(Duration::from_millis(looks)).await;
                }
            }
        }
    }

    fn unanswered<S: Fold>(
        &self,
        key: &AggregateKey,
        deadline: Instant,
    ) -> Result<Attempt<S>, LogError> {
        if Instant::now() < deadline {
            return Ok(Attempt::Unanswered);
        }
        let late = BoxError::from("no answer in time");
        Err(LogError::unavailable(format!("appending to {key}"), late))
    }

    fn turn(&self, key: &AggregateKey) -> Arc<tokio::sync::Mutex<()>> {
        self.inner.turns.get_with(key.clone(), Arc::default)
    }

    fn stored<S: Fold>(
        &self,
        key: &AggregateKey,
        loaded: &mut Loaded<S>,
        prepared: Prepared<S::Event>,
        seq: u64,
    ) -> Vec<Recorded<S::Event>> {
        let versions = prepared.commit.first_version..;
        let recorded: Vec<_> = prepared
            .commit
            .events
            .into_iter()
            .zip(versions)
            .map(|((meta, event), version)| Recorded {
                seq,
                version,
                meta,
                event,
            })
            .collect();
        let chain = envelope::chain(&loaded.chain, &prepared.body);
        self.cache_evolved(key, loaded, |loaded| {
            let state = Arc::make_mut(&mut loaded.state);
            for event in &recorded {
                state.evolve(event);
                loaded.version = event.version;
            }
            loaded.seq = seq;
            loaded.chain = chain;
        });
        recorded
    }

    /// Folds what others, or a publish whose answer was lost, have added; the own commit if it is among it.
    async fn catch_up<S: Fold>(
        &self,
        key: &AggregateKey,
        loaded: &mut Loaded<S>,
        id: Option<EventId>,
        deadline: Instant,
    ) -> Result<Option<Vec<Recorded<S::Event>>>, LogError> {
        let tail = self.tail_of_leader(key, loaded.seq + 1, deadline).await?;
        Ok(self.fold(key, loaded, &tail, id))
    }

    fn fold<S: Fold>(
        &self,
        key: &AggregateKey,
        loaded: &mut Loaded<S>,
        tail: &[RawCommit],
        id: Option<EventId>,
    ) -> Option<Vec<Recorded<S::Event>>> {
        let mut own = None;
        for raw in tail {
            let events = loaded.apply(raw);
            if id.is_some() && events.first().map(|event| event.meta.id) == id {
                own = Some(events);
            }
        }
        if !tail.is_empty() {
            self.cache(key, loaded);
        }
        own
    }
}

/// Nothing after the first lost race, then a random part of a time that doubles up to 64 ms: long enough for a burst
/// of somebody else's appends to pass.
fn pause(lost: u32) -> Duration {
    if lost < 2 {
        return Duration::ZERO;
    }
    let longest = 1_000_u64 << lost.min(6);
    let random = std::hash::RandomState::new().build_hasher().finish();
    Duration::from_micros(random % longest)
}
