//! Telling a shop's other systems of orders and invoices, by signed webhooks (decision 0022).
//!
//! Two steps, so that nobody waits for anybody: [`note`] writes down who is to be told what, [`tell`] tells each of them,
//! as often as it takes. One history and one lane for each endpoint and chat.

mod note;
mod payload;
mod standing;
mod tell;

use std::sync::Arc;

use anyhow::Context as _;
use channels::hook::{HookClient, address::Reach};
use eventlog::EventLog;
use schemas::{Kind, topology};

use crate::Config;

/// Starts what notes and what tells.
pub(crate) fn start(config: &Config, log: &EventLog, tasks: &boot::Tasks) -> anyhow::Result<()> {
    let reach = if config.webhook_allow_private {
        Reach::Private
    } else {
        Reach::Public
    };
    let client = HookClient::new(reach, config.webhook_deadline());
    let client = client.context("while setting up the client for webhooks")?;
    let teller = Arc::new(tell::Teller::new(log.clone(), client, config));
    let asked = Arc::clone(&teller);
    tasks.watch("webhooks", move || {
        let asked = Arc::clone(&asked);
        async move { Ok(asked.problems().await) }
    });
    let noter = note::Noter::new(log.clone());
    let options = config.log.react(config.webhook_lanes.get());
    for reactor in [
        topology::WEBHOOK_ORDERS,
        topology::WEBHOOK_INVOICES,
        topology::WEBHOOKS,
    ] {
        let (watched, stop) = (log.clone(), tasks.stop());
        tasks.spawn("lag", async move {
            watched.report_lag(reactor.consumer, stop).await;
            Ok(())
        });
    }
    let (reader, stop, orders) = (log.clone(), tasks.stop(), noter.clone());
    tasks.spawn("webhook orders", async move {
        let kind = Kind::Conversation;
        let react = reader.react(&topology::WEBHOOK_ORDERS, kind, options, stop, move |key| {
            let orders = orders.clone();
            async move { orders.orders(key).await }
        });
        react.await.context("while noting who is told of orders")
    });
    let (reader, stop) = (log.clone(), tasks.stop());
    tasks.spawn("webhook invoices", async move {
        let kind = Kind::Invoice;
        let react = reader.react(
            &topology::WEBHOOK_INVOICES,
            kind,
            options,
            stop,
            move |key| {
                let noter = noter.clone();
                async move { noter.invoices(key).await }
            },
        );
        react.await.context("while noting who is told of invoices")
    });
    let (reader, stop) = (log.clone(), tasks.stop());
    tasks.spawn("webhooks", async move {
        let kind = Kind::Webhook;
        let react = reader.react(&topology::WEBHOOKS, kind, options, stop, move |key| {
            let teller = Arc::clone(&teller);
            async move { teller.look(key).await }
        });
        react.await.context("while telling other systems")
    });
    Ok(())
}
