//! Reading loosely typed JSON: a missing, null or differently typed field is `None`, never an error.

use jiff::Timestamp;
use serde_json::Value;

/// A number or a non-empty text, as text.
pub(crate) fn id(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// A text.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// A text that says something.
pub(crate) fn words<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    text(value, key).filter(|text| !text.trim().is_empty())
}

/// Unix seconds.
pub(crate) fn seconds(value: &Value, key: &str) -> Option<Timestamp> {
    Timestamp::from_second(value.get(key)?.as_i64()?).ok()
}

/// A time in RFC 3339.
pub(crate) fn rfc3339(value: &Value, key: &str) -> Option<Timestamp> {
    text(value, key)?.parse().ok()
}

/// A boolean; anything else is `false`.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}
