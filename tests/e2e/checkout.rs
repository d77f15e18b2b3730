//! From a cart to an order, in conversation: interrupted, corrected, said yes to twice, and every delivery doubled.

use domain::conversation::Stage;
use e2e::{Channel, Setup, Talk, World};
use schemas::{Sku, conversation::Delivery};
use simulator::Fault;

const DEMO: Setup = Setup {
    demo: true,
    ..Setup::USUAL
};

/// A world with a table of deliveries in which whatever comes twice changes nothing.
async fn world() -> World {
    let world = World::with(DEMO).await;
    world.control().fault(Fault {
        duplicate_webhooks: Some(2),
        ..Fault::default()
    });
    world
}

/// The buyer has so many orders, and the last is of this sum and waits for the seller.
async fn waits(talk: &Talk, orders: usize, rubles: i64) -> String {
    let state = talk.chat.state().await;
    assert_eq!(state.orders().len(), orders, "{:?}", state.orders());
    let order = state.orders().last().unwrap();
    assert!(
        matches!(order.stage, Stage::Placed { .. }),
        "{:?}",
        order.stage
    );
    assert_eq!(order.terms.total.kopecks(), rubles * 100);
    assert_eq!(talk.chat.count("order_submitted").await, orders);
    order.id.code()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_made_on_telegram_with_an_interruption_and_a_correction() {
    let world = world().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("термос Полярник 0.5 л есть в наличии?", &["Термос"])
        .await;
    talk.asks("добавьте 2 штуки", &["В корзине", "2 шт."]).await;
    talk.chat.until_events("cart_changed", 1).await;
    talk.asks("оформляем", &["в какой город"]).await;
    talk.asks("а гарантия есть?", &["Вернёмся к заказу", "куда доставить"])
        .await;
    talk.asks("Казань", &["адрес"]).await;
    let next = talk.asks("Баумана 5, кв. 12", &[]).await;
    // The stand-in shows a name for some buyers, and it is proposed.
    if next.contains("чьё имя") {
        talk.asks("Иван Петров", &["телефон или почту"]).await;
    }
    let summary = talk
        .asks(
            "8 916 123-45-67",
            &["Казань, Баумана 5, кв. 12", "Всё верно? Оформляем?"],
        )
        .await;
    assert!(summary.contains("+79161234567"), "{summary}");
    talk.asks("а гарантия точно есть?", &["Вернёмся к заказу"])
        .await;
    talk.asks(
        "адрес другой: Ленина 7",
        &["Казань, Ленина 7", "Всё верно?"],
    )
    .await;
    talk.chat.until_events("checkout_changed", 4).await;
    let reply = talk
        .asks("да, всё верно", &["принят", "Продавец подтвердит"])
        .await;
    let state = talk.chat.state().await;
    let order = state.orders().last().unwrap();
    let Delivery::Shipped { address, .. } = &order.terms.delivery else {
        panic!("{:?}", order.terms.delivery);
    };
    assert_eq!(address.as_ref().unwrap().text(), "Ленина 7");
    let code = waits(&talk, 1, order.terms.total.kopecks() / 100).await;
    assert!(reply.contains(&code), "{reply}");
    // A second yes orders nothing.
    talk.asks("да", &[]).await;
    assert_eq!(talk.chat.state().await.orders().len(), 1);
    talk.asks("где мой заказ?", &[&code, "ждёт подтверждения"])
        .await;
    talk.asks("отмените заказ", &["Отменить заказ", &code])
        .await;
    talk.asks("да", &[&code, "отменён"]).await;
    assert_eq!(talk.chat.state().await.orders()[0].stage, Stage::Cancelled);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_made_in_english_and_in_spanish() {
    let world = world().await;
    let mut talk = Talk::new(&world, Channel::Web, 2);
    talk.asks("Hi! Do you have the thermos TH-05-BLU?", &["Термос"])
        .await;
    talk.asks("add 2 to the cart", &["2"]).await;
    talk.chat.until_events("cart_changed", 1).await;
    talk.asks("checkout please", &["Which town"]).await;
    talk.asks("Kazan, Bauman street 5", &["name"]).await;
    talk.asks("John Smith", &["phone number"]).await;
    talk.asks(
        "john@example.org",
        &["John Smith, john@example.org", "Shall I place the order?"],
    )
    .await;
    talk.chat.until_events("checkout_changed", 4).await;
    talk.asks("yes, please", &["The seller will confirm it"])
        .await;
    assert_eq!(talk.chat.count("order_submitted").await, 1);

    let mut talk = Talk::new(&world, Channel::Web, 3);
    talk.asks("Hola, ¿tienen el termo TH-05-BLU?", &["Термос"])
        .await;
    talk.asks("añade 1 al carrito", &["1"]).await;
    talk.chat.until_events("cart_changed", 1).await;
    talk.asks("quiero finalizar el pedido", &["¿A qué ciudad"])
        .await;
    talk.asks("lo recojo yo, recogida", &["nombre"]).await;
    talk.asks("Ana García", &["teléfono"]).await;
    talk.asks("ana@example.org", &["¿Tramito el pedido?"]).await;
    // The letters of a yes inside of other words confirm nothing.
    talk.asks("no, necesito cambiar la dirección", &["¿A qué ciudad"])
        .await;
    assert_eq!(talk.chat.count("order_submitted").await, 0);
    talk.asks("recogida", &["¿Tramito el pedido?"]).await;
    talk.asks("sí", &["El vendedor lo confirmará"]).await;
    assert_eq!(talk.chat.count("order_submitted").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_is_served_as_last_time_and_nobody_else_is() {
    let world = world().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 4);
    talk.asks("термос Полярник 0.5 л есть в наличии?", &["Термос"])
        .await;
    talk.asks("добавьте 1 штуку", &["В корзине"]).await;
    talk.chat.until_events("cart_changed", 1).await;
    talk.asks("оформляем", &["в какой город"]).await;
    talk.asks(
        "Пётр Иванов, 8 916 000-11-22, самовывоз",
        &["Всё верно?", "Пётр Иванов"],
    )
    .await;
    talk.asks("да", &["принят"]).await;
    waits(&talk, 1, price(&world, "TH-05-BLU").await).await;
    // The orders service has told the customer's history by now.
    talk.chat.until_event("order_placed").await;
    talk.asks(
        "как в прошлый раз",
        &[
            "Как в прошлый раз:",
            "Пётр Иванов, +79160001122",
            "Всё верно?",
        ],
    )
    .await;
    talk.asks("да", &["принят"]).await;
    waits(&talk, 2, price(&world, "TH-05-BLU").await).await;

    let mut other = Talk::new(&world, Channel::Telegram, 5);
    other
        .asks("термос Полярник 0.5 л есть в наличии?", &["Термос"])
        .await;
    other.asks("добавьте 1 штуку", &["В корзине"]).await;
    other.chat.until_events("cart_changed", 1).await;
    other.asks("оформляем", &["в какой город"]).await;
    let summary = other
        .asks("Иван, 8 916 000-11-22, самовывоз", &["Всё верно?"])
        .await;
    assert!(
        !summary.contains("прошлый раз") && !summary.contains("Пётр"),
        "{summary}"
    );
    world.end().await;
}

/// What an article costs in the sheet, rubles.
async fn price(world: &World, sku: &str) -> i64 {
    let shown = world.products().await;
    let one = shown.iter().find(|one| one.product.sku == Sku::new(sku));
    one.unwrap().product.price.kopecks() / 100
}
