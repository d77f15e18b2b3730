//! Timers: message schedules in a stream of their own. A due timer is one more "look at this aggregate".

use async_nats::{
    HeaderMap, Request,
    jetstream::{publish::PublishAck, response::Response},
};
use jiff::Timestamp;
use schemas::{AggregateKey, subject, topology::TIMERS};
use tokio::time::Instant;

use crate::{
    direct::{PATIENCE, patiently},
    error::LogError,
    open::{EventLog, REQUEST},
};

/// How long a fired timer waits for a consumer that is away.
const FIRED_KEPT: &str = "720h";

impl EventLog {
    /// Makes `consumer` look at `key` at `at`, or at once when that is past. Arming the same `name` again moves it.
    ///
    /// Timers fire some tenths of a second late, never early.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]; wait and try again: arming twice is arming once.
    pub async fn arm(
        &self,
        consumer: &str,
        key: &AggregateKey,
        name: &str,
        at: Timestamp,
    ) -> Result<(), LogError> {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Schedule", format!("@at {at}"));
        headers.insert("Nats-Schedule-Target", subject::timer_due(consumer, key));
        headers.insert("Nats-Schedule-TTL", FIRED_KEPT);
        let place = subject::timer_set(consumer, key, name);
        let deadline = Instant::now() + PATIENCE;
        patiently(deadline, &format!("arming a timer for {key}"), || async {
            let request = Request::new()
                .headers(headers.clone())
                .timeout(Some(REQUEST));
            let reply = self.client().send_request(place.clone(), request).await?;
            match serde_json::from_slice::<Response<PublishAck>>(&reply.payload)? {
                Response::Ok(_) => Ok(()),
                Response::Err { error } => Err(error.into()),
            }
        })
        .await
    }

    /// Takes a timer back. One that has fired already is not affected; a handler may see it all the same.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]; wait and try again.
    pub async fn disarm(
        &self,
        consumer: &str,
        key: &AggregateKey,
        name: &str,
    ) -> Result<(), LogError> {
        let place = subject::timer_set(consumer, key, name);
        let deadline = Instant::now() + PATIENCE;
        patiently(
            deadline,
            &format!("disarming a timer for {key}"),
            || async {
                let stream = self.inner.context.get_stream_no_info(TIMERS).await?;
                stream.purge().filter(place.clone()).await?;
                Ok(())
            },
        )
        .await
    }
}
