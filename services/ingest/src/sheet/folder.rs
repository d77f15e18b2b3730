//! Reads a tab from a file that somebody may be saving at this moment. The only I/O of this module.

use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, SystemTime},
};

use super::table::MAX_BYTES;

/// How long a file must stay the same to count as saved.
const SETTLED: Duration = Duration::from_millis(200);
/// How often a changing file is looked at before giving up: two seconds in all.
const LOOKS: u32 = 10;

/// A file's content, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSnapshot {
    /// The content.
    pub bytes: Vec<u8>,
    /// Its revision, see [`super::revision`].
    pub revision: String,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// It is being written all the time; look again later.
    #[error("the file is still being written")]
    Changing,
    /// It is larger than any sheet.
    #[error("the file is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// The system says no.
    #[error("the file cannot be read")]
    Io(#[source] io::Error),
}

/// Reads the file at `path` once it has stopped changing. Sleeps 200 ms or more: call it where blocking is allowed.
///
/// # Errors
/// [`FolderError`]; in every case the last good reading stays in force.
pub fn read(path: &Path) -> Result<FileSnapshot, FolderError> {
    read_settled(path, || thread::sleep(SETTLED))
}

pub(super) fn read_settled(
    path: &Path,
    mut wait: impl FnMut(),
) -> Result<FileSnapshot, FolderError> {
    let mut before = look(path)?;
    for _ in 0..LOOKS {
        wait();
        let bytes = fs::read(path).map_err(failed)?;
        let after = look(path)?;
        if before == after && after.0 == bytes.len() as u64 {
            let revision = super::revision(&bytes);
            return Ok(FileSnapshot { bytes, revision });
        }
        before = after;
    }
    Err(FolderError::Changing)
}

/// Size and time of the last change.
fn look(path: &Path) -> Result<(u64, Option<SystemTime>), FolderError> {
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.len() > MAX_BYTES as u64 {
        return Err(FolderError::TooLarge);
    }
    Ok((metadata.len(), metadata.modified().ok()))
}

fn failed(error: io::Error) -> FolderError {
    match error.kind() {
        io::ErrorKind::NotFound => FolderError::Missing,
        _ => FolderError::Io(error),
    }
}
