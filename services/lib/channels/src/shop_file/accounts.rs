//! The `[[channel]]` sections of a seller's file: which accounts there are and what opens them.

use schemas::shop::ChannelSettings;
use secrecy::{ExposeSecret, SecretString};
use toml::Value;

use super::{AvitoCredentials, ChannelCredentials, TelegramCredentials, fields::Section};

/// Shortest webhook secret: it is all that keeps strangers out of the webhook.
const SECRET_LENGTH: std::ops::RangeInclusive<usize> = 16..=256;

pub(super) fn channels(root: &mut Section<'_, '_>) -> Vec<ChannelCredentials> {
    let fix = "write [[channel]] with kind = \"avito\", \"telegram\" or \"web\"";
    let list = match root.take("channel") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(_) => {
            root.fault("channel", "it is not a list of channels", fix);
            return Vec::new();
        }
        None => {
            root.missing("channel", fix);
            return Vec::new();
        }
    };
    let mut channels: Vec<ChannelCredentials> = Vec::new();
    for (number, value) in (1..).zip(list) {
        let path = format!("channel[{number}]");
        let Value::Table(table) = value else {
            root.fault(&path, "it is not a table", fix);
            continue;
        };
        let Some(read) = channel(Section::new(root.file, &path, table), fix) else {
            continue;
        };
        let same = |other: &&ChannelCredentials| {
            other.kind() == read.kind() && other.account() == read.account()
        };
        if channels.iter().any(|other| same(&other)) {
            root.fault(
                &path,
                "this account is there already",
                "remove one of the two",
            );
        }
        channels.push(read);
    }
    channels
}

fn channel(mut channel: Section<'_, '_>, fix: &str) -> Option<ChannelCredentials> {
    let kind = channel.required("kind", fix)?;
    let read = match kind.as_str() {
        "avito" => avito(&mut channel),
        "telegram" => telegram(&mut channel),
        "web" => Some(ChannelCredentials::Web),
        other => {
            channel.fault("kind", format!("{other:?} is not a kind of channel"), fix);
            return None;
        }
    };
    channel.finish();
    read
}

fn avito(channel: &mut Section<'_, '_>) -> Option<ChannelCredentials> {
    let user_id = user_id(channel);
    let client_id = channel.secret("client_id", "copy it from the account's API page");
    let client_secret = channel.secret("client_secret", "copy it from the account's API page");
    let fix = "write a random text of 32 letters and digits";
    let webhook_secret = channel.secret("webhook_secret", fix);
    let webhook_secret = webhook_secret.filter(|secret| plain_secret(channel, secret));
    let autoreplies = autoreplies(channel);
    Some(ChannelCredentials::Avito(AvitoCredentials {
        user_id: user_id?,
        client_id: client_id?.expose_secret().to_owned(),
        client_secret: client_secret?,
        webhook_secret: webhook_secret?,
        autoreplies,
    }))
}

fn autoreplies(channel: &mut Section<'_, '_>) -> Vec<String> {
    let fix = "write the text, or a list of texts, that Avito is set to answer by itself";
    match channel.take("autoreply") {
        None => Vec::new(),
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) if texts.iter().all(Value::is_str) => {
            let texts = texts.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        Some(_) => {
            channel.fault("autoreply", "it is not a text", fix);
            Vec::new()
        }
    }
}

fn user_id(channel: &mut Section<'_, '_>) -> Option<String> {
    let fix = "write the account's number, as in user_id = 94000311";
    match channel.take("user_id") {
        Some(Value::Integer(id)) if id > 1 => Some(id.to_string()),
        Some(Value::String(id)) if id.parse::<u64>().is_ok_and(|id| id > 1) => Some(id),
        Some(_) => {
            channel.fault("user_id", "it is not an account's number", fix);
            None
        }
        None => {
            channel.missing("user_id", fix);
            None
        }
    }
}

fn telegram(channel: &mut Section<'_, '_>) -> Option<ChannelCredentials> {
    bot(channel).map(ChannelCredentials::Telegram)
}

/// A bot: its token, and its webhook's secret if it has one.
pub(super) fn bot(section: &mut Section<'_, '_>) -> Option<TelegramCredentials> {
    let token = section.secret("token", "copy the token that @BotFather gave")?;
    let webhook_secret = section
        .optional_secret("webhook_secret")
        .filter(|secret| plain_secret(section, secret));
    let bot_id = bot_id(section, &token)?;
    Some(TelegramCredentials {
        token,
        bot_id,
        webhook_secret,
    })
}

fn bot_id(section: &Section<'_, '_>, token: &SecretString) -> Option<String> {
    let parts = token.expose_secret().split_once(':');
    let fits = |(id, rest): &(&str, &str)| id.parse::<u64>().is_ok() && !rest.is_empty();
    let id = parts.filter(fits).map(|(id, _)| id.to_owned());
    if id.is_none() {
        let fix = "copy the whole token that @BotFather gave: digits, a colon, letters";
        section.fault("token", "it is not a bot's token", fix);
    }
    id
}

/// Whether a secret can stand in a path and a header, and is long enough not to be guessed.
fn plain_secret(channel: &Section<'_, '_>, secret: &SecretString) -> bool {
    let secret = secret.expose_secret();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let fits = SECRET_LENGTH.contains(&secret.len()) && secret.bytes().all(plain);
    if !fits {
        let fix = "write 16 to 256 random letters and digits, _ and - (32 are good)";
        channel.fault(
            "webhook_secret",
            "it is too short, too long or has other signs",
            fix,
        );
    }
    fits
}

/// What may be written to the log of a channel.
pub(super) fn settings(channel: &ChannelCredentials) -> ChannelSettings {
    ChannelSettings {
        kind: channel.kind(),
        account: channel.account().to_owned(),
        webhook: match channel {
            ChannelCredentials::Avito(_) => true,
            ChannelCredentials::Telegram(bot) => bot.webhook_secret.is_some(),
            ChannelCredentials::Web => false,
        },
        autoreplies: channel.autoreplies().to_vec(),
    }
}
