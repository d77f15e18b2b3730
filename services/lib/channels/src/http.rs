//! One way to call a provider: a client with deadlines, and the answer sorted into what the caller does next.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, RequestBuilder, StatusCode, Url, header::HeaderMap, redirect};
use serde_json::Value;

use crate::error::{BuildError, SendError};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How much of a provider's own words is kept.
const REASON: usize = 200;

/// A provider's whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A client for `base`. Redirects are not followed: a token must not travel to another host. Proxies come from
/// the usual variables, but a loopback address is never proxied.
pub(crate) fn client(base: &Url, deadline: Duration) -> Result<Client, BuildError> {
    let builder = Client::builder()
        .connect_timeout(CONNECT.min(deadline))
        .timeout(deadline)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("torg/", env!("CARGO_PKG_VERSION")));
    let local = matches!(base.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let builder = if local { builder.no_proxy() } else { builder };
    Ok(builder.build()?)
}

/// `base` with `segments` behind it, each percent-encoded. An empty last segment gives a trailing slash.
pub(crate) fn url(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// Sends and reads the whole answer, whatever its status.
///
/// # Errors
/// [`SendError::NotSent`] when no connection came about, [`SendError::Uncertain`] for everything later.
pub(crate) async fn call(request: RequestBuilder) -> Result<Answer, SendError> {
    let response = request.send().await.map_err(broken)?;
    let status = response.status();
    let headers = response.headers().clone();
    let body = response.bytes().await.map_err(broken)?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}

/// What a transport failure means. Holds no URL: Telegram's has the token in it.
fn broken(error: reqwest::Error) -> SendError {
    let what = if error.is_connect() {
        return SendError::not_sent(if error.is_timeout() {
            "connecting took too long"
        } else {
            "no connection"
        });
    } else if error.is_builder() {
        return SendError::not_sent("the request could not be built");
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection broke off"
    };
    tracing::debug!(error = ?error.without_url(), "call to a provider failed");
    SendError::uncertain(what)
}

impl Answer {
    /// The body as JSON; `None` when it is not.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The `Retry-After` header, when it is given in seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(reqwest::header::RETRY_AFTER)?;
        let seconds = value.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

/// At most [`REASON`] characters of what a provider says about a failure.
pub(crate) fn shorten(reason: &str) -> String {
    reason.chars().take(REASON).collect()
}
