//! What is measured on: a broker alone, or a whole Torg with its stand-ins.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use boot::child::{Check, Child, Spec, StopBy, free_port};
use eventlog::EventLog;
use serde_json::Value;

use super::{Bench, sample};
use crate::{
    demo,
    embedded::{Embedded, Places, Which},
};

/// How long something may take to be there.
const START: Duration = Duration::from_secs(120);
/// A broker that acknowledges first and syncs later, for filling a log that is only read.
const LAZY: &str = "jetstream { max_memory_store: 64MB }\nmax_payload: 1MB\n";

/// Starts a broker as `torg up` does: it syncs always.
pub(super) async fn broker(options: &Bench, folder: &Path) -> anyhow::Result<Embedded> {
    let which = Which {
        nats: true,
        postgres: false,
    };
    let embedded = Embedded::start(folder, &options.runtime_dir, which).await;
    embedded.context("while starting a broker")
}

/// Opens the log there.
pub(super) async fn log(places: &Places) -> anyhow::Result<EventLog> {
    let url = places.nats_url.clone().context("there is no broker")?;
    let mut config = config(url);
    config.monitor_urls = places.nats_monitor_url.clone().into_iter().collect();
    let log = EventLog::open(config).await;
    log.context("while opening the log")
}

fn config(url: String) -> eventlog::Config {
    // Events are made up here as ingest would record them.
    eventlog::Config::new(url, boot::clock::now, "ingest", env!("CARGO_PKG_VERSION"))
}

/// A broker that syncs lazily, and the log on it, which remembers no state.
pub(super) struct Lazy {
    pub(super) log: EventLog,
    url: String,
    monitor: String,
    broker: Child,
}

impl Lazy {
    pub(super) async fn start(options: &Bench, folder: &Path) -> anyhow::Result<Self> {
        let config = folder.join("nats.conf");
        fs::write(&config, LAZY)?;
        let (port, monitor) = (free_port()?, free_port()?);
        let mut args: Vec<std::ffi::OsString> = vec!["-a".into(), "127.0.0.1".into()];
        args.extend(["-p".into(), port.to_string().into()]);
        args.extend(["-m".into(), monitor.to_string().into()]);
        args.extend(["-c".into(), config.clone().into_os_string()]);
        args.extend(["-sd".into(), folder.join("store").into_os_string()]);
        let spec = Spec {
            name: "lazy nats-server",
            program: options.runtime_dir.join("bin/nats-server").canonicalize()?,
            args,
            env: vec![("GOMEMLIMIT", "4GiB".to_owned())],
            log: folder.join("nats.log"),
            mark: config.display().to_string(),
            stop_by: StopBy::Terminate,
            patience: Duration::from_secs(4),
        };
        let mut broker = Child::start(spec)?;
        let check = boot::child::listens(SocketAddr::from(([127, 0, 0, 1], port)));
        broker.ready(&check, START).await?;
        let (url, monitor) = (
            format!("nats://127.0.0.1:{port}"),
            format!("http://127.0.0.1:{monitor}"),
        );
        let log = Self::open(&url, &monitor, 0).await?;
        Ok(Self {
            log,
            url,
            monitor,
            broker,
        })
    }

    async fn open(url: &str, monitor: &str, cached: u64) -> anyhow::Result<EventLog> {
        let mut config = config(url.to_owned());
        config.monitor_urls = vec![monitor.to_owned()];
        config.allow_lazy_sync = true;
        config.cached_states = cached;
        Ok(EventLog::open(config).await?)
    }

    /// The same log once more, remembering states.
    pub(super) async fn remembering(&self) -> anyhow::Result<EventLog> {
        Self::open(&self.url, &self.monitor, 20_000).await
    }

    pub(super) async fn stop(self) {
        self.broker.stop().await;
    }
}

/// `torg up --demo` as a process of its own.
pub(super) struct Torg {
    pub(super) http: reqwest::Client,
    pub(super) log: EventLog,
    webhook: String,
    sim: String,
    process: Child,
}

impl Torg {
    /// Starts it; `quiet` is the shop's quiet window in milliseconds.
    pub(super) async fn start(options: &Bench, state: &Path, quiet: u32) -> anyhow::Result<Self> {
        let shop = demo::unpack(state)?;
        set_quiet(&shop, quiet)?;
        let sim = free_port()?;
        let process = boot_up(options, state, sim).await?;
        let places = Embedded::find(state)?;
        let ingest = places.addresses.get("ingest/http").context("no ingest")?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self {
            http,
            log: log(&places).await?,
            webhook: demo::avito_webhook(&format!("http://{ingest}")),
            sim: format!("http://127.0.0.1:{sim}"),
            process,
        })
    }

    /// Where Avito's webhooks go.
    pub(super) fn webhook(&self) -> &str {
        &self.webhook
    }

    /// Gives the stand-ins an order.
    pub(super) async fn order(&self, fault: &Value) -> anyhow::Result<()> {
        let call = self
            .http
            .post(format!("{}/sim/faults", self.sim))
            .json(fault);
        call.send().await?.error_for_status()?;
        Ok(())
    }

    /// Makes `count` chats at the stand-in, of which Torg hears nothing.
    pub(super) async fn make_chats(&self, count: u64) -> anyhow::Result<()> {
        self.order(&serde_json::json!({"drop_percent": 100}))
            .await?;
        for number in 0..count {
            let (account, chat) = (sample::ACCOUNT, sample::chat(number));
            let url = format!("{}/sim/avito/{account}/chats/{chat}/messages", self.sim);
            let words = serde_json::json!({"text": "…", "item_id": 1_000_000_001_u64});
            self.http
                .post(url)
                .json(&words)
                .send()
                .await?
                .error_for_status()?;
        }
        self.order(&serde_json::json!({"drop_percent": 0})).await
    }

    /// What the stand-ins accepted.
    pub(super) async fn ledger(&self) -> anyhow::Result<Vec<Value>> {
        let call = self.http.get(format!("{}/ledger?provider=avito", self.sim));
        Ok(call.send().await?.error_for_status()?.json().await?)
    }

    pub(super) async fn stop(self) {
        self.process.stop().await;
    }
}

async fn boot_up(options: &Bench, state: &Path, sim: u16) -> anyhow::Result<Child> {
    let mark = state.display().to_string();
    let any = || "127.0.0.1:0".to_owned();
    let spec = Spec {
        name: "torg up",
        program: std::env::current_exe().context("cannot tell where this program is")?,
        args: vec![
            "up".into(),
            "--demo".into(),
            "--state-dir".into(),
            state.into(),
            "--runtime-dir".into(),
            options.runtime_dir.canonicalize()?.into_os_string(),
            "--ingest-listen".into(),
            any().into(),
            "--sim-port".into(),
            sim.to_string().into(),
        ],
        env: vec![
            ("TORG_GRPC_LISTEN", any()),
            ("TORG_ADMIN_LISTEN", any()),
            // The stand-in for Avito has no limit, and is not what is measured.
            ("TORG_AVITO_PER_SECOND", "100000".to_owned()),
        ],
        log: state.join("torg.log"),
        mark,
        stop_by: StopBy::Terminate,
        patience: Duration::from_secs(15),
    };
    let mut process = Child::start(spec)?;
    process.ready(&is_ready(state.to_owned()), START).await?;
    Ok(process)
}

/// Says yes once every service is ready.
fn is_ready(state: PathBuf) -> Check {
    let ask = async move |state: PathBuf| -> Option<bool> {
        let admin = *Embedded::find(&state).ok()?.addresses.get("admin")?;
        let http = reqwest::Client::builder().no_proxy().build().ok()?;
        let answer = http
            .get(format!("http://{admin}/readyz"))
            .send()
            .await
            .ok()?;
        Some(answer.status().is_success())
    };
    Box::new(move || {
        let state = state.clone();
        Box::pin(async move { ask(state).await.unwrap_or(false) })
    })
}

/// Changes one line of the unpacked shop's file.
fn set_quiet(shop: &Path, quiet: u32) -> anyhow::Result<()> {
    let text = fs::read_to_string(shop)?;
    let lines = text
        .lines()
        .map(|line| match line.starts_with("quiet_window_ms") {
            true => format!("quiet_window_ms = {quiet}\n"),
            false => format!("{line}\n"),
        });
    Ok(fs::write(shop, lines.collect::<String>())?)
}
