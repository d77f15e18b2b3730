//! The model's HTTP interface: `/v1/chat/completions`, `/v1/embeddings`, `/v1/audio/transcriptions`.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{ConnectInfo, Multipart, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};

use super::{Misbehaviour, ModelCall, embed, error::Refusal, fill::Given, strict};
use crate::{
    chance,
    faults::Provider,
    line::Line,
    world::{Call, World},
};

/// Most texts in one call of embeddings. Source: OpenAI, `embeddings`, `input`.
const MOST_TEXTS: usize = 2048;

pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/embeddings", post(embeddings))
        .route("/v1/audio/transcriptions", post(transcriptions))
}

/// A good answer, and what the ledger says about it.
struct Good {
    body: Value,
    schema: Option<String>,
    answer: String,
    input: usize,
    output: usize,
}

async fn chat(
    State(world): State<World>,
    ConnectInfo(line): ConnectInfo<Line>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = serde_json::from_slice(&body).unwrap_or_default();
    serve(&world, &line, "chat", &headers, request, |request, _| {
        complete(&world, request)
    })
    .await
}

async fn embeddings(
    State(world): State<World>,
    ConnectInfo(line): ConnectInfo<Line>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = serde_json::from_slice(&body).unwrap_or_default();
    let alike = world.model().alike.clone();
    serve(
        &world,
        &line,
        "embeddings",
        &headers,
        request,
        |request, how| embed_texts(request, &alike, how),
    )
    .await
}

async fn transcriptions(
    State(world): State<World>,
    ConnectInfo(line): ConnectInfo<Line>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let (request, words) = read_form(form).await.unwrap_or_default();
    let told = world.model().heard.clone();
    let heard = told.or(words).unwrap_or_default();
    serve(
        &world,
        &line,
        "transcriptions",
        &headers,
        request,
        |request, _| hear(request, heard),
    )
    .await
}

/// Answers a call: the key and the model are checked, `good` answers, a fault spoils it, the ledger has it.
async fn serve(
    world: &World,
    line: &Line,
    operation: &'static str,
    headers: &HeaderMap,
    request: Value,
    good: impl FnOnce(&Value, Option<Misbehaviour>) -> Result<Good, Refusal>,
) -> Response {
    let call = Call {
        provider: Provider::Model,
        operation,
        chat: None,
        line,
    };
    let fault = world.fault(&call);
    let how = fault.model;
    let apply = async {
        let outcome = admit(world, headers, &request).and_then(|()| good(&request, how));
        let good = match outcome {
            Ok(good) => good,
            Err(refusal) => return refusal.into_response(),
        };
        let response = match how {
            Some(how) => how.response(&good.body),
            None => Json(&good.body).into_response(),
        };
        let tokens = |chars: usize| u64::try_from(chars.div_ceil(4)).unwrap_or(u64::MAX);
        world.model().record(ModelCall {
            seq: 0,
            operation: operation.to_owned(),
            model: text(&request, "model").to_owned(),
            schema: good.schema,
            headers: shown(headers),
            request,
            answer: good.answer,
            misbehaviour: how,
            status: response.status().as_u16(),
            input_tokens: tokens(good.input),
            output_tokens: tokens(good.output),
            at: chance::now(),
        });
        response
    };
    world.answer_under(call, fault, apply).await
}

fn text<'a>(request: &'a Value, key: &str) -> &'a str {
    request.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn shown(headers: &HeaderMap) -> BTreeMap<String, String> {
    let shown = headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    shown.collect()
}

fn admit(world: &World, headers: &HeaderMap, request: &Value) -> Result<(), Refusal> {
    let wanted = world
        .model()
        .key
        .as_ref()
        .map(|key| format!("Bearer {key}"));
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if wanted.is_some() && wanted.as_deref() != given {
        return Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            code: "invalid_api_key",
            parameter: None,
            message: "Incorrect API key provided.".to_owned(),
        });
    }
    match text(request, "model") {
        "" => Err(Refusal::bad(
            "missing_required_parameter",
            "model",
            "you must provide a model parameter",
        )),
        "absent" => Err(Refusal {
            status: StatusCode::NOT_FOUND,
            code: "model_not_found",
            parameter: Some("model"),
            message: "The model `absent` does not exist or you do not have access to it."
                .to_owned(),
        }),
        _ => Ok(()),
    }
}

/// A model whose name begins with `reasoning` is as picky as OpenAI's.
fn picky(request: &Value) -> Result<(), Refusal> {
    if !text(request, "model").starts_with("reasoning") {
        return Ok(());
    }
    for parameter in ["max_tokens", "temperature"] {
        if request.get(parameter).is_some() {
            let message =
                format!("Unsupported parameter: '{parameter}' is not supported with this model.");
            return Err(Refusal::bad("unsupported_parameter", parameter, message));
        }
    }
    Ok(())
}

fn complete(world: &World, request: &Value) -> Result<Good, Refusal> {
    picky(request)?;
    let messages = request.get("messages").and_then(Value::as_array);
    let messages = messages.filter(|messages| !messages.is_empty());
    let messages = messages
        .ok_or_else(|| Refusal::bad("missing_required_parameter", "messages", "no messages"))?;
    let of = |role: &'static str| {
        let of = messages
            .iter()
            .filter(move |message| text(message, "role") == role);
        of.map(|message| text(message, "content"))
    };
    let format = request.get("response_format");
    let named = format.and_then(|format| format.get("json_schema"));
    let schema = named.and_then(|named| named.get("schema"));
    if let Some(problem) = schema.and_then(strict::broken) {
        let message = format!("Invalid schema for response_format: {problem}");
        return Err(Refusal::bad(
            "invalid_json_schema",
            "response_format",
            message,
        ));
    }
    let name = named.map(|named| text(named, "name").to_owned());
    let asked = of("user").next_back().unwrap_or_default();
    let given = Given {
        mode: world.model().mode,
        rules: of("system").collect::<Vec<_>>().join("\n"),
        asked,
    };
    let scripted = world.model().scripted(asked, name.as_deref());
    let answer = scripted.unwrap_or_else(|| given.answer(schema));
    let input = messages
        .iter()
        .map(|message| text(message, "content").chars().count())
        .sum::<usize>();
    let output = answer.chars().count();
    let (asked, answered) = (input.div_ceil(4), output.div_ceil(4));
    let body = json!({
        "id": format!("chatcmpl-{}", chance::hex32()), "object": "chat.completion",
        "created": chance::now().as_second(), "model": format!("{}-2026-01-01", text(request, "model")),
        "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
            "message": {"role": "assistant", "content": answer, "refusal": null}}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    });
    Ok(Good {
        body,
        schema: name,
        answer,
        input,
        output,
    })
}

fn embed_texts(
    request: &Value,
    alike: &[Vec<String>],
    how: Option<Misbehaviour>,
) -> Result<Good, Refusal> {
    let texts: Vec<&str> = match request.get("input") {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if texts.is_empty() || texts.iter().any(|text| text.is_empty()) {
        return Err(Refusal::bad(
            "invalid_value",
            "input",
            "'$.input' is invalid: empty",
        ));
    }
    if texts.len() > MOST_TEXTS {
        return Err(Refusal::bad(
            "invalid_value",
            "input",
            "'$.input' is invalid: too many",
        ));
    }
    let wanted = request.get("dimensions").and_then(Value::as_u64);
    let wanted = wanted.and_then(|wanted| usize::try_from(wanted).ok());
    let dimensions = wanted.unwrap_or(embed::USUAL_DIMENSIONS).clamp(1, 16_384);
    let input = texts.iter().map(|text| text.chars().count()).sum::<usize>();
    let tokens = input.div_ceil(4);
    let meant: Vec<String> = texts.iter().map(|text| embed::meant(text, alike)).collect();
    let meant: Vec<&str> = meant.iter().map(String::as_str).collect();
    let body = json!({
        "object": "list", "model": text(request, "model"), "data": embed::rows(&meant, dimensions, how),
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    });
    Ok(Good {
        body,
        schema: None,
        answer: String::new(),
        input,
        output: 0,
    })
}

fn hear(request: &Value, heard: String) -> Result<Good, Refusal> {
    if request.get("file").is_none() {
        return Err(Refusal::bad(
            "missing_required_parameter",
            "file",
            "no file",
        ));
    }
    let output = heard.chars().count();
    Ok(Good {
        body: json!({"text": heard}),
        schema: None,
        answer: heard,
        input: 0,
        output,
    })
}

/// The form as JSON, and the words of the file when it is a text.
async fn read_form(mut form: Multipart) -> Option<(Value, Option<String>)> {
    let mut request = serde_json::Map::new();
    let mut words = None;
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name()?.to_owned();
        let file = field.file_name().map(str::to_owned);
        let kind = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.ok()?;
        let value = match file {
            Some(file) => {
                words = String::from_utf8(bytes.to_vec()).ok();
                json!({"name": file, "type": kind, "size": bytes.len()})
            }
            None => json!(String::from_utf8_lossy(&bytes)),
        };
        request.insert(name, value);
    }
    Some((Value::Object(request), words))
}
