//! Keys that sellers pasted, in files of their own: no secret is in the log, and none may get lost on its way to where
//! it is checked.
//!
//! `<state dir>/desk/<shop>/<name>`, JSON with `client_id`, `client_secret` and perhaps `user_id`, for our user alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use schemas::{EventId, ProviderId, ShopId};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::pasted::AvitoKeys;
use crate::{json::text, private};

/// What the name of such a file ends with.
const ENDING: &str = ".keys";

/// The name of the file with the keys of one message: the same for the same message, and it tells nothing.
#[must_use]
pub fn kept_name(message: &ProviderId) -> String {
    let id = EventId::derive(&["desk", "keys", message.as_str()]);
    format!("{id}{ENDING}")
}

/// Writes keys to the file `name` of `shop`, whole or not at all; they are on the disk when this returns. Blocks.
///
/// # Errors
/// [`io::Error`]; nothing is kept then: do not acknowledge the message that they came in.
pub fn keep(state_dir: &Path, shop: &ShopId, name: &str, keys: &AvitoKeys) -> io::Result<()> {
    let path = place(state_dir, shop, name)?;
    let folder = path.parent().unwrap_or(state_dir);
    let above = state_dir.join("desk");
    for folder in [above.as_path(), folder] {
        private::folder(folder)?;
    }
    let content = json!({
        "client_id": keys.client_id,
        "client_secret": keys.client_secret.expose_secret(),
        "user_id": keys.user_id,
    });
    let content = content.to_string();
    private::write(&path, &path.with_extension("new"), content.as_bytes())?;
    // The folders' names have to be on the disk as well, each in the folder above it.
    for folder in [above.as_path(), state_dir] {
        private::sync_folder(folder)?;
    }
    Ok(())
}

/// Reads the keys in the file `name` of `shop`. Blocks.
///
/// # Errors
/// [`io::Error`]: of kind `NotFound` when they were dropped already, of kind `InvalidData` when it is no such file.
pub fn kept(state_dir: &Path, shop: &ShopId, name: &str) -> io::Result<AvitoKeys> {
    let content = fs::read(place(state_dir, shop, name)?)?;
    let value: Value = serde_json::from_slice(&content)?;
    let word = |key| {
        let missing = || io::Error::new(io::ErrorKind::InvalidData, format!("{key} is missing"));
        text(&value, key).map(str::to_owned).ok_or_else(missing)
    };
    Ok(AvitoKeys {
        client_id: word("client_id")?,
        client_secret: word("client_secret")?.into(),
        user_id: text(&value, "user_id").map(str::to_owned),
    })
}

/// Removes the file `name` of `shop`, once its keys have come to where they belong or are good for nothing. Blocks.
///
/// # Errors
/// [`io::Error`]; that there is none is no error.
pub fn drop_kept(state_dir: &Path, shop: &ShopId, name: &str) -> io::Result<()> {
    private::gone(fs::remove_file(place(state_dir, shop, name)?))
}

/// Where a file is. The name comes from the log, and must not lead out of the folder.
fn place(state_dir: &Path, shop: &ShopId, name: &str) -> io::Result<PathBuf> {
    let stem = name.strip_suffix(ENDING).unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if stem.is_empty() || !stem.bytes().all(plain) {
        let problem = format!("{name:?} is not the name of a file with keys");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let folder = state_dir.join("desk").join(shop.as_str());
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const SECRET: &str = "b8Nq_ZrT5yHc-0LmXw2EvJ7sPk9DgUa4FtRiOo1M";

    fn keys() -> AvitoKeys {
        AvitoKeys {
            client_id: "xQ7-pLm2Vb_9sTzKd4Wa".to_owned(),
            client_secret: SECRET.into(),
            user_id: Some("94000311".to_owned()),
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// An empty folder of this test's own.
    fn state(test: &str) -> PathBuf {
        let folder = format!("torg-kept-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn keys_are_kept_for_us_alone_and_come_back_whole_until_they_are_dropped() {
        let state = state("whole");
        let shop = ShopId::new("lavka").unwrap();
        let name = kept_name(&ProviderId::new("1:555:7"));
        // A folder that somebody made for everybody, and half a file that a crash left.
        let folder = state.join("desk/lavka");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(&name).with_extension("new"), "{").unwrap();
        for _ in 0..2 {
            keep(&state, &shop, &name, &keys()).unwrap();
        }
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join(&name)), 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let back = kept(&state, &shop, &name).unwrap();
        assert_eq!(back.client_id, keys().client_id);
        assert_eq!(back.client_secret.expose_secret(), SECRET);
        assert_eq!(back.user_id, keys().user_id);
        for _ in 0..2 {
            drop_kept(&state, &shop, &name).unwrap();
        }
        let gone = kept(&state, &shop, &name).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
        fs::remove_dir_all(&state).unwrap();
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let shop = ShopId::new("lavka").unwrap();
        for name in ["", ".keys", "../../lavka.keys", "a/b.keys", "lavka.toml"] {
            let refused = kept(Path::new("state"), &shop, name).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{name}");
        }
    }
}
