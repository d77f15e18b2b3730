//! The broker without a log on top: what `torg bench` compares the log with. On streams of its own, never the log's.

use async_nats::{
    Client, Request,
    jetstream::{Context, publish::PublishAck, response::Response, stream::Config},
};
use bytes::Bytes;
use schemas::{AggregateKey, subject};

use crate::{
    error::{BoxError, LogError},
    open::{self, EventLog, REQUEST},
    streams,
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
                subjects: vec![format!("base.{shard:02}.>")],
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

    /// Publishes `body` to the shard and an own subject of `key` and waits for the acknowledgement. Expects nothing.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when it was not acknowledged in time.
    pub async fn publish(&self, key: &AggregateKey, body: Bytes) -> Result<(), LogError> {
        let failed = |error: BoxError| LogError::unavailable("publishing to compare with", error);
        let subject = format!(
            "base.{}",
            key.subject(self.shards).trim_start_matches("log.")
        );
        let request = Request::new().payload(body).timeout(Some(REQUEST));
        let reply = self
            .client
            .send_request(subject, request)
            .await
            .map_err(|error| failed(error.into()))?;
        match serde_json::from_slice::<Response<PublishAck>>(&reply.payload) {
            Ok(Response::Ok(_)) => Ok(()),
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
