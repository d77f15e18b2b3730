//! A handled handover as it is told: what the bot made of the words, what it would have said, what a person did.

use console::figures::{Handover, name};
use schemas::{
    AggregateKey, EventId,
    conversation::{Actor, HandoffReason, Intent, ReplyWay},
};
use serde::Serialize;

/// A handled handover as JSON. A draft beside `said` with the way `edited_draft` is a labelled pair: before and after.
#[derive(Serialize)]
pub(super) struct Case<'a> {
    handoff: EventId,
    conversation: String,
    at: jiff::Timestamp,
    reason: HandoffReason,
    detail: &'a str,
    words: String,
    language: Option<&'static str>,
    asks: Vec<Read<'a>>,
    draft: Option<&'a str>,
    ended: Option<&'static str>,
    by: Option<&'a Actor>,
    way: Option<ReplyWay>,
    said: Option<&'a str>,
    judged_needed: Option<bool>,
    label: Option<Intent>,
    labelled_by: Option<&'a Actor>,
}

/// One ask, as the bot read it.
#[derive(Serialize)]
struct Read<'a> {
    text: &'a str,
    intent: Intent,
    confidence: f64,
    by: &'a str,
    runners_up: &'a [(Intent, f64)],
}

impl<'a> Case<'a> {
    pub(super) fn new(key: &AggregateKey, one: &'a Handover) -> Self {
        let asks = one.turn.iter().flat_map(|turn| &turn.asks);
        let ended = one.ended.as_ref();
        let label = one.label.as_ref();
        Self {
            handoff: one.id,
            conversation: key.to_string(),
            at: one.at,
            reason: one.reason,
            detail: &one.detail,
            words: one.words(),
            language: one.turn.as_ref().map(|turn| turn.language.as_str()),
            asks: asks
                .map(|ask| Read {
                    text: ask.text.text(),
                    intent: ask.intent,
                    confidence: ask.confidence,
                    by: &ask.by,
                    runners_up: &ask.runners_up,
                })
                .collect(),
            draft: one.draft.as_deref(),
            ended: ended.map(|ended| name(ended.how)),
            by: ended.and_then(|ended| ended.by.as_ref()),
            way: ended.and_then(|ended| ended.way),
            said: ended.and_then(|ended| ended.words.as_ref().map(|words| words.text())),
            judged_needed: one.judged,
            label: label.map(|label| label.intent),
            labelled_by: label.map(|label| &label.by),
        }
    }
}

/// The same for people, line by line.
pub(super) fn told(key: &AggregateKey, one: &Handover) -> anyhow::Result<Vec<String>> {
    let at = one.at.strftime("%Y-%m-%d %H:%M");
    let reason = crate::commands::stats::wire_name(&one.reason)?;
    let mut lines = vec![format!("{}  {at}  {key}  {reason}", one.id)];
    let words = one.words();
    let words = match words.as_str() {
        "" => "(no words that could be read)".to_owned(),
        words => format!("«{words}»"),
    };
    lines.push(format!("  buyer      {words}"));
    for ask in one.turn.iter().flat_map(|turn| &turn.asks) {
        let mut others = String::new();
        for (intent, confidence) in &ask.runners_up {
            others.push_str(&format!(", {} {confidence:.2}", intent.as_str()));
        }
        lines.push(format!(
            "  taken for  {} {:.2} by {}{others}",
            ask.intent.as_str(),
            ask.confidence,
            ask.by
        ));
    }
    if let Some(draft) = &one.draft {
        lines.push(format!("  bot        «{draft}»"));
    }
    if let Some(ended) = &one.ended {
        let what = match ended.way {
            Some(ReplyWay::EditedDraft) => "edited the draft",
            Some(ReplyWay::Draft | ReplyWay::OwnWords) | None => name(ended.how),
        };
        let said = ended.words.as_ref().map(|words| words.text());
        let said = said.map_or_else(String::new, |said| format!(" «{said}»"));
        lines.push(format!("  person     {what}{said}"));
    }
    if let Some(label) = &one.label {
        lines.push(format!("  label      {}", label.intent.as_str()));
    }
    Ok(lines)
}
