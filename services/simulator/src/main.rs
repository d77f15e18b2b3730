//! `torg-sim`: the simulator as a program of its own.

use std::net::SocketAddr;

use anyhow::Context;
use clap::Parser;
use simulator::{Config, Simulator};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Avito and Telegram as stand-ins, with a page to write as a buyer and a ledger of what was really accepted.
#[derive(Parser)]
#[command(name = "torg-sim", version)]
struct Arguments {
    /// Where to listen; the page for people is at `/`.
    #[arg(long, env = "TORG_SIM_LISTEN", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Where Avito's webhooks go: `http://127.0.0.1:8080/webhooks/avito/{shop}/{secret}`.
    #[arg(long, env = "TORG_SIM_AVITO_WEBHOOK")]
    avito_webhook: Option<String>,
    /// Where Telegram's updates go: `http://127.0.0.1:8080/webhooks/telegram/{shop}`; absent: bots ask for them.
    #[arg(long, env = "TORG_SIM_TELEGRAM_WEBHOOK")]
    telegram_webhook: Option<String>,
    /// What Telegram puts into the secret header.
    #[arg(long, env = "TORG_SIM_TELEGRAM_SECRET", hide_env_values = true)]
    telegram_secret: Option<String>,
    /// An Avito account that the page offers from the start.
    #[arg(long, env = "TORG_SIM_AVITO_ACCOUNT", default_value_t = 94_000_311)]
    avito_account: u64,
    /// A bot (the digits before the colon of its token) that the page offers from the start.
    #[arg(long, env = "TORG_SIM_TELEGRAM_BOT", default_value_t = 123_456)]
    telegram_bot: i64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let simulator = Simulator::start(Config {
        listen: arguments.listen,
        avito_webhook: arguments.avito_webhook,
        telegram_webhook: arguments.telegram_webhook,
        telegram_secret: arguments.telegram_secret,
        ..Config::default()
    })
    .await
    .context("while starting the simulator")?;
    simulator
        .control()
        .offer(arguments.avito_account, arguments.telegram_bot);
    let url = simulator.url();
    tracing::info!(%url, "the page is open");
    let mut interrupt = signal(SignalKind::interrupt()).context("while listening for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("while listening for SIGTERM")?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    simulator.stop().await;
    Ok(())
}
