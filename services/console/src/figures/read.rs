//! Reading the conversations of the log, all shards at once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use eventlog::{EventLog, LogError, Scope};
use futures::StreamExt as _;
use schemas::{AggregateKey, Fold, Kind, ShopId, conversation::ConversationEvent};
use tokio::task::JoinSet;

/// Commits between two calls of the progress callback.
const STEP: u64 = 1_000;

/// What a reading brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded<S> {
    /// The conversations, in the order of their keys.
    pub conversations: Vec<(AggregateKey, S)>,
    /// Commits that this build cannot read. They are left out, so the figures are not whole.
    pub unreadable: u64,
}

/// Folds every conversation of the log as it is now, of one shop or of all. `progress` gets the commits read and the
/// commits there are.
///
/// # Errors
/// When the log cannot be read. A commit that cannot be is no error: it is counted.
pub async fn read<S>(
    log: &EventLog,
    shop: Option<&ShopId>,
    progress: impl Fn(u64, u64),
) -> anyhow::Result<Folded<S>>
where
    S: Fold<Event = ConversationEvent>,
{
    let done = Arc::new(AtomicU64::new(0));
    let mut total = 0_u64;
    let (steps, mut stepped) = tokio::sync::mpsc::unbounded_channel();
    let mut shards = JoinSet::new();
    for number in 0..log.shards() {
        let last = log.last_seq(number).await?;
        total = total.saturating_add(last);
        let (log, shop) = (log.clone(), shop.cloned());
        let (steps, done) = (steps.clone(), Arc::clone(&done));
        shards.spawn(async move {
            let mut so_far = 0;
            let step = |seq: u64| {
                // Positions, and not commits: those of other kinds are passed over.
                let passed = seq.saturating_sub(so_far);
                if passed >= STEP || seq == last {
                    so_far = seq;
                    done.fetch_add(passed, Ordering::Relaxed);
                    steps.send(()).ok();
                }
            };
            let mut shard = Shard::<S>::default();
            go_on(&log, number, &mut shard, last, shop.as_ref(), step).await?;
            anyhow::Ok(shard)
        });
    }
    drop(steps);
    while stepped.recv().await.is_some() {
        progress(done.load(Ordering::Relaxed), total);
    }
    let mut whole = Folded {
        conversations: Vec::new(),
        unreadable: 0,
    };
    while let Some(folded) = shards.join_next().await {
        let folded = folded.context("reading a shard was interrupted")??;
        whole.conversations.extend(folded.conversations);
        whole.unreadable = whole.unreadable.saturating_add(folded.unreadable);
    }
    progress(total, total);
    whole
        .conversations
        .sort_by(|one, other| one.0.cmp(&other.0));
    Ok(whole)
}

/// A shard, folded as far as it was read.
pub(super) struct Shard<S> {
    pub(super) conversations: HashMap<AggregateKey, S>,
    /// The last position that was read.
    pub(super) read: u64,
    pub(super) unreadable: u64,
}

impl<S> Default for Shard<S> {
    fn default() -> Self {
        Self {
            conversations: HashMap::new(),
            read: 0,
            unreadable: 0,
        }
    }
}

/// Folds what a shard holds behind what was read of it, up to `last`. After an error it is neither here nor there, and
/// has to be begun anew. `step` gets the positions that are passed.
pub(super) async fn go_on<S>(
    log: &EventLog,
    number: u16,
    shard: &mut Shard<S>,
    last: u64,
    shop: Option<&ShopId>,
    mut step: impl FnMut(u64),
) -> anyhow::Result<()>
where
    S: Fold<Event = ConversationEvent>,
{
    let scope = Scope::Kind(number, Kind::Conversation);
    let from = shard.read.saturating_add(1);
    let commits = log.read(&scope, from, last).await?;
    let mut commits = std::pin::pin!(commits);
    while let Some(item) = commits.next().await {
        let raw = match item {
            Ok(raw) => raw,
            Err(LogError::Foreign { .. }) => {
                shard.unreadable = shard.unreadable.saturating_add(1);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        step(raw.seq);
        if shop.is_some_and(|shop| raw.key.shop_id() != shop) {
            continue;
        }
        let Ok(events) = raw.decode::<ConversationEvent>() else {
            shard.unreadable = shard.unreadable.saturating_add(1);
            continue;
        };
        let state = shard.conversations.entry(raw.key).or_default();
        for recorded in &events {
            state.evolve(recorded);
        }
    }
    step(last);
    shard.read = last;
    Ok(())
}
