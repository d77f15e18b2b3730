//! Our own messages come back by webhook, and are never taken for the seller's.

use e2e::{AVITO, Channel, World, until};
use simulator::{Fault, Filter, Provider};

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
