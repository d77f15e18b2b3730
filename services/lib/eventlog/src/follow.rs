//! Reading commits in order: once, or for ever.

use std::time::Duration;

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
};
use futures::{Stream, StreamExt as _, stream};
use schemas::{AggregateKey, Kind, subject};
use tokio::time::Instant;

use crate::{
    direct::{PATIENCE, patiently},
    error::{BoxError, LogError},
    open::EventLog,
    wire::{self, RawCommit, Stored},
};

/// Messages asked for at once.
const AHEAD: usize = 500;

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every commit of a shard.
    Shard(u16),
    /// One aggregate.
    Key(AggregateKey),
    /// Every commit of one kind in a shard.
    Kind(u16, Kind),
}

impl EventLog {
    /// Commits from position `from_seq` on, in order, each once, and then live, for ever.
    ///
    /// Outages are waited out. The only error items are [`LogError::Foreign`]: report and go on.
    pub fn follow(
        &self,
        scope: &Scope,
        from_seq: u64,
    ) -> impl Stream<Item = Result<RawCommit, LogError>> + Send + use<> {
        let (shard, filter) = self.place(scope);
        let name = subject::stream(shard);
        let messages = Ordered::new(self, name.clone(), filter, from_seq).into_stream();
        messages.map(move |message| raw(shard, &name, message))
    }

    /// Commits from position `from_seq` to `to_seq`, both included, in order, each once, as far as there are any now.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when the end of the log cannot be asked for. Items as in [`EventLog::follow`].
    pub async fn read(
        &self,
        scope: &Scope,
        from_seq: u64,
        to_seq: u64,
    ) -> Result<impl Stream<Item = Result<RawCommit, LogError>> + Send + use<>, LogError> {
        if let Scope::Key(key) = scope {
            let commits = self.tail(key, from_seq).await?;
            let within = commits.into_iter().filter(move |raw| raw.seq <= to_seq);
            return Ok(stream::iter(within.map(Ok)).left_stream());
        }
        let (shard, _) = self.place(scope);
        let kind = match scope {
            Scope::Kind(_, kind) => Some(*kind),
            Scope::Shard(_) | Scope::Key(_) => None,
        };
        // The whole shard, whatever the kind: the last message of a shard is known, the last of a kind is not.
        let last = self.last_seq(shard).await?.min(to_seq);
        let name = subject::stream(shard);
        let messages = Ordered::new(self, name.clone(), subject::of_shard(shard), from_seq);
        let left = last.saturating_sub(from_seq.max(1) - 1);
        let messages = messages
            .into_stream()
            .take(usize::try_from(left).unwrap_or(usize::MAX));
        let commits = messages.map(move |message| raw(shard, &name, message));
        let wanted = commits.filter(move |item| {
            let keep = match (item, kind) {
                (Ok(raw), Some(kind)) => raw.key.kind() == kind,
                (Ok(_) | Err(_), _) => true,
            };
            std::future::ready(keep)
        });
        Ok(wanted.right_stream())
    }

    /// The commit of one aggregate at a position; `None`: there is none there.
    ///
    /// # Errors
    /// [`LogError`]; wait and try again, unless it is [`LogError::Foreign`].
    pub async fn commit(
        &self,
        key: &AggregateKey,
        seq: u64,
    ) -> Result<Option<RawCommit>, LogError> {
        let commits = self.read(&Scope::Key(key.clone()), seq, seq).await?;
        std::pin::pin!(commits).next().await.transpose()
    }

    /// Position of the last commit of a shard; 0 when it is empty.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]; wait and try again.
    pub async fn last_seq(&self, shard: u16) -> Result<u64, LogError> {
        let name = subject::stream(shard);
        let deadline = Instant::now() + PATIENCE;
        patiently(
            deadline,
            &format!("asking for the end of {name}"),
            || async {
                let stream = self.inner.context.get_stream(&name).await?;
                Ok(stream.cached_info().state.last_sequence)
            },
        )
        .await
    }

    fn place(&self, scope: &Scope) -> (u16, String) {
        match scope {
            Scope::Shard(shard) => (*shard, subject::of_shard(*shard)),
            Scope::Key(key) => (key.shard(self.shards()), key.subject(self.shards())),
            Scope::Kind(shard, kind) => (*shard, subject::of_kind(*shard, *kind)),
        }
    }
}

fn raw(shard: u16, name: &str, message: Positioned) -> Result<RawCommit, LogError> {
    let Positioned { seq, time, message } = message;
    let message = message.message;
    let stored = Stored {
        shard,
        seq,
        subject: message.subject.to_string(),
        time,
    };
    RawCommit::new(stored, name, message.headers.as_ref(), message.payload)
}

/// A message and its place.
pub(crate) struct Positioned {
    pub(crate) seq: u64,
    pub(crate) time: jiff::Timestamp,
    pub(crate) message: jetstream::Message,
}

/// An ephemeral consumer without acknowledgements that is made anew, from the next position, whenever it breaks.
///
/// The client library's ordered consumer does the same, but waits for two missed heartbeats of 15 s and begins from
/// the first message of the stream when it breaks before its first delivery.
pub(crate) struct Ordered {
    log: EventLog,
    stream: String,
    filter: String,
    next: u64,
    delivered: u64,
    messages: Option<pull::Stream>,
    tries: u32,
}

impl Ordered {
    pub(crate) fn new(log: &EventLog, stream: String, filter: String, from: u64) -> Self {
        Self {
            log: log.clone(),
            stream,
            filter,
            next: from.max(1),
            delivered: 0,
            messages: None,
            tries: 0,
        }
    }

    pub(crate) fn into_stream(self) -> impl Stream<Item = Positioned> + Send {
        Box::pin(stream::unfold(self, |mut this| async move {
            let message = this.next().await;
            Some((message, this))
        }))
    }

    /// The next message; waits for ever.
    pub(crate) async fn next(&mut self) -> Positioned {
        loop {
            let Some(messages) = &mut self.messages else {
                self.connect().await;
                continue;
            };
            match messages.next().await {
                Some(Ok(message)) => {
                    if let Some(placed) = self.accept(message) {
                        return placed;
                    }
                }
                Some(Err(error)) => {
                    tracing::debug!(%error, stream = self.stream, "reader breaks, making it anew");
                    self.messages = None;
                }
                None => self.messages = None,
            }
        }
    }

    /// Checks that no delivery is missing, by the consumer's own numbers.
    fn accept(&mut self, message: jetstream::Message) -> Option<Positioned> {
        let info = message.info().ok()?;
        let (seq, number) = (info.stream_sequence, info.consumer_sequence);
        let time = wire::timestamp(info.published);
        if number != self.delivered + 1 {
            tracing::debug!(stream = self.stream, "a delivery is missing, reading anew");
            self.messages = None;
            return None;
        }
        self.delivered = number;
        self.tries = 0;
        if seq < self.next {
            return None;
        }
        self.next = seq + 1;
        Some(Positioned { seq, time, message })
    }

    async fn connect(&mut self) {
        if self.tries > 0 {
            let pause = Duration::from_millis(50 << self.tries.min(5));
            tokio::time::sleep(pause).await;
        }
        self.tries += 1;
        match self.consumer().await {
            Ok(messages) => {
                self.messages = Some(messages);
                self.delivered = 0;
            }
            Err(error) => {
                tracing::debug!(%error, stream = self.stream, "reader cannot be made yet");
            }
        }
    }

    async fn consumer(&self) -> Result<pull::Stream, BoxError> {
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: self.next,
            },
            ack_policy: AckPolicy::None,
            filter_subject: self.filter.clone(),
            memory_storage: true,
            num_replicas: 1,
            inactive_threshold: Duration::from_secs(30),
            ..pull::Config::default()
        };
        let consumer: PullConsumer = self
            .log
            .inner
            .context
            .create_consumer_on_stream(config, self.stream.as_str())
            .await?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(AHEAD)
            .expires(Duration::from_secs(20))
            .heartbeat(Duration::from_secs(3))
            .messages()
            .await?;
        Ok(messages)
    }
}
