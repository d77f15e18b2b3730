//! The invoicer: an approved order gets the next number of its shop, a PDF, and a letter.
//!
//! Two reactors. One follows conversations: each approved order is issued an invoice in the shop's one history of
//! invoices, and the conversation is told. The other follows that history and mails. A PDF is never stored: everything
//! on it stands in `invoice_issued`, and made again it is the same to the byte. `torg.invoice.v1` gives it to whoever
//! asks.
//!
//! Because it alone writes letters, it also mails the codes with which buyers show that a mail address is theirs.

mod bill;
mod config;
mod grpc;
mod issued;
mod letter;
mod post;
mod requisites;

use std::sync::Arc;

use anyhow::Context as _;
use eventlog::EventLog;
use proto::invoice::invoices_server::InvoicesServer;
use schemas::{Kind, topology};

pub use config::Config;

/// Runs until told to stop. `typesetter` makes the pages, in a process of its own.
///
/// # Errors
/// When the log cannot be opened, or the mail server's address cannot be read.
pub async fn run(
    config: Config,
    typesetter: paper::Typesetter,
    tasks: boot::Tasks,
) -> anyhow::Result<()> {
    let health = tasks.component("invoicer");
    let log = EventLog::open(config.log.config("invoicer", boot::clock::now))
        .await
        .context("while opening the log for the invoicer")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let office = issued::Office::new(log.clone(), typesetter);
    tasks.grpc(
        InvoicesServer::new(grpc::Service::new(office.clone())),
        proto::DESCRIPTORS,
    );
    let bills = bill::Bills::new(log.clone());
    let asked = bills.clone();
    tasks.watch("requisites", move || {
        std::future::ready(Ok(asked.problems()))
    });
    for reactor in [
        topology::INVOICER,
        topology::INVOICE_MAIL,
        topology::CODE_MAIL,
    ] {
        let (watched, stop) = (log.clone(), tasks.stop());
        tasks.spawn("lag", async move {
            watched.report_lag(reactor.consumer, stop).await;
            Ok(())
        });
    }
    let options = config.log.react(config.invoicer_lanes.get());
    let (reader, stop) = (log.clone(), tasks.stop());
    tasks.spawn("invoicer", async move {
        let react = reader.react(
            &topology::INVOICER,
            Kind::Conversation,
            options,
            stop,
            move |key| {
                let bills = bills.clone();
                async move { bills.look(key).await }
            },
        );
        react.await.context("while issuing invoices")
    });
    let post = Arc::new(post::PostOffice::new(office, &config)?);
    let (reader, stop, codes) = (log.clone(), tasks.stop(), Arc::clone(&post));
    tasks.spawn("code mail", async move {
        let react = reader.react(
            &topology::CODE_MAIL,
            Kind::Customer,
            options,
            stop,
            move |key| {
                let codes = Arc::clone(&codes);
                async move { codes.look_at_codes(key).await }
            },
        );
        react.await.context("while mailing codes")
    });
    let stop = tasks.stop();
    tasks.spawn("invoice mail", async move {
        health.ready();
        let react = log.react(
            &topology::INVOICE_MAIL,
            Kind::Invoice,
            options,
            stop,
            move |key| {
                let post = Arc::clone(&post);
                async move { post.look(key).await }
            },
        );
        react.await.context("while mailing invoices")
    });
    Ok(())
}

/// What issues invoices, without its reactor and without mail, for who tells it what to look at: a demo's past is told
/// so.
pub struct Hand(bill::Bills);

impl Hand {
    /// Issues invoices in this log.
    #[must_use]
    pub fn new(log: EventLog) -> Self {
        Self(bill::Bills::new(log))
    }

    /// Issues the invoices of this conversation's approved orders.
    ///
    /// # Errors
    /// Why one could not be issued.
    pub async fn look(&self, key: &schemas::AggregateKey) -> anyhow::Result<()> {
        match self.0.look(key.clone()).await {
            eventlog::Outcome::Done => Ok(()),
            outcome => anyhow::bail!("an invoice was not issued: {outcome:?}"),
        }
    }
}
