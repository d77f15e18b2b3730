//! Typesetting in a process of its own, because it cannot be interrupted and knows no bound of memory.
//!
//! The parent writes the invoice as JSON to the child's standard input and reads the PDF from its standard output.
//! The child limits itself before it reads the first byte; the parent kills it by its own handle when it is late.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::error::PaperError;
use crate::invoice::Invoice;
use crate::render::render;

/// No invoice that passes the checks is longer as JSON: 500 lines of at most 20 kB.
const MAX_JOB: u64 = 16 << 20;
/// No PDF of ours is longer; 500 lines make less than a megabyte.
const MAX_PDF: u64 = 16 << 20;
/// How much of a dying child's last words is kept.
const MAX_SAID: u64 = 2048;

/// What one render may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From start to last byte, after which the child is killed.
    pub time: Duration,
    /// Processor time, in whole seconds; the system ends the child behind it.
    pub cpu_seconds: u64,
    /// Address space in bytes, code and fonts included; held on Linux only.
    pub memory_bytes: u64,
}

/// Five seconds and a gigabyte of addresses. A usual invoice takes 0.3 s in an unoptimised build, which is some twenty
/// times as slow as a release; the longest that passes the checks (500 lines, 57 pages) 13 s and 160 MB there.
impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(5),
            cpu_seconds: 5,
            memory_bytes: 1 << 30,
        }
    }
}

/// Renders in a child process with limits.
#[derive(Clone, Debug)]
pub struct Typesetter {
    program: PathBuf,
    arguments: Vec<OsString>,
    limits: Limits,
}

impl Typesetter {
    /// A typesetter that runs `program` with `arguments`, which has to call [`child_main`] with the same limits
    /// and nothing else. Usually the program is the running one.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>, limits: Limits) -> Self {
        Self {
            program,
            arguments,
            limits,
        }
    }

    /// [`render`], in a process of its own. A process that is no longer waited for is killed.
    ///
    /// # Errors
    /// [`PaperError::Refused`] without starting anything when the data is wrong; [`PaperError::TooSlow`] and
    /// [`PaperError::Died`] when a limit was met; [`PaperError::Process`] when the process could not be run.
    pub async fn render(&self, invoice: &Invoice) -> Result<Vec<u8>, PaperError> {
        invoice.check()?;
        let job = serde_json::to_vec(invoice)
            .map_err(|error| PaperError::Typesetting(error.to_string()))?;
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            // One thread: more would each reserve addresses, and the number of cores must not decide what fits.
            .env_clear()
            .env("RAYON_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| PaperError::Process {
                doing: "start",
                source,
            })?;
        match tokio::time::timeout(self.limits.time, converse(&mut child, &job)).await {
            Ok(answer) => answer,
            Err(_) => {
                // The handle knows the process's id, and waits for it, so that no stranger with that id is hit.
                child.kill().await.map_err(|source| PaperError::Process {
                    doing: "end",
                    source,
                })?;
                Err(PaperError::TooSlow(self.limits.time))
            }
        }
    }
}

/// Hands over the job and takes the page.
async fn converse(child: &mut Child, job: &[u8]) -> Result<Vec<u8>, PaperError> {
    let failed = |doing| move |source| PaperError::Process { doing, source };
    let (mut page, mut said) = (Vec::new(), Vec::new());
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut input), Some(output), Some(errors)) = pipes else {
        return Err(failed("talk to")(io::Error::other("its pipes are closed")));
    };
    // All three at once: a full pipe on either side would hold up the others. A child that died early does not
    // take its job; how it ended says why.
    let hand_over = async {
        let written = input.write_all(job).await;
        drop(input);
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    };
    let (mut output, mut errors) = (output.take(MAX_PDF + 1), errors.take(MAX_SAID));
    let (written, read, heard) = tokio::join!(
        hand_over,
        output.read_to_end(&mut page),
        errors.read_to_end(&mut said),
    );
    written
        .and(read.map(drop))
        .and(heard.map(drop))
        .map_err(failed("talk to"))?;
    drop((output, errors));
    let status = child.wait().await.map_err(failed("wait for"))?;
    if !status.success() {
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        return Err(PaperError::Died {
            status: status.to_string(),
            said,
        });
    }
    let is_whole = page.starts_with(b"%PDF-") && page.trim_ascii_end().ends_with(b"%%EOF");
    if !is_whole || page.len() as u64 > MAX_PDF {
        return Err(PaperError::Typesetting(format!(
            "{} bytes that are no PDF of ours",
            page.len()
        )));
    }
    Ok(page)
}

/// The child's whole life: limits itself, reads one invoice as JSON, writes its PDF.
///
/// To be called before any thread or runtime is started. The caller writes the error, which holds no personal
/// data, to standard error and exits with a code other than zero.
///
/// # Errors
/// Whatever [`render`] says; [`PaperError::Typesetting`] for a job that cannot be read, and
/// [`PaperError::Process`] when limits cannot be set or the parent is gone.
pub fn child_main(
    input: impl Read,
    mut output: impl Write,
    limits: Limits,
) -> Result<(), PaperError> {
    limit(limits).map_err(|source| PaperError::Process {
        doing: "limit",
        source,
    })?;
    // The JSON reader's own words may quote what it read, so only the place is told.
    let invoice: Invoice = serde_json::from_reader(input.take(MAX_JOB)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        PaperError::Typesetting(format!(
            "the job is not an invoice in JSON: line {line}, column {column}"
        ))
    })?;
    let pdf = render(&invoice)?;
    output
        .write_all(&pdf)
        .and_then(|()| output.flush())
        .map_err(|source| PaperError::Process {
            doing: "answer the parent of",
            source,
        })
}

/// Soft and hard limit alike, so that nothing raises it again. No core file: it would hold the buyer's data.
fn limit(limits: Limits) -> io::Result<()> {
    let set = |resource, value| {
        setrlimit(
            resource,
            Rlimit {
                current: Some(value),
                maximum: Some(value),
            },
        )
        .map_err(io::Error::from)
    };
    set(Resource::Core, 0)?;
    set(Resource::Cpu, limits.cpu_seconds)?;
    if cfg!(target_os = "linux") {
        set(Resource::As, limits.memory_bytes)?;
    }
    Ok(())
}
