//! Words of a text with their stems, and how much two words look alike.
//!
//! This is what product names are matched with: exact about numbers, forgiving about endings and
//! typing mistakes.

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use schemas::conversation::Language;

use crate::{
    digits::{Found, scan},
    lexicon,
    normalise::fold,
};

/// A word or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Lower case, `ё` as `е`; a number as [`digits_in`](crate::digits_in) spells it.
    pub word: String,
    /// The Snowball stem of the word; the number itself.
    pub stem: String,
    /// The bytes of the text that it stands at.
    pub span: Range<usize>,
}

impl Token {
    /// Whether it is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.word.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// The words and numbers of a text, in order.
///
/// A run of letters is a word, a number is one token, and a change between them starts another:
/// `20л` is `20` and `л`. Cyrillic words are stemmed as Russian; Latin ones as Spanish when
/// `language` says so, else as English.
#[must_use]
pub fn tokens(text: &str, language: Language) -> Vec<Token> {
    let latin = match language {
        Language::Es => Algorithm::Spanish,
        Language::Ru | Language::En => Algorithm::English,
    };
    let (russian, latin) = (Stemmer::create(Algorithm::Russian), Stemmer::create(latin));
    let mut tokens = Vec::new();
    let mut from = 0;
    for Found { start, end, value } in scan(text) {
        words(text, from..start, &russian, &latin, &mut tokens);
        tokens.push(Token {
            stem: value.clone(),
            word: value,
            span: start..end,
        });
        from = end;
    }
    words(text, from..text.len(), &russian, &latin, &mut tokens);
    tokens
}

fn words(text: &str, part: Range<usize>, russian: &Stemmer, latin: &Stemmer, to: &mut Vec<Token>) {
    let mut rest = text.get(part.clone()).unwrap_or_default();
    let mut at = part.start;
    while let Some(skip) = rest.find(char::is_alphabetic) {
        let tail = rest.get(skip..).unwrap_or_default();
        let length = tail.find(|c| !is_inside(c)).unwrap_or(tail.len());
        let (raw, after) = tail.split_at(length);
        let word = fold(raw);
        let stemmer = if word.chars().any(lexicon::is_cyrillic) {
            russian
        } else {
            latin
        };
        to.push(Token {
            stem: lexicon::without_accents(&stemmer.stem(&word)),
            word,
            span: at + skip..at + skip + length,
        });
        at += skip + length;
        rest = after;
    }
}

/// Letters, and what may stand inside a word without ending it.
fn is_inside(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200D}')
}

/// How much two tokens look alike, 0 to 1.
///
/// 1 for the same word, 0.95 for the same stem. Words of five letters and more may differ by one
/// typing mistake (a letter missing, added, wrong, or two swapped), of nine and more by two; each
/// costs its share of the longer word. Numbers are the same or not.
#[must_use]
pub fn similarity(a: &Token, b: &Token) -> f64 {
    if a.word == b.word {
        return 1.0;
    }
    if a.is_number() || b.is_number() {
        return 0.0;
    }
    if a.stem == b.stem {
        return 0.95;
    }
    let words = near(&a.word, &b.word);
    let stems = near(&a.stem, &b.stem);
    0.95 * words.max(stems)
}

/// 1 minus the share of mistakes; 0 when there are too many.
fn near(a: &str, b: &str) -> f64 {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let shorter = a.len().min(b.len());
    let allowed = match shorter {
        0..5 => return 0.0,
        5..9 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed {
        return 0.0;
    }
    match distance(&a, &b) {
        mistakes if mistakes <= allowed => 1.0 - mistakes as f64 / a.len().max(b.len()) as f64,
        _ => 0.0,
    }
}

/// Damerau-Levenshtein distance (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut left = None;
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        let mut up = None;
        for (j, &y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, j) + usize::from(x != y);
            let mut cost = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if left == Some(y) && up == Some(x) {
                cost = cost.min(at(&before, j.wrapping_sub(1)) + 1);
            }
            row.push(cost);
            up = Some(y);
        }
        before = std::mem::replace(&mut last, row);
        left = Some(x);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(word: &str) -> Token {
        let mut found = tokens(word, Language::Ru);
        assert_eq!(found.len(), 1, "{word}");
        found.remove(0)
    }

    #[test]
    fn words_and_numbers_come_with_their_places() {
        let text = "Рюкзак «Сити» 20л, 1 200,50 ₽";
        let found = tokens(text, Language::Ru);
        let words: Vec<&str> = found.iter().map(|token| token.word.as_str()).collect();
        assert_eq!(words, ["рюкзак", "сити", "20", "л", "1200.5"]);
        let places: Vec<&str> = found.iter().map(|t| &text[t.span.clone()]).collect();
        assert_eq!(places, ["Рюкзак", "Сити", "20", "л", "1 200,50"]);
        assert_eq!(tokens("", Language::En), []);
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        assert_eq!(one("рюкзаки").stem, one("Рюкзаков").stem);
        assert_eq!(tokens("backpacks", Language::En)[0].stem, "backpack");
        let spanish = |word| tokens(word, Language::Es)[0].stem.clone();
        assert_eq!(spanish("mochilas"), spanish("mochila"));
    }

    #[test]
    fn typing_mistakes_are_forgiven_by_length() {
        assert!(similarity(&one("рюкзак"), &one("рюкзаки")) > 0.9);
        for (a, b) in [
            ("рюкзак", "рюгзак"),
            ("рюкзак", "рюказк"),
            ("перфоратор", "перфарато"),
        ] {
            assert!(similarity(&one(a), &one(b)) > 0.7, "{a} {b}");
        }
        for (a, b) in [("сумка", "сушка"), ("лист", "лиса"), ("кот", "код")]
        {
            assert!(similarity(&one(a), &one(b)) < 0.85, "{a} {b}");
        }
        assert_eq!(similarity(&one("кот"), &one("код")), 0.0);
        assert_eq!(similarity(&one("20"), &one("21")), 0.0);
        assert_eq!(similarity(&one("20"), &one("20,0")), 1.0);
    }

    #[test]
    fn the_distance_counts_a_swap_once() {
        let chars = |word: &str| word.chars().collect::<Vec<_>>();
        for (a, b, expected) in [
            ("ab", "ba", 1),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("ca", "abc", 3),
        ] {
            assert_eq!(distance(&chars(a), &chars(b)), expected, "{a} {b}");
        }
    }
}
