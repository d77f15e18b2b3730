//! `TelegramClient` and what it makes of everything that the Bot API can answer.

use std::{sync::Arc, time::Duration};

use channels::{
    Inbound, Lookup, Outbound, SendError,
    telegram::{
        self as api,
        client::{Button, ButtonAction, Format, escape},
    },
};
use simulator::{Fault, Provider, TelegramMessage};

use crate::stand::{BOT, TOKEN, accepted, calls, simulator, telegram, telegram_with};

const BUYER: i64 = 777;

fn buyer() -> schemas::conversation::ChatAddress {
    api::address("123456", "777", None)
}

fn on(operation: &str) -> Fault {
    Fault {
        provider: Some(Provider::Telegram),
        operation: Some(operation.to_owned()),
        count: Some(1),
        ..Fault::default()
    }
}

fn write(sim: &simulator::Simulator, text: &str) -> i64 {
    let message = TelegramMessage::text(text);
    sim.control().telegram_write(BOT, BUYER, &message).unwrap()
}

fn press(text: &str, data: &str) -> Vec<Vec<Button>> {
    vec![vec![Button {
        label: text.to_owned(),
        action: ButtonAction::Callback(data.to_owned()),
    }]]
}

#[tokio::test]
async fn updates_are_asked_for_parsed_answered_and_confirmed() {
    let sim = simulator().await;
    write(&sim, "Есть?");
    let client = telegram(&sim);
    let updates = client.get_updates(None, 100, 0).await.unwrap();
    assert_eq!(updates.len(), 1);
    let said = api::parse(&updates[0].body, client.bot_id()).unwrap();
    let Inbound::Message {
        address, content, ..
    } = &said[0]
    else {
        panic!("{said:?}")
    };
    assert_eq!(content.text(), "Есть?");
    let sent = client
        .send_message(address, "Да", Format::Plain, &[])
        .await
        .unwrap();
    assert_eq!(sent.id.as_str(), "777:2");
    assert_eq!(accepted(&sim), ["Да"]);
    assert_eq!(
        client.get_updates(None, 100, 0).await.unwrap().len(),
        1,
        "not yet confirmed"
    );
    let next = updates[0].id + 1;
    assert!(
        client
            .get_updates(Some(next), 100, 0)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_long_poll_ends_when_something_comes() {
    let sim = simulator().await;
    let client = telegram(&sim);
    let later = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        write(&sim, "Есть?");
    };
    let begin = std::time::Instant::now();
    let (updates, ()) = tokio::join!(client.get_updates(None, 100, 20), later);
    assert_eq!(updates.unwrap().len(), 1);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn two_who_ask_get_in_each_others_way_and_a_webhook_in_both() {
    let sim = simulator().await;
    let client = telegram(&sim);
    let second = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.get_updates(None, 100, 0).await
    };
    let (first, second) = tokio::join!(client.get_updates(None, 100, 20), second);
    assert!(
        matches!(first, Err(SendError::Refused { status: 409, .. })),
        "{first:?}",
        first = first.map(|u| u.len())
    );
    assert!(second.is_ok());
    client
        .set_webhook("http://127.0.0.1:9/x", &"s3cret".into())
        .await
        .unwrap();
    let asked = client
        .get_updates(None, 100, 0)
        .await
        .map(|updates| updates.len());
    assert!(
        matches!(asked, Err(SendError::Refused { status: 409, .. })),
        "{asked:?}"
    );
    assert_eq!(
        client.webhook_info().await.unwrap().url,
        "http://127.0.0.1:9/x"
    );
    client.delete_webhook().await.unwrap();
    assert!(client.get_updates(None, 100, 0).await.is_ok());
}

#[tokio::test]
async fn after_429_the_whole_bot_pauses_for_as_long_as_it_says() {
    let sim = simulator().await;
    write(&sim, "Есть?");
    let message = TelegramMessage::text("И мне");
    sim.control().telegram_write(BOT, 778, &message).unwrap();
    sim.control().fault(Fault {
        status: Some(429),
        retry_after: Some(1),
        ..on("sendMessage")
    });
    let client = telegram(&sim);
    let error = client
        .send_message(&buyer(), "Да", Format::Plain, &[])
        .await
        .unwrap_err();
    let asked = SendError::NotSent {
        reason: "Too Many Requests: retry after 1".to_owned(),
        retry_after: Some(Duration::from_secs(1)),
    };
    assert_eq!(error, asked);
    let other = api::address("123456", "778", None);
    let error = client
        .send_message(&other, "Да", Format::Plain, &[])
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    assert_eq!(calls(&sim, "sendmessage", 429), 1);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    client
        .send_message(&other, "Да", Format::Plain, &[])
        .await
        .unwrap();
}

#[tokio::test]
async fn who_blocked_the_bot_or_never_wrote_is_refused_for_good() {
    let sim = simulator().await;
    write(&sim, "Есть?");
    sim.control().telegram_block(BOT, BUYER, true);
    let client = telegram(&sim);
    let blocked = client
        .send_message(&buyer(), "Да", Format::Plain, &[])
        .await;
    assert!(
        matches!(&blocked, Err(SendError::Refused { status: 403, reason }) if reason.contains("blocked"))
    );
    let stranger = api::address("123456", "999", None);
    let unknown = client
        .send_message(&stranger, "Да", Format::Plain, &[])
        .await;
    assert!(
        matches!(unknown, Err(SendError::Refused { status: 400, .. })),
        "{unknown:?}"
    );
    let updates = client.get_updates(None, 100, 0).await.unwrap();
    let said = api::parse(&updates[1].body, "123456").unwrap();
    assert!(
        matches!(&said[0], Inbound::Notice { what, .. } if what == "blocked"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_token_that_is_no_bots_opens_nothing_and_is_never_shown() {
    let sim = simulator().await;
    for token in ["123456:wrong", "77:unknown", "malformed"] {
        let error = telegram_with(&sim, token).get_me().await.unwrap_err();
        assert!(
            matches!(error, SendError::Unauthorised { .. }),
            "{token}: {error}"
        );
    }
    let (id, _) = telegram(&sim).get_me().await.unwrap();
    assert_eq!(id, "123456");
    let client = telegram(&sim);
    sim.stop().await;
    let error = client.get_me().await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(TOKEN), "{error:?}");
}

#[tokio::test]
async fn a_dropped_answer_is_uncertain_and_nobody_can_be_asked() {
    let sim = simulator().await;
    write(&sim, "Есть?");
    sim.control().fault(Fault {
        drop_after_apply: true,
        ..on("sendMessage")
    });
    let channel = Outbound::Telegram(Arc::new(telegram(&sim)));
    let error = channel.send(&buyer(), "Да", "reply-1:0").await.unwrap_err();
    assert!(matches!(error, SendError::Uncertain { .. }), "{error}");
    assert_eq!(accepted(&sim), ["Да"]);
    let lookup = channel
        .find_sent(&buyer(), "Да", jiff::Timestamp::UNIX_EPOCH, &|_| false)
        .await;
    assert_eq!(lookup, Ok(Lookup::CannotAsk));
}

#[tokio::test]
async fn a_card_is_sent_pressed_answered_and_edited_twice_without_harm() {
    let sim = simulator().await;
    write(&sim, "/start");
    let client = telegram(&sim);
    let text = format!("<b>Нужен ответ</b>\n{}", escape("a < b & c"));
    let card = client
        .send_message(&buyer(), &text, Format::Html, &press("Ответить", "esc:1:r"))
        .await
        .unwrap();
    assert_eq!(accepted(&sim), ["Нужен ответ\na < b & c"]);
    let number = api::message_id(&card.id).unwrap();
    for reachable in [true, false] {
        sim.control()
            .telegram_press(BOT, BUYER, number, "esc:1:r", reachable)
            .unwrap();
    }
    let updates = client.get_updates(None, 100, 0).await.unwrap();
    for update in &updates[1..] {
        let said = api::parse(&update.body, "123456").unwrap();
        let Inbound::Button {
            callback_id,
            message,
            ..
        } = &said[0]
        else {
            panic!("{said:?}")
        };
        assert_eq!(message.as_ref(), Some(&card.id));
        client
            .answer_callback(callback_id, "Готово", false)
            .await
            .unwrap();
        client
            .answer_callback(callback_id, "Готово", false)
            .await
            .expect("too late is no fault");
    }
    for _ in 0..2 {
        client
            .edit_text(&buyer(), &card.id, "Закрыто", Format::Plain, &[])
            .await
            .expect("not modified is no fault");
        client.edit_keyboard(&buyer(), &card.id, &[]).await.unwrap();
    }
    let gone = schemas::ProviderId::new("777:9999");
    let edit = client
        .edit_text(&buyer(), &gone, "x", Format::Plain, &[])
        .await;
    assert!(
        matches!(edit, Err(SendError::Refused { status: 400, .. })),
        "{edit:?}"
    );
}

#[tokio::test]
async fn limits_of_the_real_thing_are_held() {
    let sim = simulator().await;
    write(&sim, "Есть?");
    let client = telegram(&sim);
    let send = async |text: &str, format, keyboard: &[Vec<Button>]| {
        client.send_message(&buyer(), text, format, keyboard).await
    };
    send(&"😀".repeat(2048), Format::Plain, &[]).await.unwrap();
    send("да", Format::Plain, &press("Да", &"я".repeat(32)))
        .await
        .unwrap();
    for refused in [
        send(&"😀".repeat(2049), Format::Plain, &[]).await,
        send(" ", Format::Plain, &[]).await,
        send("a < b", Format::Html, &[]).await,
        send("да", Format::Plain, &press("Да", &"я".repeat(33))).await,
    ] {
        assert!(
            matches!(refused, Err(SendError::Refused { status: 400, .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_document_and_typing_go_out() {
    let sim = simulator().await;
    write(&sim, "Счёт пришлите");
    let client = telegram(&sim);
    client.send_typing(&buyer()).await.unwrap();
    let pdf = b"%PDF-1.7".to_vec();
    client
        .send_document(&buyer(), "счёт-7.pdf", "application/pdf", pdf, "Счёт № 7")
        .await
        .unwrap();
    assert_eq!(accepted(&sim), ["счёт-7.pdf"]);
}

#[tokio::test]
async fn a_business_chat_shows_the_owners_words_and_our_echo() {
    let sim = simulator().await;
    let connection = sim.control().telegram_connect(BOT, 555, "Продавец");
    let through = |text: &str, seller| TelegramMessage {
        connection: Some(connection.clone()),
        seller,
        ..TelegramMessage::text(text)
    };
    sim.control()
        .telegram_write(BOT, BUYER, &through("Есть?", false))
        .unwrap();
    let client = telegram(&sim);
    let to = api::address("123456", "777", Some(&connection));
    let sent = client
        .send_message(&to, "Да", Format::Plain, &[])
        .await
        .unwrap();
    sim.control()
        .telegram_write(BOT, BUYER, &through("Приезжайте", true))
        .unwrap();
    sim.control()
        .telegram_delete(BOT, BUYER, &[1], Some(&connection));
    let updates = client.get_updates(None, 100, 0).await.unwrap();
    let said: Vec<Inbound> = updates
        .iter()
        .flat_map(|update| api::parse(&update.body, "123456").unwrap())
        .collect();
    assert!(matches!(
        said[0],
        Inbound::Ignored("business connection enabled")
    ));
    assert!(matches!(&said[1], Inbound::Message { address, .. } if *address == to));
    assert!(matches!(&said[2], Inbound::OwnMessage { provider_id, .. } if *provider_id == sent.id));
    assert!(
        matches!(&said[3], Inbound::OwnMessage { content, .. } if content.text() == "Приезжайте")
    );
    assert!(matches!(&said[4], Inbound::Deleted { .. }));
    assert_eq!(said[4].provider_id(), said[1].provider_id());
}
