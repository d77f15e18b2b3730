//! The sections of a seller's file and what each may hold.

use std::{collections::BTreeMap, path::Path};

use schemas::{
    ShopId,
    conversation::Language,
    shop::{Policy, SheetAddress, ShopConfigured},
};
use secrecy::SecretString;
use toml::{Table, Value};

use super::{
    ChannelCredentials, Credentials, Env, Fault, ShopFile, TelegramCredentials,
    accounts::{bot, channels, settings},
    fields::{File, Section},
    webhooks::webhooks,
};
use crate::{hook::Key, secret};

/// What `[requisites]` may hold.
const REQUISITES: [&str; 13] = [
    "seller",
    "inn",
    "kpp",
    "ogrn",
    "bank",
    "bik",
    "account",
    "correspondent_account",
    "vat",
    "address",
    "phone",
    "email",
    "signatory",
];

pub(super) fn read(text: &str, path: &Path, env: Env<'_>) -> Result<ShopFile, Vec<Fault>> {
    let file = File::new(path, env);
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            let problem = format!("line {line}: {}", error.message());
            file.fault("", problem, "see the example in the documentation");
            return Err(file.faults());
        }
    };
    let shop = shop(Section::new(&file, "", table));
    match shop {
        Some(shop) if !file.has_faults() => Ok(shop),
        _ => Err(file.faults()),
    }
}

/// The number of the line that byte `at` stands in. Only the number is told: the line may hold a secret.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn shop(mut root: Section<'_, '_>) -> Option<ShopFile> {
    let id = id(&mut root);
    let name = root.required("name", "write the shop's name as buyers see it");
    let timezone = timezone(&mut root);
    let currency = currency(&mut root);
    let languages = languages(&mut root);
    let sheet = sheet(&mut root);
    let channels = channels(&mut root);
    let desk = desk(&mut root);
    let policy = policy(&mut root);
    let requisites = requisites(&mut root);
    let (webhooks, hooks): (Vec<_>, Vec<_>) = webhooks(&mut root).into_iter().unzip();
    root.finish();
    let (sheet, google) = sheet?;
    let (desk, sellers) = desk.unzip();
    let credentials = Credentials {
        channels: channels.clone(),
        desk,
        google,
        hooks,
    };
    Some(ShopFile {
        settings: ShopConfigured {
            id: id?,
            name: name?,
            timezone: timezone?,
            currency,
            languages,
            sheet,
            channels: channels.iter().map(settings).collect(),
            sellers: sellers.unwrap_or_default(),
            policy,
            requisites,
            secret_digests: digests(&credentials),
            webhooks,
        },
        credentials,
    })
}

fn id(root: &mut Section<'_, '_>) -> Option<ShopId> {
    let fix = "write 1 to 32 of a-z, 0-9 and -, as in id = \"ryukzaki\"";
    let id = root.required("id", fix)?;
    match ShopId::new(id) {
        Ok(id) => Some(id),
        Err(error) => {
            root.fault("id", error.to_string(), fix);
            None
        }
    }
}

fn timezone(root: &mut Section<'_, '_>) -> Option<String> {
    let fix = "write an IANA name, as in timezone = \"Europe/Moscow\"";
    let name = root.required("timezone", fix)?;
    let database = jiff::tz::db();
    let no_database = database.available().next().is_none();
    if no_database || database.get(&name).is_ok() {
        return Some(name);
    }
    root.fault("timezone", format!("{name:?} is no time zone"), fix);
    None
}

fn currency(root: &mut Section<'_, '_>) -> String {
    let fix = "write currency = \"RUB\", the only one so far";
    match root.text("currency", fix) {
        Some(code) if code != "RUB" => {
            root.fault("currency", format!("{code:?} is not supported"), fix);
            code
        }
        other => other.unwrap_or_else(|| "RUB".to_owned()),
    }
}

fn languages(root: &mut Section<'_, '_>) -> Vec<String> {
    let fix = "write a list of \"ru\", \"en\", \"es\", as in languages = [\"ru\", \"en\"]";
    let Some(value) = root.take("languages") else {
        return vec!["ru".to_owned()];
    };
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut known: Vec<String> = Vec::new();
    for one in list {
        let language = one.as_str().and_then(Language::parse);
        match language.map(Language::as_str).map(str::to_owned) {
            Some(code) if one.as_str() == Some(&code) && !known.contains(&code) => known.push(code),
            _ => root.fault(
                "languages",
                format!("{one} is not a language, or stands there twice"),
                fix,
            ),
        }
    }
    if list.is_empty() {
        root.fault("languages", "there is none", fix);
    }
    known
}

fn sheet(root: &mut Section<'_, '_>) -> Option<(SheetAddress, Option<SecretString>)> {
    let fix = "write [sheet] with exactly one of folder, link, google";
    let Some(mut sheet) = root.section("sheet") else {
        root.missing("sheet", fix);
        return None;
    };
    let folder = sheet.text("folder", "write the folder of the CSV files");
    let link = sheet.text("link", "write the spreadsheet's link");
    let google = sheet.section("google");
    let chosen = match (folder, link, google) {
        (Some(folder), None, None) => {
            let folder = sheet.file.resolve(&folder);
            Some((SheetAddress::Folder(folder.display().to_string()), None))
        }
        (None, Some(link), None) if link.starts_with("https://") => {
            Some((SheetAddress::Link(link), None))
        }
        (None, Some(_), None) => {
            sheet.fault("link", "it is not a link", "write it from https:// on");
            None
        }
        (None, None, Some(google)) => google_sheet(google),
        _ => {
            root.fault("sheet", "it does not say one place", fix);
            None
        }
    };
    sheet.finish();
    chosen
}

fn google_sheet(mut google: Section<'_, '_>) -> Option<(SheetAddress, Option<SecretString>)> {
    let id = google.required("id", "write the part of the link between /d/ and /edit");
    let fix = "write the path of the service account's key file";
    let credentials = match google.take("credentials") {
        Some(Value::String(path)) => google.file.secret_file(&google.name("credentials"), &path),
        Some(other) => google.file.secret(&google.name("credentials"), other),
        None => {
            google.missing("credentials", fix);
            None
        }
    };
    google.finish();
    Some((SheetAddress::Google(id?), Some(credentials?)))
}

fn desk(root: &mut Section<'_, '_>) -> Option<(TelegramCredentials, Vec<i64>)> {
    let mut desk = root.section("desk")?;
    let bot = bot(&mut desk);
    let fix = "write Telegram user ids, as in sellers = [555], or leave it out and invite sellers";
    // Without any, sellers sit down by themselves, with a code.
    let sellers: Option<Vec<i64>> = match desk.take("sellers") {
        None => Some(Vec::new()),
        Some(list) => list.as_array().and_then(|list| {
            let ids = list.iter().map(|id| id.as_integer().filter(|id| *id > 0));
            ids.collect()
        }),
    };
    if sellers.is_none() {
        desk.fault("sellers", "it is not a list of user ids", fix);
    }
    desk.finish();
    Some((bot?, sellers?))
}

fn policy(root: &mut Section<'_, '_>) -> Policy {
    let mut policy = Policy::default();
    let Some(mut section) = root.section("policy") else {
        return policy;
    };
    if let Some(value) = section.take("confidence") {
        #[expect(clippy::cast_precision_loss, reason = "only 0 and 1 pass the bounds")]
        let number = value
            .as_float()
            .or_else(|| value.as_integer().map(|n| n as f64));
        match number.filter(|number| (0.0..=1.0).contains(number)) {
            Some(confidence) => policy.confidence = confidence,
            None => section.fault("confidence", "it is out of bounds", "write 0.0 to 1.0"),
        }
    }
    let fix = "write \"always\", \"never\" or \"over:<rubles>\", as in \"over:5000\"";
    if let Some(approval) = section.text("order_approval", fix) {
        let over = approval.strip_prefix("over:");
        let amount = over.is_some_and(|amount| amount.trim().parse::<u32>().is_ok());
        if !amount && !matches!(approval.as_str(), "always" | "never") {
            section.fault("order_approval", format!("{approval:?} is not a rule"), fix);
        }
        policy.order_approval = approval;
    }
    let mut number = |key, bounds, unit, field: &mut u64| {
        if let Some(value) = section.number(key, bounds, unit) {
            *field = value;
        }
    };
    number(
        "quiet_window_ms",
        0..=60_000,
        " milliseconds",
        &mut policy.quiet_window_ms,
    );
    number(
        "offer_valid_hours",
        1..=8_760,
        " hours",
        &mut policy.offer_valid_hours,
    );
    number(
        "seller_silent_minutes",
        1..=10_080,
        " minutes",
        &mut policy.seller_silent_minutes,
    );
    number(
        "reminder_minutes",
        1..=10_080,
        " minutes",
        &mut policy.reminder_minutes,
    );
    number(
        "open_orders",
        1..=1_000,
        " orders of one chat",
        &mut policy.open_orders,
    );
    number(
        "messages_per_day",
        1..=10_000,
        " messages to one chat",
        &mut policy.messages_per_day,
    );
    number(
        "model_rubles_per_day",
        0..=1_000_000,
        " rubles; 0: no model is called",
        &mut policy.model_rubles_per_day,
    );
    number(
        "model_calls_per_conversation",
        0..=10_000,
        " calls; 0: no model is called",
        &mut policy.model_calls_per_conversation,
    );
    section.finish();
    policy
}

fn requisites(root: &mut Section<'_, '_>) -> BTreeMap<String, String> {
    let Some(mut section) = root.section("requisites") else {
        return BTreeMap::new();
    };
    let mut requisites = BTreeMap::new();
    for (key, value) in section.rest() {
        let text = match value {
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            _ => {
                section.fault(&key, "it is not a text", "write it in quotes");
                continue;
            }
        };
        if !REQUISITES.contains(&key.as_str()) {
            let fix = format!("remove it, or spell one of: {}", REQUISITES.join(", "));
            section.fault(&key, "this key is not known", fix);
        }
        if key == "vat" && !matches!(text.as_str(), "none" | "5" | "7" | "10" | "22") {
            section.fault(
                &key,
                format!("{text:?} is not a rate"),
                "write none, 5, 7, 10 or 22",
            );
        }
        requisites.insert(key, text);
    }
    requisites
}

/// The digest of each secret by its place: a changed secret is a changed setting.
fn digests(credentials: &Credentials) -> BTreeMap<String, String> {
    let mut digests = BTreeMap::new();
    let mut add = |place: String, secret: Option<&SecretString>| {
        if let Some(secret) = secret {
            digests.insert(place, secret::digest(secret));
        }
    };
    for channel in &credentials.channels {
        let place = format!("channel.{}.{}", channel.kind().as_str(), channel.account());
        match channel {
            ChannelCredentials::Avito(avito) => {
                let client_id = SecretString::from(avito.client_id.as_str());
                add(format!("{place}.client_id"), Some(&client_id));
                add(format!("{place}.client_secret"), Some(&avito.client_secret));
                add(
                    format!("{place}.webhook_secret"),
                    Some(&avito.webhook_secret),
                );
            }
            ChannelCredentials::Telegram(bot) => {
                add(format!("{place}.token"), Some(&bot.token));
                add(
                    format!("{place}.webhook_secret"),
                    bot.webhook_secret.as_ref(),
                );
            }
            ChannelCredentials::Web => {}
        }
    }
    let desk = credentials.desk.as_ref();
    add("desk.token".to_owned(), desk.map(|bot| &bot.token));
    add(
        "desk.webhook_secret".to_owned(),
        desk.and_then(|bot| bot.webhook_secret.as_ref()),
    );
    add(
        "sheet.google.credentials".to_owned(),
        credentials.google.as_ref(),
    );
    for hook in &credentials.hooks {
        let place = format!("webhook.{}.secret", hook.name);
        let keys: Vec<_> = hook.keys.iter().map(Key::digest).collect();
        digests.insert(place, keys.join(" "));
    }
    digests
}
