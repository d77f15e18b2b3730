//! The embedded broker: the repository's own `nats.conf`, on free loopback ports, with a password.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use boot::child::{Check, Spec, StopBy, Supervisor, free_port};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    START, STOP, program,
    servers_file::{Server, ServersFile, write},
};

/// What the broker does, wherever it runs.
const SEMANTICS: &str = include_str!("../../../../nats.conf");
/// Its cache may not grow with the log. Smaller than the hot part of the log makes cold loads a hundred times slower.
/// Source: measured; facts on scaling the broker.
const MEMORY: &str = "1GiB";

pub(super) async fn start(
    state: &Path,
    runtime: &Path,
    servers: &Arc<ServersFile>,
) -> anyhow::Result<Supervisor> {
    let folder = state.join("nats");
    fs::create_dir_all(folder.join("store"))
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let config = folder.join("nats.conf");
    let program = program(runtime, "bin/nats-server")?;
    let user = format!(
        "authorization {{ user: torg, password: \"{}\" }}\n",
        servers.password()
    );
    write(&config, format!("{SEMANTICS}\n{user}").as_bytes())?;

    let before = servers.read().nats;
    let left_behind = before.as_ref().and_then(|server| server.pid);
    let (port, monitor_port) = match &before {
        Some(Server {
            port,
            monitor_port: Some(monitor_port),
            ..
        }) => (*port, *monitor_port),
        _ => (free_port()?, free_port()?),
    };
    let mut ports = (port, monitor_port);
    for attempt in 0.. {
        let (port, monitor_port) = ports;
        let spec = spec(&program, &folder, port, monitor_port);
        let record = Arc::clone(servers);
        let note = move |pid| {
            let server = Server {
                pid: Some(pid),
                port,
                monitor_port: Some(monitor_port),
            };
            record.note(|record| record.nats = Some(server));
        };
        let left_behind = left_behind.filter(|_| attempt == 0);
        match Supervisor::start(spec, left_behind, healthy(monitor_port), START, note).await {
            Ok(supervisor) => return Ok(supervisor),
            // The ports may have been taken since.
            Err(error) if attempt < 2 => {
                tracing::debug!("trying the broker on other ports: {error}");
                ports = (free_port()?, free_port()?);
            }
            Err(error) => return Err(error.into()),
        }
    }
    anyhow::bail!("the broker does not start")
}

pub(super) fn spec(program: &Path, folder: &Path, port: u16, monitor_port: u16) -> Spec {
    let config = folder.join("nats.conf");
    let mark = config.display().to_string();
    let mut args = vec![
        "-a".into(),
        "127.0.0.1".into(),
        "-c".into(),
        config.into_os_string(),
    ];
    args.extend([
        "-p".into(),
        port.to_string().into(),
        "-m".into(),
        monitor_port.to_string().into(),
    ]);
    args.extend(["-sd".into(), folder.join("store").into_os_string()]);
    Spec {
        name: "nats-server",
        program: program.to_owned(),
        args,
        env: vec![("GOMEMLIMIT", MEMORY.to_owned())],
        log: folder.join("nats.log"),
        mark,
        stop_by: StopBy::Terminate,
        patience: STOP,
    }
}

/// Asks the broker itself: it says yes once every stream is recovered.
fn healthy(monitor_port: u16) -> Check {
    let ask = async move || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", monitor_port)).await?;
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.take(64).read_to_end(&mut answer).await?;
        Ok(answer.starts_with(b"HTTP/1.0 200"))
    };
    Box::new(move || {
        Box::pin(async move {
            let answer = tokio::time::timeout(Duration::from_secs(5), ask()).await;
            matches!(answer, Ok(Ok(true)))
        })
    })
}
