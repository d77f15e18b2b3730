//! An order that the shop's own rule says yes to: nobody is asked, and a seller is told, once.

use e2e::{Channel, Service, Setup, World, events, plain, shop, until};
use schemas::{AggregateKey, conversation::Recipient};

use crate::ordered::{Ordered, usual};

const RULE: Setup = Setup {
    desk: true,
    mail: true,
    ..Setup::USUAL
};

async fn count(world: &World, name: &str) -> usize {
    let name = format!("torg.desk.{name}.v1");
    let all = events(&world.log, &AggregateKey::desk(&shop())).await;
    all.iter().filter(|event| event["type"] == name).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_needs_no_yes_is_shown_once_with_its_invoice_and_the_fate_of_its_letter() {
    let mut world = World::with(RULE).await;
    world.change_shop("order_approval = \"always\"", "order_approval = \"never\"");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let seller = world.seller(0);
    let recipient = Recipient {
        name: Some("Анна Смирнова".to_owned().into()),
        phone: None,
        email: Some("anna@example.org".to_owned().into()),
    };
    let order = Ordered::by(&world, Channel::Telegram, 1, usual(), recipient).await;
    let code = order.code();
    let card = seller.sees(&[&code, "по правилам магазина"]).await;
    let card = seller
        .sees_change(
            card.message_id,
            &["Счёт № 1, письмо с ним отправлено", "Итого: 3 990"],
        )
        .await;
    let text = plain(&card.text);
    assert!(!text.contains("Решите до"), "{text}");
    let labels = card.labels().join(" ");
    assert!(
        !labels.contains("Подтвердить") && labels.contains("Оплачен"),
        "{labels}"
    );

    // What follows is seen on that card, and no second one comes: not after a crash either.
    seller.taps(&card, "Оплачен");
    order.hears(&[&code, "Оплата", "получена"]).await;
    seller.sees_change(card.message_id, &["💰 Оплачен"]).await;
    world.kill_and_run(Service::Escalation).await;
    let chat = order.chat;
    chat.buyer("Здравствуйте!").await;
    chat.until_rest().await;
    world.until_idle().await;
    assert_eq!(count(&world, "matter_opened").await, 1);
    assert_eq!(count(&world, "posted").await, 1);
    let cards = |number: usize| {
        let shown = world.seller(number).shown().into_iter();
        shown.filter(|post| post.text.contains(&code)).count()
    };
    assert_eq!(
        [cards(0), cards(1)],
        [1, 0],
        "the other seller is not asked"
    );

    // A letter that the server refuses for good is seen, too.
    let nobody = Recipient {
        name: None,
        phone: Some("+79001234567".to_owned().into()),
        email: Some("anna@".to_owned().into()),
    };
    let order = Ordered::by(&world, Channel::Avito, 2, usual(), nobody).await;
    let card = seller.sees(&[&order.code(), "по правилам магазина"]).await;
    seller
        .sees_change(card.message_id, &["⚠️ Счёт № 2", "не уйдёт"])
        .await;
    until("both matters are on the desk", || async {
        (count(&world, "matter_opened").await == 2).then_some(())
    })
    .await;
    world.end().await;
}
