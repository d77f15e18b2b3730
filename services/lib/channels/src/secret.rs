//! Comparing secrets without telling by the time it takes, and naming them without telling them.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Whether `given` is the `expected` secret. Takes the same time whatever is different, length included.
#[must_use]
pub fn matches(given: &str, expected: &SecretString) -> bool {
    let given = Sha256::digest(given.as_bytes());
    let expected = Sha256::digest(expected.expose_secret().as_bytes());
    given.ct_eq(&expected).into()
}

/// The first 16 hex digits of the secret's SHA-256: changes with the secret, tells nothing about it.
#[must_use]
pub fn digest(secret: &SecretString) -> String {
    Sha256::digest(secret.expose_secret().as_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_matches() {
        let secret = SecretString::from("s3cret");
        assert!(matches("s3cret", &secret));
        for wrong in ["", "s3cre", "s3cret ", "S3cret"] {
            assert!(!matches(wrong, &secret), "{wrong:?}");
        }
    }

    #[test]
    fn a_digest_is_short_and_changes_with_the_secret() {
        let one = digest(&SecretString::from("one"));
        assert_eq!(one.len(), 16);
        assert_ne!(one, digest(&SecretString::from("two")));
    }
}
