//! Avito's access token: got with the account's own credentials, kept, renewed before it runs out.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{
    error::SendError,
    http::{self, Answer, shorten},
    json::text,
};

/// Life of a token when Avito does not say. Source: Avito, "Авторизация", `expires_in`.
const USUAL_LIFE: u64 = 86_400;

/// The token of one account.
pub(super) struct TokenSource {
    url: Url,
    client_id: String,
    client_secret: SecretString,
    current: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    value: SecretString,
    renew_at: Instant,
    dead_at: Instant,
}

impl TokenSource {
    pub(super) fn new(base: &Url, client_id: String, client_secret: SecretString) -> Self {
        Self {
            url: http::url(base, &["token"]),
            client_id,
            client_secret,
            current: Mutex::new(None),
        }
    }

    /// A token to call with. Renews it from 90 % of its life on, and at once when it is the `refused` one.
    ///
    /// The lock is held while Avito is asked, so that many callers make one request.
    pub(super) async fn get(
        &self,
        client: &Client,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, SendError> {
        let mut current = self.current.lock().await;
        let kept = current.as_ref().filter(|token| {
            refused.is_none_or(|refused| refused.expose_secret() != token.value.expose_secret())
        });
        let now = Instant::now();
        if let Some(token) = kept.filter(|token| now < token.renew_at) {
            return Ok(token.value.clone());
        }
        let fallback = kept.filter(|token| now < token.dead_at).cloned();
        match self.ask(client, now).await {
            Ok(token) => {
                let value = token.value.clone();
                *current = Some(token);
                Ok(value)
            }
            Err(error) => fallback.map(|token| token.value).ok_or(error),
        }
    }

    async fn ask(&self, client: &Client, now: Instant) -> Result<Token, SendError> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let answer = http::call(client.post(self.url.clone()).form(&form))
            .await
            .map_err(SendError::before_sending)?;
        let json = answer.json().unwrap_or(Value::Null);
        let Some(value) = text(&json, "access_token").filter(|token| !token.is_empty()) else {
            return Err(refusal(&answer, &json));
        };
        let life = json.get("expires_in").and_then(Value::as_u64);
        let life = Duration::from_secs(life.unwrap_or(USUAL_LIFE));
        let after = |life: Duration| now.checked_add(life).unwrap_or(now);
        Ok(Token {
            value: SecretString::from(value),
            renew_at: after(life.mul_f64(0.9)),
            dead_at: after(life),
        })
    }
}

/// Why no token came. A refusal can come with status 200, so the status alone says nothing.
fn refusal(answer: &Answer, json: &Value) -> SendError {
    let said = text(json, "error_description")
        .or_else(|| text(json, "error"))
        .or_else(|| json.get("error").and_then(|error| text(error, "message")))
        .unwrap_or("no access_token in the answer");
    let reason = format!("token: {}", shorten(said));
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => SendError::NotSent {
            reason,
            retry_after: answer.retry_after(),
        },
        StatusCode::PAYMENT_REQUIRED => SendError::PaymentRequired { reason },
        status if status.is_server_error() => SendError::not_sent(reason),
        _ => SendError::Unauthorised { reason },
    }
}
