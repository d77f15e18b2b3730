//! PostgreSQL as a child process, on a free port, without durability, stopped on drop.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::PgPool;

use crate::broker::{Folder, free_port, runtime};

pub(crate) struct Postgres {
    port: u16,
    folder: Folder,
    child: Child,
}

/// PostgreSQL refuses root; as root it runs under another name, if the kernel lets it.
fn command(program: &str) -> Command {
    let place = runtime().join("postgres");
    let binary = place.join("bin").join(program);
    let mut command = if is_root() && user_namespaces() {
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-user=1000", "--map-group=1000"])
            .arg(binary);
        command
    } else if is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(binary);
        command
    } else {
        Command::new(binary)
    };
    command
        .env("LD_LIBRARY_PATH", place.join("lib"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn user_namespaces() -> bool {
    let mut probe = Command::new("unshare");
    probe.args(["--user", "--map-user=1000", "--map-group=1000", "true"]);
    probe.stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

impl Postgres {
    pub(crate) async fn start() -> (Self, PgPool) {
        let folder = Folder::new("postgres");
        if is_root() && !user_namespaces() {
            std::os::unix::fs::chown(&folder.0, Some(65534), Some(65534)).unwrap();
        }
        let data = folder.0.join("data");
        let made = command("initdb")
            .arg("-D")
            .arg(&data)
            .args([
                "-U",
                "torg",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ])
            .args(["--no-sync", "--no-instructions"])
            .status()
            .expect("postgres is in the runtime folder");
        assert!(made.success());
        let port = free_port();
        let child = serve(&data, port);
        let pool =
            PgPool::connect_lazy(&format!("postgres://torg@127.0.0.1:{port}/postgres")).unwrap();
        let postgres = Self {
            port,
            folder,
            child,
        };
        crate::broker::until("the database answers", || async {
            sqlx::query("SELECT 1").execute(&pool).await.is_ok()
        })
        .await;
        (postgres, pool)
    }

    /// Where `user` connects to `database`.
    pub(crate) fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// Stops it at once and starts it again on what it had stored.
    pub(crate) async fn restart(&mut self) {
        self.halt();
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.child = serve(&self.data(), self.port);
    }

    fn data(&self) -> PathBuf {
        self.folder.0.join("data")
    }

    fn halt(&mut self) {
        let mut stop = command("pg_ctl");
        stop.arg("stop")
            .arg("-D")
            .arg(self.data())
            .args(["-m", "immediate"]);
        drop(stop.status());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn serve(data: &std::path::Path, port: u16) -> Child {
    command("postgres")
        .arg("-D")
        .arg(data)
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
        .args(["-c", "unix_socket_directories=", "-c", "fsync=off"])
        .args(["-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
        .spawn()
        .unwrap()
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.halt();
    }
}
