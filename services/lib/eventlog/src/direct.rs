//! Reading single messages and batches from a stream without a consumer.
//!
//! A batch read is one request that is answered by many messages and closed by status 204 (ADR-31). The client
//! library has no call for it, so the answers come through one subscription that all reads of a log share.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, Message, StatusCode,
    jetstream::{message::StreamMessage, stream::LastRawMessageErrorKind},
};
use bytes::Bytes;
use futures::StreamExt as _;
use schemas::{AggregateKey, subject};
use serde::Serialize;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::Instant,
};

use crate::{
    error::{BoxError, LogError},
    open::{EventLog, REQUEST},
    wire::{self, RawCommit, Stored},
};

/// How long a read is tried before it is called unavailable.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Messages per direct read; the server allows 1,000.
const BATCH: usize = 256;

type Waiting = Arc<Mutex<HashMap<String, UnboundedSender<Message>>>>;

/// One subscription that hands answers to whoever asked.
pub(crate) struct Inbox {
    prefix: String,
    waiting: Waiting,
    next: AtomicU64,
    _task: JoinSet<()>,
}

impl Inbox {
    pub(crate) async fn open(client: &Client) -> Result<Self, BoxError> {
        let prefix = client.new_inbox();
        let mut answers = client.subscribe(format!("{prefix}.*")).await?;
        let waiting = Waiting::default();
        let routes = Arc::clone(&waiting);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Some(message) = answers.next().await {
                let token = message.subject.rsplit('.').next().unwrap_or_default();
                let routes = routes.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(asker) = routes.get(token) {
                    // The asker may have given up.
                    drop(asker.send(message));
                }
            }
        });
        Ok(Self {
            prefix,
            waiting,
            next: AtomicU64::new(0),
            _task: task,
        })
    }

    fn ask(&self) -> Asking {
        let token = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let (sender, answers) = unbounded_channel();
        lock(&self.waiting).insert(token.clone(), sender);
        Asking {
            reply: format!("{}.{token}", self.prefix),
            token,
            waiting: Arc::clone(&self.waiting),
            answers,
        }
    }
}

struct Asking {
    reply: String,
    token: String,
    waiting: Waiting,
    answers: UnboundedReceiver<Message>,
}

impl Drop for Asking {
    fn drop(&mut self) {
        lock(&self.waiting).remove(&self.token);
    }
}

fn lock(waiting: &Waiting) -> std::sync::MutexGuard<'_, HashMap<String, UnboundedSender<Message>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Serialize)]
struct BatchRequest<'a> {
    batch: usize,
    seq: u64,
    next_by_subj: &'a str,
}

pub(crate) struct Page {
    pub(crate) messages: Vec<StreamMessage>,
    more: bool,
}

impl EventLog {
    /// Every commit of `key` from `from` on, in order, from whichever replica answers.
    pub(crate) async fn tail(
        &self,
        key: &AggregateKey,
        from: u64,
    ) -> Result<Vec<RawCommit>, LogError> {
        let deadline = Instant::now() + PATIENCE;
        let shard = key.shard(self.shards());
        let stream = subject::stream(shard);
        let subject = key.subject(self.shards());
        let mut commits = Vec::new();
        let mut next = from;
        loop {
            let page = patiently(deadline, &format!("reading {key}"), || {
                self.page(&stream, &subject, next)
            })
            .await?;
            for message in page.messages {
                next = message.sequence + 1;
                commits.push(raw(shard, &stream, message)?);
            }
            if !page.more {
                return Ok(commits);
            }
        }
    }

    /// The same, from the leader, one by one: nothing that was acknowledged before is missing.
    pub(crate) async fn tail_of_leader(
        &self,
        key: &AggregateKey,
        from: u64,
        deadline: Instant,
    ) -> Result<Vec<RawCommit>, LogError> {
        let shard = key.shard(self.shards());
        let stream = subject::stream(shard);
        let subject = key.subject(self.shards());
        let mut commits = Vec::new();
        let mut next = from;
        while let Some(message) = patiently(deadline, &format!("reading {key}"), || {
            self.leader_next(&stream, next, Some(&subject))
        })
        .await?
        {
            next = message.sequence + 1;
            commits.push(raw(shard, &stream, message)?);
        }
        Ok(commits)
    }

    /// The first message at or after `seq`, from the leader, of one subject or exactly at `seq`.
    pub(crate) async fn leader_next(
        &self,
        stream: &str,
        seq: u64,
        subject: Option<&str>,
    ) -> Result<Option<StreamMessage>, BoxError> {
        let handle = self.inner.context.get_stream_no_info(stream).await?;
        let mut request = handle.raw_message_builder().sequence(seq);
        if let Some(subject) = subject {
            request = request.next_by_subject(subject);
        }
        match request.send().await {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The last message of a stream on subjects that match `filter`, from the leader.
    pub(crate) async fn leader_last(
        &self,
        stream: &str,
        filter: &str,
    ) -> Result<Option<StreamMessage>, BoxError> {
        let handle = self.inner.context.get_stream_no_info(stream).await?;
        let request = handle.raw_message_builder().last_by_subject(filter);
        match request.send().await {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn page(
        &self,
        stream: &str,
        subject: &str,
        from: u64,
    ) -> Result<Page, BoxError> {
        let mut asking = self.inner.inbox.ask();
        let request = serde_json::to_vec(&BatchRequest {
            batch: BATCH,
            seq: from.max(1),
            next_by_subj: subject,
        })?;
        self.client()
            .publish_with_reply(
                format!("$JS.API.DIRECT.GET.{stream}"),
                asking.reply.clone(),
                Bytes::from(request),
            )
            .await?;
        let mut messages: Vec<StreamMessage> = Vec::new();
        loop {
            let answer = tokio::time::timeout(REQUEST, asking.answers.recv()).await?;
            let answer = answer.ok_or("the client is closed")?;
            match answer.status {
                None | Some(StatusCode::OK) => {
                    follows(&answer, messages.last())?;
                    messages.push(answer.try_into()?);
                }
                Some(StatusCode::NOT_FOUND) => return Ok(Page::last(messages)),
                Some(status) if status.as_u16() == 204 => {
                    let pending = number(&answer, "Nats-Num-Pending").unwrap_or(0);
                    let more = pending > 0 && !messages.is_empty();
                    follows(&answer, messages.last())?;
                    return Ok(Page { messages, more });
                }
                Some(status) => {
                    let said = answer.description.unwrap_or_default();
                    return Err(format!("direct read answered {status} {said}").into());
                }
            }
        }
    }
}

impl Page {
    const fn last(messages: Vec<StreamMessage>) -> Self {
        Self {
            messages,
            more: false,
        }
    }
}

/// Each answer of a batch names the position of the one before it, which shows when one got lost on the way.
fn follows(answer: &Message, before: Option<&StreamMessage>) -> Result<(), BoxError> {
    match (number(answer, "Nats-Last-Sequence"), before) {
        (Some(said), Some(before)) if said != before.sequence => {
            Err("an answer of the batch got lost".into())
        }
        _ => Ok(()),
    }
}

fn number(message: &Message, header: &str) -> Option<u64> {
    wire::text(message.headers.as_ref(), header)?.parse().ok()
}

fn raw(shard: u16, stream: &str, message: StreamMessage) -> Result<RawCommit, LogError> {
    let stored = Stored {
        shard,
        seq: message.sequence,
        subject: message.subject.to_string(),
        time: wire::timestamp(message.time),
    };
    RawCommit::new(stored, stream, Some(&message.headers), message.payload)
}

/// Asks again until `deadline`: everything that a read can answer except "none" passes with time.
pub(crate) async fn patiently<T, F>(
    deadline: Instant,
    doing: &str,
    mut ask: impl FnMut() -> F,
) -> Result<T, LogError>
where
    F: Future<Output = Result<T, BoxError>>,
{
    let mut pause = Duration::from_millis(20);
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) if Instant::now() + pause >= deadline => {
                return Err(LogError::unavailable(doing, error));
            }
            Err(error) => tracing::debug!(%error, "asking again after {doing}"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}
