//! An article number, and when two of them look the same.

use schemas::Sku;

use super::{
    cell::{self, TextFault},
    price,
};

/// Longest article number, in characters: it becomes a token of a subject.
const LONGEST: usize = 64;
const MONTHS: [&str; 24] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "янв",
    "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
];

/// Why a cell is no article number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SkuFault {
    #[error(transparent)]
    Text(TextFault),
    #[error("таблица сделала из артикула дату; задайте колонке формат «Текст» и впишите его снова")]
    Date,
    #[error("таблица сократила число; задайте колонке формат «Текст» и впишите артикул снова")]
    Scientific,
}

/// Reads an article number's cell. Letter case is kept.
pub(super) fn read(text: &str) -> Result<Sku, SkuFault> {
    let text = cell::text(text, LONGEST).map_err(SkuFault::Text)?;
    if is_date(&text) {
        return Err(SkuFault::Date);
    }
    if text.contains(['+', ',', '.']) && price::is_scientific(&cell::fold(&text)) {
        return Err(SkuFault::Scientific);
    }
    Ok(Sku::new(text))
}

/// What a person sees: Cyrillic letters that look like Latin ones become those, case and kind of dash do not count.
pub(super) fn skeleton(sku: &Sku) -> String {
    let upper = cell::clean(sku.as_str()).to_uppercase();
    upper.chars().map(look).collect()
}

/// Whether a lone cell is rather a number just typed than the title of a section.
pub(super) fn is_likely(cell: &str) -> bool {
    let cell = cell::clean(cell);
    !cell.contains(' ') && cell.contains(|c: char| c.is_ascii_digit())
}

const fn look(letter: char) -> char {
    match letter {
        'А' => 'A',
        'В' => 'B',
        'Е' | 'Ё' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        'І' => 'I',
        'Ј' => 'J',
        'Ѕ' => 'S',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        other => other,
    }
}

/// `2-Jan`, `02.янв`, `Mar-25`, `01.02.2024`: what spreadsheets make of `2-1`, `3-25` and the like. The case of the
/// month counts, so that `MAR-25` stays a number that a seller chose.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '.', '/', ' ']).collect();
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let month = |part: &str| MONTHS.contains(&part);
    match parts.as_slice() {
        [day, name] if month(name) => digits(day, 2),
        [name, year] if month(name) => digits(year, 4),
        [day, name, year] if month(name) => digits(day, 2) && digits(year, 4),
        [day, month, year] if text.split('.').count() == 3 => {
            digits(day, 2) && digits(month, 2) && digits(year, 4) && year.len() == 4
        }
        _ => false,
    }
}
