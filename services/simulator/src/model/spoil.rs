//! Good answers made bad: how each misbehaviour looks on the wire.

use std::time::Duration;

use axum::{
    Json,
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use futures::stream;
use serde_json::{Value, json};

use super::Misbehaviour;

/// How much is sent when too much is sent.
const HUGE: usize = 8 * 1024 * 1024;
/// Pause between the bytes of an answer that trickles.
const DRIP: Duration = Duration::from_millis(50);

impl Misbehaviour {
    /// The answer as it leaves, out of the good one.
    pub(crate) fn response(self, good: &Value) -> Response {
        let error = |status: u16, body: Value| {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(body)).into_response()
        };
        let openai = |status: u16, code: &str| {
            error(
                status,
                json!({"error": {"message": code, "type": code, "param": null, "code": code}}),
            )
        };
        match self {
            Self::RateLimited => {
                let mut response = openai(429, "rate_limit_exceeded");
                let wait = HeaderValue::from_static("1500");
                response.headers_mut().insert("retry-after-ms", wait);
                response
            }
            Self::QuotaUsed => openai(429, "insufficient_quota"),
            Self::ResourceExhausted => error(
                429,
                json!([{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED",
                "message": "You exceeded your current quota, please check your plan and billing details.",
                "details": [
                    {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": []},
                    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "28s"},
                ]}}]),
            ),
            Self::Busy => error(429, json!({"status": 429, "message": "Too Many Requests"})),
            Self::ArrayError => error(
                400,
                json!([{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"x\"",
                    "status": "INVALID_ARGUMENT", "details": []}}]),
            ),
            Self::TooLong => openai(400, "context_length_exceeded"),
            Self::Unauthorized => openai(401, "invalid_api_key"),
            Self::Forbidden => openai(403, "unsupported_country_region_territory"),
            Self::ServerError => openai(500, "server_error"),
            Self::ErrorInGoodStatus => {
                error(200, json!({"error": {"message": "slow down", "code": 429}}))
            }
            Self::Html => Html("<html><body>Войдите в сеть</body></html>").into_response(),
            Self::Redirected => Redirect::temporary("/elsewhere").into_response(),
            Self::Trickle => trickle(good),
            Self::Huge => huge(good),
            Self::NotANumber => {
                let text = good
                    .to_string()
                    .replacen("\"embedding\":[", "\"embedding\":[NaN,", 1);
                ([(header::CONTENT_TYPE, "application/json")], text).into_response()
            }
            _ => Json(self.in_answer(good.clone())).into_response(),
        }
    }

    /// What goes wrong inside an answer of the right kind.
    fn in_answer(self, mut good: Value) -> Value {
        let set = |good: &mut Value, pointer: &str, value: Value| {
            if let Some(place) = good.pointer_mut(pointer) {
                *place = value;
            }
        };
        let content = good
            .pointer("/choices/0/message/content")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let half: String = content.chars().take(content.chars().count() / 2).collect();
        let (at, end) = ("/choices/0/message/content", "/choices/0/finish_reason");
        match self {
            Self::Refusal => {
                set(&mut good, at, Value::Null);
                let words = json!("I'm sorry, I can't help with that.");
                set(&mut good, "/choices/0/message/refusal", words);
            }
            Self::Truncated => {
                set(&mut good, at, json!(half));
                set(&mut good, end, json!("length"));
            }
            Self::CutJson => set(&mut good, at, json!(half)),
            Self::Fenced => set(&mut good, at, json!(format!("```json\n{content}\n```"))),
            Self::Thinking => set(
                &mut good,
                at,
                json!(format!("<think>Hm, {half}</think>\n{content}")),
            ),
            Self::Prose => set(
                &mut good,
                at,
                json!(format!("Sure! Here you are: {content} Anything else?")),
            ),
            Self::NullContent => set(&mut good, at, Value::Null),
            Self::ContentFilter => {
                set(&mut good, at, Value::Null);
                set(&mut good, end, json!("content_filter"));
            }
            Self::ToolCall => {
                let call = json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "set_price", "arguments": "{\"price\": 1,"}},
                ]});
                set(&mut good, "/choices/0/message", call);
                set(&mut good, end, json!("tool_calls"));
            }
            Self::EmptyChoices => set(&mut good, "/choices", json!([])),
            Self::NoUsage => drop(
                good.as_object_mut()
                    .and_then(|members| members.remove("usage")),
            ),
            Self::Silence => set(&mut good, "/text", json!("")),
            Self::WrongEnum | Self::ExtraProperty | Self::MissingProperty | Self::WrongType => {
                if let Ok(mut answer) = serde_json::from_str(&content) {
                    self.in_json(&mut answer);
                    set(&mut good, at, json!(answer.to_string()));
                }
            }
            _ => {}
        }
        good
    }

    /// What goes wrong in the JSON that the model answers with: in the first object of a list, else at the root.
    fn in_json(self, answer: &mut Value) {
        let Some(members) = answer.as_object_mut() else {
            return;
        };
        let lists = members.values_mut().filter_map(Value::as_array_mut);
        let mut inner = lists.filter_map(|list| list.first_mut().filter(|first| first.is_object()));
        if let Some(inner) = inner.next() {
            self.in_json(inner);
            return;
        }
        drop(inner);
        match self {
            Self::ExtraProperty => drop(members.insert("price".to_owned(), json!(1))),
            Self::MissingProperty => {
                let first = members.keys().next().cloned();
                first.and_then(|first| members.remove(&first));
            }
            Self::WrongEnum => {
                // Whoever asks knows which of its properties are labels; `intent` is the one of Torg.
                let name = ["intent", "reply"]
                    .into_iter()
                    .find(|name| members.contains_key(*name));
                let value = if name == Some("intent") {
                    json!("refund_everything")
                } else {
                    json!(["no", "text"])
                };
                members.insert(name.unwrap_or("intent").to_owned(), value);
            }
            _ => {
                let number = members.values_mut().find(|value| value.is_number());
                match number {
                    Some(number) => *number = json!(number.to_string()),
                    None => members.values_mut().for_each(|value| *value = json!(7)),
                }
            }
        }
    }
}

fn trickle(good: &Value) -> Response {
    let bytes = good.to_string().into_bytes().into_iter();
    let drops = stream::unfold(bytes, |mut bytes| async move {
        tokio::time::sleep(DRIP).await;
        let byte = bytes.next()?;
        Some((
            Ok::<_, std::io::Error>(Bytes::copy_from_slice(&[byte])),
            bytes,
        ))
    });
    (
        [(header::CONTENT_TYPE, "application/json")],
        Body::from_stream(drops),
    )
        .into_response()
}

fn huge(good: &Value) -> Response {
    let mut body = vec![b' '; HUGE];
    body.extend_from_slice(good.to_string().as_bytes());
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_done_in_the_innermost_object() {
        let good = json!({"asks": [{"intent": "other", "confidence": 0.9}], "unsure": false});
        let damaged = |how: Misbehaviour| {
            let mut answer = good.clone();
            how.in_json(&mut answer);
            answer
        };
        assert_eq!(
            damaged(Misbehaviour::WrongEnum)["asks"][0]["intent"],
            "refund_everything"
        );
        assert_eq!(damaged(Misbehaviour::ExtraProperty)["asks"][0]["price"], 1);
        assert_eq!(
            damaged(Misbehaviour::WrongType)["asks"][0]["confidence"],
            "0.9"
        );
        assert!(
            damaged(Misbehaviour::MissingProperty)["asks"][0]
                .get("confidence")
                .is_none()
        );
    }
}
