//! Orders that wait for a yes, from the seller's card to the buyer's screen.
//!
//! The buyer's yes is put into the log as the agents write it; the broker, the cart service, the desk and the way out
//! are real.

use std::time::Duration;

use domain::{Article, Owner, conversation::Stage};
use e2e::{Channel, DESK, Service, Setup, World, events, plain, shop, until};
use schemas::{
    AggregateKey, Kopecks, Sku,
    conversation::{Delivery, OrderTerms},
    topology,
};
use simulator::{Fault, Shown};

use crate::ordered::{Ordered, usual};

const DESKS: Setup = crate::desk::DESK;
/// Time may pass.
const DAYS: Setup = Setup {
    days: true,
    ..DESKS
};
/// As long as an order waits, and a little.
const A_DAY: Duration = Duration::from_secs(24 * 3_600 + 60);

/// Every webhook comes three times.
fn tripled(world: &World) {
    world.control().fault(Fault {
        duplicate_webhooks: Some(2),
        ..Fault::default()
    });
}

/// Presses a button of a card as it was, whatever it is by now.
fn presses(world: &World, seller: usize, card: &Shown, label: &str) {
    let seller = world.seller(seller).id;
    let mut buttons = card.buttons.iter().flatten();
    let button = buttons.find(|button| button.label.contains(label)).unwrap();
    let data = button.data.as_deref().unwrap();
    let pressed = world
        .control()
        .telegram_press(DESK, seller, card.message_id, data, true);
    pressed.unwrap();
}

/// Waits until so many inputs of the desk ended like this.
async fn until_outcomes(world: &World, outcome: &str, count: usize) {
    until(&format!("{count} × {outcome}"), || async {
        let desk = events(&world.log, &AggregateKey::desk(&shop())).await;
        let outcomes = desk
            .iter()
            .filter_map(|event| event["data"]["outcome"].as_str());
        (outcomes.filter(|one| *one == outcome).count() >= count).then_some(())
    })
    .await;
}

async fn held(world: &World, sku: &str) -> u32 {
    let key = AggregateKey::stock(&shop(), &Sku::new(sku));
    let article = world.log.load::<Article>(&key).await.unwrap().state;
    article.held().iter().map(|held| held.pieces).sum()
}

/// Each story is told on both channels, once as it is and once with every webhook three times. A world of its own each
/// time: a desk shows three cards by themselves in a minute.
const CHATS: [(u32, Channel); 2] = [(1, Channel::Avito), (2, Channel::Telegram)];

async fn desks(doubled: bool) -> World {
    let world = World::with(DESKS).await;
    if doubled {
        tripled(&world);
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_says_yes_on_the_card_and_the_buyer_hears_it_once_until_the_parcel_is_on_its_way()
{
    for doubled in [false, true] {
        says_yes(doubled).await;
    }
}

async fn says_yes(doubled: bool) {
    let world = desks(doubled).await;
    let seller = world.seller(0);
    for (number, channel) in CHATS {
        let order = Ordered::of(&world, channel, number, line_of_lamps()).await;
        let code = order.code();
        let card = seller.sees(&[&code, "1 100", "Решите до"]).await;
        for part in [
            "Анна Смирнова",
            "+79001234567",
            "1. Фонарь «Светляк» — 1 шт. × 1 000 ₽ = 1 000 ₽",
            "по таблице 1 190 ₽",
            "Доставка: Казань — 100 ₽",
            "Итого: 1 100 ₽",
            "Скидка от цены таблицы: 190 ₽ (16 %)",
            "Первый заказ",
        ] {
            let text = plain(&card.text);
            assert!(text.contains(part), "no {part:?} in {text}");
        }
        let left = format!("после заказа останется {}", 8 - number);
        assert!(card.text.contains(&left), "no {left:?} in {}", card.text);
        assert_eq!(order.chat.state().await.owner(), Owner::Bot);

        seller.taps_twice(&card, "Подтвердить");
        order.hears(&[&code, "подтверждён", "1 100"]).await;
        let card = seller
            .sees_change(card.message_id, &["Заказ подтверждён"])
            .await;
        assert!(
            !card
                .labels()
                .iter()
                .any(|label| label.contains("Подтвердить"))
        );
        seller.taps(&card, "Оплачен");
        order.hears(&[&code, "Оплата", "получена"]).await;
        let card = seller.sees_change(card.message_id, &["💰 Оплачен"]).await;
        seller.taps(&card, "Отправлен");
        let prompt = seller.sees(&["Номер для отслеживания", &code]).await;
        seller.replies(&prompt, "скоро пришлю");
        until_outcomes(
            &world,
            "no_tracking_number",
            usize::try_from(number).unwrap(),
        )
        .await;
        seller.replies(&prompt, "RA123456785RU");
        order.hears(&[&code, "отправлен", "RA123456785RU"]).await;
        let card = seller
            .sees_change(card.message_id, &["RA123456785RU"])
            .await;
        let labels = card.labels().join(" ");
        assert!(
            labels.contains("Получен") && !labels.contains("Оплачен"),
            "{labels}"
        );
        // The bot was never silent.
        assert_eq!(order.chat.state().await.owner(), Owner::Bot);
        world.until_idle().await;
        order.heard_once(&[&code, "подтверждён"]).await;
        order.heard_once(&[&code, "Оплата"]).await;
        order.heard_once(&[&code, "RA123456785RU"]).await;
        assert_eq!(order.chat.count("order_approved").await, 1);
        assert_eq!(order.chat.count("order_marked").await, 2);
    }
    assert_eq!(held(&world, "FN-200").await, 2);
    world.control().clear_faults();

    // Who ordered before is known by it.
    let chat = world.chat(Channel::Avito, 1);
    let again = Ordered::again(&world, chat, "second", line_of_lamps()).await;
    seller
        .sees(&[&again.code(), "2-й заказ покупателя, прошлый", "1 100 ₽"])
        .await;
    seller.writes("/status");
    seller.sees(&["Ждёт решения 1 заказ."]).await;
    world.end().await;
}

fn line_of_lamps() -> OrderTerms {
    let mut terms = usual();
    terms.lines.remove(0);
    terms.lines[0].price = Kopecks::from_rubles(1_000).unwrap();
    if let Delivery::Shipped { price, .. } = &mut terms.delivery {
        *price = Kopecks::from_rubles(100).unwrap();
    }
    OrderTerms::new(terms.lines, terms.delivery).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_changes_an_order_in_plain_words_and_the_buyer_sees_what_was_approved() {
    for doubled in [false, true] {
        changes_an_order(doubled).await;
    }
}

async fn changes_an_order(doubled: bool) {
    let world = desks(doubled).await;
    let seller = world.seller(0);
    for (number, channel) in CHATS {
        let seen = usize::try_from(number).unwrap();
        let order = Ordered::of(&world, channel, number, usual()).await;
        let code = order.code();
        let first = seller.sees(&[&code, "3 990"]).await;
        seller.replies(&first, "отправим завтра, спасибо!");
        seller.sees(&["Не понял «отправим завтра, спасибо!»"]).await;
        seller.replies(&first, "цена 1100");
        until_outcomes(&world, "not_understood", 2 * seen).await;
        seller.replies(&first, "1: 9 шт");
        seller
            .sees(&["дороже, чем согласился покупатель: 3 990"])
            .await;
        until_outcomes(&world, "dearer_than_agreed", seen).await;

        // Cheaper, but there are not as many.
        seller.replies(&first, "1: 20 шт по 10");
        let card = seller
            .sees_change(first.message_id, &["Изменить не вышло", "нужно 20"])
            .await;
        assert!(plain(&card.text).contains("Итого: 3 990"), "{}", card.text);
        let card = until("it can be decided again", || async {
            let card = seller.find(&[&code, "Решите до"])?;
            card.labels()
                .iter()
                .any(|label| label.contains("Подтвердить"))
                .then_some(card)
        })
        .await;

        seller.taps(&card, "Изменить");
        let prompt = seller.sees(&["Что изменить", &code]).await;
        seller.replies(&prompt, "1: 1 шт по 1 100, убрать 2, доставка 300");
        let card = seller
            .sees_change(
                first.message_id,
                &[
                    "было 2 шт. × 1 200",
                    "Убрано: Фонарь",
                    "было 400",
                    "Итого: 1 400 ₽, было 3 990",
                    "Решите до",
                ],
            )
            .await;
        seller.taps(&card, "Подтвердить");
        order
            .hears(&["Продавец изменил", &code, "1 шт", "1 100", "1 400"])
            .await;
        world.until_idle().await;
        order.heard_once(&[&code, "подтверждён"]).await;
        assert_eq!(order.chat.count("order_amended").await, 2);
        assert_eq!(order.chat.count("order_declined").await, 1);
        assert_eq!(held(&world, "TH-05-BLU").await, number);
        assert_eq!(held(&world, "FN-200").await, 0);
    }
    world.control().clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_says_no_and_the_buyer_hears_why() {
    for doubled in [false, true] {
        says_no(doubled).await;
    }
}

async fn says_no(doubled: bool) {
    let world = desks(doubled).await;
    let seller = world.seller(0);
    for (number, channel) in CHATS {
        let order = Ordered::of(&world, channel, number, usual()).await;
        let code = order.code();
        let card = seller.sees(&[&code]).await;
        seller.taps(&card, "Отклонить");
        let prompt = seller.sees(&["Почему отказываем", &code]).await;
        let words = if doubled {
            "без причины"
        } else {
            "нет нужного цвета"
        };
        seller.replies(&prompt, words);
        order.hears(&["не может выполнить заказ", &code]).await;
        seller
            .sees_change(card.message_id, &["Заказ отклонён"])
            .await;
        // Late, whatever is pressed.
        presses(&world, 0, &card, "Подтвердить");
        until_outcomes(&world, "already_decided", usize::try_from(number).unwrap()).await;
        world.until_idle().await;
        order.heard_once(&[&code]).await;
        let told = order.heard(&["нет нужного цвета"]).await.len();
        assert_eq!(told, usize::from(!doubled));
        assert_eq!(
            order.stage().await.settlement(),
            Some(schemas::desk::Settlement::OrderRejected)
        );
        assert_eq!(held(&world, "TH-05-BLU").await, 0);
    }
    world.control().clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sellers_who_decide_at_once_one_has_decided_and_the_other_is_told_who() {
    let world = World::with(DAYS).await;
    let (first, second) = (world.seller(0), world.seller(1));
    for (number, channel) in (1..).zip([Channel::Avito, Channel::Telegram]) {
        let order = Ordered::of(&world, channel, number, usual()).await;
        let code = order.code();
        let card = first.sees(&[&code]).await;
        // Somebody looks at the desk, as the timer would in ten minutes.
        world.passes_at_rest(Duration::from_secs(11 * 60)).await;
        first.writes("/status");
        first.sees(&[&code, "ждёт решения уже"]).await;
        world.passes_at_rest(Duration::from_secs(11 * 60)).await;
        first.writes("/status");
        let other = second.sees(&[&code, "Решите до"]).await;
        if number == 2 {
            tripled(&world);
        }
        first.taps(&card, "Подтвердить");
        second.taps(&other, "Подтвердить");
        order.hears(&[&code, "подтверждён"]).await;
        let decided = usize::try_from(number).unwrap();
        until_outcomes(&world, "order_approved", decided).await;
        until_outcomes(&world, "already_decided", decided).await;
        first
            .sees_change(card.message_id, &["Заказ подтверждён — "])
            .await;
        second
            .sees_change(other.message_id, &["Заказ подтверждён — "])
            .await;
        world.until_idle().await;
        order.heard_once(&[&code]).await;
        assert_eq!(order.chat.count("order_approved").await, 1);
    }
    world.control().clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_decides_expires_and_the_buyer_is_told() {
    let world = World::with(DAYS).await;
    let seller = world.seller(0);
    let started = std::time::Instant::now();
    let begun = boot::clock::now();
    for (number, channel) in (1..).zip([Channel::Avito, Channel::Telegram]) {
        if number == 2 {
            tripled(&world);
        }
        let order = Ordered::of(&world, channel, number, usual()).await;
        let code = order.code();
        let card = seller.sees(&[&code, "Решите до"]).await;
        assert_eq!(held(&world, "TH-05-BLU").await, 2);
        world.passes_at_rest(A_DAY).await;
        // Before anybody has looked.
        presses(&world, 0, &card, "Подтвердить");
        let late = usize::try_from(number).unwrap();
        until_outcomes(&world, "too_late", late).await;
        // The broker's clock has not moved: its timer is set to what it takes for now.
        let at = begun + jiff::SignedDuration::try_from(started.elapsed()).unwrap();
        let orders = topology::ORDERS.consumer;
        let armed = world.log.arm(orders, &order.chat.key, "order-expiry", at);
        armed.await.unwrap();
        order.hears(&[&code, "не успел подтвердить"]).await;
        seller
            .sees_change(card.message_id, &["Время на подтверждение вышло"])
            .await;
        presses(&world, 0, &card, "Подтвердить");
        until_outcomes(&world, "already_decided", late).await;
        world.until_idle().await;
        order.heard_once(&[&code]).await;
        assert_eq!(order.stage().await, Stage::Expired);
        assert_eq!(held(&world, "TH-05-BLU").await, 0);
    }
    world.control().clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_writes_to_the_buyer_of_an_order_and_gives_the_chat_back() {
    let world = World::with(DESKS).await;
    let seller = world.seller(0);
    let mut order = Ordered::of(&world, Channel::Telegram, 1, usual()).await;
    let code = order.code();
    let card = seller.sees(&[&code]).await;
    seller.taps(&card, "Написать");
    let prompt = seller.sees(&["Что написать покупателю", &code]).await;
    seller.replies(&prompt, "Термос есть только зелёный, подойдёт?");
    order.chat.expect_reply(&["зелёный, подойдёт?"]).await;
    assert_eq!(order.chat.state().await.owner(), Owner::Seller);
    order.chat.buyer("Да, подойдёт").await;
    let talk = seller.sees(&["Да, подойдёт"]).await;
    seller.replies(&talk, "Отлично, подтверждаю");
    order.chat.expect_reply(&["Отлично, подтверждаю"]).await;
    seller.taps(&card, "Подтвердить");
    order.hears(&[&code, "подтверждён"]).await;
    seller.taps(&talk, "Боту");
    order.chat.until_event("chat_given_back").await;
    assert_eq!(order.chat.state().await.owner(), Owner::Bot);
    world.end().await;
    order.heard_once(&[&code, "подтверждён"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_killed_in_the_middle_of_an_order_tells_the_buyer_once() {
    let mut world = World::with(Setup {
        processes: true,
        ..DESKS
    })
    .await;
    let seller = world.seller(0);
    for (number, channel) in (1..).zip([Channel::Avito, Channel::Telegram]) {
        world.kill(Service::Escalation).await;
        let order = Ordered::of(&world, channel, number, usual()).await;
        let code = order.code();
        order.chat.until_event("order_placed").await;
        world.run(Service::Escalation).await;
        let card = seller.sees(&[&code, "Решите до"]).await;
        seller.replies(&card, "доставка 300");
        order.chat.until_event("order_amended").await;
        world.kill_and_run(Service::Escalation).await;
        let card = seller
            .sees_change(card.message_id, &["3 890", "было 400", "Решите до"])
            .await;
        seller.taps_twice(&card, "Подтвердить");
        order.chat.until_event("order_approved").await;
        world.kill_and_run(Service::Escalation).await;
        order.hears(&[&code, "подтверждён"]).await;
        let card = seller
            .sees_change(card.message_id, &["Заказ подтверждён"])
            .await;
        world.kill(Service::Escalation).await;
        seller.taps(&card, "Оплачен");
        world.run(Service::Escalation).await;
        order.hears(&[&code, "Оплата"]).await;
        world.until_idle().await;
        order.heard_once(&[&code, "подтверждён"]).await;
        order.heard_once(&[&code, "Оплата"]).await;
        assert_eq!(order.chat.count("order_amended").await, 1);
        assert_eq!(order.chat.count("order_approved").await, 1);
        assert_eq!(order.chat.count("order_marked").await, 1);
    }
    world.end().await;
}
