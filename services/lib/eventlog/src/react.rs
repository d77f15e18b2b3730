//! Reacting: deliveries in, one lane per aggregate, handlers run, acknowledgements out.
//!
//! A delivery only says "look at this aggregate". The order of deliveries, their number and their repetition mean
//! nothing; the handler loads the aggregate and does what its state still asks for.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_nats::jetstream::message::AckKind;
use futures::FutureExt as _;
use schemas::{AggregateKey, Kind, topology::Reactor};
use tokio::{
    sync::{
        Semaphore,
        mpsc::{UnboundedReceiver, unbounded_channel},
    },
    task::JoinSet,
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::{
    error::LogError,
    lanes::Lanes,
    open::EventLog,
    park::{Mark, Standing},
    pull::{Acks, Delivery, Shared, send_acks},
    run::{Handler, Run},
    wire,
};

/// How a handler's run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is left to do for this aggregate now.
    Done,
    /// Look again after this time. Deliveries that come meanwhile do not shorten it.
    RetryIn(Duration),
    /// It cannot succeed; keep it for a human, with this reason.
    Park(String),
}

/// How a reactor runs.
#[derive(Clone, Copy, Debug)]
pub struct ReactOptions {
    /// Handlers that run at once, over all aggregates.
    pub lanes: usize,
    /// After how long without a sign of life the broker gives a delivery to another instance.
    pub ack_wait: Duration,
    /// Deliveries that are fetched and not handled yet. More is faster; less shares better between instances.
    pub ahead: usize,
    /// How long running handlers may take to finish after `stop`.
    pub drain: Duration,
}

impl Default for ReactOptions {
    fn default() -> Self {
        Self {
            lanes: 64,
            ack_wait: Duration::from_secs(30),
            ahead: 512,
            drain: Duration::from_secs(8),
        }
    }
}

impl EventLog {
    /// Runs `reactor` on aggregates of `kind` until `stop`, then drains. Several instances share the work.
    ///
    /// The handler gets the aggregate to look at. It may run twice for the same thing, also at the same time in
    /// another instance, and has to load and decide each time. A panic parks the aggregate. Outages are waited out.
    ///
    /// # Errors
    /// [`LogError`] only when what is parked cannot be read at the start although the broker answers.
    pub async fn react<F, Fut>(
        &self,
        reactor: &Reactor,
        kind: Kind,
        options: ReactOptions,
        stop: CancellationToken,
        handler: F,
    ) -> Result<(), LogError>
    where
        F: Fn(AggregateKey) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let marks = loop {
            let marks = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                marks = self.marks(reactor.consumer) => marks,
            };
            match marks {
                Ok(marks) => break marks,
                Err(error) if error.is_transient() => {
                    tracing::warn!(%error, consumer = reactor.consumer, "waiting for the broker");
                }
                Err(error) => return Err(error),
            }
        };
        let handler: Handler = Arc::new(move |key| handler(key).boxed());
        Loop::run(self, *reactor, kind, options, stop, handler, marks).await;
        Ok(())
    }
}

/// What a task of the loop ended with.
enum Ended {
    Ran(AggregateKey, Outcome, Option<Mark>),
    Woke(AggregateKey),
    Waits(Option<Mark>, Delivery),
}

struct Loop {
    log: EventLog,
    consumer: &'static str,
    handler: Handler,
    lanes: Lanes<Delivery>,
    marks: HashMap<AggregateKey, Mark>,
    tasks: JoinSet<Ended>,
    acks: Acks,
}

impl Loop {
    async fn run(
        log: &EventLog,
        reactor: Reactor,
        kind: Kind,
        options: ReactOptions,
        stop: CancellationToken,
        handler: Handler,
        marks: Vec<Mark>,
    ) {
        let (acks, to_send) = unbounded_channel();
        let (deliveries, mut arriving) = unbounded_channel();
        let (new_marks, mut marked) = unbounded_channel();
        let mut sender = JoinSet::new();
        sender.spawn(send_acks(to_send));
        let mut sources = JoinSet::new();
        let shared = Shared {
            log: log.clone(),
            reactor,
            ack_wait: options.ack_wait,
            ahead: options.ahead,
            room: Arc::new(Semaphore::new(options.ahead.max(1))),
            deliveries,
            acks: acks.clone(),
        };
        for source in shared.sources(kind) {
            sources.spawn(source.run(stop.clone()));
        }
        drop(shared);
        let seen = marks.iter().map(|mark| mark.at).max().unwrap_or(0);
        let mut follower = JoinSet::new();
        follower.spawn(log.clone().follow_marks(reactor.consumer, seen, new_marks));
        let mut this = Self {
            log: log.clone(),
            consumer: reactor.consumer,
            handler,
            lanes: Lanes::new(options.lanes),
            marks: HashMap::new(),
            tasks: JoinSet::new(),
            acks,
        };
        for mark in marks {
            this.mark(mark);
        }
        let beat = (options.ack_wait / 3).max(Duration::from_millis(10));
        this.until(&stop, beat, &mut arriving, &mut marked).await;
        // Sources end by themselves and give back what they hold; then nothing arrives any more.
        while sources.join_next().await.is_some() {}
        while let Ok(delivery) = arriving.try_recv() {
            this.answer(delivery, AckKind::Nak(None));
        }
        this.drain(options.drain).await;
        drop(this);
        let flushed = async {
            while sender.join_next().await.is_some() {}
            drop(log.client().flush().await);
        };
        // A broker that is away gives the deliveries again after their ack wait.
        drop(tokio::time::timeout(Duration::from_secs(2), flushed).await);
    }

    async fn until(
        &mut self,
        stop: &CancellationToken,
        beat: Duration,
        arriving: &mut UnboundedReceiver<Delivery>,
        marked: &mut UnboundedReceiver<Mark>,
    ) {
        let mut beat = tokio::time::interval(beat);
        loop {
            self.start();
            tokio::select! {
                () = stop.cancelled() => return,
                Some(delivery) = arriving.recv() => self.arrived(delivery),
                Some(mark) = marked.recv() => self.mark(mark),
                Some(Ok(ended)) = self.tasks.join_next() => self.ended(ended),
                _ = beat.tick() => self.progress(),
            }
        }
    }

    fn arrived(&mut self, delivery: Delivery) {
        match self.marks.get(&delivery.key) {
            Some(mark) if matches!(mark.standing, Standing::Parked | Standing::Waiting) => {
                let at = mark.at;
                self.wait_behind(at, delivery);
            }
            Some(_) | None => self.lanes.offer(delivery.key.clone(), delivery),
        }
    }

    fn wait_behind(&mut self, parked_at: u64, delivery: Delivery) {
        let (log, consumer) = (self.log.clone(), self.consumer);
        self.tasks.spawn(async move {
            let waits = log.wait_behind(consumer, &delivery.key, parked_at, delivery.seq);
            Ended::Waits(waits.await, delivery)
        });
    }

    /// Takes note of how an aggregate stands; what is released runs.
    fn mark(&mut self, mark: Mark) {
        if self
            .marks
            .get(&mark.key)
            .is_some_and(|there| there.at >= mark.at)
        {
            return;
        }
        match mark.standing {
            Standing::Settled => {
                self.marks.remove(&mark.key);
                return;
            }
            Standing::Released => self.lanes.force(mark.key.clone()),
            Standing::Parked | Standing::Waiting => {}
        }
        self.marks.insert(mark.key.clone(), mark);
    }

    fn start(&mut self) {
        while let Some((key, held)) = self.lanes.start() {
            let seqs = held.iter().map(|delivery| delivery.seq);
            // A timer or a release names no commit: only the leader knows what there is to see.
            let floor = if held.is_empty() {
                u64::MAX
            } else {
                seqs.map(|seq| seq.unwrap_or(u64::MAX)).max().unwrap_or(0)
            };
            let seq = held.iter().rev().find_map(|delivery| delivery.seq);
            let span = tracing::info_span!(
                "react",
                otel.name = self.consumer,
                otel.kind = "consumer",
                aggregate = %key,
                event.seq = seq,
            );
            let parent = held.iter().rev().find_map(|d| d.traceparent.as_deref());
            wire::set_parent(&span, parent);
            let released = self
                .marks
                .get(&key)
                .filter(|mark| mark.standing == Standing::Released);
            let run = Run {
                log: self.log.clone(),
                consumer: self.consumer,
                handler: Arc::clone(&self.handler),
                released: released.map(|mark| mark.at),
                key,
                seq,
                floor,
            };
            let run = async {
                let (key, outcome, mark) = run.run().await;
                Ended::Ran(key, outcome, mark)
            };
            self.tasks.spawn(run.instrument(span));
        }
    }

    fn ended(&mut self, ended: Ended) {
        match ended {
            Ended::Woke(key) => self.lanes.wake(key),
            Ended::Waits(Some(mark), delivery) => {
                self.mark(mark);
                self.answer(delivery, AckKind::Ack);
            }
            // It is not parked any more, or somebody else has one waiting: look at it anew.
            Ended::Waits(None, delivery) => self.arrived(delivery),
            Ended::Ran(key, Outcome::Done, _) => {
                for delivery in self.lanes.done(&key) {
                    self.answer(delivery, AckKind::Ack);
                }
            }
            Ended::Ran(key, Outcome::RetryIn(pause), _) => {
                for delivery in self.lanes.rest(&key) {
                    delivery.room = None;
                }
                self.tasks.spawn(async move {
                    tokio::time::sleep(pause).await;
                    Ended::Woke(key)
                });
            }
            Ended::Ran(key, Outcome::Park(_), mark) => self.parked(&key, mark),
        }
    }

    fn parked(&mut self, key: &AggregateKey, mark: Option<Mark>) {
        let (held, waiting) = self.lanes.leave(key);
        for delivery in held {
            self.answer(delivery, AckKind::Ack);
        }
        if let Some(mark) = mark {
            self.mark(mark);
        }
        for delivery in waiting {
            self.arrived(delivery);
        }
        // Released again before this run's end was noticed.
        if self
            .marks
            .get(key)
            .is_some_and(|mark| mark.standing == Standing::Released)
        {
            self.lanes.force(key.clone());
        }
    }

    /// A sign of life for everything that is held, so that the broker does not give it to somebody else.
    fn progress(&self) {
        if self.log.client().connection_state() != async_nats::connection::State::Connected {
            return;
        }
        for delivery in self.lanes.held() {
            drop(
                self.acks
                    .send((Arc::clone(&delivery.acker), AckKind::Progress)),
            );
        }
    }

    fn answer(&self, delivery: Delivery, kind: AckKind) {
        drop(self.acks.send((delivery.acker, kind)));
    }

    /// Gives back what does not run and waits for what runs.
    async fn drain(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        for delivery in self.lanes.drain_idle() {
            self.answer(delivery, AckKind::Nak(None));
        }
        while self.lanes.running() > 0 {
            let next = tokio::time::timeout_at(deadline, self.tasks.join_next()).await;
            let Ok(Some(ended)) = next else { break };
            if let Ok(ended) = ended {
                let resting = matches!(ended, Ended::Woke(_));
                if !resting {
                    self.ended(ended);
                }
            }
            for delivery in self.lanes.drain_idle() {
                self.answer(delivery, AckKind::Nak(None));
            }
        }
        let unfinished: Vec<_> = self.lanes.held().map(|d| Arc::clone(&d.acker)).collect();
        if !unfinished.is_empty() {
            tracing::warn!(
                consumer = self.consumer,
                count = unfinished.len(),
                "handlers did not finish in time; their deliveries go to another instance"
            );
        }
        self.tasks.shutdown().await;
        for acker in unfinished {
            drop(self.acks.send((acker, AckKind::Nak(None))));
        }
    }
}
