//! A cart, from the list to the last change of mind: what each reply shows is what the log has.

use e2e::{Channel, Setup, Talk, World};
use schemas::{Sku, conversation::Cart};
use simulator::{Fault, Provider};

/// A cart as its articles and pieces.
fn spelled(cart: &Cart) -> Vec<String> {
    let lines = cart.lines.iter();
    lines
        .map(|line| format!("{} {}", line.sku, line.pieces))
        .collect()
}

async fn cart(talk: &Talk) -> Vec<String> {
    spelled(&talk.chat.state().await.deal().cart)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_is_filled_changed_and_emptied_in_plain_words() {
    let world = World::start().await;
    // Whatever comes twice changes nothing.
    world.control().fault(Fault {
        duplicate_webhooks: Some(2),
        ..Fault::default()
    });
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    talk.asks("какие рюкзаки есть?", &["1. ", "2. "]).await;
    let second: Sku = talk.chat.state().await.list().unwrap().items[1].clone();
    let shown = world.products().await;
    let second = shown.iter().find(|one| one.product.sku == second).unwrap();
    let name = second.product.name.clone();

    let reply = talk
        .asks("добавь 2 второго", &["В корзине", &name, "2 шт."])
        .await;
    assert!(reply.contains("Оформляем?"), "{reply}");
    talk.chat.until_events("cart_changed", 1).await;
    assert_eq!(cart(&talk).await, [format!("{} 2", second.product.sku)]);

    talk.asks("три сделай", &[&name, "3 шт."]).await;
    talk.chat.until_events("cart_changed", 2).await;
    talk.asks("и термос добавь", &["1. ", "2. Термос", "Итого"])
        .await;
    talk.chat.until_events("cart_changed", 3).await;
    assert_eq!(
        cart(&talk).await,
        [
            format!("{} 3", second.product.sku),
            "TH-05-BLU 1".to_owned()
        ]
    );

    // The list on screen is the cart now.
    let reply = talk.asks("убери первый", &["Термос", "1 шт."]).await;
    assert!(!reply.contains(&name), "{reply}");
    talk.chat.until_events("cart_changed", 4).await;
    talk.asks("добавь ещё 100 термосов", &["есть только 9", "9 шт."])
        .await;
    talk.chat.until_events("cart_changed", 5).await;
    talk.asks("очисти корзину", &["пуста"]).await;
    talk.chat.until_events("cart_changed", 6).await;
    world.end().await;
    assert_eq!(cart(&talk).await, [""; 0]);
    assert_eq!(talk.chat.count("cart_changed").await, 6);
    assert_eq!(talk.chat.count("handoff_requested").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_while_a_cart_is_being_answered_adds_nothing_twice() {
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
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    talk.says("добавь в корзину 2 красных рюкзака").await;
    talk.chat.until_event("reply_composed").await;
    assert_eq!(cart(&talk).await, [""; 0], "nobody has seen that reply");
    talk.says("и термос добавь").await;
    talk.chat.until_event("reply_withdrawn").await;
    world.control().release();
    talk.hears(&["2 шт.", "Термос", "1 шт.", "Итого"]).await;
    talk.chat.until_event("cart_changed").await;
    world.end().await;
    assert_eq!(cart(&talk).await, ["RG-20-RED 2", "TH-05-BLU 1"]);
    assert_eq!(talk.chat.count("cart_changed").await, 1);
    assert_eq!(talk.chat.replies().await.len(), 1);
}
