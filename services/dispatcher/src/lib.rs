//! The dispatcher: the single place where anything leaves for a buyer.
//!
//! It records the intent, makes the call, and records the outcome. Whether a reply may leave at all is asked of the
//! conversation in the same append that records the intent, so a draft made under another owner cannot leave. Because
//! it alone holds the credentials, it also fetches voice notes and has them written down, and tells a shop's other
//! systems what became of orders and invoices.

mod config;
mod doors;
mod figures;
mod papers;
mod points;
mod policy;
mod react;
mod voice;
mod webhooks;

use anyhow::Context as _;
use eventlog::EventLog;
use schemas::{Kind, topology};

pub use config::Config;

/// Runs until told to stop. `typesetter` makes the documents that go with replies, in a process of its own.
///
/// # Errors
/// When the log cannot be opened, or a provider client cannot be made.
pub async fn run(
    config: Config,
    typesetter: paper::Typesetter,
    tasks: boot::Tasks,
) -> anyhow::Result<()> {
    let health = tasks.component("dispatcher");
    let log = EventLog::open(config.log.config("dispatcher", boot::clock::now))
        .await
        .context("while opening the log for the dispatcher")?;
    let watched = log.clone();
    tasks.watch("log", move || {
        std::future::ready(watched.health().verdict())
    });
    let doors = doors::Doors::new(
        config.state_dir.join("shops"),
        &config.providers,
        config.send_deadline(),
    );
    let ears = voice::Ears::open(&config.transcription)
        .context("while setting up the transcription of voice notes")?;
    let dispatcher = react::Dispatcher::new(
        log.clone(),
        doors,
        ears,
        papers::Papers::new(log.clone(), typesetter),
        config.send_deadline(),
        config.channel_pause(),
    );
    let asked = dispatcher.clone();
    tasks.watch("channels", move || {
        let asked = asked.clone();
        async move { Ok(asked.paused().await) }
    });
    webhooks::start(&config, &log, &tasks)?;
    let options = config.log.react(config.dispatcher_lanes.get());
    let (watched, stop) = (log.clone(), tasks.stop());
    tasks.spawn("lag", async move {
        watched
            .report_lag(topology::DISPATCHER.consumer, stop)
            .await;
        Ok(())
    });
    let stop = tasks.stop();
    tasks.spawn("dispatcher", async move {
        health.ready();
        log.react(
            &topology::DISPATCHER,
            Kind::Conversation,
            options,
            stop,
            move |key| {
                let dispatcher = dispatcher.clone();
                async move { dispatcher.look(key).await }
            },
        )
        .await
        .context("while sending replies")
    });
    Ok(())
}
