//! `GET /chat/{shop}/stream`: what happens in a chat, as server-sent events, resumable by position.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use eventlog::{RawCommit, Scope};
use futures::{Stream, StreamExt as _};
use schemas::{
    AggregateKey, ReplyId,
    conversation::{ConversationEvent, SellerWrote},
};

use super::{ChatQuery, chat_of, conversation, web_shop};
use crate::http::{Door, Refusal};

/// Tells proxies not to hold the stream back.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Streams a chat from its beginning, or from behind `Last-Event-ID`.
pub(crate) async fn stream(
    State(door): State<Door>,
    Path(shop): Path<String>,
    axum::extract::Query(parameter): ChatQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (shop, _) = web_shop(&door, &shop)?;
    let chat = chat_of(&parameter, &headers, &shop)?;
    let permit = std::sync::Arc::clone(&door.streams)
        .try_acquire_owned()
        .map_err(|_| Refusal::Busy)?;
    let key = AggregateKey::conversation(&shop, conversation(&shop, &chat));
    let seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    // The texts of earlier parts are needed to show their receipts, so folding begins at the beginning.
    let commits = door.log.follow(&Scope::Key(key), 1);
    let events = shown(commits, seen).take_until(door.stop.clone().cancelled_owned());
    let events = events.map(move |event| {
        let _open = &permit;
        Ok::<_, Infallible>(event)
    });
    let alive = KeepAlive::new()
        .interval(Duration::from_secs(15))
        .text("here");
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    response
        .headers_mut()
        .insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn shown(
    commits: impl Stream<Item = Result<RawCommit, eventlog::LogError>>,
    seen: u64,
) -> impl Stream<Item = Event> {
    let mut screen = Screen::default();
    commits.flat_map(move |commit| {
        let events = match commit {
            Ok(commit) => screen.show(&commit, seen),
            Err(error) => {
                tracing::warn!("a chat's stream ended: {error}");
                Vec::new()
            }
        };
        futures::stream::iter(events)
    })
}

/// What of a conversation its buyer sees.
#[derive(Default)]
struct Screen {
    on_their_way: HashMap<(ReplyId, u32), String>,
}

impl Screen {
    fn show(&mut self, commit: &RawCommit, seen: u64) -> Vec<Event> {
        let Ok(recorded) = commit.decode::<ConversationEvent>() else {
            return Vec::new();
        };
        let mut events = Vec::new();
        for one in recorded {
            let time = one.meta.time;
            let line = match one.event {
                ConversationEvent::MessageReceived(event) => {
                    Some(("buyer", event.content.text().to_owned()))
                }
                ConversationEvent::ReplySending(event) => {
                    self.on_their_way
                        .insert((event.reply, event.part), event.text);
                    None
                }
                ConversationEvent::ReplySent(event) => self
                    .on_their_way
                    .remove(&(event.reply, event.part))
                    .map(|text| ("shop", text)),
                ConversationEvent::SellerWrote(SellerWrote { content, .. }) => {
                    Some(("seller", content.text().to_owned()))
                }
                ConversationEvent::TurnRouted(_) => Some(("typing", String::new())),
                _ => None,
            };
            if let Some((from, text)) = line.filter(|_| one.seq > seen) {
                let data = serde_json::json!({
                    "id": one.meta.id, "from": from, "text": text, "time": time,
                });
                events.push(
                    Event::default()
                        .id(one.seq.to_string())
                        .data(data.to_string()),
                );
            }
        }
        events
    }
}
