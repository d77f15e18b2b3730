//! A wire that can lose what comes back, stall, or be cut.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};

#[derive(Default)]
struct Switches {
    /// What the server says is thrown away.
    deaf: AtomicBool,
    /// Nothing moves.
    frozen: AtomicBool,
    /// Every connection ends.
    cut: Notify,
}

/// A proxy in front of one broker.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    switches: Arc<Switches>,
    _task: Arc<JoinSet<()>>,
}

impl Proxy {
    pub(crate) async fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let switches = Arc::new(Switches::default());
        let shared = Arc::clone(&switches);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut wires = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                if let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await {
                    wires.spawn(wire(client, server, Arc::clone(&shared)));
                }
            }
        });
        Self {
            port,
            switches,
            _task: Arc::new(task),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn deafen(&self, on: bool) {
        self.switches.deaf.store(on, Ordering::SeqCst);
    }

    pub(crate) fn freeze(&self, on: bool) {
        self.switches.frozen.store(on, Ordering::SeqCst);
    }

    pub(crate) fn cut(&self) {
        self.switches.cut.notify_waiters();
    }
}

async fn wire(client: TcpStream, server: TcpStream, switches: Arc<Switches>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = copy(from_client, to_server, Arc::clone(&switches), false);
    let back = copy(from_server, to_client, Arc::clone(&switches), true);
    tokio::select! {
        () = there => {}
        () = back => {}
        () = switches.cut.notified() => {}
    }
}

async fn copy(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    switches: Arc<Switches>,
    back: bool,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        while switches.frozen.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if back && switches.deaf.load(Ordering::SeqCst) {
            continue;
        }
        let Some(bytes) = buffer.get(..count) else {
            return;
        };
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
