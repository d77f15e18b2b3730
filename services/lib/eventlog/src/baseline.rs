//! The broker without a log on top: what `torg bench` compares the log with. On streams of its own, never the log's.

use async_nats::{
    Client, HeaderMap, Request,
    header::{HeaderName, NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_MESSAGE_ID},
    jetstream::{Context, publish::PublishAck, response::Response, stream::Config},
};
use bytes::Bytes;
use schemas::{AggregateKey, EventId, envelope, subject};

use crate::{
    error::{BoxError, LogError},
    open::{self, EventLog, REQUEST},
    streams,
    wire::{self, RawCommit},
};

/// As many streams as the log has, made like its own, behind a connection of their own.
#[derive(Clone, Debug)]
pub struct Baseline {
    client: Client,
    context: Context,
    shards: u16,
}

impl Baseline {
    /// Makes the streams on the broker of `log`.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when the broker cannot be reached or does not make them.
    pub async fn open(log: &EventLog) -> Result<Self, LogError> {
        let failed =
            |error: BoxError| LogError::unavailable("making streams to compare with", error);
        let client = open::connect(&log.inner.config)
            .await
            .map_err(|error| failed(error.into()))?;
        let context = async_nats::jetstream::new(client.clone());
        let shards = log.shards();
        for shard in 0..shards {
            let config = Config {
                name: stream(shard),
                subjects: ["base", "same"]
                    .map(|first| format!("{first}.{shard:02}.>"))
                    .into(),
                ..streams::log(shard, shards, log.inner.replicas)
            };
            context
                .create_stream(config)
                .await
                .map_err(|error| failed(error.into()))?;
        }
        Ok(Self {
            client,
            context,
            shards,
        })
    }

    /// Publishes `body` to the shard and an own subject of `key` and waits for the acknowledgement. Expects nothing and
    /// sends no headers.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when it was not acknowledged in time.
    pub async fn publish(&self, key: &AggregateKey, body: Bytes) -> Result<(), LogError> {
        let request = Request::new().payload(body);
        self.send("base", key, request).await.map(|_| ())
    }

    /// Publishes a message as the log sends one: the body and headers of `like`, an id of its own, and the expectation
    /// that `last` is the position of the last one sent so for `key`, 0 at first. Its position.
    ///
    /// The difference to [`Baseline::publish`] is what the broker makes of ids, expectations and headers; the
    /// difference to an append is what the log itself costs.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when it was not acknowledged in time, or somebody else wrote there.
    pub async fn publish_like(
        &self,
        key: &AggregateKey,
        like: &RawCommit,
        last: u64,
    ) -> Result<u64, LogError> {
        let id = EventId::derive(&[&key.to_string(), &last.to_string()]);
        let named = HeaderName::from_static;
        let mut headers = HeaderMap::new();
        headers.insert(NATS_MESSAGE_ID, id.to_string());
        headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, last.to_string());
        headers.insert(named(wire::CONTENT_TYPE), envelope::CONTENT_TYPE);
        headers.insert(named(wire::TYPES), like.types.join(","));
        headers.insert(named(wire::CHAIN), like.chain.as_str());
        let request = Request::new().headers(headers).payload(like.body.clone());
        self.send("same", key, request).await
    }

    async fn send(
        &self,
        first: &str,
        key: &AggregateKey,
        request: Request,
    ) -> Result<u64, LogError> {
        let failed = |error: BoxError| LogError::unavailable("publishing to compare with", error);
        let subject = key.subject(self.shards);
        let subject = format!("{first}.{}", subject.trim_start_matches("log."));
        let request = request.timeout(Some(REQUEST));
        let reply = self
            .client
            .send_request(subject, request)
            .await
            .map_err(|error| failed(error.into()))?;
        match serde_json::from_slice::<Response<PublishAck>>(&reply.payload) {
            Ok(Response::Ok(ack)) => Ok(ack.sequence),
            Ok(Response::Err { error }) => Err(failed(error.into())),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Deletes the streams.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when the broker does not do so.
    pub async fn remove(self) -> Result<(), LogError> {
        for shard in 0..self.shards {
            let deleted = self.context.delete_stream(stream(shard)).await;
            deleted.map_err(|error| {
                let doing = "deleting the streams that were compared with";
                LogError::unavailable(doing, BoxError::from(error))
            })?;
        }
        Ok(())
    }
}

impl EventLog {
    /// Reads the first messages of `key`, up to 256, by one direct read, and looks at none of them. How many they were.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when the broker did not answer.
    pub async fn direct_read(&self, key: &AggregateKey) -> Result<usize, LogError> {
        let stream = subject::stream(key.shard(self.shards()));
        let page = self.page(&stream, &key.subject(self.shards()), 1).await;
        let page = page.map_err(|error| LogError::unavailable(format!("reading {key}"), error))?;
        Ok(page.messages.len())
    }
}

fn stream(shard: u16) -> String {
    format!("BASE_{shard:02}")
}
