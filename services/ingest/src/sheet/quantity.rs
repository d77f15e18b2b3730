//! A quantity cell: pieces, «есть», «под заказ», or a reason why it is none of them.

use schemas::stock::Quantity;

use super::{cell, price};

const NONE: [&str; 16] = [
    "-",
    "–",
    "—",
    "−",
    "нет",
    "нет в наличии",
    "закончился",
    "закончилась",
    "закончилось",
    "закончились",
    "продано",
    "ложь",
    "false",
    "no",
    "out of stock",
    "sold out",
];
const SOME: [&str; 14] = [
    "+",
    "есть",
    "да",
    "много",
    "мало",
    "достаточно",
    "в наличии",
    "есть в наличии",
    "истина",
    "true",
    "yes",
    "many",
    "in stock",
    "✓",
];
const ON_ORDER: [&str; 7] = [
    "под заказ",
    "на заказ",
    "по заказу",
    "предзаказ",
    "on order",
    "preorder",
    "pre-order",
];
/// What may stand behind a number; longer ones first.
const UNITS: [&str; 10] = [
    "штука",
    "штуки",
    "штук",
    "шт.",
    "шт",
    "pcs.",
    "pcs",
    "pc",
    "ед.",
    "ед",
];
const MORE_THAN: [&str; 8] = [
    ">=",
    ">",
    "≥",
    "более",
    "больше",
    "свыше",
    "more than",
    "over",
];
/// Most pieces that are believed: more is a bar code in the wrong column.
const MOST: u32 = 1_000_000;

/// Why a cell is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum QuantityFault {
    #[error("впишите число штук, «есть», «нет» или «под заказ»")]
    Empty,
    #[error("ошибка формулы; исправьте её или впишите число штук")]
    Formula,
    #[error("остаток меньше нуля; впишите 0 или сколько есть")]
    Negative,
    #[error("не целое число; впишите целое число штук")]
    Fraction,
    #[error("слишком много; проверьте, та ли это колонка")]
    TooMany,
    #[error("непонятно, сколько; впишите число штук, «есть», «нет» или «под заказ»")]
    Unclear,
}

/// Reads a quantity cell.
pub(super) fn quantity(text: &str) -> Result<Quantity, QuantityFault> {
    let folded = cell::fold(text);
    let word = folded.as_str();
    if word.is_empty() {
        return Err(QuantityFault::Empty);
    }
    if cell::is_formula_error(word) {
        return Err(QuantityFault::Formula);
    }
    if NONE.contains(&word) {
        return Ok(Quantity::Pieces(0));
    }
    if SOME.contains(&word) {
        return Ok(Quantity::Some);
    }
    if ON_ORDER.contains(&word) {
        return Ok(Quantity::OnOrder);
    }
    let number = without_unit(word);
    let more = MORE_THAN.iter().find_map(|sign| number.strip_prefix(sign));
    match more.or_else(|| number.strip_suffix('+')) {
        Some(least) => pieces(least.trim()).map(|_| Quantity::Some),
        None => pieces(number).map(Quantity::Pieces),
    }
}

fn without_unit(word: &str) -> &str {
    let bare = UNITS.iter().find_map(|unit| word.strip_suffix(unit));
    bare.unwrap_or(word).trim()
}

fn pieces(number: &str) -> Result<u32, QuantityFault> {
    let amount = number.trim_start_matches(['-', '−', '–']).trim_start();
    let starts = amount.starts_with(|c: char| c.is_ascii_digit());
    let plain = starts
        && amount
            .chars()
            .all(|c| c.is_ascii_digit() || " .,".contains(c));
    if price::is_scientific(number) {
        return Err(QuantityFault::TooMany);
    }
    if !plain {
        return Err(QuantityFault::Unclear);
    }
    if amount.len() < number.len() {
        return Err(QuantityFault::Negative);
    }
    whole(amount)
}

/// `3`, `1 200`, `3,00`. Three digits behind a comma can be thousands or a fraction, so they are neither.
fn whole(amount: &str) -> Result<u32, QuantityFault> {
    let (whole, fraction) = amount.split_once([',', '.']).unwrap_or((amount, "0"));
    if fraction.len() > 2 || fraction.contains(|c: char| !c.is_ascii_digit()) {
        return Err(QuantityFault::Unclear);
    }
    if fraction.contains(|c| c != '0') {
        return Err(QuantityFault::Fraction);
    }
    let mut groups = whole.split(' ');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.len() > first.len();
    if first.is_empty() || (grouped && first.len() > 3) || groups.any(|group| group.len() != 3) {
        return Err(QuantityFault::Unclear);
    }
    let pieces: u32 = whole
        .replace(' ', "")
        .parse()
        .map_err(|_| QuantityFault::TooMany)?;
    if pieces > MOST {
        return Err(QuantityFault::TooMany);
    }
    Ok(pieces)
}
