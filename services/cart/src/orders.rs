//! Questions about orders, answered from their rows: for gRPC and for the command line.

use eventlog::project::Reader;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use schemas::{
    ConversationId, OrderId, ShopId,
    conversation::{Actor, OrderTerms, Recipient, Shortage},
};
use serde::Serialize;
use sqlx::{Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

/// The stages that an order can be at, as rows, questions and answers spell them.
pub const STAGES: [&str; 7] = [
    "submitted",
    "placed",
    "declined",
    "approved",
    "rejected",
    "cancelled",
    "expired",
];

/// An order, as its row has it.
#[derive(Clone, Debug, Serialize)]
pub struct OrderRow {
    /// Its id.
    pub id: OrderId,
    /// What people call it.
    pub code: String,
    /// Where it was made.
    pub conversation: ConversationId,
    /// How far it is: one of [`STAGES`].
    pub stage: String,
    /// Which of its terms these are, from 1.
    pub revision: u32,
    /// What is ordered.
    pub terms: OrderTerms,
    /// Who buys.
    pub recipient: Recipient,
    /// Why a seller has to say yes, or not.
    pub because: Option<String>,
    /// A seller's reason to say no.
    pub reason: Option<String>,
    /// The seller who decided or changed it.
    pub decided_by: Option<Actor>,
    /// Until when it waits for a seller.
    pub expires_at: Option<Timestamp>,
    /// What was missing.
    pub short: Vec<Shortage>,
    /// What a seller noted since, oldest first: the mark's own fields, and `at`.
    pub marks: Vec<serde_json::Value>,
    /// Its invoice.
    pub invoice: Option<u64>,
    /// Counts the chat's events: the row is as of this one.
    pub version: u64,
    /// When the buyer said yes.
    pub submitted_at: Timestamp,
    /// When something last happened to it.
    pub changed_at: Timestamp,
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only at one of these stages; none: at any.
    pub stages: Vec<String>,
    /// Only of this chat.
    pub conversation: Option<ConversationId>,
    /// Only older ones than this.
    pub after: Option<(Timestamp, OrderId)>,
}

const COLUMNS: &str = "id, code, conversation, stage, revision, terms, recipient, because, reason, decided_by, \
     expires_at, short, marks, invoice, version, submitted_at, changed_at";

/// A shop's orders, the newest first, at most `limit` of them.
///
/// # Errors
/// What the database says.
pub async fn list(
    reader: &Reader,
    shop: &ShopId,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<OrderRow>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM customer_order WHERE shop = $1 \
         AND (cardinality($2::text[]) = 0 OR stage = ANY($2)) \
         AND ($3::uuid IS NULL OR conversation = $3) \
         AND ($4::timestamptz IS NULL OR (submitted_at, id) < ($4, $5)) \
         ORDER BY submitted_at DESC, id DESC LIMIT $6"
    );
    let mut reading = reader.of(shop).await?;
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(shop.as_str())
        .bind(&filter.stages)
        .bind(filter.conversation.map(ConversationId::uuid))
        .bind(filter.after.map(|(at, _)| at.to_sqlx()))
        .bind(filter.after.map(|(_, id)| id.uuid()))
        .bind(i64::from(limit))
        .fetch_all(&mut *reading)
        .await?;
    rows.iter().map(order).collect()
}

/// An order by its id, or the newest with this code.
///
/// # Errors
/// What the database says.
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    name: &str,
) -> Result<Option<OrderRow>, sqlx::Error> {
    let id: Option<OrderId> = name.trim().parse().ok();
    let sql = format!(
        "SELECT {COLUMNS} FROM customer_order WHERE shop = $1 AND (id = $2 OR code = $3) \
         ORDER BY submitted_at DESC LIMIT 1"
    );
    let mut reading = reader.of(shop).await?;
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(shop.as_str())
        .bind(id.map(OrderId::uuid))
        .bind(name.trim().to_uppercase())
        .fetch_optional(&mut *reading)
        .await?;
    row.as_ref().map(order).transpose()
}

fn order(row: &PgRow) -> Result<OrderRow, sqlx::Error> {
    let Json(terms) = row.try_get("terms")?;
    let Json(recipient) = row.try_get("recipient")?;
    let Json(short) = row.try_get("short")?;
    let Json(marks) = row.try_get("marks")?;
    let by: Option<Json<Actor>> = row.try_get("decided_by")?;
    let expires_at: Option<jiff_sqlx::Timestamp> = row.try_get("expires_at")?;
    let submitted_at: jiff_sqlx::Timestamp = row.try_get("submitted_at")?;
    let changed_at: jiff_sqlx::Timestamp = row.try_get("changed_at")?;
    Ok(OrderRow {
        id: OrderId::from_uuid(row.try_get::<Uuid, _>("id")?),
        code: row.try_get("code")?,
        conversation: ConversationId::from_uuid(row.try_get::<Uuid, _>("conversation")?),
        stage: row.try_get("stage")?,
        revision: u32::try_from(row.try_get::<i32, _>("revision")?).unwrap_or_default(),
        terms,
        recipient,
        because: row.try_get("because")?,
        reason: row.try_get("reason")?,
        decided_by: by.map(|Json(by)| by),
        expires_at: expires_at.map(jiff_sqlx::Timestamp::to_jiff),
        short,
        marks,
        invoice: row
            .try_get::<Option<i64>, _>("invoice")?
            .and_then(|number| u64::try_from(number).ok()),
        version: u64::try_from(row.try_get::<i64, _>("version")?).unwrap_or_default(),
        submitted_at: submitted_at.to_jiff(),
        changed_at: changed_at.to_jiff(),
    })
}
