//! What a seller agreed on in words is what the bot says when it is back.

use domain::Owner;
use e2e::{Channel, Chat, Seller, World};
use serde_json::json;
use simulator::Shown;

use crate::desk::DESK;

/// The red rucksack for 2 490 is talked about, and a seller comes.
async fn a_seller_comes(world: &World, chat: &mut Chat) -> (Seller, Shown) {
    let seller = world.seller(0);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    // The words that tell of the seller are other ones than those to come.
    chat.buyer("Let me talk to a human, please").await;
    chat.expect_reply(&[]).await;
    let card = seller.sees(&["просит позвать"]).await;
    (seller, card)
}

/// The seller says `words`, and the bot is back.
async fn a_seller_says(world: &World, chat: &mut Chat, words: &str) {
    let (seller, card) = a_seller_comes(world, chat).await;
    seller.replies(&card, words);
    chat.expect_reply(&[words]).await;
    let card = seller.sees_change(card.message_id, &["Отвечено"]).await;
    seller.taps(&card, "Боту");
    chat.until_event("chat_given_back").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_a_seller_agreed_on_is_what_the_bot_says_to_this_buyer_of_this_article() {
    let world = World::with(DESK).await;
    let mut chat = world.chat(Channel::Avito, 1);
    a_seller_says(&world, &mut chat, "Здравствуйте! Вам отдам за 2000").await;
    chat.buyer("сколько стоит?").await;
    chat.expect_reply(&["красный", "для вас", "2 000", "вместо 2 490"])
        .await;
    chat.buyer("а за 1900 отдадите?").await;
    let reply = chat.expect_reply(&["2 000"]).await;
    assert!(!reply.contains("1 900"), "{reply}");
    // Of another article, and to another buyer, nobody has said that.
    chat.buyer("а синий сколько стоит?").await;
    chat.expect_reply(&["синий", "2 590"]).await;
    let mut other = world.chat(Channel::Telegram, 2);
    a_seller_says(&world, &mut other, "ок, уступлю за 2100").await;
    // The price is told along with the stock.
    other.buyer("Красный рюкзак 20 л есть?").await;
    other.expect_reply(&["для вас", "2 100", "3 штуки"]).await;

    let events = chat.events().await;
    let of = |name: &str| {
        let name = format!("torg.conversation.{name}.v1");
        let events = events.iter().filter(move |event| event["type"] == name);
        events.cloned().collect::<Vec<_>>()
    };
    let words = of("seller_replied")[0]["id"].clone();
    let answers = of("answer_given").into_iter();
    let facts = answers.flat_map(|answer| answer["data"]["facts"].as_array().unwrap().clone());
    let prices = facts.filter(|fact| fact["name"] == "offer.price");
    let prices: Vec<_> = prices.map(|fact| fact["source"].clone()).collect();
    assert_eq!(prices, vec![json!({ "seller": words }); 2]);
    let offers = chat.state().await.offers().len();
    assert_eq!(offers, 1, "the same words are one offer");
    assert_eq!(of("handoff_requested").len(), 1, "no loop");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_seller_may_have_agreed_on_goes_to_the_seller_again() {
    let world = World::with(DESK).await;
    let mut chat = world.chat(Channel::Avito, 1);
    let (seller, card) = a_seller_comes(&world, &mut chat).await;
    chat.seller("за 2000 заберёте сегодня?");
    let card = seller
        .sees_change(card.message_id, &["Отвечено в приложении"])
        .await;
    seller.taps(&card, "Боту");
    chat.until_event("chat_given_back").await;
    chat.buyer("сколько стоит?").await;
    let reply = chat.expect_reply(&["продавц"]).await;
    assert!(
        !reply.contains("2 490") && !reply.contains("2 000"),
        "{reply}"
    );
    assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
    seller
        .sees(&["в таблице нет ответа", "заберёте сегодня"])
        .await;
    world.end().await;
}
