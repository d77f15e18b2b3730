//! Signatures by the Standard Webhooks specification: `v1,` and the base64 of an HMAC-SHA256 of id, time and body.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};

use super::Message;

/// How a secret begins. Source: Standard Webhooks, "Signature scheme".
const PREFIX: &str = "whsec_";
/// How long a secret is, bytes. Source: the same.
const LENGTH: std::ops::RangeInclusive<usize> = 24..=64;

/// What messages to an endpoint are signed with.
#[derive(Clone, Debug)]
pub struct Key(SecretSlice<u8>);

/// The text is no secret of the specification's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not whsec_ and the base64 of 24 to 64 bytes")]
pub struct BadSecret;

impl Key {
    /// Reads a secret: `whsec_` and base64.
    ///
    /// # Errors
    /// [`BadSecret`].
    pub fn read(text: &SecretString) -> Result<Self, BadSecret> {
        let text = text.expose_secret().strip_prefix(PREFIX).ok_or(BadSecret)?;
        let bytes = STANDARD.decode(text).map_err(|_| BadSecret)?;
        if !LENGTH.contains(&bytes.len()) {
            return Err(BadSecret);
        }
        Ok(Self(bytes.into()))
    }

    /// Writes `bytes` as a secret.
    #[must_use]
    pub fn write(bytes: &[u8]) -> String {
        format!("{PREFIX}{}", STANDARD.encode(bytes))
    }

    /// Names the key without telling it: the first 16 hex digits of its SHA-256.
    pub(crate) fn digest(&self) -> String {
        let digest = Sha256::digest(self.0.expose_secret());
        digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The signature of a message, as it stands in the header.
    pub(super) fn sign(&self, message: &Message<'_>) -> String {
        let signed = match Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) {
            Ok(mut mac) => {
                mac.update(message.id.as_bytes());
                mac.update(b".");
                mac.update(message.timestamp.to_string().as_bytes());
                mac.update(b".");
                mac.update(message.body.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            // An HMAC takes a key of any length: this is never reached, and would verify nowhere.
            Err(_) => Vec::new(),
        };
        format!("v1,{}", STANDARD.encode(signed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the specification's own reference implementations.
    #[test]
    fn the_specifications_example_comes_out_as_it_stands_there() {
        let key = Key::read(&"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()).unwrap();
        let message = Message {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: r#"{"test": 2432232314}"#,
        };
        assert_eq!(
            key.sign(&message),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_is_read_back_as_it_was_written_and_nothing_else_is_one() {
        let text = Key::write(&[7; 32]);
        assert!(Key::read(&text.as_str().into()).is_ok());
        for wrong in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_%%%%",
            &Key::write(&[7; 23]),
            &Key::write(&[7; 65]),
        ] {
            assert_eq!(Key::read(&wrong.into()).unwrap_err(), BadSecret, "{wrong}");
        }
        assert!(!format!("{:?}", Key::read(&text.into()).unwrap()).contains('7'));
    }
}
