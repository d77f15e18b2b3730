//! Newtype ids. Each wraps one value, so that two of them cannot be mixed up.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The namespace under which every deterministic id of Torg is derived (UUIDv5).
pub const NAMESPACE: Uuid = Uuid::from_u128(0x6f1c_5a0e_58a1_5d3b_9c4e_746f_7267_0001);

/// Stamps out an id around a UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that came from outside.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// Derives the id (UUIDv5 under [`NAMESPACE`]) from `parts`, which are joined by a zero byte.
            #[must_use]
            pub fn derive(parts: &[&str]) -> Self {
                Self(derive(stringify!($name), parts))
            }

            /// The bare UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

fn derive(domain: &str, parts: &[&str]) -> Uuid {
    let mut name = String::with_capacity(64);
    name.push_str(domain);
    for part in parts {
        name.push('\0');
        name.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

uuid_id! {
    /// Identity of one fact. Deciding the same thing again gives the same id.
    EventId
}
uuid_id! {
    /// Identity of one chat with one buyer: derived from shop, channel, account and the provider's chat id.
    ConversationId
}
uuid_id! {
    /// One turn of a conversation: the id of the `turn_routed` event that opened it.
    TurnId
}
uuid_id! {
    /// One reply to a buyer: the id of the `reply_composed` event that made it.
    ReplyId
}
uuid_id! {
    /// One thing asked for at the console: derived from the form and its content, so that sending it again is the same.
    RequestId
}

uuid_id! {
    /// One order: derived from its conversation and the checkout that it comes from.
    OrderId
}
uuid_id! {
    /// One customer of a shop, as a provider knows them: derived from shop, channel and the provider's id of the buyer.
    CustomerId
}

impl OrderId {
    /// What people call the order: two groups of characters that cannot be mistaken for each other, `K4T-9QD`.
    ///
    /// Thirty bits of the id: two orders of one shop with the same name are not to be expected before tens of thousands
    /// of them, and nothing relies on its being unique.
    #[must_use]
    pub fn code(self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let mut bits = self.uuid().as_u128();
        let mut code = String::with_capacity(7);
        for place in 0..6 {
            if place == 3 {
                code.push('-');
            }
            let letter = LETTERS.get((bits & 31) as usize).copied();
            code.extend(letter.map(char::from));
            bits >>= 5;
        }
        code
    }
}

impl CustomerId {
    /// The customer whom `channel` knows as `buyer`.
    #[must_use]
    pub fn of(shop: &ShopId, channel: &str, buyer: &str) -> Self {
        Self::derive(&[shop.as_str(), channel, buyer])
    }

    /// The history of a mail address, by which customers who have confirmed it find each other. `email` is in lower
    /// case. No provider is called `confirmed mail`.
    #[must_use]
    pub fn of_email(shop: &ShopId, email: &str) -> Self {
        Self::derive(&[shop.as_str(), "confirmed mail", email])
    }
}

impl ConversationId {
    /// The conversation that `chat` on `account` of `channel` belongs to.
    #[must_use]
    pub fn of(shop: &ShopId, channel: &str, account: &str, chat: &str) -> Self {
        Self::derive(&[shop.as_str(), channel, account, chat])
    }
}

impl From<EventId> for TurnId {
    fn from(id: EventId) -> Self {
        Self(id.uuid())
    }
}

impl From<EventId> for ReplyId {
    fn from(id: EventId) -> Self {
        Self(id.uuid())
    }
}

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} {problem}")]
pub struct IdError {
    what: &'static str,
    value: String,
    problem: &'static str,
}

/// A shop's id, the tenant: 1 to 32 of `a-z`, `0-9` and `-`. A token in every subject.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct ShopId(String);

impl ShopId {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`IdError`] when it is empty, longer than 32, or holds anything but `a-z0-9-`.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let value = text.into();
        let fits = (1..=32).contains(&value.len())
            && value
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(value))
        } else {
            Err(IdError {
                what: "shop id",
                value,
                problem: "must be 1 to 32 of a-z, 0-9 and -",
            })
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ShopId {
    type Error = IdError;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl FromStr for ShopId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl From<ShopId> for String {
    fn from(id: ShopId) -> Self {
        id.0
    }
}

impl fmt::Display for ShopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ShopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Stamps out an id around a text that is somebody else's.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it came.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A seller's article number, as the sheet has it after trimming. Any text.
    Sku
}
text_id! {
    /// A message's id at its provider: 32 hex digits at Avito, `<chat>:<message>` at Telegram.
    ProviderId
}
text_id! {
    /// An advertisement's id at Avito (a number, kept as text).
    ListingId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_id_is_a_safe_subject_token() {
        assert!(ShopId::new("ryukzaki-2").is_ok());
        for bad in ["", "A", "a.b", "a b", "лавка", "a>", &"x".repeat(33)] {
            assert!(ShopId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_order_has_a_name_that_can_be_read_out() {
        let order = OrderId::derive(&["an order"]);
        let code = order.code();
        assert_eq!(code.len(), 7);
        assert!(!code.contains(['0', 'O', '1', 'I']), "{code}");
        assert_eq!(code, order.code());
    }

    #[test]
    fn derived_ids_do_not_collide_over_part_borders() {
        assert_ne!(EventId::derive(&["ab", "c"]), EventId::derive(&["a", "bc"]));
        assert_ne!(
            EventId::derive(&["a"]).uuid(),
            ConversationId::derive(&["a"]).uuid()
        );
    }
}
