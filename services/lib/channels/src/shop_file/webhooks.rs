//! The `[[webhook]]` sections of a seller's file: which other systems are told of orders and invoices.

use reqwest::Url;
use schemas::{
    shop::WebhookSettings,
    webhook::{TYPES, is_meant},
};
use secrecy::{ExposeSecret as _, SecretString};
use toml::Value;

use super::fields::Section;
use crate::{
    hook::{HookCredentials, Key, address::Reach},
    secret,
};

/// How many there may be.
const MOST: usize = 16;
/// How many secrets one may have at a time.
const SECRETS: usize = 4;

/// One endpoint: what may be written to the log, and what may not.
pub(super) type Webhook = (WebhookSettings, HookCredentials);

pub(super) fn webhooks(root: &mut Section<'_, '_>) -> Vec<Webhook> {
    let fix = "write [[webhook]] with url, secret and events";
    let list = match root.take("webhook") {
        None => return Vec::new(),
        Some(Value::Array(list)) if list.len() <= MOST => list,
        Some(Value::Array(_)) => {
            root.fault("webhook", "there are too many", format!("keep {MOST}"));
            return Vec::new();
        }
        Some(_) => {
            root.fault("webhook", "it is not a list of webhooks", fix);
            return Vec::new();
        }
    };
    let mut webhooks: Vec<Webhook> = Vec::new();
    for (number, value) in (1..).zip(list) {
        let path = format!("webhook[{number}]");
        let Value::Table(table) = value else {
            root.fault(&path, "it is not a table", fix);
            continue;
        };
        let Some(read) = webhook(Section::new(root.file, &path, table)) else {
            continue;
        };
        if webhooks.iter().any(|(other, _)| other.name == read.0.name) {
            let problem = format!("another one is called {:?}", read.0.name);
            root.fault(
                &path,
                problem,
                "give each a name of its own, as in name = \"crm\"",
            );
        }
        webhooks.push(read);
    }
    webhooks
}

fn webhook(mut section: Section<'_, '_>) -> Option<Webhook> {
    let address = address(&mut section);
    let host = address.as_ref().map(|(_, host)| host.as_str());
    let name = name(&mut section, host);
    let keys = keys(&mut section);
    let events = events(&mut section);
    let personal = match section.take("personal") {
        None => false,
        Some(Value::Boolean(personal)) => personal,
        Some(_) => {
            section.fault("personal", "it is not true or false", "write true or false");
            false
        }
    };
    section.finish();
    let (address, host) = address?;
    let name = name?;
    let settings = WebhookSettings {
        name: name.clone(),
        host,
        address: secret::digest(&address),
        events,
        personal,
    };
    let keys = (!keys.is_empty()).then_some(keys)?;
    Some((
        settings,
        HookCredentials {
            name,
            address,
            keys,
        },
    ))
}

/// The address, and the host in it. The rest of it may be a secret, and is never repeated.
fn address(section: &mut Section<'_, '_>) -> Option<(SecretString, String)> {
    let fix = "write where the other system takes webhooks, from https:// on";
    let address = section.secret("url", fix)?;
    let Ok(url) = Url::parse(address.expose_secret()) else {
        section.fault("url", "it is no address", fix);
        return None;
    };
    // Whether the own network may be called is decided where it is called from.
    if let Err(forbidden) = Reach::Private.check_url(&url) {
        section.fault("url", forbidden.to_string(), fix);
        return None;
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    Some((address, host))
}

fn name(section: &mut Section<'_, '_>, host: Option<&str>) -> Option<String> {
    let fix = "write 1 to 32 of a-z, 0-9 and -, as in name = \"crm\"";
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match section.text("name", fix) {
        Some(name) if name.len() <= 32 && name.bytes().all(plain) => Some(name),
        Some(_) => {
            section.fault("name", "it has other signs, or is too long", fix);
            None
        }
        None => {
            let name = host?.to_ascii_lowercase();
            let name = name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
            Some(name.take(32).collect())
        }
    }
}

/// One secret, or several while one is being changed.
fn keys(section: &mut Section<'_, '_>) -> Vec<Key> {
    let fix = "write what `torg webhooks secret` prints, and the same at the other system";
    let values = match section.take("secret") {
        None => {
            section.missing("secret", fix);
            return Vec::new();
        }
        Some(Value::Array(values)) if (1..=SECRETS).contains(&values.len()) => values,
        Some(Value::Array(_)) => {
            section.fault("secret", "there are none or too many", fix);
            return Vec::new();
        }
        Some(value) => vec![value],
    };
    let mut keys = Vec::new();
    for value in values {
        let Some(text) = section.file.secret(&section.name("secret"), value) else {
            continue;
        };
        match Key::read(&text) {
            Ok(key) => keys.push(key),
            Err(error) => section.fault("secret", error.to_string(), fix),
        }
    }
    keys
}

fn events(section: &mut Section<'_, '_>) -> Vec<String> {
    let fix = format!(
        "write a list of order.*, invoice.*, or of: {}",
        TYPES.join(", ")
    );
    let Some(value) = section.take("events") else {
        return vec!["order.*".to_owned(), "invoice.*".to_owned()];
    };
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if list.is_empty() {
        section.fault(
            "events",
            "it is not a list, or there is nothing in it",
            &fix,
        );
    }
    let mut events = Vec::new();
    for one in list {
        let known = |pattern: &&str| TYPES.iter().any(|what| is_meant(pattern, what));
        match one.as_str().filter(known) {
            Some(pattern) => events.push(pattern.to_owned()),
            None => section.fault("events", format!("{one} means nothing"), &fix),
        }
    }
    events.sort();
    events.dedup();
    events
}
