//! The past as the log has it: read once up to a fixed end, then only conversations, one by one.

use std::{collections::BTreeMap, sync::Arc};

use agents::replay::{Past, Recording};
use anyhow::{Context as _, bail, ensure};
use domain::Conversation;
use eventlog::{EventLog, RawCommit, Scope};
use futures::StreamExt as _;
use jiff::Timestamp;
use schemas::{
    AggregateKey, ConversationId, Fold as _, Kind, Recorded, ShopId, TurnId,
    conversation::ConversationEvent as Event,
};

use super::{lane::Begun, told::Told};

const ROUTED: &str = "torg.conversation.turn_routed.v1";
const ORDERED: &str = "torg.conversation.order_submitted.v1";

/// Which turns are replayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// From this moment on.
    pub(crate) from: Option<Timestamp>,
    /// Before this moment.
    pub(crate) to: Option<Timestamp>,
    /// Only of this conversation.
    pub(crate) conversation: Option<ConversationId>,
}

impl Span {
    fn holds(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= time) && self.to.is_none_or(|to| time < to)
    }
}

/// The last position of each shard that is read: a replay that goes on for hours, or that is gone on with tomorrow, is of
/// one and the same past.
pub(crate) type Ends = Vec<u64>;

/// A shop's past, and where its turns are.
pub(crate) struct World {
    pub(crate) past: Arc<Past>,
    /// Conversations with turns in the span, in the order of their ids, and how many turns.
    pub(crate) conversations: Vec<(AggregateKey, u64)>,
    log: EventLog,
    ends: Ends,
    span: Span,
}

/// A turn of the past, and what came of it.
pub(crate) struct PastTurn {
    pub(crate) seq: u64,
    pub(crate) words: Vec<String>,
    pub(crate) begun: Begun,
    pub(crate) observed: Told,
}

/// What a candidate elsewhere has to be told before it is asked: every commit of the past, as it was written.
pub(crate) type Commits = Vec<(AggregateKey, u64, bytes::Bytes)>;

/// Where the log ends now.
///
/// # Errors
/// When the log does not answer.
pub(crate) async fn ends(log: &EventLog) -> anyhow::Result<Ends> {
    let mut ends = Vec::new();
    for shard in 0..log.shards() {
        ends.push(log.last_seq(shard).await?);
    }
    Ok(ends)
}

/// The one shop of the log, or the one that is named.
///
/// # Errors
/// When there is none such, or several to choose from.
pub(crate) async fn the_shop(log: &EventLog, named: Option<&ShopId>) -> anyhow::Result<ShopId> {
    let mut shops = std::collections::BTreeSet::new();
    for (shard, end) in (0..).zip(ends(log).await?) {
        let mut commits = std::pin::pin!(log.read(&Scope::Kind(shard, Kind::Shop), 1, end).await?);
        while let Some(commit) = commits.next().await {
            shops.insert(commit?.key.shop_id().clone());
        }
    }
    let known: Vec<String> = shops.iter().map(ToString::to_string).collect();
    match (named, known.as_slice()) {
        (Some(named), _) if shops.contains(named) => Ok(named.clone()),
        (Some(named), _) => bail!(
            "no shop {named} in this log; there are: {}",
            known.join(", ")
        ),
        (None, []) => bail!("there is no shop in this log: `torg shop add` adds one"),
        (None, [_]) => shops.pop_first().context("the shop is gone"),
        (None, _) => bail!("which shop? say --shop with one of: {}", known.join(", ")),
    }
}

impl World {
    /// Reads a shop's past. `told` is called with how much of how much is read.
    ///
    /// # Errors
    /// When the log does not answer, or ends before `ends`.
    pub(crate) async fn read(
        log: &EventLog,
        shop: &ShopId,
        span: Span,
        ends: Ends,
        told: impl Fn(u64, u64) + Send,
        mut also: Option<&mut Commits>,
    ) -> anyhow::Result<Self> {
        ensure!(
            ends.len() == usize::from(log.shards()),
            "this was begun with a log of {} shards, and this one has {}",
            ends.len(),
            log.shards()
        );
        let total: u64 = ends.iter().sum();
        let mut recording = Recording::new(shop);
        let mut conversations = BTreeMap::new();
        let mut ordering = Vec::new();
        let mut done = 0;
        for (shard, end) in (0..).zip(&ends) {
            let mut commits = std::pin::pin!(log.read(&Scope::Shard(shard), 1, *end).await?);
            while let Some(commit) = commits.next().await {
                let commit = commit.context("while reading the past")?;
                done += 1;
                told(done, total);
                if commit.key.shop_id() != shop {
                    continue;
                }
                if commit.key.kind() == Kind::Conversation {
                    let turns = turns(&commit, &span);
                    if turns > 0 {
                        *conversations.entry(commit.key.clone()).or_default() += turns;
                    }
                    if names(&commit, ORDERED) && !ordering.contains(&commit.key) {
                        ordering.push(commit.key.clone());
                    }
                    continue;
                }
                recording.add(&commit.key, commit.seq, &commit.body);
                if let Some(also) = also.as_deref_mut() {
                    also.push((commit.key, commit.seq, commit.body));
                }
            }
        }
        let mut world = Self {
            past: Arc::new(Recording::new(shop).freeze()),
            conversations: conversations.into_iter().collect(),
            log: log.clone(),
            ends,
            span,
        };
        // Orders of one chat are spoken of in another one of the same buyer.
        for key in ordering {
            for commit in world.commits(&key).await? {
                recording.add(&key, commit.seq, &commit.body);
                if let Some(also) = also.as_deref_mut() {
                    also.push((key.clone(), commit.seq, commit.body));
                }
            }
        }
        world.past = Arc::new(recording.freeze());
        Ok(world)
    }

    /// The commits of a conversation, as far as this past goes.
    ///
    /// # Errors
    /// When the log does not answer.
    pub(crate) async fn commits(&self, key: &AggregateKey) -> anyhow::Result<Vec<RawCommit>> {
        let mut commits = self.log.history(key).await?;
        let shard = usize::from(key.shard(self.log.shards()));
        let end = self.ends.get(shard).copied().unwrap_or(0);
        commits.retain(|commit| commit.seq <= end);
        Ok(commits)
    }

    /// The turns of a conversation, oldest first.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub(crate) fn turns(
        &self,
        key: &AggregateKey,
        commits: &[RawCommit],
    ) -> anyhow::Result<Vec<PastTurn>> {
        let conversation = key.conversation_id().context("no conversation")?;
        let commits: Result<Vec<_>, _> = commits.iter().map(RawCommit::decode).collect();
        let commits = commits.with_context(|| format!("conversation {key} cannot be read"))?;
        let mut state = Conversation::default();
        let mut behind = (0, 0);
        let mut turns = Vec::new();
        for (place, commit) in commits.iter().enumerate() {
            for routed in commit.iter().filter(|one| self.is_asked(one)) {
                let rest = commits.get(place..).unwrap_or_default();
                let turn = TurnId::from(routed.meta.id);
                turns.push(PastTurn {
                    seq: routed.seq,
                    words: state
                        .pending()
                        .iter()
                        .map(|one| one.words().to_owned())
                        .collect(),
                    observed: Told::of(turn, rest.iter().map(Vec::as_slice)),
                    begun: Begun {
                        conversation,
                        state: Arc::new(state.clone()),
                        behind,
                        at: routed.meta.time,
                        // This build asks no model.
                        past: Arc::default(),
                    },
                });
            }
            for recorded in commit {
                state.evolve(recorded);
                behind = (recorded.seq, recorded.version);
            }
        }
        Ok(turns)
    }

    fn is_asked(&self, recorded: &Recorded<Event>) -> bool {
        matches!(recorded.event, Event::TurnRouted(_)) && self.span.holds(recorded.meta.time)
    }
}

fn names(commit: &RawCommit, name: &str) -> bool {
    commit.types.is_empty() || commit.types.iter().any(|known| known == name)
}

/// How many turns of the span a commit routes. One that cannot be read is counted, so that it is seen.
fn turns(commit: &RawCommit, span: &Span) -> u64 {
    let asked = span.conversation;
    if !names(commit, ROUTED) || asked.is_some_and(|id| commit.key.conversation_id() != Some(id)) {
        return 0;
    }
    match commit.decode::<Event>() {
        Ok(events) => {
            let routed = events.iter().filter(|one| {
                matches!(one.event, Event::TurnRouted(_)) && span.holds(one.meta.time)
            });
            u64::try_from(routed.count()).unwrap_or(u64::MAX)
        }
        Err(_) => 1,
    }
}
