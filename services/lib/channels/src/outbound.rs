//! Sending over whichever provider a chat is on.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use jiff::Timestamp;
use schemas::{ProviderId, conversation::ChatAddress};

use crate::{
    avito::{self, AvitoClient, AvitoConfig, HistoryMessage},
    error::{BuildError, FetchError, SendError},
    options::Options,
    shop_file::ChannelCredentials,
    split::{AVITO_LIMIT, TELEGRAM_LIMIT},
    telegram::{TelegramClient, TelegramConfig},
};

/// How far the provider's clock may be behind ours before its history is misread.
const SKEW: Duration = Duration::from_secs(60);
/// How many pages of history are read at most: 300 messages since the attempt is no usual chat.
const PAGES: u32 = 3;
/// Longest text on the web chat's page; it has no limit of its own.
const WEB_LIMIT: usize = 4096;
/// Largest voice note, bytes. Source: Bot API, `getFile`; Avito names no limit.
pub(crate) const LARGEST_VOICE: usize = 20 * 1024 * 1024;

/// A provider's receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    /// Its id there; the echo has the same.
    pub id: ProviderId,
    /// When the provider says it was written, to the second.
    pub created: Timestamp,
}

/// A voice note, as the provider keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Recording {
    /// The file.
    pub audio: Bytes,
    /// Its name; the ending says what is in it.
    pub name: String,
}

/// What a provider's history says about a message whose fate is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It is there.
    Found(ProviderId),
    /// It is not there.
    Absent,
    /// This provider has no history to ask.
    CannotAsk,
}

/// One channel of a shop, ready to send. Clones share the limits and the token.
#[derive(Clone)]
pub enum Outbound {
    /// An Avito account.
    Avito(Arc<AvitoClient>),
    /// A Telegram bot.
    Telegram(Arc<TelegramClient>),
    /// Torg's own chat page, which shows what stands in the log: nothing has to be sent.
    Web,
}

/// A document for a buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// What the file is called.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The type of a PDF. Source: RFC 8118.
const PDF: &str = "application/pdf";
/// Longest caption, UTF-16 units. Source: Bot API, `sendDocument`, field `caption`.
const CAPTION_LIMIT: usize = 1024;

impl Outbound {
    /// Makes the channel that `credentials` open. One call may take `deadline`.
    ///
    /// # Errors
    /// [`BuildError`] when the process has no TLS provider.
    pub fn connect(
        credentials: &ChannelCredentials,
        providers: &Options,
        deadline: Duration,
    ) -> Result<Self, BuildError> {
        Ok(match credentials {
            ChannelCredentials::Avito(avito) => {
                let config = AvitoConfig {
                    per_second: providers.avito_per_second,
                    deadline,
                    ..AvitoConfig::new(
                        providers.avito_base_url.clone(),
                        avito.user_id.clone(),
                        avito.client_id.clone(),
                        avito.client_secret.clone(),
                    )
                };
                Self::Avito(Arc::new(AvitoClient::new(config)?))
            }
            ChannelCredentials::Telegram(bot) => {
                let config = TelegramConfig {
                    per_second: providers.telegram_per_second,
                    deadline,
                    ..TelegramConfig::new(providers.telegram_base_url.clone(), bot.token.clone())
                };
                Self::Telegram(Arc::new(TelegramClient::new(config)?))
            }
            ChannelCredentials::Web => Self::Web,
        })
    }

    /// Waits for a turn at the rate limit, and for what a call needs beforehand. Nothing is sent yet: whoever
    /// records the intent to send does so behind this, so that an intent never stands around waiting.
    ///
    /// # Errors
    /// [`SendError`]; nothing was sent.
    pub async fn admit(&self, to: &ChatAddress) -> Result<(), SendError> {
        match self {
            Self::Avito(client) => client.admit().await,
            Self::Telegram(client) => client.admit(&to.chat).await,
            Self::Web => Ok(()),
        }
    }

    /// The longest text it accepts, in UTF-16 units.
    #[must_use]
    pub const fn limit_utf16(&self) -> usize {
        match self {
            Self::Avito(_) => AVITO_LIMIT,
            Self::Telegram(_) => TELEGRAM_LIMIT,
            Self::Web => WEB_LIMIT,
        }
    }

    /// Sends `text`, behind [`Self::admit`]. `key` names this part of this reply; the web chat uses it as the
    /// message's id, the others have no use for it, because they know no idempotency keys.
    ///
    /// # Errors
    /// [`SendError`], whose variants say what to do.
    pub async fn send(
        &self,
        to: &ChatAddress,
        text: &str,
        key: &str,
    ) -> Result<SentMessage, SendError> {
        match self {
            Self::Avito(client) => client.send_admitted(&to.chat, text).await,
            Self::Telegram(client) => client.send_admitted(to, text).await,
            Self::Web => Ok(SentMessage {
                id: ProviderId::new(key),
                created: Timestamp::UNIX_EPOCH,
            }),
        }
    }

    /// Sends a PDF with `text` as its caption, behind [`Self::admit`], when [`Self::takes_file_with`] says so; else the
    /// text alone.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn send_with(
        &self,
        to: &ChatAddress,
        text: &str,
        pdf: &Pdf,
        key: &str,
    ) -> Result<SentMessage, SendError> {
        match self {
            Self::Telegram(client) if self.takes_file_with(text) => {
                let file = pdf.bytes.clone();
                let sent = client.send_document_admitted(to, &pdf.file_name, PDF, file, text);
                sent.await
            }
            Self::Telegram(_) | Self::Avito(_) | Self::Web => self.send(to, text, key).await,
        }
    }

    /// Whether a file can go with a text of this length.
    #[must_use]
    pub fn takes_file_with(&self, text: &str) -> bool {
        match self {
            Self::Telegram(_) => text.encode_utf16().count() <= CAPTION_LIMIT,
            Self::Avito(_) | Self::Web => false,
        }
    }

    /// Fetches the voice note that the provider knows as `file`.
    ///
    /// # Errors
    /// [`FetchError`], whose variants say whether to try again.
    pub async fn voice(&self, file: &str) -> Result<Recording, FetchError> {
        match self {
            Self::Avito(client) => client.voice(file).await,
            Self::Telegram(client) => client.voice(file).await,
            Self::Web => Err(FetchError::never("the web chat has no voice notes")),
        }
    }

    /// Looks whether `text` was sent to `to` at or after `since`, as a message that is not `known` to be another
    /// one of ours.
    ///
    /// # Errors
    /// [`SendError`] when the history could not be read; ask again later.
    pub async fn find_sent(
        &self,
        to: &ChatAddress,
        text: &str,
        since: Timestamp,
        known: &(dyn Fn(&ProviderId) -> bool + Sync),
    ) -> Result<Lookup, SendError> {
        match self {
            Self::Avito(client) => find_in_history(client, &to.chat, text, since, known).await,
            Self::Telegram(_) => Ok(Lookup::CannotAsk),
            Self::Web => Ok(Lookup::Absent),
        }
    }
}

async fn find_in_history(
    client: &AvitoClient,
    chat: &str,
    text: &str,
    since: Timestamp,
    known: &(dyn Fn(&ProviderId) -> bool + Sync),
) -> Result<Lookup, SendError> {
    let since = since.saturating_sub(SKEW).unwrap_or(Timestamp::MIN);
    let ours = |message: &HistoryMessage| {
        message.outgoing
            && message.created >= since
            && same_words(message.content.text(), text)
            && !known(&message.id)
    };
    for page in 0..PAGES {
        let offset = page.saturating_mul(avito::client::PAGE);
        let messages = client.history(chat, avito::client::PAGE, offset).await?;
        if let Some(found) = messages.iter().find(|message| ours(message)) {
            return Ok(Lookup::Found(found.id.clone()));
        }
        let older = messages.iter().any(|message| message.created < since);
        if older || messages.len() < usize::try_from(avito::client::PAGE).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(Lookup::Absent)
}

/// Whether two texts are the same but for the spaces, which a provider may trim or exchange.
fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
