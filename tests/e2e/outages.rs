//! Broker and database go away and come back.

use e2e::{Channel, Service, Setup, World, avito_body};

use crate::{
    rebuild::{as_rebuilt, dump},
    told::Sale,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_broker_killed_in_the_middle() {
    let mut world = World::start().await;
    for channel in [Channel::Avito, Channel::Telegram] {
        let mut sale = Sale::new(&world, channel, 1);
        sale.asks().await;
        sale.chat().until_event("message_received").await;
        world.broker.kill();
        world.broker.resume().await;
        sale.is_answered().await;
        sale.follows_up().await;
        sale.chat().until_events("turn_routed", 2).await;
        world.broker.kill();
        world.broker.resume().await;
        sale.is_followed_up().await;
        sale.asks_the_price().await;
        sale.ends(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_nothing_is_acknowledged_and_the_repeat_is_taken() {
    let mut world = World::start().await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Здравствуйте!").await;
    chat.expect_reply(&["Здравствуйте"]).await;
    world.until_idle().await;

    world.broker.kill();
    let body = avito_body(&chat.id, "while-away", "Красный рюкзак 20 л есть?");
    let web = world.chat(Channel::Web, 1);
    let (refused, on_web) = tokio::join!(world.post_avito(&body), web.write_on_web("есть?", "w1"));
    assert_eq!(refused.status, 503);
    assert!(refused.retry_after.is_some());
    assert_eq!(refused.event_id, None);
    assert_eq!(on_web, Some(503));

    world.broker.resume().await;
    let taken = e2e::until("the repeat is taken", || async {
        let post = world.post_avito(&body).await;
        (post.status == 200).then_some(post)
    })
    .await;
    assert!(taken.event_id.is_some());
    chat.expect_reply(&["3 штуки"]).await;
    world.end().await;
    assert_eq!(chat.replies().await.len(), 2);
    assert_eq!(chat.count("message_received").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_killed_in_the_middle() {
    let setup = Setup {
        console: true,
        ..Setup::default()
    };
    let mut world = World::with(setup).await;
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    sale.is_answered().await;
    world.database.as_mut().unwrap().kill();
    // Who answers buyers does not need it.
    sale.follows_up().await;
    sale.is_followed_up().await;
    world.database.as_mut().unwrap().resume().await;
    sale.asks_the_price().await;
    sale.ends(&world).await;
    as_rebuilt(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_killed_in_the_middle() {
    let setup = Setup {
        processes: true,
        console: true,
        ..Setup::default()
    };
    let mut world = World::with(setup).await;
    for channel in Channel::ALL {
        let mut sale = Sale::new(&world, channel, 1);
        sale.asks().await;
        world.kill(Service::Console).await;
        sale.is_answered().await;
        sale.follows_up().await;
        world.run(Service::Console).await;
        sale.is_followed_up().await;
        world.kill_and_run(Service::Console).await;
        sale.asks_the_price().await;
        sale.ends(&world).await;
    }
    as_rebuilt(&world).await;
    assert!(dump(&world.database.as_ref().unwrap().url()).await.len() > 20);
}
