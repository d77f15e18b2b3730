//! `torg up`: everything in one process.

use std::{
    net::SocketAddr,
    num::NonZeroU16,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;

use crate::{
    commands::shop,
    demo,
    embedded::{Embedded, Places, Which},
    output, replay,
};

/// How long the services may take to become ready.
const READY: Duration = Duration::from_secs(120);

/// Options of `torg up`. Those of single services are read from their variables, see `torg <service> --help`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// With a demo shop, and stand-ins for Avito and Telegram
    #[arg(long)]
    demo: bool,
    /// Directory of this installation's state
    #[arg(
        long,
        env = "TORG_STATE_DIR",
        default_value = "./.torg/state",
        value_name = "DIR"
    )]
    state_dir: PathBuf,
    /// Directory of fetched binaries and weights
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        default_value = "./.torg/runtime",
        value_name = "DIR"
    )]
    runtime_dir: PathBuf,
    /// The broker; unset: an embedded one
    #[arg(
        long,
        env = "TORG_NATS_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    nats_url: Option<String>,
    /// Monitoring address of each server of that broker
    #[arg(
        long,
        env = "TORG_NATS_MONITOR_URL",
        value_name = "URL",
        value_delimiter = ','
    )]
    nats_monitor_url: Vec<String>,
    /// PostgreSQL; unset: an embedded one
    #[arg(
        long,
        env = "TORG_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Address of webhooks and the web chat
    #[arg(
        long,
        env = "TORG_INGEST_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    ingest_listen: SocketAddr,
    /// Address of the console's pages
    #[arg(
        long,
        env = "TORG_CONSOLE_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8081"
    )]
    console_listen: SocketAddr,
    /// Port of the stand-ins' page, with --demo
    #[arg(
        long,
        env = "TORG_SIM_PORT",
        value_name = "PORT",
        default_value = "8090"
    )]
    sim_port: NonZeroU16,
}

/// Runs everything until told to stop.
pub(crate) fn run(process: &boot::Options, options: Options) -> ExitCode {
    boot::run("torg", process, |tasks| start(options, tasks))
}

async fn start(options: Options, tasks: boot::Tasks) -> anyhow::Result<()> {
    tracing::info!("starting the broker and the database");
    let which = Which {
        nats: options.nats_url.is_none(),
        postgres: options.database_url.is_none(),
    };
    let embedded = Embedded::start(&options.state_dir, &options.runtime_dir, which)
        .await
        .context("while starting the embedded servers")?;
    let state = options
        .state_dir
        .canonicalize()
        .context("the state directory is gone")?;
    let log = log_options(&options, &embedded.places);
    let mut providers: channels::Options = from_environment();
    if options.demo {
        let base = format!("http://127.0.0.1:{}", options.sim_port)
            .parse()
            .context("no URL")?;
        providers.avito_base_url = base;
        providers.telegram_base_url = providers.avito_base_url.clone();
        providers.sheets_base_url = providers.avito_base_url.clone();
        let file = demo::unpack(&state)?;
        look_back(&options.runtime_dir, &log, &state, &file).await?;
        shop::add(&log, &state, &file)
            .await
            .context("while adding the demo shop")?;
    }
    services(&options, &embedded.places, &log, &providers, &state, &tasks).await?;
    let sim = match options.demo {
        true => {
            let bound = tasks.addresses().get("ingest/http").copied();
            let ingest = format!("http://{}", bound.unwrap_or(options.ingest_listen));
            Some(demo::stand_ins(&state, options.sim_port.get(), &ingest).await?)
        }
        false => None,
    };
    settle(embedded, sim, &options, &state, &tasks)
}

/// Tells the demo shop's past week, at its first start.
///
/// # Errors
/// What could not be told.
pub(crate) async fn look_back(
    runtime: &Path,
    log: &eventlog::Options,
    state: &Path,
    file: &Path,
) -> anyhow::Result<()> {
    let router = router::Config {
        runtime_dir: runtime.to_owned(),
        ..from_environment()
    };
    let agents = agents::Config {
        runtime_dir: runtime.to_owned(),
        ..from_environment()
    };
    let means = demo::past::Means {
        log,
        router: &router,
        agents: &agents,
        ingest: &from_environment(),
        state,
        file,
    };
    tracing::info!("looking for the demo shop's past; the first start tells it");
    let chats = demo::past::tell(&means, demo::WEEK)
        .await
        .context("while telling the demo shop's past week")?;
    if chats > 0 {
        tracing::info!("told the demo shop's past week: {chats} chats, all of them invented");
    }
    Ok(())
}

/// Records what is bound, sees to the end of the servers, and tells where everything is.
fn settle(
    mut embedded: Embedded,
    sim: Option<boot::child::Supervisor>,
    options: &Options,
    state: &Path,
    tasks: &boot::Tasks,
) -> anyhow::Result<()> {
    let token = console::token_file(state);
    // The demo's token opens nothing but the demo: it may stand on the screen.
    let token = match options.demo {
        true => format!("#token={}", console::token(state)?),
        false => format!("   (the token is in {})", token.display()),
    };
    let addresses = tasks.addresses();
    embedded.announce(addresses.clone())?;
    tasks.at_end("embedded servers", async move { embedded.stop().await });
    if let Some(sim) = sim {
        tasks.at_end("stand-ins", async move {
            sim.stop().await;
            Ok(())
        });
    }
    let (demo, port) = (options.demo, options.sim_port);
    let watch = tasks.clone();
    tasks.spawn("welcome", async move {
        let ready = tokio::time::timeout(READY, watch.ready()).await;
        if watch.is_stopping() {
            return Ok(());
        }
        if ready.is_err() {
            tracing::warn!(
                "not everything is ready yet; /readyz on the admin port says what is missing"
            );
        }
        for line in welcome(&addresses, demo, port, &token) {
            output::line(&line)?;
        }
        Ok(())
    });
    Ok(())
}

fn welcome(addresses: &boot::Addresses, demo: bool, sim: NonZeroU16, token: &str) -> Vec<String> {
    let at = |name: &str| {
        addresses
            .get(name)
            .map_or_else(String::new, ToString::to_string)
    };
    let ingest = at("ingest/http");
    let mut lines = vec![String::new(), "Torg is up.".to_owned()];
    if demo {
        lines.push(format!(
            "  talk to the demo shop   http://{ingest}/chat/{}",
            demo::SHOP
        ));
        lines.push(format!(
            "  Avito and Telegram      http://127.0.0.1:{sim}/   (stand-ins: write as a buyer)"
        ));
        lines.push(format!(
            "  the seller's Telegram   http://127.0.0.1:{sim}/   (chat «Продавец»: cards and buttons)"
        ));
    }
    lines.push(format!(
        "  the console             http://{}/sign-in{token}",
        at("console/http")
    ));
    lines.push(format!(
        "  webhooks                http://{ingest}/webhooks/…"
    ));
    lines.push(format!(
        "  health and metrics      http://{}/readyz",
        at("admin")
    ));
    lines.push(format!("  gRPC                    {}", at("grpc")));
    lines.push("  stop                    Ctrl-C".to_owned());
    lines
}

fn log_options(options: &Options, places: &Places) -> eventlog::Options {
    let mut log: eventlog::Options = from_environment();
    if let Some(url) = options.nats_url.as_ref().or(places.nats_url.as_ref()) {
        log.nats_url.clone_from(url);
    }
    log.nats_monitor_url = match &places.nats_monitor_url {
        Some(url) => vec![url.clone()],
        None => options.nats_monitor_url.clone(),
    };
    log
}

async fn services(
    options: &Options,
    places: &Places,
    log: &eventlog::Options,
    providers: &channels::Options,
    state: &Path,
    tasks: &boot::Tasks,
) -> anyhow::Result<()> {
    let database = options
        .database_url
        .clone()
        .or_else(|| places.database_url.clone());
    let router = router::Config {
        log: log.clone(),
        runtime_dir: options.runtime_dir.clone(),
        ..from_environment()
    };
    let agents = agents::Config {
        log: log.clone(),
        only: Vec::new(),
        runtime_dir: options.runtime_dir.clone(),
        ..from_environment()
    };
    let mut cart: cart::Config = from_environment();
    cart.log = log.clone();
    if let Some(url) = &database {
        cart.database_url.clone_from(url);
    }
    let dispatcher = dispatcher::Config {
        log: log.clone(),
        providers: providers.clone(),
        state_dir: state.to_owned(),
        ..from_environment()
    };
    let invoicer = invoicer::Config {
        log: log.clone(),
        state_dir: state.to_owned(),
        ..from_environment()
    };
    let escalation = escalation::Config {
        log: log.clone(),
        providers: providers.clone(),
        state_dir: state.to_owned(),
        ..from_environment()
    };
    let mut console: console::Config = from_environment();
    console.log = log.clone();
    console.console_listen = options.console_listen;
    if let Some(grpc) = tasks.addresses().get("grpc") {
        // Every service of this process answers there.
        console.cart_url = format!("http://{grpc}");
        console.invoice_url.clone_from(&console.cart_url);
        console.replay_url.clone_from(&console.cart_url);
    }
    console.state_dir = state.to_owned();
    console.runtime_dir.clone_from(&options.runtime_dir);
    console.database_url = database.unwrap_or(console.database_url);
    let ingest = ingest::Config {
        log: log.clone(),
        providers: providers.clone(),
        ingest_listen: options.ingest_listen,
        state_dir: state.to_owned(),
        ..from_environment()
    };
    tracing::info!("loading the language model; the first start trains it");
    router::run(router, tasks.scope("router")).await?;
    agents::run(agents, tasks.scope("agents")).await?;
    cart::run(cart, tasks.scope("cart")).await?;
    let typesetter = crate::typesetter()?;
    dispatcher::run(dispatcher, typesetter.clone(), tasks.scope("dispatcher")).await?;
    invoicer::run(invoicer, typesetter, tasks.scope("invoicer")).await?;
    escalation::run(escalation, tasks.scope("escalation")).await?;
    console::run(console, tasks.scope("console")).await?;
    let replays = replay::Config {
        log: log.clone(),
        state_dir: state.to_owned(),
        runtime_dir: options.runtime_dir.clone(),
        ..from_environment()
    };
    replay::serve(replays, tasks.scope("replays")).await?;
    // Last: nothing is taken in before everybody who works on it is there.
    ingest::run(ingest, tasks.scope("ingest")).await
}

/// A service's options as its variables and defaults say.
pub(crate) fn from_environment<C: Args>() -> C {
    let command = C::augment_args(clap::Command::new("torg").no_binary_name(true));
    let matches = command.get_matches_from(std::iter::empty::<&str>());
    match C::from_arg_matches(&matches) {
        Ok(config) => config,
        Err(error) => error.exit(),
    }
}
