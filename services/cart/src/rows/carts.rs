//! Rows of carts: what is in each now.

use jiff_sqlx::ToSqlx as _;
use schemas::{
    AggregateKey, Recorded,
    conversation::{CartLine, ConversationEvent as Event},
};
use sqlx::PgConnection;

use super::chat;

/// Applies one event of a conversation.
pub(super) async fn apply(
    tx: &mut PgConnection,
    key: &AggregateKey,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    match &recorded.event {
        Event::CartChanged(event) => {
            empty(tx, key).await?;
            fill(tx, key, &event.cart.lines).await
        }
        // What is ordered is in the cart no more.
        Event::OrderSubmitted(_) => empty(tx, key).await,
        _ => Ok(()),
    }
}

/// What could not be had is in the cart again, unless something else is by now.
pub(super) async fn give_back(
    tx: &mut PgConnection,
    key: &AggregateKey,
    lines: &[CartLine],
) -> anyhow::Result<()> {
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM cart_line WHERE conversation = $1")
        .bind(chat(key)?)
        .fetch_one(&mut *tx)
        .await?;
    match there {
        0 => fill(tx, key, lines).await,
        _ => Ok(()),
    }
}

async fn empty(tx: &mut PgConnection, key: &AggregateKey) -> anyhow::Result<()> {
    sqlx::query("DELETE FROM cart_line WHERE conversation = $1")
        .bind(chat(key)?)
        .execute(tx)
        .await?;
    Ok(())
}

async fn fill(tx: &mut PgConnection, key: &AggregateKey, lines: &[CartLine]) -> anyhow::Result<()> {
    for (place, line) in (1_i32..).zip(lines) {
        sqlx::query(
            "INSERT INTO cart_line (shop, conversation, place, sku, name, pieces, price, list_price, \
             valid_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(key.shop_id().as_str())
        .bind(chat(key)?)
        .bind(place)
        .bind(line.sku.as_str())
        .bind(&line.name)
        .bind(i64::from(line.pieces))
        .bind(line.price.kopecks())
        .bind(line.list_price.kopecks())
        .bind(line.valid_until.to_sqlx())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
