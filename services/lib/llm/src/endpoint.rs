//! One endpoint: its address, key and breaker, and the one way to call it.
//!
//! Redirects are not followed, because a key must not travel to another host. The deadline covers connecting,
//! waiting and the whole body, and a body is read only as far as an honest one goes.

use std::{
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Certificate, Client, RequestBuilder, Response, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use crate::{
    breaker::{Breaker, Limits, Outcome, Ticket},
    failure::Failure,
    rejection,
    secret::Secret,
};

/// How long connecting may take, when the deadline leaves that much.
const CONNECT: Duration = Duration::from_secs(3);
/// Failures in a row after which an endpoint is left alone: a buyer of every one of them waited for the deadline.
const FAILURES: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);
/// How long it is left alone first. The next buyer after that waits for its trial.
const PAUSE: Duration = Duration::from_secs(15);
/// How long it is left alone at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Where an endpoint is and how it is spoken to.
#[derive(Clone, Debug)]
pub struct EndpointConfig {
    /// The address up to and without `/chat/completions` and the like; `https://api.openai.com/v1`.
    pub base_url: Url,
    /// Sent as `Authorization: Bearer`, when there is one.
    pub key: Option<Secret>,
    /// Headers of every call besides, such as `OpenAI-Project`.
    pub headers: Vec<(HeaderName, Secret)>,
    /// Trusted beside the system's own root certificates.
    pub roots: Vec<Certificate>,
    /// How long a call may take as a whole.
    pub deadline: Duration,
    /// When it is left alone.
    pub breaker: Limits,
}

impl EndpointConfig {
    /// An endpoint with nothing special about it: no key, no headers, the system's certificates.
    #[must_use]
    pub fn new(base_url: Url, deadline: Duration) -> Self {
        Self {
            base_url,
            key: None,
            headers: Vec::new(),
            roots: Vec::new(),
            deadline,
            breaker: Limits {
                failures: FAILURES,
                pause: PAUSE,
                longest_pause: LONGEST_PAUSE,
                trial: deadline,
            },
        }
    }
}

/// Why an endpoint cannot be used at all; found at the start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The key has characters that no header may have, a line end for instance.
    #[error("the key holds characters that cannot be sent in a header")]
    Key,
    /// A header's value has such characters.
    #[error("the value of header {0} holds characters that cannot be sent")]
    Header(HeaderName),
    /// No TLS provider is installed, or no usable certificates are there.
    #[error("could not make an HTTP client")]
    Client(#[from] reqwest::Error),
}

/// One endpoint.
#[derive(Debug)]
pub(crate) struct Endpoint {
    client: Client,
    base: Url,
    deadline: Duration,
    /// What it is for, in log lines.
    purpose: &'static str,
    breaker: Mutex<Breaker>,
}

impl Endpoint {
    /// Makes the client. Proxies come from the usual variables, but a loopback address is never proxied.
    pub(crate) fn new(purpose: &'static str, config: EndpointConfig) -> Result<Self, BuildError> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.key {
            let value = format!("Bearer {}", key.expose());
            headers.insert(AUTHORIZATION, secret_value(&value).ok_or(BuildError::Key)?);
        }
        for (name, value) in config.headers {
            match secret_value(value.expose()) {
                Some(value) => headers.insert(name, value),
                None => return Err(BuildError::Header(name)),
            };
        }
        let builder = Client::builder()
            .connect_timeout(CONNECT.min(config.deadline))
            .redirect(redirect::Policy::none())
            .default_headers(headers)
            .tls_certs_merge(config.roots)
            .user_agent(concat!("torg/", env!("CARGO_PKG_VERSION")));
        let builder = if is_loopback(&config.base_url) {
            builder.no_proxy()
        } else {
            builder
        };
        Ok(Self {
            client: builder.build()?,
            base: config.base_url,
            deadline: config.deadline,
            purpose,
            breaker: Mutex::new(Breaker::new(config.breaker)),
        })
    }

    /// A POST to the endpoint's address with `segments` behind it.
    pub(crate) fn post(&self, segments: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        self.client.post(url)
    }

    /// Calls, unless the endpoint is resting, and lets `read` make sense of an answer of at most `largest` bytes.
    pub(crate) async fn call<T>(
        &self,
        request: RequestBuilder,
        largest: usize,
        read: impl FnOnce(&[u8]) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let admitted = self.breaker().admit(Instant::now());
        let ticket = admitted.map_err(|retry_after| Failure::BreakerOpen { retry_after })?;
        let answer = tokio::time::timeout(self.deadline, fetch(request, largest)).await;
        let answer = answer.unwrap_or(Err(Failure::TimedOut));
        let result = answer.and_then(|body| read(&body));
        self.report(ticket, result.as_ref().err());
        result
    }

    /// Whether calls are turned away now, for health answers.
    pub(crate) fn is_resting(&self) -> bool {
        self.breaker().is_open(Instant::now())
    }

    fn report(&self, ticket: Ticket, failure: Option<&Failure>) {
        let outcome = match failure {
            Some(Failure::RateLimited {
                retry_after: Some(wait),
            }) => Outcome::AskedToWait(*wait),
            Some(failure) if failure.is_transient() => Outcome::Failed,
            Some(_) | None => Outcome::Answered,
        };
        let now = Instant::now();
        let mut breaker = self.breaker();
        breaker.report(ticket, now, outcome);
        let rests = breaker.is_open(now);
        drop(breaker);
        let purpose = self.purpose;
        match failure {
            Some(failure) if rests => {
                tracing::warn!(endpoint.purpose = purpose, %failure, "the endpoint is left alone for a while");
            }
            Some(failure) if failure.needs_operator() => {
                tracing::warn!(endpoint.purpose = purpose, %failure, "the endpoint is of no use as it is set up");
            }
            Some(failure) => {
                tracing::debug!(endpoint.purpose = purpose, %failure, "a call gave nothing usable");
            }
            None => {}
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an address is this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn secret_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

async fn fetch(request: RequestBuilder, largest: usize) -> Result<Bytes, Failure> {
    let mut response = request.send().await.map_err(|error| broken(&error))?;
    let status = response.status();
    let headers = response.headers().clone();
    let body = read_up_to(&mut response, largest).await;
    if status.is_success() {
        return body;
    }
    // The status speaks for itself when the error's body is endless or broken.
    Err(rejection::read(status, &headers, &body.unwrap_or_default()))
}

async fn read_up_to(response: &mut Response, largest: usize) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len().saturating_add(chunk.len()) > largest {
            return Err(Failure::AnswerTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// What a transport failure means. The error itself is not kept: it holds the address.
fn broken(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        // The TLS library's own words; its types are behind three layers of boxes here.
        if inner.to_string().contains("invalid peer certificate") {
            return Failure::Untrusted;
        }
        cause = inner.source();
    }
    Failure::Unavailable { status: None }
}
