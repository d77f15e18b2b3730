//! Digests in the place of names: the same for the same, and nobody without the key can tell of whom.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Hex digits of a digest: 128 bits, so that two buyers never share one.
const DIGITS: usize = 32;

/// Makes digests under one key.
pub(super) struct Pseudonyms {
    key: Vec<u8>,
}

impl Pseudonyms {
    /// Takes the key from a file, which is made, for its owner alone, when it is absent.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        let doing = || format!("while making the key of the digests, {}", path.display());
        match made {
            Ok(mut file) => {
                file.write_all(boot::id::token().as_bytes())
                    .and_then(|()| file.sync_all())
                    .with_context(doing)?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(doing),
        }
        let key = fs::read_to_string(path)
            .with_context(|| format!("while reading {}", path.display()))?;
        let key = key.trim();
        anyhow::ensure!(
            key.len() >= 32,
            "{} holds no key of 32 characters or more; remove it, and one is made",
            path.display()
        );
        Ok(Self {
            key: key.as_bytes().to_vec(),
        })
    }

    /// The digest of what `parts` name.
    pub(super) fn of(&self, parts: &[&str]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            // Source: RFC 2104: a key may have any length.
            return String::new();
        };
        for part in parts {
            // Lengths keep "ab", "c" apart from "a", "bc".
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let bytes = mac.finalize().into_bytes();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}"));
        hex.collect::<String>().chars().take(DIGITS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_buyer_is_the_same_digest_under_one_key_and_another_under_another() {
        let one = Pseudonyms { key: vec![1; 32] };
        let two = Pseudonyms { key: vec![2; 32] };
        assert_eq!(one.of(&["shop", "7"]), one.of(&["shop", "7"]));
        assert_ne!(one.of(&["shop", "7"]), one.of(&["sho", "p7"]));
        assert_ne!(one.of(&["shop", "7"]), two.of(&["shop", "7"]));
        assert_eq!(one.of(&["shop", "7"]).len(), DIGITS);
    }
}
