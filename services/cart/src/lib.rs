//! The cart service: what is ordered is reserved, what is not bought is let go.
//!
//! Only here are pieces promised. Whether there are enough is decided by the article's own history, in `domain`.

mod config;
mod figures;
mod policy;
mod react;

use anyhow::Context as _;
use eventlog::EventLog;
use schemas::{Kind, topology};

pub use config::Config;

/// Runs until told to stop.
///
/// # Errors
/// When the log cannot be opened.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("cart");
    let log = EventLog::open(config.log.config("cart", boot::clock::now))
        .await
        .context("while opening the log for the cart service")?;
    let (log_health, watched) = (tasks.component("log"), log.clone());
    let look = move || std::future::ready(watched.health().verdict());
    let watching = log_health.watch(tasks.stop(), look);
    tasks.spawn("log health", async move {
        watching.await;
        Ok(())
    });
    let (watched, stop) = (log.clone(), tasks.stop());
    tasks.spawn("lag", async move {
        watched.report_lag(topology::ORDERS.consumer, stop).await;
        Ok(())
    });
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
