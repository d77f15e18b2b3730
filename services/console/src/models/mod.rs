//! The read models: rows that follow from events, written in the transaction that moves the checkpoint.
//!
//! Each row follows from one aggregate alone, so that the order of shards among each other changes nothing.

mod conversation;
mod shop;
mod stock;

use eventlog::{Projection, RawCommit, project};
use jiff_sqlx::ToSqlx as _;
use schemas::{
    AggregateKey, EventData, Kind, Meta, Recorded, conversation::ConversationEvent,
    desk::DeskEvent, shop::ShopEvent, stock::StockEvent,
};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use crate::dump::TABLES;

/// All read models, as one projection.
#[derive(Clone, Copy, Debug)]
pub struct ReadModels;

impl Projection for ReadModels {
    const NAME: &'static str = "console";
    const VERSION: i32 = 1;

    fn kinds(&self) -> &[Kind] {
        &Kind::ALL
    }

    async fn apply(&self, tx: &mut PgConnection, commits: &[RawCommit]) -> anyhow::Result<()> {
        for commit in commits {
            let events = match commit.key.kind() {
                Kind::Conversation => commit.decode().map(Events::Conversation),
                Kind::Stock => commit.decode().map(Events::Stock),
                Kind::Shop => commit.decode().map(Events::Shop),
                Kind::Desk => commit.decode().map(Events::Desk),
                // The cart service has the rows of what is sold.
                Kind::Invoice | Kind::Customer => continue,
                // `torg webhooks list` reads them from the log.
                Kind::Webhook => continue,
            };
            match events {
                Ok(events) => events.apply(tx, commit).await?,
                // A newer build may have written it, or nobody can read it: the rest of the shard is not held up.
                Err(error) => set_aside(tx, commit, &error).await?,
            }
        }
        Ok(())
    }
}

/// The events of one commit.
enum Events {
    Conversation(Vec<Recorded<ConversationEvent>>),
    Stock(Vec<Recorded<StockEvent>>),
    Shop(Vec<Recorded<ShopEvent>>),
    Desk(Vec<Recorded<DeskEvent>>),
}

impl Events {
    async fn apply(&self, tx: &mut PgConnection, commit: &RawCommit) -> anyhow::Result<()> {
        match self {
            Self::Conversation(events) => {
                for recorded in events {
                    index(tx, commit, recorded).await?;
                    conversation::apply(tx, &commit.key, recorded).await?;
                }
            }
            Self::Stock(events) => {
                for recorded in events {
                    index(tx, commit, recorded).await?;
                    stock::apply(tx, &commit.key, recorded).await?;
                }
            }
            Self::Shop(events) => {
                for recorded in events {
                    index(tx, commit, recorded).await?;
                    shop::apply(tx, &commit.key, recorded).await?;
                }
            }
            // Only where they stand: what they say is asked of the log.
            Self::Desk(events) => {
                for recorded in events {
                    index(tx, commit, recorded).await?;
                }
            }
        }
        Ok(())
    }
}

/// Notes a commit that this build cannot read; after an upgrade that can, rebuild.
async fn set_aside(
    tx: &mut PgConnection,
    commit: &RawCommit,
    error: &schemas::envelope::DecodeError,
) -> anyhow::Result<()> {
    tracing::error!(key = %commit.key, seq = commit.seq, "a commit is left out of the read models: {error}");
    sqlx::query("INSERT INTO unreadable (shard, seq, key, reason) VALUES ($1, $2, $3, $4)")
        .bind(i32::from(commit.shard))
        .bind(i64::try_from(commit.seq)?)
        .bind(commit.key.to_string())
        .bind(error.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes where an event stands.
async fn index<E: EventData>(
    tx: &mut PgConnection,
    commit: &RawCommit,
    recorded: &Recorded<E>,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO event (id, shop, conversation, shard, seq, type) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(recorded.meta.id.uuid())
    .bind(commit.key.shop_id().as_str())
    .bind(conversation_of(&commit.key))
    .bind(i32::from(commit.shard))
    .bind(i64::try_from(commit.seq)?)
    .bind(recorded.event.type_name())
    .execute(tx)
    .await?;
    Ok(())
}

/// The uuid of the conversation that a key names.
pub(crate) fn conversation_of(key: &AggregateKey) -> Option<uuid::Uuid> {
    key.conversation_id().map(schemas::ConversationId::uuid)
}

/// An event's time, as PostgreSQL has it (microseconds).
pub(crate) fn time(meta: &Meta) -> jiff_sqlx::Timestamp {
    meta.time.to_sqlx()
}

/// Makes the tables that are absent.
pub(crate) async fn migrate(pool: &PgPool) -> anyhow::Result<()> {
    project::migrate(pool).await?;
    let mut tx = pool.begin().await?;
    // `if not exists` still fails when two sessions create at once.
    sqlx::query("SELECT pg_advisory_xact_lock(7461726701)")
        .execute(&mut *tx)
        .await?;
    sqlx::raw_sql(include_str!("../schema.sql"))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Empties all tables and forgets the checkpoints, in one transaction.
pub(crate) async fn forget(pool: &PgPool) -> anyhow::Result<()> {
    let names: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    let mut tx = pool.begin().await?;
    let sql = format!("TRUNCATE {}", names.join(", "));
    sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await?;
    project::forget(&mut tx, ReadModels::NAME, ReadModels::VERSION).await?;
    tx.commit().await?;
    Ok(())
}
