//! What a button carries: which matter and which action, sealed so that nobody but us can make one.

use hmac::{
    Hmac, Mac,
    digest::{Key, Output},
};
use sha2::Sha256;

/// Keeps these seals apart from anything else that the same key may ever sign.
const PURPOSE: &[u8] = b"torg desk reference 1";
/// Bytes of the seal that travel: 104 bits, and the whole is a multiple of three bytes, so that base64 needs no
/// padding and has one spelling.
const SEAL: usize = 13;
/// What base64url writes six bits with. Source: RFC 4648, section 5.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A matter and what is to be done about it. State stays with the server: that it is used once, and by whom, is to be
/// checked there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The matter, as an event's id.
    pub id: [u8; 16],
    /// Which of the actions.
    pub action: u8,
}

impl Reference {
    /// The sealed reference as a button carries it: 40 letters of base64url.
    #[must_use]
    pub fn seal(key: &[u8; 32], id: [u8; 16], action: u8) -> String {
        let reference = Self { id, action };
        let mut bytes = reference.bytes();
        bytes.extend(reference.tag(key).into_iter().take(SEAL));
        encode(&bytes)
    }

    /// Reads what a button carried; `None` when it was not sealed with `key`. Takes the same time whatever is wrong
    /// with the seal.
    #[must_use]
    pub fn open(key: &[u8; 32], text: &str) -> Option<Self> {
        let bytes = decode(text)?;
        let (action, rest) = bytes.split_first()?;
        let (id, seal) = rest.split_first_chunk::<16>()?;
        let reference = Self {
            id: *id,
            action: *action,
        };
        let seal: &[u8; SEAL] = seal.try_into().ok()?;
        reference.mac(key).verify_truncated_left(seal).ok()?;
        Some(reference)
    }

    fn bytes(self) -> Vec<u8> {
        std::iter::once(self.action).chain(self.id).collect()
    }

    fn mac(self, key: &[u8; 32]) -> Hmac<Sha256> {
        // A key shorter than the hash's block is filled up with zeros. Source: RFC 2104, section 2.
        let mut block = Key::<Hmac<Sha256>>::default();
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        <Hmac<Sha256> as Mac>::new(&block)
            .chain_update(PURPOSE)
            .chain_update(self.bytes())
    }

    fn tag(self, key: &[u8; 32]) -> Output<Hmac<Sha256>> {
        self.mac(key).finalize().into_bytes()
    }
}

/// Writes whole groups of three bytes.
fn encode(bytes: &[u8]) -> String {
    let letter = |bits: u32| {
        let at = usize::try_from(bits & 63).unwrap_or_default();
        LETTERS.get(at).copied().map(char::from)
    };
    let group = |group: &[u8]| {
        let bits = group
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|by| letter(bits >> by))
    };
    bytes.chunks_exact(3).flat_map(group).flatten().collect()
}

/// Reads whole groups of four letters; `None` when there are others, or some are left over.
fn decode(text: &str) -> Option<Vec<u8>> {
    let value = |letter: &u8| {
        let at = LETTERS.iter().position(|known| known == letter)?;
        u32::try_from(at).ok()
    };
    let groups = text.as_bytes().chunks_exact(4);
    if !groups.remainder().is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for group in groups {
        let bits = group
            .iter()
            .try_fold(0u32, |bits, letter| Some(bits << 6 | value(letter)?))?;
        bytes.extend(bits.to_be_bytes().into_iter().skip(1));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn letters_are_those_of_base64url() {
        assert_eq!(encode(b"foobar"), "Zm9vYmFy");
        assert_eq!(encode(&[0xfb, 0xff, 0xfe]), "-__-");
        assert_eq!(decode("-__-"), Some(vec![0xfb, 0xff, 0xfe]));
        assert_eq!(decode("Zm9v+mFy"), None);
        assert_eq!(decode("Zm9vY"), None);
    }

    #[test]
    fn the_seal_is_hmac_sha256_over_purpose_action_and_id() {
        // Computed with another program: HMAC-SHA256, key 32 × 07, over the purpose, 02 and 16 × 01.
        let sealed = Reference::seal(&KEY, [1; 16], 2);
        assert_eq!(sealed, "AgEBAQEBAQEBAQEBAQEBAQFSlAlBVXxCY0c8Utaq");
        assert!(sealed.len() <= 64);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_with_its_key_only(id: [u8; 16], action: u8, other: [u8; 32]) {
            let sealed = Reference::seal(&KEY, id, action);
            prop_assert_eq!(sealed.len(), 40);
            prop_assert_eq!(Reference::open(&KEY, &sealed), Some(Reference { id, action }));
            prop_assume!(other != KEY);
            prop_assert_eq!(Reference::open(&other, &sealed), None);
        }

        #[test]
        fn one_changed_bit_anywhere_closes_it(id: [u8; 16], action: u8, bit in 0usize..240) {
            let mut bytes = decode(&Reference::seal(&KEY, id, action)).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Reference::open(&KEY, &encode(&bytes)), None);
        }

        #[test]
        fn anything_else_is_no_reference(text in "\\PC{0,80}") {
            prop_assert_eq!(Reference::open(&KEY, &text), None);
        }
    }

    #[test]
    fn a_seal_of_another_length_is_none() {
        let sealed = Reference::seal(&KEY, [1; 16], 2);
        for text in ["", &sealed[..36], &format!("{sealed}AAAA"), &sealed[4..]] {
            assert_eq!(Reference::open(&KEY, text), None, "{text}");
        }
    }
}
