//! The seller's desk, from the buyer's question to the seller's phone and back.

use domain::Owner;
use e2e::{Channel, Setup, World};

const DESK: Setup = Setup {
    desk: true,
    ..Setup::USUAL
};

/// Something that only the seller can weigh.
const BUNDLE: &str = "если возьму 10 красных рюкзаков 20 л, скинете? и отправьте на три адреса";

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
