//! The rows of carts, orders and customers, written in the transaction that moves the checkpoint.
//!
//! Each row follows from one aggregate alone, so that the order of shards among each other changes nothing.

mod carts;
mod orders;
mod tables;

use std::collections::BTreeSet;

use eventlog::{
    Projection, RawCommit,
    project::{Batch, Table, Tables},
};
use jiff::Timestamp;
use schemas::{
    AggregateKey, CustomerId, Kind, OrderId, Recorded,
    conversation::ConversationEvent as Event,
    customer::{CustomerEvent, CustomerOrdered},
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use tables::{CartLine, Customer, CustomerContact, CustomerOrder, OrderLine};

/// Tables and their keys, in the order of the dump.
const TABLES: [Table; 5] = [
    Table::new("cart_line", "conversation, place"),
    Table::new("customer_order", "id"),
    Table::new("order_line", "order_id, place"),
    Table::new("customer", "id"),
    Table::new("customer_contact", "customer, contact"),
];

/// Carts, orders and customers, as one projection.
#[derive(Clone, Copy, Debug)]
pub struct Rows;

impl Projection for Rows {
    const NAME: &'static str = "cart";
    const VERSION: i32 = 2;
    const TABLES: Tables = Tables {
        create: include_str!("../schema.sql"),
        indexes: include_str!("../indexes.sql"),
        all: &TABLES,
    };

    fn kinds(&self) -> &[Kind] {
        &[Kind::Conversation, Kind::Customer]
    }

    async fn apply(&self, tx: &mut PgConnection, commits: &[RawCommit]) -> anyhow::Result<()> {
        let ours = commits.iter().filter(|commit| concerns(commit));
        let read: Vec<(&RawCommit, Events)> = ours
            .filter_map(|commit| Some((commit, events(commit)?)))
            .collect();
        if read.is_empty() {
            return Ok(());
        }
        let mut fold = Fold::default();
        fold.load(tx, &read).await?;
        for (commit, events) in &read {
            match events {
                Events::Conversation(events) => {
                    for recorded in events {
                        let chat = Chat::of(&commit.key, recorded)?;
                        carts::apply(&mut fold, &chat, &recorded.event);
                        orders::apply(&mut fold, &chat, recorded)?;
                    }
                }
                Events::Customer(events) => {
                    for recorded in events {
                        customer(&mut fold, &commit.key, recorded)?;
                    }
                }
            }
        }
        fold.write(tx).await
    }
}

/// Whether a commit says anything about carts, orders or customers. Most of what is said in a chat does not.
fn concerns(commit: &RawCommit) -> bool {
    let ours = |name: &String| {
        ["cart_changed", "order_", ".customer."]
            .iter()
            .any(|part| name.contains(part))
    };
    commit.types.is_empty() || commit.types.iter().any(ours)
}

enum Events {
    Conversation(Vec<Recorded<Event>>),
    Customer(Vec<Recorded<CustomerEvent>>),
}

/// The events of a commit. The console's table `unreadable` names one that cannot be read; after an upgrade that can read
/// it, `torg rebuild` takes it in.
fn events(commit: &RawCommit) -> Option<Events> {
    let read = match commit.key.kind() {
        Kind::Conversation => commit.decode().map(Events::Conversation),
        Kind::Customer => commit.decode().map(Events::Customer),
        Kind::Stock | Kind::Shop | Kind::Invoice | Kind::Desk | Kind::Webhook => return None,
    };
    match read {
        Ok(events) => Some(events),
        Err(error) => {
            tracing::error!(key = %commit.key, seq = commit.seq, "a commit is left out of the orders: {error}");
            None
        }
    }
}

/// Where and when an event of a conversation happened.
struct Chat {
    shop: String,
    id: Uuid,
    at: Timestamp,
}

impl Chat {
    fn of(key: &AggregateKey, recorded: &Recorded<Event>) -> anyhow::Result<Self> {
        let id = key.conversation_id();
        let id = id.ok_or_else(|| anyhow::anyhow!("{key} names no conversation"))?;
        Ok(Self {
            shop: key.shop_id().to_string(),
            id: id.uuid(),
            at: moment(recorded.meta.time),
        })
    }
}

/// One batch on its way into rows: what it names is loaded, events are folded in memory, what changed is written.
#[derive(Default)]
struct Fold {
    carts: Batch<CartLine>,
    orders: Batch<CustomerOrder>,
    lines: Batch<OrderLine>,
    customers: Batch<Customer>,
    contacts: Batch<CustomerContact>,
    /// Chats whose cart is another one now.
    emptied: BTreeSet<Uuid>,
    /// Customers who have confirmed no address any more.
    parted: BTreeSet<Uuid>,
    /// Orders whose lines are others now.
    agreed: BTreeSet<Uuid>,
}

impl Fold {
    async fn load(
        &mut self,
        tx: &mut PgConnection,
        read: &[(&RawCommit, Events)],
    ) -> anyhow::Result<()> {
        let (mut orders, mut carts) = (BTreeSet::new(), BTreeSet::new());
        let mut customers = BTreeSet::new();
        for (commit, events) in read {
            match events {
                Events::Conversation(events) => {
                    for recorded in events {
                        orders.extend(recorded.event.order().map(OrderId::uuid));
                        if matches!(recorded.event, Event::OrderDeclined(_)) {
                            carts.insert(Chat::of(&commit.key, recorded)?.id);
                        }
                    }
                }
                Events::Customer(_) => {
                    customers.insert(commit.key.id().to_owned());
                }
            }
        }
        let orders: Vec<Value> = orders.iter().map(|id| json!({"id": id})).collect();
        self.orders.load(tx, &["id"], &orders).await?;
        let carts: Vec<Value> = carts.iter().map(|id| json!({"conversation": id})).collect();
        self.carts.load(tx, &["conversation"], &carts).await?;
        let customers: Vec<Value> = customers.iter().map(|id| json!({"id": id})).collect();
        self.customers.load(tx, &["id"], &customers).await
    }

    async fn write(&mut self, tx: &mut PgConnection) -> anyhow::Result<()> {
        for (sql, keys) in [
            (
                "DELETE FROM cart_line WHERE conversation = ANY($1)",
                &self.emptied,
            ),
            (
                "DELETE FROM order_line WHERE order_id = ANY($1)",
                &self.agreed,
            ),
            (
                "DELETE FROM customer_contact WHERE customer = ANY($1)",
                &self.parted,
            ),
        ] {
            if !keys.is_empty() {
                let keys: Vec<Uuid> = keys.iter().copied().collect();
                sqlx::query(sql).bind(keys).execute(&mut *tx).await?;
            }
        }
        self.carts.write(tx).await?;
        self.orders.write(tx).await?;
        self.lines.write(tx).await?;
        self.customers.write(tx).await?;
        self.contacts.write(tx).await
    }
}

fn customer(
    fold: &mut Fold,
    key: &AggregateKey,
    recorded: &Recorded<CustomerEvent>,
) -> anyhow::Result<()> {
    let at = recorded.meta.time;
    match &recorded.event {
        CustomerEvent::CustomerOrdered(event) => ordered(fold, key, event, at)?,
        CustomerEvent::ContactConfirmed(event) => confirmed(fold, key, event.contact, at)?,
        CustomerEvent::CustomerParted(_) => {
            let id: Uuid = key.id().parse()?;
            fold.contacts.forget(|row| row.customer == id);
            fold.parted.insert(id);
        }
        // What an order holds stands in the rows of orders.
        CustomerEvent::CustomerOrderChanged(_)
        | CustomerEvent::CodeAsked(_)
        | CustomerEvent::CodeMade(_)
        | CustomerEvent::CodeMailed(_)
        | CustomerEvent::CodeFailed(_)
        | CustomerEvent::CodeMissed(_)
        | CustomerEvent::LetterCounted(_)
        | CustomerEvent::CustomersJoined(_) => {}
    }
    Ok(())
}

fn confirmed(
    fold: &mut Fold,
    key: &AggregateKey,
    contact: CustomerId,
    at: Timestamp,
) -> anyhow::Result<()> {
    fold.contacts.put(CustomerContact {
        customer: key.id().parse()?,
        contact: contact.uuid(),
        shop: key.shop_id().to_string(),
        confirmed_at: moment(at),
    });
    Ok(())
}

fn ordered(
    fold: &mut Fold,
    key: &AggregateKey,
    event: &CustomerOrdered,
    at: Timestamp,
) -> anyhow::Result<()> {
    let (id, at): (Uuid, Timestamp) = (key.id().parse()?, moment(at));
    let known = fold.customers.get(&(id,));
    let (orders, first_at) = known.map_or((0, at), |known| (known.orders, known.first_at));
    fold.customers.put(Customer {
        id,
        shop: key.shop_id().to_string(),
        orders: orders.saturating_add(1),
        last_order: event.order.uuid(),
        last_conversation: event.conversation.uuid(),
        recipient: serde_json::to_value(&event.recipient)?,
        first_at,
        last_at: at,
    });
    Ok(())
}

/// A moment as PostgreSQL has it: in microseconds. What is in memory and what comes back from a table are the same.
fn moment(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
