//! One look at a conversation: is something of it to be put on the desk, or not what the desk thinks?

use std::{convert::Infallible, time::Duration};

use domain::{Conversation, Desk, Owner, conversation::Order};
use eventlog::{AppendError, EventLog, Outcome};
use schemas::{
    AggregateKey, ConversationId, Decision, EventId,
    conversation::{Actor, HandoffReason},
    desk::{BuyerWentOn, DeskEvent, MatterOpened, ReplyUndelivered},
};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);

/// Follows conversations.
#[derive(Clone)]
pub(crate) struct Follower {
    log: EventLog,
}

impl Follower {
    /// A follower of the conversations in `log`.
    pub(crate) const fn new(log: EventLog) -> Self {
        Self { log }
    }

    /// Tells the desk what there is to see of this conversation.
    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let Some(conversation) = key.conversation_id() else {
            return Outcome::Done;
        };
        let state = match self.log.load::<Conversation>(&key).await {
            Ok(loaded) => match loaded.poison {
                Some(poison) => return Outcome::Park(poison.to_string()),
                None => loaded.state,
            },
            Err(error) => {
                tracing::warn!("the log does not answer: {error}");
                return Outcome::RetryIn(OUTAGE);
            }
        };
        let desk = AggregateKey::desk(key.shop_id());
        let mut tidings = tidings(conversation, &state);
        if tidings.is_empty() {
            return Outcome::Done;
        }
        // Nearly always the desk knows already, and nothing has to be decided.
        match self.log.load::<Desk>(&desk).await {
            Ok(known) => tidings.retain(|tiding| !tiding.of(&known.state).events.is_empty()),
            Err(error) => {
                tracing::warn!("the log does not answer: {error}");
                return Outcome::RetryIn(OUTAGE);
            }
        }
        for decide in tidings {
            let decided = self
                .log
                .decide::<Desk, Infallible>(&desk, |desk| Ok(decide.of(desk)))
                .await;
            match decided {
                Ok(_) => {}
                Err(AppendError::Poisoned(poison)) => return Outcome::Park(poison.to_string()),
                Err(error) => {
                    tracing::warn!("the desk was not told: {error}");
                    return Outcome::RetryIn(OUTAGE);
                }
            }
        }
        Outcome::Done
    }
}

/// Something that the desk has to know.
enum Tiding {
    Open(MatterOpened),
    Settled(EventId, schemas::desk::Face),
    Undelivered(ReplyUndelivered),
    WentOn(BuyerWentOn),
}

impl Tiding {
    fn of(&self, desk: &Desk) -> Decision<DeskEvent> {
        match self {
            Self::Open(opened) => desk.follow(opened),
            Self::Settled(matter, face) => desk.change(*matter, face),
            Self::Undelivered(what) => desk.not_delivered(what),
            Self::WentOn(what) => desk.went_on(what),
        }
    }
}

/// What the desk has to know of a conversation: settled matters first, so that a new card never stands beside an old
/// one that still looks open.
fn tidings(conversation: ConversationId, state: &Conversation) -> Vec<Tiding> {
    let settled = state.settled().iter().filter_map(|done| {
        let face = state.face(done.matter)?;
        Some(Tiding::Settled(done.matter, face))
    });
    let open = state.handoff().and_then(|open| {
        let opened = MatterOpened {
            matter: open.id,
            conversation,
            order: None,
            reason: open.reason,
            since: open.since,
            face: state.face(open.id)?,
        };
        Some(Tiding::Open(opened))
    });
    let undelivered = state.undelivered().filter_map(|reply| {
        Some(Tiding::Undelivered(ReplyUndelivered {
            conversation,
            reply: reply.id,
            by: reply.by.clone()?,
            uncertain: reply.is_uncertain(),
        }))
    });
    let went_on = talk(conversation, state).into_iter().map(Tiding::WentOn);
    let orders = state
        .orders()
        .iter()
        .filter_map(|order| of_order(conversation, state, order));
    settled
        .chain(open)
        .chain(orders)
        .chain(undelivered)
        .chain(went_on)
        .collect()
}

/// An order that waits for a yes is a matter of its own; what becomes of it is seen on the cards that it has. The chat
/// stays whose it is.
fn of_order(conversation: ConversationId, state: &Conversation, order: &Order) -> Option<Tiding> {
    let face = state.order_face(order.id)?;
    if !order.waits_for_approval() {
        return Some(Tiding::Settled(order.event, face));
    }
    Some(Tiding::Open(MatterOpened {
        matter: order.event,
        conversation,
        order: Some(order.id),
        reason: HandoffReason::OrderApproval,
        since: order.submitted_at,
        face,
    }))
}

/// What the buyer says to a seller who answers through Torg, and has no other way to see it.
fn talk(conversation: ConversationId, state: &Conversation) -> Vec<BuyerWentOn> {
    let (Owner::Seller, Some(Actor::Telegram(to))) = (state.owner(), state.holder()) else {
        return Vec::new();
    };
    let open = state.handoff().map(|open| open.id);
    let settled = || state.settled().last().map(|done| done.matter);
    let ordered = || state.orders().last().map(|order| order.event);
    let Some(matter) = open.or_else(settled).or_else(ordered) else {
        return Vec::new();
    };
    let messages = state.pending().iter().map(|message| BuyerWentOn {
        conversation,
        message: message.id,
        matter,
        to: *to,
    });
    messages.collect()
}
