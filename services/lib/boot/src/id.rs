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

/// What a code is written with: none that is taken for another when it is read aloud. Source: Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Draws a code that people type: `7f3k-9q2m`, 40 random bits. Only for what may be tried a few times.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one home of random ids"
)]
#[must_use]
pub fn code() -> String {
    // Of a random id the last four bytes are random, and 256 is a multiple of the number of letters.
    let (left, right) = (Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes());
    let bytes = left.into_iter().skip(12).chain(right.into_iter().skip(12));
    let mut code = String::new();
    for (place, byte) in bytes.enumerate() {
        if place == 4 {
            code.push('-');
        }
        let letter = LETTERS.get(usize::from(byte) % LETTERS.len());
        code.extend(letter.copied().map(char::from));
    }
    code
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn codes_use_every_letter_and_do_not_repeat() {
        let codes: BTreeSet<String> = (0..1_000).map(|_| super::code()).collect();
        assert_eq!(codes.len(), 1_000);
        let letters = |place: usize| {
            let letters = codes.iter().filter_map(|code| code.chars().nth(place));
            letters.collect::<BTreeSet<char>>().len()
        };
        let counts: Vec<usize> = (0..9).map(letters).collect();
        assert_eq!(counts, [32, 32, 32, 32, 1, 32, 32, 32, 32]);
    }

    #[test]
    fn tokens_and_ids_do_not_repeat() {
        assert_eq!(super::token().len(), 64);
        assert_ne!(super::token(), super::token());
        assert!(super::random() < super::random());
    }
}
