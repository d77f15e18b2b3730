//! The canonical dump: every row of every table, in the order of its key, one JSON object a line.
//!
//! Two databases that were built from one log give the same bytes, however the building was cut into batches.

use anyhow::Context as _;
use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, PgPool, Row as _};

/// A table and its key.
pub type Table = (&'static str, &'static str);

/// The console's tables and their keys, in the order of the dump.
pub const TABLES: [Table; 10] = [
    ("shop", "shop"),
    ("sheet", "shop, tab"),
    ("product", "shop, sku"),
    ("conversation", "id"),
    ("message", "event_id"),
    ("turn", "id"),
    ("answer", "event_id"),
    ("reply", "id"),
    ("event", "id"),
    ("unreadable", "shard, seq"),
];

/// Hands each line of the dump of `tables`, without its line break, to `line`.
///
/// # Errors
/// What the database says, or what `line` answers.
pub async fn canonical(
    pool: &PgPool,
    tables: &[Table],
    mut line: impl FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // One snapshot: a dump beside a running projection is still of one moment.
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .execute(&mut *tx)
        .await?;
    sqlx::query("SET LOCAL TIME ZONE 'UTC'")
        .execute(&mut *tx)
        .await?;
    for (table, key) in tables {
        // Both are constants of the service that has the table. jsonb sorts the names of its fields.
        let sql = format!(
            "SELECT (to_jsonb(t) || jsonb_build_object('table', '{table}'))::text FROM {table} t \
             ORDER BY {key}"
        );
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *tx);
        while let Some(row) = rows
            .try_next()
            .await
            .with_context(|| format!("while reading {table}"))?
        {
            let text: String = row.try_get(0)?;
            line(&text)?;
        }
    }
    tx.rollback().await?;
    Ok(())
}
