//! A text as a row of marks: verbs, counts, places, and the words that are left to name something.

use std::ops::Range;

use super::{CartContext, words};
use crate::{
    entities::{
        Place,
        amounts::{Amount, amounts},
        counts::is_piece,
        pieces::{Kind, Piece, pieces},
    },
    language::detect,
    numbers::{POINTERS, by_suffix, by_word},
    tokens::{similarity, tokens},
};

/// Nobody puts more pieces into a cart.
const MOST: u32 = 100_000;
/// Two words that are this much alike are one.
const ALIKE: f64 = 0.7;

/// What a verb does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    Take,
    Add,
    Up,
    Down,
    Set,
    Remove,
    Keep,
    Clear,
    Swap,
    Show,
}

/// What a word, or several, say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Verb(Verb),
    /// So many; with a word for pieces, as the places may not have; «по», so many of each.
    Count {
        value: u32,
        pieces: bool,
        each: bool,
    },
    /// «до пяти», "to 5": so many in all.
    To(u32),
    /// «в три раза».
    Times(u32),
    Place(Place),
    /// «первые два», "the last two".
    Few(u32, Place),
    Code(String),
    Word(String),
    More,
    Less,
    Only,
    Except,
    Whole,
    Both,
    Each,
    Rest,
    By,
    For,
    Instead,
    AsMany,
    Double,
    Half,
    Not,
    Ones,
    /// A word between clauses.
    And,
    /// A word between clauses that says something else of another thing.
    But,
    /// A word between clauses that adds.
    Plus,
    Comma,
    /// The end of a sentence.
    Stop,
    Filler,
}

/// A mark and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Marked {
    pub(super) mark: Mark,
    pub(super) at: Range<usize>,
}

/// The marks of a text, in order; filler is left out.
pub(super) fn marks(text: &str, context: &CartContext<'_>) -> Vec<Marked> {
    let pieces = pieces(text, &codes(text, context.codes));
    let amounts = amounts(&pieces, detect(text, context.language).or(context.language));
    let reader = Reader {
        text,
        pieces: &pieces,
        amounts: &amounts,
        context,
    };
    let (mut found, mut at) = (Vec::with_capacity(pieces.len()), 0);
    while at < pieces.len() {
        let (mark, length) = reader.mark(at, &found);
        let length = length.max(1);
        let end = at.saturating_add(length).saturating_sub(1);
        if let (Some(first), Some(last)) = (pieces.get(at), pieces.get(end).or(pieces.last()))
            && mark != Mark::Filler
        {
            let at = first.range.start..last.range.end;
            found.push(Marked { mark, at });
        }
        at = at.saturating_add(length);
    }
    found
}

/// Where the shop's article numbers stand in a text. One of digits alone could be anything, unless it is called one.
fn codes(text: &str, known: &[String]) -> Vec<Range<usize>> {
    const CALLED: [&str; 6] = ["артикул", "арт.", "арт", "код", "sku", "código"];
    let folded = text.to_lowercase();
    if folded.len() != text.len() {
        return Vec::new();
    }
    let is_part = |c: char| c.is_alphanumeric();
    let mut found: Vec<Range<usize>> = Vec::new();
    for code in known
        .iter()
        .map(|code| code.to_lowercase())
        .filter(|code| !code.is_empty())
    {
        let telling = code.chars().count() >= 3 && !code.chars().all(|c| c.is_ascii_digit());
        for (at, _) in folded.match_indices(&code) {
            let (before, rest) = folded.split_at(at);
            let after = rest.get(code.len()..).unwrap_or_default();
            let alone = !before.ends_with(is_part) && !after.starts_with(is_part);
            let called = CALLED.iter().any(|word| before.trim_end().ends_with(word));
            let range = at..at.saturating_add(code.len());
            if alone
                && (telling || called)
                && found
                    .iter()
                    .all(|one| one.end <= at || range.end <= one.start)
            {
                found.push(range);
            }
        }
    }
    found
}

struct Reader<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    amounts: &'a [Amount],
    context: &'a CartContext<'a>,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |piece| piece.word.as_str())
    }

    fn typed(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |piece| piece.typed.as_str())
    }

    fn is_glued(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.glued)
    }

    fn amount(&self, at: usize) -> Option<&Amount> {
        self.amounts.iter().find(|amount| amount.first == at)
    }

    /// The mark at a piece, and how many pieces it takes.
    fn mark(&self, at: usize, before: &[Marked]) -> (Mark, usize) {
        if let Some(sign) = self.sign(at) {
            return sign;
        }
        if let Some(place) = self.place(at, before) {
            return place;
        }
        let next: Vec<&str> = (at..at.saturating_add(5)).map(|at| self.word(at)).collect();
        let typed: Vec<&str> = (at..at.saturating_add(5))
            .map(|at| self.typed(at))
            .collect();
        if let Some(found) = words::phrase(&next).or_else(|| words::phrase(&typed)) {
            return found;
        }
        if let Some(counted) = self.counted(at, before) {
            return counted;
        }
        let (word, typed) = (self.word(at), self.typed(at));
        // A size in one word: names have it as a number.
        if word.starts_with("литров") {
            return (Mark::Word("1".to_owned()), 1);
        }
        if word.starts_with("полулитров") || word.starts_with("поллитров") {
            return (Mark::Word("0.5".to_owned()), 1);
        }
        if is_piece(word) || is_piece(typed) {
            return (Mark::Filler, 1);
        }
        let known = words::word(word).or_else(|| words::word(typed));
        (known.unwrap_or_else(|| Mark::Word(word.to_owned())), 1)
    }

    fn sign(&self, at: usize) -> Option<(Mark, usize)> {
        let piece = self
            .pieces
            .get(at)
            .filter(|piece| piece.kind == Kind::Sign)?;
        Some(match piece.word.as_str() {
            "\u{FFFC}" => {
                let code = self.text.get(piece.range.clone()).unwrap_or_default();
                (Mark::Code(code.to_owned()), 1)
            }
            "," => (Mark::Comma, 1),
            "." if is_piece(self.word(at.wrapping_sub(1))) => (Mark::Filler, 1),
            "." | "!" | "?" | ";" | "\n" => (Mark::Stop, 1),
            "+" => (Mark::Plus, 1),
            "-" if at == 0 && self.is_glued(1) && self.amount(1).is_some() => {
                (Mark::Verb(Verb::Remove), 1)
            }
            "#" | "№" => return self.place(at, &[]),
            _ => (Mark::Filler, 1),
        })
    }

    /// «второй», `2-й`, `#2`, «последний», «первые два».
    fn place(&self, at: usize, before: &[Marked]) -> Option<(Mark, usize)> {
        let (word, typed) = (self.word(at), self.typed(at));
        let last = ["последн", "крайн", "посдедн", "послендн"]
            .iter()
            .any(|stem| word.starts_with(stem))
            || matches!(typed, "last" | "ultimo" | "ultima" | "ultimos" | "ultimas");
        let nth = by_word(word).or_else(|| by_word(typed));
        let place = match nth {
            Some(nth) => Some(Place::Nth(nth)),
            None => last.then_some(Place::Last),
        };
        if let Some(place) = place {
            let few = self.amount(at.saturating_add(1)).and_then(Amount::whole);
            let plural = ["ые", "ых", "ие", "их"]
                .iter()
                .any(|end| word.ends_with(end))
                || matches!(typed, "first" | "last");
            // "make the first 3" is one place and a count.
            let made = matches!(
                before.last().map(|marked| &marked.mark),
                Some(Mark::Verb(Verb::Set | Verb::Up | Verb::Down))
            );
            if let Some(few) = few.filter(|few| plural && *few > 1 && !made) {
                return Some((Mark::Few(few, place), 2));
            }
            return Some((Mark::Place(place), 1));
        }
        if POINTERS.contains(&word) || POINTERS.contains(&typed) {
            let amount = self.amount(at.saturating_add(1))?;
            let nth = amount.whole().filter(|nth| *nth < 100)?;
            let length = amount.last.saturating_sub(at).saturating_add(1);
            return Some((Mark::Place(Place::Nth(nth)), length));
        }
        let amount = self.amount(at).filter(|amount| !amount.spelled)?;
        let next = amount.last.saturating_add(1);
        let dash = usize::from(self.word(next) == "-" && self.is_glued(next));
        let suffix = next.saturating_add(dash);
        let nth = by_suffix(&format!("{}{}", amount.spelling(), self.typed(suffix)));
        let nth = nth.filter(|_| self.is_glued(suffix))?;
        let length = suffix.saturating_sub(at).saturating_add(1);
        Some((Mark::Place(Place::Nth(nth)), length))
    }

    /// A number, and what it counts.
    fn counted(&self, at: usize, before: &[Marked]) -> Option<(Mark, usize)> {
        let lead = usize::from(matches!(
            self.typed(at),
            "до" | "to" | "hasta" | "a" | "по" | "x" | "х" | "за"
        ));
        let of = if lead == 1 && self.amount(at).is_none() {
            at.saturating_add(1)
        } else {
            at
        };
        if self.typed(at) == "по" && self.amount(of).is_none() {
            return None;
        }
        let amount = self.amount(of)?;
        // Spanish «dos primeros»: so many from the top.
        let next = amount.last.saturating_add(1);
        let length = next.saturating_sub(at);
        let (unit, far) = (self.word(next), self.word(next.saturating_add(1)));
        if let (Some(few), Some(place)) = (amount.whole(), few_behind(self.typed(next))) {
            return Some((Mark::Few(few, place), length.saturating_add(1)));
        }
        if self.typed(at) == "за" || words::is_money(unit) || amount.thousands {
            return Some((Mark::Filler, length));
        }
        if self.is_name(amount, before) {
            let text = amount.spelling();
            return Some((Mark::Word(text), length));
        }
        let value = amount
            .whole()
            .filter(|value| *value <= MOST)
            .or_else(|| self.is_zero(amount))?;
        let lead = if of == at { "" } else { self.typed(at) };
        if matches!(unit, "раза" | "раз" | "times" | "veces") {
            return Some((Mark::Times(value), length.saturating_add(1)));
        }
        if matches!(lead, "до" | "to" | "hasta" | "a") {
            return Some((Mark::To(value), length));
        }
        if self.is_pronoun(amount, before) {
            return Some((Mark::Filler, length));
        }
        let such = usize::from(matches!(unit, "таких" | "такие" | "more"));
        let pieces =
            is_piece(unit) || (such == 1 && is_piece(far)) || matches!(unit, "x" | "х" | "×");
        let skipped = usize::from(is_piece(unit) || matches!(unit, "x" | "х" | "×"));
        let led = matches!(self.typed(at), "x" | "х")
            || matches!(
                self.word(at.wrapping_sub(1)),
                "×" | "*" | "шт" | "штук" | "штуки" | "штучек"
            );
        let count = Mark::Count {
            value,
            pieces: pieces || led || amount.group,
            each: lead == "по",
        };
        Some((count, length.saturating_add(skipped)))
    }

    fn is_zero(&self, amount: &Amount) -> Option<u32> {
        (amount.milli == 0).then_some(0)
    }

    /// A number that is part of a name: measured, broken, crossed, or as the shop's own names have it.
    fn is_name(&self, amount: &Amount, before: &[Marked]) -> bool {
        let next = amount.last.saturating_add(1);
        let crossed = matches!(self.word(next), "x" | "х" | "*" | "×" | "/")
            && self.amount(next.saturating_add(1)).is_some();
        let joined =
            self.word(next) == "-" && self.is_glued(next) && self.is_glued(next.saturating_add(1));
        let measured = words::is_unit(self.word(next)) || words::is_unit(self.typed(next));
        if amount.is_broken() || crossed || joined || measured {
            return true;
        }
        let Some(Mark::Word(word)) = before.last().map(|marked| &marked.mark) else {
            return false;
        };
        let adjacent = amount.first > 0 && self.word(amount.first.wrapping_sub(1)) == word;
        let counted = is_piece(self.word(next));
        let number = amount.spelling();
        adjacent
            && !counted
            && !amount.spelled
            && self
                .context
                .numbered
                .iter()
                .any(|(known, of)| *of == number && alike(known, word))
    }

    /// "the red one", "another one": a word for the thing and no number.
    fn is_pronoun(&self, amount: &Amount, before: &[Marked]) -> bool {
        let after_this = matches!(
            self.typed(amount.first.wrapping_sub(1)),
            "this" | "that" | "the" | "another" | "same" | "other" | "last" | "which"
        );
        let after_name = matches!(
            before.last().map(|marked| &marked.mark),
            Some(Mark::Word(_) | Mark::Place(_))
        ) && amount.first > 0
            && self.typed(amount.first) == "one"
            && !self
                .pieces
                .get(amount.first.wrapping_sub(1))
                .is_some_and(|piece| piece.kind == Kind::Sign);
        self.typed(amount.first) == "one" && (after_this || after_name)
    }
}

/// «los dos primeros».
fn few_behind(word: &str) -> Option<Place> {
    match word {
        "primeros" | "primeras" => Some(Place::Nth(1)),
        "ultimos" | "ultimas" => Some(Place::Last),
        _ => None,
    }
}

fn alike(one: &str, other: &str) -> bool {
    let token = |word: &str| {
        tokens(word, schemas::conversation::Language::Ru)
            .into_iter()
            .next()
    };
    match (token(one), token(other)) {
        (Some(one), Some(other)) => similarity(&one, &other) >= ALIKE,
        (None, _) | (_, None) => false,
    }
}
