//! Pulling deliveries for a reactor: one durable per shard, one for due timers.

use std::time::Duration;

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, PullConsumer, pull},
    message::{AckKind, Acker},
};
use futures::{FutureExt as _, StreamExt as _};
use schemas::{AggregateKey, Kind, subject, topology, topology::Reactor};
use std::sync::Arc;
use tokio::sync::{
    OwnedSemaphorePermit, Semaphore,
    mpsc::{UnboundedReceiver, UnboundedSender},
};
use tokio_util::sync::CancellationToken;

use crate::{error::BoxError, open::EventLog, wire};

/// Deliveries that one reactor may hold unacknowledged in one shard, over all its instances.
const MAX_ACK_PENDING: i64 = 4_096;

/// "Look at this aggregate."
pub(crate) struct Delivery {
    pub(crate) key: AggregateKey,
    /// Position of the commit; `None` for a timer.
    pub(crate) seq: Option<u64>,
    pub(crate) traceparent: Option<String>,
    pub(crate) acker: Arc<Acker>,
    /// Room among what is fetched ahead; given back while the lane rests.
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// Answers to the broker, sent by one task so that nobody waits for a broker that is away.
pub(crate) type Acks = UnboundedSender<(Arc<Acker>, AckKind)>;

pub(crate) async fn send_acks(mut acks: UnboundedReceiver<(Arc<Acker>, AckKind)>) {
    while let Some((acker, kind)) = acks.recv().await {
        if let Err(error) = acker.ack_with(kind).await {
            tracing::debug!(%error, "an acknowledgement was not sent; the delivery will come again");
        }
    }
}

/// One durable of a reactor.
pub(crate) struct Source {
    log: EventLog,
    reactor: Reactor,
    stream: String,
    filter: String,
    ack_wait: Duration,
    batch: usize,
    room: Arc<Semaphore>,
    deliveries: UnboundedSender<Delivery>,
    acks: Acks,
}

/// What the sources of a reactor share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) log: EventLog,
    pub(crate) reactor: Reactor,
    pub(crate) ack_wait: Duration,
    pub(crate) ahead: usize,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) deliveries: UnboundedSender<Delivery>,
    pub(crate) acks: Acks,
}

impl Shared {
    /// A source for each shard, and one for timers.
    pub(crate) fn sources(&self, kind: Kind) -> Vec<Source> {
        let shards = self.log.shards();
        let mut sources: Vec<_> = (0..shards)
            .map(|shard| self.source(subject::stream(shard), subject::of_kind(shard, kind)))
            .collect();
        let timers = subject::timers_due_for(self.reactor.consumer);
        sources.push(self.source(topology::TIMERS.to_owned(), timers));
        sources
    }

    fn source(&self, stream: String, filter: String) -> Source {
        Source {
            log: self.log.clone(),
            reactor: self.reactor,
            stream,
            filter,
            ack_wait: self.ack_wait,
            batch: (self.ahead / usize::from(self.log.shards())).clamp(1, 64),
            room: Arc::clone(&self.room),
            deliveries: self.deliveries.clone(),
            acks: self.acks.clone(),
        }
    }
}

impl Source {
    /// Pulls until `stop`; whatever breaks is made anew.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut tries = 0_u32;
        while !stop.is_cancelled() {
            let made = tokio::select! {
                () = stop.cancelled() => return,
                made = self.messages() => made,
            };
            match made {
                Ok(mut messages) => {
                    self.log.inner.warnings.clear(&self.cause());
                    if self.pull(&mut messages, &stop).await > 0 {
                        tries = 0;
                    }
                }
                Err(error) => {
                    let consumer = self.reactor.consumer;
                    tracing::debug!(%error, consumer, stream = self.stream, "cannot pull yet");
                    let sentence = format!("{consumer} cannot pull from {}", self.stream);
                    self.log.inner.warnings.set(&self.cause(), sentence);
                }
            }
            tries += 1;
            let pause = Duration::from_millis(50 << tries.min(5));
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.log.inner.warnings.clear(&self.cause());
    }

    fn cause(&self) -> String {
        format!("reactor {} {}", self.reactor.consumer, self.stream)
    }

    async fn messages(&self) -> Result<pull::Stream, BoxError> {
        let config = pull::Config {
            durable_name: Some(self.reactor.consumer.to_owned()),
            filter_subject: self.filter.clone(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            max_deliver: -1,
            max_ack_pending: MAX_ACK_PENDING,
            headers_only: true,
            ..pull::Config::default()
        };
        let context = &self.log.inner.context;
        let consumer: PullConsumer = context
            .create_consumer_on_stream(config, self.stream.as_str())
            .await?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(self.batch)
            .expires(Duration::from_secs(20))
            .heartbeat(Duration::from_secs(3))
            .messages()
            .await?;
        Ok(messages)
    }

    /// Hands deliveries on until something breaks; how many it were.
    async fn pull(&self, messages: &mut pull::Stream, stop: &CancellationToken) -> usize {
        let mut count = 0;
        loop {
            let next = tokio::select! {
                () = stop.cancelled() => {
                    self.give_back(messages);
                    return count;
                }
                next = messages.next() => next,
            };
            match next {
                Some(Ok(message)) => {
                    count += 1;
                    let room = tokio::select! {
                        () = stop.cancelled() => {
                            self.nak(message);
                            continue;
                        }
                        room = Arc::clone(&self.room).acquire_owned() => room.ok(),
                    };
                    self.hand_on(message, room);
                }
                Some(Err(error)) => {
                    tracing::debug!(%error, stream = self.stream, "pulling breaks, making it anew");
                    return count;
                }
                None => return count,
            }
        }
    }

    fn hand_on(&self, message: jetstream::Message, room: Option<OwnedSemaphorePermit>) {
        let seq = message.info().map(|info| info.stream_sequence).ok();
        let (message, acker) = message.split();
        let acker = Arc::new(acker);
        let timer = subject::timer_key(&message.subject);
        let Some(key) = timer
            .clone()
            .or_else(|| AggregateKey::parse(&message.subject))
        else {
            tracing::error!(subject = %message.subject, "a message on a subject that names no aggregate");
            drop(self.acks.send((acker, AckKind::Ack)));
            return;
        };
        let headers = message.headers.as_ref();
        let types = wire::types(headers);
        let concerned = |name: &String| self.reactor.reacts_to.contains(&name.as_str());
        // Without the header nobody knows: look.
        if timer.is_none() && !types.is_empty() && !types.iter().any(concerned) {
            drop(self.acks.send((acker, AckKind::Ack)));
            return;
        }
        let delivery = Delivery {
            seq: seq.filter(|_| timer.is_none()),
            traceparent: wire::text(headers, wire::TRACEPARENT).map(str::to_owned),
            key,
            acker,
            room,
        };
        // Nobody listens only when the reactor is over; the delivery comes again then.
        drop(self.deliveries.send(delivery));
    }

    /// What has arrived and is not looked at goes back at once, not only after its ack wait.
    fn give_back(&self, messages: &mut pull::Stream) {
        while let Some(Some(Ok(message))) = messages.next().now_or_never() {
            self.nak(message);
        }
    }

    fn nak(&self, message: jetstream::Message) {
        let (_, acker) = message.split();
        drop(self.acks.send((Arc::new(acker), AckKind::Nak(None))));
    }
}
