//! What the log says about itself, and reading a broker's durability from its monitoring port.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use async_nats::jetstream::context::ConsumerInfoErrorKind;
use schemas::subject;

use crate::{
    error::{BoxError, LogError},
    open::EventLog,
};

/// How the log is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether there is a connection to the broker now.
    pub connected: bool,
    /// The broker's address, without credentials.
    pub broker: String,
    /// What degrades it, one sentence each: lazy sync, a projection that stands still, a broker that is away.
    pub warnings: Vec<String>,
}

impl Health {
    /// `Ok` with what is worse than it should be, or `Err` with why the log cannot be used.
    ///
    /// # Errors
    /// A sentence for whoever looks at `/readyz`.
    pub fn verdict(self) -> Result<Vec<String>, String> {
        if self.connected {
            Ok(self.warnings)
        } else {
            Err("the broker cannot be reached; it is tried again and again".to_owned())
        }
    }
}

impl EventLog {
    /// How the log is doing now. Asks nobody; cheap.
    #[must_use]
    pub fn health(&self) -> Health {
        let connected =
            self.client().connection_state() == async_nats::connection::State::Connected;
        let mut warnings = self.inner.warnings.list();
        if !connected {
            warnings.push("the broker is away; waiting for it".to_owned());
        }
        Health {
            connected,
            broker: without_credentials(&self.inner.config.url),
            warnings,
        }
    }
}

/// What a reactor has not handled yet, over all shards. The number to scale its instances by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// Commits that no instance has been given yet, whatever their type.
    pub pending: u64,
    /// Deliveries that instances hold: running, resting or fetched ahead.
    pub held: u64,
}

impl EventLog {
    /// How far `consumer` is behind. One question to the broker per shard; shards that it has not begun count nothing.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]; wait and try again.
    pub async fn lag(&self, consumer: &str) -> Result<Lag, LogError> {
        let asking = |error| LogError::unavailable(format!("asking how far {consumer} is"), error);
        let mut lag = Lag::default();
        for shard in 0..self.shards() {
            let name = subject::stream(shard);
            let stream = self.inner.context.get_stream_no_info(name).await;
            let stream = stream.map_err(|error| asking(BoxError::from(error)))?;
            match stream.consumer_info(consumer).await {
                Ok(info) => {
                    lag.pending += info.num_pending;
                    lag.held += u64::try_from(info.num_ack_pending).unwrap_or(0);
                }
                Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => {}
                Err(error) => return Err(asking(error.into())),
            }
        }
        Ok(lag)
    }
}

/// Sentences by cause; a cause that is over takes its sentence with it.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Mutex<BTreeMap<String, String>>);

impl Warnings {
    pub(crate) fn set(&self, cause: &str, sentence: String) {
        self.lock().insert(cause.to_owned(), sentence);
    }

    pub(crate) fn clear(&self, cause: &str) {
        self.lock().remove(cause);
    }

    fn list(&self) -> Vec<String> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The monitoring addresses of brokers at `url`: same hosts, port 8222.
pub(crate) fn monitors_of(url: &str) -> Vec<String> {
    url.split(',')
        .map(|one| {
            let rest = one.split_once("://").map_or(one, |(_, rest)| rest);
            let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
            let host = match place.rsplit_once(':') {
                Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
                Some(_) | None => place,
            };
            format!("http://{}:8222", host.trim_end_matches('/'))
        })
        .collect()
}

pub(crate) fn without_credentials(url: &str) -> String {
    let clean = |one: &str| match (one.split_once("://"), one.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        (None, Some((_, place))) => place.to_owned(),
        (Some(_) | None, None) => one.to_owned(),
    };
    url.split(',').map(clean).collect::<Vec<_>>().join(",")
}

/// Whether the broker behind this monitoring address syncs before it acknowledges.
///
/// Source: measured on nats-server 2.15.1: `/varz` has `jetstream.config.sync_always` under
/// `sync_interval: always` and lacks it otherwise.
pub(crate) async fn syncs_always(monitor: &str) -> Result<bool, BoxError> {
    let body = tokio::time::timeout(Duration::from_secs(5), get(monitor, "/varz")).await??;
    let varz: serde_json::Value = serde_json::from_slice(&body)?;
    let flag = varz.pointer("/jetstream/config/sync_always");
    Ok(flag.and_then(serde_json::Value::as_bool) == Some(true))
}

/// One HTTP/1.0 GET: the monitoring port speaks plain HTTP inside the network, and a client for more is not needed.
async fn get(base: &str, path: &str) -> Result<Vec<u8>, BoxError> {
    let place = base
        .strip_prefix("http://")
        .ok_or("a monitoring address begins with http://")?
        .trim_end_matches('/');
    let mut stream = TcpStream::connect(place).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {place}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4 << 20).read_to_end(&mut answer).await?;
    let head = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or("the answer is not http")?;
    if !answer.starts_with(b"HTTP/1.0 200") && !answer.starts_with(b"HTTP/1.1 200") {
        return Err("the answer is not 200".into());
    }
    Ok(answer.split_off(head + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monitoring_addresses_follow_the_brokers() {
        assert_eq!(
            monitors_of("nats://u:p@a:4222,nats://b"),
            ["http://a:8222", "http://b:8222"]
        );
        assert_eq!(
            without_credentials("nats://u:p@a:4222,b:1"),
            "nats://a:4222,b:1"
        );
    }
}
