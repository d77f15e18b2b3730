//! Looking a word up in a list that is written as one text, words apart by spaces.

/// Whether a list holds a word.
pub(crate) fn one_of(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|entry| entry == word)
}

/// Whether a word begins with an entry of a list.
pub(crate) fn begins(stems: &str, word: &str) -> bool {
    stems
        .split_ascii_whitespace()
        .any(|stem| word.starts_with(stem))
}

/// Whether a word ends with an entry of a list.
pub(crate) fn ends(endings: &str, word: &str) -> bool {
    endings
        .split_ascii_whitespace()
        .any(|ending| word.ends_with(ending))
}
