//! Avito's errors, in the shapes that its sections use.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a call is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A field is wrong.
    Field(&'static str, String),
    /// Any other reason.
    Status(StatusCode),
}

impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Self {
        Self::Status(status)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Field(field, problem) => {
                let body = json!({"error": {
                    "code": 400, "message": "Validation error", "fields": {field: problem},
                }});
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::Status(status) => plain(status, None),
        }
    }
}

/// The shape of messenger and core.
pub(crate) fn plain(status: StatusCode, message: Option<&str>) -> Response {
    let usual = match status.as_u16() {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment required",
        403 => "Forbidden",
        404 => "Not found",
        429 => "Too Many Requests",
        503 => "Service temporarily unavailable. Please, contact support",
        _ => "Error while processing request. Please, contact support",
    };
    let message = message.unwrap_or(usual);
    let body = json!({"error": {"code": status.as_u16(), "message": message}});
    (status, Json(body)).into_response()
}

/// The shape of the token endpoint.
pub(crate) fn token(status: StatusCode, description: Option<&str>) -> Response {
    let description =
        description.unwrap_or("The client is not authorized to request a token using this method");
    let body = json!({"error": "unauthorized_client", "error_description": description});
    (status, Json(body)).into_response()
}
