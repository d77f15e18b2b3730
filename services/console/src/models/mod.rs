//! The read models: rows that follow from events, written in the transaction that moves the checkpoint.
//!
//! Each row follows from one aggregate alone, or is a sum, so that the order of shards among each other changes nothing.

mod conversation;
mod figures;
mod fold;
mod handover;
mod orders;
mod rows;
mod shop;
mod stock;

use eventlog::{
    Projection, RawCommit,
    project::{Table, Tables},
};
use schemas::{
    AggregateKey, Kind, Recorded, conversation::ConversationEvent, desk::DeskEvent,
    envelope::DecodeError, shop::ShopEvent, stock::StockEvent,
};
use sqlx::PgConnection;

use self::{
    fold::{Fold, Named},
    rows::Unreadable,
};

/// The tables and their keys, in the order of the dump.
const TABLES: [Table; 14] = [
    Table::new("shop", "shop"),
    Table::new("sheet", "shop, tab"),
    Table::new("product", "shop, sku"),
    Table::new("product_revision", "shop, sku, number"),
    Table::new("conversation", "id"),
    Table::new("message", "event_id"),
    Table::new("turn", "id"),
    Table::new("answer", "event_id"),
    Table::new("reply", "id"),
    Table::new("handover", "id"),
    Table::new("order_total", "id"),
    Table::new("quarter", "shop, shard, at, figure, detail"),
    Table::new("event", "id"),
    Table::new("unreadable", "shard, seq"),
];

/// All read models, as one projection.
#[derive(Clone, Copy, Debug)]
pub struct ReadModels;

impl Projection for ReadModels {
    const NAME: &'static str = "console";
    const VERSION: i32 = 2;
    const TABLES: Tables = Tables {
        create: include_str!("../schema.sql"),
        indexes: include_str!("../indexes.sql"),
        all: &TABLES,
    };

    fn kinds(&self) -> &[Kind] {
        &Kind::ALL
    }

    async fn apply(&self, tx: &mut PgConnection, commits: &[RawCommit]) -> anyhow::Result<()> {
        let read: Vec<(&RawCommit, Result<Events, DecodeError>)> = commits
            .iter()
            .filter_map(|commit| Some((commit, events(commit)?)))
            .collect();
        let mut named = Named::default();
        for (commit, events) in &read {
            if let Ok(events) = events {
                events.name(&commit.key, &mut named);
            }
        }
        let mut fold = Fold::default();
        fold.load(tx, &named).await?;
        for (commit, events) in &read {
            match events {
                Ok(events) => events.apply(&mut fold, commit)?,
                // A newer build may have written it, or nobody can read it: the rest of the shard is not held up.
                Err(error) => set_aside(&mut fold, commit, error)?,
            }
        }
        fold.write(tx).await
    }
}

/// The events of one commit.
enum Events {
    Conversation(Vec<Recorded<ConversationEvent>>),
    Stock(Vec<Recorded<StockEvent>>),
    Shop(Vec<Recorded<ShopEvent>>),
    Desk(Vec<Recorded<DeskEvent>>),
}

/// The events of a commit; `None`: the cart service has the rows of what is sold.
fn events(commit: &RawCommit) -> Option<Result<Events, DecodeError>> {
    Some(match commit.key.kind() {
        Kind::Conversation => commit.decode().map(Events::Conversation),
        Kind::Stock => commit.decode().map(Events::Stock),
        Kind::Shop => commit.decode().map(Events::Shop),
        Kind::Desk => commit.decode().map(Events::Desk),
        // `torg webhooks list` reads what became of webhooks from the log.
        Kind::Invoice | Kind::Customer | Kind::Webhook => return None,
    })
}

impl Events {
    /// Names the rows that these events change and do not make.
    fn name(&self, key: &AggregateKey, named: &mut Named) {
        let shop = || key.shop_id().to_string();
        match self {
            Self::Conversation(events) => {
                for recorded in events {
                    conversation::name(key, recorded, named);
                }
            }
            Self::Stock(events) => {
                for recorded in events {
                    let sku = match &recorded.event {
                        StockEvent::ProductRecorded(event) => &event.product.sku,
                        StockEvent::ProductWithdrawn(event) => &event.sku,
                        StockEvent::StockReserved(_)
                        | StockEvent::ReservationKept(_)
                        | StockEvent::ReservationReleased(_) => continue,
                    };
                    named.products.insert((shop(), sku.to_string()));
                }
            }
            Self::Shop(events) => {
                for recorded in events {
                    if let ShopEvent::SheetRefused(refused) = &recorded.event {
                        named.sheets.insert((shop(), refused.tab.clone()));
                    }
                }
            }
            Self::Desk(_) => {}
        }
    }

    fn apply(&self, fold: &mut Fold, commit: &RawCommit) -> anyhow::Result<()> {
        match self {
            Self::Conversation(events) => {
                for recorded in events {
                    fold.place(commit, recorded);
                    conversation::apply(fold, commit, recorded)?;
                }
            }
            Self::Stock(events) => {
                for recorded in events {
                    fold.place(commit, recorded);
                    stock::apply(fold, &commit.key, recorded)?;
                }
            }
            Self::Shop(events) => {
                for recorded in events {
                    fold.place(commit, recorded);
                    shop::apply(fold, &commit.key, recorded)?;
                }
            }
            // Only where they stand: what they say is asked of the log.
            Self::Desk(events) => {
                for recorded in events {
                    fold.place(commit, recorded);
                }
            }
        }
        Ok(())
    }
}

/// Notes a commit that this build cannot read; after an upgrade that can, rebuild.
fn set_aside(fold: &mut Fold, commit: &RawCommit, error: &DecodeError) -> anyhow::Result<()> {
    tracing::error!(key = %commit.key, seq = commit.seq, "a commit is left out of the read models: {error}");
    fold.unreadable.put(Unreadable {
        shop: commit.key.shop_id().to_string(),
        shard: i32::from(commit.shard),
        seq: i64::try_from(commit.seq)?,
        key: commit.key.to_string(),
        reason: error.to_string(),
    });
    Ok(())
}

/// The uuid of the conversation that a key names.
pub(crate) fn conversation_of(key: &AggregateKey) -> Option<uuid::Uuid> {
    key.conversation_id().map(schemas::ConversationId::uuid)
}
