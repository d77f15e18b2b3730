//! Calls to Avito's messenger. The 13 operations, the account itself, and nothing of listings, stock or orders.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use jiff::Timestamp;
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url, multipart};
use schemas::ProviderId;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{
    read::{self, Chat, HistoryMessage},
    token::TokenSource,
};
use crate::{
    error::{BuildError, FetchError, SendError},
    gate::Gate,
    http::{self, Answer, shorten},
    json::{id, seconds, text},
    outbound::{LARGEST_VOICE, Recording, SentMessage},
};

/// Where Avito is.
pub const BASE_URL: &str = "https://api.avito.ru";
/// Largest page of a list. Source: Messenger API, `limit`.
pub const PAGE: u32 = 100;
/// What a voice note is: Opus in an MP4 container. Source: Messenger API, `getVoiceFiles`.
const VOICE_NAME: &str = "voice.mp4";

/// How one account is reached.
#[derive(Clone, Debug)]
pub struct AvitoConfig {
    /// Usually [`BASE_URL`].
    pub base_url: Url,
    /// The account's numeric id.
    pub user_id: String,
    /// Of the account's own key pair.
    pub client_id: String,
    /// Of the account's own key pair.
    pub client_secret: SecretString,
    /// Calls per second to this account. Avito names no limit for the messenger; 5 is within what others report.
    pub per_second: NonZeroU32,
    /// How long one call may take.
    pub deadline: Duration,
}

impl AvitoConfig {
    /// An account with the usual limits: 5 calls per second, 10 seconds per call.
    #[must_use]
    pub fn new(
        base_url: Url,
        user_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: SecretString,
    ) -> Self {
        Self {
            base_url,
            user_id: user_id.into(),
            client_id: client_id.into(),
            client_secret,
            per_second: NonZeroU32::MIN.saturating_add(4),
            deadline: Duration::from_secs(10),
        }
    }
}

/// One account at Avito. Cheap to share behind an `Arc`; calls may run side by side.
pub struct AvitoClient {
    base: Url,
    user_id: String,
    http: Client,
    token: TokenSource,
    gate: Gate,
}

impl AvitoClient {
    /// Makes a client; calls nobody yet.
    ///
    /// # Errors
    /// [`BuildError`] when the process has no TLS provider.
    pub fn new(config: AvitoConfig) -> Result<Self, BuildError> {
        Ok(Self {
            http: http::client(&config.base_url, config.deadline)?,
            token: TokenSource::new(&config.base_url, config.client_id, config.client_secret),
            gate: Gate::new(config.per_second, None),
            base: config.base_url,
            user_id: config.user_id,
        })
    }

    /// The account's numeric id.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Sends a text of at most 1000 characters.
    ///
    /// # Errors
    /// [`SendError`]; after [`SendError::Uncertain`] look into [`Self::history`] before sending again.
    pub async fn send_text(&self, chat: &str, text: &str) -> Result<SentMessage, SendError> {
        let body = json!({"message": {"text": text}, "type": "text"});
        let url = self.account("v1", &["chats", chat, "messages"]);
        sent(&self.post(url, &body).await?)
    }

    /// Waits for a turn at the rate limit, and for a token. Nothing is sent.
    ///
    /// # Errors
    /// [`SendError`]; nothing was sent.
    pub async fn admit(&self) -> Result<(), SendError> {
        self.gate.enter(None).await?;
        let token = self.token.get(&self.http, None).await;
        let noted = token.map(|_| ()).map_err(SendError::before_sending);
        if noted.is_err() {
            self.gate.note(&noted);
        }
        noted
    }

    /// Sends a text whose turn has come, see [`Self::admit`].
    ///
    /// # Errors
    /// As [`Self::send_text`].
    pub async fn send_admitted(&self, chat: &str, text: &str) -> Result<SentMessage, SendError> {
        let body = json!({"message": {"text": text}, "type": "text"});
        let url = self.account("v1", &["chats", chat, "messages"]);
        let outcome = self
            .authorised(|http| http.post(url.clone()).json(&body))
            .await;
        self.gate.note(&outcome);
        sent(&outcome?)
    }

    /// Uploads one picture (JPEG, HEIC, GIF, BMP or PNG, at most 24 MB) and returns its id.
    ///
    /// # Errors
    /// [`SendError`]; an upload that nobody refers to has no effect, so it may be repeated.
    pub async fn upload_image(&self, name: &str, picture: Vec<u8>) -> Result<String, SendError> {
        let url = self.account("v1", &["uploadImages"]);
        let answer = self
            .call(|http| {
                let part = multipart::Part::bytes(picture.clone()).file_name(name.to_owned());
                http.post(url.clone())
                    .multipart(multipart::Form::new().part("uploadfile[]", part))
            })
            .await?;
        let id = answer.as_object().and_then(|images| images.keys().next());
        id.cloned()
            .ok_or_else(|| SendError::uncertain("no image id in the answer"))
    }

    /// Sends an uploaded picture.
    ///
    /// # Errors
    /// As [`Self::send_text`].
    pub async fn send_image(&self, chat: &str, image_id: &str) -> Result<SentMessage, SendError> {
        let url = self.account("v1", &["chats", chat, "messages", "image"]);
        sent(&self.post(url, &json!({"image_id": image_id})).await?)
    }

    /// Takes a message back; possible within one hour.
    ///
    /// # Errors
    /// [`SendError::Refused`] when it is too late or not ours.
    pub async fn delete_message(&self, chat: &str, id: &ProviderId) -> Result<(), SendError> {
        let url = self.account("v1", &["chats", chat, "messages", id.as_str()]);
        self.post_empty(url).await.map(drop)
    }

    /// Marks a chat as read.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn mark_read(&self, chat: &str) -> Result<(), SendError> {
        let url = self.account("v1", &["chats", chat, "read"]);
        self.post_empty(url).await.map(drop)
    }

    /// The URLs of voice notes, by their ids. Each is good for one hour.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn voice_files(&self, ids: &[&str]) -> Result<BTreeMap<String, String>, SendError> {
        let mut url = self.account("v1", &["getVoiceFiles"]);
        url.query_pairs_mut()
            .append_pair("voice_ids", &ids.join(","));
        let answer = self.get(url).await?;
        let urls = answer.get("voices_urls").and_then(Value::as_object);
        Ok(urls
            .into_iter()
            .flatten()
            .filter_map(|(id, url)| Some((id.clone(), url.as_str()?.to_owned())))
            .collect())
    }

    /// The voice note `id`. Its URL is another host's, so the token stays here.
    ///
    /// # Errors
    /// [`FetchError`]; repeating it is harmless.
    pub async fn voice(&self, id: &str) -> Result<Recording, FetchError> {
        let files = self.voice_files(&[id]).await?;
        let address = files.get(id).and_then(|address| Url::parse(address).ok());
        let address = address.ok_or_else(|| FetchError::never("Avito names no address of it"))?;
        if !http::may_fetch(&address, &self.base) {
            return Err(FetchError::never(
                "Avito names an address that is not https",
            ));
        }
        let audio = http::fetch(self.http.get(address), LARGEST_VOICE).await?;
        Ok(Recording {
            audio,
            name: VOICE_NAME.to_owned(),
        })
    }

    /// The URLs that this account's webhooks go to.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn subscriptions(&self) -> Result<Vec<String>, SendError> {
        let url = http::url(&self.base, &["messenger", "v1", "subscriptions"]);
        let answer = self.post_empty(url).await?;
        let list = answer.get("subscriptions").and_then(Value::as_array);
        Ok(list
            .into_iter()
            .flatten()
            .filter_map(|one| text(one, "url").map(str::to_owned))
            .collect())
    }

    /// Has webhooks (version 3) sent to `target`. May replace another program's subscription: look at
    /// [`Self::subscriptions`] first.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn register_webhook(&self, target: &str) -> Result<(), SendError> {
        let url = http::url(&self.base, &["messenger", "v3", "webhook"]);
        self.post(url, &json!({"url": target})).await.map(drop)
    }

    /// Has no more webhooks sent to `target`.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn unsubscribe(&self, target: &str) -> Result<(), SendError> {
        let url = http::url(&self.base, &["messenger", "v1", "webhook", "unsubscribe"]);
        self.post(url, &json!({"url": target})).await.map(drop)
    }

    /// Puts a user on the account's blacklist. `reason`: 1 spam, 2 fraud, 3 insults, 4 other.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn blacklist(
        &self,
        user: u64,
        item: Option<u64>,
        reason: u8,
    ) -> Result<(), SendError> {
        let context = match item {
            Some(item) => json!({"item_id": item, "reason_id": reason}),
            None => json!({"reason_id": reason}),
        };
        let body = json!({"users": [{"user_id": user, "context": context}]});
        let url = self.account("v2", &["blacklist"]);
        self.post(url, &body).await.map(drop)
    }

    /// A page of chats, newest first. `offset` may be at most 1000.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn chats(
        &self,
        unread_only: bool,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<Chat>, SendError> {
        let mut url = self.account("v2", &["chats"]);
        url.query_pairs_mut()
            .append_pair("unread_only", if unread_only { "true" } else { "false" })
            .append_pair("chat_types", "u2i,u2u")
            .append_pair("limit", &limit.clamp(1, PAGE).to_string())
            .append_pair("offset", &offset.to_string());
        let answer = self.get(url).await?;
        let chats = answer.get("chats").and_then(Value::as_array);
        Ok(chats
            .into_iter()
            .flatten()
            .filter_map(|chat| read::chat(chat, &self.user_id))
            .collect())
    }

    /// One chat.
    ///
    /// # Errors
    /// [`SendError::Refused`] when there is no such chat.
    pub async fn chat(&self, chat: &str) -> Result<Chat, SendError> {
        let answer = self.get(self.account("v2", &["chats", chat])).await?;
        read::chat(&answer, &self.user_id).ok_or_else(|| SendError::uncertain("not a chat"))
    }

    /// A page of a chat's messages, newest first; does not mark them as read. `offset` may be at most 1000, and
    /// new messages shift it: merge pages by id.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn history(
        &self,
        chat: &str,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<HistoryMessage>, SendError> {
        let mut url = self.account("v3", &["chats", chat, "messages", ""]);
        url.query_pairs_mut()
            .append_pair("limit", &limit.clamp(1, PAGE).to_string())
            .append_pair("offset", &offset.to_string());
        let answer = self.get(url).await?;
        let messages = answer.get("messages").unwrap_or(&answer).as_array();
        let messages = messages.ok_or_else(|| SendError::uncertain("history is not a list"))?;
        Ok(messages
            .iter()
            .filter_map(|message| read::history(message, &self.user_id))
            .collect())
    }

    /// The id and name of the account that the credentials belong to.
    ///
    /// # Errors
    /// [`SendError::Unauthorised`] when they belong to none.
    pub async fn self_account(&self) -> Result<(String, String), SendError> {
        let url = http::url(&self.base, &["core", "v1", "accounts", "self"]);
        let answer = self.get(url).await?;
        let id = id(&answer, "id").ok_or_else(|| SendError::uncertain("no id in the answer"))?;
        Ok((id, text(&answer, "name").unwrap_or_default().to_owned()))
    }

    fn account(&self, version: &str, rest: &[&str]) -> Url {
        let mut segments = vec!["messenger", version, "accounts", self.user_id.as_str()];
        segments.extend(rest);
        http::url(&self.base, &segments)
    }

    async fn get(&self, url: Url) -> Result<Value, SendError> {
        self.call(|http| http.request(Method::GET, url.clone()))
            .await
    }

    async fn post(&self, url: Url, body: &Value) -> Result<Value, SendError> {
        self.call(|http| http.post(url.clone()).json(body)).await
    }

    async fn post_empty(&self, url: Url) -> Result<Value, SendError> {
        self.call(|http| http.post(url.clone())).await
    }

    /// One call with a token; a second one with a fresh token when the first is not let in.
    async fn call(&self, build: impl Fn(&Client) -> RequestBuilder) -> Result<Value, SendError> {
        self.gate.enter(None).await?;
        let outcome = self.authorised(build).await;
        self.gate.note(&outcome);
        outcome
    }

    async fn authorised(
        &self,
        build: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Value, SendError> {
        let token = self.token.get(&self.http, None).await?;
        let answer = http::call(build(&self.http).bearer_auth(token.expose_secret())).await?;
        if !token_refused(&answer) {
            return judge(&answer);
        }
        let token = self.token.get(&self.http, Some(&token)).await?;
        judge(&http::call(build(&self.http).bearer_auth(token.expose_secret())).await?)
    }
}

/// Whether a fresh token could help. An HTML page comes from the edge, which knows no tokens.
fn token_refused(answer: &Answer) -> bool {
    matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    ) && !is_page(answer)
}

fn is_page(answer: &Answer) -> bool {
    let start = answer.body.iter().find(|byte| !byte.is_ascii_whitespace());
    start == Some(&b'<')
}

/// Sorts an answer. Success is JSON or an empty body.
fn judge(answer: &Answer) -> Result<Value, SendError> {
    if answer.status.is_success() {
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        return answer
            .json()
            .ok_or_else(|| SendError::uncertain("the answer is not JSON"));
    }
    let reason = reason(answer);
    Err(match answer.status {
        StatusCode::TOO_MANY_REQUESTS => SendError::NotSent {
            reason,
            retry_after: answer.retry_after(),
        },
        StatusCode::PAYMENT_REQUIRED => SendError::PaymentRequired { reason },
        StatusCode::FORBIDDEN if is_page(answer) => SendError::not_sent(reason),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SendError::Unauthorised { reason },
        StatusCode::REQUEST_TIMEOUT => SendError::Uncertain { reason },
        status if status.is_server_error() => SendError::Uncertain { reason },
        status => SendError::Refused {
            status: status.as_u16(),
            reason,
        },
    })
}

/// What Avito says about a failure, in any of its shapes.
fn reason(answer: &Answer) -> String {
    if is_page(answer) {
        return format!("{} from the edge", answer.status.as_u16());
    }
    let json = answer.json().unwrap_or(Value::Null);
    let said = json
        .get("error")
        .and_then(|error| text(error, "message"))
        .or_else(|| text(&json, "message"))
        .unwrap_or("no reason given");
    format!("{} {}", answer.status.as_u16(), shorten(said))
}

/// The receipt of a sent message.
fn sent(answer: &Value) -> Result<SentMessage, SendError> {
    let id = id(answer, "id").ok_or_else(|| SendError::uncertain("no message id in the answer"))?;
    Ok(SentMessage {
        id: ProviderId::new(id),
        created: seconds(answer, "created").unwrap_or(Timestamp::UNIX_EPOCH),
    })
}
