//! Escalation: the seller's desk.
//!
//! Two reactors follow, conversations and the letters with invoices: what is handed over is put on the shop's desk, and
//! what becomes of it is noted there. Another sees to the desk: it posts cards to sellers, draws them anew, reminds, and turns what sellers
//! press and write into events of the conversation. `torg.desk.v1` is for whoever is not in Telegram. Whether an action is possible is decided there, in one place, by
//! `domain`: whoever comes second is told what happened.

mod asked;
mod bots;
mod card;
mod chat;
mod config;
mod contract;
mod deeds;
mod desk;
mod figures;
mod follow;
mod grpc;
mod hands;
mod letters;
pub mod matters;
mod orders;
mod setup;
mod words;

use std::sync::Arc;

use anyhow::Context as _;
use eventlog::EventLog;
use proto::desk::desk_server::DeskServer;
use schemas::{Kind, topology};

pub use config::Config;

/// Runs until told to stop.
///
/// # Errors
/// When the log cannot be opened.
pub async fn run(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("escalation");
    let log = EventLog::open(config.log.config("escalation", boot::clock::now))
        .await
        .context("while opening the log for escalation")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let bots = Arc::new(bots::Bots::new(
        config.state_dir.join("shops"),
        &config.providers,
    ));
    tasks.grpc(
        DeskServer::new(grpc::Service::new(
            log.clone(),
            Arc::clone(&bots),
            tasks.stop(),
        )),
        proto::DESCRIPTORS,
    );
    let setup = setup::Setup {
        state_dir: config.state_dir,
        providers: config.providers,
        public_url: config.public_url,
    };
    let desk = desk::Desks::new(log.clone(), bots, Arc::new(setup));
    let asked = desk.clone();
    tasks.watch("sellers", move || {
        let asked = asked.clone();
        async move { Ok(asked.problems().await) }
    });
    for reactor in [
        topology::ESCALATION,
        topology::DESK_LETTERS,
        topology::DESK,
        topology::DEEDS,
    ] {
        let (watched, stop) = (log.clone(), tasks.stop());
        tasks.spawn("lag", async move {
            watched.report_lag(reactor.consumer, stop).await;
            Ok(())
        });
    }
    let options = config.log.react(config.escalation_lanes.get());
    let (follower, stop) = (follow::Follower::new(log.clone()), tasks.stop());
    let reader = log.clone();
    tasks.spawn("escalation", async move {
        reader
            .react(
                &topology::ESCALATION,
                Kind::Conversation,
                options,
                stop,
                move |key| {
                    let follower = follower.clone();
                    async move { follower.look(key).await }
                },
            )
            .await
            .context("while following conversations")
    });
    let (letters, stop) = (letters::Letters::new(log.clone()), tasks.stop());
    let reader = log.clone();
    tasks.spawn("letters", async move {
        let react = reader.react(
            &topology::DESK_LETTERS,
            Kind::Invoice,
            options,
            stop,
            move |key| {
                let letters = letters.clone();
                async move { letters.look(key).await }
            },
        );
        react.await.context("while following letters")
    });
    let (clerk, stop) = (asked::Clerk::new(log.clone()), tasks.stop());
    let reader = log.clone();
    tasks.spawn("deeds", async move {
        reader
            .react(&topology::DEEDS, Kind::Desk, options, stop, move |key| {
                let clerk = clerk.clone();
                async move { clerk.look(key).await }
            })
            .await
            .context("while doing what is asked for at the console")
    });
    let stop = tasks.stop();
    tasks.spawn("desk", async move {
        health.ready();
        log.react(&topology::DESK, Kind::Desk, options, stop, move |key| {
            let desk = desk.clone();
            async move { desk.look(key).await }
        })
        .await
        .context("while seeing to the desk")
    });
    Ok(())
}
