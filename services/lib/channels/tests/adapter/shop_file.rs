//! A seller's file: the full example, the smallest one, and everything that can be wrong with it.

use std::path::Path;

use channels::{ChannelCredentials, ShopFile, ShopFileError};
use schemas::{conversation::ChannelKind, shop::SheetAddress};
use secrecy::ExposeSecret;

const FULL: &str = include_str!("../fixtures/shop.toml");
const SMALL: &str = r#"
id = "lavka"
name = "Лавка"
timezone = "Europe/Moscow"
[sheet]
folder = "./lavka"
[[channel]]
kind = "web"
"#;

fn env(name: &str) -> Option<String> {
    (name == "SHOP_TELEGRAM_TOKEN").then(|| "123456:AAbbCC".to_owned())
}

fn parse(text: &str) -> Result<ShopFile, ShopFileError> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/shop.toml");
    ShopFile::parse(text, Path::new(path), &env)
}

fn faults(text: &str) -> Vec<String> {
    let error = parse(text).expect_err("a fault");
    error.faults.into_iter().map(|fault| fault.key).collect()
}

#[test]
fn the_full_example_is_read() {
    let shop = parse(FULL).unwrap_or_else(|error| panic!("{error}"));
    let settings = &shop.settings;
    assert_eq!(settings.id.as_str(), "ryukzaki");
    assert_eq!(settings.languages, ["ru", "en"]);
    assert_eq!(settings.sellers, [555]);
    assert_eq!(settings.policy.order_approval, "over:5000");
    assert_eq!(settings.policy.seller_silent_minutes, 45);
    assert_eq!(settings.requisites["vat"], "none");
    let kinds: Vec<_> = settings
        .channels
        .iter()
        .map(|c| (c.kind, c.webhook))
        .collect();
    assert_eq!(
        kinds,
        [
            (ChannelKind::Avito, true),
            (ChannelKind::Telegram, false),
            (ChannelKind::Web, false)
        ]
    );
    let SheetAddress::Folder(folder) = &settings.sheet else {
        panic!("not a folder")
    };
    assert!(folder.ends_with("tests/fixtures/ryukzaki"), "{folder}");
}

#[test]
fn secrets_come_from_the_text_the_environment_and_files() {
    let shop = parse(FULL).unwrap();
    let Some(ChannelCredentials::Avito(avito)) =
        shop.credentials.channel(ChannelKind::Avito, "94000311")
    else {
        panic!("no avito")
    };
    assert_eq!(avito.client_secret.expose_secret(), "from-a-file");
    let Some(ChannelCredentials::Telegram(bot)) =
        shop.credentials.channel(ChannelKind::Telegram, "123456")
    else {
        panic!("no telegram")
    };
    assert_eq!(bot.token.expose_secret(), "123456:AAbbCC");
    assert_eq!(
        shop.credentials.desk.unwrap().token.expose_secret(),
        "123456:AAbbCC"
    );
}

#[test]
fn no_secret_is_in_the_settings_but_each_changes_them() {
    let shop = parse(FULL).unwrap();
    let wire = serde_json::to_string(&shop.settings).unwrap();
    for secret in ["from-a-file", "AAbbCC", "w3bh00k"] {
        assert!(!wire.contains(secret), "{secret}");
        assert!(!format!("{shop:?}").contains(secret), "{secret}");
    }
    let changed = parse(&FULL.replace("w3bh00k", "w4bh00k")).unwrap();
    assert_ne!(shop.settings, changed.settings);
    assert_eq!(shop.settings, parse(FULL).unwrap().settings);
}

#[test]
fn the_smallest_file_has_the_usual_policy() {
    let shop = parse(SMALL).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(shop.settings.policy, schemas::shop::Policy::default());
    assert_eq!(shop.settings.currency, "RUB");
    assert_eq!(shop.settings.languages, ["ru"]);
}

#[test]
fn what_models_may_cost_is_told_in_whole_numbers() {
    let with = |lines: &str| format!("{SMALL}[policy]\n{lines}\n");
    let text = with("model_rubles_per_day = 0\nmodel_calls_per_conversation = 12");
    let policy = parse(&text).unwrap().settings.policy;
    assert_eq!(policy.model_rubles_per_day, 0);
    assert_eq!(policy.model_calls_per_conversation, 12);
    for wrong in ["-1", "1.5", "\"100\"", "2000000"] {
        let text = with(&format!("model_rubles_per_day = {wrong}"));
        assert_eq!(faults(&text), ["policy.model_rubles_per_day"], "{wrong}");
    }
}

#[test]
fn all_faults_are_told_at_once_each_with_key_and_fix() {
    let text = r#"
id = "Лавка"
timezone = "Moscow"
currency = "USD"
languages = ["ru", "de"]
colour = "red"
[sheet]
folder = "a"
link = "https://docs.google.com/x"
[[channel]]
kind = "avito"
user_id = "abc"
client_id = "x"
client_secret = { env = "NOT_THERE" }
webhook_secret = "short"
[[channel]]
kind = "whatsapp"
[policy]
confidence = 3
quiet_window = 5
order_approval = "sometimes"
[requisites]
vat = "20"
"#;
    assert_eq!(
        faults(text),
        [
            "id",
            "name",
            "timezone",
            "currency",
            "languages",
            "sheet",
            "channel[1].user_id",
            "channel[1].client_secret",
            "channel[1].webhook_secret",
            "channel[2].kind",
            "policy.confidence",
            "policy.order_approval",
            "policy.quiet_window",
            "requisites.vat",
            "colour",
        ]
    );
    let said = parse(text).unwrap_err().to_string();
    assert!(said.contains("shop.toml"), "{said}");
    assert!(said.contains("the variable NOT_THERE is not set"), "{said}");
    assert!(!said.contains("short\""), "{said}");
}

#[test]
fn a_broken_file_names_the_line() {
    let said = parse("id = \"a\"\nname = \n").unwrap_err().to_string();
    assert!(said.contains("line 2"), "{said}");
}

#[test]
fn one_account_cannot_be_there_twice() {
    let twice = format!("{SMALL}[[channel]]\nkind = \"web\"\n");
    assert_eq!(faults(&twice), ["channel[2]"]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = ShopFile::load(Path::new("no/such/shop.toml"), &env).unwrap_err();
    assert!(error.to_string().contains("no/such/shop.toml"));
}

const WEBHOOK: &str = r#"
[[webhook]]
name = "crm"
url = "https://crm.example.org/hook?token=s3cret-token"
secret = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2VjcmV0LW9mLXRoZS1vbGQtZGF5cy0wMQ=="]
events = ["order.*", "invoice.issued", "order.*"]
personal = true
[[webhook]]
url = "https://Store.example.org/hook"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"#;

#[test]
fn other_systems_are_read_and_what_is_secret_of_them_stays_in_the_file() {
    let shop = parse(&format!("{SMALL}{WEBHOOK}")).unwrap_or_else(|error| panic!("{error}"));
    let [crm, store] = shop.settings.webhooks.as_slice() else {
        panic!("{:?}", shop.settings.webhooks)
    };
    assert_eq!(
        (crm.name.as_str(), crm.host.as_str()),
        ("crm", "crm.example.org")
    );
    assert_eq!(crm.events, ["invoice.issued", "order.*"]);
    assert!(crm.personal && !store.personal);
    assert_eq!(store.name, "store-example-org");
    assert_eq!(store.events, ["order.*", "invoice.*"]);
    assert_eq!(shop.credentials.hook("crm").unwrap().keys.len(), 2);
    let written = serde_json::to_string(&shop.settings).unwrap();
    assert!(
        !written.contains("s3cret-token") && !written.contains("whsec_"),
        "{written}"
    );
    let shown = format!("{:?}", shop.credentials.hooks);
    assert!(
        !shown.contains("s3cret-token") && !shown.contains("whsec_"),
        "{shown}"
    );

    let changed = WEBHOOK.replace("s3cret-token", "another-token");
    let changed = parse(&format!("{SMALL}{changed}")).unwrap();
    assert_ne!(changed.settings.webhooks[0].address, crm.address);
    let rotated = WEBHOOK.replace(", \"whsec_c2VjcmV0LW9mLXRoZS1vbGQtZGF5cy0wMQ==\"", "");
    let rotated = parse(&format!("{SMALL}{rotated}")).unwrap();
    assert_ne!(
        rotated.settings.secret_digests,
        shop.settings.secret_digests
    );
}

#[test]
fn a_webhook_that_cannot_be_is_refused_with_its_key() {
    let wrong = [
        (
            "https://crm.example.org/hook?token=s3cret-token",
            "http://crm.example.org/",
            "webhook[1].url",
        ),
        (
            "https://crm.example.org/hook?token=s3cret-token",
            "https://169.254.169.254/",
            "webhook[1].url",
        ),
        (
            "https://crm.example.org/hook?token=s3cret-token",
            "file:///etc/passwd",
            "webhook[1].url",
        ),
        (
            "https://crm.example.org/hook?token=s3cret-token",
            "https://u:p@example.org/",
            "webhook[1].url",
        ),
        (
            "whsec_c2VjcmV0LW9mLXRoZS1vbGQtZGF5cy0wMQ==",
            "whsec_c2hvcnQ=",
            "webhook[1].secret",
        ),
        (
            "whsec_c2VjcmV0LW9mLXRoZS1vbGQtZGF5cy0wMQ==",
            "a password",
            "webhook[1].secret",
        ),
        (
            "\"invoice.issued\"",
            "\"invoice.lost\"",
            "webhook[1].events",
        ),
        ("name = \"crm\"", "name = \"My CRM\"", "webhook[1].name"),
        (
            "personal = true",
            "personal = \"yes\"",
            "webhook[1].personal",
        ),
        ("personal = true", "retries = 3", "webhook[1].retries"),
        (
            "name = \"crm\"",
            "name = \"store-example-org\"",
            "webhook[2]",
        ),
    ];
    for (from, to, key) in wrong {
        let text = WEBHOOK.replacen(from, to, 1);
        assert_ne!(text, WEBHOOK, "{from}");
        assert_eq!(faults(&format!("{SMALL}{text}")), [key], "{to}");
    }
    // No secret is repeated in what is told.
    let text = WEBHOOK.replace(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_not-base64!",
    );
    let error = parse(&format!("{SMALL}{text}")).unwrap_err().to_string();
    assert!(
        !error.contains("not-base64") && !error.contains("s3cret"),
        "{error}"
    );
}
