//! Telephone numbers and e-mail addresses, found in the raw text before anything else is read.

use super::{Entity, EntityValue};

/// The fewest and most digits of a number that is written with its country code (E.164).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 9..=15;
const RUSSIAN: usize = 11;

/// All contacts of a text, in order.
pub(super) fn contacts(text: &str) -> Vec<Entity> {
    let mut found = emails(text);
    for phone in phones(text) {
        let is_free = found
            .iter()
            .all(|e| phone.range.end <= e.range.start || e.range.end <= phone.range.start);
        if is_free {
            found.push(phone);
        }
    }
    found.sort_by_key(|entity| entity.range.start);
    found
}

fn emails(text: &str) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        let is_local =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
        let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_local(*c))
            .last()
            .map_or(at, |(start, _)| start);
        let host = after.get(1..).unwrap_or_default();
        let host = host
            .find(|c| !is_domain(c))
            .map_or(host, |end| host.split_at(end).0)
            .trim_end_matches(['.', '-']);
        let local = text.get(start..at).unwrap_or_default();
        let local = local.trim_start_matches(['.', '-']);
        let top = host.rsplit_once('.').map(|(name, top)| (name, top));
        let is_host = top.is_some_and(|(name, top)| {
            !name.is_empty()
                && !name.starts_with(['.', '-'])
                && !host.contains("..")
                && top.chars().count() >= 2
                && top.chars().all(char::is_alphabetic)
        });
        let range = at - local.len()..at + 1 + host.len();
        let is_free = found
            .last()
            .is_none_or(|last| last.range.end <= range.start);
        if !local.is_empty() && is_host && is_free {
            let address = text.get(range.clone()).unwrap_or_default().to_lowercase();
            found.push(Entity {
                range,
                value: EntityValue::Email(address),
            });
        }
    }
    found
}

fn phones(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let begins = at >= from && (c == '+' || c == '(' || c.is_ascii_digit());
        let apart = !before.is_alphanumeric() && !matches!(before, '+' | '.' | ',' | '/' | '_');
        before = c;
        if !begins || !apart {
            continue;
        }
        if let Some((length, digits)) = phone(text.get(at..).unwrap_or_default()) {
            from = at + length;
            found.push(Entity {
                range: at..from,
                value: EntityValue::Phone(digits),
            });
        }
    }
    found
}

/// The number that `rest` begins with: its length in bytes and `+` with all digits.
fn phone(rest: &str) -> Option<(usize, String)> {
    let has_plus = rest.starts_with('+');
    let mut digits = String::new();
    let mut ends = Vec::new();
    let mut gap = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '0'..='9' => {
                digits.push(c);
                gap = 0;
                ends.push(at + 1);
            }
            '+' if at == 0 => {}
            ' ' | '-' | '(' | ')' | '\u{a0}' | '‑' | '–' | '.' if gap < 3 => gap += 1,
            _ => break,
        }
        if digits.len() > *INTERNATIONAL.end() {
            break;
        }
    }
    let fits = |count: usize| -> Option<usize> {
        let end = *ends.get(count.checked_sub(1)?)?;
        let next = rest.get(end..)?.chars().next();
        let is_whole = next.is_none_or(|c| !c.is_alphanumeric());
        is_whole.then_some(end)
    };
    let national = |from: usize| digits.get(from..RUSSIAN.max(from)).unwrap_or_default();
    if (digits.starts_with('7') || (digits.starts_with('8') && !has_plus))
        && let Some(end) = fits(RUSSIAN)
        && (has_plus || national(1).starts_with(['3', '4', '7', '8', '9']))
    {
        return Some((end, format!("+7{}", national(1))));
    }
    if has_plus {
        let count = digits.len();
        let end = INTERNATIONAL.contains(&count).then(|| fits(count))??;
        return Some((end, format!("+{digits}")));
    }
    if digits.starts_with('9')
        && let Some(end) = fits(RUSSIAN - 1)
    {
        return Some((end, format!("+7{}", digits.get(..RUSSIAN - 1)?)));
    }
    None
}
