//! Finding words in what was said, in one shop.
//!
//! The dictionary `russian` stems Russian words in Russian and Latin ones in English. Looking the words up and reading the
//! texts are two steps: the database uses no word index for a role that row-level security holds, so the first step runs as
//! the role that sees all, and yields nothing but ids; the second reads texts as the role of the shop, to which ids of
//! others would say nothing.

use eventlog::project::Reader;
use jiff::Timestamp;
use schemas::{ConversationId, EventId, ShopId};
use serde::Serialize;
use sqlx::Row as _;
use uuid::Uuid;

/// What stands before and behind a found word in [`Hit::snippet`]; no text of a message holds them.
pub const MARKS: (char, char) = ('\u{2}', '\u{3}');
/// So many of the newest places in which the words are found are ranked; older ones are not found.
const RANKED: i64 = 2_000;

/// Something that was said, with the words in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// Where.
    pub conversation: ConversationId,
    /// The event of the message or of the reply.
    pub event: EventId,
    /// `buyer`, `seller` or `bot`.
    pub author: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// What of it has to do with the words; found ones stand between [`MARKS`].
    pub snippet: String,
    /// How well it fits: the more, the better.
    pub rank: f32,
}

const FIND: &str = "
    SELECT id, rank FROM (
        SELECT id, at, ts_rank(to_tsvector('russian', text), q) AS rank FROM (
            SELECT * FROM (
                SELECT m.event_id AS id, m.text, m.recorded_at AS at, q
                    FROM message m, websearch_to_tsquery('russian', $2) AS q
                    WHERE m.shop = $1 AND NOT m.deleted AND to_tsvector('russian', m.text) @@ q
                    ORDER BY m.recorded_at DESC LIMIT $5) AS messages
            UNION ALL
            SELECT * FROM (
                SELECT r.id, r.text, r.composed_at, q
                    FROM reply r, websearch_to_tsquery('russian', $2) AS q
                    WHERE r.shop = $1 AND r.state <> 'withdrawn' AND to_tsvector('russian', r.text) @@ q
                    ORDER BY r.composed_at DESC LIMIT $5) AS replies
        ) AS newest
    ) AS ranked ORDER BY rank DESC, at DESC, id LIMIT $3 OFFSET $4";

const READ: &str = "
    SELECT said.conversation, said.id, said.author, said.at,
        ts_headline('russian', translate(said.text, $4, ''), websearch_to_tsquery('russian', $2), $3), wanted.rank
    FROM unnest($1::uuid[], $5::real[]) WITH ORDINALITY AS wanted (id, rank, place)
    JOIN (
        SELECT conversation, event_id AS id, author, recorded_at AS at, text FROM message WHERE event_id = ANY($1)
        UNION ALL
        SELECT conversation, id, CASE kind WHEN 'seller' THEN 'seller' ELSE 'bot' END, composed_at, text
            FROM reply WHERE id = ANY($1)
    ) AS said USING (id) ORDER BY wanted.place";

/// What was said in a shop with these words in it, the best first; words as a search engine on the web has them: `\"…\"`,
/// `or`, `-`. Nothing is found for words that are none.
///
/// # Errors
/// What the database says.
pub async fn search(
    reader: &Reader,
    shop: &ShopId,
    words: &str,
    limit: u32,
    skip: u32,
) -> Result<Vec<Hit>, sqlx::Error> {
    // PostgreSQL has no text with a NUL in it.
    let words = words.replace('\0', " ");
    let mut all = reader.everything().await?;
    let found: Vec<(Uuid, f32)> = sqlx::query_as(FIND)
        .bind(shop.as_str())
        .bind(&words)
        .bind(i64::from(limit))
        .bind(i64::from(skip))
        .bind(RANKED)
        .fetch_all(&mut *all)
        .await?;
    drop(all);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, ranks): (Vec<Uuid>, Vec<f32>) = found.into_iter().unzip();
    let (begin, end) = MARKS;
    let mut rows = reader.of(shop).await?;
    let rows = sqlx::query(READ)
        .bind(ids)
        .bind(&words)
        .bind(format!(
            "StartSel={begin}, StopSel={end}, MaxWords=24, MinWords=10"
        ))
        .bind(format!("{begin}{end}"))
        .bind(ranks)
        .fetch_all(&mut *rows)
        .await?;
    rows.iter()
        .map(|row| {
            let at: jiff_sqlx::Timestamp = row.try_get(3)?;
            Ok(Hit {
                conversation: ConversationId::from_uuid(row.try_get(0)?),
                event: EventId::from_uuid(row.try_get(1)?),
                author: row.try_get(2)?,
                at: at.to_jiff(),
                snippet: row.try_get(4)?,
                rank: row.try_get(5)?,
            })
        })
        .collect()
}
