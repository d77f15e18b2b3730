//! The sellers' files of this installation: a folder, read again when something in it changes.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use schemas::ShopId;

use crate::shop_file::ShopFile;

/// How long what was read counts as current.
const CURRENT: Duration = Duration::from_millis(500);

/// The shops whose files are in one folder, `<shop>.toml` each.
pub struct ShopBook {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    looked: Option<Instant>,
    pages: BTreeMap<PathBuf, Page>,
}

struct Page {
    look: (u64, Option<SystemTime>),
    /// The last version that could be read.
    file: Option<Arc<ShopFile>>,
}

impl ShopBook {
    /// The files in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            state: Mutex::default(),
        }
    }

    /// One shop's file; `None` when there is none that could ever be read.
    #[must_use]
    pub fn get(&self, shop: &ShopId) -> Option<Arc<ShopFile>> {
        self.all()
            .into_iter()
            .find(|file| file.settings.id == *shop)
    }

    /// All files. One that cannot be read any more stays as it was last, and is told in the log.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<ShopFile>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state
            .looked
            .is_none_or(|looked| looked.elapsed() >= CURRENT)
        {
            state.look(&self.folder);
            state.looked = Some(Instant::now());
        }
        state
            .pages
            .values()
            .filter_map(|page| page.file.clone())
            .collect()
    }
}

impl State {
    fn look(&mut self, folder: &Path) {
        let found = match files(folder) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                tracing::warn!(
                    "the shops' folder {} cannot be read: {error}",
                    folder.display()
                );
                return;
            }
        };
        self.pages.retain(|path, _| found.contains_key(path));
        for (path, look) in found {
            if self.pages.get(&path).is_some_and(|page| page.look == look) {
                continue;
            }
            let read = ShopFile::load(&path, &environment);
            let file = match read {
                Ok(file) => Some(Arc::new(file)),
                Err(error) => {
                    tracing::error!("{error}");
                    self.pages.remove(&path).and_then(|page| page.file)
                }
            };
            self.pages.insert(path, Page { look, file });
        }
    }
}

fn files(folder: &Path) -> io::Result<BTreeMap<PathBuf, (u64, Option<SystemTime>)>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            // Gone since the listing: the next look sees that.
            if let Ok(metadata) = fs::metadata(&path) {
                found.insert(path, (metadata.len(), metadata.modified().ok()));
            }
        }
    }
    Ok(found)
}

/// The environment, for secrets that a seller's file refers to by name.
#[expect(
    clippy::disallowed_methods,
    reason = "a secret's place is told by the seller's file, not by our options"
)]
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
