//! Whether Latin letters spell Russian or another language, by which letters follow each other.
//!
//! What the letters of each side look like is counted once from the words of the bank: the
//! Russian ones written in Latin letters in two common ways, against the English and Spanish ones.

use std::{collections::HashSet, sync::LazyLock};

use crate::{bank::BANK, lexicon};

/// Edge of a word, 26 letters, apostrophe.
const SIGNS: usize = 28;
/// How many sightings the guess from a shorter context counts for.
const SMOOTHING: f32 = 4.0;

/// How Russian letters are written in Latin ones, in two habits.
#[rustfmt::skip]
const HABITS: [(char, &str, &str); 32] = [
    ('а', "a", "a"), ('б', "b", "b"), ('в', "v", "v"), ('г', "g", "g"), ('д', "d", "d"),
    ('е', "e", "e"), ('ж', "zh", "j"), ('з', "z", "z"), ('и', "i", "i"), ('й', "y", "j"),
    ('к', "k", "k"), ('л', "l", "l"), ('м', "m", "m"), ('н', "n", "n"), ('о', "o", "o"),
    ('п', "p", "p"), ('р', "r", "r"), ('с', "s", "s"), ('т', "t", "t"), ('у', "u", "u"),
    ('ф', "f", "f"), ('х', "h", "kh"), ('ц', "ts", "c"), ('ч', "ch", "ch"), ('ш', "sh", "sh"),
    ('щ', "sch", "shch"), ('ъ', "", ""), ('ы', "y", "i"), ('ь', "", "'"), ('э', "e", "e"),
    ('ю', "yu", "ju"), ('я', "ya", "ja"),
];

/// How much more (or, below zero, less) a word looks like Russian than like another language, as
/// the logarithm of the odds. Only ASCII letters and apostrophes count.
pub(crate) fn leaning(word: &str) -> f32 {
    static TABLE: LazyLock<Vec<f32>> = LazyLock::new(table);
    threes(word)
        .map(|three| TABLE.get(three.0).copied().unwrap_or_default())
        .sum()
}

/// The logarithm of the odds for every three signs.
fn table() -> Vec<f32> {
    let (mut russian, mut foreign) = (HashSet::new(), HashSet::new());
    for line in BANK.lines().skip(1) {
        let text = line.rsplit('\t').next().unwrap_or_default().to_lowercase();
        if text.chars().any(lexicon::is_cyrillic) {
            for habit in [0, 1] {
                russian.extend(lexicon::words(&spelled(&text, habit)).map(str::to_owned));
            }
        } else if !line.starts_with("ru\t") {
            let plain = lexicon::without_accents(&text);
            foreign.extend(lexicon::words(&plain).map(str::to_owned));
        }
    }
    russian.extend(lexicon::latin_russian().map(str::to_owned));
    foreign.extend(lexicon::foreign().map(str::to_owned));
    let (russian, foreign) = (Counts::of(&russian), Counts::of(&foreign));
    (0..SIGNS * SIGNS * SIGNS)
        .map(|three| (russian.chance(Three(three)) / foreign.chance(Three(three))).ln())
        .collect()
}

/// Russian letters written in Latin ones; other letters stay.
fn spelled(text: &str, habit: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match HABITS.iter().find(|(russian, ..)| *russian == letter) {
            Some((_, first, _)) if habit == 0 => out.push_str(first),
            Some((_, _, second)) => out.push_str(second),
            None => out.push(letter),
        }
    }
    out
}

/// Three signs in a row, as one number.
#[derive(Clone, Copy)]
struct Three(usize);

impl Three {
    /// The last two of the three.
    const fn two(self) -> usize {
        self.0 % (SIGNS * SIGNS)
    }

    const fn one(self) -> usize {
        self.0 % SIGNS
    }
}

/// Every three signs of a word, its edges included.
fn threes(word: &str) -> impl Iterator<Item = Three> + '_ {
    let signs = word.bytes().map(|byte| match byte {
        b'a'..=b'z' => usize::from(byte - b'a') + 1,
        _ => SIGNS - 1,
    });
    signs.chain([0]).scan(0, |last, sign| {
        *last = *last % (SIGNS * SIGNS) * SIGNS + sign;
        Some(Three(*last))
    })
}

/// How often signs follow each other.
struct Counts {
    three: Vec<f32>,
    two: Vec<f32>,
    one: Vec<f32>,
}

impl Counts {
    /// Counts every word once: how words look matters, not how common they are.
    fn of(words: &HashSet<String>) -> Self {
        let mut counts = Self {
            three: vec![0.0; SIGNS * SIGNS * SIGNS],
            two: vec![0.0; SIGNS * SIGNS],
            one: vec![0.0; SIGNS],
        };
        let is_plain = |word: &&String| {
            word.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'\'')
        };
        for three in words.iter().filter(is_plain).flat_map(|word| threes(word)) {
            let places = [
                counts.three.get_mut(three.0),
                counts.two.get_mut(three.two()),
                counts.one.get_mut(three.one()),
            ];
            for count in places.into_iter().flatten() {
                *count += 1.0;
            }
        }
        counts
    }

    /// The chance of the last sign after the two before it.
    fn chance(&self, three: Three) -> f32 {
        let one = smoothed(&self.one, three.one(), 1.0 / SIGNS as f32);
        let two = smoothed(&self.two, three.two(), one);
        smoothed(&self.three, three.0, two)
    }
}

/// The share of a sign among those that follow its context, leaning on a `guess`.
fn smoothed(counts: &[f32], place: usize, guess: f32) -> f32 {
    let row = counts.chunks_exact(SIGNS).nth(place / SIGNS);
    let row = row.unwrap_or_default();
    let own = row.get(place % SIGNS).copied().unwrap_or_default();
    (own + SMOOTHING * guess) / (row.iter().sum::<f32>() + SMOOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_no_list_has_lean_the_right_way() {
        for russian in [
            "holodilnik",
            "pylesos",
            "zaberu",
            "nedorogo",
            "peredumal",
            "batareyka",
        ] {
            assert!(leaning(russian) > 0.0, "{russian} {}", leaning(russian));
        }
        for foreign in [
            "furniture",
            "washing",
            "damaged",
            "herramienta",
            "cuchillo",
            "aceptan",
        ] {
            assert!(leaning(foreign) < 0.0, "{foreign} {}", leaning(foreign));
        }
    }
}
