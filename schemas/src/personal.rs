//! A mark on everything that is about a person.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Personal data: a buyer's text, name, phone, address or e-mail.
///
/// Never shown by `Debug` and deliberately without `Display`, so that it cannot slip into logs, metrics or
/// traces. On the wire it is an object with one field, which leaves a place for a sealed form: erasing a buyer
/// will be destroying the key that `sealed` names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Personal<T> {
    /// Readable by everyone who can read the log.
    Open(T),
    /// Sealed with the buyer's own key. Nothing writes this form yet; every reader already tolerates it.
    Sealed(Sealed),
}

/// A sealed value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Sealed {
    /// Id of the key that opens it.
    pub key: String,
    /// Nonce and ciphertext, base64.
    pub ciphertext: String,
}

impl<T> Personal<T> {
    /// Marks `value`.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self::Open(value)
    }

    /// The value, to be used and not printed; `None` when it is sealed.
    #[must_use]
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Open(value) => Some(value),
            Self::Sealed(_) => None,
        }
    }
}

impl Personal<String> {
    /// The text; empty when it is sealed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.get().map_or("", String::as_str)
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self::Open(value)
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value() {
        let phone = Personal::new("+79161234567".to_owned());
        assert_eq!(format!("{phone:?}"), "***");
        assert_eq!(format!("{:?}", Some(&phone)), "Some(***)");
    }

    #[test]
    fn the_wire_has_a_place_for_a_sealed_value() {
        let open: Personal<String> = serde_json::from_str(r#"{"open":"текст"}"#).unwrap();
        assert_eq!(open.text(), "текст");
        let sealed: Personal<String> =
            serde_json::from_str(r#"{"sealed":{"key":"k1","ciphertext":"AAAA"}}"#).unwrap();
        assert_eq!(sealed.text(), "");
    }
}
