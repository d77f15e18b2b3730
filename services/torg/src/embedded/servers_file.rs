//! `servers.json` in the state directory: which servers run, under which numbers, on which ports; and `password`,
//! the secret they share. Both readable by their owner only.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::Write as _,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// What `servers.json` holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    /// The process that supervises them.
    pub(super) torg: Option<u32>,
    pub(super) nats: Option<Server>,
    pub(super) postgres: Option<Server>,
    /// What the supervising process is bound to.
    #[serde(default)]
    pub(super) addresses: BTreeMap<String, SocketAddr>,
}

/// One server. Its ports stay when it stops, so that they are tried first the next time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Server {
    pub(super) pid: Option<u32>,
    pub(super) port: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) monitor_port: Option<u16>,
}

impl Record {
    /// Forgets the processes and keeps the ports.
    pub(super) fn nothing_runs(&mut self) {
        self.torg = None;
        self.addresses.clear();
        for server in [&mut self.nats, &mut self.postgres].into_iter().flatten() {
            server.pid = None;
        }
    }
}

/// The file, and what it holds now.
pub(super) struct ServersFile {
    path: PathBuf,
    password: String,
    record: Mutex<Record>,
}

impl ServersFile {
    /// Reads what an earlier process left, or begins anew. Only with the state directory's lock held.
    pub(super) fn open(state: &Path) -> anyhow::Result<Self> {
        let secret = state.join("password");
        if !secret.exists() {
            write(&secret, boot::id::token().as_bytes())?;
        }
        let mut file = Self::find(state).or_else(|error| {
            tracing::debug!("beginning a new servers.json: {error:#}");
            let password = read(&secret)?;
            let path = state.join("servers.json");
            anyhow::Ok(Self {
                path,
                password,
                record: Mutex::default(),
            })
        })?;
        let record = file
            .record
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        record.addresses.clear();
        Ok(file)
    }

    /// Reads what a running process wrote.
    pub(super) fn find(state: &Path) -> anyhow::Result<Self> {
        let path = state.join("servers.json");
        let record = serde_json::from_str(&read(&path)?)
            .with_context(|| format!("{} is damaged", path.display()))?;
        let password = read(&state.join("password"))?;
        Ok(Self {
            path,
            password,
            record: Mutex::new(record),
        })
    }

    pub(super) fn read(&self) -> Record {
        self.record
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// Changes the record and writes it whole.
    pub(super) fn change(&self, change: impl FnOnce(&mut Record)) -> anyhow::Result<()> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut record);
        write(&self.path, &serde_json::to_vec_pretty(&*record)?)
    }

    /// As [`ServersFile::change`], for a restart in the background, where nobody could take the error.
    pub(super) fn note(&self, change: impl FnOnce(&mut Record)) {
        if let Err(error) = self.change(change) {
            tracing::error!("the command line may not find the servers: {error:#}");
        }
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a new file beside the old one and renames it over, so that a reader sees one or the other.
pub(super) fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let beside = path.with_extension("new");
    let write = || {
        let _ = fs::remove_file(&beside);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
