//! The broker as a child process: the repository's own configuration, on free ports, killed on drop.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{Folder, free_port, runtime, until};

/// One broker.
pub struct Broker {
    port: u16,
    monitor: u16,
    folder: Folder,
    child: Option<Child>,
}

impl Broker {
    /// Starts one and waits until it answers.
    pub async fn start() -> Self {
        let mut broker = Self {
            port: free_port(),
            monitor: free_port(),
            folder: Folder::new("nats"),
            child: None,
        };
        broker.resume().await;
        broker
    }

    /// Starts it on what it has stored.
    ///
    /// # Panics
    /// When the program was not fetched: `make setup`.
    pub async fn resume(&mut self) {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nats.conf");
        let log = File::create(self.folder.path().join("nats.log")).unwrap();
        let child = Command::new(runtime().join("bin/nats-server"))
            .arg("-c")
            .arg(config)
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-m", &self.monitor.to_string(), "-sd"])
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nats-server is in the runtime folder; `make setup` fetches it");
        self.child = Some(child);
        let health = format!("{}/healthz", self.monitor_url());
        until("the broker answers", || async {
            let answer = reqwest::get(&health).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
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
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where its settings can be read.
    #[must_use]
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.monitor)
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}
