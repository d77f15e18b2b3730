//! One signed message to one of a shop's other systems, by the Standard Webhooks specification.
//!
//! An address comes from a seller's file and may be anybody's, so it is looked up once, checked, and the connection goes
//! to the address that was checked: see [`address`]. Deliberately absent: retries, a queue, redirects, proxies, and what
//! the other system says beyond its status.

pub mod address;
mod sign;

use std::{error::Error as _, time::Duration};

use reqwest::{Client, StatusCode, Url, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{error::BuildError, http::retry_after};
use address::{Checked, Forbidden, Reach};

pub use sign::{BadSecret, Key};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// What opens one of a shop's other systems.
#[derive(Clone, Debug)]
pub struct HookCredentials {
    /// Its name in this shop.
    pub name: String,
    /// Where it is; may hold a secret.
    pub address: SecretString,
    /// What messages are signed with: by each of them, so that a secret can be changed without a gap.
    pub keys: Vec<Key>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The same in every attempt.
    pub id: &'a str,
    /// When this attempt is made, seconds since 1970.
    pub timestamp: i64,
    /// JSON.
    pub body: &'a str,
}

/// Why a message was not taken. Holds no address: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// It may be taken later.
    #[error("{reason}")]
    Later {
        /// What happened.
        reason: String,
        /// How long the other system wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The other system wants no more messages.
    #[error("it answered 410: it wants no more messages")]
    Gone,
    /// The address may not be called; nothing was.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

impl HookError {
    fn later(reason: impl Into<String>) -> Self {
        Self::Later {
            reason: reason.into(),
            retry_after: None,
        }
    }
}

/// Sends messages.
#[derive(Clone, Debug)]
pub struct HookClient {
    http: Client,
    reach: Reach,
}

impl HookClient {
    /// A client that may go as far as `reach`, and waits for an answer for `deadline`.
    ///
    /// # Errors
    /// [`BuildError`] when TLS cannot be set up.
    pub fn new(reach: Reach, deadline: Duration) -> Result<Self, BuildError> {
        let http = Client::builder()
            .connect_timeout(CONNECT.min(deadline))
            .timeout(deadline)
            // Another host may be behind one, and nobody has checked that.
            .redirect(redirect::Policy::none())
            // A proxy would look the address up anew, behind our back.
            .no_proxy()
            .no_gzip()
            .dns_resolver(Checked::new(reach))
            .user_agent(concat!("torg/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, reach })
    }

    /// Makes one attempt; the status with which the message was taken.
    ///
    /// # Errors
    /// [`HookError`].
    pub async fn post(
        &self,
        to: &HookCredentials,
        message: &Message<'_>,
    ) -> Result<u16, HookError> {
        let url = Url::parse(to.address.expose_secret())
            .map_err(|_| HookError::Forbidden(Forbidden::Url("it is no address")))?;
        self.reach.check_url(&url)?;
        let signatures: Vec<_> = to.keys.iter().map(|key| key.sign(message)).collect();
        let request = self
            .http
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", signatures.join(" "))
            .body(message.body.to_owned());
        // The body of the answer is never read: nothing in it matters, however long it is.
        let response = request.send().await.map_err(broken)?;
        let status = response.status();
        if status.is_success() {
            return Ok(status.as_u16());
        }
        if status == StatusCode::GONE {
            return Err(HookError::Gone);
        }
        Err(HookError::Later {
            reason: format!("it answered {}", status.as_u16()),
            retry_after: retry_after(response.headers()),
        })
    }
}

/// What a transport failure means. The error's own words hold the address.
fn broken(error: reqwest::Error) -> HookError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return HookError::Forbidden(forbidden.clone());
        }
        cause = inner.source();
    }
    HookError::later(if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    })
}
