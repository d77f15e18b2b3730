//! Numbers in a text: all of them for the guard, and the one that points into a list.

use crate::{
    digits::scan,
    lexicon,
    normalise::{fold, normalise},
};

/// Every number written in digits in a text, in order, in one spelling.
///
/// Any space may group digits, a comma before exactly three digits groups too; the decimal mark
/// is a point; zeros that say nothing are dropped: `1 200,50 ₽` and `1,200.5` are `1200.5`.
/// Signs are not read. Both sides of a comparison must come out of this function.
#[must_use]
pub fn digits_in(text: &str) -> Vec<String> {
    scan(text).into_iter().map(|found| found.value).collect()
}

/// Russian ordinals by stem, the first ten.
const RU_STEMS: [&str; 10] = [
    "перв",
    "втор",
    "трет",
    "четверт",
    "пят",
    "шест",
    "седьм",
    "восьм",
    "девят",
    "десят",
];
#[rustfmt::skip]
const RU_ENDINGS: [&str; 21] = [
    "ый", "ой", "ий", "ая", "ое", "ую", "ого", "ому", "ым", "ом", "ые", "ых",
    "ья", "ье", "ью", "ьего", "ьему", "ьим", "ьем", "ьей", "ьи",
];
const EN_WORDS: [&str; 10] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
];
const ES_STEMS: [&str; 10] = [
    "primer", "segund", "tercer", "cuart", "quint", "sext", "septim", "octav", "noven", "decim",
];
/// Words and signs that make the number behind them a place.
pub(crate) const POINTERS: [&str; 17] = [
    "номер",
    "номером",
    "номера",
    "вариант",
    "позиция",
    "позицию",
    "пункт",
    "number",
    "option",
    "item",
    "no",
    "numero",
    "opcion",
    "num",
    "#",
    "№",
    "n",
];
/// Words that may stand beside a bare number that is a place.
pub(crate) const POLITE: [&str; 16] = [
    "пожалуйста",
    "давайте",
    "давай",
    "please",
    "por",
    "favor",
    "ок",
    "ok",
    "да",
    "yes",
    "si",
    "а",
    "the",
    "el",
    "la",
    "вот",
];

/// Which place of a list is meant, from 1: `второй`, `2-й`, `номер 2`, `the second one`,
/// `la segunda`, `#2`, or a bare `2`.
///
/// `None` when no place is named, when more than one is, and for «последний», whose meaning needs
/// the list. A number that measures something (`20 л`, `2 inches?`) is no place.
#[must_use]
pub fn ordinal(text: &str) -> Option<u32> {
    let text = lexicon::without_accents(&normalise(&fold(text)));
    let words = split(&text);
    let mut places: Vec<u32> = words.iter().filter_map(|word| by_word(word)).collect();
    for pair in words.windows(2) {
        if let [pointer, number] = pair
            && POINTERS.contains(pointer)
        {
            places.extend(by_digits(number));
        }
    }
    if places.is_empty() {
        let rest: Vec<&&str> = words.iter().filter(|w| !POLITE.contains(*w)).collect();
        if let [number] = rest.as_slice() {
            places.extend(by_digits(number));
        }
    }
    places.dedup();
    match places.as_slice() {
        [place] => Some(*place),
        _ => None,
    }
}

/// Words, numbers with what is glued to them (`2-й`), and the signs `#` and `№` apart.
fn split(text: &str) -> Vec<&str> {
    let is_part =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | ',' | '%' | '$' | '€' | '₽');
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '#' | '№' => c.len_utf8(),
            _ if is_part(c) => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
            _ => 0,
        };
        let (word, tail) = rest.split_at(length.max(c.len_utf8()));
        if length > 0 {
            words.push(word.trim_matches(['.', ',', '-']));
        }
        rest = tail;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word that is a place by itself.
pub(crate) fn by_word(word: &str) -> Option<u32> {
    let russian = |stem: &&str| {
        word.strip_prefix(*stem)
            .is_some_and(|ending| RU_ENDINGS.contains(&ending))
    };
    let spanish = |stem: &&str| {
        word.strip_prefix(*stem)
            .is_some_and(|ending| matches!(ending, "" | "o" | "a" | "os" | "as"))
    };
    let place = RU_STEMS
        .iter()
        .position(russian)
        .or_else(|| EN_WORDS.iter().position(|known| *known == word))
        .or_else(|| ES_STEMS.iter().position(spanish));
    match place {
        Some(place) => u32::try_from(place + 1).ok(),
        None => by_suffix(word),
    }
}

/// `2-й`, `2й`, `3-ю`, `2nd`, `3º`.
pub(crate) fn by_suffix(word: &str) -> Option<u32> {
    let end = word.find(|c: char| !c.is_ascii_digit())?;
    let (digits, suffix) = word.split_at(end);
    let suffix = suffix.trim_start_matches('-');
    let known = matches!(
        suffix,
        "й" | "ый"
            | "ой"
            | "ий"
            | "я"
            | "ая"
            | "е"
            | "ое"
            | "ю"
            | "ую"
            | "го"
            | "ого"
            | "му"
            | "st"
            | "nd"
            | "rd"
            | "th"
            | "º"
            | "ª"
    );
    known.then(|| by_digits(digits)).flatten()
}

/// A place written in digits; nobody counts beyond 99 in a chat.
fn by_digits(word: &str) -> Option<u32> {
    let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let place = is_number.then(|| word.parse().ok()).flatten()?;
    (1..100).contains(&place).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for (text, numbers) in [
            ("1 200,50 ₽", &["1200.5"][..]),
            ("1\u{a0}200\u{202f}000 ₽", &["1200000"]),
            ("1,200.00 ₽", &["1200"]),
            ("2,490 ₽", &["2490"]),
            ("20л и 1.5 кг", &["20", "1.5"]),
            ("4,2×75", &["4.2", "75"]),
            ("саморез 4.2х75мм", &["4.2", "75"]),
            ("0,125", &["0.125"]),
            ("007", &["7"]),
            ("1234567", &["1234567"]),
            ("1 2345", &["1", "2345"]),
            ("1.234.567,8", &["1234567.8"]),
            ("12.05.2024 в 10:30", &["12", "5", "2024", "10", "30"]),
            ("размеры 41,42,43", &["41", "42", "43"]),
            ("1,200,3", &["1", "200", "3"]),
            ("1,200,300", &["1200300"]),
            ("１２ ٣٤ шт., 5.", &["12", "34", "5"]),
            ("1\n200", &["1", "200"]),
            ("список: 1, 2, 3", &["1", "2", "3"]),
            ("м8, wh-1000xm4", &["8", "1000", "4"]),
            ("без чисел", &[]),
            ("", &[]),
        ] {
            assert_eq!(digits_in(text), numbers, "{text}");
        }
    }

    #[test]
    fn places_are_found_in_three_languages() {
        for text in [
            "второй",
            "вторую",
            "давайте второй пожалуйста",
            "2-й",
            "2й",
            "номер 2",
            "№2",
            "#2",
            "2",
            "2.",
            "давайте 2",
            "вариант 2",
            "the second one",
            "2nd",
            "number 2",
            "option 2",
            "la segunda",
            "el segundo por favor",
            "número 2",
            "vtoroj",
            "２",
        ] {
            assert_eq!(ordinal(text), Some(2), "{text}");
        }
        assert_eq!(ordinal("третья"), Some(3));
        assert_eq!(ordinal("I'll take the 4th one"), Some(4));
    }

    #[test]
    fn measures_counts_and_doubt_are_no_place() {
        for text in [
            "2 inches?",
            "20 л",
            "20л",
            "рюкзак 20 л есть?",
            "2 штуки",
            "2490 ₽",
            "последний",
            "чем первый отличается от второго",
            "0",
            "100500",
            "1.5",
            "",
            "вторник",
            "пять",
            "есть в наличии?",
            "$2",
        ] {
            assert_eq!(ordinal(text), None, "{text}");
        }
    }
}
