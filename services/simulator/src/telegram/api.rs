//! The Bot API's HTTP interface: `/bot<token>/<method>` and files; parameters as JSON, form, multipart or query.

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Form, FromRequest, Multipart, Path, Query, Request, State},
    http::header,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use serde_json::{Value, json};

use super::{error, files, methods, methods::Parameters, updates};
use crate::{
    faults::Provider,
    line::Line,
    world::{Call, World},
};

/// Largest upload. Source: Bot API, "Sending files".
pub(crate) const LARGEST_UPLOAD: usize = 50 * 1024 * 1024;

pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/{bot}/{method}", any(call))
        .route("/file/{bot}/{*path}", get(files::download))
}

async fn call(
    State(world): State<World>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((bot, method)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    request: Request<Body>,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else {
        return error::NOT_FOUND.into_response();
    };
    let mut parameters: Parameters = query.into_iter().map(|(k, v)| (k, json!(v))).collect();
    if let Some(body) = body(request).await {
        parameters.extend(body);
    }
    let chat = parameters.get("chat_id").and_then(number);
    let chat = chat.map(|id| id.to_string());
    let name = method.to_lowercase();
    let apply = async {
        let outcome = if name == "getupdates" {
            updates::poll(&world, token, &parameters).await
        } else {
            methods::carry_out(&world, token, &name, &parameters)
        };
        outcome.map_or_else(IntoResponse::into_response, |result| error::ok(&result))
    };
    let call = Call {
        provider: Provider::Telegram,
        operation: &name,
        chat: chat.as_deref(),
        line: &line,
    };
    world.answer(call, apply).await
}

/// A whole number, also when it is given as text.
pub(crate) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

async fn body(request: Request<Body>) -> Option<Parameters> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)?
        .to_str()
        .ok()?
        .to_owned();
    if kind.starts_with("multipart/") {
        return multipart(Multipart::from_request(request, &()).await.ok()?).await;
    }
    if kind.starts_with("application/x-www-form-urlencoded") {
        let form = Form::<HashMap<String, String>>::from_request(request, &())
            .await
            .ok()?;
        return Some(form.0.into_iter().map(|(k, v)| (k, json!(v))).collect());
    }
    let bytes = axum::body::to_bytes(request.into_body(), LARGEST_UPLOAD)
        .await
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

async fn multipart(mut form: Multipart) -> Option<Parameters> {
    let mut parameters = Parameters::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name()?.to_owned();
        let value = match field.file_name().map(str::to_owned) {
            Some(file) => {
                let mime = field.content_type().map(str::to_owned);
                let size = field.bytes().await.ok()?.len();
                json!({"file_name": file, "mime_type": mime, "file_size": size})
            }
            None => json!(field.text().await.ok()?),
        };
        parameters.insert(name, value);
    }
    Some(parameters)
}
