//! The demo: a shop with a sheet and a past, and stand-ins for Avito and Telegram as a child process.

mod earlier;
pub(crate) mod past;
mod script;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use boot::child::{Spec, StopBy, Supervisor};

/// The shop's file and its sheet, as they are in `deploy/demo`.
const FILES: [(&str, &str); 6] = [
    (
        "shop.toml",
        include_str!("../../../../deploy/demo/shop.toml"),
    ),
    (
        "ryukzaki/products.csv",
        include_str!("../../../../deploy/demo/ryukzaki/products.csv"),
    ),
    (
        "ryukzaki/delivery.csv",
        include_str!("../../../../deploy/demo/ryukzaki/delivery.csv"),
    ),
    (
        "ryukzaki/faq.csv",
        include_str!("../../../../deploy/demo/ryukzaki/faq.csv"),
    ),
    (
        "ryukzaki/rules.csv",
        include_str!("../../../../deploy/demo/ryukzaki/rules.csv"),
    ),
    (
        "ryukzaki/settings.csv",
        include_str!("../../../../deploy/demo/ryukzaki/settings.csv"),
    ),
];
/// The week that the shop looks back on.
pub(crate) const WEEK: &str = include_str!("../../../../deploy/demo/week.txt");
/// The demo's bot and its seller, as `deploy/demo/shop.toml` has them.
const BOT: i64 = 123_456;
const SELLER: i64 = 555;
/// The demo shop's id.
pub(crate) const SHOP: &str = "ryukzaki";
const AVITO_SECRET: &str = "demo-avito-webhook-secret-0000001";
const TELEGRAM_SECRET: &str = "demo-telegram-webhook-secret-0001";

/// Puts the demo shop into the state directory; what is there already stays, so that it may be edited.
pub(crate) fn unpack(state: &Path) -> anyhow::Result<PathBuf> {
    let folder = state.join("demo");
    for (name, content) in FILES {
        let path = folder.join(name);
        if path.exists() {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(folder.join("shop.toml"))
}

/// Where the demo shop's webhooks of Avito go.
pub(crate) fn avito_webhook(ingest: &str) -> String {
    format!("{ingest}/webhooks/avito/{SHOP}/{AVITO_SECRET}")
}

/// Starts the stand-ins on `port`, with webhooks to the ingest at `ingest`.
pub(crate) async fn stand_ins(state: &Path, port: u16, ingest: &str) -> anyhow::Result<Supervisor> {
    let program = std::env::current_exe()
        .context("cannot tell where this program is")?
        .with_file_name("torg-sim");
    anyhow::ensure!(
        program.exists(),
        "{} is missing: build it with `cargo build --workspace --bins`",
        program.display()
    );
    let listen = format!("127.0.0.1:{port}");
    let webhook = avito_webhook(ingest);
    let args = [
        "--listen".to_owned(),
        listen.clone(),
        "--avito-webhook".to_owned(),
        webhook.clone(),
        "--telegram-webhook".to_owned(),
        format!("{ingest}/webhooks/telegram/{SHOP}"),
    ];
    let spec = Spec {
        name: "stand-ins",
        program,
        args: args.into_iter().map(Into::into).collect(),
        env: vec![("TORG_SIM_TELEGRAM_SECRET", TELEGRAM_SECRET.to_owned())],
        log: state.join("stand-ins.log"),
        mark: webhook,
        stop_by: StopBy::Terminate,
        patience: Duration::from_secs(2),
    };
    // One that a killed `torg up` left behind, with the same webhooks, is taken over.
    let note = state.join("stand-ins.pid");
    let left_behind: Option<u32> = fs::read_to_string(&note)
        .ok()
        .and_then(|pid| pid.trim().parse().ok());
    let alive = left_behind
        .and_then(boot::child::command_line)
        .is_some_and(|line| line.contains(&spec.mark));
    if !alive {
        TcpListener::bind(&listen)
            .with_context(|| format!("{listen} is taken; choose another port by TORG_SIM_PORT"))?;
    }
    let check = boot::child::listens(listen.parse()?);
    let within = Duration::from_secs(20);
    let started = move |pid: u32| {
        if let Err(error) = fs::write(&note, pid.to_string()) {
            tracing::warn!("{} cannot be written: {error}", note.display());
        }
    };
    let stand_ins = Supervisor::start(spec, left_behind.filter(|_| alive), check, within, started)
        .await
        .context("while starting the stand-ins for Avito and Telegram")?;
    if !alive && let Err(error) = sit_down(port).await {
        tracing::warn!("the demo's seller could not open the bot: {error:#}");
    }
    Ok(stand_ins)
}

/// The demo's seller opens the bot, so that cards can be seen and tapped on the stand-ins' page.
async fn sit_down(port: u16) -> anyhow::Result<()> {
    let url = format!("http://127.0.0.1:{port}/sim/telegram/{BOT}/chats/{SELLER}/messages");
    let message = serde_json::json!({"text": "/start", "name": "Продавец"});
    reqwest::Client::new()
        .post(url)
        .timeout(Duration::from_secs(5))
        .json(&message)
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}
