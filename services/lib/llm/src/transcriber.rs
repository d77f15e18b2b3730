//! The words of a voice note.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::{
    endpoint::{BuildError, Endpoint, EndpointConfig},
    failure::Failure,
    rejection,
};

/// Largest voice note. Telegram gives bots at most 20 MB, OpenAI takes at most 25. Sources: Bot API, `getFile`;
/// OpenAI, `audio/transcriptions`.
const LARGEST_AUDIO: usize = 20 * 1024 * 1024;
/// Largest answer that is read: hours of speech.
const LARGEST_ANSWER: usize = 256 * 1024;
/// Sent when the file's name has an ending that transcription services do not take; Telegram's voice notes are this.
const USUAL: (&str, &str) = ("ogg", "audio/ogg");
/// Endings that services take, and what is in such files. Source: OpenAI, `audio/transcriptions`, `file`.
const KNOWN: [(&str, &str); 9] = [
    ("ogg", "audio/ogg"),
    ("mp3", "audio/mpeg"),
    ("mpga", "audio/mpeg"),
    ("mpeg", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("mp4", "audio/mp4"),
    ("wav", "audio/wav"),
    ("webm", "audio/webm"),
    ("flac", "audio/flac"),
];

/// A transcription endpoint.
#[derive(Clone, Debug)]
pub struct TranscriberConfig {
    /// Where it is.
    pub endpoint: EndpointConfig,
    /// Which model.
    pub model: String,
}

/// A transcription model.
#[derive(Debug)]
pub struct Transcriber {
    endpoint: Endpoint,
    model: String,
}

impl Transcriber {
    /// Makes the client; calls nobody.
    ///
    /// # Errors
    /// [`BuildError`]: do not start.
    pub fn new(config: TranscriberConfig) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: Endpoint::new("transcription", config.endpoint)?,
            model: config.model,
        })
    }

    /// The model's name, as it is set.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether the endpoint is being left alone, so that calls fail at once.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.endpoint.is_resting()
    }

    /// What is said in `audio`, never empty. Of `file_name` only the ending is sent; `language` is a code of two
    /// letters that helps the model, and anything else is left out.
    ///
    /// # Errors
    /// [`Failure`]: tell the buyer to write, and give the note to the seller.
    pub async fn transcribe(
        &self,
        audio: Bytes,
        file_name: &str,
        language: Option<&str>,
    ) -> Result<String, Failure> {
        if audio.is_empty() {
            return Err(Failure::InputEmpty { index: 0 });
        }
        if audio.len() > LARGEST_AUDIO {
            return Err(Failure::InputTooLarge);
        }
        let (ending, mime) = kind(file_name);
        let part = Part::stream(audio.clone()).mime_str(mime);
        // The type is one of the list above; without it the ending tells the same.
        let part = part.unwrap_or_else(|_| Part::stream(audio));
        let part = part.file_name(format!("voice.{ending}"));
        let mut form = Form::new()
            .text("model", self.model.clone())
            .text("response_format", "json")
            .part("file", part);
        let code = |code: &&str| code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase());
        if let Some(language) = language.filter(code) {
            form = form.text("language", language.to_owned());
        }
        let call = self
            .endpoint
            .post(&["audio", "transcriptions"])
            .multipart(form);
        self.endpoint.call(call, LARGEST_ANSWER, read).await
    }
}

/// The ending to send, and what it stands for.
fn kind(file_name: &str) -> (&'static str, &'static str) {
    let ending = file_name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let known = KNOWN
        .into_iter()
        .find(|(known, _)| Some(*known) == ending.as_deref());
    known.unwrap_or(USUAL)
}

fn read(body: &[u8]) -> Result<String, Failure> {
    let body: Value = serde_json::from_slice(body).map_err(|_| rejection::unreadable(body))?;
    if let Some(failure) = rejection::in_good_answer(&body) {
        return Err(failure);
    }
    match body.get("text") {
        Some(Value::String(text)) if text.trim().is_empty() => Err(Failure::Empty),
        Some(Value::String(text)) => Ok(text.trim().to_owned()),
        Some(_) => Err(Failure::shape("text", "not a string")),
        None => Err(Failure::shape("text", "missing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_that_services_do_not_take_is_sent_as_a_voice_note() {
        assert_eq!(kind("note.MP3"), ("mp3", "audio/mpeg"));
        assert_eq!(kind("file_12.oga"), ("ogg", "audio/ogg"));
        for odd in ["", "note", "note.exe", "../../etc/passwd", "a.ogg\r\nX: y"] {
            assert_eq!(kind(odd), USUAL, "{odd:?}");
        }
    }
}
