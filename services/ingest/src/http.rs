//! The door to the outside: routes, limits, and what each failure is answered with.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use channels::ShopBook;
use eventlog::EventLog;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

use crate::{desk::Desks, record::Receipt, web, webhook};

/// The largest body that a webhook may have.
pub(crate) const BODY_LIMIT: usize = 256 * 1024;
/// The header of a 2xx that names the recorded event.
pub(crate) const EVENT_ID: HeaderName = HeaderName::from_static("torg-event-id");

/// What every handler has.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) log: EventLog,
    pub(crate) desks: Arc<Desks>,
    pub(crate) shops: Arc<ShopBook>,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) stop: CancellationToken,
}

/// All routes.
pub(crate) fn routes(door: Door) -> Router {
    let nosniff = SetResponseHeaderLayer::overriding(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Router::new()
        .route("/webhooks/avito/{shop}/{secret}", post(webhook::avito))
        .route("/webhooks/telegram/{shop}", post(webhook::telegram))
        .route("/chat/{shop}", get(web::page))
        .route("/chat/{shop}/messages", post(web::write))
        .route("/chat/{shop}/stream", get(web::stream))
        .route("/assets/chat.css", get(web::style))
        .route("/assets/chat.js", get(web::script))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::new())
        .layer(nosniff)
        .with_state(door)
}

/// Why a request is not answered with 2xx.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The body is not JSON, or lacks what it must have. Nothing is stored.
    BadRequest(String),
    /// The secret is wrong. Nothing is stored.
    Unauthorised,
    /// There is nothing at this address.
    NotFound,
    /// The log does not take it now; come again.
    Unavailable,
    /// Too many of these are open.
    Busy,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, "bad_request", message),
            Self::Unauthorised => (
                StatusCode::UNAUTHORIZED,
                "unauthorised",
                "wrong or missing secret".to_owned(),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "not_found",
                "nothing is here".to_owned(),
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "not stored; send it again".to_owned(),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "too many streams are open".to_owned(),
            ),
        };
        let body = serde_json::json!({ "error": { "code": code, "message": message } });
        let mut response = (status, axum::Json(body)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// 200 with the id of what was recorded; without one when there was nothing to record.
pub(crate) fn accepted(receipt: Option<&Receipt>) -> Response {
    let mut response = axum::Json(serde_json::json!({ "ok": true })).into_response();
    if let Some(receipt) = receipt
        && let Ok(id) = HeaderValue::from_str(&receipt.event.to_string())
    {
        response.headers_mut().insert(EVENT_ID, id);
    }
    response
}
