//! The outbox: letters as files, when there is no mail server.
//!
//! A file's name is a digest of the message id, so that nobody's words reach a path, and the same letter is the
//! same file however often it is sent.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::Accepted;
use crate::error::{MailError, Refusal, Trouble};
use crate::letter::digest;

/// Puts a message into the folder: in full, on disk, and once.
pub(crate) async fn put(
    folder: &Path,
    message_id: &str,
    message: Vec<u8>,
) -> Result<Accepted, MailError> {
    let folder = folder.to_owned();
    let name = digest(message_id);
    let failed = |source: io::Error| MailError::Later {
        doing: "write to the outbox",
        cause: Trouble::Disk(source),
    };
    let written = tokio::task::spawn_blocking(move || write(&folder, &name, &message)).await;
    match written
        .map_err(|error| failed(io::Error::other(error)))?
        .map_err(failed)?
    {
        Some(path) => Ok(Accepted::InOutbox(path)),
        None => Err(MailError::Refused(Refusal::IdTaken)),
    }
}

/// `None` when another letter is there under this name.
fn write(folder: &Path, name: &str, message: &[u8]) -> io::Result<Option<PathBuf>> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{name}.eml"));
    // Two at once write a file each; whichever links first is there, and the other finds it.
    let part = tempfile_name(folder, name);
    let mut file = File::create(&part)?;
    let linked = file
        .write_all(message)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&part, &path));
    fs::remove_file(&part)?;
    match linked {
        Ok(()) => File::open(folder)?.sync_all()?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::read(&path)? != message {
                return Ok(None);
            }
        }
        Err(error) => return Err(error),
    }
    Ok(Some(path))
}

/// A name that no other writer has, in this process or another; not one that mail programs open.
fn tempfile_name(folder: &Path, name: &str) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!(".{name}.{}.{count}.part", std::process::id()))
}
