//! Orders at the console: the same decisions as the buttons and gRPC, by what a page sent.

use domain::{
    Conversation,
    conversation::{OrderAction, OrderRefusal},
};
use jiff::Timestamp;
use schemas::{
    Cause, Decision, OrderId,
    conversation::{Actor, ConversationEvent as Event, Delivery, OrderMark, OrderTerms},
    desk::{OrderDeed, Settlement},
};

use super::words;

/// Why nothing was done.
#[derive(Debug)]
pub(crate) enum NotDone {
    /// A rule says no.
    Refused(OrderRefusal),
    /// The changed lines make no order: none of it, something that was not ordered, or a sum that does not fit.
    NoTerms,
}

impl From<OrderRefusal> for NotDone {
    fn from(refusal: OrderRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl NotDone {
    /// What came of it, in a word.
    pub(crate) const fn outcome(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => words::outcome(refusal),
            Self::NoTerms => "no_terms",
        }
    }

    /// How it had ended before, and by whom.
    pub(crate) fn decided(&self) -> (Option<Settlement>, Option<Actor>) {
        match self {
            Self::Refused(OrderRefusal::Decided(stage, by)) => (stage.settlement(), by.clone()),
            Self::Refused(_) | Self::NoTerms => (None, None),
        }
    }
}

/// Decides what is asked for. `cause` is the request: the same one again adds nothing.
pub(crate) fn asked(
    state: &Conversation,
    order: OrderId,
    deed: &OrderDeed,
    by: &Actor,
    cause: Cause,
    now: Timestamp,
) -> Result<Decision<Event>, NotDone> {
    let action = match deed {
        OrderDeed::Approve { revision } => OrderAction::Approve {
            revision: *revision,
        },
        OrderDeed::Reject { reason } => OrderAction::Reject {
            reason: reason.clone(),
        },
        OrderDeed::Mark(mark) => OrderAction::Mark(mark.clone()),
        OrderDeed::Amend { revision, .. } => {
            let terms = |known: &OrderTerms| amended(known, deed).ok_or(NotDone::NoTerms);
            return amend(state, order, *revision, terms, (by, cause, now));
        }
    };
    Ok(state.act_on_order(order, &action, by, cause, now)?)
}

/// Decides a change of an order, whose terms `terms` makes of those that it has. The same cause again adds nothing.
///
/// # Errors
/// Why nothing is changed: whether anything can be is said first, as the lines may be none of these terms.
pub(super) fn amend<E: From<OrderRefusal>>(
    state: &Conversation,
    order: OrderId,
    revision: u32,
    terms: impl FnOnce(&OrderTerms) -> Result<OrderTerms, E>,
    (by, cause, now): (&Actor, Cause, Timestamp),
) -> Result<Decision<Event>, E> {
    if state.has_acted(cause) {
        return Ok(Decision::nothing());
    }
    let known = state.order(order).ok_or(OrderRefusal::NoOrder)?;
    let as_it_is = OrderAction::Amend {
        revision,
        terms: known.terms.clone(),
    };
    match state.act_on_order(order, &as_it_is, by, cause, now) {
        Ok(_) | Err(OrderRefusal::AlreadySo) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    let terms = terms(&known.terms)?;
    let action = OrderAction::Amend { revision, terms };
    Ok(state.act_on_order(order, &action, by, cause, now)?)
}

fn amended(terms: &OrderTerms, deed: &OrderDeed) -> Option<OrderTerms> {
    let OrderDeed::Amend {
        lines,
        delivery: cost,
        ..
    } = deed
    else {
        return None;
    };
    let mut changed = Vec::with_capacity(lines.len());
    for wanted in lines {
        let known = terms.lines.iter().find(|line| line.sku == wanted.sku)?;
        if wanted.pieces == 0 || wanted.price.kopecks() <= 0 {
            return None;
        }
        let mut line = known.clone();
        (line.pieces, line.price) = (wanted.pieces, wanted.price);
        changed.push(line);
    }
    let mut delivery = terms.delivery.clone();
    if let (Some(cost), Delivery::Shipped { price, source, .. }) = (cost, &mut delivery)
        && price != cost
    {
        if cost.kopecks() < 0 {
            return None;
        }
        (*price, *source) = (*cost, None);
    }
    if changed.is_empty() {
        return None;
    }
    OrderTerms::new(changed, delivery)
}

/// What came of what was done, in a word.
pub(crate) const fn done(deed: &OrderDeed) -> &'static str {
    match deed {
        OrderDeed::Approve { .. } => "order_approved",
        OrderDeed::Reject { .. } => "order_rejected",
        OrderDeed::Amend { .. } => "order_amended",
        OrderDeed::Mark(OrderMark::Paid) => "order_paid",
        OrderDeed::Mark(OrderMark::Shipped { .. }) => "order_shipped",
        OrderDeed::Mark(OrderMark::Delivered) => "order_delivered",
        OrderDeed::Mark(OrderMark::Returned) => "order_returned",
    }
}
