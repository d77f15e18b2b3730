//! PostgreSQL as a child process, on a free port, killed on drop.

use std::{
    fs::File,
    os::unix::fs::{MetadataExt as _, chown},
    process::{Child, Command, Stdio},
};

use sqlx::PgPool;

use crate::{Folder, free_port, runtime, until};

/// The number of "nobody".
const NOBODY: u32 = 65534;

/// One database server with an empty database.
pub struct Database {
    port: u16,
    folder: Folder,
    child: Option<Child>,
}

impl Database {
    /// Makes one, starts it and waits until it answers.
    ///
    /// # Panics
    /// When the programs were not fetched: `make setup`.
    pub async fn start() -> Self {
        let folder = Folder::new("postgres");
        if is_root() && !user_namespaces() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let made = command("initdb")
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["-U", "torg", "--auth=trust", "-E", "UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "--no-instructions"])
            .stdout(Stdio::null())
            .status()
            .expect("postgres is in the runtime folder; `make setup` fetches it");
        assert!(made.success());
        let mut database = Self {
            port: free_port(),
            folder,
            child: None,
        };
        database.resume().await;
        database
    }

    /// Starts it on what it has stored. It refuses while the last of a killed server's processes are still ending.
    pub async fn resume(&mut self) {
        let port = self.port.to_string();
        let log = File::create(self.folder.path().join("postgres.log")).unwrap();
        let data = self.folder.path().join("data");
        let mut server = command("postgres");
        server
            .arg("-D")
            .arg(data)
            .args(["-p", &port, "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories=", "-c", "fsync=off"])
            .stdout(Stdio::null())
            .stderr(log);
        let mut child = server.spawn().unwrap();
        let url = self.url();
        until("the database answers", || {
            if child.try_wait().unwrap().is_some() {
                child = server.spawn().unwrap();
            }
            async {
                let pool = PgPool::connect(&url).await.ok()?;
                let answer = sqlx::query("SELECT 1").execute(&pool).await;
                pool.close().await;
                answer.ok()
            }
        })
        .await;
        self.child = Some(child);
    }

    /// Makes another empty database in the same server and returns its address.
    pub async fn another(&self, name: &str) -> String {
        let pool = PgPool::connect(&self.url()).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create).execute(&pool).await.unwrap();
        pool.close().await;
        format!("postgres://torg@127.0.0.1:{}/{name}", self.port)
    }

    /// Kill -9.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Where clients connect.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://torg@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.kill();
    }
}

/// PostgreSQL refuses to run as root; then it runs under another name, in whichever way the kernel lets it.
fn command(program: &str) -> Command {
    let place = runtime().join("postgres");
    let binary = place.join("bin").join(program);
    let mut command = if is_root() && user_namespaces() {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-user=1000", "--map-group=1000"]);
        command.arg(binary);
        command
    } else if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(binary);
        command
    } else {
        Command::new(binary)
    };
    command.env("LD_LIBRARY_PATH", place.join("lib"));
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn user_namespaces() -> bool {
    let mut probe = Command::new("unshare");
    probe.args(["--user", "--map-user=1000", "--map-group=1000", "true"]);
    probe.stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}
