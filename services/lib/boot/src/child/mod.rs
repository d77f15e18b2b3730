//! Child processes: started with a log file, waited for, stopped by signal, adopted when they outlived their parent.
//!
//! A child is in a process group of its own, so that Ctrl-C in the terminal reaches us first and the child only
//! when nobody needs it any more.

mod log;
mod pid;
mod supervisor;
#[cfg(test)]
mod tests;

use std::{
    ffi::OsString,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    path::PathBuf,
    process::Stdio,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use rustix::process::Signal;
use tokio::time::{Instant, sleep};

pub use self::{
    pid::{command_line, signal_all},
    supervisor::{Check, Supervisor},
};

/// The ports that [`free_port`] chooses from: below those that systems give to outgoing connections (from 32768).
const FIRST_PORT: u16 = 15_000;
const PORTS: u32 = 17_000;
/// How often a condition is looked at again.
const POLL: Duration = Duration::from_millis(20);
/// The signal that asks a server to stop in good order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopBy {
    /// SIGTERM, what most servers expect.
    Terminate,
    /// SIGINT, PostgreSQL's "fast shutdown".
    Interrupt,
}

/// How a child is started, recognised and stopped.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What it is called in logs and errors.
    pub name: &'static str,
    /// The file that is executed.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables it gets beside our own.
    pub env: Vec<(&'static str, String)>,
    /// Where its standard output and error are appended.
    pub log: PathBuf,
    /// A part of its command line that no other process has: a path of its own.
    pub mark: String,
    /// How it is asked to stop.
    pub stop_by: StopBy,
    /// How long it may take to stop before it is killed.
    pub patience: Duration,
}

/// Why a child does not run.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The program could not be executed or its log not be opened.
    #[error("cannot start {name}")]
    Start {
        /// Which child.
        name: &'static str,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
    /// It ended before it was ready.
    #[error("{name} ended at once ({status}); the end of {}:\n{tail}", log.display())]
    Ended {
        /// Which child.
        name: &'static str,
        /// Its exit status, in words.
        status: String,
        /// Where its log is.
        log: PathBuf,
        /// The last lines of its log.
        tail: String,
    },
    /// It runs and does not answer.
    #[error("{name} did not answer within {within:?}; the end of {}:\n{tail}", log.display())]
    Silent {
        /// Which child.
        name: &'static str,
        /// How long it had.
        within: Duration,
        /// Where its log is.
        log: PathBuf,
        /// The last lines of its log.
        tail: String,
    },
}

/// A running child. Dropped, it is asked to stop, waited for within its patience, and killed.
#[derive(Debug)]
pub struct Child {
    spec: Spec,
    pid: u32,
    /// Absent for a child of an earlier process.
    handle: Option<tokio::process::Child>,
    over: bool,
}

impl Child {
    /// Starts the program in a process group of its own, with no standard input.
    ///
    /// # Errors
    /// [`ChildError::Start`] when the program is missing, not executable, or the log's folder is missing.
    pub fn start(spec: Spec) -> Result<Self, ChildError> {
        let (name, failed) = (spec.name, |source| ChildError::Start {
            name: spec.name,
            source,
        });
        let log = log::open(&spec.log).map_err(failed)?;
        let mut command = tokio::process::Command::new(&spec.program);
        command
            .args(&spec.args)
            .envs(spec.env.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::null())
            .stderr(log.try_clone().map_err(failed)?)
            .stdout(log);
        let handle = command.spawn().map_err(failed)?;
        let pid = handle
            .id()
            .ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        pid::remember(pid, spec.stop_by);
        tracing::debug!(pid, "{name} started");
        Ok(Self {
            spec,
            pid,
            handle: Some(handle),
            over: false,
        })
    }

    /// Takes over a child that an earlier process left behind; `None` when `pid` is not that child any more.
    #[must_use]
    pub fn adopt(spec: Spec, pid: u32) -> Option<Self> {
        if !pid::is(pid, &spec) {
            return None;
        }
        pid::remember(pid, spec.stop_by);
        Some(Self {
            spec,
            pid,
            handle: None,
            over: false,
        })
    }

    /// The operating system's number for it.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits until `check` says yes.
    ///
    /// # Errors
    /// [`ChildError::Ended`] when it ends first, [`ChildError::Silent`] when `within` is over.
    pub async fn ready(&mut self, check: &Check, within: Duration) -> Result<(), ChildError> {
        let until = Instant::now() + within;
        loop {
            if check().await {
                return Ok(());
            }
            let spec = &self.spec;
            if let Some(status) = self
                .handle
                .as_mut()
                .and_then(|child| child.try_wait().ok()?)
            {
                self.over = true;
                let (status, tail) = (status.to_string(), log::tail(&spec.log));
                return Err(ChildError::Ended {
                    name: spec.name,
                    status,
                    log: spec.log.clone(),
                    tail,
                });
            }
            if Instant::now() >= until {
                let tail = log::tail(&spec.log);
                return Err(ChildError::Silent {
                    name: spec.name,
                    within,
                    log: spec.log.clone(),
                    tail,
                });
            }
            sleep(POLL).await;
        }
    }

    /// Waits until it has ended and says how.
    pub async fn ended(&mut self) -> String {
        let status = match &mut self.handle {
            Some(handle) => match handle.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            },
            None => {
                while pid::is(self.pid, &self.spec) {
                    sleep(Duration::from_millis(200)).await;
                }
                "gone".to_owned()
            }
        };
        self.over = true;
        status
    }

    /// Asks it to stop, waits within its patience, then kills it.
    pub async fn stop(mut self) {
        pid::send(self.pid, pid::signal(self.spec.stop_by));
        let patience = self.spec.patience;
        if tokio::time::timeout(patience, self.ended()).await.is_err() {
            tracing::warn!(
                "{} did not stop within {patience:?}: killing it",
                self.spec.name
            );
            pid::send(self.pid, Signal::KILL);
            self.ended().await;
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        pid::forget(self.pid);
        if self.over {
            return;
        }
        let Some(handle) = &mut self.handle else {
            return pid::end(self.pid, &self.spec);
        };
        // Not waited for yet, so the number is still its own, even before it shows a command line.
        pid::send(self.pid, pid::signal(self.spec.stop_by));
        let until = std::time::Instant::now() + self.spec.patience;
        while let Ok(None) = handle.try_wait() {
            if std::time::Instant::now() > until {
                pid::send(self.pid, Signal::KILL);
                break;
            }
            std::thread::sleep(POLL);
        }
    }
}

/// A loopback port that is free, for a server that has to be told one.
///
/// Not one that the system gives to outgoing connections: until the server binds it, anybody's connection could get it.
/// Nor one that another process was given in this way and has still to bind, or binds again later: until this process
/// ends it holds the UDP port of the same number, by which others see that the port is taken.
///
/// # Errors
/// When none of them is free.
pub fn free_port() -> io::Result<u16> {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    static TAKEN: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());
    let asked = ASKED.fetch_add(1, Ordering::Relaxed);
    // Processes that run at the same time begin at places of their own.
    let begin = std::process::id().wrapping_mul(61).wrapping_add(asked);
    for step in 0..PORTS {
        let place = begin.wrapping_add(step) % PORTS;
        let port = FIRST_PORT.saturating_add(u16::try_from(place).unwrap_or(0));
        let here = (Ipv4Addr::LOCALHOST, port);
        if let Ok(mark) = UdpSocket::bind(here)
            && TcpListener::bind(here).is_ok()
        {
            TAKEN
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(mark);
            return Ok(port);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AddrInUse,
        "no loopback port is free",
    ))
}

/// A check that says yes once something listens on the address.
#[must_use]
pub fn listens(address: SocketAddr) -> Check {
    Box::new(move || Box::pin(async move { tokio::net::TcpStream::connect(address).await.is_ok() }))
}
