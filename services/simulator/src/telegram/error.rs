//! The Bot API's errors.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// Why a call is refused: the code, and the words that the real server uses.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) u16, pub(crate) &'static str);

pub(crate) const NOT_FOUND: Refusal = Refusal(404, "Not Found");
pub(crate) const UNAUTHORISED: Refusal = Refusal(401, "Unauthorized");
pub(crate) const NO_CHAT: Refusal = Refusal(400, "Bad Request: chat not found");
pub(crate) const BLOCKED: Refusal = Refusal(403, "Forbidden: bot was blocked by the user");
pub(crate) const NOT_MODIFIED: Refusal = Refusal(
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are \
     exactly the same as a current content and reply markup of the message",
);
pub(crate) const NO_MESSAGE: Refusal = Refusal(400, "Bad Request: message to edit not found");
pub(crate) const NOT_DELETED: Refusal = Refusal(400, "Bad Request: message to delete not found");
pub(crate) const NOT_OURS: Refusal = Refusal(400, "Bad Request: message can't be edited");
pub(crate) const NO_REPLIED: Refusal = Refusal(400, "Bad Request: message to be replied not found");
pub(crate) const BAD_REPLY: Refusal =
    Refusal(400, "Bad Request: can't parse reply parameters JSON object");
pub(crate) const TOO_LONG: Refusal = Refusal(400, "Bad Request: message is too long");
pub(crate) const EMPTY: Refusal = Refusal(400, "Bad Request: message text is empty");
pub(crate) const BAD_BUTTON: Refusal = Refusal(400, "Bad Request: BUTTON_DATA_INVALID");
pub(crate) const NO_ACTION: Refusal = Refusal(
    400,
    "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
);
pub(crate) const NOT_INLINE: Refusal = Refusal(400, "Bad Request: inline keyboard expected");
pub(crate) const BAD_PLACEHOLDER: Refusal =
    Refusal(400, "Bad Request: input field placeholder is too long");
pub(crate) const LONG_ANSWER: Refusal = Refusal(400, "Bad Request: MESSAGE_TOO_LONG");
pub(crate) const BAD_ENTITIES: Refusal = Refusal(400, "Bad Request: can't parse entities");
pub(crate) const OLD_QUERY: Refusal = Refusal(
    400,
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
);
pub(crate) const NO_CONNECTION: Refusal =
    Refusal(400, "Bad Request: business connection not found");
pub(crate) const NO_FILE: Refusal =
    Refusal(400, "Bad Request: there is no document in the request");
pub(crate) const NO_SUCH_FILE: Refusal = Refusal(
    400,
    "Bad Request: wrong file_id or the file is temporarily unavailable",
);
pub(crate) const FILE_TOO_BIG: Refusal = Refusal(400, "Bad Request: file is too big");
pub(crate) const WEBHOOK_ACTIVE: Refusal = Refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete \
     the webhook first",
);
pub(crate) const OTHER_POLL: Refusal = Refusal(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is \
     running",
);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = StatusCode::from_u16(self.0).unwrap_or(StatusCode::BAD_REQUEST);
        plain(code, Some(self.1), None)
    }
}

/// Any error; with `retry_after` in the body and in the header.
pub(crate) fn plain(
    status: StatusCode,
    description: Option<&str>,
    retry_after: Option<u64>,
) -> Response {
    let usual = match retry_after {
        Some(seconds) => format!("Too Many Requests: retry after {seconds}"),
        None => status.canonical_reason().unwrap_or("Error").to_owned(),
    };
    let mut body = json!({
        "ok": false,
        "error_code": status.as_u16(),
        "description": description.map_or(usual, str::to_owned),
    });
    if let (Some(seconds), Some(body)) = (retry_after, body.as_object_mut()) {
        body.insert("parameters".to_owned(), json!({"retry_after": seconds}));
    }
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Success.
pub(crate) fn ok(result: &Value) -> Response {
    Json(json!({"ok": true, "result": result})).into_response()
}
