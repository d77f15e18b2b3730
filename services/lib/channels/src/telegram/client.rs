//! Calls to the Bot API: the dozen methods that Torg needs.
//!
//! The token is part of every URL, so no URL ever leaves this file: not in errors, not in logs.

use std::{num::NonZeroU32, time::Duration};

use reqwest::{Client, RequestBuilder, Url, multipart};
use schemas::{ProviderId, conversation::ChatAddress};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::{
    UPDATES, message_id,
    wire::{judge, put_keyboard, put_text, recipient, says, sent, unmodified_is_fine, update},
};
use crate::{
    error::{BuildError, FetchError, SendError},
    gate::Gate,
    http,
    json::{id, text},
    outbound::{LARGEST_VOICE, Recording, SentMessage},
};

pub use super::wire::{Button, ButtonAction, Format, Update, WebhookInfo, escape};

/// Where the Bot API is.
pub const BASE_URL: &str = "https://api.telegram.org";
/// Longest wait of one `getUpdates`; the server caps it there. Source: telegram-bot-api, `Client.cpp`.
pub const POLL_SECONDS: u32 = 50;

/// How one bot is reached.
#[derive(Clone, Debug)]
pub struct TelegramConfig {
    /// Usually [`BASE_URL`].
    pub base_url: Url,
    /// `<bot id>:<secret>`.
    pub token: SecretString,
    /// Messages per second over all chats. Source: Bot FAQ, about 30.
    pub per_second: NonZeroU32,
    /// Messages per second in one chat. Source: Bot FAQ, 1.
    pub per_chat: NonZeroU32,
    /// How long one call may take; long polls may take [`POLL_SECONDS`] more.
    pub deadline: Duration,
}

impl TelegramConfig {
    /// A bot with the usual limits: 30 messages per second, 1 per chat, 10 seconds per call.
    #[must_use]
    pub fn new(base_url: Url, token: SecretString) -> Self {
        Self {
            base_url,
            token,
            per_second: NonZeroU32::MIN.saturating_add(29),
            per_chat: NonZeroU32::MIN,
            deadline: Duration::from_secs(10),
        }
    }
}

/// One bot. Cheap to share behind an `Arc`; calls may run side by side.
pub struct TelegramClient {
    base: Url,
    token: SecretString,
    http: Client,
    gate: Gate,
    deadline: Duration,
}

impl TelegramClient {
    /// Makes a client; calls nobody yet.
    ///
    /// # Errors
    /// [`BuildError`] when the process has no TLS provider.
    pub fn new(config: TelegramConfig) -> Result<Self, BuildError> {
        Ok(Self {
            http: http::client(&config.base_url, config.deadline)?,
            gate: Gate::new(config.per_second, Some(config.per_chat)),
            base: config.base_url,
            token: config.token,
            deadline: config.deadline,
        })
    }

    /// The bot's id: the digits before the colon of its token.
    #[must_use]
    pub fn bot_id(&self) -> &str {
        let token = self.token.expose_secret();
        token.split(':').next().unwrap_or_default()
    }

    /// Sends a text of at most 4096 UTF-16 units, without link preview, with `keyboard` under it.
    ///
    /// # Errors
    /// [`SendError`]; after [`SendError::Uncertain`] nobody can be asked whether it arrived.
    pub async fn send_message(
        &self,
        to: &ChatAddress,
        text: &str,
        format: Format,
        keyboard: &[Vec<Button>],
    ) -> Result<SentMessage, SendError> {
        let mut body = recipient(to);
        put_text(&mut body, text, format, keyboard);
        let message = self.in_chat(to, "sendMessage", body).await?;
        sent(to, &message)
    }

    /// Waits for a turn at the rate limits of the bot and of one chat. Nothing is sent.
    ///
    /// # Errors
    /// [`SendError`]; nothing was sent.
    pub async fn admit(&self, chat: &str) -> Result<(), SendError> {
        self.gate.enter(Some(chat)).await
    }

    /// Sends a plain text whose turn has come, see [`Self::admit`].
    ///
    /// # Errors
    /// As [`Self::send_message`].
    pub async fn send_admitted(
        &self,
        to: &ChatAddress,
        text: &str,
    ) -> Result<SentMessage, SendError> {
        let mut body = recipient(to);
        put_text(&mut body, text, Format::Plain, &[]);
        let request = self.request("sendMessage", &Value::Object(body));
        sent(to, &self.noted(request).await?)
    }

    /// Sends a file. A returned [`SentMessage`] has the message's id; the file can be sent again only anew.
    ///
    /// # Errors
    /// As [`Self::send_message`].
    pub async fn send_document(
        &self,
        to: &ChatAddress,
        name: &str,
        mime: &str,
        file: Vec<u8>,
        caption: &str,
    ) -> Result<SentMessage, SendError> {
        let request = self.document(to, name, mime, file, caption)?;
        let message = self.gated(Some(&to.chat), request).await?;
        sent(to, &message)
    }

    /// Sends a file whose turn has come, see [`Self::admit`].
    ///
    /// # Errors
    /// As [`Self::send_message`].
    pub async fn send_document_admitted(
        &self,
        to: &ChatAddress,
        name: &str,
        mime: &str,
        file: Vec<u8>,
        caption: &str,
    ) -> Result<SentMessage, SendError> {
        let request = self.document(to, name, mime, file, caption)?;
        sent(to, &self.noted(request).await?)
    }

    fn document(
        &self,
        to: &ChatAddress,
        name: &str,
        mime: &str,
        file: Vec<u8>,
        caption: &str,
    ) -> Result<RequestBuilder, SendError> {
        let part = multipart::Part::bytes(file)
            .file_name(name.to_owned())
            .mime_str(mime)
            .map_err(|_| SendError::not_sent("the file's type is malformed"))?;
        let mut form = multipart::Form::new()
            .text("chat_id", to.chat.clone())
            .part("document", part);
        if !caption.is_empty() {
            form = form.text("caption", caption.to_owned());
        }
        if let Some(connection) = &to.connection {
            form = form.text("business_connection_id", connection.clone());
        }
        Ok(self.http.post(self.url("sendDocument")).multipart(form))
    }

    /// Replaces text and keyboard of a message of ours. Already being so is a success.
    ///
    /// # Errors
    /// [`SendError::Refused`] when the message is gone; repeating it is harmless.
    pub async fn edit_text(
        &self,
        to: &ChatAddress,
        message: &ProviderId,
        text: &str,
        format: Format,
        keyboard: &[Vec<Button>],
    ) -> Result<(), SendError> {
        let mut body = recipient(to);
        body.insert("message_id".to_owned(), json!(message_id(message)));
        put_text(&mut body, text, format, keyboard);
        unmodified_is_fine(self.in_chat(to, "editMessageText", body).await)
    }

    /// Replaces the keyboard of a message of ours; an empty one removes it. Already being so is a success.
    ///
    /// # Errors
    /// As [`Self::edit_text`].
    pub async fn edit_keyboard(
        &self,
        to: &ChatAddress,
        message: &ProviderId,
        keyboard: &[Vec<Button>],
    ) -> Result<(), SendError> {
        let mut body = recipient(to);
        body.insert("message_id".to_owned(), json!(message_id(message)));
        put_keyboard(&mut body, keyboard);
        unmodified_is_fine(self.in_chat(to, "editMessageReplyMarkup", body).await)
    }

    /// Answers a press, so that the button stops spinning; `text` of at most 200 characters is shown, as an `alert` in a
    /// window that has to be closed. Being too late is a success.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn answer_callback(
        &self,
        callback_id: &str,
        text: &str,
        alert: bool,
    ) -> Result<(), SendError> {
        let body = json!({"callback_query_id": callback_id, "text": text, "show_alert": alert});
        match self
            .gated(None, self.request("answerCallbackQuery", &body))
            .await
        {
            Err(SendError::Refused { reason, .. }) if says(&reason, "query is too old") => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// Shows that something is being written, for 5 seconds or until a message comes.
    ///
    /// # Errors
    /// [`SendError`]; not worth a second try.
    pub async fn send_typing(&self, to: &ChatAddress) -> Result<(), SendError> {
        let mut body = recipient(to);
        body.insert("action".to_owned(), json!("typing"));
        let request = self.request("sendChatAction", &Value::Object(body));
        self.gated(None, request).await.map(drop)
    }

    /// The bot's id and user name.
    ///
    /// # Errors
    /// [`SendError::Unauthorised`] when the token is no bot's.
    pub async fn get_me(&self) -> Result<(String, String), SendError> {
        let me = self.ask("getMe", &json!({})).await?;
        let id = id(&me, "id").ok_or_else(|| SendError::uncertain("no id in the answer"))?;
        Ok((id, text(&me, "username").unwrap_or_default().to_owned()))
    }

    /// Waits up to `timeout` seconds (at most [`POLL_SECONDS`]) for updates from number `offset` on, and confirms all
    /// before it. Ask for the next number only after these are stored.
    ///
    /// # Errors
    /// [`SendError::Refused`] with 409 when a webhook is set or another program asks for the same bot.
    pub async fn get_updates(
        &self,
        offset: Option<i64>,
        limit: u32,
        timeout: u32,
    ) -> Result<Vec<Update>, SendError> {
        let timeout = timeout.min(POLL_SECONDS);
        let mut body = json!({
            "limit": limit.clamp(1, 100), "timeout": timeout, "allowed_updates": UPDATES,
        });
        if let (Some(offset), Some(body)) = (offset, body.as_object_mut()) {
            body.insert("offset".to_owned(), json!(offset));
        }
        let patience = self.deadline + Duration::from_secs(timeout.into());
        let request = self.request("getUpdates", &body).timeout(patience);
        let updates = judge(&http::call(request).await?)?;
        let list = updates.as_array();
        Ok(list.into_iter().flatten().filter_map(update).collect())
    }

    /// Has updates sent to `target`, each with `secret` in the header `X-Telegram-Bot-Api-Secret-Token`.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn set_webhook(&self, target: &str, secret: &SecretString) -> Result<(), SendError> {
        let body = json!({
            "url": target,
            "secret_token": secret.expose_secret(),
            "allowed_updates": UPDATES,
        });
        self.ask("setWebhook", &body).await.map(drop)
    }

    /// Has no more updates sent anywhere; those that wait are kept for [`Self::get_updates`].
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn delete_webhook(&self) -> Result<(), SendError> {
        let body = json!({"drop_pending_updates": false});
        self.ask("deleteWebhook", &body).await.map(drop)
    }

    /// How the webhook is doing.
    ///
    /// # Errors
    /// [`SendError`]; repeating it is harmless.
    pub async fn webhook_info(&self) -> Result<WebhookInfo, SendError> {
        let info = self.ask("getWebhookInfo", &json!({})).await?;
        Ok(WebhookInfo {
            url: text(&info, "url").unwrap_or_default().to_owned(),
            pending: info
                .get("pending_update_count")
                .and_then(Value::as_u64)
                .unwrap_or(0),
            last_error: text(&info, "last_error_message").map(str::to_owned),
        })
    }

    /// The file `id` that somebody sent to the bot.
    ///
    /// # Errors
    /// [`FetchError`]; repeating it is harmless.
    pub async fn voice(&self, id: &str) -> Result<Recording, FetchError> {
        let file = self.ask("getFile", &json!({"file_id": id})).await?;
        let size = file.get("file_size").and_then(Value::as_u64);
        if size.is_some_and(|size| usize::try_from(size).is_ok_and(|size| size > LARGEST_VOICE)) {
            return Err(FetchError::never("the file is too large"));
        }
        // A Bot API server of one's own that runs with `--local` names a place on its disk.
        let path = text(&file, "file_path").filter(|path| !path.starts_with('/'));
        let path = path.ok_or_else(|| FetchError::never("Telegram names no path of it"))?;
        let bot = self.bot();
        let segments: Vec<&str> = ["file", &bot].into_iter().chain(path.split('/')).collect();
        let request = self.http.get(http::url(&self.base, &segments));
        Ok(Recording {
            audio: http::fetch(request, LARGEST_VOICE).await?,
            name: path.to_owned(),
        })
    }

    fn bot(&self) -> String {
        format!("bot{}", self.token.expose_secret())
    }

    fn url(&self, method: &str) -> Url {
        http::url(&self.base, &[&self.bot(), method])
    }

    fn request(&self, method: &str, body: &Value) -> RequestBuilder {
        self.http.post(self.url(method)).json(body)
    }

    /// A call about one chat, behind the limits of the bot and of that chat.
    pub(crate) async fn in_chat(
        &self,
        to: &ChatAddress,
        method: &str,
        body: Map<String, Value>,
    ) -> Result<Value, SendError> {
        let request = self.request(method, &Value::Object(body));
        self.gated(Some(&to.chat), request).await
    }

    async fn gated(&self, chat: Option<&str>, request: RequestBuilder) -> Result<Value, SendError> {
        self.gate.enter(chat).await?;
        self.noted(request).await
    }

    async fn noted(&self, request: RequestBuilder) -> Result<Value, SendError> {
        let outcome = match http::call(request).await {
            Ok(answer) => judge(&answer),
            Err(error) => Err(error),
        };
        self.gate.note(&outcome);
        outcome
    }

    /// A call that is about no chat and counts against no limit of messages.
    async fn ask(&self, method: &str, body: &Value) -> Result<Value, SendError> {
        judge(&http::call(self.request(method, body)).await?)
    }
}
