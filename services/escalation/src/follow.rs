//! One look at a conversation: is something of it to be put on the desk, or not what the desk thinks?

use std::{convert::Infallible, time::Duration};

use domain::{
    Conversation, Desk, Invoices, Owner,
    conversation::{Order, Stage},
};
use eventlog::{AppendError, EventLog, Outcome};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    AggregateKey, ConversationId, Decision, EventId,
    conversation::{Actor, HandoffReason},
    desk::{BuyerWentOn, DeskEvent, MatterInvoiced, MatterOpened, ReplyUndelivered},
};

use crate::letters;

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// For how long an order that the shop's own rule has approved is news to its sellers.
const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

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
        let mut tidings = tidings(conversation, &state, boot::clock::now());
        if state.orders().iter().any(|order| order.invoice.is_some()) {
            let invoices = AggregateKey::invoices(key.shop_id());
            match self.log.load::<Invoices>(&invoices).await {
                Ok(known) => tidings.extend(bills(&state, &known.state)),
                Err(error) => {
                    tracing::warn!("the log does not answer: {error}");
                    return Outcome::RetryIn(OUTAGE);
                }
            }
        }
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
    Invoiced(MatterInvoiced),
    Undelivered(ReplyUndelivered),
    WentOn(BuyerWentOn),
}

impl Tiding {
    fn of(&self, desk: &Desk) -> Decision<DeskEvent> {
        match self {
            Self::Open(opened) => desk.follow(opened),
            Self::Settled(matter, face) => desk.change(*matter, face),
            Self::Invoiced(what) => desk.invoiced(what),
            Self::Undelivered(what) => desk.not_delivered(what),
            Self::WentOn(what) => desk.went_on(what),
        }
    }
}

/// What the desk has to know of a conversation: settled matters first, so that a new card never stands beside an old
/// one that still looks open.
fn tidings(conversation: ConversationId, state: &Conversation, now: Timestamp) -> Vec<Tiding> {
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
        .filter_map(|order| of_order(conversation, state, order, now));
    settled
        .chain(open)
        .chain(orders)
        .chain(undelivered)
        .chain(went_on)
        .collect()
}

/// The invoices of the orders of a chat.
fn bills(state: &Conversation, invoices: &Invoices) -> Vec<Tiding> {
    let bills = state.orders().iter().filter_map(|order| {
        let (number, issued) = invoices.of_order(order.id)?;
        let invoiced = letters::told(order.event, number, issued);
        Some(Tiding::Invoiced(invoiced))
    });
    bills.collect()
}

/// An order that waits for a yes is a matter of its own, and so is one that the shop's rule has just said yes to; what
/// becomes of it is seen on the cards that it has. The chat stays whose it is.
fn of_order(
    conversation: ConversationId,
    state: &Conversation,
    order: &Order,
    now: Timestamp,
) -> Option<Tiding> {
    let face = state.order_face(order.id)?;
    let by_rule = order.stage == Stage::Approved && order.by.is_none();
    let lately = |at: Timestamp| now.duration_since(at) < NEWS;
    let is_news = by_rule && order.placed_at.is_some_and(lately);
    if !order.waits_for_approval() && !is_news {
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
