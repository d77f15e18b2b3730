//! Texts and keyboards as the Bot API takes them.

use serde_json::Value;

use super::error::{BAD_BUTTON, BAD_ENTITIES, EMPTY, Refusal, TOO_LONG};

/// Longest text, UTF-16 units after entities are parsed. Source: Bot API, `sendMessage`.
const LONGEST: usize = 4096;
/// Tags of the HTML mode. Source: Bot API, "HTML style".
const TAGS: [&str; 18] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "tg-emoji",
    "code",
    "pre",
    "blockquote",
    "q",
    "tg-time",
];

/// The words of a text, without markup.
pub(super) fn words(text: &str, mode: Option<&str>) -> Result<String, Refusal> {
    let words = match mode {
        Some(mode) if mode.eq_ignore_ascii_case("html") => strip(text)?,
        _ => text.to_owned(),
    };
    if words.trim().is_empty() {
        return Err(EMPTY);
    }
    if words.encode_utf16().count() > LONGEST {
        return Err(TOO_LONG);
    }
    Ok(words)
}

/// Takes the tags out; every tag must be known and closed in order.
fn strip(text: &str) -> Result<String, Refusal> {
    let mut words = String::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        let (tag, behind) = after.split_once('>').ok_or(BAD_ENTITIES)?;
        let closing = tag.strip_prefix('/');
        let name = closing.unwrap_or(tag);
        let name = name
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_lowercase();
        if !TAGS.contains(&name.as_str()) {
            return Err(BAD_ENTITIES);
        }
        if closing.is_none() {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Err(BAD_ENTITIES);
        }
        rest = behind;
    }
    words.push_str(rest);
    if !open.is_empty() {
        return Err(BAD_ENTITIES);
    }
    Ok(words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&"))
}

/// Checks a keyboard: every button says something and carries 1 to 64 bytes.
pub(super) fn keyboard(markup: Option<Value>) -> Result<Option<Value>, Refusal> {
    let Some(markup) = markup.filter(|markup| !markup.is_null()) else {
        return Ok(None);
    };
    let markup = match &markup {
        Value::String(text) => serde_json::from_str(text).map_err(|_| BAD_ENTITIES)?,
        _ => markup,
    };
    let rows = markup.get("inline_keyboard").and_then(Value::as_array);
    let buttons = rows
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten();
    for button in buttons {
        let text = button
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let data = button.get("callback_data").and_then(Value::as_str);
        let fits = data.is_none_or(|data| (1..=64).contains(&data.len()));
        if text.is_empty() || !fits {
            return Err(BAD_BUTTON);
        }
    }
    let empty = rows.is_some_and(|rows| rows.iter().all(|row| row == &Value::Array(Vec::new())));
    Ok((!empty).then_some(markup))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_are_taken_out_and_broken_ones_refused() {
        let words = words("<b>Нужен</b> ответ &amp; <i>быстро</i>", Some("HTML")).unwrap();
        assert_eq!(words, "Нужен ответ & быстро");
        for bad in ["<b>a", "a < b", "<x>a</x>", "<b><i>a</b></i>"] {
            assert!(super::words(bad, Some("HTML")).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_button_carries_at_most_64_bytes() {
        let markup = |data: String| {
            Some(json!({"inline_keyboard": [[{"text": "Да", "callback_data": data}]]}))
        };
        assert!(keyboard(markup("я".repeat(32))).is_ok());
        assert!(keyboard(markup("я".repeat(33))).is_err());
    }
}
