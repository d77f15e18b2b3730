//! One run of a handler, from the raised floor to what is parked or settled by it.

use std::{panic::AssertUnwindSafe, pin::Pin, sync::Arc};

use futures::FutureExt as _;
use schemas::AggregateKey;

use crate::{
    open::{EventLog, Floors},
    park::Mark,
    react::Outcome,
};

/// What a service does with an aggregate.
pub(crate) type Handler =
    Arc<dyn Fn(AggregateKey) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// One run of the handler.
pub(crate) struct Run {
    pub(crate) log: EventLog,
    pub(crate) consumer: &'static str,
    pub(crate) handler: Handler,
    pub(crate) key: AggregateKey,
    /// Position of the newest commit that it was called for.
    pub(crate) seq: Option<u64>,
    /// Position that its loads have to reach.
    pub(crate) floor: u64,
    /// Where it was released, when it had been parked.
    pub(crate) released: Option<u64>,
}

impl Run {
    pub(crate) async fn run(self) -> (AggregateKey, Outcome, Option<Mark>) {
        let _floor = Floors::raise(&self.log, &self.key, self.floor);
        let handling = async { (self.handler)(self.key.clone()).await };
        let outcome = match AssertUnwindSafe(handling).catch_unwind().await {
            Ok(outcome) => outcome,
            Err(panic) => Outcome::Park(format!("handler panicked: {}", said(panic.as_ref()))),
        };
        let mut mark = None;
        match (&outcome, self.released) {
            (Outcome::Park(reason), _) => {
                tracing::error!(aggregate = %self.key, consumer = self.consumer, reason, "parked");
                let parked = self.log.park(self.consumer, &self.key, reason, self.seq);
                mark = Some(parked.await);
            }
            (Outcome::Done, Some(at)) => self.log.settle(self.consumer, &self.key, at).await,
            (Outcome::Done, None) | (Outcome::RetryIn(_), _) => {}
        }
        (self.key, outcome, mark)
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
