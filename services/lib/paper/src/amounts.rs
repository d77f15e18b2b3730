//! How sums and dates are written on paper.

use jiff::civil::Date;

use schemas::Kopecks;

/// Narrow no-break space, between groups of three digits.
const GAP: char = '\u{202f}';

/// `1 234 567,80`: two decimals always, groups of three.
pub(crate) fn money(sum: Kopecks) -> String {
    let kopecks = sum.kopecks().unsigned_abs();
    let sign = if sum.kopecks() < 0 { "\u{2212}" } else { "" };
    format!("{sign}{},{:02}", grouped(kopecks / 100), kopecks % 100)
}

/// A whole number in groups of three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(GAP);
        }
        text.push(digit);
    }
    text
}

/// `21.11.2026`.
pub(crate) fn short_date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// `21 ноября 2026 г.`
pub(crate) fn long_date(date: Date) -> String {
    let month = match date.month() {
        1 => "января",
        2 => "февраля",
        3 => "марта",
        4 => "апреля",
        5 => "мая",
        6 => "июня",
        7 => "июля",
        8 => "августа",
        9 => "сентября",
        10 => "октября",
        11 => "ноября",
        _ => "декабря",
    };
    format!("{}\u{a0}{month} {}\u{a0}г.", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_grouped_and_keep_two_decimals() {
        let text = |kopecks| money(Kopecks::new(kopecks)).replace(GAP, "_");
        assert_eq!(text(0), "0,00");
        assert_eq!(text(99_905), "999,05");
        assert_eq!(text(100_000), "1_000,00");
        assert_eq!(text(12_345_678_901), "123_456_789,01");
        assert_eq!(text(-5), "\u{2212}0,05");
    }

    #[test]
    fn dates_are_written_in_words_and_in_digits() {
        let day = jiff::civil::date(2026, 5, 3);
        assert_eq!(long_date(day).replace('\u{a0}', " "), "3 мая 2026 г.");
        assert_eq!(short_date(day), "03.05.2026");
    }
}
