//! Telling open pages that something has happened: follows the log, waits until the read models have it, and passes on
//! which history it was. What happened the pages ask for themselves.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::Query,
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use eventlog::{EventLog, RawCommit, Scope, project::Reader};
use futures::{Stream, StreamExt as _, stream};
use schemas::{AggregateKey, Kind};
use serde::Deserialize;
use tokio::sync::{
    OwnedSemaphorePermit,
    broadcast::{self, error::RecvError},
};
use tokio_util::sync::CancellationToken;

use super::{Failure, Seen};

/// How often it is looked whether the read models have what the log has.
const LOOK: Duration = Duration::from_millis(40);
/// How long news of one page are gathered into one.
const GATHER: Duration = Duration::from_millis(150);
/// How long to wait when the database does not answer.
const OUTAGE: Duration = Duration::from_secs(1);
/// How many histories a page may lag behind before it is told that it missed some.
const BEHIND: usize = 1_024;
/// A stream ends after this time and the browser comes again, so that nobody listens for ever with a session that has
/// ended.
const LISTEN: Duration = Duration::from_secs(600);

/// Which histories changed, for everybody who listens.
pub(crate) type News = broadcast::Sender<Arc<AggregateKey>>;

/// Nobody listens yet.
pub(crate) fn news() -> News {
    broadcast::channel(BEHIND).0
}

/// Follows the log until `stop`.
pub(crate) async fn run(log: EventLog, reader: Reader, news: News, stop: CancellationToken) {
    let Some(commits) = stop.run_until_cancelled(from_shown(&log, &reader)).await else {
        return;
    };
    let mut commits = std::pin::pin!(commits.take_until(stop.cancelled_owned()));
    // What the read models do not have yet, with its position.
    let mut waiting: BTreeMap<(u16, AggregateKey), u64> = BTreeMap::new();
    let mut looks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            commit = commits.next() => match commit {
                None => return,
                Some(Ok(commit)) => {
                    waiting.insert((commit.shard, commit.key), commit.seq);
                }
                Some(Err(error)) => tracing::debug!("a commit is not told of: {error}"),
            },
            _ = looks.tick(), if !waiting.is_empty() => pass_on(&reader, &news, &mut waiting).await,
        }
    }
}

/// Every commit that the read models do not have yet, of every shard, and those to come. Not from the end of the log on:
/// what is recorded and on no page yet would never be told of.
async fn from_shown(
    log: &EventLog,
    reader: &Reader,
) -> impl Stream<Item = Result<RawCommit, eventlog::LogError>> + use<> {
    let shown = loop {
        match reader.applied().await {
            Ok(shown) => break shown,
            Err(error) => {
                tracing::debug!("what the pages show is not known yet: {error}");
                tokio::time::sleep(OUTAGE).await;
            }
        }
    };
    let mut shards = stream::SelectAll::new();
    for shard in 0..log.shards() {
        let position = shown.iter().find(|(known, _)| *known == shard);
        let next = position.map_or(1, |(_, seq)| seq + 1);
        shards.push(Box::pin(log.follow(&Scope::Shard(shard), next)));
    }
    shards
}

async fn pass_on(reader: &Reader, news: &News, waiting: &mut BTreeMap<(u16, AggregateKey), u64>) {
    let positions = reader.applied().await;
    // Without an answer /readyz says so; the pages are told once there is one.
    let Ok(positions) = positions else {
        return;
    };
    waiting.retain(|(shard, key), seq| {
        let applied = positions
            .iter()
            .any(|(known, at)| known == shard && at >= seq);
        if applied {
            // Nobody listens: nobody has to be told.
            news.send(Arc::new(key.clone())).ok();
        }
        !applied
    });
}

/// What a page wants to hear of.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct About {
    /// A shop; empty: all.
    #[serde(default)]
    shop: String,
    /// A conversation; empty: all.
    #[serde(default)]
    conversation: String,
    /// `shop`: its settings and its sheet; empty: conversations and the desk.
    #[serde(default)]
    kind: String,
}

impl About {
    fn is(&self, key: &AggregateKey) -> bool {
        if !self.shop.is_empty() && key.shop_id().as_str() != self.shop {
            return false;
        }
        match (key.kind(), self.kind.as_str()) {
            (Kind::Shop | Kind::Stock, "shop") | (Kind::Desk, "") => true,
            (Kind::Conversation, "") => {
                let id = key.conversation_id().map(|id| id.to_string());
                self.conversation.is_empty() || id.as_ref() == Some(&self.conversation)
            }
            _ => false,
        }
    }
}

struct Listener {
    about: About,
    news: broadcast::Receiver<Arc<AggregateKey>>,
    count: u64,
    _open: OwnedSemaphorePermit,
}

/// `GET /news`: an event named `news` whenever a page that is about this should be asked for again.
pub(crate) async fn listen(
    Seen(site): Seen,
    Query(mut about): Query<About>,
) -> Result<Response, Failure> {
    if let Some(only) = &site.only {
        only.as_str().clone_into(&mut about.shop);
    }
    let open = Arc::clone(&site.streams).try_acquire_owned();
    let listener = Listener {
        about,
        news: site.news.subscribe(),
        count: 0,
        _open: open.map_err(|_| Failure::Busy)?,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        listener.next().await.map(|event| (event, listener))
    });
    // The first one is at once: whoever was away has missed something.
    let hello = stream::once(std::future::ready(Ok::<_, Infallible>(
        Event::default().event("news").id("0").data("0"),
    )));
    let end = tokio::time::sleep(LISTEN);
    let events = hello
        .chain(events)
        .take_until(end)
        .take_until(site.stop.clone().cancelled_owned());
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

impl Listener {
    async fn next(&mut self) -> Option<Result<Event, Infallible>> {
        loop {
            match self.news.recv().await {
                Ok(key) if self.about.is(&key) => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return None,
            }
        }
        tokio::time::sleep(GATHER).await;
        while let Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) = self.news.try_recv() {}
        self.count += 1;
        let number = self.count.to_string();
        Some(Ok(Event::default().event("news").id(&number).data(number)))
    }
}
