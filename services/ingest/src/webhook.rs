//! Webhooks of Avito and Telegram: authenticate, parse, record, and only then 200.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use channels::{
    ParseError, avito as avito_parser, secret,
    shop_file::{ChannelCredentials, ShopFile},
};
use schemas::{ShopId, conversation::ChannelKind};
use std::sync::Arc;

use crate::{
    bots,
    http::{Door, Refusal, accepted},
    record::{Origin, record},
    update::{NotTaken, take_in},
};

/// The header in which Telegram repeats the secret that it was given.
const TELEGRAM_SECRET: &str = "x-telegram-bot-api-secret-token";

/// `POST /webhooks/avito/{shop}/{secret}`. A wrong secret looks like a wrong address: 404.
pub(crate) async fn avito(
    State(door): State<Door>,
    Path((shop, given)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let (shop, file) = shop_file(&door, &shop).ok_or(Refusal::NotFound)?;
    let known = |channel: &&ChannelCredentials| match channel {
        ChannelCredentials::Avito(avito) => secret::matches(&given, &avito.webhook_secret),
        ChannelCredentials::Telegram(_) | ChannelCredentials::Web => false,
    };
    let mut channels = file.credentials.channels.iter();
    let channel = channels.find(known).ok_or(Refusal::NotFound)?;
    let account = channel.account();
    let inbound = avito_parser::parse(&body, account).map_err(not_ours)?;
    let origin = Origin {
        kind: ChannelKind::Avito,
        account,
        body: &body,
        autoreplies: channel.autoreplies(),
    };
    let receipt = record(&door.log, &shop, inbound, &origin)
        .await
        .map_err(unavailable)?;
    Ok(accepted(receipt.as_ref()))
}

/// `POST /webhooks/telegram/{shop}`. The secret in the header says which of the shop's bots it is about, a channel's or
/// the desk's.
pub(crate) async fn telegram(
    State(door): State<Door>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let given = headers
        .get(TELEGRAM_SECRET)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let (_, file) = shop_file(&door, &shop).ok_or(Refusal::Unauthorised)?;
    let bot = bots::by_secret(&file, given).ok_or(Refusal::Unauthorised)?;
    let taken_in = take_in(&door.log, &door.desks, &file, &bot, &body).await;
    let receipt = taken_in.map_err(|error| match error {
        NotTaken::NotJson(error) => not_ours(error),
        NotTaken::NotRecorded(error) => unavailable(error),
    })?;
    Ok(accepted(receipt.as_ref()))
}

/// The shop and its file; `None` for a shop that is not here.
pub(crate) fn shop_file(door: &Door, shop: &str) -> Option<(ShopId, Arc<ShopFile>)> {
    let shop = ShopId::new(shop).ok()?;
    let file = door.shops.get(&shop)?;
    Some((shop, file))
}

fn not_ours(error: ParseError) -> Refusal {
    match error {
        ParseError::NotJson => Refusal::BadRequest("the body is not JSON".to_owned()),
        // Right secret, foreign account: nothing of it is ours to store, and it is told as little as a guess is.
        ParseError::ForeignAccount { .. } => Refusal::NotFound,
    }
}

pub(crate) fn unavailable(error: impl std::error::Error) -> Refusal {
    let cause = error
        .source()
        .map_or_else(String::new, |source| format!(": {source}"));
    tracing::warn!("a message was not taken in: {error}{cause}");
    Refusal::Unavailable
}
