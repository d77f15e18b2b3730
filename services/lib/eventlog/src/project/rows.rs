//! Rows of one table in one batch: loaded where they exist, changed in memory, written once.
//!
//! A batch of many events touches few rows many times. Folding them here makes of a thousand statements three, and gives
//! the same rows whatever the batches were.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};

/// Rows in one statement at most: what is on its way to the database stays small.
const AT_ONCE: usize = 2_000;

/// One row of one table. Its fields are the table's columns, by name.
pub trait Row: Serialize + DeserializeOwned + Send + Sync {
    /// The table.
    const TABLE: &'static str;
    /// The columns of its primary key.
    const KEY: &'static [&'static str];
    /// The value of the primary key.
    type Key: Clone + Ord + Send + Sync;

    /// Its key.
    fn key(&self) -> Self::Key;
}

/// The rows of one table that a batch is about.
#[derive(Debug)]
pub struct Batch<R: Row> {
    rows: BTreeMap<R::Key, Slot<R>>,
}

#[derive(Debug)]
struct Slot<R> {
    row: R,
    changed: bool,
}

impl<R: Row> Default for Batch<R> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
        }
    }
}

impl<R: Row> Batch<R> {
    /// Loads the rows whose `columns` have one of the values `wanted`: each of these is an object of those columns.
    ///
    /// # Errors
    /// What the database says, or that a row is not as this build knows it.
    pub async fn load(
        &mut self,
        tx: &mut PgConnection,
        columns: &[&str],
        wanted: &[Value],
    ) -> anyhow::Result<()> {
        let (table, columns) = (R::TABLE, columns.join(", "));
        for some in wanted.chunks(AT_ONCE) {
            // Names are constants of this program.
            let sql = format!(
                "SELECT to_json(t)::text FROM (SELECT DISTINCT {columns} \
                 FROM json_populate_recordset(NULL::{table}, $1::json)) AS wanted \
                 JOIN {table} AS t USING ({columns})"
            );
            let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(storable(serde_json::to_string(some)?)?)
                .fetch_all(&mut *tx)
                .await
                .with_context(|| format!("while loading rows of {table}"))?;
            for text in rows {
                let row: R = serde_json::from_str(&text)
                    .with_context(|| format!("a row of {table} is not as this build knows it"))?;
                let slot = Slot {
                    row,
                    changed: false,
                };
                self.rows.entry(slot.row.key()).or_insert(slot);
            }
        }
        Ok(())
    }

    /// The row with this key, if it is known.
    #[must_use]
    pub fn get(&self, key: &R::Key) -> Option<&R> {
        self.rows.get(key).map(|slot| &slot.row)
    }

    /// All known rows.
    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.rows.values().map(|slot| &slot.row)
    }

    /// The row with this key, to be changed; `None`: there is none, as nothing that was recorded made one.
    pub fn edit(&mut self, key: &R::Key) -> Option<&mut R> {
        let slot = self.rows.get_mut(key)?;
        slot.changed = true;
        Some(&mut slot.row)
    }

    /// All known rows that `wanted` chooses, to be changed.
    pub fn edit_all<'a>(
        &'a mut self,
        wanted: impl Fn(&R) -> bool + 'a,
    ) -> impl Iterator<Item = &'a mut R> {
        let chosen = self.rows.values_mut();
        let chosen = chosen.filter(move |slot| wanted(&slot.row));
        chosen.map(|slot| {
            slot.changed = true;
            &mut slot.row
        })
    }

    /// Puts a row there, in the place of the one with its key.
    pub fn put(&mut self, row: R) {
        self.rows.insert(row.key(), Slot { row, changed: true });
    }

    /// Forgets the known rows that `unwanted` chooses; those in the table are removed by whoever asks for it.
    pub fn forget(&mut self, unwanted: impl Fn(&R) -> bool) {
        self.rows.retain(|_, slot| !unwanted(&slot.row));
    }

    /// Writes what is new or changed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(&mut self, tx: &mut PgConnection) -> anyhow::Result<()> {
        let changed: Vec<&R> = self
            .rows
            .values()
            .filter(|slot| slot.changed)
            .map(|slot| &slot.row)
            .collect();
        for some in changed.chunks(AT_ONCE) {
            upsert(tx, some).await?;
        }
        self.rows.clear();
        Ok(())
    }
}

async fn upsert<R: Row>(tx: &mut PgConnection, rows: &[&R]) -> anyhow::Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let table = R::TABLE;
    let Value::Object(fields) = serde_json::to_value(first)? else {
        anyhow::bail!("a row of {table} is not an object");
    };
    let columns: Vec<&str> = fields.keys().map(String::as_str).collect();
    let others = columns.iter().filter(|column| !R::KEY.contains(column));
    let others: Vec<String> = others
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let (columns, key, others) = (columns.join(", "), R::KEY.join(", "), others.join(", "));
    // Names are those of the fields of a struct of this program.
    let sql = format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::json) \
         ON CONFLICT ({key}) DO UPDATE SET {others}"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(storable(serde_json::to_string(rows)?)?)
        .execute(tx)
        .await
        .with_context(|| format!("while writing rows of {table}"))?;
    Ok(())
}

/// PostgreSQL has no text with a NUL in it; whoever sends one gets the sign for "not a character" in its place.
fn storable(json: String) -> anyhow::Result<String> {
    if !json.contains("\\u0000") {
        return Ok(json);
    }
    let mut value: Value = serde_json::from_str(&json)?;
    without_nul(&mut value);
    Ok(serde_json::to_string(&value)?)
}

fn without_nul(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace('\0', "\u{fffd}"),
        Value::Array(items) => items.iter_mut().for_each(without_nul),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (name, mut value) in old {
                without_nul(&mut value);
                fields.insert(name.replace('\0', "\u{fffd}"), value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_in_a_buyers_words_stops_no_projection() {
        let json = storable(r#"{"a\u0000":["x\u0000y","back\\u0000slash"]}"#.to_owned()).unwrap();
        let value: Value = serde_json::from_str(&json).unwrap();
        let expected = serde_json::json!({"a\u{fffd}": ["x\u{fffd}y", "back\\u0000slash"]});
        assert_eq!(value, expected);
    }
}
