//! Every payload that is known of Avito and Telegram, and what it means. The payloads stand in `fixtures/`.

use channels::{Inbound, ParseError, avito, telegram};
use schemas::conversation::Content;
use serde_json::{Value, json};

const ACCOUNT: &str = "94000311";
const BOT: &str = "123456";

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).expect(&path)
}

fn from_avito(name: &str) -> Inbound {
    avito::parse(&fixture(&format!("avito/{name}")), ACCOUNT).expect(name)
}

fn from_telegram(name: &str) -> Inbound {
    let mut said = telegram::parse(&fixture(&format!("telegram/{name}")), BOT).expect(name);
    assert_eq!(said.len(), 1, "{name}");
    said.remove(0)
}

fn content(inbound: &Inbound) -> &Content {
    match inbound {
        Inbound::Message { content, .. }
        | Inbound::OwnMessage { content, .. }
        | Inbound::Edited { content, .. } => content,
        other => panic!("no content in {other:?}"),
    }
}

fn id(inbound: &Inbound) -> &str {
    inbound.provider_id().expect("an id").as_str()
}

#[test]
fn an_avito_buyer_writes() {
    let Inbound::Message {
        address,
        provider_id,
        buyer,
        buyer_name,
        listing,
        sent_at,
        content,
        ..
    } = from_avito("text")
    else {
        panic!("not a message")
    };
    assert_eq!(
        address,
        avito::address(ACCOUNT, "u2i-Zq~7_aB-cD3eF4gH5iJ6kL")
    );
    assert_eq!(provider_id.as_str(), "a3c1e5f7092b4d6f8a1c3e5f7092b4d6");
    assert_eq!(buyer.text(), "121000841");
    assert_eq!(buyer_name, None);
    assert_eq!(listing.unwrap().as_str(), "3363000577");
    assert_eq!(sent_at.as_second(), 1_736_945_084);
    assert_eq!(content.text(), "Здравствуйте, рюкзак ещё в наличии?");
}

#[test]
fn an_older_avito_payload_without_item_and_time_is_still_a_message() {
    let old = from_avito("text_old");
    assert!(
        matches!(&old, Inbound::Message { listing: None, .. }),
        "{old:?}"
    );
    assert_eq!(content(&old).text(), "Есть?");
}

#[test]
fn an_avito_message_of_the_account_itself_is_our_own() {
    let own = from_avito("own");
    assert!(matches!(own, Inbound::OwnMessage { .. }), "{own:?}");
}

#[test]
fn what_avito_itself_says_is_a_notice() {
    for (name, what) in [
        ("system_0", "system"),
        ("system_1", "system"),
        ("system_prefix", "system"),
        ("avito_to_user", "system"),
        ("call", "call"),
    ] {
        match from_avito(name) {
            Inbound::Notice {
                what: said, text, ..
            } => {
                assert_eq!(said, what, "{name}");
                assert!(!text.text().is_empty(), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_deleted_avito_message_is_recognised_by_type_and_by_words() {
    for name in ["deleted_text", "deleted_type"] {
        let deleted = from_avito(name);
        assert!(
            matches!(deleted, Inbound::Deleted { .. }),
            "{name}: {deleted:?}"
        );
        assert_eq!(id(&deleted), "a3c1e5f7092b4d6f8a1c3e5f7092b4d6");
    }
}

#[test]
fn avito_contents_are_read_by_type() {
    let text = |words: &str| Content::Text(words.to_owned().into());
    let unreadable = |what: &str| Content::Unreadable(what.to_owned());
    for (name, expected) in [
        ("image", Content::Image(String::new().into())),
        ("voice", Content::Voice("v-77aa.01".to_owned())),
        ("voice_null", unreadable("voice")),
        (
            "location",
            Content::Location("Москва, Варшавское шоссе".to_owned().into()),
        ),
        (
            "location_bare",
            Content::Location("55.5, 37.25".to_owned().into()),
        ),
        ("link", text("а такой? example.ru/bag")),
        ("item", text("Рюкзак 20 л")),
        ("app_call", unreadable("appCall")),
        ("file", unreadable("file")),
        ("video", unreadable("video")),
        ("unknown_type", unreadable("hologram")),
        ("nulls", unreadable("text")),
    ] {
        assert_eq!(content(&from_avito(name)), &expected, "{name}");
    }
}

#[test]
fn avito_shapes_without_a_message_are_probes_or_unrecognised() {
    assert_eq!(avito::parse(b"{}", ACCOUNT), Ok(Inbound::Probe));
    for name in ["unknown_payload", "no_author"] {
        assert_eq!(from_avito(name), Inbound::Unrecognised, "{name}");
    }
    for body in [
        "[]",
        "7",
        "null",
        r#"{"a":1}"#,
        r#"{"payload":{"type":"message"}}"#,
    ] {
        assert_eq!(
            avito::parse(body.as_bytes(), ACCOUNT),
            Ok(Inbound::Unrecognised),
            "{body}"
        );
    }
    assert_eq!(avito::parse(b"a=1", ACCOUNT), Err(ParseError::NotJson));
}

#[test]
fn a_payload_for_another_avito_account_is_refused() {
    let foreign = ParseError::ForeignAccount {
        account: "500".to_owned(),
    };
    assert_eq!(
        avito::parse(&fixture("avito/foreign"), ACCOUNT),
        Err(foreign)
    );
}

#[test]
fn debug_shows_neither_words_nor_names() {
    let shown = format!("{:?} {:?}", from_avito("text"), from_telegram("text"));
    for secret in ["рюкзак", "121000841", "Иван", "второй"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn a_telegram_buyer_writes() {
    let Inbound::Message {
        address,
        provider_id,
        buyer,
        buyer_name,
        language_hint,
        content,
        ..
    } = from_telegram("text")
    else {
        panic!("not a message")
    };
    assert_eq!(address, telegram::address(BOT, "777", None));
    assert_eq!(provider_id.as_str(), "777:41");
    assert_eq!(telegram::message_id(&provider_id), Some(41));
    assert_eq!(buyer.text(), "777");
    assert_eq!(buyer_name.unwrap().text(), "Иван П");
    assert_eq!(language_hint.as_deref(), Some("ru"));
    assert_eq!(content.text(), "А второй есть?");
}

#[test]
fn telegram_contents_are_read_by_field() {
    let text = |words: &str| Content::Text(words.to_owned().into());
    let place = |words: &str| Content::Location(words.to_owned().into());
    for (name, expected) in [
        ("start", text("/start inv_42")),
        ("photo", Content::Image("такой есть?".to_owned().into())),
        ("voice", Content::Voice("vo1".to_owned())),
        ("document", Content::Unreadable("document".to_owned())),
        ("location", place("55.75, 37.5")),
        ("venue", place("Кафе, Тверская, 1")),
        ("contact", text("+79000000000")),
        ("sticker", Content::Unreadable("sticker".to_owned())),
    ] {
        assert_eq!(content(&from_telegram(name)), &expected, "{name}");
    }
}

#[test]
fn a_telegram_edit_keeps_the_id_of_what_it_changes() {
    let edited = from_telegram("edited");
    assert!(matches!(edited, Inbound::Edited { .. }));
    assert_eq!(id(&edited), id(&from_telegram("text")));
    assert_eq!(content(&edited).text(), "А третий есть?");
}

#[test]
fn a_press_names_who_pressed_what_even_when_its_message_is_out_of_reach() {
    for name in ["callback", "callback_inaccessible"] {
        let Inbound::Button {
            address,
            from,
            callback_id,
            message,
            data,
            ..
        } = from_telegram(name)
        else {
            panic!("{name} is not a press")
        };
        assert_eq!(address.chat, "555");
        assert_eq!(from.text(), "555");
        assert!(callback_id.starts_with("4382"));
        assert_eq!(message.unwrap().as_str(), "555:77");
        assert!(data.starts_with("esc:"));
    }
}

#[test]
fn in_a_business_chat_the_owner_and_the_bot_are_our_side() {
    let buyer = from_telegram("business_message");
    assert!(matches!(buyer, Inbound::Message { .. }));
    assert_eq!(
        buyer.address().unwrap().connection.as_deref(),
        Some("AbCdEf01")
    );
    assert_eq!(id(&buyer), "AbCdEf01:777:10");
    for name in ["business_owner", "business_echo"] {
        let own = from_telegram(name);
        assert!(matches!(own, Inbound::OwnMessage { .. }), "{name}: {own:?}");
    }
    let edited = from_telegram("business_edited");
    assert_eq!(id(&edited), id(&buyer));
}

#[test]
fn several_business_messages_can_be_taken_back_at_once() {
    let said = telegram::parse(&fixture("telegram/business_deleted"), BOT).unwrap();
    let ids: Vec<&str> = said.iter().map(id).collect();
    assert_eq!(ids, ["AbCdEf01:777:10", "AbCdEf01:777:13"]);
    assert!(
        said.iter()
            .all(|one| matches!(one, Inbound::Deleted { .. }))
    );
}

#[test]
fn telegram_service_updates_are_notices_and_foreign_ones_are_ignored() {
    assert!(matches!(from_telegram("pinned"), Inbound::Notice { what, .. } if what == "service"));
    assert!(matches!(from_telegram("blocked"), Inbound::Notice { what, .. } if what == "blocked"));
    for name in ["group", "channel_post", "connection", "other_bot"] {
        let said = from_telegram(name);
        assert!(matches!(said, Inbound::Ignored(_)), "{name}: {said:?}");
    }
}

#[test]
fn telegram_shapes_nobody_knows_are_unrecognised() {
    assert_eq!(from_telegram("unknown"), Inbound::Unrecognised);
    assert_eq!(telegram::parse(b"{}", BOT), Ok(vec![Inbound::Probe]));
    assert_eq!(
        telegram::parse(b"[1]", BOT),
        Ok(vec![Inbound::Unrecognised])
    );
    assert_eq!(telegram::parse(b"<html>", BOT), Err(ParseError::NotJson));
}

/// Every value in `json`, by its pointer.
fn pointers(json: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let inner: Vec<(String, &Value)> = match json {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        pointers(value, &format!("{at}/{key}"), found);
    }
}

#[test]
fn no_field_of_any_payload_can_stop_the_parser() {
    let folder = format!("{}/tests/fixtures", env!("CARGO_MANIFEST_DIR"));
    let mut tried = 0;
    for provider in ["avito", "telegram"] {
        for entry in std::fs::read_dir(format!("{folder}/{provider}")).unwrap() {
            let text = std::fs::read(entry.unwrap().path()).unwrap();
            let whole: Value = serde_json::from_slice(&text).unwrap();
            let mut places = Vec::new();
            pointers(&whole, "", &mut places);
            for place in &places {
                for other in [
                    json!(null),
                    json!(-1),
                    json!("x"),
                    json!({}),
                    json!([1]),
                    json!(1e300),
                ] {
                    let mut broken = whole.clone();
                    *broken.pointer_mut(place).unwrap() = other;
                    let body = serde_json::to_vec(&broken).unwrap();
                    tried += 1;
                    if provider == "avito" {
                        let said = avito::parse(&body, ACCOUNT);
                        assert_ne!(said, Err(ParseError::NotJson), "{place}");
                    } else {
                        let said = telegram::parse(&body, BOT).unwrap();
                        assert!(!said.is_empty(), "{place}");
                    }
                }
            }
        }
    }
    assert!(tried > 3000, "{tried}");
}
