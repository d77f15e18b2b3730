//! What an endpoint means by an error: OpenAI's object, Gemini's array, GigaChat's and vLLM's bare object, or a page.
//!
//! An error text may repeat what was asked. So nothing of it is kept but words of a closed list.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::failure::Failure;

/// Longest wait that an endpoint is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Codes and parameters that tell whoever set it up what to change.
const TELLING: [&str; 22] = [
    "unsupported_parameter",
    "unsupported_value",
    "unknown_parameter",
    "invalid_value",
    "invalid_type",
    "missing_required_parameter",
    "invalid_json_schema",
    "invalid_request_error",
    "invalid_argument",
    "failed_precondition",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "response_format",
    "json_schema",
    "json_object",
    "additionalproperties",
    "encoding_format",
    "dimensions",
    "openai-project",
    "language",
    "system",
];

/// An error as its endpoint words it, in lower case.
struct Said {
    /// Codes, types, statuses and reasons.
    codes: Vec<String>,
    /// The parameter it names.
    parameter: String,
    message: String,
    /// `retryDelay` of Google's `RetryInfo`.
    delay: Option<Duration>,
}

/// What an answer with this status means, or one of status 200 whose body is an error.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let code = status.as_u16();
    let said = serde_json::from_slice(body)
        .ok()
        .and_then(|json| Said::of(&json));
    match (code, &said) {
        (300..=399, _) => Failure::WrongAddress { status: code },
        (401, _) => Failure::Unauthorized,
        (402, _) => Failure::QuotaUsed,
        (403, _) => Failure::Forbidden,
        (404, Some(said)) if said.is_about_the_model() => Failure::ModelUnknown,
        (404 | 405, _) => Failure::WrongAddress { status: code },
        (408 | 425 | 500..=599, _) => Failure::Unavailable { status: Some(code) },
        (413, _) => Failure::InputTooLarge,
        (429, Some(said)) if said.quota_is_used() => Failure::QuotaUsed,
        (429, said) => Failure::RateLimited {
            retry_after: wait(headers).or_else(|| said.as_ref()?.delay),
        },
        (_, Some(said)) => said.reject(code),
        // An error without any JSON comes from somebody in between, or from a web server.
        (_, None) => Failure::WrongAddress { status: code },
    }
}

/// An error that came with status 200: some gateways do that, with the real status as its code.
pub(crate) fn in_good_answer(body: &Value) -> Option<Failure> {
    let error = first(body).get("error").filter(|error| !error.is_null())?;
    let code = error
        .get("code")
        .and_then(Value::as_u64)
        .and_then(|code| u16::try_from(code).ok());
    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.filter(|status| status.is_client_error() || status.is_server_error());
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let headers = HeaderMap::new();
    Some(read(
        status.unwrap_or(StatusCode::BAD_REQUEST),
        &headers,
        &bytes,
    ))
}

/// A good status over something that cannot be read: broken JSON, such as `NaN` in a vector, or a web page.
pub(crate) fn unreadable(body: &[u8]) -> Failure {
    match body.trim_ascii_start().first() {
        Some(b'{' | b'[') => Failure::NotJson,
        _ => Failure::WrongAddress { status: 200 },
    }
}

fn first(body: &Value) -> &Value {
    body.as_array()
        .and_then(|list| list.first())
        .unwrap_or(body)
}

impl Said {
    fn of(body: &Value) -> Option<Self> {
        let body = first(body);
        let error = body.get("error").unwrap_or(body);
        let text = |value: Option<&Value>| {
            value
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_lowercase()
        };
        if let Some(message) = error.as_str() {
            return Some(Self {
                codes: Vec::new(),
                parameter: String::new(),
                message: message.to_lowercase(),
                delay: None,
            });
        }
        error.as_object()?;
        let details: Vec<&Value> = error
            .get("details")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .collect();
        let reasons = details.iter().map(|detail| text(detail.get("reason")));
        let mut codes: Vec<String> = ["code", "type", "status"]
            .map(|key| text(error.get(key)))
            .into();
        codes.extend(reasons);
        let delays = details
            .iter()
            .filter_map(|detail| detail.get("retryDelay")?.as_str());
        Some(Self {
            codes,
            parameter: text(error.get("param")),
            message: text(error.get("message")),
            delay: delays
                .filter_map(|delay| seconds(delay.trim_end_matches('s')))
                .next(),
        })
    }

    fn has_code(&self, wanted: &[&str]) -> bool {
        self.codes
            .iter()
            .any(|code| wanted.contains(&code.as_str()))
    }

    fn is_about_the_model(&self) -> bool {
        self.has_code(&["model_not_found"]) || self.message.contains("model")
    }

    fn quota_is_used(&self) -> bool {
        // Google's text speaks of a quota for the other kind too, so only codes count.
        self.has_code(&[
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_not_active",
        ])
    }

    fn reject(&self, status: u16) -> Failure {
        let says = |text| self.message.contains(text);
        if self.has_code(&["context_length_exceeded", "string_above_max_length"])
            || says("context length")
        {
            Failure::InputTooLarge
        } else if self.has_code(&["model_not_found"]) {
            Failure::ModelUnknown
        } else if self.has_code(&["content_filter", "content_policy_violation"]) {
            Failure::Filtered
        } else if self.has_code(&["invalid_api_key", "api_key_invalid"])
            || says("api key not valid")
        {
            Failure::Unauthorized
        } else if self.has_code(&["unsupported_country_region_territory"])
            || says("location is not supported")
        {
            Failure::Forbidden
        } else if self.quota_is_used() {
            Failure::QuotaUsed
        } else {
            Failure::BadRequest {
                status,
                said: self.telling(),
            }
        }
    }

    /// Words of the closed list that the error uses.
    fn telling(&self) -> String {
        let uses = |word: &&str| {
            self.codes.iter().any(|code| code == word)
                || self.parameter.contains(word)
                || self.message.contains(word)
        };
        let words: Vec<&str> = TELLING.into_iter().filter(uses).collect();
        if words.is_empty() {
            return "no reason that can be shown".to_owned();
        }
        words.join(" ")
    }
}

/// How long the headers ask to wait.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let header = |name| headers.get(name)?.to_str().ok();
    let exact = header("retry-after-ms")
        .and_then(seconds)
        .map(|wait| wait / 1000);
    exact.or_else(|| header("retry-after").and_then(seconds))
}

/// A decimal number of seconds, an hour at most.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests;
