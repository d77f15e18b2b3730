//! The desk when things are not as they should be: nobody there, a rush, Telegram away, a phone that is off.

use std::time::Duration;

use domain::Owner;
use e2e::{Channel, DESK, SELLERS, Service, Setup, World, events, shop, until};
use schemas::AggregateKey;
use simulator::{Fault, Filter, Provider};

use crate::desk::{BUNDLE, PERSON};

const DESKS: Setup = crate::desk::DESK;

/// Today, as the shop's clocks show it.
pub(crate) fn today() -> jiff::civil::Date {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    boot::clock::now().to_zoned(zone).date()
}

/// Opening hours that begin in three hours and end an hour later, and the hour at which they begin, as the shop's clocks
/// show it.
pub(crate) fn closed_now() -> (String, String) {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    let now = boot::clock::now().to_zoned(zone);
    let opens = (now.hour() + 3) % 24;
    let ends = (now.hour() + 4) % 24;
    (format!("{opens:02}:00-{ends:02}:00"), format!("{opens}:00"))
}

pub(crate) async fn settings(world: &World, rows: &str) {
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

#[tokio::test(flavor = "multi_thread")]
async fn at_night_the_buyer_is_told_once_when_somebody_comes_and_the_bot_goes_on() {
    let world = World::with(DESKS).await;
    let (hours, opens) = closed_now();
    settings(&world, &format!("work_hours,{hours}\n")).await;
    for (number, channel) in (1..).zip([Channel::Avito, Channel::Telegram]) {
        let mut chat = world.chat(channel, number);
        chat.buyer(PERSON).await;
        chat.expect_reply(&["Сейчас никого нет", &opens]).await;
        chat.until_event("bot_resumed").await;
        assert_eq!(chat.state().await.owner(), Owner::Bot);
        chat.buyer("Красный рюкзак 20 л есть?").await;
        chat.expect_reply(&["3 штуки", "2 490"]).await;
        chat.buyer("позовите живого человека").await;
        let again = chat.expect_reply(&[]).await;
        assert!(
            !again.contains("никого"),
            "told twice in one night: {again}"
        );
    }
    // The card came without a sound, and waits for the morning.
    let card = world.seller(0).sees(&["просит позвать"]).await;
    assert!(card.silent);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_holiday_nobody_is_expected_today() {
    let world = World::with(DESKS).await;
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    let today = boot::clock::now().to_zoned(zone).date();
    settings(
        &world,
        &format!("work_hours,круглосуточно\nholidays,{today}\n"),
    )
    .await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(BUNDLE).await;
    chat.expect_reply(&["Сейчас никого нет", "завтра"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_answers_is_reminded_of_and_then_the_next_sellers() {
    let world = World::with(Setup {
        days: true,
        ..DESKS
    })
    .await;
    let (first, second) = (world.seller(0), world.seller(1));
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer(PERSON).await;
    chat.expect_reply(&["продавц"]).await;
    let card = first.sees(&["3 штуки"]).await;
    // Somebody looks at the desk, as the timer would in ten minutes.
    world.passes(Duration::from_secs(11 * 60));
    first.writes("/status");
    first.sees(&["ждёт уже"]).await;
    assert!(second.find(&["3 штуки"]).is_none());
    world.passes(Duration::from_secs(11 * 60));
    first.writes("/status");
    let other = second.sees(&["3 штуки"]).await;

    // Both tap; one has the chat, the other is told who.
    first.taps(&card, "Беру чат");
    second.taps(&other, "Беру чат");
    chat.until_event("chat_taken").await;
    until("both taps are seen to", || async {
        let desk = events(&world.log, &AggregateKey::desk(&shop())).await;
        let outcomes = desk
            .iter()
            .filter_map(|event| event["data"]["outcome"].as_str());
        let taken = outcomes
            .clone()
            .filter(|outcome| *outcome == "taken")
            .count();
        let late = outcomes
            .filter(|outcome| *outcome == "taken_by_another")
            .count();
        (taken == 1 && late == 1).then_some(())
    })
    .await;
    assert_eq!(chat.count("chat_taken").await, 1);

    // Who has it is silent for an hour: the bot says so and goes on.
    world.passes(Duration::from_secs(61 * 60));
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.until_event("bot_resumed").await;
    chat.expect_reply(&["3 штуки"]).await;
    assert_eq!(chat.count("handoff_requested").await, 1, "no loop");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_in_vain_is_told_once_that_nobody_has_come_yet() {
    let world = World::with(Setup {
        days: true,
        ..DESKS
    })
    .await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(BUNDLE).await;
    chat.expect_reply(&["продавц"]).await;
    world.passes(Duration::from_secs(61 * 60));
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["ещё не подошёл"]).await;
    chat.expect_reply(&["3 штуки"]).await;
    // The card is still there, and still works.
    let seller = world.seller(0);
    let card = seller.sees(&["три адреса"]).await;
    seller.replies(&card, "Да, скину 5 %");
    chat.expect_reply(&["скину 5 %"]).await;
    world.end().await;
    assert_eq!(chat.count("handoff_requested").await, 1, "no loop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_has_blocked_the_bot_does_not_keep_the_card_from_the_next_one() {
    let world = World::with(DESKS).await;
    world.control().telegram_block(DESK, SELLERS[0], true);
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(PERSON).await;
    chat.expect_reply(&["продавц"]).await;
    let seller = world.seller(1);
    let card = seller.sees(&["3 штуки"]).await;
    seller.taps(&card, "Отправить");
    chat.expect_reply(&["3 штуки"]).await;
    // Who writes to the bot again can be written to.
    world.control().telegram_block(DESK, SELLERS[0], false);
    world.seller(0).writes("/status");
    world.seller(0).sees(&["Бот работает"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_wait_while_telegram_is_away_and_none_comes_twice() {
    let world = World::with(DESKS).await;
    world.control().fault(Fault {
        provider: Some(Provider::Telegram),
        chat: Some(SELLERS[0].to_string()),
        drop_before_apply: true,
        ..Fault::default()
    });
    let mut chats = Vec::new();
    for number in 1..=2 {
        let mut chat = world.chat(Channel::Avito, number);
        chat.buyer(PERSON).await;
        chat.expect_reply(&["продавц"]).await;
        chats.push(chat);
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(world.seller(0).find(&["просит позвать"]).is_none());
    world.control().clear_faults();
    let seller = world.seller(0);
    until("both cards have come", || async {
        let shown = seller.shown().into_iter();
        let cards = shown.filter(|card| card.text.contains("просит позвать"));
        (cards.count() == 2).then_some(())
    })
    .await;
    world.end().await;
    let shown = seller.shown().into_iter();
    let cards = shown.filter(|card| card.text.contains("просит позвать"));
    assert_eq!(cards.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rush_of_doubtful_chats_is_one_digest_and_each_line_opens() {
    let world = World::with(DESKS).await;
    let mut chats: Vec<_> = (1..=10)
        .map(|number| world.chat(Channel::Avito, number))
        .collect();
    for chat in &chats {
        chat.buyer(BUNDLE).await;
    }
    for chat in &mut chats {
        chat.expect_reply(&["продавц"]).await;
    }
    let seller = world.seller(0);
    let digest = seller.sees(&["10 чатов"]).await;
    let cards = world.control().ledger(&Filter {
        provider: Some(Provider::Telegram),
        chat: Some(seller.id.to_string()),
        ..Filter::default()
    });
    let cards = cards.iter().filter(|entry| entry.text.contains("адреса"));
    assert_eq!(cards.count(), 1, "ten chats, one message");
    seller.taps(&digest, "7");
    let card = seller.sees(&["несколько условий", "три адреса"]).await;
    seller.replies(&card, "Скину 5 %");
    seller
        .sees_change(digest.message_id, &["9 чатов", "✓"])
        .await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_bot_says_nothing_until_it_is_told_to() {
    let world = World::with(DESKS).await;
    let seller = world.seller(0);
    seller.writes("/stop");
    seller.sees(&["Стоп: покупателям не уходит ничего"]).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.until_event("reply_composed").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(chat.count("reply_sending").await, 0);
    seller.writes("/resume");
    chat.expect_reply(&["3 штуки"]).await;

    seller.writes("/pause");
    seller.sees(&["Пауза"]).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    chat.buyer("а синий есть?").await;
    chat.expect_reply(&["продавц"]).await;
    seller.sees(&["бот на паузе", "синий"]).await;
    seller.writes("/resume");
    seller.writes("/hours пн-вс 00:00-24:00");
    seller.sees(&["Часы работы: пн-вс"]).await;
    seller.writes("/hours когда проснусь");
    seller.sees(&["Не понял часы"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escalation_killed_in_the_middle_loses_no_card_and_no_word() {
    let mut world = World::with(Setup {
        processes: true,
        ..DESKS
    })
    .await;
    for (number, channel) in (1..).zip([Channel::Avito, Channel::Telegram]) {
        let mut chat = world.chat(channel, number);
        world.control().fault(Fault {
            duplicate_webhooks: Some(1),
            ..Fault::default()
        });
        chat.buyer(PERSON).await;
        chat.until_event("handoff_requested").await;
        // Before the card, after the card, and with a tap on its way.
        world.kill_and_run(Service::Escalation).await;
        chat.expect_reply(&["продавц"]).await;
        let card = world.seller(0).sees(&["просит позвать", "3 штуки"]).await;
        world.kill(Service::Escalation).await;
        world.seller(0).taps_twice(&card, "Отправить");
        world.run(Service::Escalation).await;
        chat.expect_reply(&["3 штуки"]).await;
        world.kill_and_run(Service::Escalation).await;
        world
            .seller(0)
            .sees_change(card.message_id, &["Отправлен ответ бота"])
            .await;
        world.end().await;
        assert_eq!(chat.count("seller_replied").await, 1);
        assert_eq!(chat.replies().await.len(), 2);
        world.control().clear_faults();
    }
}
