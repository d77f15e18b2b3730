//! The desk in a rush, and a bot that is held back. The night and who is away: `desk_twists/away.rs`.

use std::time::Duration;

use e2e::{Channel, Setup, World};
use simulator::{Filter, Provider};

use crate::desk::BUNDLE;

const DESKS: Setup = crate::desk::DESK;

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
