//! The Telegram bots of a shop, and whom each of them listens to: buyers, the seller's desk, or both.

use channels::{
    ShopFile, secret,
    shop_file::{ChannelCredentials, TelegramCredentials},
};
use secrecy::SecretString;

/// One bot, whichever sections of the seller's file name it.
#[derive(Clone, Debug)]
pub(crate) struct Bot {
    /// The digits before the colon of its token.
    pub(crate) id: String,
    /// Its token.
    pub(crate) token: SecretString,
    /// Whether it is a channel for buyers.
    pub(crate) buyers: bool,
    /// Whether it is the desk's.
    pub(crate) desk: bool,
    /// What its webhook repeats; a bot has one webhook, so any section's secret is that of the bot.
    secrets: Vec<SecretString>,
}

impl Bot {
    fn of(credentials: &TelegramCredentials) -> Self {
        Self {
            id: credentials.bot_id.clone(),
            token: credentials.token.clone(),
            buyers: false,
            desk: false,
            secrets: credentials.webhook_secret.iter().cloned().collect(),
        }
    }

    /// Whether it is asked for its updates, because no webhook of it could be trusted.
    pub(crate) const fn is_polled(&self) -> bool {
        self.secrets.is_empty()
    }
}

/// The bots of a shop, each once.
pub(crate) fn of(file: &ShopFile) -> Vec<Bot> {
    let channels = file.credentials.channels.iter();
    let mut bots: Vec<Bot> = channels
        .filter_map(|channel| match channel {
            ChannelCredentials::Telegram(bot) => Some(Bot {
                buyers: true,
                ..Bot::of(bot)
            }),
            ChannelCredentials::Avito(_) | ChannelCredentials::Web => None,
        })
        .collect();
    if let Some(desk) = &file.credentials.desk {
        match bots.iter_mut().find(|bot| bot.id == desk.bot_id) {
            Some(shared) => {
                shared.desk = true;
                shared.secrets.extend(desk.webhook_secret.clone());
            }
            None => bots.push(Bot {
                desk: true,
                ..Bot::of(desk)
            }),
        }
    }
    bots
}

/// The bot whose secret was given; `None` when it is no bot's. One that belongs to two tells neither from the other,
/// and a seller must never be taken for a buyer: then nobody is let in, and the log says why.
pub(crate) fn by_secret(file: &ShopFile, given: &str) -> Option<Bot> {
    let knows = |bot: &Bot| bot.secrets.iter().any(|own| secret::matches(given, own));
    let mut known = of(file).into_iter().filter(knows);
    let bot = known.next()?;
    if let Some(other) = known.next() {
        tracing::error!(
            shop.id = %file.settings.id,
            "bots {} and {} have the same webhook_secret: give each its own in the shop's file",
            bot.id,
            other.id,
        );
        return None;
    }
    Some(bot)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const CHANNEL: &str = "channel-secret-of-the-buyers-bot";
    const DESK: &str = "desk-secret-of-the-sellers-own-bot";

    /// A shop with the bot 11 for buyers; `channel` and `desk` are lines of their sections.
    fn file(channel: &str, desk: &str) -> ShopFile {
        let text = format!(
            r#"
id = "lavka"
name = "Лавка"
timezone = "Europe/Moscow"
currency = "RUB"
languages = ["ru"]

[sheet]
folder = "./sheet"

[[channel]]
kind = "telegram"
token = "11:AAAA"
{channel}

[desk]
{desk}
sellers = [555]
"#
        );
        ShopFile::parse(&text, Path::new("shop.toml"), &|_| None).unwrap()
    }

    fn secret(text: &str) -> String {
        format!("webhook_secret = \"{text}\"")
    }

    #[test]
    fn the_secret_tells_the_desks_bot_from_the_buyers() {
        let desk = format!("token = \"22:BBBB\"\n{}", secret(DESK));
        let file = file(&secret(CHANNEL), &desk);
        let whose = |given| by_secret(&file, given).map(|bot| (bot.id, bot.buyers, bot.desk));
        assert_eq!(whose(CHANNEL), Some(("11".to_owned(), true, false)));
        assert_eq!(whose(DESK), Some(("22".to_owned(), false, true)));
        assert_eq!(whose("guessed"), None);
        assert_eq!(whose(""), None);
    }

    #[test]
    fn two_bots_with_one_secret_let_nobody_in() {
        let desk = format!("token = \"22:BBBB\"\n{}", secret(CHANNEL));
        assert!(by_secret(&file(&secret(CHANNEL), &desk), CHANNEL).is_none());
    }

    #[test]
    fn one_bot_for_both_is_asked_for_updates_only_when_no_section_has_a_secret() {
        let desk = "token = \"11:AAAA\"";
        let with = format!("{desk}\n{}", secret(DESK));
        for (channel, desk, polled) in [
            (String::new(), desk, true),
            (secret(CHANNEL), desk, false),
            (String::new(), with.as_str(), false),
        ] {
            let bots = of(&file(&channel, desk));
            let [bot] = bots.as_slice() else {
                panic!("{bots:?}")
            };
            assert!(bot.buyers && bot.desk);
            assert_eq!(bot.is_polled(), polled, "{channel} {desk}");
        }
    }
}
