//! The cart service: what is ordered is reserved, what is not bought is let go; carts, orders and customers as rows.
//!
//! Only here are pieces promised. Whether there are enough is decided by the article's own history, in `domain`, and
//! never by a row: the database may be away, and orders are seen to all the same.

mod config;
mod contract;
mod figures;
mod grpc;
pub mod orders;
mod policy;
mod react;
pub mod replay;
mod rows;

use std::time::Duration;

use anyhow::Context as _;
use eventlog::{EventLog, project::Reader};
use proto::cart::{carts_server::CartsServer, orders_server::OrdersServer};
use schemas::{Kind, topology};
use sqlx::{PgPool, postgres::PgPoolOptions};

pub use config::Config;
pub use rows::Rows;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Runs until told to stop.
///
/// # Errors
/// When the log cannot be opened.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("cart");
    let log = EventLog::open(config.log.config("cart", boot::clock::now))
        .await
        .context("while opening the log for the cart service")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let (watched, stop) = (log.clone(), tasks.stop());
    tasks.spawn("lag", async move {
        watched.report_lag(topology::ORDERS.consumer, stop).await;
        Ok(())
    });
    if config.database_url == "none" {
        tracing::warn!("no rows of carts, orders and customers are kept: --database-url none");
    } else {
        serve(&config, &log, &tasks)?;
    }
    let options = config.log.react(config.cart_lanes.get());
    let (orders, stop) = (react::Orders::new(log.clone()), tasks.stop());
    tasks.spawn("orders", async move {
        health.ready();
        log.react(
            &topology::ORDERS,
            Kind::Conversation,
            options,
            stop,
            move |key| {
                let orders = orders.clone();
                async move { orders.look(key).await }
            },
        )
        .await
        .context("while seeing to orders")
    });
    Ok(())
}

/// What sees to orders, without its reactor, for who tells it what to look at: a demo's past is told so.
pub struct Hand(react::Orders);

impl Hand {
    /// Sees to orders in this log.
    #[must_use]
    pub const fn new(log: EventLog) -> Self {
        Self(react::Orders::new(log))
    }

    /// Does whatever the orders of this conversation ask for.
    ///
    /// # Errors
    /// Why it could not be done.
    pub async fn look(&self, key: &schemas::AggregateKey) -> anyhow::Result<()> {
        match self.0.look(key.clone()).await {
            eventlog::Outcome::Done => Ok(()),
            outcome => anyhow::bail!("an order was not seen to: {outcome:?}"),
        }
    }
}

/// The rows, and questions about them. A database that is away keeps no order from being seen to.
fn serve(config: &Config, log: &EventLog, tasks: &boot::Tasks) -> anyhow::Result<()> {
    let pool = PgPoolOptions::new()
        .max_connections(config.cart_database_connections.get())
        .acquire_timeout(CONNECT)
        .connect_lazy(&config.database_url)
        .context("the database's address cannot be read; check TORG_DATABASE_URL")?;
    let asked = reader(pool.clone());
    tasks.watch("database", move || answers(asked.clone()));
    let service = grpc::Service::new(log.clone(), reader(pool.clone()), tasks.stop());
    tasks.grpc(CartsServer::new(service.clone()), proto::DESCRIPTORS);
    tasks.grpc(OrdersServer::new(service), proto::DESCRIPTORS);
    let (log, stop) = (log.clone(), tasks.stop());
    tasks.spawn("rows", async move {
        eventlog::project::run(log, pool, Rows, stop).await;
        Ok(())
    });
    Ok(())
}

/// The one way to the rows of carts, orders and customers.
#[must_use]
pub const fn reader(pool: PgPool) -> Reader {
    Reader::new::<Rows>(pool)
}

async fn answers(reader: Reader) -> Result<Vec<String>, String> {
    match reader.everything().await {
        Ok(_) => Ok(Vec::new()),
        // Orders are seen to without it.
        Err(_) => Ok(vec![
            "the database does not answer; the rows of orders wait for it".to_owned(),
        ]),
    }
}
