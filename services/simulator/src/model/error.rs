//! The errors of model endpoints, in OpenAI's shape.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a call is refused, as OpenAI words it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) parameter: Option<&'static str>,
    pub(crate) message: String,
}

impl Refusal {
    /// A request that makes no sense.
    pub(crate) fn bad(
        code: &'static str,
        parameter: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            parameter: Some(parameter),
            message: message.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": {
            "message": self.message, "type": "invalid_request_error", "param": self.parameter, "code": self.code,
        }});
        (self.status, Json(body)).into_response()
    }
}

/// An error that was ordered.
pub(crate) fn plain(status: StatusCode, message: Option<&str>) -> Response {
    let (kind, code) = match status.as_u16() {
        401 => ("invalid_request_error", Some("invalid_api_key")),
        403 => (
            "request_forbidden",
            Some("unsupported_country_region_territory"),
        ),
        404 => ("invalid_request_error", Some("model_not_found")),
        429 => ("requests", Some("rate_limit_exceeded")),
        400..=499 => ("invalid_request_error", None),
        _ => ("server_error", None),
    };
    let usual = match status.as_u16() {
        401 => "Incorrect API key provided.",
        404 => "The model does not exist or you do not have access to it.",
        429 => "Rate limit reached for requests.",
        _ => "The server had an error while processing your request.",
    };
    let message = message.unwrap_or(usual);
    let body = json!({"error": {"message": message, "type": kind, "param": null, "code": code}});
    (status, Json(body)).into_response()
}
