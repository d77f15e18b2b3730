//! Messages that the buyer changes.

use e2e::{Channel, Setup, World, telegram_body, until};
use serde_json::{Value, json};

/// The same message with other words, changed in a second that is given.
fn changed(body: &Value, update: i64, text: &str, second: i64) -> Value {
    let mut message = body["message"].clone();
    message["text"] = json!(text);
    message["edit_date"] = json!(second);
    json!({"update_id": update, "edited_message": message})
}

#[tokio::test(flavor = "multi_thread")]
async fn two_changes_within_one_second_are_both_recorded_and_the_newest_is_answered() {
    let setup = Setup {
        quiet_window_ms: 1_000,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut chat = world.chat(Channel::Telegram, 1);
    let number = chat.number();
    // The stand-in has to know the chat before anything can be sent to it.
    chat.buyer("Здравствуйте!").await;
    chat.expect_reply(&["Здравствуйте"]).await;

    let body = telegram_body(4_000_001, number, "Чёрный рюкзак 20 л есть?");
    let second = boot::clock::now().as_second();
    let first = changed(&body, 4_000_002, "Красный рюкзак 20 л есть?", second);
    let newest = changed(&body, 4_000_003, "Синий рюкзак 20 л есть?", second);
    let mut events = Vec::new();
    for said in [&body, &first, &newest] {
        let post = world.post_telegram(said).await;
        assert_eq!(post.status, 200);
        events.push(post.event_id.unwrap());
    }
    events.dedup();
    assert_eq!(events.len(), 3, "{events:?}");
    // The older one comes once more, as providers do, and is not the newest for that.
    let again = world.post_telegram(&first).await;
    assert_eq!(again.event_id.as_ref(), Some(&events[1]));

    chat.expect_reply(&["синий", "5 штук", "2 590"]).await;
    world.end().await;
    assert_eq!(chat.count("message_edited").await, 2);
    assert_eq!(chat.replies().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_changed_twice_within_one_second_after_its_answer_is_answered_anew() {
    let setup = Setup {
        quiet_window_ms: 600,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer("Здравствуйте!").await;
    chat.expect_reply(&["Здравствуйте"]).await;
    let body = telegram_body(4_000_001, chat.number(), "Чёрный рюкзак 20 л есть?");
    assert_eq!(world.post_telegram(&body).await.status, 200);
    chat.expect_reply(&["чёрный"]).await;

    let second = boot::clock::now().as_second();
    for (update, text) in [
        (4_000_002, "Красный рюкзак 20 л есть?"),
        (4_000_003, "Синий рюкзак 20 л есть?"),
    ] {
        let edit = changed(&body, update, text, second);
        assert_eq!(world.post_telegram(&edit).await.status, 200);
    }
    until("both are recorded", || async {
        (chat.count("message_edited").await == 2).then_some(())
    })
    .await;
    let reply = chat.expect_reply(&["синий", "5 штук"]).await;
    assert!(!reply.contains("красный"), "{reply}");
    world.end().await;
    assert_eq!(chat.replies().await.len(), 3);
}
