//! Avito's pictures and voice notes.

use std::collections::HashMap;

use axum::{
    extract::{ConnectInfo, Multipart, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    api::{Caller, body, note_sent},
    error::Refusal,
    webhook,
};
use crate::{
    chance,
    faults::Provider,
    line::Line,
    world::{Call, World},
};

/// Largest picture. Source: Messenger API, `uploadImages`.
pub(crate) const LARGEST_IMAGE: usize = 24 * 1024 * 1024;

pub(super) async fn upload(
    caller: Caller,
    Path(user): Path<String>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let picture = match form {
        Ok(form) => picture(form).await,
        Err(_) => None,
    };
    let apply = |_: &World| {
        let size = picture.ok_or_else(|| Refusal::Field("uploadfile[]", "required".to_owned()))?;
        if size == 0 || size > LARGEST_IMAGE {
            return Err(Refusal::Field(
                "uploadfile[]",
                "must be 1 byte to 24 MB".to_owned(),
            ));
        }
        caller.with(Some(&user), |account| {
            let id = format!("12345.{}", chance::hex32());
            let sizes = json!({
                "1280x960": format!("https://img.example/1280x960/{id}.jpg"),
                "140x105": format!("https://img.example/140x105/{id}.jpg"),
                "32x32": format!("https://img.example/32x32/{id}.jpg"),
                "640x480": format!("https://img.example/640x480/{id}.jpg"),
            });
            account.images.insert(id.clone(), sizes.clone());
            Ok(json!({id: sizes}))
        })
    };
    caller.answer("upload", None, apply).await
}

/// The size of the picture in the form.
async fn picture(mut form: Multipart) -> Option<usize> {
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() == Some("uploadfile[]") {
            return field.bytes().await.ok().map(|bytes| bytes.len());
        }
    }
    None
}

pub(super) async fn send_image(
    caller: Caller,
    Path((user, chat)): Path<(String, String)>,
    bytes: Bytes,
) -> Response {
    let apply = |world: &World| {
        let body = body(&bytes)?;
        let image = body.get("image_id").and_then(Value::as_str);
        let image = image.ok_or_else(|| Refusal::Field("image_id", "required".to_owned()))?;
        let (message, echo) = caller.with(Some(&user), |account| {
            let id = account.id;
            let sizes = account.images.get(image).cloned();
            let sizes = sizes.ok_or(StatusCode::BAD_REQUEST)?;
            let chat = account.chat(&chat)?;
            let message = chat.push(id, "image", json!({"image": {"sizes": sizes}}));
            let echo = webhook::payload(id, chat, &message);
            Ok((message, (id, echo)))
        })?;
        note_sent(world, &user, &chat, "image", &message, echo);
        Ok(message.sent_json())
    };
    caller.answer("send_image", Some(&chat), apply).await
}

/// Links to voice notes; of notes that are in no chat of the account nothing is said.
pub(super) async fn voice_files(
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let apply = |_: &World| {
        let ids = query.get("voice_ids").cloned().unwrap_or_default();
        caller.with(Some(&user), |account| {
            let messages = account.chats.values().flat_map(|chat| &chat.messages);
            let known: Vec<&str> = messages
                .filter_map(|message| message.content.pointer("/voice/voice_id")?.as_str())
                .collect();
            let urls = ids.split(',').filter(|id| known.contains(id)).map(|id| {
                let url = format!("http://{}/voice/{id}.mp4", caller.host);
                (id.to_owned(), json!(url))
            });
            Ok(json!({"voices_urls": Value::Object(urls.collect())}))
        })
    };
    caller.answer("voice", None, apply).await
}

/// A voice note itself. Whoever has the link may have it, as with the real one.
pub(super) async fn voice_file(
    State(world): State<World>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(name): Path<String>,
) -> Response {
    let apply = async {
        let id = name.trim_end_matches(".mp4");
        let accounts = world.avito();
        let words = accounts.all().find_map(|account| account.voices.get(id));
        match words {
            Some(words) => ([(header::CONTENT_TYPE, "audio/mp4")], words.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    };
    let call = Call {
        provider: Provider::Avito,
        operation: "voice_file",
        chat: None,
        line: &line,
    };
    world.answer(call, apply).await
}
