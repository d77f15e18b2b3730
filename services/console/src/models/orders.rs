//! What orders come to, as far as the daily figures need it.

use schemas::{
    OrderId, Recorded,
    conversation::{ConversationEvent as Event, OrderMark},
};

use super::{figures::Till, fold::Fold, rows::OrderTotal};

/// The order that an event changes; `None`: it makes one, or is about none that is counted.
pub(super) fn changed(event: &Event) -> Option<OrderId> {
    match event {
        Event::OrderPlaced(event) => Some(event.order),
        Event::OrderDeclined(event) => Some(event.order),
        Event::OrderAmended(event) => Some(event.order),
        Event::OrderApproved(event) => Some(event.order),
        Event::OrderMarked(event) => Some(event.order),
        _ => None,
    }
}

/// Applies one event of a conversation.
pub(super) fn apply(
    fold: &mut Fold,
    till: Till<'_>,
    conversation: uuid::Uuid,
    recorded: &Recorded<Event>,
) {
    match &recorded.event {
        Event::OrderSubmitted(event) => fold.orders.put(OrderTotal {
            id: event.order.uuid(),
            shop: till.shop.to_owned(),
            conversation,
            total: event.terms.total.kopecks(),
            before: None,
            accepted: None,
            paid: false,
        }),
        Event::OrderPlaced(event) => {
            if let Some(row) = fold.orders.edit(&(event.order.uuid(),)) {
                row.before = None;
            }
            if !event.approval {
                accepted(fold, till, event.order);
            }
        }
        Event::OrderApproved(event) => accepted(fold, till, event.order),
        Event::OrderAmended(event) => {
            if let Some(row) = fold.orders.edit(&(event.order.uuid(),)) {
                row.before = row.before.or(Some(row.total));
                row.total = event.terms.total.kopecks();
            }
        }
        Event::OrderDeclined(event) => {
            if let Some(row) = fold.orders.edit(&(event.order.uuid(),)) {
                row.total = row.before.take().unwrap_or(row.total);
            }
        }
        Event::OrderMarked(event) if event.mark == OrderMark::Paid => {
            let Some(row) = fold.orders.edit(&(event.order.uuid(),)) else {
                return;
            };
            if !row.paid {
                row.paid = true;
                let total = row.total;
                fold.figures.add(till, "paid_orders", "", 1);
                fold.figures.add(till, "paid", "", total);
            }
        }
        _ => {}
    }
}

fn accepted(fold: &mut Fold, till: Till<'_>, order: OrderId) {
    let Some(row) = fold.orders.edit(&(order.uuid(),)) else {
        return;
    };
    let (before, total) = (row.accepted.replace(row.total), row.total);
    if before.is_none() {
        fold.figures.add(till, "orders", "", 1);
    }
    let difference = total.saturating_sub(before.unwrap_or_default());
    fold.figures.add(till, "revenue", "", difference);
}
