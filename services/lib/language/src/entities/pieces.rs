//! A text cut into words, numbers and signs, each with the bytes that it stands in.
//!
//! Addresses of the web and article numbers (`RG-20-RED`) come out as one sign that nothing reads.

use std::ops::Range;

use super::numerals::numeral;
use crate::{
    digits::{Found, scan},
    lexicon,
    normalise::fold,
    translit,
};

/// What an article number or an address is to everybody who reads pieces.
const OPAQUE: &str = "\u{FFFC}";
/// The end of a line.
pub(crate) const LINE: &str = "\n";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Number,
    Sign,
}

/// A word, a number or a sign.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
    /// Lower case, `ё` as `е`, no accents, Russian in Cyrillic letters; a number as
    /// [`digits_in`](crate::digits_in) spells it.
    pub(crate) word: String,
    /// The word as typed, in lower case: Latin letters stay.
    pub(crate) typed: String,
    /// No space before it.
    pub(crate) glued: bool,
    /// It begins with a capital letter.
    pub(crate) capital: bool,
}

/// Cuts what is outside of `claimed`; what is inside becomes one unreadable sign each.
pub(crate) fn pieces(text: &str, claimed: &[Range<usize>]) -> Vec<Piece> {
    let mut claimed = claimed.to_vec();
    claimed.extend(opaque(text, &claimed));
    claimed.sort_by_key(|range| range.start);
    let russian = is_russian_in_latin(&fold(text));
    let mut found = Vec::new();
    let mut from = 0;
    for range in claimed {
        if range.start < from {
            continue;
        }
        cut(text, from..range.start, russian, &mut found);
        from = range.end;
        found.push(sign(OPAQUE, range));
    }
    cut(text, from..text.len(), russian, &mut found);
    let mut end = 0;
    for piece in &mut found {
        piece.glued = piece.range.start == end;
        end = piece.range.end;
    }
    found
}

/// As for the classifier, but a number word of another language speaks for that language.
fn is_russian_in_latin(folded: &str) -> bool {
    translit::is_russian_in_latin(folded)
        && (lexicon::words(folded).any(lexicon::is_latin_russian)
            || !lexicon::words(folded).any(|word| numeral(word).is_some()))
}

fn sign(word: &str, range: Range<usize>) -> Piece {
    Piece {
        range,
        kind: Kind::Sign,
        word: word.to_owned(),
        typed: word.to_owned(),
        glued: false,
        capital: false,
    }
}

fn cut(text: &str, part: Range<usize>, russian: bool, to: &mut Vec<Piece>) {
    let inside = text.get(part.clone()).unwrap_or_default();
    let mut from = 0;
    for number in scan(inside).into_iter().flat_map(|n| apart(inside, n)) {
        words(inside, from..number.start, part.start, russian, to);
        to.push(Piece {
            range: part.start + number.start..part.start + number.end,
            kind: Kind::Number,
            word: number.value.clone(),
            typed: number.value,
            glued: false,
            capital: false,
        });
        from = number.end;
    }
    words(inside, from..inside.len(), part.start, russian, to);
}

/// `13 128gb` is two numbers, whatever `13 128` would be.
fn apart(text: &str, number: Found) -> Vec<Found> {
    let raw = text.get(number.start..number.end).unwrap_or_default();
    let next = text.get(number.end..).and_then(|rest| rest.chars().next());
    let is_money = |c: char| matches!(c.to_lowercase().next(), Some('к' | 'k' | 'р' | 'т' | 'r'));
    let is_glued = next.is_some_and(|c| c.is_alphabetic() && !is_money(c));
    match raw.rfind(char::is_whitespace).filter(|_| is_glued) {
        Some(space) => [(0, space), (space, raw.len())]
            .into_iter()
            .flat_map(|(from, to)| {
                let found = scan(raw.get(from..to).unwrap_or_default());
                found.into_iter().map(move |found| Found {
                    start: number.start + from + found.start,
                    end: number.start + from + found.end,
                    value: found.value,
                })
            })
            .collect(),
        None => vec![number],
    }
}

fn words(text: &str, part: Range<usize>, shift: usize, russian: bool, to: &mut Vec<Piece>) {
    let mut rest = text.get(part.clone()).unwrap_or_default();
    let mut at = shift + part.start;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphabetic() {
            rest.find(|c| !is_inside(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (raw, tail) = rest.split_at(length.max(first.len_utf8()));
        let range = at..at + raw.len();
        if first.is_alphabetic() {
            to.push(word(raw, range, russian));
        } else if matches!(first, '\n' | '\r') {
            to.push(sign(LINE, range));
        } else if !is_space(first) {
            to.push(sign(&fold(raw), range));
        }
        at += raw.len();
        rest = tail;
    }
}

fn word(raw: &str, range: Range<usize>, russian: bool) -> Piece {
    let typed = lexicon::without_accents(&fold(raw));
    let word = if russian {
        translit::to_cyrillic(&typed)
    } else {
        typed.clone()
    };
    Piece {
        range,
        kind: Kind::Word,
        word,
        typed,
        glued: false,
        capital: raw.starts_with(char::is_uppercase),
    }
}

/// Spaces and what nobody sees.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || fold(c.encode_utf8(&mut [0; 4])).is_empty()
}

fn is_inside(c: char) -> bool {
    c.is_alphabetic()
        || matches!(c, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\'' | '’')
}

/// Addresses of the web and article numbers.
fn opaque(text: &str, claimed: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in text.split(char::is_whitespace) {
        let trimmed = run.trim_matches(|c: char| !c.is_alphanumeric());
        let skip = run.find(trimmed).unwrap_or_default();
        let range = at + skip..at + skip + trimmed.len();
        at += run.len();
        at += text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let is_free = claimed
            .iter()
            .all(|other| range.end <= other.start || other.end <= range.start);
        if is_free && (is_address(trimmed) || is_article(trimmed)) {
            found.push(range);
        }
    }
    found
}

fn is_address(run: &str) -> bool {
    const BEGINNINGS: [&str; 4] = ["http://", "https://", "www.", "t.me/"];
    let run = run.to_ascii_lowercase();
    BEGINNINGS.iter().any(|start| run.starts_with(start)) || run.contains("://")
}

/// Letters before digits without a space, or letters between digits and more of it: `RG-20-RED`,
/// `wh-1000xm4`, `M8`, `10W-40`. A preposition that lost its space is none: `за2000`.
fn is_article(run: &str) -> bool {
    const LOST: [&str; 12] = [
        "за", "по", "до", "от", "на", "в", "x", "х", "n", "р", "шт", "штук",
    ];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/');
    let mut run = run;
    if let Some(end) = run.find(|c: char| !is_part(c)) {
        // Of `M8,M10` the first part speaks for the whole.
        run = run.split_at(end).0;
    }
    let Some(digit) = run.find(|c: char| c.is_ascii_digit()) else {
        return false;
    };
    let (head, tail) = run.split_at(digit);
    let letters = head.trim_end_matches(['-', '_', '/']);
    if !letters.is_empty() {
        let letters = letters.to_lowercase();
        let is_word = letters.chars().count() > 2 && letters.chars().all(lexicon::is_cyrillic);
        let is_lost = LOST.contains(&letters.as_str());
        return !is_lost && (!is_word || !head.ends_with('-'));
    }
    // Digits first: an article when letters follow and digits again, other than `10x20x30`.
    let mut changes = 0;
    let mut before = true;
    for c in tail.chars() {
        let is_digit = c.is_ascii_digit();
        changes += usize::from(is_digit != before && c.is_alphanumeric());
        if c.is_alphanumeric() {
            before = is_digit;
        }
    }
    let crosses = |c: char| matches!(c, 'x' | 'X' | 'х' | 'Х' | '-');
    let is_size = tail
        .trim_end_matches(char::is_alphabetic)
        .chars()
        .all(|c| c.is_ascii_digit() || crosses(c));
    changes >= 2 && !is_size
}
