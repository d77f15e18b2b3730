//! Voice notes: heard and answered like any other words, or given to the seller. And pictures, which nobody reads.

use std::time::{Duration, Instant};

use domain::Owner;
use e2e::{BOT, Channel, Chat, Service, Setup, World, until};
use serde_json::{Value, json};
use simulator::{Fault, Misbehaviour, Provider, TelegramMessage};

const WORDS: &str = "есть синий рюкзак?";
const SPOKEN: [Channel; 2] = [Channel::Avito, Channel::Telegram];
const HEARING: Setup = Setup {
    voice: true,
    ..Setup::USUAL
};

/// The payload of the chat's only event of this type.
async fn only(chat: &Chat, name: &str) -> Value {
    let name = format!("torg.conversation.{name}.v1");
    let mut events = chat.events().await;
    events.retain(|event| event["type"] == name.as_str());
    assert_eq!(events.len(), 1, "{name}: {events:?}");
    events.remove(0)["data"].take()
}

fn fault(world: &World, provider: Provider, operation: &str, fault: Fault) {
    world.control().fault(Fault {
        provider: Some(provider),
        operation: Some(operation.to_owned()),
        ..fault
    });
}

/// Nobody could tell what the note says: the buyer is told once, and the chat is the seller's.
async fn goes_to_the_seller(chat: &mut Chat, reason: &str) {
    chat.expect_reply(&["передал продавцу"]).await;
    let heard = only(chat, "voice_transcribed").await;
    assert_eq!(heard["reason"], reason, "{heard}");
    assert_eq!(heard["text"], Value::Null);
    let handoff = only(chat, "handoff_requested").await;
    assert_eq!(handoff["reason"], "unreadable");
    assert_eq!(handoff["detail"], "voice note");
    assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
    assert_eq!(chat.replies().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_note_is_answered_like_the_words_in_it() {
    let world = World::with(HEARING).await;
    for channel in SPOKEN {
        let mut chat = world.chat(channel, 1);
        let spoken = Instant::now();
        chat.speaks(WORDS);
        chat.expect_reply(&["синий", "5 штук", "2 590"]).await;
        // The router does not sit out the longest that it would wait for the words.
        assert!(spoken.elapsed() < Duration::from_secs(10));
        let heard = only(&chat, "voice_transcribed").await;
        assert_eq!(heard["text"]["open"], WORDS);
        assert_eq!(heard["call"]["purpose"], "transcribe");
        assert_eq!(heard["call"]["endpoint"], "127.0.0.1");
        assert_eq!(heard["call"]["model"], "stand-in");
        assert_eq!(heard["call"]["outcome"], "used");
        assert_eq!(chat.replies().await.len(), 1);
        assert_eq!(chat.state().await.owner(), Owner::Bot);
    }
    // Whoever has not written yet is not taken to speak the language of their telephone.
    let calls = world.control().model_calls();
    let sent: Vec<&Value> = calls.iter().map(|call| &call.request).collect();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|form| form.get("language").is_none()));
    assert_eq!(sent[0]["file"]["name"], "voice.mp4");
    assert_eq!(sent[1]["file"]["name"], "voice.ogg");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_notes_of_one_burst_are_heard_side_by_side_and_answered_together() {
    let world = World::with(HEARING).await;
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;
    let slow = Fault {
        slow_ms: 1_000,
        count: Some(2),
        ..Fault::default()
    };
    fault(&world, Provider::Model, "transcriptions", slow);
    let spoken = ["а синий есть?", "сколько он стоит?"];
    for words in spoken {
        chat.speaks(words);
    }
    chat.expect_reply(&["синий", "2 590"]).await;
    assert_eq!(chat.replies().await.len(), 2);
    assert_eq!(chat.count("voice_transcribed").await, 2);
    let mut events = chat.events().await;
    events.retain(|event| event["type"] == "torg.conversation.turn_routed.v1");
    let turn = &events.last().unwrap()["data"];
    assert_eq!(turn["messages"].as_array().unwrap().len(), 2, "{turn}");
    let asks = turn["asks"].to_string();
    assert!(spoken.iter().all(|words| asks.contains(words)), "{turn}");
    let calls = world.control().model_calls();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.request["language"] == "ru"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_voice_note_is_heard_anew() {
    let setup = Setup {
        quiet_window_ms: 2_500,
        ..HEARING
    };
    let world = World::with(setup).await;
    let mut chat = world.chat(Channel::Telegram, 1);
    let message = TelegramMessage::voice("есть красный рюкзак?");
    let control = world.control();
    let number = control.telegram_write(BOT, chat.number(), &message);
    chat.until_event("voice_transcribed").await;
    let message = TelegramMessage::voice(WORDS);
    let edited = control.telegram_edit(BOT, chat.number(), number.unwrap(), &message);
    edited.unwrap();
    let reply = chat.expect_reply(&["синий", "2 590"]).await;
    assert!(!reply.contains("красный"), "{reply}");
    assert_eq!(chat.count("voice_transcribed").await, 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_endpoint_the_buyer_is_told_once_and_the_seller_gets_the_note() {
    let world = World::start().await;
    for channel in SPOKEN {
        let mut chat = world.chat(channel, 1);
        chat.speaks(WORDS);
        goes_to_the_seller(&mut chat, "no transcription endpoint is configured").await;
        // Told is told: what comes next waits for the seller, too.
        chat.speaks("алло, вы тут?");
        chat.until_events("voice_transcribed", 2).await;
        world.until_idle().await;
        assert_eq!(chat.replies().await.len(), 1);
    }
    assert!(world.control().model_calls().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_hangs_costs_its_deadline_and_holds_up_nobody_else() {
    let world = World::with(HEARING).await;
    let hang = Fault {
        model: Some(Misbehaviour::Hang),
        ..Fault::default()
    };
    fault(&world, Provider::Model, "transcriptions", hang);
    let mut chat = world.chat(Channel::Telegram, 1);
    let mut other = world.chat(Channel::Telegram, 2);
    let spoken = Instant::now();
    chat.speaks(WORDS);
    chat.until_event("message_received").await;
    other.buyer("Красный рюкзак 20 л есть?").await;
    other.expect_reply(&["3 штуки"]).await;
    assert_eq!(chat.count("voice_transcribed").await, 0);
    goes_to_the_seller(&mut chat, "no whole answer within the deadline").await;
    assert!(spoken.elapsed() < Duration::from_secs(12));
    let heard = only(&chat, "voice_transcribed").await;
    let took = heard["call"]["took_ms"].as_u64().unwrap();
    assert!(took >= 3_900, "{heard}");
    world.control().clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_cannot_be_fetched_is_asked_for_twice_and_then_goes_to_the_seller() {
    let world = World::with(HEARING).await;
    let away = |count| Fault {
        status: Some(503),
        count,
        ..Fault::default()
    };
    fault(&world, Provider::Avito, "voice_file", away(Some(1)));
    let mut lucky = world.chat(Channel::Avito, 1);
    lucky.speaks(WORDS);
    lucky.expect_reply(&["синий", "2 590"]).await;

    fault(&world, Provider::Telegram, "file", away(None));
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.speaks(WORDS);
    let reason = "not fetched: the server of the file answered 503";
    goes_to_the_seller(&mut chat, reason).await;
    let calls = world.control().calls();
    let asked = calls.iter().find(|row| row.operation == "file");
    assert_eq!(asked.unwrap().count, 2);
    assert_eq!(only(&chat, "voice_transcribed").await["call"], Value::Null);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dispatcher_killed_while_a_note_is_written_down_hears_it_again_and_answers_once() {
    let setup = Setup {
        processes: true,
        ..HEARING
    };
    let mut world = World::with(setup).await;
    let hold = Fault {
        hold: true,
        count: Some(1),
        ..Fault::default()
    };
    fault(&world, Provider::Model, "transcriptions", hold);
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.speaks(WORDS);
    until("the endpoint has the note", || async {
        (!world.control().model_calls().is_empty()).then_some(())
    })
    .await;
    world.kill(Service::Dispatcher).await;
    world.control().clear_faults();
    world.run(Service::Dispatcher).await;
    chat.expect_reply(&["синий", "2 590"]).await;
    let heard = only(&chat, "voice_transcribed").await;
    assert_eq!(heard["text"]["open"], WORDS);
    assert_eq!(chat.count("turn_routed").await, 1);
    assert_eq!(world.control().model_calls().len(), 2);

    // What is recorded is not written down again, whoever looks at the chat.
    world.kill_and_run(Service::Dispatcher).await;
    chat.buyer("а красный?").await;
    chat.expect_reply(&["2 490"]).await;
    assert_eq!(world.control().model_calls().len(), 2);
    assert_eq!(chat.replies().await.len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_to_the_seller_with_what_is_written_under_it() {
    let world = World::with(HEARING).await;
    let mut chat = world.chat(Channel::Telegram, 1);
    let caption = "такой же синий есть?";
    let message = TelegramMessage {
        body: Some(json!({
            "photo": [{"file_id": "AgACAgI", "file_unique_id": "a", "width": 90, "height": 90}],
            "caption": caption,
        })),
        ..TelegramMessage::default()
    };
    let number = chat.number();
    let written = world.control().telegram_write(BOT, number, &message);
    written.unwrap();
    chat.expect_reply(&["передал продавцу"]).await;
    let handoff = only(&chat, "handoff_requested").await;
    assert_eq!(handoff["reason"], "unreadable");
    assert_eq!(handoff["detail"], "picture");
    // The turn that is handed over has the words, and names the message that has the picture.
    let events = chat.events().await;
    let turn = events.iter().find(|event| event["id"] == handoff["turn"]);
    let turn = &turn.unwrap()["data"];
    let words = caption.trim_end_matches('?');
    assert!(turn["asks"].to_string().contains(words), "{turn}");
    let shown = events
        .iter()
        .find(|event| event["id"] == turn["messages"][0]);
    let content = &shown.unwrap()["data"]["content"];
    assert_eq!(content["image"]["open"], caption, "{content}");
    assert_eq!(chat.count("voice_transcribed").await, 0);
    assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
    world.end().await;
}
