//! The broker and the database as child processes: what `torg up` runs on when no address is configured.
//!
//! Everything they store is in the state directory. Their processes and ports are recorded there too, so that
//! the command line finds them and a new `torg up` takes over what a killed one left running. Deliberately
//! absent: streams, tables, anything that the services themselves set up.

mod nats;
mod postgres;
mod servers_file;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{Read as _, Seek as _, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use boot::child::Supervisor;
use rustix::fs::FlockOperation;

use self::servers_file::{Record, ServersFile};

/// How long a server may take to recover what it has stored.
const START: Duration = Duration::from_secs(120);
/// How long it may take to stop; together less than the grace period of a process.
const STOP: Duration = Duration::from_secs(4);

/// Which servers are wanted; the others have an address in the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Which {
    /// The broker.
    pub nats: bool,
    /// The database.
    pub postgres: bool,
}

/// Where things are. The addresses hold passwords: never print them whole.
#[derive(Clone, Default)]
pub struct Places {
    /// `nats://user:password@127.0.0.1:port`.
    pub nats_url: Option<String>,
    /// `http://127.0.0.1:port`, the broker's monitoring port.
    pub nats_monitor_url: Option<String>,
    /// `postgres://user:password@127.0.0.1:port/torg`; the user owns the database and is no superuser.
    pub database_url: Option<String>,
    /// What `torg up` itself is bound to, as told to [`Embedded::announce`].
    pub addresses: BTreeMap<String, SocketAddr>,
}

/// The running servers of one state directory. Dropped or stopped, they stop.
pub struct Embedded {
    /// Where the servers are.
    pub places: Places,
    servers: Arc<ServersFile>,
    postgres: Option<Supervisor>,
    nats: Option<Supervisor>,
    /// Held as long as the state directory is ours; the last field, so that it goes after the servers.
    _lock: File,
}

impl Embedded {
    /// Starts what is wanted, or takes it over from a `torg` that was killed, and waits until it answers.
    ///
    /// A server that ends by itself is started again on the same port.
    ///
    /// # Errors
    /// Another process holds the state directory; `make setup` has not been run; a server does not start (the
    /// end of its log is in the error).
    pub async fn start(state: &Path, runtime: &Path, which: Which) -> anyhow::Result<Self> {
        let state = folder(state)?;
        let lock = lock(&state)?;
        let servers = Arc::new(ServersFile::open(&state)?);
        servers.change(|record| record.torg = Some(std::process::id()))?;
        // Started side by side: the database takes a second the first time.
        let (nats, postgres) = tokio::try_join!(
            async {
                match which.nats {
                    true => nats::start(&state, runtime, &servers).await.map(Some),
                    false => Ok(None),
                }
            },
            async {
                match which.postgres {
                    true => postgres::start(&state, runtime, &servers).await.map(Some),
                    false => Ok(None),
                }
            }
        )?;
        let places = places(&servers.read(), servers.password());
        Ok(Self {
            places,
            servers,
            postgres,
            nats,
            _lock: lock,
        })
    }

    /// Finds the servers of a running `torg up`: for the command line.
    ///
    /// # Errors
    /// Nothing runs on that state directory.
    pub fn find(state: &Path) -> anyhow::Result<Places> {
        let missing = || {
            format!(
                "nothing runs on the state directory {}: start `torg up`, or point TORG_STATE_DIR at the right one",
                state.display()
            )
        };
        let state = state.canonicalize().with_context(missing)?;
        let servers = ServersFile::find(&state).with_context(missing)?;
        let record = servers.read();
        let alive =
            |pid: Option<u32>| pid.is_some_and(|pid| boot::child::command_line(pid).is_some());
        anyhow::ensure!(alive(record.torg), missing());
        Ok(places(&record, servers.password()))
    }

    /// Records what the process is bound to, so that [`Embedded::find`] can say it.
    ///
    /// # Errors
    /// The state directory cannot be written.
    pub fn announce(&mut self, addresses: BTreeMap<String, SocketAddr>) -> anyhow::Result<()> {
        self.places.addresses.clone_from(&addresses);
        self.servers.change(|record| record.addresses = addresses)
    }

    /// Stops the database, then the broker, and lets the state directory go.
    ///
    /// # Errors
    /// The state directory cannot be written; the servers are stopped all the same.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(postgres) = self.postgres.take() {
            postgres.stop().await;
        }
        if let Some(nats) = self.nats.take() {
            nats.stop().await;
        }
        self.servers.change(Record::nothing_runs)
    }
}

/// Makes the state directory, for us alone, and returns its full path: the servers need one.
fn folder(state: &Path) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(state)
        .and_then(|()| state.canonicalize())
        .with_context(|| format!("cannot make the state directory {}", state.display()))
}

/// Takes the state directory for this process; the operating system lets it go when the process ends, however.
fn lock(state: &Path) -> anyhow::Result<File> {
    let path = state.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        let mut owner = String::new();
        file.read_to_string(&mut owner)?;
        anyhow::bail!(
            "the state directory {} is in use by process {}: stop that one, or set TORG_STATE_DIR to another \
             directory to run a second instance",
            state.display(),
            owner.trim()
        );
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())?;
    Ok(file)
}

/// Makes sure that a fetched program is there.
fn program(runtime: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let path = runtime.join(name);
    path.canonicalize()
        .with_context(|| format!("{} is missing: run `make setup`", path.display()))
}

fn places(record: &Record, password: &str) -> Places {
    let address = |port: u16| format!("127.0.0.1:{port}");
    let nats = record.nats.as_ref();
    let postgres = record.postgres.as_ref();
    Places {
        nats_url: nats.map(|nats| format!("nats://torg:{password}@{}", address(nats.port))),
        nats_monitor_url: nats
            .and_then(|nats| nats.monitor_port)
            .map(|port| format!("http://{}", address(port))),
        database_url: postgres
            .map(|server| format!("postgres://torg:{password}@{}/torg", address(server.port))),
        addresses: record.addresses.clone(),
    }
}
