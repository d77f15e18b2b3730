//! Texts without what a person could be reached by.

use crate::{Context, EntityValue, entities};

/// What stands in place of a telephone number.
const PHONE: &str = "[phone]";
/// What stands in place of an e-mail address.
const EMAIL: &str = "[e-mail]";

/// A text with its telephone numbers and e-mail addresses replaced.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for entity in entities(text, &Context::default()).iter().rev() {
        let mask = match entity.value {
            EntityValue::Phone(_) => PHONE,
            EntityValue::Email(_) => EMAIL,
            _ => continue,
        };
        if masked.get(entity.range.clone()).is_some() {
            masked.replace_range(entity.range.clone(), mask);
        }
    }
    masked
}

/// Whether something was masked in a text.
#[must_use]
pub fn is_masked(text: &str) -> bool {
    text.contains(PHONE) || text.contains(EMAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_and_addresses_of_mail_are_masked() {
        let text = "звоните +7 916 123-45-67 или пишите anna.p@example.org, рюкзак 20 л за 2490";
        let without = masked(text);
        let bare = "звоните [phone] или пишите [e-mail], рюкзак 20 л за 2490";
        assert_eq!(without, bare);
        assert!(is_masked(&without) && !is_masked(text));
    }
}
