//! What lies on a desk, as it is this moment, and what people do about it beside the cards.
//!
//! The desk follows conversations and can be behind them for a moment; here every matter is shown as its conversation
//! has it, so that whoever has just done something sees what came of it.

use std::convert::Infallible;

use domain::{
    Conversation, Desk,
    conversation::{Action, ActionRefusal, Order, SettledMatter},
    desk::Matter,
};
use eventlog::{AppendError, EventLog, LogError};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use schemas::{
    AggregateKey, Cause, EventData, EventId, Recorded, ShopId,
    conversation::{Actor, ConversationEvent, ReplyWay},
    desk::{DeskEvent, MatterState},
};

/// How many conversations are read at the same time.
const AT_ONCE: usize = 16;

/// A matter as it is this moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The matter; its face is the conversation's.
    pub matter: Matter,
    /// What the bot would have said.
    pub draft: Option<String>,
    /// The order that it is about.
    pub order: Option<Order>,
}

/// Everything that lies on a shop's desk, the oldest first; `settled`: with what is done.
///
/// # Errors
/// When the log does not answer.
pub async fn on_desk(log: &EventLog, shop: &ShopId, settled: bool) -> Result<Vec<Seen>, LogError> {
    let desk = log.load::<Desk>(&AggregateKey::desk(shop)).await?.state;
    let known = desk.matters().filter(|matter| settled || matter.is_open());
    let known: Vec<Matter> = known.cloned().collect();
    let reads = known.into_iter().map(|matter| now(log, shop, matter));
    let mut seen: Vec<Seen> = stream::iter(reads)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    seen.retain(|one| settled || one.matter.is_open());
    seen.sort_by_key(|one| (one.matter.opened_at, one.matter.id));
    Ok(seen)
}

/// A matter of the desk as it is this moment.
pub(crate) async fn now(log: &EventLog, shop: &ShopId, matter: Matter) -> Result<Seen, LogError> {
    let key = AggregateKey::conversation(shop, matter.conversation);
    let state = log.load::<Conversation>(&key).await?.state;
    Ok(see(matter, &state))
}

/// A matter of the desk as its conversation has it. What the conversation has long forgotten, the desk remembers.
pub(crate) fn see(mut matter: Matter, state: &Conversation) -> Seen {
    matter.face = state.face(matter.id).unwrap_or(matter.face);
    let open = state.handoff().filter(|open| open.id == matter.id);
    let draft = open.and_then(|open| open.draft.as_ref());
    Seen {
        draft: draft.map(|draft| draft.text.clone()),
        order: matter.order.and_then(|id| state.order(id)).cloned(),
        matter,
    }
}

/// What came of a deed.
#[derive(Debug)]
pub(crate) enum Verdict<E, R = ActionRefusal> {
    /// It is in the log.
    Done(Recorded<E>),
    /// It was in the log before: this request asked for it already.
    Again(Recorded<E>),
    /// A rule says no.
    Refused(R),
}

/// Why nobody can tell what came of a deed, or nothing can.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The log does not take it now.
    Log(String),
    /// The history cannot be read.
    Unreadable(String),
}

impl From<LogError> for Fault {
    fn from(error: LogError) -> Self {
        Self::Log(error.to_string())
    }
}

impl<R> From<AppendError<R>> for Fault {
    fn from(error: AppendError<R>) -> Self {
        match error {
            AppendError::Poisoned(poison) => Self::Unreadable(poison.to_string()),
            error @ (AppendError::Refused(_) | AppendError::Contended(_) | AppendError::Log(_)) => {
                Self::Log(error.to_string())
            }
        }
    }
}

/// Does something about the chat `key`. `named`: the matter that it is to be about; `None`: the one that is open.
///
/// The request that `cause` names is carried out once, whatever has happened in the chat since.
pub(crate) async fn act(
    log: &EventLog,
    key: &AggregateKey,
    named: Option<EventId>,
    action: &Action,
    by: &Actor,
    cause: Cause,
) -> Result<Verdict<ConversationEvent>, Fault> {
    let decided = log
        .decide::<Conversation, ActionRefusal>(key, |state| {
            let about = aim(state, named, action);
            let decision = state.act(about, action, by, cause)?;
            if !decision.events.is_empty() && edits_nothing(state, action) {
                return Err(ActionRefusal::NoDraft);
            }
            Ok(decision)
        })
        .await;
    let refusal = match decided {
        Ok(appended) => match appended.recorded.into_iter().next() {
            Some(recorded) => return Ok(Verdict::Done(recorded)),
            None => ActionRefusal::AlreadySo,
        },
        Err(AppendError::Refused(refusal)) => refusal,
        Err(error) => return Err(error.into()),
    };
    // What a request has done makes the same request impossible: it is told what it did, and not that it is too late.
    let earlier = earlier(log, key, cause).await?;
    Ok(earlier.map_or(Verdict::Refused(refusal), Verdict::Again))
}

/// Leaves an open matter alone until then; `None`: that is past already. A request that was carried out before is told
/// so even then.
pub(crate) async fn snooze(
    log: &EventLog,
    shop: &ShopId,
    seen: &Seen,
    until: Timestamp,
    now: Timestamp,
    by: &Actor,
    cause: Cause,
) -> Result<Option<Verdict<DeskEvent>>, Fault> {
    let (key, matter) = (AggregateKey::desk(shop), seen.matter.id);
    let refusal = match &seen.matter.face.state {
        MatterState::Settled { how, by } => Some(ActionRefusal::Settled(SettledMatter {
            matter,
            how: *how,
            by: by.clone(),
            judged: seen.matter.face.judged,
        })),
        MatterState::Open | MatterState::Taken(_) if until <= now => None,
        MatterState::Open | MatterState::Taken(_) => {
            let decided = log
                .decide::<Desk, Infallible>(&key, |desk| Ok(desk.snooze(matter, until, by, cause)))
                .await?;
            if let Some(recorded) = decided.recorded.into_iter().next() {
                return Ok(Some(Verdict::Done(recorded)));
            }
            Some(ActionRefusal::AlreadySo)
        }
    };
    let earlier = earlier(log, &key, cause).await?;
    Ok(earlier
        .map(Verdict::Again)
        .or(refusal.map(Verdict::Refused)))
}

/// Which matter an action is about: the one that was named, else the one that it can only mean.
fn aim(state: &Conversation, named: Option<EventId>, action: &Action) -> Option<EventId> {
    named.or_else(|| match action {
        Action::SendDraft { .. } => state.handoff().map(|open| open.id),
        Action::Judge { .. } => state.settled().last().map(|done| done.matter),
        _ => None,
    })
}

/// Whether words are said to be a changed draft, and there is none that they could have been.
fn edits_nothing(state: &Conversation, action: &Action) -> bool {
    let edited = matches!(
        action,
        Action::Reply {
            way: ReplyWay::EditedDraft,
            ..
        }
    );
    edited && state.handoff().is_none_or(|open| open.draft.is_none())
}

/// What this request has done already.
pub(crate) async fn earlier<E: EventData>(
    log: &EventLog,
    key: &AggregateKey,
    cause: Cause,
) -> Result<Option<Recorded<E>>, Fault> {
    for commit in log.history(key).await? {
        // A commit of a newer build is none of a request to this one.
        let events = commit.decode::<E>().unwrap_or_default();
        let mut own = events.into_iter();
        if let Some(found) = own.find(|event| event.meta.causation == Some(cause.id)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
