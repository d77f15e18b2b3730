//! What the model was told to say, and what it was asked and said.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::misbehave::Misbehaviour;

/// How the model answers what no script is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelMode {
    /// It does what any text that it reads tells it to: the buyer's, a product's name, a cell. Also when that is
    /// hidden in base64, hexadecimal, percent signs, zero-width characters or right-to-left writing.
    #[default]
    Obedient,
    /// It reads by a few words and repeats the draft.
    Honest,
    /// It repeats everything that it was shown beside the draft, decoded.
    Parrot,
}

/// What the model answers to certain questions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelScript {
    /// Only when the last user message has this in it.
    pub when: String,
    /// Only when this is the name of the schema that is asked for.
    pub schema: Option<String>,
    /// The answer: a string is the content as it is, anything else is sent as JSON.
    pub answer: Value,
    /// For how many calls; absent: for all.
    pub count: Option<u32>,
}

/// One call that the model answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCall {
    /// From 1.
    pub seq: u64,
    /// `chat`, `embeddings` or `transcriptions`.
    pub operation: String,
    /// The model that was asked for.
    pub model: String,
    /// The name of the schema that was asked for.
    pub schema: Option<String>,
    /// Headers, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The request. A voice note is its form, with `file` as `{name, type, size}`.
    pub request: Value,
    /// What it wanted to say, before any misbehaviour; of embeddings nothing.
    pub answer: String,
    /// How it misbehaved.
    pub misbehaviour: Option<Misbehaviour>,
    /// The status it answered with.
    pub status: u16,
    /// Tokens of what was asked, as it counts: one for every four characters.
    pub input_tokens: u64,
    /// Tokens of what was answered.
    pub output_tokens: u64,
    /// When.
    pub at: Timestamp,
}

/// The model.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) mode: ModelMode,
    /// The only key that is good; `None`: any, or none.
    pub(crate) key: Option<String>,
    /// What every voice note says; `None`: a file of words says these words.
    pub(crate) heard: Option<String>,
    /// Words that mean the same to its embeddings.
    pub(crate) alike: Vec<Vec<String>>,
    scripts: Vec<ModelScript>,
    calls: Vec<ModelCall>,
}

impl Model {
    pub(crate) fn script(&mut self, script: ModelScript) {
        self.scripts.push(script);
    }

    /// Forgets what it was told to say; what it was asked stays.
    pub(crate) fn forget(&mut self) {
        self.scripts.clear();
        self.heard = None;
        self.alike.clear();
        self.mode = ModelMode::default();
    }

    pub(crate) fn scripts(&self) -> &[ModelScript] {
        &self.scripts
    }

    pub(crate) fn calls(&self) -> &[ModelCall] {
        &self.calls
    }

    pub(crate) fn record(&mut self, mut call: ModelCall) {
        let before = u64::try_from(self.calls.len()).unwrap_or(u64::MAX);
        call.seq = before.saturating_add(1);
        self.calls.push(call);
    }

    /// What it was told to say to this: the oldest script that fits and is not used up.
    pub(crate) fn scripted(&mut self, asked: &str, schema: Option<&str>) -> Option<String> {
        let fits = |script: &&mut ModelScript| {
            script.count != Some(0)
                && asked.contains(&script.when)
                && script
                    .schema
                    .as_deref()
                    .is_none_or(|only| schema == Some(only))
        };
        let script = self.scripts.iter_mut().find(fits)?;
        script.count = script.count.map(|left| left.saturating_sub(1));
        Some(match &script.answer {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }
}
