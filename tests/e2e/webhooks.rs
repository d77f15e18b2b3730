//! Webhooks that come twice, at once, out of order, and a day later.

use std::{collections::BTreeSet, time::Duration};

use e2e::{AVITO, BOT, Channel, Service, Setup, World, avito_body, telegram_body, until};
use futures::future::join_all;
use simulator::{AvitoMessage, Fault};

use crate::told::{Sale, record};

#[tokio::test(flavor = "multi_thread")]
async fn every_webhook_doubled_is_the_same_story() {
    let world = World::start().await;
    world.control().fault(Fault {
        duplicate_webhooks: Some(2),
        ..Fault::default()
    });
    Sale::new(&world, Channel::Avito, 1).tell(&world).await;

    let mut sale = Sale::new(&world, Channel::Telegram, 1);
    sale.asks().await;
    sale.is_answered().await;
    redeliver_updates(&world).await;
    sale.goes_on().await;
    redeliver_updates(&world).await;
    sale.ends(&world).await;

    let web = world.chat(Channel::Web, 9);
    let writes = (0..6).map(|_| web.write_on_web("Красный рюкзак 20 л есть?", "same"));
    assert_eq!(join_all(writes).await, vec![Some(200); 6]);
    web.until_event("reply_sent").await;
    world.end().await;
    assert_eq!(web.count("message_received").await, 1);
    assert_eq!(web.replies().await.len(), 1);
}

/// Every update so far comes once more.
async fn redeliver_updates(world: &World) {
    let before = world.control().deliveries();
    let updates: BTreeSet<i64> = before
        .iter()
        .filter_map(|one| one.about.parse().ok())
        .collect();
    let mut sent = 0;
    for update in updates {
        sent += usize::from(world.control().telegram_redeliver(BOT, update).is_ok());
    }
    assert!(sent > 0);
    until("the updates are delivered again", || async {
        (world.control().deliveries().len() >= before.len() + sent).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_webhook_many_times_at_once_is_one_message_with_one_id() {
    let world = World::start().await;
    let mut avito = world.chat(Channel::Avito, 1);
    // The stand-in has to know the chat before anything can be sent to it.
    world
        .control()
        .avito_write(AVITO, &avito.id, &AvitoMessage::text("Здравствуйте!"));
    avito.expect_reply(&["Здравствуйте"]).await;
    let body = avito_body(&avito.id, "at-once", "Красный рюкзак 20 л есть?");
    let posts = join_all((0..12).map(|_| world.post_avito(&body))).await;
    assert!(posts.iter().all(|post| post.status == 200), "{posts:?}");
    let ids: BTreeSet<_> = posts
        .iter()
        .map(|post| post.event_id.clone().unwrap())
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    avito.expect_reply(&["3 штуки"]).await;
    assert_eq!(world.post_avito(&body).await.event_id, ids.first().cloned());

    let mut telegram = world.chat(Channel::Telegram, 1);
    telegram.buyer("Здравствуйте!").await;
    telegram.expect_reply(&["Здравствуйте"]).await;
    let body = telegram_body(4_000_001, telegram.number(), "Красный рюкзак 20 л есть?");
    let posts = join_all((0..12).map(|_| world.post_telegram(&body))).await;
    let ids: BTreeSet<_> = posts
        .iter()
        .map(|post| post.event_id.clone().unwrap())
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    telegram.expect_reply(&["3 штуки"]).await;

    world.end().await;
    assert_eq!(avito.count("message_received").await, 2);
    assert_eq!(telegram.count("message_received").await, 2);
    assert_eq!(avito.replies().await.len(), 2);
    assert_eq!(telegram.replies().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_out_of_order_are_read_in_the_order_in_which_they_were_written() {
    let setup = Setup {
        quiet_window_ms: 1_500,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut chat = world.chat(Channel::Avito, 1);
    let words = ["Здравствуйте", "красный рюкзак 20 л", "есть в наличии?"];
    let begun = boot::clock::now().as_second() - 10;
    // Backwards, which is as far out of order as it gets.
    for (place, text) in [0, 1, 2].into_iter().zip(words).rev() {
        let message = AvitoMessage {
            created: Some(begun + place),
            ..AvitoMessage::text(text)
        };
        world.control().avito_write(AVITO, &chat.id, &message);
    }
    chat.expect_reply(&["красный", "3 штуки", "2 490"]).await;
    world.end().await;
    assert_eq!(chat.count("turn_routed").await, 1);
    assert_eq!(chat.replies().await.len(), 1);
    record("out_of_order", &chat.record().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn shuffled_and_doubled_webhooks_are_one_turn() {
    let setup = Setup {
        quiet_window_ms: 1_500,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.control().fault(Fault {
        shuffle: Some(true),
        duplicate_webhooks: Some(1),
        ..Fault::default()
    });
    let mut chat = world.chat(Channel::Avito, 1);
    for text in ["Здравствуйте", "красный рюкзак 20 л", "есть в наличии?"]
    {
        chat.buyer(text).await;
    }
    chat.expect_reply(&["красный", "3 штуки", "2 490"]).await;
    world.end().await;
    assert_eq!(chat.count("message_received").await, 3);
    assert_eq!(chat.count("turn_routed").await, 1);
    assert_eq!(chat.replies().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_comes_again_a_day_later_changes_nothing() {
    let mut world = World::start().await;
    let day = Duration::from_secs(2);
    world.broker.forget_ids_after(&world.log, day).await;
    let mut avito = Sale::new(&world, Channel::Avito, 1);
    let id = avito.asks().await;
    avito.is_answered().await;
    avito.goes_on().await;
    let mut telegram = Sale::new(&world, Channel::Telegram, 1);
    telegram.asks().await;
    telegram.is_answered().await;
    telegram.goes_on().await;
    world.until_idle().await;

    // Whatever ingest and the broker's clients had in memory goes with them, and what the broker knew of ids is over.
    world.kill(Service::Ingest).await;
    tokio::time::sleep(day + Duration::from_secs(1)).await;
    world.broker.kill();
    world.broker.resume().await;
    world.run(Service::Ingest).await;
    let first = world.control().deliveries();
    let of = |about: &str, all: &[simulator::Delivered]| {
        let taken = all
            .iter()
            .rev()
            .find(|one| one.about == about && one.status == Some(200));
        taken.and_then(|one| one.event_id.clone())
    };
    world.control().avito_redeliver(AVITO, &id).unwrap();
    until("the webhook is taken again", || async {
        (world.control().deliveries().len() > first.len()).then_some(())
    })
    .await;
    let later = world.control().deliveries();
    assert!(of(&id, &first).is_some());
    assert_eq!(of(&id, &first), of(&id, &later[first.len()..]));
    redeliver_updates(&world).await;
    avito.ends(&world).await;
    telegram.ends(&world).await;
}
