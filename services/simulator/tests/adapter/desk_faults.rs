//! `DeskBot` when Telegram misbehaves, and the payloads as a program sees them that is not ours.

use std::time::Duration;

use channels::desk::{Card, DeskError};
use serde_json::{Value, json};
use simulator::{Fault, Provider, Simulator};

use crate::{
    desk::{SELLER, accepted, button, card, opened},
    stand::{DESK, DESK_TOKEN, calls, desk_with, simulator},
};

fn on(operation: &str) -> Fault {
    Fault {
        provider: Some(Provider::Telegram),
        operation: Some(operation.to_owned()),
        count: Some(1),
        ..Fault::default()
    }
}

async fn call(sim: &Simulator, method: &str, body: Value) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/bot{DESK_TOKEN}/{method}", sim.url());
    let answer = http.post(url).json(&body).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_seller_who_blocked_the_bot_or_never_opened_it_is_not_reached() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    sim.control().telegram_block(DESK, SELLER, true);
    assert_eq!(
        bot.send(SELLER, &card("Ещё")).await,
        Err(DeskError::Blocked)
    );
    assert_eq!(bot.edit(&at, &card("Ещё")).await, Err(DeskError::Blocked));
    assert_eq!(
        bot.say(999, "Есть кто?", None, false).await,
        Err(DeskError::Blocked)
    );
    sim.control().telegram_block(DESK, SELLER, false);
    bot.send(SELLER, &card("Ещё")).await.unwrap();
    assert_eq!(accepted(&sim).len(), 2);
}

#[tokio::test]
async fn after_429_the_desk_waits_for_as_long_as_telegram_says() {
    let (sim, bot) = opened().await;
    sim.control().fault(Fault {
        status: Some(429),
        retry_after: Some(1),
        ..on("sendMessage")
    });
    let error = bot.send(SELLER, &card("Нужен ответ")).await.unwrap_err();
    assert_eq!(error, DeskError::Wait(Duration::from_secs(1)));
    let error = bot.say(SELLER, "ау", None, false).await.unwrap_err();
    assert!(
        matches!(error, DeskError::Wait(left) if left <= Duration::from_secs(1)),
        "{error:?}"
    );
    assert_eq!(calls(&sim, "sendmessage", 429), 1, "not asked meanwhile");
    tokio::time::sleep(Duration::from_millis(1050)).await;
    bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    assert_eq!(accepted(&sim).len(), 1);
}

#[tokio::test]
async fn a_card_whose_answer_was_cut_off_may_have_arrived() {
    let (sim, bot) = opened().await;
    for (fault, arrived) in [
        (
            Fault {
                drop_after_apply: true,
                ..on("sendMessage")
            },
            1,
        ),
        (
            Fault {
                drop_before_apply: true,
                ..on("sendMessage")
            },
            1,
        ),
        (
            Fault {
                status: Some(502),
                html: true,
                ..on("sendMessage")
            },
            1,
        ),
        (
            Fault {
                hold: true,
                ..on("sendMessage")
            },
            2,
        ),
    ] {
        sim.control().fault(fault);
        let outcome = bot.send(SELLER, &card("Нужен ответ")).await;
        let Err(DeskError::Unreachable { not_sent, .. }) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(!not_sent, "the request left, so nobody can be sure");
        assert_eq!(accepted(&sim).len(), arrived);
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent_for_certain() {
    let (sim, bot) = opened().await;
    sim.stop().await;
    for _ in 0..2 {
        let error = bot.send(SELLER, &card("Нужен ответ")).await.unwrap_err();
        assert!(
            matches!(error, DeskError::Unreachable { not_sent: true, .. }),
            "{error:?}"
        );
        assert!(!format!("{error:?} {error}").contains(DESK_TOKEN));
    }
}

#[tokio::test]
async fn a_token_that_is_no_bots_is_told_apart() {
    let sim = simulator().await;
    for token in ["654321:wrong", "77:unknown", "malformed"] {
        let bot = desk_with(&sim, token);
        assert_eq!(bot.me().await, Err(DeskError::Unauthorised), "{token}");
        let sent = bot.send(SELLER, &card("Нужен ответ")).await;
        assert_eq!(sent, Err(DeskError::Unauthorised), "{token}");
    }
}

#[tokio::test]
async fn a_long_card_arrives_shortened() {
    let (sim, bot) = opened().await;
    let long = Card {
        text: format!("Нужен ответ\n{}\nПочему: жалоба", "слово 😀 ".repeat(2000)),
        buttons: vec![vec![button("Забрать", &"я".repeat(32))]],
        ..Card::default()
    };
    let at = bot.send(SELLER, &long).await.unwrap();
    let shown = sim.control().telegram_shown(DESK, SELLER);
    let text = &shown.last().unwrap().text;
    assert!(text.encode_utf16().count() <= 4096);
    assert!(text.starts_with("Нужен ответ\n") && text.ends_with("\nПочему: жалоба"));
    bot.edit(&at, &long).await.expect("it is the same again");
    let outcome = bot
        .send(
            SELLER,
            &Card {
                buttons: vec![vec![button("Забрать", &"я".repeat(33))]],
                ..card("Нужен ответ")
            },
        )
        .await;
    assert!(
        matches!(&outcome, Err(DeskError::Refused(why)) if why.contains("Забрать")),
        "{outcome:?}"
    );
    assert_eq!(accepted(&sim).len(), 1);
}

#[tokio::test]
async fn a_message_comes_back_with_what_it_answers_and_its_buttons() {
    let (sim, _bot) = opened().await;
    let reply = json!({
        "chat_id": SELLER, "text": "Нужен ответ\nИван",
        "entities": [{"type": "bold", "offset": 0, "length": 11}],
        "reply_parameters": {"message_id": 1},
        "reply_markup": {"inline_keyboard": [[{"text": "Забрать", "callback_data": "a"}]]},
    });
    let sent = call(&sim, "sendMessage", reply.clone()).await;
    let message = &sent["result"];
    assert_eq!(message["reply_to_message"]["message_id"], 1);
    assert_eq!(message["reply_to_message"]["text"], "/start desk-7F3K9Q");
    assert_eq!(message["entities"], reply["entities"]);
    assert_eq!(message["reply_markup"], reply["reply_markup"]);
    let force = json!({
        "chat_id": SELLER, "text": "Что ответить?",
        "reply_markup": {"force_reply": true, "input_field_placeholder": "Ответ"},
    });
    let prompt = call(&sim, "sendMessage", force).await;
    assert_eq!(prompt["result"].get("reply_markup"), None);
    for (method, body, why) in [
        (
            "sendMessage",
            json!({"chat_id": SELLER, "text": "а", "reply_parameters": {"message_id": 99}}),
            "Bad Request: message to be replied not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": SELLER, "text": "а", "reply_markup": {"inline_keyboard": [[{"text": "б"}]]}}),
            "Text buttons are unallowed",
        ),
        (
            "sendMessage",
            json!({"chat_id": SELLER, "text": "а", "entities": [{"type": "bold", "offset": 0, "length": 2}]}),
            "Bad Request: can't parse entities",
        ),
        (
            "sendMessage",
            json!({"chat_id": SELLER, "text": "а", "reply_markup": {"force_reply": true, "input_field_placeholder": "я".repeat(65)}}),
            "Bad Request: input field placeholder",
        ),
        (
            "editMessageText",
            json!({"chat_id": SELLER, "message_id": 2, "text": "а", "reply_markup": {"force_reply": true}}),
            "Bad Request: inline keyboard expected",
        ),
        (
            "editMessageText",
            json!({"chat_id": SELLER, "message_id": 1, "text": "а"}),
            "Bad Request: message can't be edited",
        ),
        (
            "editMessageReplyMarkup",
            reply_markup_of(&reply),
            "Bad Request: message is not modified",
        ),
        (
            "deleteMessage",
            json!({"chat_id": SELLER, "message_id": 99}),
            "Bad Request: message to delete not found",
        ),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "1"}),
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
    ] {
        let answer = call(&sim, method, body).await;
        let said = answer["description"].as_str().unwrap_or_default();
        assert!(said.contains(why), "{method}: {answer}");
        assert_eq!(answer["error_code"], 400);
    }
}

fn reply_markup_of(message: &Value) -> Value {
    json!({"chat_id": SELLER, "message_id": 2, "reply_markup": message["reply_markup"]})
}

#[tokio::test]
async fn updates_that_are_not_asked_for_do_not_come() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let ask = |kinds: &[&str], offset: i64| {
        let body = json!({"timeout": 0, "offset": offset, "allowed_updates": kinds});
        call(&sim, "getUpdates", body)
    };
    let tap = || {
        let number = at.message_id;
        sim.control()
            .telegram_tap(DESK, SELLER, number, "Забрать")
            .unwrap()
    };
    let first = ask(&["message"], 0).await;
    let next = first["result"][0]["update_id"].as_i64().unwrap() + 1;
    tap();
    let none = ask(&["message", "callback_query"], next).await;
    assert_eq!(none["result"], json!([]), "it came before it was asked for");
    let id = tap();
    let one = ask(&[], next).await;
    assert_eq!(one["result"].as_array().unwrap().len(), 1);
    assert_eq!(one["result"][0]["callback_query"]["id"], json!(id));
    assert_eq!(one["result"][0]["callback_query"]["data"], "a2");
}

#[tokio::test]
async fn a_seller_is_played_over_http_too() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let chat = format!("{}/sim/telegram/{DESK}/chats/{SELLER}", sim.url());
    let post = async |path: &str, body: Value| -> Value {
        let sent = http.post(path).json(&body).send().await.unwrap();
        sent.json().await.unwrap()
    };
    let tap = json!({"message_id": at.message_id, "label": "Забрать", "twice": true});
    let tapped = post(&format!("{chat}/tap"), tap).await;
    let ids = tapped["callback_query_ids"].as_array().unwrap();
    assert_eq!(ids.len(), 2);
    let old = ids[0].as_str().unwrap();
    let outdate = format!("{}/sim/telegram/{DESK}/taps/{old}/outdate", sim.url());
    post(&outdate, json!({})).await;
    let late = call(
        &sim,
        "answerCallbackQuery",
        json!({"callback_query_id": old}),
    )
    .await;
    assert_eq!(late["ok"], false);
    let reply = json!({"text": "Беру", "reply_to": at.message_id});
    post(&format!("{chat}/messages"), reply).await;
    post(&format!("{chat}/start"), json!({"code": "desk-2"})).await;
    let shown: Value = http
        .get(format!("{chat}/messages"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(shown[1]["buttons"][0][1]["label"], "Забрать");
    assert_eq!(shown[2]["reply_to"], at.message_id);
    assert_eq!(shown[3]["text"], "/start desk-2");
}
