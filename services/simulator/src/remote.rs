//! The remote control over HTTP, under `/sim`, the ledger, and the page for people.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    chance,
    control::{AvitoMessage, Control, ControlError, Filter, TelegramMessage},
    faults::Fault,
    telegram::Shown,
    transcript,
    world::World,
};

pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/", get(async || Html(include_str!("page.html"))))
        .route("/ledger", get(ledger))
        .route("/sim/chats", get(chats))
        .route("/sim/deliveries", get(deliveries))
        .route("/sim/calls", get(calls))
        .route("/sim/faults", get(faults).post(fault).delete(clear))
        .route("/sim/release", post(release))
        .merge(avito())
        .merge(telegram())
}

fn avito() -> Router<World> {
    let chat = "/sim/avito/{account}/chats/{chat}/messages";
    Router::new()
        .route("/sim/avito/{account}/chats", post(avito_open))
        .route(chat, post(avito_write))
        .route(
            &format!("{chat}/{{id}}"),
            axum::routing::delete(avito_delete),
        )
        .route("/sim/avito/{account}/redeliver/{id}", post(avito_redeliver))
        .route("/sim/avito/{account}/webhook", post(avito_webhook))
        .route("/sim/avito/{account}/subscription", put(avito_subscribe))
}

fn telegram() -> Router<World> {
    let chat = "/sim/telegram/{bot}/chats/{chat}";
    let at = |rest: &str| format!("{chat}{rest}");
    let message = axum::routing::patch(telegram_edit).delete(telegram_delete);
    Router::new()
        .route(&at("/messages"), get(telegram_shown).post(telegram_write))
        .route(&at("/start"), post(telegram_start))
        .route(&at("/tap"), post(telegram_tap))
        .route(&at("/messages/{number}"), message)
        .route(&at("/press"), post(telegram_press))
        .route(&at("/block"), put(telegram_block))
        .route("/sim/telegram/{bot}/connections", post(telegram_connect))
        .route(
            "/sim/telegram/{bot}/redeliver/{update}",
            post(telegram_redeliver),
        )
        .route("/sim/telegram/{bot}/jump/{by}", post(telegram_jump))
        .route(
            "/sim/telegram/{bot}/taps/{id}/outdate",
            post(telegram_outdate),
        )
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.to_string()});
        (StatusCode::NOT_FOUND, Json(body)).into_response()
    }
}

const fn control(world: World) -> Control {
    Control { world }
}

async fn ledger(State(world): State<World>, Query(filter): Query<Filter>) -> Response {
    Json(control(world).ledger(&filter)).into_response()
}

async fn chats(State(world): State<World>) -> Json<Value> {
    Json(transcript::all(&world))
}

async fn deliveries(State(world): State<World>) -> Response {
    Json(control(world).deliveries()).into_response()
}

async fn calls(State(world): State<World>) -> Response {
    Json(control(world).calls()).into_response()
}

async fn faults(State(world): State<World>) -> Json<Vec<Fault>> {
    Json(control(world).faults())
}

async fn fault(State(world): State<World>, Json(fault): Json<Fault>) -> Json<Value> {
    control(world).fault(fault);
    Json(json!({"ok": true}))
}

async fn clear(State(world): State<World>) -> Json<Value> {
    control(world).clear_faults();
    Json(json!({"ok": true}))
}

async fn release(State(world): State<World>) -> Json<Value> {
    control(world).release();
    Json(json!({"ok": true}))
}

/// Opens a chat under a name of Avito's kind, with the first message in it when there is one.
async fn avito_open(
    State(world): State<World>,
    Path(account): Path<u64>,
    Json(message): Json<AvitoMessage>,
) -> Json<Value> {
    let kind = if message.item_id.is_some() {
        "u2i"
    } else {
        "u2u"
    };
    let chat = format!("{kind}-{}~{}", chance::hex32(), chance::below(10));
    let id = control(world).avito_write(account, &chat, &message);
    Json(json!({"chat": chat, "id": id}))
}

async fn avito_write(
    State(world): State<World>,
    Path((account, chat)): Path<(u64, String)>,
    Json(message): Json<AvitoMessage>,
) -> Json<Value> {
    let id = control(world).avito_write(account, &chat, &message);
    Json(json!({"chat": chat, "id": id}))
}

async fn avito_delete(
    State(world): State<World>,
    Path((account, chat, id)): Path<(u64, String, String)>,
) -> Result<Json<Value>, ControlError> {
    control(world).avito_delete(account, &chat, &id)?;
    Ok(Json(json!({"ok": true})))
}

async fn avito_redeliver(
    State(world): State<World>,
    Path((account, id)): Path<(u64, String)>,
) -> Result<Json<Value>, ControlError> {
    control(world).avito_redeliver(account, &id)?;
    Ok(Json(json!({"ok": true})))
}

async fn avito_webhook(
    State(world): State<World>,
    Path(account): Path<u64>,
    Json(body): Json<Value>,
) -> Json<Value> {
    control(world).avito_webhook(account, body);
    Json(json!({"ok": true}))
}

#[derive(Deserialize)]
struct Subscription {
    url: Option<String>,
}

async fn avito_subscribe(
    State(world): State<World>,
    Path(account): Path<u64>,
    Json(subscription): Json<Subscription>,
) -> Json<Value> {
    control(world).avito_subscribe(account, subscription.url);
    Json(json!({"ok": true}))
}

async fn telegram_write(
    State(world): State<World>,
    Path((bot, chat)): Path<(i64, i64)>,
    Json(message): Json<TelegramMessage>,
) -> Result<Json<Value>, ControlError> {
    let number = control(world).telegram_write(bot, chat, &message)?;
    Ok(Json(json!({"chat": chat, "message_id": number})))
}

async fn telegram_edit(
    State(world): State<World>,
    Path((bot, chat, number)): Path<(i64, i64, i64)>,
    Json(message): Json<TelegramMessage>,
) -> Result<Json<Value>, ControlError> {
    control(world).telegram_edit(bot, chat, number, &message)?;
    Ok(Json(json!({"ok": true})))
}

#[derive(Deserialize)]
struct Through {
    connection: Option<String>,
}

async fn telegram_delete(
    State(world): State<World>,
    Path((bot, chat, number)): Path<(i64, i64, i64)>,
    Query(through): Query<Through>,
) -> Json<Value> {
    let connection = through.connection.as_deref();
    control(world).telegram_delete(bot, chat, &[number], connection);
    Json(json!({"ok": true}))
}

#[derive(Deserialize)]
struct Press {
    message_id: i64,
    data: String,
    #[serde(default)]
    unreachable: bool,
}

async fn telegram_press(
    State(world): State<World>,
    Path((bot, chat)): Path<(i64, i64)>,
    Json(press): Json<Press>,
) -> Result<Json<Value>, ControlError> {
    let (number, data) = (press.message_id, press.data.as_str());
    let id = control(world).telegram_press(bot, chat, number, data, !press.unreachable)?;
    Ok(Json(json!({"callback_query_id": id})))
}

async fn telegram_shown(
    State(world): State<World>,
    Path((bot, chat)): Path<(i64, i64)>,
) -> Json<Vec<Shown>> {
    Json(control(world).telegram_shown(bot, chat))
}

#[derive(Deserialize)]
struct Start {
    #[serde(default)]
    code: String,
}

async fn telegram_start(
    State(world): State<World>,
    Path((bot, chat)): Path<(i64, i64)>,
    Json(start): Json<Start>,
) -> Result<Json<Value>, ControlError> {
    let number = control(world).telegram_start(bot, chat, &start.code)?;
    Ok(Json(json!({"chat": chat, "message_id": number})))
}

#[derive(Deserialize)]
struct Tap {
    message_id: i64,
    label: String,
    #[serde(default)]
    twice: bool,
}

async fn telegram_tap(
    State(world): State<World>,
    Path((bot, chat)): Path<(i64, i64)>,
    Json(tap): Json<Tap>,
) -> Result<Json<Value>, ControlError> {
    let (number, label, control) = (tap.message_id, tap.label.as_str(), control(world));
    let ids = if tap.twice {
        Vec::from(control.telegram_tap_twice(bot, chat, number, label)?)
    } else {
        vec![control.telegram_tap(bot, chat, number, label)?]
    };
    Ok(Json(json!({"callback_query_ids": ids})))
}

async fn telegram_outdate(
    State(world): State<World>,
    Path((bot, id)): Path<(i64, String)>,
) -> Result<Json<Value>, ControlError> {
    control(world).telegram_outdate(bot, &id)?;
    Ok(Json(json!({"ok": true})))
}

#[derive(Deserialize)]
struct Block {
    blocked: bool,
}

async fn telegram_block(
    State(world): State<World>,
    Path((bot, chat)): Path<(i64, i64)>,
    Json(block): Json<Block>,
) -> Json<Value> {
    control(world).telegram_block(bot, chat, block.blocked);
    Json(json!({"ok": true}))
}

#[derive(Deserialize)]
struct Connect {
    owner: i64,
    name: Option<String>,
}

async fn telegram_connect(
    State(world): State<World>,
    Path(bot): Path<i64>,
    Json(connect): Json<Connect>,
) -> Json<Value> {
    let name = connect.name.as_deref().unwrap_or("Продавец");
    let id = control(world).telegram_connect(bot, connect.owner, name);
    Json(json!({"connection": id}))
}

async fn telegram_redeliver(
    State(world): State<World>,
    Path((bot, update)): Path<(i64, i64)>,
) -> Result<Json<Value>, ControlError> {
    control(world).telegram_redeliver(bot, update)?;
    Ok(Json(json!({"ok": true})))
}

async fn telegram_jump(
    State(world): State<World>,
    Path((bot, by)): Path<(i64, u32)>,
) -> Json<Value> {
    control(world).telegram_jump(bot, by);
    Json(json!({"ok": true}))
}
