//! What a question is about, in three languages: ideas that two questions can share without sharing a word.

use std::sync::LazyLock;

const IDEAS: &str = include_str!("../../data/faq_concepts.txt");

/// Ideas of a text, one bit each.
pub(super) type Ideas = u64;

/// One idea: its words, and the beginnings of its words.
struct Idea {
    words: Vec<&'static str>,
    beginnings: Vec<&'static str>,
}

static KNOWN: LazyLock<Vec<Idea>> = LazyLock::new(|| {
    let lines = IDEAS.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (beginnings, words): (Vec<_>, Vec<_>) = line
                .split_whitespace()
                .skip(1)
                .partition(|word| word.ends_with('*'));
            Idea {
                words,
                beginnings: beginnings
                    .into_iter()
                    .map(|word| word.trim_end_matches('*'))
                    .collect(),
            }
        })
        .collect()
});

/// The ideas that a word stands for; most stand for none.
pub(super) fn of(word: &str) -> Ideas {
    KNOWN
        .iter()
        .zip(0_u32..)
        .filter(|(idea, _)| {
            idea.words.contains(&word)
                || idea.beginnings.iter().any(|start| word.starts_with(start))
        })
        .fold(0, |found, (_, place)| {
            found | 1_u64.checked_shl(place).unwrap_or(0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_idea_has_a_bit_of_its_own() {
        assert!(KNOWN.len() <= 64, "{} ideas", KNOWN.len());
        assert!(
            KNOWN
                .iter()
                .all(|idea| !idea.words.is_empty() || !idea.beginnings.is_empty())
        );
    }

    #[test]
    fn an_idea_is_one_in_every_language_and_a_promise_is_no_warranty() {
        assert_eq!(of("гарантия"), of("warranty"));
        assert_ne!(of("гарантия"), 0);
        assert_eq!(of("гарантируете"), 0);
        assert_eq!(of("возврата") & of("devolución"), of("return"));
    }
}
