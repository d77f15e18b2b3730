//! Conversations of a shop, the one that something happened in last first.

use eventlog::project::Reader;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use schemas::{ConversationId, ShopId};
use serde::Serialize;
use sqlx::Row as _;
use uuid::Uuid;

/// Which conversations are wanted. What is empty asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `bot`, `waiting_for_seller`, `seller`, `closed`.
    pub owner: String,
    /// `avito`, `telegram`, `web`.
    pub channel: String,
    /// Why the bot stopped, in those that wait for a seller.
    pub reason: String,
    /// Only those in which words like these were said, in any form, and those of buyers whose name holds them.
    pub words: String,
    /// Only those that come behind this one.
    pub after: Option<(Timestamp, ConversationId)>,
}

/// A conversation in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: ConversationId,
    /// `avito`, `telegram`, `web`.
    pub channel: String,
    /// Who goes on.
    pub owner: String,
    /// Why the bot stopped.
    pub reason: Option<String>,
    /// The buyer's language, once it is known.
    pub language: Option<String>,
    /// Messages of the buyer.
    pub messages: u32,
    /// Replies that arrived.
    pub replies: u32,
    /// When it began.
    pub opened_at: Timestamp,
    /// When something last happened.
    pub changed_at: Timestamp,
}

/// Conversations in which words are found, as the inbox finds them: in what was said and not taken back, and in the
/// buyer's name. Nothing but ids, for the role that sees all: it alone has the word index, see [`crate::search`].
const FOUND: &str = "
    SELECT conversation FROM message
        WHERE shop = $1 AND NOT deleted AND to_tsvector('russian', text) @@ websearch_to_tsquery('russian', $2)
    UNION
    SELECT conversation FROM reply
        WHERE shop = $1 AND state <> 'withdrawn' AND to_tsvector('russian', text) @@ websearch_to_tsquery('russian', $2)
    UNION
    SELECT id FROM conversation WHERE shop = $1 AND position(lower($2) IN lower(buyer_name)) > 0";

async fn found(
    reader: &Reader,
    shop: &ShopId,
    words: &str,
) -> Result<Option<Vec<Uuid>>, sqlx::Error> {
    // PostgreSQL has no text with a NUL in it.
    let words = words.replace('\0', " ");
    let words = words.trim();
    if words.is_empty() {
        return Ok(None);
    }
    let mut all = reader.everything().await?;
    let ids = sqlx::query_scalar(FOUND)
        .bind(shop.as_str())
        .bind(words)
        .fetch_all(&mut *all)
        .await?;
    Ok(Some(ids))
}

/// A page of conversations.
///
/// # Errors
/// What the database says.
pub async fn conversations(
    reader: &Reader,
    shop: &ShopId,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Listed>, sqlx::Error> {
    let found = found(reader, shop, &filter.words).await?;
    let mut rows = reader.of(shop).await?;
    let rows = sqlx::query(
        "SELECT id, channel, owner, handoff, language, messages, replies, opened_at, changed_at FROM conversation \
         WHERE shop = $1 AND ($2 = '' OR owner = $2) AND ($3 = '' OR channel = $3) AND ($4 = '' OR handoff = $4) \
         AND ($5::timestamptz IS NULL OR (changed_at, id) < ($5, $6)) AND ($8::uuid[] IS NULL OR id = ANY($8)) \
         ORDER BY changed_at DESC, id DESC LIMIT $7",
    )
    .bind(shop.as_str())
    .bind(&filter.owner)
    .bind(&filter.channel)
    .bind(&filter.reason)
    .bind(filter.after.map(|(at, _)| at.to_sqlx()))
    .bind(filter.after.map(|(_, id)| id.uuid()))
    .bind(i64::from(limit))
    .bind(found)
    .fetch_all(&mut *rows)
    .await?;
    rows.iter()
        .map(|row| {
            let (opened, changed): (jiff_sqlx::Timestamp, jiff_sqlx::Timestamp) =
                (row.try_get(7)?, row.try_get(8)?);
            let count = |number: i32| u32::try_from(number).unwrap_or_default();
            Ok(Listed {
                id: ConversationId::from_uuid(row.try_get(0)?),
                channel: row.try_get(1)?,
                owner: row.try_get(2)?,
                reason: row.try_get(3)?,
                language: row.try_get(4)?,
                messages: count(row.try_get(5)?),
                replies: count(row.try_get(6)?),
                opened_at: opened.to_jiff(),
                changed_at: changed.to_jiff(),
            })
        })
        .collect()
}

/// Every shop of the installation.
///
/// # Errors
/// What the database says.
pub async fn shops(reader: &Reader) -> Result<Vec<ShopId>, sqlx::Error> {
    let mut rows = reader.everything().await?;
    let names: Vec<String> = sqlx::query_scalar("SELECT shop FROM shop ORDER BY shop")
        .fetch_all(&mut *rows)
        .await?;
    Ok(names
        .iter()
        .filter_map(|name| ShopId::new(name).ok())
        .collect())
}

/// Conversations of a shop in an order that nothing changes: the oldest first. For whoever goes through all of them while
/// new things happen.
///
/// # Errors
/// What the database says.
pub async fn by_age(
    reader: &Reader,
    shop: &ShopId,
    after: Option<(Timestamp, ConversationId)>,
    limit: u32,
) -> Result<Vec<(Timestamp, ConversationId)>, sqlx::Error> {
    let mut rows = reader.of(shop).await?;
    let rows: Vec<(jiff_sqlx::Timestamp, Uuid)> = sqlx::query_as(
        "SELECT opened_at, id FROM conversation WHERE shop = $1 \
         AND ($2::timestamptz IS NULL OR (opened_at, id) > ($2, $3)) ORDER BY opened_at, id LIMIT $4",
    )
    .bind(shop.as_str())
    .bind(after.map(|(at, _)| at.to_sqlx()))
    .bind(after.map(|(_, id)| id.uuid()))
    .bind(i64::from(limit))
    .fetch_all(&mut *rows)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(at, id)| (at.to_jiff(), ConversationId::from_uuid(id)))
        .collect())
}
