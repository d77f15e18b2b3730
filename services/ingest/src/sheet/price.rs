//! A price cell: exactly one amount in rubles, or a reason why it is none.
//!
//! Kopecks have two digits, so one or two digits behind a comma or a point are kopecks and three are thousands.

use schemas::Kopecks;

use super::cell;

/// What may stand behind an amount, folded; longer ones first.
const RUBLES: [&str; 9] = [
    "рублей",
    "рубля",
    "рубль",
    "руб.",
    "руб",
    "rub",
    "р.",
    "р",
    "₽",
];
const OTHER_CURRENCIES: [&str; 10] = [
    "$",
    "€",
    "£",
    "¥",
    "usd",
    "eur",
    "cny",
    "доллар",
    "евро",
    "тенге",
];
/// Looked for once `р` and `р.` are off.
const THOUSANDS: [&str; 6] = ["к", "k", "тыс", "тыс.", "т", "т."];
/// Highest price that is believed, rubles: more is a phone number or a bar code in the wrong column.
const HIGHEST: i64 = 1_000_000_000;

/// Why a cell is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PriceFault {
    #[error("нужна одна сумма, например 2490")]
    Empty,
    #[error("ошибка формулы; исправьте её или впишите сумму, например 2490")]
    Formula,
    #[error("слова вместо суммы; нужна одна сумма, например 2490")]
    Words,
    #[error("это не одна сумма, а условие или несколько; нужна одна сумма, например 2490")]
    Range,
    #[error("тысячи сокращены; запишите сумму полностью, например 2490")]
    Thousands,
    #[error("не рубли; впишите сумму в рублях, например 2490")]
    Currency,
    #[error("сумма меньше нуля; впишите обычную сумму, например 2490")]
    Negative,
    #[error("цена ноль; впишите цену, а если товара нет, поставьте остаток 0")]
    Zero,
    #[error("слишком большая сумма; проверьте, та ли это колонка")]
    TooLarge,
    #[error("число сокращено таблицей; задайте ячейке числовой формат и впишите сумму полностью")]
    Scientific,
    #[error("непонятно, где тысячи, а где копейки; запишите, например, 1200 или 1200,50")]
    Grouping,
}

/// Reads a price cell.
pub(super) fn price(text: &str) -> Result<Kopecks, PriceFault> {
    let folded = cell::fold(text);
    if folded.is_empty() {
        return Err(PriceFault::Empty);
    }
    if cell::is_formula_error(&folded) {
        return Err(PriceFault::Formula);
    }
    let number = without_currency(&folded);
    if number.is_empty()
        || !number
            .chars()
            .all(|c| c.is_ascii_digit() || " .,".contains(c))
    {
        return Err(fault(number));
    }
    let (rubles, kopecks) = split(number)?;
    let rubles: i64 = ungroup(rubles)?.parse().map_err(|_| PriceFault::TooLarge)?;
    if rubles > HIGHEST {
        return Err(PriceFault::TooLarge);
    }
    match rubles * 100 + kopecks {
        0 => Err(PriceFault::Zero),
        kopecks => Ok(Kopecks::new(kopecks)),
    }
}

fn without_currency(folded: &str) -> &str {
    let folded = folded.strip_prefix('₽').unwrap_or(folded);
    let bare = RUBLES.iter().find_map(|unit| folded.strip_suffix(unit));
    bare.unwrap_or(folded).trim()
}

/// Names what is wrong with a cell that holds more than digits and separators.
fn fault(number: &str) -> PriceFault {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let amount = number.trim_start_matches(['-', '−', '–', '—']).trim_start();
    if OTHER_CURRENCIES
        .iter()
        .any(|currency| number.contains(currency))
    {
        PriceFault::Currency
    } else if digits == 0 {
        PriceFault::Words
    } else if is_in_thousands(number) {
        PriceFault::Thousands
    } else if amount.len() < number.len() && is_amount(amount) {
        PriceFault::Negative
    } else if is_scientific(number) {
        PriceFault::Scientific
    } else {
        PriceFault::Range
    }
}

fn is_in_thousands(number: &str) -> bool {
    let amounts = THOUSANDS
        .iter()
        .filter_map(|unit| number.strip_suffix(unit));
    let mut ends = amounts.filter_map(|amount| amount.trim_end().chars().next_back());
    ends.any(|last| last.is_ascii_digit())
}

fn is_amount(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || " .,".contains(c))
}

/// `1e308`, `1,2e+05`; the letter may be Cyrillic.
pub(super) fn is_scientific(folded: &str) -> bool {
    let Some((number, power)) = folded.split_once(['e', 'е']) else {
        return false;
    };
    let power = power.trim_start_matches(['+', '-']);
    is_amount(number) && !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit())
}

/// Splits the kopecks off.
fn split(number: &str) -> Result<(&str, i64), PriceFault> {
    let Some(at) = number.rfind(['.', ',']) else {
        return Ok((number, 0));
    };
    let (rubles, tail) = number.split_at(at);
    let separator = tail.chars().next().unwrap_or('.');
    let digits = tail.trim_start_matches(['.', ',']);
    let kopecks: i64 = digits.parse().map_err(|_| PriceFault::Grouping)?;
    match tail.len() {
        2 | 3 if rubles.contains(separator) => Err(PriceFault::Grouping),
        2 => Ok((rubles, kopecks * 10)),
        3 => Ok((rubles, kopecks)),
        4 => Ok((number, 0)),
        _ => Err(PriceFault::Grouping),
    }
}

/// Joins `1 200` or `1,200,000`: one kind of separator, and three digits behind each.
fn ungroup(text: &str) -> Result<String, PriceFault> {
    let mut separators = text.chars().filter(|c| !c.is_ascii_digit());
    let separator = separators.next().unwrap_or(' ');
    let mut groups = text.split(separator);
    let first = groups.next().unwrap_or_default();
    let grouped = text.len() > first.len();
    let first_fits =
        !first.is_empty() && (!grouped || (first.len() <= 3 && !first.starts_with('0')));
    if !first_fits || separators.any(|c| c != separator) || groups.any(|group| group.len() != 3) {
        return Err(PriceFault::Grouping);
    }
    Ok(text.replace(separator, ""))
}
