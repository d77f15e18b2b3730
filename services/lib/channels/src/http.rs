//! One way to call a provider: a client with deadlines, and the answer sorted into what the caller does next.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, RequestBuilder, StatusCode, Url, header::HeaderMap, redirect};
use serde_json::Value;

use crate::error::{BuildError, FetchError, SendError};

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
    let builder = if is_local(base) {
        builder.no_proxy()
    } else {
        builder
    };
    Ok(builder.build()?)
}

/// Whether a file may be fetched from an address that the provider at `base` named: over TLS, or from a stand-in
/// that listens on this machine and named itself.
pub(crate) fn may_fetch(address: &Url, base: &Url) -> bool {
    address.scheme() == "https" || (is_local(base) && address.origin() == base.origin())
}

fn is_local(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
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

/// Reads a file of at most `largest` bytes. More is not even read.
///
/// # Errors
/// [`FetchError::NotNow`] for everything that may pass.
pub(crate) async fn fetch(request: RequestBuilder, largest: usize) -> Result<Bytes, FetchError> {
    let mut response = request.send().await.map_err(broken)?;
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(FetchError::NotNow {
            reason: "the server of the file wants fewer calls".to_owned(),
            retry_after: retry_after(response.headers()),
        });
    }
    if status == StatusCode::REQUEST_TIMEOUT || status.is_server_error() {
        let reason = format!("the server of the file answered {}", status.as_u16());
        return Err(FetchError::not_now(reason));
    }
    if !status.is_success() {
        // A redirect is one of these: it is not followed.
        let reason = format!("the server of the file answered {}", status.as_u16());
        return Err(FetchError::never(reason));
    }
    let mut file = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if file.len().saturating_add(chunk.len()) > largest {
            return Err(FetchError::never("the file is too large"));
        }
        file.extend_from_slice(&chunk);
    }
    Ok(file.freeze())
}

/// What a transport failure means. Holds no URL: Telegram's has the token in it.
pub(crate) fn broken(error: reqwest::Error) -> SendError {
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
        retry_after(&self.headers)
    }
}

pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(reqwest::header::RETRY_AFTER)?;
    let seconds = value.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// At most [`REASON`] characters of what a provider says about a failure.
pub(crate) fn shorten(reason: &str) -> String {
    reason.chars().take(REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_fetched_over_tls_or_from_a_stand_in_that_names_itself() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (real, local) = (url("https://api.avito.ru"), url("http://127.0.0.1:8090/"));
        for address in ["https://cdn.example/a.mp4?sign=1", "https://api.avito.ru/a"] {
            assert!(may_fetch(&url(address), &real), "{address}");
        }
        assert!(may_fetch(&url("http://127.0.0.1:8090/voice/a.mp4"), &local));
        for address in [
            "http://cdn.example/a.mp4",
            "http://127.0.0.1:8090/a.mp4",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "ftp://cdn.example/a.mp4",
        ] {
            assert!(!may_fetch(&url(address), &real), "{address}");
        }
        for address in [
            "http://127.0.0.1:5432/",
            "http://localhost:8090/a.mp4",
            "http://cdn.example/a.mp4",
            "http://127.0.0.1:8090@cdn.example/a.mp4",
        ] {
            assert!(!may_fetch(&url(address), &local), "{address}");
        }
    }
}
