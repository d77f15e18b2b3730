//! Phrases that are looked for in folded words.
//!
//! A phrase is a row of words, separated by spaces. `бот*` is any word that begins so, `дай|дайте` one of two, `#` a
//! number, `…` up to [`GAP`] words of any kind, and `@person` a word of a class, which may be misspelt when it is long.

use std::sync::LazyLock;

use language::{Token, similarity, tokens};
use schemas::conversation::Language;

/// How many words `…` may stand for.
const GAP: usize = 4;
/// From so many letters on a word of a class may be misspelt.
const LONG: usize = 5;
/// How much a misspelt word has to look like the right one: one letter of five.
const ALIKE: f64 = 0.75;

/// Words of one kind.
pub(super) struct Class {
    pub(super) name: &'static str,
    /// As they stand in phrases, without gaps.
    pub(super) patterns: &'static [&'static str],
    /// Words that may be misspelt.
    pub(super) words: LazyLock<Vec<Token>>,
}

/// The tokens of words that stand one after the other.
pub(super) fn spelt(words: &str) -> Vec<Token> {
    tokens(words, Language::Ru)
}

/// The words of one sentence.
pub(super) struct Words<'a> {
    tokens: Vec<Token>,
    classes: &'a [Class],
    /// Whether it is a question.
    pub(super) asks: bool,
}

impl<'a> Words<'a> {
    /// `text` in the one spelling that slang and Russian in Latin letters have, too.
    pub(super) fn of(text: &str, classes: &'a [Class]) -> Self {
        Self {
            tokens: tokens(&language::normalise(text), Language::Ru),
            classes,
            asks: text.contains('?'),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| token.word.as_str())
    }

    /// Whether any of the phrases is said.
    pub(super) fn say(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.count_of(phrase) > 0)
    }

    /// At how many places a phrase is said.
    pub(super) fn count_of(&self, phrase: &str) -> usize {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let begins = (0..self.tokens.len()).filter(|at| {
            let rest = self.tokens.get(*at..).unwrap_or_default();
            self.begin(rest, &phrase)
        });
        begins.count()
    }

    /// Whether a sentence is nothing but words of these patterns.
    pub(super) fn are_only(&self, patterns: &[&str]) -> bool {
        let one = |token: &Token| patterns.iter().any(|pattern| self.is(token, pattern));
        !self.tokens.is_empty() && self.tokens.iter().all(one)
    }

    fn begin(&self, tokens: &[Token], phrase: &[&str]) -> bool {
        match phrase.split_first() {
            None => true,
            Some((&"…", rest)) => (0..=GAP.min(tokens.len()))
                .any(|gap| self.begin(tokens.get(gap..).unwrap_or_default(), rest)),
            Some((pattern, rest)) => tokens
                .split_first()
                .is_some_and(|(token, after)| self.is(token, pattern) && self.begin(after, rest)),
        }
    }

    fn is(&self, token: &Token, pattern: &str) -> bool {
        pattern.split('|').any(|one| {
            if let Some(name) = one.strip_prefix('@') {
                let mut classes = self.classes.iter();
                return classes
                    .find(|class| class.name == name)
                    .is_some_and(|class| self.belongs(token, class));
            }
            if one == "#" {
                return token.is_number();
            }
            match one.strip_suffix('*') {
                Some(stem) => token.word.starts_with(stem),
                None => token.word == one,
            }
        })
    }

    fn belongs(&self, token: &Token, class: &Class) -> bool {
        let long = token.word.chars().count() >= LONG;
        class.patterns.iter().any(|pattern| self.is(token, pattern))
            || (long
                && class
                    .words
                    .iter()
                    .any(|word| similarity(token, word) >= ALIKE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_have_stems_choices_gaps_and_classes() {
        let classes = [Class {
            name: "who",
            patterns: &["люд*"],
            words: LazyLock::new(|| spelt("менеджер")),
        }];
        let words = Words::of("Дайте мне, пожалуйста, менеджра!", &classes);
        assert!(words.say(&["дай|дайте … @who"]));
        assert!(words.say(&["менедж*"]) && !words.say(&["менедж"]));
        assert!(!words.say(&["дайте @who", "люди"]));
        assert!(!Words::of("дай раз два три четыре пять людей", &classes).say(&["дай … люд*"]));
        assert_eq!(
            Words::of("один туда другой сюда один", &[]).count_of("один"),
            2
        );
    }
}
