//! Opening a log: connect, check the broker, make or check the streams.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::{Client, ConnectOptions, ServerAddr, jetstream::Context};
use jiff::Timestamp;
use moka::sync::Cache;
use schemas::AggregateKey;
use tokio::time::Instant;

use crate::{
    direct::Inbox,
    error::OpenError,
    health::{self, Warnings},
    streams::{self, Found},
};

/// How long [`EventLog::open`] waits for a broker.
const OPEN_FOR: Duration = Duration::from_secs(15);
/// How long one request to the broker may take before it is asked again.
pub(crate) const REQUEST: Duration = Duration::from_secs(3);

/// What a log needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// `nats://[user:password@]host:port`, several separated by commas.
    pub url: String,
    /// `http://host:8222` of every server; empty: the hosts of `url` with port 8222.
    pub monitor_urls: Vec<String>,
    /// Copies of each stream, 1 or 3. A log that has more already keeps them.
    pub replicas: usize,
    /// Shards of a new log, 1 to 100. A log that exists keeps its own number.
    pub shards: u16,
    /// Go on with a broker that acknowledges before it syncs. For benchmarks; [`EventLog::health`] keeps saying so.
    pub allow_lazy_sync: bool,
    /// Aggregates whose folded state is kept in memory, of all kinds together. 0 turns the cache off.
    pub cached_states: u64,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// Who writes: the service's name, part of every event id.
    pub service: &'static str,
    /// The service's version, part of every event's source.
    pub version: &'static str,
}

impl Config {
    /// A log at `url` with one replica, 16 shards, 20,000 cached states and no exceptions.
    #[must_use]
    pub fn new(
        url: impl Into<String>,
        clock: fn() -> Timestamp,
        service: &'static str,
        version: &'static str,
    ) -> Self {
        Self {
            url: url.into(),
            monitor_urls: Vec::new(),
            replicas: 1,
            shards: schemas::topology::SHARDS,
            allow_lazy_sync: false,
            cached_states: 20_000,
            clock,
            service,
            version,
        }
    }
}

/// An open log. Cloning is cheap and shares the connection and the cache.
#[derive(Clone)]
pub struct EventLog {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for EventLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventLog")
            .field(
                "broker",
                &health::without_credentials(&self.inner.config.url),
            )
            .field("shards", &self.inner.shards)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) context: Context,
    pub(crate) shards: u16,
    pub(crate) replicas: usize,
    pub(crate) source: String,
    pub(crate) inbox: Inbox,
    pub(crate) states: Cache<(AggregateKey, TypeId), Arc<dyn Any + Send + Sync>>,
    /// One append at a time per aggregate inside this process: what the broker would refuse anyway.
    pub(crate) turns: Cache<AggregateKey, Arc<tokio::sync::Mutex<()>>>,
    pub(crate) floors: Floors,
    pub(crate) warnings: Warnings,
}

impl EventLog {
    /// Connects, checks that the broker syncs before it acknowledges, and makes the log's streams or checks them.
    ///
    /// # Errors
    /// [`OpenError`]; show it and stop, each message names what to change.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let client = connect(&config).await?;
        let warnings = Warnings::default();
        check_version(&client, &config)?;
        check_sync(&config, &warnings).await?;
        let mut context = async_nats::jetstream::new(client.clone());
        context.set_timeout(REQUEST);
        let found = ensure(&context, &config).await?;
        let inbox = Inbox::open(&client)
            .await
            .map_err(|source| OpenError::Broker {
                doing: "subscribing to answers".to_owned(),
                source,
            })?;
        let inner = Inner {
            source: format!("{}/{}", config.service, config.version),
            states: Cache::new(config.cached_states),
            turns: Cache::new(10_000),
            floors: Floors::default(),
            context,
            shards: found.shards,
            replicas: found.replicas,
            inbox,
            warnings,
            config,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Number of shards, from 1.
    #[must_use]
    pub fn shards(&self) -> u16 {
        self.inner.shards
    }

    pub(crate) fn client(&self) -> Client {
        self.inner.context.client()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inner.config.clock)()
    }
}

pub(crate) async fn connect(config: &Config) -> Result<Client, OpenError> {
    let deadline = Instant::now() + OPEN_FOR;
    let servers: Vec<&str> = config.url.split(',').collect();
    // The client reads no credentials from an address.
    let user = servers.iter().find_map(|url| {
        let address: ServerAddr = url.parse().ok()?;
        Some((
            address.username()?.to_owned(),
            address.password()?.to_owned(),
        ))
    });
    loop {
        let options = match user.clone() {
            Some((name, password)) => ConnectOptions::with_user_and_password(name, password),
            None => ConnectOptions::new(),
        };
        let options = options
            .name(format!("{}/{}", config.service, config.version))
            .ping_interval(Duration::from_secs(5))
            .request_timeout(Some(REQUEST))
            .reconnect_delay_callback(|attempt| {
                Duration::from_millis(50 * u64::try_from(attempt.min(20)).unwrap_or(20))
            });
        match options.connect(servers.as_slice()).await {
            Ok(client) => return Ok(client),
            Err(source) if Instant::now() >= deadline => {
                return Err(OpenError::Unreachable {
                    url: health::without_credentials(&config.url),
                    source: source.into(),
                });
            }
            Err(error) => {
                tracing::info!(%error, "the broker does not answer yet");
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        }
    }
}

fn check_version(client: &Client, config: &Config) -> Result<(), OpenError> {
    if client.is_server_compatible(2, 15, 0) {
        return Ok(());
    }
    Err(OpenError::Version {
        url: health::without_credentials(&config.url),
        found: client.server_info().version,
    })
}

async fn check_sync(config: &Config, warnings: &Warnings) -> Result<(), OpenError> {
    let monitors = if config.monitor_urls.is_empty() {
        health::monitors_of(&config.url)
    } else {
        config.monitor_urls.clone()
    };
    for url in monitors {
        let refusal = match health::syncs_always(&url).await {
            Ok(true) => continue,
            Ok(false) => OpenError::LazySync { url: url.clone() },
            Err(source) => OpenError::Monitor {
                url: url.clone(),
                source,
            },
        };
        if !config.allow_lazy_sync {
            return Err(refusal);
        }
        warnings.set(
            &format!("sync {url}"),
            format!("acknowledged commits can be lost: {refusal}"),
        );
    }
    Ok(())
}

/// A cluster that has just started has no leader for a moment.
async fn ensure(context: &Context, config: &Config) -> Result<Found, OpenError> {
    let deadline = Instant::now() + OPEN_FOR;
    loop {
        match streams::ensure(context, config.replicas, config.shards).await {
            Err(OpenError::Broker { doing, source }) if Instant::now() < deadline => {
                tracing::info!(error = %source, "the broker is not ready while {doing}");
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            done => return done,
        }
    }
}

/// For each aggregate that a reactor looks at now: the position that its load has to reach.
///
/// A direct read may come from a follower that is behind the delivery (replicas > 1). A reactor that decided
/// "nothing to do" on such a state would lose the delivery, so its loads go on to the leader until they have seen it.
#[derive(Default)]
pub(crate) struct Floors(Mutex<HashMap<AggregateKey, (u64, usize)>>);

impl Floors {
    /// Until the guard is dropped, loads of `key` reach at least `seq`; [`u64::MAX`]: always ask the leader.
    pub(crate) fn raise(log: &EventLog, key: &AggregateKey, seq: u64) -> FloorGuard {
        let mut floors = log.inner.floors.lock();
        let floor = floors.entry(key.clone()).or_insert((0, 0));
        floor.0 = floor.0.max(seq);
        floor.1 += 1;
        FloorGuard {
            log: log.clone(),
            key: key.clone(),
        }
    }

    pub(crate) fn of(&self, key: &AggregateKey) -> u64 {
        self.lock().get(key).map_or(0, |floor| floor.0)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AggregateKey, (u64, usize)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct FloorGuard {
    log: EventLog,
    key: AggregateKey,
}

impl Drop for FloorGuard {
    fn drop(&mut self) {
        let mut floors = self.log.inner.floors.lock();
        if let Some(floor) = floors.get_mut(&self.key) {
            floor.1 -= 1;
            if floor.1 == 0 {
                floors.remove(&self.key);
            }
        }
    }
}
