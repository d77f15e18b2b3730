//! Brokers as child processes: one node or a cluster of three, on free ports, killed on drop.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use eventlog::{Config, EventLog};

/// The folder of fetched servers.
#[expect(
    clippy::disallowed_methods,
    reason = "the one setting of these tests, the same that the binary has"
)]
pub(crate) fn runtime() -> PathBuf {
    std::env::var_os("TORG_RUNTIME_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../.torg/runtime"),
        PathBuf::from,
    )
}

/// A folder of its own for one server, removed on drop.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("torg-{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

pub(crate) fn free_port() -> u16 {
    boot::child::free_port().unwrap()
}

/// One broker.
pub(crate) struct Broker {
    pub(crate) port: u16,
    pub(crate) monitor: u16,
    folder: Folder,
    child: Option<Child>,
}

impl Broker {
    /// A node that syncs before it acknowledges.
    pub(crate) fn start() -> Self {
        Self::with("sync_interval: always", "")
    }

    /// A node as the broker's defaults have it.
    pub(crate) fn lazy() -> Self {
        Self::with("", "")
    }

    fn with(sync: &str, cluster: &str) -> Self {
        let mut broker = Self {
            port: free_port(),
            monitor: free_port(),
            folder: Folder::new("nats"),
            child: None,
        };
        let config = format!(
            "listen: 127.0.0.1:{}\nhttp: 127.0.0.1:{}\nserver_name: n{}\n\
             jetstream {{ store_dir: \"{}\"\n {sync} }}\n{cluster}\n",
            broker.port,
            broker.monitor,
            broker.port,
            broker.folder.0.join("js").display(),
        );
        fs::write(broker.folder.0.join("nats.conf"), config).unwrap();
        broker.resume();
        broker
    }

    /// Starts it on what it had stored.
    pub(crate) fn resume(&mut self) {
        let log = fs::File::create(self.folder.0.join("nats.log")).unwrap();
        let child = Command::new(runtime().join("bin/nats-server"))
            .arg("-c")
            .arg(self.folder.0.join("nats.conf"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nats-server is in the runtime folder");
        self.child = Some(child);
    }

    /// Kill -9.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stands still, or goes on.
    pub(crate) fn freeze(&self, on: bool) {
        let signal = if on { "-STOP" } else { "-CONT" };
        let child = self.child.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args([signal, &child]).status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn config(&self, service: &'static str) -> Config {
        let mut config = Config::new(self.url(), now, service, "0.0.0");
        config.monitor_urls = vec![format!("http://127.0.0.1:{}", self.monitor)];
        config.shards = 4;
        config
    }

    pub(crate) async fn log(&self, service: &'static str) -> EventLog {
        EventLog::open(self.config(service)).await.unwrap()
    }

    /// A bare client, for what no service may do.
    pub(crate) async fn client(&self) -> async_nats::Client {
        async_nats::connect(self.url()).await.unwrap()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Three brokers.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Broker>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let ports: Vec<_> = (0..3).map(|_| free_port()).collect();
        let routes: Vec<_> = ports
            .iter()
            .map(|port| format!("nats://127.0.0.1:{port}"))
            .collect();
        let nodes = ports.iter().map(|port| {
            let cluster = format!(
                "cluster {{ name: c, listen: 127.0.0.1:{port}, routes: [{}] }}",
                routes.join(", ")
            );
            Broker::with("sync_interval: always", &cluster)
        });
        Self {
            nodes: nodes.collect(),
        }
    }

    pub(crate) fn config(&self, service: &'static str) -> Config {
        let urls: Vec<_> = self.nodes.iter().map(Broker::url).collect();
        let mut config = Config::new(urls.join(","), now, service, "0.0.0");
        config.monitor_urls = self
            .nodes
            .iter()
            .map(|node| format!("http://127.0.0.1:{}", node.monitor))
            .collect();
        config.replicas = 3;
        config.shards = 2;
        config
    }

    pub(crate) async fn log(&self, service: &'static str) -> EventLog {
        EventLog::open(self.config(service)).await.unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no boot crate")]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Polls until `check` holds; a minute is far more than any of it takes.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    for _ in 0..600 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not happen: {what}");
}
