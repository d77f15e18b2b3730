//! Places on disk and on loopback that no other test has.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// The folder of fetched servers and weights.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the one setting of these tests, the same that the binary has"
)]
pub fn runtime() -> PathBuf {
    std::env::var_os("TORG_RUNTIME_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.torg/runtime"),
        PathBuf::from,
    )
}

/// A folder that is removed on drop.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes an empty folder.
    #[must_use]
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("torg-e2e-{name}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A loopback port that is free now.
#[must_use]
pub fn free_port() -> u16 {
    boot::child::free_port().unwrap()
}
