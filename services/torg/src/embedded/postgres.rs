//! The embedded database: made on the first start, on a free loopback port, with a password and no socket.
//!
//! PostgreSQL refuses to run as root. There it runs in a user namespace in which we are not root, or, where
//! such namespaces are switched off, as the user "nobody".

use std::{
    ffi::OsString,
    fs,
    io::Write as _,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use boot::child::{Check, Spec, StopBy, Supervisor, command_line, free_port};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    START, STOP, program,
    servers_file::{Server, ServersFile, write},
};

/// The number of "nobody" on every system that has it.
const NOBODY: u32 = 65534;

pub(super) async fn start(
    state: &Path,
    runtime: &Path,
    servers: &Arc<ServersFile>,
) -> anyhow::Result<Supervisor> {
    let files = Files {
        folder: state.join("postgres"),
        initdb: program(runtime, "postgres/bin/initdb")?,
        postgres: program(runtime, "postgres/bin/postgres")?,
    };
    fs::create_dir_all(&files.folder)
        .with_context(|| format!("cannot make {}", files.folder.display()))?;
    let prefix = Prefix::choose(&files.folder)?;
    let password = servers.password().to_owned();
    let (files, prefix) = tokio::task::spawn_blocking(move || {
        files.make(&prefix, &password).map(|()| (files, prefix))
    })
    .await??;

    let before = servers.read().postgres;
    let left_behind = before.as_ref().and_then(|server| server.pid);
    let mut port = before.map_or_else(free_port, |server| Ok(server.port))?;
    for attempt in 0.. {
        files.clear_stale_pid_file()?;
        let record = Arc::clone(servers);
        let note = move |pid| {
            let server = Server {
                pid: Some(pid),
                port,
                monitor_port: None,
            };
            record.note(|record| record.postgres = Some(server));
        };
        let left_behind = left_behind.filter(|_| attempt == 0);
        let spec = files.spec(&prefix, port);
        match Supervisor::start(spec, left_behind, answers(port), START, note).await {
            Ok(supervisor) => return Ok(supervisor),
            // The port may have been taken since, or the last of an old server's processes still be ending.
            Err(error) if attempt < 2 => {
                tracing::debug!("trying the database on another port: {error}");
                tokio::time::sleep(Duration::from_millis(500)).await;
                port = free_port()?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    anyhow::bail!("the database does not start")
}

/// What is put before a PostgreSQL program so that it does not run as root.
struct Prefix(Vec<&'static str>);

impl Prefix {
    fn choose(folder: &Path) -> anyhow::Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self(Vec::new()));
        }
        let namespace = vec!["unshare", "--user", "--map-user=1000", "--map-group=1000"];
        if run(command(&namespace, Path::new("true")), None).is_ok() {
            return Ok(Self(namespace));
        }
        chown(folder, Some(NOBODY), Some(NOBODY))
            .with_context(|| format!("cannot give {} to the user nobody", folder.display()))?;
        Ok(Self(vec![
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
        ]))
    }
}

struct Files {
    folder: PathBuf,
    initdb: PathBuf,
    postgres: PathBuf,
}

impl Files {
    /// Makes the cluster, its user and its database, once. A half-made one is thrown away.
    fn make(&self, Prefix(prefix): &Prefix, password: &str) -> anyhow::Result<()> {
        let (data, new) = (self.folder.join("data"), self.folder.join("data.new"));
        if data.exists() {
            return Ok(());
        }
        if new.exists() {
            fs::remove_dir_all(&new).with_context(|| format!("cannot remove {}", new.display()))?;
        }
        let secret = self.folder.join("superuser");
        write(&secret, boot::id::token().as_bytes())?;
        if prefix.first() == Some(&"setpriv") {
            chown(&secret, Some(NOBODY), Some(NOBODY))?;
        }
        let mut initdb = command(prefix, &self.initdb);
        initdb
            .arg("-D")
            .arg(&new)
            .arg("--pwfile")
            .arg(&secret)
            .args([
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // The same order and the same Cyrillic upper and lower case on every system.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ]);
        run(initdb, None).context("while making the database's files")?;
        // One statement a line. The user is no superuser, so row-level security holds for it.
        let statements = format!(
            "CREATE ROLE torg LOGIN CREATEDB CREATEROLE PASSWORD '{password}'\n\
             CREATE DATABASE torg OWNER torg\n"
        );
        let mut single = command(prefix, &self.postgres);
        single
            .args(["--single", "-j", "-D"])
            .arg(&new)
            .arg("postgres");
        single.args(["-c", "exit_on_error=true"]);
        run(single, Some(&statements.replace('\n', ";\n\n")))
            .context("while making the database")?;
        fs::rename(&new, &data).with_context(|| format!("cannot make {}", data.display()))
    }

    fn spec(&self, Prefix(prefix): &Prefix, port: u16) -> Spec {
        let data = self.folder.join("data");
        let mark = data.display().to_string();
        let mut line: Vec<OsString> = prefix.iter().map(OsString::from).collect();
        line.push(self.postgres.clone().into_os_string());
        line.extend([
            "-D".into(),
            data.into_os_string(),
            "-p".into(),
            port.to_string().into(),
        ]);
        line.extend(["-c".into(), "listen_addresses=127.0.0.1".into()]);
        line.extend(["-c".into(), "unix_socket_directories=".into()]);
        let program = line.remove(0).into();
        Spec {
            name: "postgres",
            program,
            args: line,
            env: Vec::new(),
            log: self.folder.join("postgres.log"),
            mark,
            stop_by: StopBy::Interrupt,
            patience: STOP,
        }
    }

    /// Removes the note of a server that was killed, when its number now belongs to a stranger: PostgreSQL
    /// would take the stranger for itself and refuse to start.
    fn clear_stale_pid_file(&self) -> anyhow::Result<()> {
        let data = self.folder.join("data");
        let path = data.join("postmaster.pid");
        let Ok(text) = fs::read_to_string(&path) else {
            return Ok(());
        };
        let pid = text
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok());
        let mark = data.display().to_string();
        if pid
            .and_then(command_line)
            .is_some_and(|line| line.contains(&mark))
        {
            return Ok(());
        }
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))
    }
}

fn command(prefix: &[&str], program: &Path) -> Command {
    match prefix.split_first() {
        None => Command::new(program),
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    }
}

/// Runs a program to its end, with `input`; the error holds what it said.
fn run(mut command: Command, input: Option<&str>) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let run = || -> std::io::Result<Output> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.unwrap_or_default().as_bytes())?;
        }
        child.wait_with_output()
    };
    let output = { run }().with_context(|| format!("cannot run {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(
        output.status.success(),
        "{name} ended with {}: {}",
        output.status,
        said.trim()
    );
    Ok(())
}

/// Begins to log in. The server asks for the password once it is up; before, it refuses or is not there.
fn answers(port: u16) -> Check {
    let ask = async move || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        // Source: PostgreSQL's protocol 3.0, StartupMessage: length, version, pairs of names and values.
        let parameters = b"user\0torg\0database\0torg\0\0";
        let length = u32::try_from(parameters.len() + 8).unwrap_or(u32::MAX);
        stream.write_u32(length).await?;
        stream.write_u32(3 << 16).await?;
        stream.write_all(parameters).await?;
        Ok(stream.read_u8().await? == b'R')
    };
    Box::new(move || {
        Box::pin(async move {
            let answer = tokio::time::timeout(Duration::from_secs(5), ask()).await;
            matches!(answer, Ok(Ok(true)))
        })
    })
}
