//! Our own messages come back by webhook, and are never taken for the seller's.

use e2e::{AVITO, Channel, Service, World, avito_body, until};
use simulator::{AvitoMessage, Fault, Filter, Provider};

use crate::told::Sale;

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_before_the_receipt_is_our_own_message() {
    let world = World::start().await;
    world.control().fault(Fault {
        provider: Some(Provider::Avito),
        operation: Some("send".to_owned()),
        hold: true,
        ..Fault::default()
    });
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    sale.chat().until_event("reply_echoed").await;
    world.control().clear_faults();
    sale.is_answered().await;
    sale.goes_on().await;
    assert_eq!(sale.chat().count("seller_wrote").await, 0);
    sale.ends(&world).await;
}

/// What every webhook about `message` was answered with, so far.
fn answers(world: &World, message: &str) -> Vec<String> {
    let deliveries = world.control().deliveries().into_iter();
    let taken = deliveries.filter(|one| one.about == message && one.status == Some(200));
    taken.map(|one| one.event_id.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_again_names_the_event_that_told_the_message_and_none_that_is_nowhere() {
    let mut world = World::start().await;
    let mut told = Vec::new();
    for (number, echo_first) in [(1, false), (2, true)] {
        let faults = world.control();
        let held = |hold| Fault {
            provider: Some(Provider::Avito),
            operation: Some("send".to_owned()),
            hold,
            ..Fault::default()
        };
        // Without its webhook the receipt is first, without its receipt the echo.
        faults.fault(Fault {
            drop_percent: Some(if echo_first { 0 } else { 100 }),
            ..held(echo_first)
        });
        let chat = world.chat(Channel::Avito, number);
        let asked = avito_body(&chat.id, &format!("q{number}"), "Красный рюкзак 20 л есть?");
        world
            .control()
            .avito_write(AVITO, &chat.id, &AvitoMessage::text("…"));
        assert_eq!(world.post_avito(&asked).await.status, 200);
        let first = if echo_first {
            "reply_echoed"
        } else {
            "reply_sent"
        };
        chat.until_event(first).await;
        world.control().clear_faults();
        chat.until_rest().await;
        let name = format!("torg.conversation.{first}.v1");
        let events = chat.events().await;
        let event = events.iter().find(|event| event["type"] == name).unwrap();
        let message = event["data"]["provider_id"].as_str().unwrap().to_owned();
        told.push((message, event["id"].as_str().unwrap().to_owned()));
    }
    // Once from memory, once from the log.
    for _ in 0..2 {
        for (message, event) in &told {
            let before = answers(&world, message).len();
            world.control().avito_redeliver(AVITO, message).unwrap();
            until("the echo is taken in", || async {
                (answers(&world, message).len() > before).then_some(())
            })
            .await;
            let answers = answers(&world, message);
            assert!(
                answers.iter().all(|one| one == event),
                "{event}: {answers:?}"
            );
        }
        world.kill_and_run(Service::Ingest).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_behind_the_receipt_and_again_later_is_our_own_message() {
    let world = World::start().await;
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    sale.is_answered().await;
    sale.goes_on().await;
    let sent = world.control().ledger(&Filter::default());
    for _ in 0..3 {
        for entry in &sent {
            world.control().avito_redeliver(AVITO, &entry.id).unwrap();
        }
    }
    until("the echoes are taken in", || async {
        let deliveries = world.control().deliveries();
        let of_ours = deliveries
            .iter()
            .filter(|one| one.status == Some(200))
            .filter(|one| sent.iter().any(|entry| entry.id == one.about));
        (of_ours.count() == sent.len() * 4).then_some(())
    })
    .await;
    assert_eq!(sale.chat().count("seller_wrote").await, 0);
    sale.ends(&world).await;
}
