//! Figures that add up: so many of something in a quarter of an hour.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::PgConnection;

/// Seconds of a quarter of an hour.
const QUARTER: i64 = 15 * 60;

/// What is added by one batch of one shard.
#[derive(Debug, Default)]
pub(super) struct Figures(BTreeMap<(String, i32, Timestamp, &'static str, String), i64>);

/// A shop and a shard, whose figures are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Till<'a> {
    pub(super) shop: &'a str,
    pub(super) shard: u16,
    pub(super) at: Timestamp,
}

impl Figures {
    /// Adds `value` to a figure.
    pub(super) fn add(&mut self, till: Till<'_>, figure: &'static str, detail: &str, value: i64) {
        let second = till.at.as_second();
        let quarter = Timestamp::from_second(second - second.rem_euclid(QUARTER));
        let key = (
            till.shop.to_owned(),
            i32::from(till.shard),
            quarter.unwrap_or(Timestamp::UNIX_EPOCH),
            figure,
            detail.to_owned(),
        );
        *self.0.entry(key).or_default() += value;
    }

    /// Adds all of it to the rows.
    pub(super) async fn write(&mut self, tx: &mut PgConnection) -> anyhow::Result<()> {
        use jiff_sqlx::ToSqlx as _;
        if self.0.is_empty() {
            return Ok(());
        }
        let (mut shops, mut shards, mut times) = (Vec::new(), Vec::new(), Vec::new());
        let (mut figures, mut details, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for ((shop, shard, at, figure, detail), value) in std::mem::take(&mut self.0) {
            shops.push(shop);
            shards.push(shard);
            times.push(at.to_sqlx());
            figures.push(figure);
            details.push(detail);
            values.push(value);
        }
        sqlx::query(
            "INSERT INTO quarter AS q (shop, shard, at, figure, detail, value) SELECT * FROM \
             unnest($1::text[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::bigint[]) \
             ON CONFLICT (shop, shard, at, figure, detail) DO UPDATE SET value = q.value + excluded.value",
        )
        .bind(shops)
        .bind(shards)
        .bind(times)
        .bind(figures)
        .bind(details)
        .bind(values)
        .execute(tx)
        .await?;
        Ok(())
    }
}
