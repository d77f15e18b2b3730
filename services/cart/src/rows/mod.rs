//! The rows of carts, orders and customers, written in the transaction that moves the checkpoint.
//!
//! Each row follows from one aggregate alone, so that the order of shards among each other changes nothing.

mod carts;
mod orders;

use eventlog::{Projection, RawCommit, project};
use jiff_sqlx::ToSqlx as _;
use schemas::{
    AggregateKey, CustomerId, Kind, Meta, Recorded,
    conversation::ConversationEvent,
    customer::{CustomerEvent, CustomerOrdered},
};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, types::Json};

/// Tables and their keys, in the order of the dump.
pub const TABLES: [(&str, &str); 5] = [
    ("cart_line", "conversation, place"),
    ("customer_order", "id"),
    ("order_line", "order_id, place"),
    ("customer", "id"),
    ("customer_contact", "customer, contact"),
];

/// Carts, orders and customers, as one projection.
#[derive(Clone, Copy, Debug)]
pub struct Rows;

impl Projection for Rows {
    const NAME: &'static str = "cart";
    const VERSION: i32 = 1;

    fn kinds(&self) -> &[Kind] {
        &[Kind::Conversation, Kind::Customer]
    }

    async fn apply(&self, tx: &mut PgConnection, commits: &[RawCommit]) -> anyhow::Result<()> {
        for commit in commits.iter().filter(|commit| concerns(commit)) {
            let applied = match commit.key.kind() {
                Kind::Conversation => match commit.decode::<ConversationEvent>() {
                    Ok(events) => conversation(tx, &commit.key, &events).await,
                    Err(error) => unreadable(commit, &error),
                },
                Kind::Customer => match commit.decode::<CustomerEvent>() {
                    Ok(events) => customer(tx, &commit.key, &events).await,
                    Err(error) => unreadable(commit, &error),
                },
                Kind::Stock | Kind::Shop | Kind::Invoice | Kind::Desk | Kind::Webhook => Ok(()),
            };
            applied?;
        }
        Ok(())
    }
}

/// Whether a commit says anything about carts, orders or customers. Most of what is said in a chat does not.
fn concerns(commit: &RawCommit) -> bool {
    let ours = |name: &String| {
        ["cart_changed", "order_", ".customer."]
            .iter()
            .any(|part| name.contains(part))
    };
    commit.types.is_empty() || commit.types.iter().any(ours)
}

/// The console's table `unreadable` names it; after an upgrade that can read it, `torg rebuild` takes it in.
fn unreadable(commit: &RawCommit, error: &schemas::envelope::DecodeError) -> anyhow::Result<()> {
    tracing::error!(key = %commit.key, seq = commit.seq, "a commit is left out of the orders: {error}");
    Ok(())
}

async fn conversation(
    tx: &mut PgConnection,
    key: &AggregateKey,
    events: &[Recorded<ConversationEvent>],
) -> anyhow::Result<()> {
    for recorded in events {
        carts::apply(tx, key, recorded).await?;
        orders::apply(tx, key, recorded).await?;
    }
    Ok(())
}

async fn customer(
    tx: &mut PgConnection,
    key: &AggregateKey,
    events: &[Recorded<CustomerEvent>],
) -> anyhow::Result<()> {
    for recorded in events {
        match &recorded.event {
            CustomerEvent::CustomerOrdered(event) => {
                ordered(tx, key, event, &recorded.meta).await?;
            }
            // What an order holds stands in the rows of orders.
            CustomerEvent::CustomerOrderChanged(_) => {}
            CustomerEvent::ContactConfirmed(event) => {
                confirmed(tx, key, event.contact, &recorded.meta).await?;
            }
            CustomerEvent::CustomerParted(_) => {
                sqlx::query("DELETE FROM customer_contact WHERE customer = $1")
                    .bind(key.id().parse::<uuid::Uuid>()?)
                    .execute(&mut *tx)
                    .await?;
            }
            CustomerEvent::CodeAsked(_)
            | CustomerEvent::CodeMade(_)
            | CustomerEvent::CodeMailed(_)
            | CustomerEvent::CodeFailed(_)
            | CustomerEvent::CodeMissed(_)
            | CustomerEvent::LetterCounted(_)
            | CustomerEvent::CustomersJoined(_) => {}
        }
    }
    Ok(())
}

async fn confirmed(
    tx: &mut PgConnection,
    key: &AggregateKey,
    contact: CustomerId,
    meta: &Meta,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO customer_contact (customer, contact, shop, confirmed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (customer, contact) DO UPDATE SET confirmed_at = excluded.confirmed_at",
    )
    .bind(key.id().parse::<uuid::Uuid>()?)
    .bind(contact.uuid())
    .bind(key.shop_id().as_str())
    .bind(meta.time.to_sqlx())
    .execute(tx)
    .await?;
    Ok(())
}

async fn ordered(
    tx: &mut PgConnection,
    key: &AggregateKey,
    event: &CustomerOrdered,
    meta: &Meta,
) -> anyhow::Result<()> {
    let id: uuid::Uuid = key.id().parse()?;
    sqlx::query(
        "INSERT INTO customer (id, shop, orders, last_order, last_conversation, recipient, first_at, last_at) \
         VALUES ($1, $2, 1, $3, $4, $5, $6, $6) ON CONFLICT (id) DO UPDATE SET \
         orders = customer.orders + 1, last_order = excluded.last_order, \
         last_conversation = excluded.last_conversation, recipient = excluded.recipient, \
         last_at = excluded.last_at",
    )
    .bind(id)
    .bind(key.shop_id().as_str())
    .bind(event.order.uuid())
    .bind(event.conversation.uuid())
    .bind(Json(&event.recipient))
    .bind(meta.time.to_sqlx())
    .execute(tx)
    .await?;
    Ok(())
}

/// The uuid of the conversation that a key names.
fn chat(key: &AggregateKey) -> anyhow::Result<uuid::Uuid> {
    let id = key.conversation_id();
    let id = id.ok_or_else(|| anyhow::anyhow!("{key} names no conversation"))?;
    Ok(id.uuid())
}

/// Makes the tables that are absent.
pub(crate) async fn migrate(pool: &PgPool) -> anyhow::Result<()> {
    project::migrate(pool).await?;
    let mut tx = pool.begin().await?;
    // `if not exists` still fails when two sessions create at once.
    sqlx::query("SELECT pg_advisory_xact_lock(7461726702)")
        .execute(&mut *tx)
        .await?;
    sqlx::raw_sql(include_str!("../schema.sql"))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Empties the tables and forgets the checkpoints, so that they are built anew from the beginning of the log.
///
/// # Errors
/// What the database says.
pub async fn forget(pool: &PgPool) -> anyhow::Result<()> {
    migrate(pool).await?;
    let names: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    let mut tx = pool.begin().await?;
    let sql = format!("TRUNCATE {}", names.join(", "));
    sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await?;
    project::forget(&mut tx, Rows::NAME, Rows::VERSION).await?;
    tx.commit().await?;
    Ok(())
}
