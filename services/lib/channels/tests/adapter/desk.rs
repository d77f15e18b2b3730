//! What sellers do in the desk's chat, payload by payload. The payloads stand in `fixtures/telegram`.

use channels::{
    ParseError,
    desk::{self, CODE_PREFIX, DeskUpdate, is_desk, start_code},
};
use serde_json::{Value, json};

const BOT: &str = "123456";
const SELLER: i64 = 555;

fn fixture(name: &str) -> Value {
    let place = env!("CARGO_MANIFEST_DIR");
    let path = format!("{place}/tests/fixtures/telegram/{name}.json");
    let body = std::fs::read(&path).expect(&path);
    serde_json::from_slice(&body).expect(&path)
}

fn message(fields: Value) -> DeskUpdate {
    let mut message = json!({
        "message_id": 78, "date": 1_736_945_090,
        "from": {"id": SELLER, "is_bot": false, "first_name": "Олег", "last_name": "К"},
        "chat": {"id": SELLER, "type": "private"},
    });
    let fields = fields.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(fields);
    desk::read(&json!({"update_id": 7, "message": message}), BOT)
}

#[test]
fn a_tap_names_who_where_and_what() {
    for (name, id, data) in [
        ("callback", "4382001", "esc:01J9ZK:r"),
        ("callback_inaccessible", "4382002", "esc:01J9ZK:c"),
    ] {
        let expected = DeskUpdate::Tapped {
            callback_id: id.to_owned(),
            seller: SELLER,
            seller_name: Some("Продавец".to_owned().into()),
            chat: SELLER,
            message_id: 77,
            data: data.to_owned(),
        };
        let body = serde_json::to_vec(&fixture(name)).unwrap();
        assert_eq!(desk::parse(&body, BOT), Ok(expected), "{name}");
    }
}

#[test]
fn a_reply_names_the_card_that_it_answers() {
    let said = message(json!({
        "text": "Да, отложу до вечера",
        "reply_to_message": {"message_id": 77, "date": 1, "chat": {"id": SELLER, "type": "private"}},
    }));
    let expected = DeskUpdate::Said {
        key: schemas::ProviderId::new("123456:555:78"),
        seller: SELLER,
        seller_name: Some("Олег К".to_owned().into()),
        chat: SELLER,
        message_id: 78,
        text: "Да, отложу до вечера".to_owned().into(),
        reply_to: Some(77),
        at: "2025-01-15T12:44:50Z".parse().unwrap(),
    };
    assert_eq!(said, expected);
    let DeskUpdate::Said { reply_to, .. } = message(json!({"text": "ау"})) else {
        panic!("not said")
    };
    assert_eq!(reply_to, None);
}

#[test]
fn what_a_seller_says_is_not_in_the_log_of_the_process() {
    let shown = format!("{:?}", message(json!({"text": "client_secret abc"})));
    assert!(!shown.contains("abc") && !shown.contains("Олег"), "{shown}");
}

#[test]
fn what_is_not_words_can_be_answered_with_that() {
    for (fields, kind) in [
        (json!({"voice": {"file_id": "v"}}), "voice"),
        (json!({"photo": [], "caption": "вот такой"}), "photo"),
        (json!({"sticker": {"file_id": "s"}}), "sticker"),
        (
            json!({"contact": {"phone_number": "79161234567"}}),
            "contact",
        ),
        (
            json!({"location": {"latitude": 55.7, "longitude": 37.6}}),
            "location",
        ),
    ] {
        match message(fields) {
            DeskUpdate::Unreadable { what, chat, .. } => {
                assert_eq!((what.as_str(), chat), (kind, SELLER));
            }
            other => panic!("{kind}: {other:?}"),
        }
    }
}

#[test]
fn everything_else_is_ignored_with_a_reason() {
    for name in [
        "group",
        "edited",
        "blocked",
        "pinned",
        "business_message",
        "business_echo",
        "channel_post",
        "connection",
        "other_bot",
        "unknown",
    ] {
        match desk::read(&fixture(name), BOT) {
            DeskUpdate::Ignored(why) => assert!(!why.is_empty()),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(desk::parse(b"<html>", BOT), Err(ParseError::NotJson));
    for odd in [json!([1]), json!({}), json!(null), json!({"message": 7})] {
        assert!(
            matches!(desk::read(&odd, BOT), DeskUpdate::Ignored(_)),
            "{odd}"
        );
    }
}

#[test]
fn a_tap_in_a_group_is_nobodys() {
    let mut update = fixture("callback");
    update["callback_query"]["message"]["chat"] = json!({"id": -100_200, "type": "supergroup"});
    assert_eq!(
        desk::read(&update, BOT),
        DeskUpdate::Ignored("not a private chat")
    );
}

#[test]
fn a_code_is_what_stands_behind_start() {
    for (text, code) in [
        ("/start desk-7F3K9Q", Some("desk-7F3K9Q")),
        (" /START@lavka_bot   desk-7F3K9Q ", Some("desk-7F3K9Q")),
        ("/start", None),
        ("/start ", None),
        ("/started x", None),
        ("start desk-1", None),
    ] {
        assert_eq!(start_code(text), code, "{text:?}");
    }
}

#[test]
fn a_bot_that_is_the_shops_too_leaves_buyers_to_the_shop() {
    let sellers = [SELLER];
    let buyers_link = desk::read(&fixture("start"), BOT);
    let buyers_words = desk::read(&fixture("text"), BOT);
    let tap = desk::read(&fixture("callback"), BOT);
    let bound = message(json!({"text": format!("/start {CODE_PREFIX}7F3K9Q")}));
    let plain = message(json!({"text": "ау"}));
    let group = desk::read(&fixture("group"), BOT);
    for (update, strangers, shared, expected) in [
        (&buyers_link, true, true, false),
        (&buyers_words, true, true, false),
        (&tap, false, true, true),
        (&tap, true, true, false),
        (&plain, false, true, true),
        (&plain, true, true, false),
        (&bound, true, true, true),
        (&buyers_words, true, false, true),
        (&buyers_link, true, false, true),
        (&group, false, false, false),
    ] {
        let known: &[i64] = if strangers { &[] } else { &sellers };
        assert_eq!(is_desk(update, known, shared), expected, "{update:?}");
    }
}
