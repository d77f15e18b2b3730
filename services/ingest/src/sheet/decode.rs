//! Bytes to text: UTF-8 with or without a mark, UTF-16 with one, windows-1251 otherwise.

use std::borrow::Cow;

use super::TableError;

/// What the bytes 0x80 to 0xBF are in windows-1251; 0xC0 to 0xFF are `А` to `я`.
/// Source: the WHATWG Encoding Standard, index windows-1251.
const WINDOWS_1251: &str =
    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї";

/// Reads the bytes of a CSV file as text, or says what else the file is.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, TableError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(TableError::Excel);
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            Cow::Borrowed(std::str::from_utf8(rest).map_err(|_| TableError::Encoding)?)
        }
        _ => unmarked(bytes)?,
    };
    if text.contains('\0') {
        return Err(TableError::NotText);
    }
    if text.trim_start().starts_with('<') {
        return Err(TableError::Html);
    }
    Ok(text)
}

/// Text that is UTF-8 but for a few bytes is damaged; taking it for windows-1251 would garble every name.
fn unmarked(bytes: &[u8]) -> Result<Cow<'_, str>, TableError> {
    let (mut letters, mut damaged) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) if letters > damaged => Err(TableError::Encoding),
        Err(_) => Ok(Cow::Owned(windows_1251(bytes))),
    }
}

fn windows_1251(bytes: &[u8]) -> String {
    let high: Vec<char> = WINDOWS_1251.chars().chain('А'..='я').collect();
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(index) => high.get(usize::from(index)).copied().unwrap_or('\u{FFFD}'),
    };
    bytes.iter().map(letter).collect()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TableError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(TableError::Encoding),
    }
}
