//! Telling providers where an installation's webhooks are.

use std::time::Duration;

use reqwest::Url;
use schemas::ShopId;

use crate::{
    error::{BuildError, SendError},
    options::Options,
    outbound::Outbound,
    shop_file::ChannelCredentials,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The provider knows the address.
    Webhook,
    /// The provider is asked for updates: there is nothing to register.
    Polled,
    /// Torg's own chat page: there is nobody to tell.
    OwnPage,
}

/// Why the provider does not know the address.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Avito tells one program of an account's messages, and it is another one.
    #[error("another program has the webhook of this account")]
    OtherProgram,
    /// The provider does not take it.
    #[error("the provider does not take the address")]
    Send(#[from] SendError),
    /// There is nobody to tell it with.
    #[error(transparent)]
    Client(#[from] BuildError),
}

/// Has the webhooks of one channel sent to this installation. `public`: ingest's address as providers reach it;
/// `takeover`: also when another program would hear nothing any more.
///
/// # Errors
/// [`RegisterError`]; repeating it is harmless.
pub async fn register(
    credentials: &ChannelCredentials,
    shop: &ShopId,
    public: &Url,
    takeover: bool,
    providers: &Options,
    deadline: Duration,
) -> Result<Registered, RegisterError> {
    let base = public.as_str().trim_end_matches('/');
    let client = Outbound::connect(credentials, providers, deadline)?;
    match (credentials, client) {
        (ChannelCredentials::Avito(avito), Outbound::Avito(client)) => {
            let target = format!("{base}{}", avito.webhook_path(shop));
            let known = client.subscriptions().await?;
            if !takeover && known.iter().any(|url| !url.starts_with(base)) {
                return Err(RegisterError::OtherProgram);
            }
            client.register_webhook(&target).await?;
            Ok(Registered::Webhook)
        }
        (ChannelCredentials::Telegram(bot), Outbound::Telegram(client)) => {
            let Some(secret) = &bot.webhook_secret else {
                return Ok(Registered::Polled);
            };
            let target = format!("{base}/webhooks/telegram/{shop}");
            client.set_webhook(&target, secret).await?;
            Ok(Registered::Webhook)
        }
        _ => Ok(Registered::OwnPage),
    }
}
