//! Rows of orders: how far each is, and what is in it now.

use jiff_sqlx::ToSqlx as _;
use schemas::{
    AggregateKey, OrderId, Recorded,
    conversation::{
        Actor, ConversationEvent as Event, OrderDeclined, OrderMarked, OrderPlaced, OrderSubmitted,
        OrderTerms,
    },
};
use serde_json::json;
use sqlx::{PgConnection, types::Json};

use super::{carts, chat};

/// Applies one event of a conversation.
pub(super) async fn apply(
    tx: &mut PgConnection,
    key: &AggregateKey,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    let order = match &recorded.event {
        Event::OrderSubmitted(event) => {
            submitted(tx, key, event, recorded).await?;
            event.order
        }
        Event::OrderPlaced(event) => {
            placed(tx, event).await?;
            event.order
        }
        Event::OrderDeclined(event) => {
            declined(tx, key, event).await?;
            event.order
        }
        Event::OrderAmended(event) => {
            sqlx::query(
                "UPDATE customer_order SET before = coalesce(before, terms), stage = 'submitted', \
                 revision = revision + 1, decided_by = $2, expires_at = NULL WHERE id = $1",
            )
            .bind(event.order.uuid())
            .bind(Json(&event.by))
            .execute(&mut *tx)
            .await?;
            agreed(tx, key, event.order, &event.terms).await?;
            event.order
        }
        Event::OrderApproved(event) => {
            decided(tx, event.order, "approved", Some(&event.by), None).await?;
            event.order
        }
        Event::OrderRejected(event) => {
            let reason = Some(event.reason.as_str());
            decided(tx, event.order, "rejected", Some(&event.by), reason).await?;
            event.order
        }
        Event::OrderCancelled(event) => {
            decided(tx, event.order, "cancelled", None, None).await?;
            event.order
        }
        Event::OrderExpired(event) => {
            decided(tx, event.order, "expired", None, None).await?;
            event.order
        }
        Event::OrderMarked(event) => {
            marked(tx, event, recorded).await?;
            event.order
        }
        Event::OrderInvoiced(event) => {
            sqlx::query("UPDATE customer_order SET invoice = $2 WHERE id = $1")
                .bind(event.order.uuid())
                .bind(i64::try_from(event.invoice)?)
                .execute(&mut *tx)
                .await?;
            event.order
        }
        _ => return Ok(()),
    };
    sqlx::query("UPDATE customer_order SET version = $2, changed_at = $3 WHERE id = $1")
        .bind(order.uuid())
        .bind(i64::try_from(recorded.version)?)
        .bind(recorded.meta.time.to_sqlx())
        .execute(tx)
        .await?;
    Ok(())
}

async fn submitted(
    tx: &mut PgConnection,
    key: &AggregateKey,
    event: &OrderSubmitted,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO customer_order (id, shop, conversation, code, stage, revision, terms, total, recipient, \
         short, marks, version, submitted_at, changed_at) \
         VALUES ($1, $2, $3, $4, 'submitted', 1, $5, $6, $7, '[]', '[]', $8, $9, $9)",
    )
    .bind(event.order.uuid())
    .bind(key.shop_id().as_str())
    .bind(chat(key)?)
    .bind(event.order.code())
    .bind(Json(&event.terms))
    .bind(event.terms.total.kopecks())
    .bind(Json(&event.recipient))
    .bind(i64::try_from(recorded.version)?)
    .bind(recorded.meta.time.to_sqlx())
    .execute(&mut *tx)
    .await?;
    agreed(tx, key, event.order, &event.terms).await
}

async fn placed(tx: &mut PgConnection, event: &OrderPlaced) -> anyhow::Result<()> {
    let (stage, expires_at) = match event.approval {
        true => ("placed", Some(event.expires_at.to_sqlx())),
        false => ("approved", None),
    };
    sqlx::query(
        "UPDATE customer_order SET stage = $2, because = $3, expires_at = $4, before = NULL WHERE id = $1",
    )
    .bind(event.order.uuid())
    .bind(stage)
    .bind(&event.because)
    .bind(expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Of a seller's change: the order is as it was. Of the order itself: the cart is the buyer's again.
async fn declined(
    tx: &mut PgConnection,
    key: &AggregateKey,
    event: &OrderDeclined,
) -> anyhow::Result<()> {
    type Terms = Json<OrderTerms>;
    let known: Option<(Terms, Option<Terms>)> =
        sqlx::query_as("SELECT terms, before FROM customer_order WHERE id = $1")
            .bind(event.order.uuid())
            .fetch_optional(&mut *tx)
            .await?;
    let Some((Json(terms), before)) = known else {
        return Ok(());
    };
    if let Some(Json(before)) = before {
        sqlx::query(
            "UPDATE customer_order SET before = NULL, revision = revision + 1 WHERE id = $1",
        )
        .bind(event.order.uuid())
        .execute(&mut *tx)
        .await?;
        return agreed(tx, key, event.order, &before).await;
    }
    sqlx::query("UPDATE customer_order SET stage = 'declined', short = $2 WHERE id = $1")
        .bind(event.order.uuid())
        .bind(Json(&event.short))
        .execute(&mut *tx)
        .await?;
    carts::give_back(tx, key, &terms.lines).await
}

async fn decided(
    tx: &mut PgConnection,
    order: OrderId,
    stage: &str,
    by: Option<&Actor>,
    reason: Option<&str>,
) -> anyhow::Result<()> {
    sqlx::query(
        "UPDATE customer_order SET stage = $2, decided_by = coalesce($3, decided_by), reason = $4, \
         expires_at = NULL WHERE id = $1",
    )
    .bind(order.uuid())
    .bind(stage)
    .bind(by.map(Json))
    .bind(reason)
    .execute(tx)
    .await?;
    Ok(())
}

async fn marked(
    tx: &mut PgConnection,
    event: &OrderMarked,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    let mut mark = serde_json::to_value(&event.mark)?;
    if let Some(fields) = mark.as_object_mut() {
        fields.insert("at".to_owned(), json!(recorded.meta.time));
    }
    sqlx::query(
        "UPDATE customer_order SET marks = marks || jsonb_build_array($2::jsonb) WHERE id = $1",
    )
    .bind(event.order.uuid())
    .bind(Json(mark))
    .execute(tx)
    .await?;
    Ok(())
}

/// The terms from now on, with their lines.
async fn agreed(
    tx: &mut PgConnection,
    key: &AggregateKey,
    order: OrderId,
    terms: &OrderTerms,
) -> anyhow::Result<()> {
    sqlx::query("UPDATE customer_order SET terms = $2, total = $3 WHERE id = $1")
        .bind(order.uuid())
        .bind(Json(terms))
        .bind(terms.total.kopecks())
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM order_line WHERE order_id = $1")
        .bind(order.uuid())
        .execute(&mut *tx)
        .await?;
    for (place, line) in (1_i32..).zip(&terms.lines) {
        sqlx::query(
            "INSERT INTO order_line (order_id, place, shop, sku, name, pieces, price, list_price) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(order.uuid())
        .bind(place)
        .bind(key.shop_id().as_str())
        .bind(line.sku.as_str())
        .bind(&line.name)
        .bind(i64::from(line.pieces))
        .bind(line.price.kopecks())
        .bind(line.list_price.kopecks())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
