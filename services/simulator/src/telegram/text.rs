//! Texts and keyboards as the Bot API takes them.

use serde_json::{Value, json};

use super::error::{
    BAD_BUTTON, BAD_ENTITIES, BAD_PLACEHOLDER, EMPTY, NO_ACTION, NOT_INLINE, Refusal, TOO_LONG,
};

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

/// What a message of words holds: the words, and which parts of them look how. A part counts in UTF-16 units.
pub(super) fn body(words: &str, entities: Option<&Value>) -> Result<Value, Refusal> {
    let entities = match entities {
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| BAD_ENTITIES)?,
        other => other.cloned().unwrap_or_default(),
    };
    let Some(list) = entities.as_array().filter(|list| !list.is_empty()) else {
        return Ok(json!({"text": words}));
    };
    let length = words.encode_utf16().count();
    for entity in list {
        let number = |key: &str| usize::try_from(entity.get(key)?.as_u64()?).ok();
        let (Some(offset), Some(units)) = (number("offset"), number("length")) else {
            return Err(BAD_ENTITIES);
        };
        let named = entity.get("type").is_some_and(Value::is_string);
        if !named || units == 0 || offset.saturating_add(units) > length {
            return Err(BAD_ENTITIES);
        }
    }
    Ok(json!({"text": words, "entities": list}))
}

/// Checks what goes with a message: a keyboard under it, or the wish for an answer with a placeholder of at most 64
/// characters.
pub(super) fn markup(markup: Option<Value>) -> Result<Option<Value>, Refusal> {
    let placeholder = markup.as_ref().and_then(|markup| {
        let text = markup.get("input_field_placeholder")?.as_str()?;
        Some(text.chars().count())
    });
    if placeholder.is_some_and(|length| !(1..=64).contains(&length)) {
        return Err(BAD_PLACEHOLDER);
    }
    keyboard(markup)
}

/// Checks the keyboard of an edit, which may only be one under the message.
pub(super) fn inline(markup: Option<Value>) -> Result<Option<Value>, Refusal> {
    let markup = keyboard(markup)?;
    match &markup {
        Some(keyboard) if keyboard.get("inline_keyboard").is_none() => Err(NOT_INLINE),
        _ => Ok(markup),
    }
}

/// Checks a keyboard: every button says something and opens a page or carries 1 to 64 bytes.
fn keyboard(markup: Option<Value>) -> Result<Option<Value>, Refusal> {
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
        let field = |key: &str| button.get(key).and_then(Value::as_str);
        let data = field("callback_data");
        let fits = data.is_none_or(|data| (1..=64).contains(&data.len()));
        if field("text").unwrap_or_default().is_empty() || !fits {
            return Err(BAD_BUTTON);
        }
        if data.is_none() && field("url").is_none_or(str::is_empty) {
            return Err(NO_ACTION);
        }
    }
    let empty = rows.is_some_and(|rows| rows.iter().all(|row| row == &Value::Array(Vec::new())));
    Ok((!empty).then_some(markup))
}

#[cfg(test)]
mod tests {
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
