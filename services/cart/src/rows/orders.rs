//! Rows of orders: how far each is, and what is in it now.

use schemas::{
    OrderId, Recorded,
    conversation::{
        Actor, ConversationEvent as Event, OrderDeclined, OrderMarked, OrderSubmitted, OrderTerms,
    },
};
use serde_json::json;

use super::{
    Chat, Fold, carts, moment,
    tables::{CustomerOrder, OrderLine},
};

/// Applies one event of a conversation.
pub(super) fn apply(
    fold: &mut Fold,
    chat: &Chat,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    let Some(order) = recorded.event.order() else {
        return Ok(());
    };
    match &recorded.event {
        Event::OrderSubmitted(event) => submitted(fold, chat, event)?,
        Event::OrderPlaced(event) => {
            if let Some(row) = row(fold, order) {
                let stage = if event.approval { "placed" } else { "approved" };
                stage.clone_into(&mut row.stage);
                row.because = Some(event.because.clone());
                row.expires_at = event.approval.then(|| moment(event.expires_at));
                row.before = None;
            }
        }
        Event::OrderDeclined(event) => declined(fold, chat, event)?,
        Event::OrderAmended(event) => {
            let by = serde_json::to_value(&event.by)?;
            if let Some(row) = row(fold, order) {
                row.before.get_or_insert_with(|| row.terms.clone());
                "submitted".clone_into(&mut row.stage);
                row.revision = row.revision.saturating_add(1);
                row.decided_by = Some(by);
                row.expires_at = None;
                agreed(fold, chat, order, &event.terms)?;
            }
        }
        Event::OrderApproved(event) => decided(fold, order, "approved", Some(&event.by), None)?,
        Event::OrderRejected(event) => {
            let reason = Some(event.reason.as_str());
            decided(fold, order, "rejected", Some(&event.by), reason)?;
        }
        Event::OrderCancelled(_) => decided(fold, order, "cancelled", None, None)?,
        Event::OrderExpired(_) => decided(fold, order, "expired", None, None)?,
        Event::OrderMarked(event) => marked(fold, event, recorded)?,
        Event::OrderInvoiced(event) => {
            let invoice = i64::try_from(event.invoice)?;
            if let Some(row) = row(fold, order) {
                row.invoice = Some(invoice);
            }
        }
        _ => {}
    }
    let version = i64::try_from(recorded.version)?;
    if let Some(row) = row(fold, order) {
        row.version = version;
        row.changed_at = chat.at;
    }
    Ok(())
}

fn row(fold: &mut Fold, order: OrderId) -> Option<&mut CustomerOrder> {
    fold.orders.edit(&(order.uuid(),))
}

fn submitted(fold: &mut Fold, chat: &Chat, event: &OrderSubmitted) -> anyhow::Result<()> {
    fold.orders.put(CustomerOrder {
        id: event.order.uuid(),
        shop: chat.shop.clone(),
        conversation: chat.id,
        code: event.order.code(),
        stage: "submitted".to_owned(),
        revision: 1,
        terms: serde_json::to_value(&event.terms)?,
        before: None,
        total: event.terms.total.kopecks(),
        recipient: serde_json::to_value(&event.recipient)?,
        because: None,
        reason: None,
        decided_by: None,
        expires_at: None,
        short: json!([]),
        marks: Vec::new(),
        invoice: None,
        version: 0,
        submitted_at: chat.at,
        changed_at: chat.at,
    });
    agreed(fold, chat, event.order, &event.terms)
}

/// Of a seller's change: the order is as it was. Of the order itself: the cart is the buyer's again.
fn declined(fold: &mut Fold, chat: &Chat, event: &OrderDeclined) -> anyhow::Result<()> {
    let short = serde_json::to_value(&event.short)?;
    let Some(row) = row(fold, event.order) else {
        return Ok(());
    };
    if let Some(before) = row.before.take() {
        row.revision = row.revision.saturating_add(1);
        let before: OrderTerms = serde_json::from_value(before)?;
        return agreed(fold, chat, event.order, &before);
    }
    "declined".clone_into(&mut row.stage);
    row.short = short;
    let terms: OrderTerms = serde_json::from_value(row.terms.clone())?;
    carts::give_back(fold, chat, &terms.lines);
    Ok(())
}

fn decided(
    fold: &mut Fold,
    order: OrderId,
    stage: &str,
    by: Option<&Actor>,
    reason: Option<&str>,
) -> anyhow::Result<()> {
    let by = by.map(serde_json::to_value).transpose()?;
    if let Some(row) = row(fold, order) {
        stage.clone_into(&mut row.stage);
        row.decided_by = by.or_else(|| row.decided_by.take());
        row.reason = reason.map(str::to_owned);
        row.expires_at = None;
    }
    Ok(())
}

fn marked(fold: &mut Fold, event: &OrderMarked, recorded: &Recorded<Event>) -> anyhow::Result<()> {
    let mut mark = serde_json::to_value(&event.mark)?;
    if let Some(fields) = mark.as_object_mut() {
        fields.insert("at".to_owned(), json!(recorded.meta.time));
    }
    if let Some(row) = row(fold, event.order) {
        row.marks.push(mark);
    }
    Ok(())
}

/// The terms from now on, with their lines.
fn agreed(fold: &mut Fold, chat: &Chat, order: OrderId, terms: &OrderTerms) -> anyhow::Result<()> {
    let as_value = serde_json::to_value(terms)?;
    if let Some(row) = row(fold, order) {
        row.terms = as_value;
        row.total = terms.total.kopecks();
    }
    let id = order.uuid();
    fold.lines.forget(|line| line.order_id == id);
    fold.agreed.insert(id);
    for (place, line) in (1_i32..).zip(&terms.lines) {
        fold.lines.put(OrderLine {
            order_id: id,
            place,
            shop: chat.shop.clone(),
            sku: line.sku.to_string(),
            name: line.name.clone(),
            pieces: i64::from(line.pieces),
            price: line.price.kopecks(),
            list_price: line.list_price.kopecks(),
        });
    }
    Ok(())
}
