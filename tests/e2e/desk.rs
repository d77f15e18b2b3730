//! The seller's desk, from the buyer's question to the seller's phone and back.

use domain::Owner;
use e2e::{Channel, Setup, World};

use crate::told::record;

pub(crate) const DESK: Setup = Setup {
    desk: true,
    ..Setup::USUAL
};

/// Something that only the seller can weigh.
pub(crate) const BUNDLE: &str =
    "если возьму 10 красных рюкзаков 20 л, скинете? и отправьте на три адреса";
/// Something that the bot could answer, and is not let.
pub(crate) const PERSON: &str = "Красный рюкзак 20 л есть? Позовите продавца, пожалуйста";

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_answers_by_answering_the_card_and_gives_the_chat_back() {
    let world = World::with(DESK).await;
    let seller = world.seller(0);
    for (number, channel) in (1..).zip(Channel::ALL) {
        let mut chat = world.chat(channel, number);
        chat.buyer(BUNDLE).await;
        chat.expect_reply(&["продавц"]).await;
        assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
        let card = seller.sees(&["несколько условий", "три адреса"]).await;
        let words = format!("Да, от десяти штук скину 5 %. {number}");
        seller.replies(&card, &words);
        chat.expect_reply(&[&words]).await;
        let card = seller.sees_change(card.message_id, &["Отвечено"]).await;
        assert_eq!(chat.state().await.owner(), Owner::Seller);
        seller.taps(&card, "Боту");
        chat.until_event("chat_given_back").await;
        chat.buyer("Красный рюкзак 20 л есть?").await;
        chat.expect_reply(&["3 штуки", "2 490"]).await;
        assert_eq!(chat.count("handoff_requested").await, 1, "no loop");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_would_have_said_is_sent_by_a_tap_once_and_the_bot_goes_on() {
    let world = World::with(DESK).await;
    let seller = world.seller(0);
    for (number, channel) in (1..).zip([Channel::Avito, Channel::Telegram]) {
        let mut chat = world.chat(channel, number);
        chat.buyer(PERSON).await;
        chat.expect_reply(&["продавц"]).await;
        let card = seller.sees(&["просит позвать", "3 штуки", "2 490"]).await;
        assert_eq!(
            card.labels().iter().any(|label| label.contains("Авито")),
            channel == Channel::Avito
        );
        // Both taps are on their way before either is answered.
        seller.taps_twice(&card, "Отправить");
        chat.expect_reply(&["3 штуки", "2 490"]).await;
        assert_eq!(chat.state().await.owner(), Owner::Bot);
        let card = seller
            .sees_change(card.message_id, &["Отправлен ответ бота"])
            .await;
        seller.taps(&card, "Мог сам");
        seller
            .sees_change(card.message_id, &["Мог не спрашивать"])
            .await;
        chat.buyer("а синий?").await;
        chat.expect_reply(&["синий", "5 штук"]).await;
        assert_eq!(chat.count("seller_replied").await, 1);
        assert_eq!(chat.count("handoff_judged").await, 1);
        record("desk_draft", &chat.record().await);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_changed_before_it_is_sent_and_the_talk_goes_on_through_the_desk() {
    let world = World::with(DESK).await;
    let seller = world.seller(0);
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer(PERSON).await;
    chat.expect_reply(&["продавц"]).await;
    let card = seller.sees(&["3 штуки"]).await;
    seller.taps(&card, "Изменить");
    let prompt = seller.sees(&["Я бы написал"]).await;
    assert!(prompt.asks.is_some());
    seller.replies(&prompt, "Есть три красных, отдам по 2400");
    chat.expect_reply(&["отдам по 2400"]).await;
    let replied = chat.events().await.into_iter();
    let mut replied =
        replied.filter(|event| event["type"] == "torg.conversation.seller_replied.v1");
    assert_eq!(replied.next().unwrap()["data"]["way"], "edited_draft");

    // The buyer writes on: the seller has no other app to see it in.
    chat.buyer("Отлично, а самовывоз можно?").await;
    let talk = seller.sees(&["а самовывоз можно?"]).await;
    seller.replies(&talk, "Можно, сегодня до восьми");
    chat.expect_reply(&["до восьми"]).await;
    assert_eq!(chat.state().await.owner(), Owner::Seller);
    assert_eq!(chat.count("turn_routed").await, 1, "the bot is silent");
    seller.taps(&talk, "Закрыть");
    chat.until_event("chat_closed").await;
    assert_eq!(chat.state().await.owner(), Owner::Closed);
    // A closed chat is the bot's again as soon as the buyer writes.
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;
    world.end().await;
    assert_eq!(chat.count("handoff_requested").await, 1, "no loop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_buyer_is_neither_answered_nor_shown() {
    let world = World::with(DESK).await;
    let seller = world.seller(0);
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("вы меня обманули, это безобразие").await;
    chat.expect_reply(&[]).await;
    let card = seller.sees(&["жалуется"]).await;
    seller.taps(&card, "Заглушить");
    let card = seller.sees_change(card.message_id, &["заглушён"]).await;
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.until_events("message_received", 2).await;
    world.until_idle().await;
    assert_eq!(chat.replies().await.len(), 1);
    seller.taps(&card, "Снова слышать");
    chat.until_event("buyer_unmuted").await;
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_settled_in_the_app_says_so_and_its_buttons_do_nothing() {
    let world = World::with(DESK).await;
    let seller = world.seller(0);
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(PERSON).await;
    chat.expect_reply(&["продавц"]).await;
    let card = seller.sees(&["3 штуки"]).await;
    chat.seller("Здравствуйте, это я, слушаю");
    seller
        .sees_change(card.message_id, &["Отвечено в приложении"])
        .await;
    assert_eq!(chat.state().await.owner(), Owner::Seller);
    // Tapped on a screen that had not changed yet: the words of the card are answered, not carried out.
    seller.replies(&card, "Я тоже отвечу");
    seller.sees(&["Покупателю уже ответили в приложении"]).await;
    world.end().await;
    assert_eq!(chat.count("seller_replied").await, 0);
    assert_eq!(chat.replies().await.len(), 1);
}
