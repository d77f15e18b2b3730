//! The web chat: a page, a post, and a stream of what happens.
//!
//! A chat is named by a random value that only its buyer's browser has; whoever has it is the buyer.

mod stream;
mod text;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use channels::{Inbound, shop_file::ChannelCredentials};
use schemas::{
    ConversationId, Personal, ProviderId, ShopId,
    conversation::{ChannelKind, ChatAddress, Content},
};
use serde::Deserialize;

use crate::{
    http::{Door, EVENT_ID, Refusal},
    record::{Origin, Receipt, record},
    webhook::{shop_file, unavailable},
};

pub(crate) use stream::stream;

/// The account under which all web chats of a shop run.
pub(crate) const ACCOUNT: &str = "web";
/// The longest message, in characters.
const LONGEST: usize = 4_000;
const PAGE: &str = include_str!("chat.html");
const STYLE: &str = include_str!("chat.css");
const SCRIPT: &str = include_str!("chat.js");
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
                   base-uri 'none'; form-action 'self'";

/// Which chat a request is about, when it says so itself; otherwise the cookie says it.
#[derive(Debug, Deserialize)]
pub(crate) struct ChatParameter {
    chat: Option<String>,
}

/// A message from the page, or from a program.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    /// What is written.
    text: String,
    /// The sender's own id of it: the same id again changes nothing.
    id: Option<String>,
    /// The chat; absent: the cookie's, or a new one.
    chat: Option<String>,
}

/// `GET /chat/{shop}`: the page.
pub(crate) async fn page(
    State(door): State<Door>,
    Path(shop): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (shop, file) = web_shop(&door, &shop)?;
    let words = text::of_page(&headers, &file.settings);
    let page = words.fill(PAGE, shop.as_str(), &file.settings.name);
    let mut response = Html(page).into_response();
    let own = response.headers_mut();
    own.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CSP),
    );
    own.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    if cookie(&headers, &shop).is_none() {
        set_cookie(own, &shop, &new_chat());
    }
    Ok(response)
}

/// `POST /chat/{shop}/messages`: the buyer writes.
pub(crate) async fn write(
    State(door): State<Door>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Refusal> {
    let (shop, _) = web_shop(&door, &shop)?;
    let written: Written = serde_json::from_slice(&body)
        .map_err(|error| Refusal::BadRequest(format!("expected {{\"text\": …}}: {error}")))?;
    let chat = match written.chat.or_else(|| cookie(&headers, &shop)) {
        Some(chat) => checked(&chat)?,
        None => new_chat(),
    };
    let id = written.id.unwrap_or_else(|| boot::id::random().to_string());
    let receipt = write_into(&door.log, &shop, &chat, &id, &written.text).await?;
    let conversation = receipt.key.id().to_owned();
    let answer = serde_json::json!({
        "event_id": receipt.event,
        "conversation_id": conversation,
        "chat": chat,
    });
    let mut response = (StatusCode::OK, Json(answer)).into_response();
    if let Ok(id) = HeaderValue::from_str(&receipt.event.to_string()) {
        response.headers_mut().insert(EVENT_ID, id);
    }
    if cookie(&headers, &shop).is_none() {
        set_cookie(response.headers_mut(), &shop, &chat);
    }
    Ok(response)
}

/// Records a buyer's message; the page and gRPC both end here.
pub(crate) async fn write_into(
    log: &eventlog::EventLog,
    shop: &ShopId,
    chat: &str,
    id: &str,
    text: &str,
) -> Result<Receipt, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Refusal::BadRequest(format!(
            "a message has 1 to {LONGEST} characters"
        )));
    }
    let inbound = Inbound::Message {
        address: address(chat),
        provider_id: ProviderId::new(format!("{chat}:{id}")),
        buyer: Personal::new(chat.to_owned()),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at: boot::clock::now(),
        content: Content::Text(Personal::new(text.to_owned())),
    };
    let origin = Origin {
        kind: ChannelKind::Web,
        account: ACCOUNT,
        body: text.as_bytes(),
        autoreplies: &[],
    };
    let receipt = record(log, shop, inbound, &origin)
        .await
        .map_err(unavailable)?;
    receipt.ok_or(Refusal::Unavailable)
}

/// The address of a web chat.
pub(crate) fn address(chat: &str) -> ChatAddress {
    ChatAddress {
        channel: ChannelKind::Web,
        account: ACCOUNT.to_owned(),
        chat: chat.to_owned(),
        connection: None,
    }
}

/// The conversation of a web chat.
pub(crate) fn conversation(shop: &ShopId, chat: &str) -> ConversationId {
    ConversationId::of(shop, ChannelKind::Web.as_str(), ACCOUNT, chat)
}

/// `GET /assets/chat.css`.
pub(crate) async fn style() -> Response {
    asset(STYLE, "text/css; charset=utf-8")
}

/// `GET /assets/chat.js`.
pub(crate) async fn script() -> Response {
    asset(SCRIPT, "text/javascript; charset=utf-8")
}

fn asset(content: &'static str, media: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, content).into_response()
}

/// A shop that has a web chat.
fn web_shop(
    door: &Door,
    shop: &str,
) -> Result<(ShopId, std::sync::Arc<channels::ShopFile>), Refusal> {
    let (shop, file) = shop_file(door, shop).ok_or(Refusal::NotFound)?;
    let has_web = file
        .credentials
        .channels
        .iter()
        .any(|one| matches!(one, ChannelCredentials::Web));
    if has_web {
        Ok((shop, file))
    } else {
        Err(Refusal::NotFound)
    }
}

fn new_chat() -> String {
    boot::id::random().simple().to_string()
}

/// A chat's name from outside: 8 to 64 of letters, digits, `-` and `_`.
pub(crate) fn checked(chat: &str) -> Result<String, Refusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (8..=64).contains(&chat.len()) && chat.bytes().all(plain) {
        Ok(chat.to_owned())
    } else {
        Err(Refusal::BadRequest(
            "a chat is named by 8 to 64 letters, digits, - and _".to_owned(),
        ))
    }
}

/// The chat that a request is about.
fn chat_of(
    parameter: &ChatParameter,
    headers: &HeaderMap,
    shop: &ShopId,
) -> Result<String, Refusal> {
    let chat = parameter.chat.clone().or_else(|| cookie(headers, shop));
    checked(
        &chat.ok_or_else(|| {
            Refusal::BadRequest("no chat: write first, or open the page".to_owned())
        })?,
    )
}

fn cookie_name(shop: &ShopId) -> String {
    format!("torg_chat_{shop}")
}

fn cookie(headers: &HeaderMap, shop: &ShopId) -> Option<String> {
    let name = cookie_name(shop);
    let all = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

fn set_cookie(headers: &mut HeaderMap, shop: &ShopId, chat: &str) {
    let cookie = format!(
        "{}={chat}; Path=/chat/{shop}; HttpOnly; SameSite=Lax; Max-Age=31536000",
        cookie_name(shop)
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// The query of a stream.
pub(crate) type ChatQuery = Query<ChatParameter>;
