//! One batch of commits on its way into rows: what they name is loaded, they are folded in memory, what changed is written.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::{RawCommit, project::Batch};
use jiff::Timestamp;
use schemas::{EventData, Recorded};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    figures::Figures,
    rows::{
        Answer, Conversation, Handover, Message, OrderTotal, Product, Reply, Revision, Sheet, Shop,
        Turn, Unreadable,
    },
};

/// Rows that events name, so that they are there when the events are folded.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) sheets: BTreeSet<(String, String)>,
    pub(super) products: BTreeSet<(String, String)>,
    pub(super) conversations: BTreeSet<Uuid>,
    pub(super) messages: BTreeSet<(Uuid, String)>,
    pub(super) turns: BTreeSet<Uuid>,
    pub(super) replies: BTreeSet<Uuid>,
    pub(super) replies_of_turns: BTreeSet<Uuid>,
    pub(super) handovers_of: BTreeSet<Uuid>,
    pub(super) orders: BTreeSet<Uuid>,
}

/// The rows of one batch.
#[derive(Debug, Default)]
pub(super) struct Fold {
    pub(super) shops: Batch<Shop>,
    pub(super) sheets: Batch<Sheet>,
    pub(super) products: Batch<Product>,
    pub(super) revisions: Batch<Revision>,
    pub(super) conversations: Batch<Conversation>,
    pub(super) messages: Batch<Message>,
    pub(super) turns: Batch<Turn>,
    pub(super) answers: Batch<Answer>,
    pub(super) replies: Batch<Reply>,
    pub(super) handovers: Batch<Handover>,
    pub(super) orders: Batch<OrderTotal>,
    pub(super) unreadable: Batch<Unreadable>,
    pub(super) figures: Figures,
    events: Places,
    /// The highest number of the revisions of an article that are known.
    pub(super) revised: BTreeMap<(String, String), i32>,
}

/// Where events stand, column by column: one row an event, and nothing to fold.
#[derive(Debug, Default)]
struct Places {
    ids: Vec<Uuid>,
    shops: Vec<String>,
    conversations: Vec<Option<Uuid>>,
    shards: Vec<i32>,
    seqs: Vec<i64>,
    types: Vec<&'static str>,
}

impl Fold {
    /// Loads what the events of a batch name, as far as it is there already.
    pub(super) async fn load(
        &mut self,
        tx: &mut PgConnection,
        named: &Named,
    ) -> anyhow::Result<()> {
        let one = |name: &str, values: &BTreeSet<Uuid>| -> Vec<Value> {
            values.iter().map(|value| json!({name: value})).collect()
        };
        let sheets = named.sheets.iter();
        let sheets: Vec<Value> = sheets
            .map(|(shop, tab)| json!({"shop": shop, "tab": tab}))
            .collect();
        self.sheets.load(tx, &["shop", "tab"], &sheets).await?;
        let products = named.products.iter();
        let products: Vec<Value> = products
            .map(|(shop, sku)| json!({"shop": shop, "sku": sku}))
            .collect();
        self.products.load(tx, &["shop", "sku"], &products).await?;
        self.load_revised(tx, &named.products).await?;
        let conversations = one("id", &named.conversations);
        self.conversations.load(tx, &["id"], &conversations).await?;
        let messages = named.messages.iter();
        let messages: Vec<Value> = messages
            .map(|(chat, id)| json!({"conversation": chat, "provider_id": id}))
            .collect();
        self.messages
            .load(tx, &["conversation", "provider_id"], &messages)
            .await?;
        self.turns
            .load(tx, &["id"], &one("id", &named.turns))
            .await?;
        self.replies
            .load(tx, &["id"], &one("id", &named.replies))
            .await?;
        let of_turns = one("turn", &named.replies_of_turns);
        self.replies.load(tx, &["turn"], &of_turns).await?;
        let handovers = one("conversation", &named.handovers_of);
        self.handovers
            .load(tx, &["conversation"], &handovers)
            .await?;
        self.orders
            .load(tx, &["id"], &one("id", &named.orders))
            .await
    }

    async fn load_revised(
        &mut self,
        tx: &mut PgConnection,
        products: &BTreeSet<(String, String)>,
    ) -> anyhow::Result<()> {
        if products.is_empty() {
            return Ok(());
        }
        let (shops, skus): (Vec<&str>, Vec<&str>) = products
            .iter()
            .map(|(shop, sku)| (shop.as_str(), sku.as_str()))
            .unzip();
        let rows: Vec<(String, String, i32)> = sqlx::query_as(
            "SELECT shop, sku, max(number) FROM product_revision \
             JOIN unnest($1::text[], $2::text[]) AS wanted (shop, sku) USING (shop, sku) GROUP BY shop, sku",
        )
        .bind(shops)
        .bind(skus)
        .fetch_all(tx)
        .await?;
        let rows = rows.into_iter();
        self.revised
            .extend(rows.map(|(shop, sku, number)| ((shop, sku), number)));
        Ok(())
    }

    /// Notes where an event stands.
    pub(super) fn place<E: EventData>(&mut self, commit: &RawCommit, recorded: &Recorded<E>) {
        let all = &mut self.events;
        all.ids.push(recorded.meta.id.uuid());
        all.shops.push(commit.key.shop_id().to_string());
        all.conversations.push(super::conversation_of(&commit.key));
        all.shards.push(i32::from(commit.shard));
        all.seqs.push(i64::try_from(commit.seq).unwrap_or(i64::MAX));
        all.types.push(recorded.event.type_name());
    }

    /// Writes everything that is new or changed.
    pub(super) async fn write(&mut self, tx: &mut PgConnection) -> anyhow::Result<()> {
        self.shops.write(tx).await?;
        self.sheets.write(tx).await?;
        self.products.write(tx).await?;
        self.revisions.write(tx).await?;
        self.conversations.write(tx).await?;
        self.messages.write(tx).await?;
        self.turns.write(tx).await?;
        self.answers.write(tx).await?;
        self.replies.write(tx).await?;
        self.handovers.write(tx).await?;
        self.orders.write(tx).await?;
        self.unreadable.write(tx).await?;
        self.figures.write(tx).await?;
        let places = std::mem::take(&mut self.events);
        if places.ids.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO event (id, shop, conversation, shard, seq, type) SELECT * FROM \
             unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::bigint[], $6::text[])",
        )
        .bind(places.ids)
        .bind(places.shops)
        .bind(places.conversations)
        .bind(places.shards)
        .bind(places.seqs)
        .bind(places.types)
        .execute(tx)
        .await?;
        Ok(())
    }
}

/// A moment as PostgreSQL has it: in microseconds. What is in memory and what comes back from a table are the same.
pub(super) fn moment(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The wire name of a plain enum's value.
pub(super) fn name(value: &impl serde::Serialize) -> anyhow::Result<String> {
    match serde_json::to_value(value)? {
        Value::String(name) => Ok(name),
        other => anyhow::bail!("{other} is not a name"),
    }
}
