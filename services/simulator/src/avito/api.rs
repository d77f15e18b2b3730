//! Avito's HTTP interface: routes, authorisation, sending, webhooks' registration.

use axum::{
    Json, Router,
    extract::{ConnectInfo, Form, FromRequestParts, Path, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Message, error, error::Refusal, list, media, state::Account, webhook};
use crate::{
    chance,
    faults::Provider,
    ledger::Accepted,
    line::Line,
    world::{Call, World},
};

/// Longest text. Source: Messenger API, `maxLength`.
const LONGEST_TEXT: usize = 1000;
/// How long a message can be taken back, seconds. Source: Messenger API, `deleteMessage`.
const DELETABLE: i64 = 3600;

/// Who is calling, from where.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) world: World,
    pub(super) line: Line,
    /// Under which name it was called; links to its own files begin with it.
    pub(super) host: String,
    token: Option<String>,
}

pub(crate) fn routes() -> Router<World> {
    let account = "/messenger/v1/accounts/{user}";
    let account2 = "/messenger/v2/accounts/{user}";
    let at = |rest: &str| format!("{account}{rest}");
    let at2 = |rest: &str| format!("{account2}{rest}");
    Router::new()
        .route("/token", post(token))
        .route("/token/", post(token))
        .route("/core/v1/accounts/self", get(myself))
        .route(&at("/chats/{chat}/messages"), post(send))
        .route(&at("/chats/{chat}/messages/image"), post(media::send_image))
        .route(&at("/chats/{chat}/messages/{message}"), post(delete))
        .route(&at("/chats/{chat}/read"), post(read))
        .route(&at("/getVoiceFiles"), get(media::voice_files))
        .route(&at("/uploadImages"), post(media::upload))
        .route(&at2("/blacklist"), post(blacklist))
        .route(&at2("/chats"), get(list::chats))
        .route(&at2("/chats/{chat}"), get(list::chat))
        .route(
            "/messenger/v3/accounts/{user}/chats/{chat}/messages/",
            get(list::history),
        )
        .route("/voice/{name}", get(media::voice_file))
        .route("/messenger/v1/subscriptions", post(subscriptions))
        .route("/messenger/v1/webhook/unsubscribe", post(unsubscribe))
        .route("/messenger/v3/webhook", post(register))
}

impl FromRequestParts<World> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Self::Rejection> {
        let line = ConnectInfo::<Line>::from_request_parts(parts, world).await;
        Ok(Self {
            world: world.clone(),
            line: line.map(|info| info.0).unwrap_or_default(),
            host: host(&parts.headers),
            token: bearer(&parts.headers),
        })
    }
}

fn host(headers: &HeaderMap) -> String {
    let value = headers.get(header::HOST).map(|value| value.to_str());
    value.and_then(Result::ok).unwrap_or("localhost").to_owned()
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(value.strip_prefix("Bearer ")?.to_owned())
}

impl Caller {
    /// Answers a call that is carried out under the lock of all accounts.
    pub(super) async fn answer(
        &self,
        operation: &str,
        chat: Option<&str>,
        apply: impl FnOnce(&World) -> Result<Value, Refusal>,
    ) -> Response {
        let call = Call {
            provider: Provider::Avito,
            operation,
            chat,
            line: &self.line,
        };
        let apply = async {
            match apply(&self.world) {
                Ok(Value::Null) => StatusCode::OK.into_response(),
                Ok(body) => Json(body).into_response(),
                Err(refusal) => refusal.into_response(),
            }
        };
        self.world.answer(call, apply).await
    }

    /// Opens the account of the path and works on it.
    pub(super) fn with<T>(
        &self,
        user: Option<&str>,
        work: impl FnOnce(&mut Account) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let wanted = match user {
            Some(user) => Some(user.parse().map_err(|_| StatusCode::NOT_FOUND)?),
            None => None,
        };
        let mut accounts = self.world.avito();
        work(accounts.open(self.token.as_deref(), wanted)?)
    }
}

/// Writes a message of ours down and tells the webhook of it.
pub(super) fn note_sent(
    world: &World,
    user: &str,
    chat: &str,
    kind: &'static str,
    message: &Message,
    echo: (u64, Value),
) {
    world.accept(&Accepted {
        provider: Provider::Avito,
        account: user,
        chat,
        connection: None,
        id: &message.id,
        kind,
        text: message.text(),
    });
    webhook::announce(world, echo.0, chat, &message.id, &echo.1);
}

/// JSON from a body, whatever its content type says.
pub(super) fn body(bytes: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|_| Refusal::Status(StatusCode::BAD_REQUEST))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Grant {
    grant_type: String,
    client_id: String,
    client_secret: String,
}

async fn token(caller: Caller, form: Result<Form<Grant>, FormRejection>) -> Response {
    let grant = form.map(|form| form.0).unwrap_or_default();
    let call = Call {
        provider: Provider::Avito,
        operation: "token",
        chat: None,
        line: &caller.line,
    };
    let apply = async {
        if grant.grant_type != "client_credentials" {
            return error::token(StatusCode::BAD_REQUEST, Some("unsupported grant type"));
        }
        let token = caller
            .world
            .avito()
            .issue(&grant.client_id, &grant.client_secret);
        match token {
            Some(token) => Json(json!({
                "access_token": token, "expires_in": 86_400, "token_type": "Bearer",
            }))
            .into_response(),
            None => error::token(StatusCode::UNAUTHORIZED, Some("invalid client credentials")),
        }
    };
    caller.world.answer(call, apply).await
}

async fn myself(caller: Caller) -> Response {
    let apply = |_: &World| {
        caller.with(None, |account| {
            Ok(json!({
                "id": account.id, "name": account.name, "email": "shop@example.ru",
                "phone": "70000000000", "phones": ["70000000000"],
                "profile_url": format!("https://avito.ru/user/{}/profile", account.id),
            }))
        })
    };
    caller.answer("self", None, apply).await
}

async fn send(
    caller: Caller,
    Path((user, chat)): Path<(String, String)>,
    bytes: Bytes,
) -> Response {
    let apply = |world: &World| {
        let body = body(&bytes)?;
        let text = body.pointer("/message/text").and_then(Value::as_str);
        let text = text.ok_or_else(|| Refusal::Field("message", "required".to_owned()))?;
        if body.get("type").and_then(Value::as_str) != Some("text") {
            return Err(Refusal::Field("type", "must be text".to_owned()));
        }
        if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
            let problem = format!("length must be 1 to {LONGEST_TEXT}");
            return Err(Refusal::Field("message.text", problem));
        }
        let (message, echo) = caller.with(Some(&user), |account| {
            let id = account.id;
            let chat = account.chat(&chat)?;
            let message = chat.push(id, "text", json!({"text": text}));
            let echo = webhook::payload(id, chat, &message);
            Ok((message, (id, echo)))
        })?;
        note_sent(world, &user, &chat, "text", &message, echo);
        Ok(message.sent_json())
    };
    caller.answer("send", Some(&chat), apply).await
}

async fn delete(
    caller: Caller,
    Path((user, chat, message)): Path<(String, String, String)>,
) -> Response {
    let apply = |world: &World| {
        caller.with(Some(&user), |account| {
            let id = account.id;
            let chat = account.chat(&chat)?;
            let mut messages = chat.messages.iter_mut();
            let found = messages
                .find(|one| one.id == message)
                .ok_or(StatusCode::NOT_FOUND)?;
            if found.author != id {
                return Err(StatusCode::FORBIDDEN.into());
            }
            if chance::now().as_second() - found.created > DELETABLE {
                return Err(StatusCode::BAD_REQUEST.into());
            }
            found.kind = "deleted".to_owned();
            found.content = json!({});
            Ok(())
        })?;
        world.accept(&Accepted {
            provider: Provider::Avito,
            account: &user,
            chat: &chat,
            connection: None,
            id: &message,
            kind: "delete",
            text: "",
        });
        Ok(json!({}))
    };
    caller.answer("delete", Some(&chat), apply).await
}

async fn read(caller: Caller, Path((user, chat)): Path<(String, String)>) -> Response {
    let apply = |_: &World| {
        caller.with(Some(&user), |account| {
            let id = account.id;
            let messages = &mut account.chat(&chat)?.messages;
            for message in messages.iter_mut().filter(|message| message.author != id) {
                message.read = true;
            }
            Ok(json!({"ok": true}))
        })
    };
    caller.answer("read", Some(&chat), apply).await
}

async fn blacklist(caller: Caller, Path(user): Path<String>, bytes: Bytes) -> Response {
    let apply = |_: &World| {
        let body = body(&bytes)?;
        let users = body.get("users").and_then(Value::as_array);
        let users = users.ok_or_else(|| Refusal::Field("users", "required".to_owned()))?;
        caller.with(Some(&user), |account| {
            account.blacklist.extend(users.iter().cloned());
            Ok(Value::Null)
        })
    };
    caller.answer("blacklist", None, apply).await
}

async fn subscriptions(caller: Caller) -> Response {
    let apply = |_: &World| {
        caller.with(None, |account| {
            let urls = account.webhook.iter();
            let list: Vec<Value> = urls
                .map(|url| json!({"url": url, "version": "3"}))
                .collect();
            Ok(json!({"subscriptions": list}))
        })
    };
    caller.answer("subscriptions", None, apply).await
}

/// A new registration replaces the former one.
async fn register(caller: Caller, bytes: Bytes) -> Response {
    let apply = |_: &World| {
        let url = url(&bytes)?;
        caller.with(None, |account| {
            account.webhook = Some(url);
            Ok(json!({"ok": true}))
        })
    };
    caller.answer("webhook", None, apply).await
}

async fn unsubscribe(caller: Caller, bytes: Bytes) -> Response {
    let apply = |_: &World| {
        let url = url(&bytes)?;
        caller.with(None, |account| {
            if account.webhook.as_ref() == Some(&url) {
                account.webhook = None;
            }
            Ok(json!({"ok": true}))
        })
    };
    caller.answer("unsubscribe", None, apply).await
}

fn url(bytes: &Bytes) -> Result<String, Refusal> {
    let body = body(bytes)?;
    let url = body.get("url").and_then(Value::as_str).unwrap_or_default();
    if url.starts_with("https://") || url.starts_with("http://") {
        Ok(url.to_owned())
    } else {
        Err(Refusal::Field("url", "must be a URL".to_owned()))
    }
}
