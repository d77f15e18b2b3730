//! Real servers in throw-away state directories.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

const BOTH: Which = Which {
    nats: true,
    postgres: true,
};
const BROKER: Which = Which {
    nats: true,
    postgres: false,
};

/// A state directory that goes with the test.
struct State(PathBuf);

impl State {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("torg-embedded-{}", boot::id::random())))
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn runtime() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.torg/runtime")
}

async fn start(state: &State, which: Which) -> Embedded {
    Embedded::start(&state.0, &runtime(), which).await.unwrap()
}

fn pid_of_nats(state: &State) -> u32 {
    let found = ServersFile::find(&state.0.canonicalize().unwrap()).unwrap();
    found.read().nats.unwrap().pid.unwrap()
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

/// Asks the monitoring port; empty when nobody answers.
async fn varz(places: &Places) -> String {
    let url = places.nats_monitor_url.clone().unwrap();
    let Ok(mut stream) = TcpStream::connect(url.trim_start_matches("http://")).await else {
        return String::new();
    };
    stream
        .write_all(b"GET /varz HTTP/1.0\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn two_state_directories_run_side_by_side_and_are_found_again() {
    let (one, two) = (State::new(), State::new());
    let (mut first, second) = tokio::join!(start(&one, BOTH), start(&two, BROKER));
    assert_ne!(first.places.nats_url, second.places.nats_url);
    assert!(second.places.database_url.is_none());
    assert!(varz(&first.places).await.contains(r#""sync_always": true"#));

    let console = SocketAddr::from(([127, 0, 0, 1], 8081));
    first
        .announce(BTreeMap::from([("console".to_owned(), console)]))
        .unwrap();
    let found = Embedded::find(&one.0).unwrap();
    assert_eq!(found.database_url, first.places.database_url);
    assert_eq!(found.addresses.get("console"), Some(&console));

    let (before, places) = (first.places.clone(), first.places.clone());
    first.stop().await.unwrap();
    assert_eq!(varz(&places).await, "");
    let error = Embedded::find(&one.0).err().unwrap().to_string();
    assert!(error.contains("start `torg up`"), "{error}");

    // The second start finds its files made, and keeps its ports.
    let again = start(&one, BOTH).await;
    assert_eq!(again.places.database_url, before.database_url);
    drop(again);
    assert_eq!(varz(&places).await, "", "dropping stops the servers, too");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_state_directory_has_one_owner() {
    let state = State::new();
    let first = start(&state, BROKER).await;
    let error = Embedded::start(&state.0, &runtime(), BROKER)
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains(&format!("in use by process {}", std::process::id())),
        "{error}"
    );
    assert!(error.contains("TORG_STATE_DIR"), "{error}");
    first.stop().await.unwrap();
}

#[tokio::test]
async fn a_broker_that_dies_comes_back_on_its_port() {
    let state = State::new();
    let embedded = start(&state, BROKER).await;
    let first = pid_of_nats(&state);
    kill(first);
    for _ in 0..500 {
        if pid_of_nats(&state) != first {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_ne!(pid_of_nats(&state), first);
    assert!(varz(&embedded.places).await.contains("sync_always"));
    embedded.stop().await.unwrap();
}

#[tokio::test]
async fn servers_that_outlived_a_killed_torg_are_taken_over() {
    let state = State::new();
    start(&state, BROKER).await.stop().await.unwrap();
    // What a killed torg leaves: a broker of this state directory that nobody supervises, and a record of it.
    let folder = state.0.canonicalize().unwrap();
    let servers = ServersFile::find(&folder).unwrap();
    let mut record = servers.read();
    let server = record.nats.as_mut().unwrap();
    let program = runtime().join("bin/nats-server");
    let monitor = server.monitor_port.unwrap();
    let spec = nats::spec(&program, &folder.join("nats"), server.port, monitor);
    let mut orphan = std::process::Command::new(&spec.program)
        .args(&spec.args)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    server.pid = Some(orphan.id());
    servers.change(|stored| *stored = record).unwrap();

    let embedded = start(&state, BROKER).await;
    assert_eq!(pid_of_nats(&state), orphan.id());
    embedded.stop().await.unwrap();
    assert!(orphan.wait().unwrap().success() || orphan.try_wait().unwrap().is_some());
}

#[tokio::test]
async fn a_missing_runtime_says_what_to_do() {
    let state = State::new();
    let error = Embedded::start(&state.0, Path::new("/nowhere"), BROKER)
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("make setup"), "{error:#}");
}
