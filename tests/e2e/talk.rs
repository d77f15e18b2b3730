//! Conversations: lists, sold-out articles, bursts, handing over.

use domain::Owner;
use e2e::{Channel, Setup, World};
use simulator::{Fault, Provider};

use crate::told::record;

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_and_an_ordinal_names_a_place_of_it() {
    let world = World::start().await;
    for channel in Channel::ALL {
        let mut chat = world.chat(channel, 1);
        chat.buyer("есть рюкзаки?").await;
        let list = chat.expect_reply(&["1. Рюкзак", "2. Рюкзак"]).await;
        let second = list.lines().find(|line| line.starts_with("2. ")).unwrap();
        let name = second[3..].split(" — ").next().unwrap();
        chat.buyer("второй").await;
        let colour = name.split(' ').next_back().unwrap();
        chat.expect_reply(&[colour, "шту"]).await;
        world.end().await;
        assert_eq!(chat.replies().await.len(), 2);
        record("list", &chat.record().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sold_out_article_offers_the_nearest_one() {
    let world = World::start().await;
    let mut chat = world.chat(Channel::Avito, 1).about(3_363_000_584);
    chat.buyer("Здравствуйте, ещё есть в наличии?").await;
    let reply = chat
        .expect_reply(&["чёрный", "нет в наличии", "Зато есть"])
        .await;
    assert!(reply.contains("Вектор"), "{reply}");
    world.end().await;
    assert_eq!(chat.replies().await.len(), 1);
    record("sold_out", &chat.record().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_short_messages_is_one_turn_and_one_reply() {
    let setup = Setup {
        quiet_window_ms: 1_500,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    for channel in Channel::ALL {
        let mut chat = world.chat(channel, 1);
        for text in ["Здравствуйте", "красный рюкзак 20 л", "есть в наличии?"]
        {
            chat.buyer(text).await;
        }
        chat.expect_reply(&["красный", "3 штуки", "2 490"]).await;
        world.end().await;
        assert_eq!(chat.count("turn_routed").await, 1);
        assert_eq!(chat.replies().await.len(), 1);
        record("burst", &chat.record().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_while_a_reply_is_in_the_making_withdraws_it() {
    let setup = Setup {
        send_deadline_ms: 20_000,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    // Without a token nothing can be sent: the reply is composed and not begun.
    world.control().fault(Fault {
        provider: Some(Provider::Avito),
        operation: Some("token".to_owned()),
        count: Some(1),
        hold: true,
        ..Fault::default()
    });
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.until_event("reply_composed").await;
    chat.buyer("а сколько стоит?").await;
    chat.until_event("reply_withdrawn").await;
    world.control().release();
    chat.expect_reply(&["красный", "2 490", "3 штуки"]).await;
    world.end().await;
    assert_eq!(chat.replies().await.len(), 1);
    record("withdrawn", &chat.record().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_does_not_understand_goes_to_the_seller_and_the_bot_is_silent() {
    let world = World::start().await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("если возьму десять, скинете? и на три адреса")
        .await;
    chat.expect_reply(&["продавцу"]).await;
    assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);

    chat.buyer("Красный рюкзак 20 л есть?").await;
    world.until_idle().await;
    chat.until_rest().await;

    chat.seller("Здравствуйте, скину 5%, адреса пришлите");
    chat.until_event("seller_wrote").await;
    assert_eq!(chat.state().await.owner(), Owner::Seller);
    let before = chat.count("message_received").await;
    chat.buyer("спасибо! а синий есть?").await;
    e2e::until("the message is taken in", || async {
        (chat.count("message_received").await > before).then_some(())
    })
    .await;
    world.end().await;
    assert_eq!(chat.replies().await.len(), 1);
    record("handoff", &chat.record().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_writes_while_a_reply_is_in_the_making_stops_it() {
    let setup = Setup {
        send_deadline_ms: 20_000,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.control().fault(Fault {
        provider: Some(Provider::Avito),
        operation: Some("token".to_owned()),
        count: Some(1),
        hold: true,
        ..Fault::default()
    });
    let chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.until_event("reply_composed").await;
    chat.seller("Да, есть. Привезу завтра");
    chat.until_event("reply_withdrawn").await;
    world.control().release();
    world.end().await;
    assert_eq!(chat.replies().await.len(), 0);
    record("seller_was_faster", &chat.record().await);
}
