//! The canonical dump of a build, and comparing two of them.
//!
//! Every row of every table, in the order of its key, one JSON object a line. Two builds that were made from one log give
//! the same bytes, however the building was cut into batches.

use std::collections::BTreeSet;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use serde::Serialize;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Row as _};

use super::{Build, Projection, Table, roles::ALL};

/// How many keys of rows that differ are named.
const NAMED: i64 = 5;

/// Hands each line of the dump of a build, without its line break, to `line`.
///
/// # Errors
/// What the database says, or what `line` answers.
pub async fn canonical<P: Projection>(
    pool: &PgPool,
    build: &Build,
    mut line: impl FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // One snapshot: a dump beside a running projection is still of one moment.
    let mut tx = pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    see_all(&mut tx, &build.schema).await?;
    for Table { name, key } in P::TABLES.all {
        // Both are constants of the service that has the table. jsonb sorts the names of its fields.
        let sql = format!(
            "SELECT (to_jsonb(t) || jsonb_build_object('table', '{name}'))::text FROM {name} t ORDER BY {key}"
        );
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *tx);
        while let Some(row) = rows
            .try_next()
            .await
            .with_context(|| format!("while reading {name}"))?
        {
            let text: String = row.try_get(0)?;
            line(&text)?;
        }
    }
    tx.rollback().await?;
    Ok(())
}

/// In what one table of two builds differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// Rows that only the one that serves has.
    pub gone: i64,
    /// Rows that only the new one has.
    pub added: i64,
    /// Rows that are not the same.
    pub changed: i64,
    /// The keys of some of these rows.
    pub keys: Vec<String>,
    /// Columns that only one of them has; they are not compared.
    pub columns: Vec<String>,
}

/// Compares two builds of one snapshot, `old` and `new`, row by row, in the tables and columns that both have. Tables that
/// only one has are left out: nothing can be said about them.
///
/// # Errors
/// What the database says.
pub(super) async fn compare<P: Projection>(
    tx: &mut PgConnection,
    old: &Build,
    new: &Build,
) -> anyhow::Result<Vec<Difference>> {
    see_all(tx, &new.schema).await?;
    let mut differences = Vec::new();
    for Table { name, key } in P::TABLES.all {
        let (before, after) = (columns(tx, old, name).await?, columns(tx, new, name).await?);
        if before.is_empty() || after.is_empty() {
            continue;
        }
        let only: Vec<String> = before.symmetric_difference(&after).cloned().collect();
        let both: Vec<&str> = before.intersection(&after).map(String::as_str).collect();
        let both = both.join(", ");
        // Names are constants of this program, and those that the database has for its own columns.
        let sql = format!(
            "WITH o AS (SELECT {key}, to_jsonb(r) AS whole FROM (SELECT {both} FROM {}.{name}) r),
                  n AS (SELECT {key}, to_jsonb(r) AS whole FROM (SELECT {both} FROM {}.{name}) r),
                  d AS (SELECT o.whole AS before, n.whole AS after,
                        (SELECT jsonb_agg(k) FROM (SELECT {key}) AS k)::text AS key
                        FROM o FULL JOIN n USING ({key}) WHERE o.whole IS DISTINCT FROM n.whole)
             SELECT count(*) FILTER (WHERE after IS NULL), count(*) FILTER (WHERE before IS NULL),
                    count(*) FILTER (WHERE before IS NOT NULL AND after IS NOT NULL),
                    coalesce((SELECT array_agg(key) FROM (SELECT key FROM d ORDER BY key LIMIT {NAMED}) AS named), '{{}}')
             FROM d",
            old.schema, new.schema
        );
        let (gone, added, changed, keys): (i64, i64, i64, Vec<String>) =
            sqlx::query_as(AssertSqlSafe(sql))
                .fetch_one(&mut *tx)
                .await
                .with_context(|| format!("while comparing {name}"))?;
        if gone + added + changed > 0 || !only.is_empty() {
            differences.push(Difference {
                table: name,
                gone,
                added,
                changed,
                keys,
                columns: only,
            });
        }
    }
    Ok(differences)
}

async fn columns(
    tx: &mut PgConnection,
    build: &Build,
    table: &str,
) -> Result<BTreeSet<String>, sqlx::Error> {
    // Not information_schema, which hides what the role may not use.
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         JOIN pg_namespace s ON s.oid = c.relnamespace \
         WHERE s.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped",
    )
    .bind(&build.schema)
    .bind(table)
    .fetch_all(tx)
    .await?;
    Ok(names.into_iter().collect())
}

async fn see_all(tx: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT set_config('search_path', $1, true), set_config('role', $2, true), set_config('TimeZone', 'UTC', true)",
    )
    .bind(schema)
    .bind(ALL)
    .execute(tx)
    .await?;
    Ok(())
}
