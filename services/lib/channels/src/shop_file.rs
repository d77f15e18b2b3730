//! A seller's `shop.toml`: settings that may be written to the log, and credentials that may not.
//!
//! Secrets are a text, `{ env = "NAME" }` or `{ file = "path" }`; paths are relative to the file. All faults are
//! collected before the file is refused, each with its key and the way to mend it.

mod accounts;
mod edit;
mod fields;
mod sections;
mod told;
mod webhooks;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use schemas::{ShopId, conversation::ChannelKind, shop::ShopConfigured};
use secrecy::{ExposeSecret as _, SecretString};

use crate::hook::HookCredentials;

pub use told::{Told, ToldError};

/// Looks up a variable of the environment.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A seller's file, read and checked.
#[derive(Clone, Debug)]
pub struct ShopFile {
    /// What may be written to the log.
    pub settings: ShopConfigured,
    /// What may not.
    pub credentials: Credentials,
}

/// What opens a shop's channels.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// One for each of the settings' channels, in the same order.
    pub channels: Vec<ChannelCredentials>,
    /// The bot that sellers are asked through.
    pub desk: Option<TelegramCredentials>,
    /// The service account's key file, as JSON, for a sheet read through the Sheets API.
    pub google: Option<SecretString>,
    /// One for each of the settings' webhooks, in the same order.
    pub hooks: Vec<HookCredentials>,
}

/// What opens one channel.
#[derive(Clone, Debug)]
pub enum ChannelCredentials {
    /// An Avito account.
    Avito(AvitoCredentials),
    /// A Telegram bot.
    Telegram(TelegramCredentials),
    /// Torg's own chat page.
    Web,
}

/// What opens an Avito account.
#[derive(Clone, Debug)]
pub struct AvitoCredentials {
    /// The account's numeric id.
    pub user_id: String,
    /// Of the account's own key pair.
    pub client_id: String,
    /// Of the account's own key pair.
    pub client_secret: SecretString,
    /// The last part of the webhook's path.
    pub webhook_secret: SecretString,
    /// Texts that Avito sends by itself in the seller's name.
    pub autoreplies: Vec<String>,
}

/// What opens a Telegram bot.
#[derive(Clone, Debug)]
pub struct TelegramCredentials {
    /// `<bot id>:<secret>`.
    pub token: SecretString,
    /// The digits before the colon.
    pub bot_id: String,
    /// What comes in the secret header; `None`: the bot is asked for updates.
    pub webhook_secret: Option<SecretString>,
}

impl AvitoCredentials {
    /// The path of this account's webhook at ingest. It holds the secret: never print it.
    #[must_use]
    pub fn webhook_path(&self, shop: &ShopId) -> String {
        format!(
            "/webhooks/avito/{shop}/{}",
            self.webhook_secret.expose_secret()
        )
    }
}

impl ChannelCredentials {
    /// Texts that the provider sends by itself in the seller's name: they are no takeover.
    #[must_use]
    pub fn autoreplies(&self) -> &[String] {
        match self {
            Self::Avito(avito) => &avito.autoreplies,
            Self::Telegram(_) | Self::Web => &[],
        }
    }

    /// Which provider.
    #[must_use]
    pub const fn kind(&self) -> ChannelKind {
        match self {
            Self::Avito(_) => ChannelKind::Avito,
            Self::Telegram(_) => ChannelKind::Telegram,
            Self::Web => ChannelKind::Web,
        }
    }

    /// The shop's account there.
    #[must_use]
    pub fn account(&self) -> &str {
        match self {
            Self::Avito(avito) => &avito.user_id,
            Self::Telegram(bot) => &bot.bot_id,
            Self::Web => "web",
        }
    }
}

impl ChannelCredentials {
    /// Names these credentials without telling them: another digest means that a client has to be made anew.
    #[must_use]
    pub fn digest(&self) -> String {
        match self {
            Self::Avito(avito) => {
                format!(
                    "{} {}",
                    avito.client_id,
                    crate::secret::digest(&avito.client_secret)
                )
            }
            Self::Telegram(bot) => crate::secret::digest(&bot.token),
            Self::Web => String::new(),
        }
    }
}

impl Credentials {
    /// What opens the other system of this name.
    #[must_use]
    pub fn hook(&self, name: &str) -> Option<&HookCredentials> {
        self.hooks.iter().find(|hook| hook.name == name)
    }

    /// What opens `account` of `kind`.
    #[must_use]
    pub fn channel(&self, kind: ChannelKind, account: &str) -> Option<&ChannelCredentials> {
        self.channels
            .iter()
            .find(|channel| channel.kind() == kind && channel.account() == account)
    }
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `channel[2].token`; empty when it is the file as a whole.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub fix: String,
}

/// Everything that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ShopFileError {
    /// The file.
    pub file: PathBuf,
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ShopFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be used:", self.file.display())?;
        for fault in &self.faults {
            let gap = if fault.key.is_empty() { "" } else { ": " };
            write!(f, "\n  {}{gap}{}; {}", fault.key, fault.problem, fault.fix)?;
        }
        Ok(())
    }
}

impl ShopFile {
    /// Reads and checks the file at `path`.
    ///
    /// # Errors
    /// [`ShopFileError`] with every fault found; show it to the seller as it is.
    pub fn load(path: &Path, env: Env<'_>) -> Result<Self, ShopFileError> {
        let text = std::fs::read_to_string(path).map_err(|error| ShopFileError {
            file: path.to_owned(),
            faults: vec![Fault {
                key: String::new(),
                problem: format!("it cannot be read ({error})"),
                fix: "check the path and that it is a UTF-8 text file".to_owned(),
            }],
        })?;
        Self::parse(&text, path, env)
    }

    /// Checks `text`, which stands in the file at `path`.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(text: &str, path: &Path, env: Env<'_>) -> Result<Self, ShopFileError> {
        sections::read(text, path, env).map_err(|faults| ShopFileError {
            file: path.to_owned(),
            faults,
        })
    }
}
