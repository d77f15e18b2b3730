//! Webhooks as they come: with echoes, repeats, losses, disorder and retries.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use channels::{Inbound, avito as parse_avito, telegram as parse_telegram};
use serde_json::{Value, json};
use simulator::{AvitoMessage, Fault, Simulator, TelegramMessage};

use crate::{
    receiver::Receiver,
    stand::{ACCOUNT, BOT, CHAT, ask, avito, simulator, telegram},
};

async fn subscribed() -> (Simulator, Receiver) {
    let (sim, receiver) = (simulator().await, Receiver::start().await);
    avito(&sim).register_webhook(&receiver.url).await.unwrap();
    (sim, receiver)
}

fn inbound(body: &Value) -> Inbound {
    let body = serde_json::to_vec(body).unwrap();
    parse_avito::parse(&body, &ACCOUNT.to_string()).unwrap()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap().to_str().unwrap()
}

fn texts(came: &[(HeaderMap, Value)]) -> Vec<String> {
    let text = |body: &Value| body.pointer("/payload/value/content/text").cloned();
    let texts = came.iter().filter_map(|(_, body)| text(body));
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_buyers_message_our_echo_and_the_sellers_words_all_come() {
    let (sim, receiver) = subscribed().await;
    ask(&sim, "Есть?");
    let sent = avito(&sim).send_text(CHAT, "Да").await.unwrap();
    let seller = AvitoMessage {
        author: Some(ACCOUNT),
        ..AvitoMessage::text("Приезжайте")
    };
    sim.control().avito_write(ACCOUNT, CHAT, &seller);
    let came = receiver.wait_for(3).await;
    assert!(matches!(inbound(&came[0].1), Inbound::Message { .. }));
    let echo = inbound(&came[1].1);
    assert!(matches!(&echo, Inbound::OwnMessage { provider_id, .. } if *provider_id == sent.id));
    assert!(matches!(inbound(&came[2].1), Inbound::OwnMessage { .. }));
    let signature = header(&came[0].0, "x-avito-messenger-signature");
    assert_eq!(signature.len(), 64);
    assert!(signature.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[tokio::test]
async fn repeats_have_the_same_message_id_in_new_envelopes() {
    let (sim, receiver) = subscribed().await;
    sim.control().fault(Fault {
        duplicate_webhooks: Some(2),
        ..Fault::default()
    });
    let id = ask(&sim, "Есть?");
    let came = receiver.wait_for(3).await;
    sim.control().clear_faults();
    sim.control().avito_redeliver(ACCOUNT, &id).unwrap();
    let came_again = receiver.wait_for(4).await;
    assert_eq!((came.len(), came_again.len()), (3, 4));
    let envelopes: BTreeSet<_> = came_again
        .iter()
        .map(|(_, body)| body["id"].to_string())
        .collect();
    assert_eq!(envelopes.len(), 4);
    assert!(
        came_again
            .iter()
            .all(|(_, body)| body["payload"]["value"]["id"] == id.as_str())
    );
}

#[tokio::test]
async fn webhooks_can_be_lost_and_mixed_up() {
    let (sim, receiver) = subscribed().await;
    let fault = |drop_percent, shuffle| Fault {
        drop_percent: Some(drop_percent),
        shuffle: Some(shuffle),
        ..Fault::default()
    };
    sim.control().fault(fault(100, false));
    ask(&sim, "никогда");
    sim.control().fault(fault(0, true));
    let written: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    for text in &written {
        ask(&sim, text);
    }
    let came = texts(&receiver.wait_for(30).await);
    assert_ne!(came, written, "thirty in order by chance");
    let all: BTreeSet<_> = came.iter().collect();
    assert_eq!(all, written.iter().collect());
}

#[tokio::test]
async fn without_faults_the_messages_of_a_chat_come_in_order() {
    let (sim, receiver) = subscribed().await;
    let written: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    for text in &written {
        ask(&sim, text);
    }
    assert_eq!(texts(&receiver.wait_for(30).await), written);
}

#[tokio::test]
async fn avito_waits_two_seconds_and_tries_again_a_few_times() {
    let (sim, receiver) = subscribed().await;
    receiver.answer_next(200, 2500);
    receiver.answer_next(500, 0);
    ask(&sim, "Есть?");
    let came = receiver.wait_for(3).await;
    assert_eq!(came.len(), 3);
    let attempts: Vec<_> = sim
        .control()
        .deliveries()
        .iter()
        .map(|delivered| (delivered.attempt, delivered.status))
        .collect();
    assert_eq!(attempts, [(1, None), (2, Some(500)), (3, Some(200))]);
}

#[tokio::test]
async fn probes_system_texts_deletions_and_unheard_of_things_can_be_sent() {
    let (sim, receiver) = subscribed().await;
    let control = sim.control();
    let id = ask(&sim, "Есть?");
    control.avito_webhook(ACCOUNT, json!({}));
    control.avito_webhook(
        ACCOUNT,
        json!({"payload": {"type": "weather", "value": {}}}),
    );
    receiver.wait_for(3).await;
    control.avito_delete(ACCOUNT, CHAT, &id).unwrap();
    let system = AvitoMessage {
        author: Some(0),
        kind: Some("system".to_owned()),
        content: Some(json!({"text": "[Системное сообщение] …", "flow_id": "x"})),
        ..AvitoMessage::default()
    };
    control.avito_write(ACCOUNT, CHAT, &system);
    let old = AvitoMessage {
        without: vec!["item_id".to_owned(), "published_at".to_owned()],
        ..AvitoMessage::text("старое")
    };
    control.avito_write(ACCOUNT, CHAT, &old);
    let said: Vec<Inbound> = receiver
        .wait_for(6)
        .await
        .iter()
        .map(|(_, body)| inbound(body))
        .collect();
    let count = |fits: fn(&Inbound) -> bool| said.iter().filter(|one| fits(one)).count();
    assert_eq!(count(|one| matches!(one, Inbound::Probe)), 1);
    assert_eq!(count(|one| matches!(one, Inbound::Unrecognised)), 1);
    assert_eq!(count(|one| matches!(one, Inbound::Deleted { .. })), 1);
    assert_eq!(count(|one| matches!(one, Inbound::Notice { .. })), 1);
    assert_eq!(
        count(|one| matches!(one, Inbound::Message { listing: None, .. })),
        1
    );
}

#[tokio::test]
async fn telegram_pushes_with_the_secret_in_order_and_again_until_it_is_taken() {
    let (sim, receiver) = (simulator().await, Receiver::start().await);
    let client = telegram(&sim);
    let write = |text: &str| {
        let message = TelegramMessage::text(text);
        sim.control().telegram_write(BOT, 777, &message).unwrap()
    };
    write("до");
    for _ in 0..4 {
        receiver.answer_next(503, 0);
    }
    client
        .set_webhook(&receiver.url, &"s3cret_TOKEN-1".into())
        .await
        .unwrap();
    write("после");
    let came = receiver.wait_for(6).await;
    let texts: Vec<_> = came
        .iter()
        .map(|(_, body)| body["message"]["text"].clone())
        .collect();
    assert_eq!(texts, ["до", "до", "до", "до", "до", "после"]);
    for (headers, body) in &came {
        assert_eq!(
            header(headers, "x-telegram-bot-api-secret-token"),
            "s3cret_TOKEN-1"
        );
        let body = serde_json::to_vec(body).unwrap();
        let said = parse_telegram::parse(&body, "123456").unwrap();
        assert!(matches!(said[0], Inbound::Message { .. }));
    }
    assert_eq!(client.webhook_info().await.unwrap().pending, 0);
    let number = came[0].1["update_id"].as_i64().unwrap();
    sim.control().telegram_redeliver(BOT, number).unwrap();
    sim.control().telegram_jump(BOT, 500);
    write("потом");
    let came = receiver.wait_for(8).await;
    assert_eq!(came[6].1["update_id"], number);
    assert!(came[7].1["update_id"].as_i64().unwrap() > number + 500);
}
