//! The log file of a child: opened for it, its end quoted when it fails.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
};

/// A log longer than this is set aside as `<name>.old` when its server starts again.
const LOG_LIMIT: u64 = 8 * 1024 * 1024;
/// How much of the end of a log goes into an error.
const TAIL: usize = 12;

/// Opens the log for appending; a long one is set aside first.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|log| log.len() > LOG_LIMIT) {
        fs::rename(path, path.with_extension("old"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

/// The last lines of a log, indented; empty when it cannot be read.
pub(super) fn tail(path: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(4096)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(TAIL));
    last.map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
