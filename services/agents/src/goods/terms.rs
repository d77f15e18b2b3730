//! What of a text names an article: stems without filler, colours as one attribute, numbers as they are.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use language::{Colour, Token};
use moka::sync::Cache;
use schemas::conversation::Language;

/// A word that can name an article or a variant of one.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// A kind or a name.
    Word(Token),
    /// A colour, whatever the language and the ending.
    Colour(Colour),
    /// A size, a volume, a model number.
    Number(String),
}

impl Term {
    /// Whether it only varies an article and does not name one.
    pub(crate) const fn is_attribute(&self) -> bool {
        match self {
            Self::Word(_) => false,
            Self::Colour(_) | Self::Number(_) => true,
        }
    }

    /// How well `other` is the same, 0 to 1.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        match (self, other) {
            (Self::Word(one), Self::Word(other)) => language::similarity(one, other),
            (Self::Colour(one), Self::Colour(other)) => f64::from(u8::from(one == other)),
            (Self::Number(one), Self::Number(other)) => f64::from(u8::from(one == other)),
            (Self::Word(_) | Self::Colour(_) | Self::Number(_), _) => 0.0,
        }
    }

    /// What two spellings of one term have in common.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Word(word) => format!("word {}", word.stem),
            Self::Colour(colour) => format!("colour {colour:?}"),
            Self::Number(number) => format!("number {number}"),
        }
    }
}

/// Words and stems that a question is made of and no article is named by, in three languages.
static FILLER: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("filler.txt").split_whitespace().collect());

/// The terms of articles' names: every question about stock looks at all of them.
static REMEMBERED: LazyLock<Remembered> = LazyLock::new(|| Cache::new(MOST_REMEMBERED));
type Remembered = Cache<(Language, String), Arc<Vec<Term>>>;
/// A shop has some thousand articles; a term takes about a hundred bytes.
const MOST_REMEMBERED: u64 = 50_000;

/// As [`terms`], of a text that is asked about again and again.
pub(crate) fn remembered(text: &str, language: Language) -> Arc<Vec<Term>> {
    REMEMBERED.get_with((language, text.to_owned()), || {
        Arc::new(terms(text, language))
    })
}

/// The terms of a text, in order. A number that counts pieces is not one.
pub(crate) fn terms(text: &str, language: Language) -> Vec<Term> {
    let tokens = language::tokens(text, language);
    let mut found = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((token, tail)) = rest.split_first() {
        rest = tail;
        if token.is_number() {
            let counts = tail.first().is_some_and(|next| is_piece(&next.word));
            if !counts {
                found.push(Term::Number(token.word.clone()));
            }
        } else if let Some(colour) = language::colour_of(&token.word) {
            found.push(Term::Colour(colour));
        } else if !is_filler(token) {
            found.push(Term::Word(token.clone()));
        }
    }
    found
}

/// A text without the words that every question is made of; all of it when nothing else is left.
pub(crate) fn telling(text: &str, language: Language) -> String {
    let tokens = language::tokens(text, language);
    let kept = tokens.iter().filter(|token| !is_filler(token));
    let words: Vec<&str> = kept.map(|token| token.word.as_str()).collect();
    match words.as_slice() {
        [] => text.to_owned(),
        words => words.join(" "),
    }
}

fn is_filler(token: &Token) -> bool {
    let known = |word: &str| FILLER.contains(word);
    known(&token.stem) || known(&token.word) || token.stem.chars().count() < 2
}

fn is_piece(word: &str) -> bool {
    ["шт", "pc", "piece", "unidad", "пар"]
        .iter()
        .any(|stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str, language: Language) -> Vec<String> {
        terms(text, language).iter().map(Term::key).collect()
    }

    #[test]
    fn a_question_shrinks_to_what_names_the_article() {
        let asked = "Здравствуйте, красный рюкзак на 20 л ещё есть в наличии?";
        let named = terms(asked, Language::Ru);
        assert_eq!(named.len(), 3, "{named:?}");
        assert!(matches!(named[0], Term::Colour(_)));
        assert!(matches!(&named[2], Term::Number(number) if number == "20"));
    }

    #[test]
    fn questions_that_name_nothing_have_no_terms() {
        for text in [
            "есть в наличии?",
            "сколько стоит?",
            "10 штук найдётся?",
            "ещё продаёте?",
            "объявление актуально?",
            "скока стоит",
            "а почём?",
            "is it still available?",
            "do you have it in stock",
            "how much is it?",
            "¿cuánto cuesta?",
            "¿está disponible?",
        ] {
            assert_eq!(keys(text, Language::Ru), [""; 0], "{text}");
        }
    }

    #[test]
    fn colours_are_one_attribute_in_every_language() {
        assert_eq!(keys("а синий?", Language::Ru), keys("blue", Language::En));
        assert_eq!(keys("синяя", Language::Ru), keys("azul", Language::Es));
    }
}
