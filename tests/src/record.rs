//! A conversation's log as a snapshot shows it: what differs from run to run is replaced, what a crash may add is left
//! out, and the rest is as it stands.

use std::collections::HashMap;

use eventlog::EventLog;
use schemas::AggregateKey;
use serde_json::{Map, Value, json};

use crate::{plain, until};

/// The events of a history, whole, as they stand in the log. Waits for a broker that is away.
pub async fn events(log: &EventLog, key: &AggregateKey) -> Vec<Value> {
    let commits = until("the log answers", || async { log.history(key).await.ok() }).await;
    let batches = commits.iter().map(|commit| {
        let batch: Vec<Value> = serde_json::from_slice(&commit.body).unwrap();
        batch
    });
    batches.flatten().collect()
}

/// The history as a snapshot shows it.
pub async fn record(log: &EventLog, key: &AggregateKey) -> String {
    let events = normal(events(log, key).await);
    let mut names = HashMap::new();
    let shown = events.iter().map(|event| show(event, &mut names));
    shown.collect::<Vec<_>>().join("\n")
}

/// Leaves out what another attempt or a race may add without changing what was said, so that a story with a crash in it
/// has the same record as one without:
///
/// - a `reply_sending` that a retryable `reply_failed` follows, and that failure: an attempt that came to nothing;
/// - the number of the attempt, and whether receipt, history or echo told that it arrived: a `reply_echoed` is shown as
///   the `reply_sent` in whose place it stands;
/// - where the making of a draft stands, which goes on beside the sending of the notice: it is shown before that, its
///   answers in the order of the asks, whoever was faster;
/// - `list_shown`, which repeats the list of its `reply_composed` and is absent behind an echo.
#[must_use]
pub fn normal(events: Vec<Value>) -> Vec<Value> {
    let name = |event: &Value| {
        let full = event["type"].as_str().unwrap_or_default();
        full.trim_start_matches("torg.conversation.").to_owned()
    };
    let mut kept: Vec<Value> = Vec::new();
    for mut event in events {
        match name(&event).as_str() {
            "reply_failed.v1" if event["data"]["retryable"] == true => {
                let begun = kept.iter().rposition(|one| {
                    name(one) == "reply_sending.v1"
                        && one["data"]["reply"] == event["data"]["reply"]
                });
                kept.remove(begun.unwrap());
                continue;
            }
            "list_shown.v1" => continue,
            "reply_echoed.v1" => event["type"] = json!("torg.conversation.reply_sent.v1"),
            _ => {}
        }
        let drafting = ["answer_given.v1", "cannot_answer.v1", "draft_suggested.v1"];
        let turn = event["data"]["turn"].clone();
        let handed_over = |one: &Value| {
            name(one) == "handoff_requested.v1" && !turn.is_null() && one["data"]["turn"] == turn
        };
        if drafting.contains(&name(&event).as_str()) && kept.iter().any(handed_over) {
            let sending = kept.iter().position(|one| {
                let notice = kept
                    .iter()
                    .find(|made| name(made) == "reply_composed.v1" && made["data"]["turn"] == turn);
                name(one) == "reply_sending.v1"
                    && notice.is_some_and(|notice| one["data"]["reply"] == notice["id"])
            });
            let ask = |one: &Value| one["data"]["ask"].as_u64().unwrap_or(u64::MAX);
            let later = kept.iter().position(|one| {
                let drafted = drafting.contains(&name(one).as_str()) && one["data"]["turn"] == turn;
                drafted && ask(one) > ask(&event)
            });
            kept.insert(later.or(sending).unwrap_or(kept.len()), event);
            continue;
        }
        kept.push(event);
    }
    kept
}

/// One line for the event and one for each field; a list of objects has a line for each of them.
fn show(event: &Value, names: &mut HashMap<String, String>) -> String {
    let own = named(event["id"].as_str().unwrap_or_default(), names);
    let mut text = format!("{own} {}\n", event["type"].as_str().unwrap_or_default());
    let data = event["data"].as_object().cloned().unwrap_or_default();
    for (field, value) in fields(data, names) {
        match &value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                text.push_str(&format!("  {field}:\n"));
                text.extend(items.iter().map(|item| format!("    {item}\n")));
            }
            Value::Array(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => text.push_str(&format!("  {field}: {value}\n")),
        }
    }
    text
}

/// What every run has anew. The channel is left out too: the same story on another one has the same record.
const NOT_SHOWN: [&str; 11] = [
    "address",
    "buyer",
    "buyer_name",
    "language_hint",
    "provider_id",
    "sent_at",
    "attempt",
    "evidence",
    "runners_up",
    "confidence",
    "revision",
];
const DIGESTS: [&str; 2] = ["model", "bank"];

fn fields(data: Map<String, Value>, names: &mut HashMap<String, String>) -> Map<String, Value> {
    let mut shown = Map::new();
    for (field, value) in data {
        if NOT_SHOWN.contains(&field.as_str()) {
            continue;
        }
        let value = if DIGESTS.contains(&field.as_str()) {
            json!("<digest>")
        } else {
            value_of(value, names)
        };
        shown.insert(field, value);
    }
    shown
}

fn value_of(value: Value, names: &mut HashMap<String, String>) -> Value {
    match value {
        Value::Object(inner) => Value::Object(fields(inner, names)),
        Value::Array(items) => {
            let items = items.into_iter().map(|item| value_of(item, names));
            Value::Array(items.collect())
        }
        Value::String(text) if is_uuid(&text) => json!(named(&text, names)),
        Value::String(text) => json!(without_confidence(&plain(&text))),
        other => other,
    }
}

/// The seller is told how sure the model was, `delivery_question 0.63 by model`; the next bank has other figures.
fn without_confidence(text: &str) -> String {
    let figure = |word: &&str| word.len() == 4 && word.starts_with("0.");
    let figures = text.split(' ').filter(figure);
    figures.fold(text.to_owned(), |text, figure| text.replace(figure, "0.…"))
}

/// An id by the order of its first appearance, so that a record shows what belongs together.
fn named(id: &str, names: &mut HashMap<String, String>) -> String {
    let next = names.len() + 1;
    let name = names
        .entry(id.to_owned())
        .or_insert_with(|| format!("#{next}"));
    name.clone()
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
