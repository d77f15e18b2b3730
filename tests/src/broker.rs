//! The broker as a child process: the repository's own configuration, on free ports, killed on drop.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use eventlog::EventLog;
use schemas::{AggregateKey, subject};
use serde_json::Value;

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

    /// A bare client, for what no service may do.
    pub async fn client(&self) -> async_nats::Client {
        async_nats::connect(self.url()).await.unwrap()
    }

    /// Puts a message into the history of `key` that no build can read. It says no types, so everybody looks at it.
    ///
    /// # Panics
    /// When the broker does not take it.
    pub async fn damage(&self, log: &EventLog, key: &AggregateKey) {
        let subject = key.subject(log.shards());
        let answer = self.client().await.request(subject, "garbage".into()).await;
        let answer: Value = serde_json::from_slice(&answer.unwrap().payload).unwrap();
        assert!(answer["seq"].is_u64(), "{answer}");
    }

    /// Has every shard of `log` remember message ids for no longer than `window`: what happens later happens "a day
    /// later", as far as the broker can tell.
    ///
    /// # Panics
    /// When the broker does not take it.
    pub async fn forget_ids_after(&self, log: &EventLog, window: Duration) {
        let context = async_nats::jetstream::new(self.client().await);
        for shard in 0..log.shards() {
            let mut stream = context.get_stream(subject::stream(shard)).await.unwrap();
            let mut config = stream.info().await.unwrap().config.clone();
            config.duplicate_window = window;
            let updated = context.update_stream(&config).await.unwrap();
            assert_eq!(updated.config.duplicate_window, window);
        }
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
