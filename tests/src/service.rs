//! One service, in this process or in one of its own.

use std::{
    fs::OpenOptions,
    net::SocketAddr,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use boot::Harness;
use clap::{Args, Command as Parser};

use crate::{free_port, until};

/// A service of Torg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Everything that comes from outside.
    Ingest,
    /// From messages to turns, from answers to replies.
    Router,
    /// The specialists.
    Agents,
    /// What is ordered is reserved.
    Cart,
    /// The one way out.
    Dispatcher,
    /// Numbers, pages and letters for what is sold.
    Invoicer,
    /// The sellers' desk.
    Escalation,
    /// The read models.
    Console,
}

impl Service {
    /// All of them, in the order in which they are started: nothing is taken in before those who work on it are there.
    pub const ALL: [Self; 8] = [
        Self::Router,
        Self::Agents,
        Self::Cart,
        Self::Dispatcher,
        Self::Invoicer,
        Self::Escalation,
        Self::Console,
        Self::Ingest,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Router => "router",
            Self::Agents => "agents",
            Self::Cart => "cart",
            Self::Dispatcher => "dispatcher",
            Self::Invoicer => "invoicer",
            Self::Escalation => "escalation",
            Self::Console => "console",
        }
    }
}

/// The signal of a process that aborts.
const ABORT: i32 = 6;

/// A running service.
pub(crate) enum Running {
    Here(Harness),
    Apart(Apart),
}

impl Running {
    /// Starts `service` in this process, with the options that it would be given on the command line.
    pub(crate) async fn here(service: Service, options: &[String]) -> Self {
        let options = options.to_vec();
        let harness = Harness::start(move |tasks| async move {
            let tasks = tasks.scope(service.name());
            match service {
                Service::Ingest => ingest::run(parse(&options), tasks).await,
                Service::Router => router::run(parse(&options), tasks).await,
                Service::Agents => agents::run(parse(&options), tasks).await,
                Service::Cart => cart::run(parse(&options), tasks).await,
                Service::Dispatcher => dispatcher::run(parse(&options), typesetter(), tasks).await,
                Service::Invoicer => invoicer::run(parse(&options), typesetter(), tasks).await,
                Service::Escalation => escalation::run(parse(&options), tasks).await,
                Service::Console => console::run(parse(&options), tasks).await,
            }
        });
        let harness = harness.await.unwrap();
        harness.tasks().ready().await;
        Self::Here(harness)
    }

    /// Starts `service` in a process of its own, which logs into `folder`.
    pub(crate) async fn apart(service: Service, options: &[String], folder: &Path) -> Self {
        let mut apart = Apart::spawn(service, options, folder, None);
        let url = apart.readyz.clone();
        until(&format!("{} is ready", service.name()), || {
            let ended = apart.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended: {}", apart.tail());
            async {
                let answer = reqwest::get(&url).await.ok()?;
                answer.status().is_success().then_some(())
            }
        })
        .await;
        Self::Apart(apart)
    }

    /// Starts `service` in a process of its own that dies at `point`, maybe before it is ready.
    pub(crate) fn doomed(
        service: Service,
        options: &[String],
        folder: &Path,
        point: Option<&str>,
    ) -> Self {
        Self::Apart(Apart::spawn(service, options, folder, point))
    }

    /// Whether its process has died at the place where it was to.
    pub(crate) fn has_aborted(&mut self) -> bool {
        let Self::Apart(apart) = self else {
            return false;
        };
        let Some(status) = apart.child.try_wait().unwrap() else {
            return false;
        };
        assert_eq!(status.signal(), Some(ABORT), "{}", apart.tail());
        true
    }
    /// Where it serves gRPC.
    pub(crate) fn grpc(&self) -> SocketAddr {
        match self {
            Self::Here(harness) => harness.address("grpc").unwrap(),
            Self::Apart(apart) => apart.grpc,
        }
    }

    /// Where it says whether it can work.
    pub(crate) fn readyz(&self) -> String {
        match self {
            Self::Here(harness) => format!("http://{}/readyz", harness.address("admin").unwrap()),
            Self::Apart(apart) => apart.readyz.clone(),
        }
    }

    /// Kill -9, or as near to it as one process can come.
    pub(crate) async fn kill(self) {
        match self {
            Self::Here(harness) => harness.kill().await,
            Self::Apart(apart) => drop(apart),
        }
    }
}

/// A process of its own; killed on drop.
pub(crate) struct Apart {
    child: Child,
    log: PathBuf,
    grpc: SocketAddr,
    readyz: String,
}

impl Apart {
    fn spawn(service: Service, options: &[String], folder: &Path, point: Option<&str>) -> Self {
        let admin = format!("127.0.0.1:{}", free_port());
        let grpc = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let path = folder.join(format!("{}.log", service.name()));
        let log = OpenOptions::new().create(true).append(true).open(&path);
        let log = log.unwrap();
        let mut command = Command::new(program("torg"));
        if let Some(point) = point {
            command.env("TORG_CRASH_AT", point);
        }
        let child = command
            .args(["--grpc-listen", &grpc.to_string(), "--admin-listen", &admin])
            .args(["--log", "info", service.name()])
            .args(options)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            child,
            log: path,
            grpc,
            readyz: format!("http://{admin}/readyz"),
        }
    }

    /// The end of what it logged.
    pub(crate) fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A program of this workspace, which is built beside the tests.
///
/// # Panics
/// When it is not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let folder = own.parent().and_then(Path::parent).unwrap();
    let program = folder.join(name);
    assert!(
        program.exists(),
        "{name} is not built: `cargo build --workspace --bins`"
    );
    program
}

/// The options of a service, as the command line would read them.
fn parse<C: Args>(options: &[String]) -> C {
    let parser = C::augment_args(Parser::new("torg").no_binary_name(true));
    let matches = parser.try_get_matches_from(options).unwrap();
    C::from_arg_matches(&matches).unwrap()
}

/// Pages are made by the program itself, as in a real process. Unoptimised it is slow.
fn typesetter() -> paper::Typesetter {
    let limits = paper::Limits {
        time: Duration::from_secs(60),
        ..paper::Limits::default()
    };
    paper::Typesetter::new(program("torg"), vec!["typeset".into()], limits)
}
