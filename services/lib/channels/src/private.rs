//! Files for our own user alone, written whole or not at all.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

/// Makes a folder that nobody else can look into. Blocks.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // One that was there already keeps the permissions that it had.
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// Writes a file; its content and its name are on the disk when this returns. Blocks.
///
/// `beside`: where it is written before it takes its place; in the same folder.
pub(crate) fn write(path: &Path, beside: &Path, content: &[u8]) -> io::Result<()> {
    // What a crash left behind may have other permissions.
    gone(fs::remove_file(beside))?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(beside, path)?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Has the names in a folder on the disk. Blocks.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// That there is no such file is as good as having removed it.
pub(crate) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
