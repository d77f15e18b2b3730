//! Old wire shapes to current ones: pure functions, applied when a commit is read.
//!
//! A new optional field needs no entry here. A rename, a removal or a change of meaning gets a new version number,
//! a function `<event>_v1_to_v2`, a line in [`event`], and a new golden sample; the old sample stays for ever.

use serde_json::Error;

/// Brings one event to its current shape and returns it adjacently tagged, ready for its enum.
///
/// # Errors
/// When the data of an old version does not have that version's shape.
#[expect(
    clippy::unnecessary_wraps,
    reason = "upcasters can fail; none exists yet because every type is still at its first version"
)]
pub(crate) fn event(event_type: &str, data: &str) -> Result<String, Error> {
    let mut tagged = String::with_capacity(event_type.len() + data.len() + 24);
    tagged.push_str("{\"type\":\"");
    tagged.push_str(event_type.replace(['"', '\\'], "").as_str());
    tagged.push_str("\",\"data\":");
    tagged.push_str(data);
    tagged.push('}');
    Ok(tagged)
}
