//! `AvitoClient` and what it makes of everything that Avito can answer.

use std::{collections::HashSet, sync::Arc, time::Duration};

use channels::{Lookup, Outbound, SendError, avito::address};
use schemas::conversation::Content;
use simulator::Fault;

use crate::stand::{ACCOUNT, CHAT, accepted, ask, avito, avito_with, calls, simulator};

fn on(operation: &str) -> Fault {
    Fault {
        operation: Some(operation.to_owned()),
        count: Some(1),
        ..Fault::default()
    }
}

#[tokio::test]
async fn a_reply_is_accepted_once_and_stands_in_the_history() {
    let sim = simulator().await;
    ask(&sim, "Есть в наличии?");
    let client = avito(&sim);
    let sent = client.send_text(CHAT, "Да, 3 шт.").await.unwrap();
    assert_eq!(accepted(&sim), ["Да, 3 шт."]);
    let history = client.history(CHAT, 100, 0).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].id, sent.id);
    assert!(history[0].outgoing && !history[1].outgoing);
    assert_eq!(
        history[1].content,
        Content::Text("Есть в наличии?".to_owned().into())
    );
}

#[tokio::test]
async fn history_is_read_in_both_shapes() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let client = avito(&sim);
    for object in [false, true] {
        sim.control().fault(Fault {
            history_object: Some(object),
            ..Fault::default()
        });
        assert_eq!(
            client.history(CHAT, 100, 0).await.unwrap().len(),
            1,
            "object: {object}"
        );
    }
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_whether_401_or_403_says_so() {
    for status in [401, 403] {
        let sim = simulator().await;
        ask(&sim, "Есть?");
        let client = avito(&sim);
        client.send_text(CHAT, "первое").await.unwrap();
        sim.control().fault(Fault {
            token_expired: Some(status),
            ..Fault::default()
        });
        client.send_text(CHAT, "второе").await.unwrap();
        assert_eq!(accepted(&sim), ["первое", "второе"]);
        assert_eq!(calls(&sim, "token", 200), 2);
        assert_eq!(calls(&sim, "send", status), 1);
    }
}

#[tokio::test]
async fn a_403_that_outlives_a_fresh_token_is_a_real_one() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    sim.control().fault(Fault {
        status: Some(403),
        count: None,
        ..on("send")
    });
    let error = avito(&sim).send_text(CHAT, "да").await.unwrap_err();
    assert!(matches!(error, SendError::Unauthorised { .. }), "{error}");
    assert_eq!(calls(&sim, "token", 200), 2);
    assert_eq!(calls(&sim, "send", 403), 2);
}

#[tokio::test]
async fn many_callers_share_one_token() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let client = Arc::new(avito(&sim));
    let sends = (0..20).map(|n| {
        let client = Arc::clone(&client);
        async move { client.send_text(CHAT, &format!("ответ {n}")).await }
    });
    for sent in futures::future::join_all(sends).await {
        sent.unwrap();
    }
    assert_eq!(calls(&sim, "token", 200), 1);
    assert_eq!(accepted(&sim).len(), 20);
}

#[tokio::test]
async fn a_token_refusal_is_seen_under_any_status() {
    for status in [200, 400, 401] {
        let sim = simulator().await;
        ask(&sim, "Есть?");
        sim.control().fault(Fault {
            status: Some(status),
            ..on("token")
        });
        let client = avito(&sim);
        let error = client.send_text(CHAT, "да").await.unwrap_err();
        assert!(
            matches!(error, SendError::Unauthorised { .. }),
            "{status}: {error}"
        );
        client
            .send_text(CHAT, "да")
            .await
            .expect("the next try gets a token");
    }
}

#[tokio::test]
async fn wrong_credentials_open_nothing() {
    let sim = simulator().await;
    let error = avito_with(&sim, "wrong").self_account().await.unwrap_err();
    assert!(matches!(error, SendError::Unauthorised { .. }), "{error}");
    assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
    let (id, name) = avito(&sim).self_account().await.unwrap();
    assert_eq!((id.as_str(), name.as_str()), ("94000311", "Рюкзаки"));
}

#[tokio::test]
async fn nothing_is_sent_while_the_token_endpoint_is_down() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    sim.control().fault(Fault {
        status: Some(503),
        ..on("token")
    });
    let error = avito(&sim).send_text(CHAT, "да").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
}

#[tokio::test]
async fn every_status_means_what_the_caller_should_do() {
    type Expected = fn(&SendError) -> bool;
    let cases: [(u16, bool, Expected); 8] = [
        (402, false, |e| {
            matches!(e, SendError::PaymentRequired { .. })
        }),
        (400, false, |e| {
            matches!(e, SendError::Refused { status: 400, .. })
        }),
        (404, false, |e| {
            matches!(e, SendError::Refused { status: 404, .. })
        }),
        (429, false, |e| {
            matches!(
                e,
                SendError::NotSent {
                    retry_after: None,
                    ..
                }
            )
        }),
        (500, false, |e| matches!(e, SendError::Uncertain { .. })),
        (503, false, |e| matches!(e, SendError::Uncertain { .. })),
        (403, true, |e| matches!(e, SendError::NotSent { .. })),
        (429, true, |e| matches!(e, SendError::NotSent { .. })),
    ];
    for (status, html, expected) in cases {
        let sim = simulator().await;
        ask(&sim, "Есть?");
        sim.control().fault(Fault {
            status: Some(status),
            html,
            ..on("send")
        });
        let error = avito(&sim).send_text(CHAT, "да").await.unwrap_err();
        assert!(expected(&error), "{status} html={html}: {error:?}");
        assert!(accepted(&sim).is_empty());
    }
}

#[tokio::test]
async fn after_429_the_account_is_left_alone_for_as_long_as_it_says() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    sim.control().fault(Fault {
        status: Some(429),
        retry_after: Some(1),
        ..on("send")
    });
    let client = avito(&sim);
    let error = client.send_text(CHAT, "да").await.unwrap_err();
    let asked = SendError::NotSent {
        reason: "429 Too Many Requests".to_owned(),
        retry_after: Some(Duration::from_secs(1)),
    };
    assert_eq!(error, asked);
    let error = client.send_text(CHAT, "да").await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::NotSent {
                retry_after: Some(_),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(
        calls(&sim, "send", 429),
        1,
        "the second call stayed at home"
    );
    tokio::time::sleep(Duration::from_millis(1050)).await;
    client.send_text(CHAT, "да").await.unwrap();
}

#[tokio::test]
async fn a_connection_that_ends_after_the_call_is_uncertain_and_history_tells() {
    for slow in [false, true] {
        let sim = simulator().await;
        ask(&sim, "Есть?");
        let begin = provider_time(&sim).await;
        sim.control().fault(Fault {
            drop_after_apply: !slow,
            slow_ms: if slow { 1500 } else { 0 },
            ..on("send")
        });
        let client = Arc::new(avito(&sim));
        let error = client.send_text(CHAT, "Да,  3 шт.").await.unwrap_err();
        assert!(matches!(error, SendError::Uncertain { .. }), "{error}");
        assert_eq!(accepted(&sim), ["Да,  3 шт."]);
        let channel = Outbound::Avito(client);
        let to = address(&ACCOUNT.to_string(), CHAT);
        let mut known = HashSet::new();
        let found = channel
            .find_sent(&to, "Да, 3 шт.", begin, &|id| known.contains(id))
            .await
            .unwrap();
        let Lookup::Found(id) = found else {
            panic!("{found:?}")
        };
        known.insert(id);
        let again = channel
            .find_sent(&to, "Да, 3 шт.", begin, &|id| known.contains(id))
            .await
            .unwrap();
        assert_eq!(
            again,
            Lookup::Absent,
            "an id that is known is another message"
        );
        let other = channel
            .find_sent(&to, "Нет", begin, &|_| false)
            .await
            .unwrap();
        assert_eq!(other, Lookup::Absent);
    }
}

#[tokio::test]
async fn a_connection_that_ends_before_the_call_is_uncertain_and_history_is_empty() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let begin = provider_time(&sim).await;
    sim.control().fault(Fault {
        drop_before_apply: true,
        ..on("send")
    });
    let channel = Outbound::Avito(Arc::new(avito(&sim)));
    let to = address(&ACCOUNT.to_string(), CHAT);
    let error = channel.send(&to, "да", "reply-1:0").await.unwrap_err();
    assert!(matches!(error, SendError::Uncertain { .. }), "{error}");
    let found = channel
        .find_sent(&to, "да", begin, &|_| false)
        .await
        .unwrap();
    assert_eq!(found, Lookup::Absent);
}

#[tokio::test]
async fn without_a_listener_nothing_is_sent() {
    let sim = simulator().await;
    let client = avito(&sim);
    sim.stop().await;
    let error = client.send_text(CHAT, "да").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_held_back_comes_when_it_is_released() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    sim.control().fault(Fault {
        hold: true,
        ..on("send")
    });
    let client = avito(&sim);
    let release = async {
        while accepted(&sim).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sim.control().release();
    };
    let (sent, ()) = tokio::join!(client.send_text(CHAT, "да"), release);
    sent.unwrap();
}

#[tokio::test]
async fn limits_of_the_real_thing_are_held() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let client = avito(&sim);
    client.send_text(CHAT, &"я".repeat(1000)).await.unwrap();
    for refused in [
        client.send_text(CHAT, &"я".repeat(1001)).await.map(drop),
        client.send_text(CHAT, "").await.map(drop),
        client.send_text("u2i-nobody", "да").await.map(drop),
        client.history(CHAT, 100, 1001).await.map(drop),
        client.chats(false, 100, 1001).await.map(drop),
        client.send_image(CHAT, "12345.nothing").await.map(drop),
    ] {
        assert!(
            matches!(refused, Err(SendError::Refused { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn the_other_operations_do_what_they_say() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let client = avito(&sim);
    let chat = client.chat(CHAT).await.unwrap();
    assert_eq!(chat.title.as_deref(), Some("Рюкзак 20 л"));
    assert_eq!(chat.price.as_deref(), Some("2 490 ₽"));
    assert_eq!(chat.owner.as_deref(), Some("94000311"));
    assert_eq!(chat.buyer_name.unwrap().text(), "Иван");
    assert_eq!(client.chats(true, 100, 0).await.unwrap().len(), 1);
    client.mark_read(CHAT).await.unwrap();
    assert!(client.chats(true, 100, 0).await.unwrap().is_empty());

    let image = client.upload_image("a.png", vec![1, 2, 3]).await.unwrap();
    let sent = client.send_image(CHAT, &image).await.unwrap();
    client.delete_message(CHAT, &sent.id).await.unwrap();
    let history = client.history(CHAT, 1, 0).await.unwrap();
    assert!(history[0].deleted);

    client.blacklist(121_000_841, Some(1), 1).await.unwrap();
    assert!(client.voice_files(&["nobody's"]).await.unwrap().is_empty());
    client
        .register_webhook("https://one.example/a")
        .await
        .unwrap();
    client
        .register_webhook("https://two.example/b")
        .await
        .unwrap();
    assert_eq!(
        client.subscriptions().await.unwrap(),
        ["https://two.example/b"]
    );
    client.unsubscribe("https://two.example/b").await.unwrap();
    assert!(client.subscriptions().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_that_no_webhook_told_of_can_be_caught_up_on() {
    let sim = simulator().await;
    let id = ask(&sim, "Есть?");
    let client = avito(&sim);
    let chat = client.chats(true, 100, 0).await.unwrap().remove(0);
    let history = client.history(&chat.id, 100, 0).await.unwrap();
    let inbound = history[0].inbound(client.user_id(), &chat.id, chat.listing.as_ref());
    assert!(matches!(
        &inbound,
        channels::Inbound::Message {
            listing: Some(_),
            ..
        }
    ));
    assert_eq!(inbound.provider_id().unwrap().as_str(), id);
}

/// The provider's time of the newest message.
async fn provider_time(sim: &simulator::Simulator) -> jiff::Timestamp {
    avito(sim).history(CHAT, 1, 0).await.unwrap()[0].created
}
