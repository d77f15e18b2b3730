//! Fits the weights again on one half of the development set, and judges them on the other.
//!
//! The halves are split by shop: no question of a judged shop was seen. A quarter of the messages to a shop is taken to
//! be of its questions, the set holds half: the others weigh three times.

use std::{collections::BTreeMap, path::Path, sync::OnceLock};

use super::{signs::SIGNS, *};

const SET: &str = include_str!("../../data/faq_development.tsv");
/// Weight of a message that asks nothing of the kind.
const OTHERS: f64 = 3.0;
const PENALTY: f64 = 1.0;
const STEPS: usize = 15;
const THRESHOLD: f64 = 0.80;

/// One message with the signs of every entry; `entry` counts from 0, `None`: nothing of the kind.
struct Asked {
    part: &'static str,
    entry: Option<usize>,
    text: &'static str,
    signs: Vec<Signs>,
    best: FaqMatch,
}

/// The columns of a line: shop, part, kind, entry, language, text, and the answer of an entry.
fn column(line: &'static str, place: usize) -> &'static str {
    line.split('\t').nth(place).unwrap()
}

fn encoder() -> Encoder {
    let runtime = "../../../.torg/runtime/use-multilingual-v3";
    Encoder::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(runtime)).unwrap()
}

fn asked() -> &'static [Asked] {
    static ASKED: OnceLock<Vec<Asked>> = OnceLock::new();
    ASKED.get_or_init(|| {
        let encoder = encoder();
        let mut shops: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in SET.lines().skip(1) {
            shops.entry(column(line, 0)).or_default().push(line);
        }
        let mut asked = Vec::new();
        for lines in shops.values() {
            let (entries, asks): (Vec<&str>, Vec<&str>) =
                lines.iter().partition(|line| column(line, 2) == "entry");
            let entries: Vec<_> = entries
                .into_iter()
                .map(|line| (column(line, 5), column(line, 6)))
                .collect();
            let matcher = FaqMatcher::new(&encoder, &entries);
            asked.extend(asks.into_iter().map(|line| {
                let text = column(line, 5);
                let vector = encoder.encode(&normalise(text));
                Asked {
                    part: column(line, 1),
                    entry: column(line, 3).parse::<usize>().unwrap().checked_sub(1),
                    text,
                    signs: matcher.signs(text, &vector).into_iter().flatten().collect(),
                    best: matcher.best(text, &vector).unwrap(),
                }
            }));
        }
        asked
    })
}

/// Logistic regression by Newton's method; the last weight is the bias, which is not penalised.
fn fit(examples: &[(Signs, bool, f64)]) -> [f64; SIGNS + 1] {
    let mut weights = [0.0; SIGNS + 1];
    for _ in 0..STEPS {
        let mut rows = [[0.0; SIGNS + 2]; SIGNS + 1];
        for (i, row) in rows.iter_mut().enumerate().take(SIGNS) {
            row[i] = PENALTY;
            row[SIGNS + 1] = -PENALTY * weights[i];
        }
        for (signs, label, weight) in examples {
            let mut input = [1.0; SIGNS + 1];
            input[..SIGNS].copy_from_slice(signs);
            let sum: f64 = input.iter().zip(weights).map(|(a, b)| a * b).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            for (row, a) in rows.iter_mut().zip(input) {
                for (cell, b) in row.iter_mut().zip(input) {
                    *cell += weight * p * (1.0 - p) * a * b;
                }
                row[SIGNS + 1] += weight * (f64::from(u8::from(*label)) - p) * a;
            }
        }
        for (weight, step) in weights.iter_mut().zip(solve(rows)) {
            *weight += step;
        }
    }
    weights
}

/// Solves a positive definite system by elimination; the last column is the right side.
fn solve(mut rows: [[f64; SIGNS + 2]; SIGNS + 1]) -> [f64; SIGNS + 1] {
    for i in 0..=SIGNS {
        let pivot = rows[i];
        for (other, row) in rows.iter_mut().enumerate() {
            if other != i {
                let share = row[i] / pivot[i];
                row.iter_mut().zip(pivot).for_each(|(a, b)| *a -= share * b);
            }
        }
    }
    std::array::from_fn(|i| rows[i][SIGNS + 1] / rows[i][i])
}

#[test]
fn the_weights_are_those_that_the_fitted_half_gives() {
    let mut examples = Vec::new();
    for asked in asked().iter().filter(|asked| asked.part == "fit") {
        let weight = if asked.entry.is_some() { 1.0 } else { OTHERS };
        for (entry, signs) in asked.signs.iter().enumerate() {
            examples.push((*signs, asked.entry == Some(entry), weight));
        }
    }
    let fitted = fit(&examples);
    println!("{fitted:.3?}");
    let known = WEIGHTS.into_iter().chain([BIAS]);
    for (known, fitted) in known.zip(fitted) {
        assert!(
            (known - fitted).abs() < 0.02,
            "{known} is {fitted:.3} when fitted"
        );
    }
}

#[test]
fn the_set_is_large_and_most_of_it_asks_something_that_is_nearly_but_not_a_known_question() {
    let (known, other): (Vec<&Asked>, Vec<&Asked>) =
        asked().iter().partition(|asked| asked.entry.is_some());
    assert!(known.len() >= 200, "{}", known.len());
    assert!(other.len() >= 250, "{}", other.len());
    for part in ["fit", "held_out"] {
        let size = asked().iter().filter(|asked| asked.part == part).count();
        assert!(size >= 200, "{part} has {size}");
    }
}

#[test]
fn what_is_answered_in_shops_never_seen_is_what_was_asked() {
    let held: Vec<&Asked> = asked()
        .iter()
        .filter(|asked| asked.part == "held_out")
        .collect();
    let asking = held.iter().filter(|asked| asked.entry.is_some()).count();
    for threshold in [0.5, 0.65, THRESHOLD, 0.9] {
        let acted: Vec<&&Asked> = held.iter().filter(|a| a.best.score >= threshold).collect();
        let right = acted
            .iter()
            .filter(|a| a.entry == Some(a.best.entry))
            .count();
        let precision = right as f64 / acted.len() as f64;
        let recall = right as f64 / asking as f64;
        println!(
            "{threshold}: {} acted, precision {precision:.3}, recall {recall:.3}",
            acted.len()
        );
        if threshold == THRESHOLD {
            for wrong in acted.iter().filter(|a| a.entry != Some(a.best.entry)) {
                println!("wrong: {:?} {}", wrong.best, wrong.text);
            }
            assert!(precision >= 0.96, "precision {precision}");
            assert!(recall >= 0.45, "recall {recall}");
        }
    }
}
