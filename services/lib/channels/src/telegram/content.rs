//! What a Telegram message holds, and who wrote it.

use schemas::{Personal, conversation::Content};
use serde_json::Value;

use crate::json::{id, text, words};

/// Contents that a program cannot read, by the field that holds them.
const UNREADABLE: [&str; 13] = [
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "document",
    "poll",
    "dice",
    "game",
    "story",
    "paid_media",
    "checklist",
    "invoice",
];

/// What a message holds; `None` for service messages (pinned, payment, title changed, …). Anything with a caption
/// counts as a picture, because the caption alone does not say what is meant.
pub(crate) fn content(message: &Value) -> Option<Content> {
    let has = |key: &str| message.get(key).filter(|value| !value.is_null());
    let caption = || personal(text(message, "caption").unwrap_or_default());
    if let Some(words) = words(message, "text") {
        return Some(Content::Text(personal(words)));
    }
    if has("photo").is_some() {
        return Some(Content::Image(caption()));
    }
    if let Some(file) = has("voice").and_then(|voice| id(voice, "file_id")) {
        return Some(Content::Voice(file));
    }
    if let Some(place) = has("venue").or_else(|| has("location")).and_then(place) {
        return Some(Content::Location(place));
    }
    if let Some(contact) = has("contact").and_then(|contact| words(contact, "phone_number")) {
        return Some(Content::Text(personal(contact)));
    }
    if let Some(words) = words(message, "caption") {
        return Some(Content::Image(personal(words)));
    }
    UNREADABLE
        .into_iter()
        .chain(["voice", "contact", "location"])
        .find(|key| has(key).is_some())
        .map(|key| Content::Unreadable(key.to_owned()))
}

/// A venue or a bare location, in words or as its coordinates.
fn place(place: &Value) -> Option<Personal<String>> {
    if let Some(address) = words(place, "address") {
        let title = words(place, "title").map_or(String::new(), |title| format!("{title}, "));
        return Some(format!("{title}{address}").into());
    }
    let at = |key: &str| place.get(key).and_then(Value::as_f64);
    Some(format!("{}, {}", at("latitude")?, at("longitude")?).into())
}

/// First and last name.
pub(crate) fn name(from: &Value) -> Option<Personal<String>> {
    let parts: Vec<&str> = ["first_name", "last_name"]
        .into_iter()
        .filter_map(|key| words(from, key))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" ").into())
}

fn personal(text: &str) -> Personal<String> {
    text.to_owned().into()
}
