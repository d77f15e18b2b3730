//! Where providers are, as the command line and the environment say.

use std::num::NonZeroU32;

use clap::Args;
use reqwest::Url;

/// Addresses and limits of providers; flatten it into a service's own options.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
#[command(next_help_heading = "Providers")]
#[group(id = "providers")]
pub struct Options {
    /// Avito's API
    #[arg(
        long,
        env = "TORG_AVITO_BASE_URL",
        value_name = "URL",
        default_value = "https://api.avito.ru"
    )]
    pub avito_base_url: Url,
    /// Telegram's Bot API
    #[arg(
        long,
        env = "TORG_TELEGRAM_BASE_URL",
        value_name = "URL",
        default_value = "https://api.telegram.org"
    )]
    pub telegram_base_url: Url,
    /// Google's spreadsheets that are shared by link
    #[arg(
        long,
        env = "TORG_SHEETS_BASE_URL",
        value_name = "URL",
        default_value = "https://docs.google.com"
    )]
    pub sheets_base_url: Url,
    /// Calls per second to one Avito account; Avito names no limit for its messenger
    #[arg(
        long,
        env = "TORG_AVITO_PER_SECOND",
        value_name = "N",
        default_value = "5"
    )]
    pub avito_per_second: NonZeroU32,
    /// Messages per second of one Telegram bot over all chats
    #[arg(
        long,
        env = "TORG_TELEGRAM_PER_SECOND",
        value_name = "N",
        default_value = "30"
    )]
    pub telegram_per_second: NonZeroU32,
}
