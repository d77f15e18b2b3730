//! Scanning a text for numbers written in digits.
//!
//! Shared by the numbers of a text and by its word tokens, so that `1 200,50` is one number to
//! both. Signs, words and fractions like `½` are deliberately not read.

/// A number, where it stands, and how it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Byte offsets in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The normalised number: no grouping, point as decimal mark, no needless zeros.
    pub(crate) value: String,
}

/// One character of the text, digits folded to ASCII.
#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    end: usize,
    c: char,
}

/// All numbers of a text, in order.
pub(crate) fn scan(text: &str) -> Vec<Found> {
    let marks: Vec<Mark> = text
        .char_indices()
        .map(|(at, c)| Mark {
            at,
            end: at + c.len_utf8(),
            c: ascii(c),
        })
        .collect();
    let mut found = Vec::new();
    let mut rest = marks.as_slice();
    while let Some(skip) = rest.iter().position(|mark| mark.c.is_ascii_digit()) {
        rest = rest.get(skip..).unwrap_or_default();
        let (parts, used) = number(rest);
        found.extend(parts);
        rest = rest.get(used.max(1)..).unwrap_or_default();
    }
    found
}

/// Reads the number that `marks` starts with, and says how many marks it took. A chain like a
/// date, `12.05.2024`, is several numbers.
fn number(marks: &[Mark]) -> (Vec<Found>, usize) {
    let whole = grouped(marks);
    let after = marks.get(whole..).unwrap_or_default();
    let decimals = fraction(after);
    let same_mark = marks.get(digits(marks)).map(|mark| mark.c) == after.first().map(|mark| mark.c);
    let again = fraction(after.get(decimals..).unwrap_or_default()) > 0;
    if decimals > 0 && (again || (same_mark && whole > digits(marks))) {
        return chain(marks);
    }
    let (left, _) = marks.split_at(whole.min(marks.len()));
    let (right, _) = after.split_at(decimals.min(after.len()));
    let used = whole + decimals;
    (found(left, right).into_iter().collect(), used)
}

/// Whole numbers with a point or comma between each two.
fn chain(marks: &[Mark]) -> (Vec<Found>, usize) {
    let mut numbers = Vec::new();
    let mut used = 0;
    loop {
        let rest = marks.get(used..).unwrap_or_default();
        let count = digits(rest);
        numbers.extend(found(rest.get(..count).unwrap_or_default(), &[]));
        used += count;
        if fraction(rest.get(count..).unwrap_or_default()) == 0 {
            return (numbers, used);
        }
        used += 1;
    }
}

fn found(whole: &[Mark], decimals: &[Mark]) -> Option<Found> {
    let text = |part: &[Mark]| -> String {
        part.iter()
            .map(|mark| mark.c)
            .filter(char::is_ascii_digit)
            .collect()
    };
    Some(Found {
        start: whole.first()?.at,
        end: decimals.last().or(whole.last())?.end,
        value: plain(&text(whole), &text(decimals)),
    })
}

/// How many marks a whole number takes: digits, or groups of three set apart by one kind of
/// separator. One space may group; a comma groups three digits unless they follow a lone zero; a
/// point groups only when it does so twice.
fn grouped(marks: &[Mark]) -> usize {
    let head = digits(marks);
    let Some(separator) = marks.get(head).map(|mark| mark.c) else {
        return head;
    };
    let lone_zero = head == 1 && marks.first().is_some_and(|mark| mark.c == '0');
    if head > 3 || lone_zero || !matches!(separator, ' ' | ',' | '.' | '\'') {
        return head;
    }
    let mut used = head;
    let mut groups = 0;
    while marks.get(used).is_some_and(|mark| mark.c == separator)
        && digits(marks.get(used + 1..).unwrap_or_default()) == 3
    {
        used += 4;
        groups += 1;
    }
    match separator {
        '.' if groups < 2 => head,
        _ => used,
    }
}

/// How many marks a decimal part takes, with its mark; 0 when there is none.
fn fraction(marks: &[Mark]) -> usize {
    match marks.first() {
        Some(Mark { c: '.' | ',', .. }) => match digits(marks.get(1..).unwrap_or_default()) {
            0 => 0,
            count => count + 1,
        },
        _ => 0,
    }
}

fn digits(marks: &[Mark]) -> usize {
    marks
        .iter()
        .take_while(|mark| mark.c.is_ascii_digit())
        .count()
}

fn plain(whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

/// Folds the digits of any script that buyers or sheets use, their decimal marks, and the spaces
/// that may group digits; a line break or tab groups nothing.
fn ascii(c: char) -> char {
    const ZEROS: [char; 8] = ['0', '٠', '۰', '०', '০', '๐', '０', '𝟎'];
    const ZERO_COUNT: u32 = 10;
    if let Some(digit) = ZEROS.into_iter().find_map(|zero| {
        let digit = u32::from(c).checked_sub(u32::from(zero))?;
        (digit < ZERO_COUNT).then_some(digit)
    }) {
        return char::from_digit(digit, 10).unwrap_or(c);
    }
    match c {
        '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '’' => '\'',
        '٫' | '，' => ',',
        '．' => '.',
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}
