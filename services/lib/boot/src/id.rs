//! Random identities' single home. Ids of facts are derived (UUIDv5), never drawn; these are for what has no cause.

use uuid::Uuid;

/// Draws an id that sorts by the time it was drawn (UUIDv7).
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one home of random ids"
)]
#[must_use]
pub fn random() -> Uuid {
    Uuid::now_v7()
}

/// Draws an unguessable token: 64 hexadecimal characters, 244 random bits from the operating system.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one home of random ids"
)]
#[must_use]
pub fn token() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    #[test]
    fn tokens_and_ids_do_not_repeat() {
        assert_eq!(super::token().len(), 64);
        assert_ne!(super::token(), super::token());
        assert!(super::random() < super::random());
    }
}
