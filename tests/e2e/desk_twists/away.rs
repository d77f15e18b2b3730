//! Nobody is there, or cannot be reached.

use std::time::Duration;

use domain::Owner;
use e2e::{Chat, DESK, World, until};
use simulator::{Fault, Provider};

use super::stage::{Stage, Twist};
use crate::desk::PERSON;

/// Today, as the shop's clocks show it.
fn today() -> jiff::civil::Date {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    boot::clock::now().to_zoned(zone).date()
}

/// Opening hours that begin in three hours and end an hour later, and the hour at which they begin, as the shop's clocks
/// show it.
fn closed_now() -> (String, String) {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    let now = boot::clock::now().to_zoned(zone);
    let opens = (now.hour() + 3) % 24;
    let ends = (now.hour() + 4) % 24;
    (format!("{opens:02}:00-{ends:02}:00"), format!("{opens}:00"))
}

async fn settings(world: &World, rows: &str) {
    let before = world.shop_events().await.len();
    world
        .sheet
        .save_tab("settings", &format!("name,value\n{rows}"));
    until("the settings are read", || async {
        (world.shop_events().await.len() > before).then_some(())
    })
    .await;
    // The router believes what it knows of a shop for a moment.
    tokio::time::sleep(Duration::from_millis(400)).await;
}

/// A seller who has blocked the desk's bot (`403`) does not keep the card from the next one.
pub(super) async fn blocked_by_one_seller(stage: &mut Stage) {
    stage
        .world
        .control()
        .telegram_block(DESK, stage.first().id, true);
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, PERSON).await;
    let second = stage.second();
    let card = stage.card(&second, &chat).await;
    let card = second.sees_change(card.message_id, &["3 штуки"]).await;
    stage.taps(&second, &card, "Отправить").await;
    chat.expect_reply(&["3 штуки"]).await;
    // Who writes to the bot again can be written to.
    stage
        .world
        .control()
        .telegram_block(DESK, stage.first().id, false);
    let first = stage.first();
    stage.does(async || first.writes("/status")).await;
    first.sees(&["Бот работает"]).await;
    let events = [("handoff_requested", 1), ("seller_replied", 1)];
    stage.went(&chat, 2, &events).await;
}

/// At night the buyer is told once when somebody comes, and the bot goes on.
pub(super) async fn at_night(stage: &mut Stage) {
    let (hours, opens) = closed_now();
    settings(&stage.world, &format!("work_hours,{hours}\n")).await;
    let mut chat = stage.chat();
    stage.buyer(&chat, PERSON).await;
    chat.expect_reply(&["Сейчас никого нет", &opens]).await;
    chat.until_event("bot_resumed").await;
    assert_eq!(chat.state().await.owner(), Owner::Bot);
    stage.buyer(&chat, "Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    stage.buyer(&chat, "позовите живого человека").await;
    let again = chat.expect_reply(&[]).await;
    assert!(
        !again.contains("никого"),
        "told twice in one night: {again}"
    );
    stage.went(&chat, 3, &[("bot_resumed", 2)]).await;
    // The card came without a sound, and waits for the morning.
    let card = stage.card(&stage.first(), &chat).await;
    assert!(card.silent);
}

/// On a holiday nobody is expected today.
pub(super) async fn on_a_holiday(stage: &mut Stage) {
    let rows = format!("work_hours,круглосуточно\nholidays,{}\n", today());
    settings(&stage.world, &rows).await;
    let mut chat = stage.chat();
    stage.buyer(&chat, PERSON).await;
    chat.expect_reply(&["Сейчас никого нет", "завтра"]).await;
    let card = stage.card(&stage.first(), &chat).await;
    assert!(card.silent);
    stage.went(&chat, 1, &[("handoff_requested", 1)]).await;
}

/// For ten minutes Telegram takes nothing for the sellers: cards are kept, and each comes once.
pub(super) async fn telegram_for_ten_minutes(stage: &mut Stage) {
    let seller = stage.first();
    stage.world.control().fault(Fault {
        provider: Some(Provider::Telegram),
        chat: Some(seller.id.to_string()),
        drop_before_apply: true,
        ..Fault::default()
    });
    let mut chats: Vec<Chat> = Vec::new();
    for _ in 0..3 {
        let mut chat = stage.chat();
        stage.handed_over(&mut chat, PERSON).await;
        chats.push(chat);
        stage.world.passes(Duration::from_secs(5 * 60));
    }
    let before = seller.shown().len();
    // Long enough for tries under the moved clock.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(seller.shown().len(), before, "Telegram is away");
    stage.behave();
    for chat in &chats {
        let matter = stage.matter(chat).await;
        until("the card has come", || async {
            let posts = stage.posts(seller.id, &matter).await;
            (!posts.is_empty()).then_some(())
        })
        .await;
    }
    stage.world.until_idle().await;
    for chat in &chats {
        let matter = stage.matter(chat).await;
        let mut posts = stage.posts(seller.id, &matter).await;
        // Ten minutes without an answer are also worth a reminder.
        posts.retain(|post| post["kind"] != "reminder");
        assert_eq!(posts.len(), 1, "{posts:?}");
        stage.went(chat, 1, &[("handoff_requested", 1)]).await;
    }
    if stage.twist != Twist::Killed {
        let shown = seller.shown().into_iter();
        let cards = shown.filter(|card| card.text.contains("просит позвать"));
        assert_eq!(cards.count(), chats.len());
    }
    for chat in &mut chats {
        let card = stage.card(&seller, chat).await;
        stage.taps(&seller, &card, "Отправить").await;
        chat.expect_reply(&["3 штуки"]).await;
        stage.went(chat, 2, &[("seller_replied", 1)]).await;
    }
}
