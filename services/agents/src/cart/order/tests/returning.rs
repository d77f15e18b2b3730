//! Buyers who have ordered before.

use schemas::conversation::Detail;

use super::*;

fn known(chat: &mut Chat, lines: Vec<CartLine>) {
    chat.world.last = Some(customer_ordered(lines, shipped("Казань", "Баумана 5", 350)));
}

#[test]
fn a_returning_customer_is_asked_nothing_and_shown_everything() {
    let mut chat = Chat::new();
    let lines = chat.question.sale.deal.cart.lines.clone();
    known(&mut chat, lines);
    let summary = chat.says("оформляем");
    for part in [
        "Как в прошлый раз:",
        "Казань, Баумана 5 — 400\u{a0}₽",
        "Анна, +79031112233",
        "Итого: 2\u{a0}980\u{a0}₽",
    ] {
        assert!(summary.contains(part), "{part} is not in {summary}");
    }
    assert!(chat.checkout().as_last_time);
    let summary = chat.says("телефон 8 916 123-45-67");
    assert!(
        !summary.contains("Как в прошлый раз") && summary.contains("+79161234567"),
        "{summary}"
    );
}

#[test]
fn the_same_as_last_time_is_the_last_order_at_todays_prices() {
    let mut chat = Chat::new();
    chat.question.sale.deal = Deal::default();
    let goods = &chat.world.goods;
    let mut lines = vec![
        line(&goods[&Sku::new("TR-05")], 3),
        line(&goods[&Sku::new("RG-20-RED")], 1),
    ];
    lines[0].price = rubles(990);
    let mut gone = lines[0].clone();
    gone.sku = Sku::new("OLD-1");
    "Котелок 2 л".clone_into(&mut gone.name);
    lines.push(gone);
    known(&mut chat, lines);
    let summary = chat
        .answered("Здравствуйте, мне как в прошлый раз", Intent::StockInquiry)
        .text;
    for part in [
        "«Котелок 2 л» больше нет",
        "3 шт. по 1\u{a0}290\u{a0}₽",
        "Как в прошлый раз:",
        "Итого: 6\u{a0}760\u{a0}₽",
    ] {
        assert!(summary.contains(part), "{part} is not in {summary}");
    }
    assert!(chat.asks(&Asked::Confirm));
    assert_eq!(chat.submits("да").terms.lines.len(), 2);
}

#[test]
fn the_same_as_last_time_may_be_of_another_number() {
    let mut chat = Chat::new();
    chat.question.sale.deal = Deal::default();
    let flask = line(&chat.world.goods[&Sku::new("TR-05")], 1);
    known(&mut chat, vec![flask]);
    chat.question.entities = vec![schemas::conversation::Entity::Quantity(4)];
    let summary = chat
        .answered("same as last time, 4 pieces please", Intent::StockInquiry)
        .text;
    assert!(summary.contains("4 шт."), "{summary}");
}

#[test]
fn what_was_forgotten_is_told_as_last_time_in_the_middle_of_an_order() {
    let mut chat = Chat::new();
    let lines = chat.question.sale.deal.cart.lines.clone();
    chat.says("оформляем");
    assert!(chat.asks(&Asked::Detail {
        detail: Detail::Delivery
    }));
    known(&mut chat, lines);
    let summary = chat.says("как в прошлый раз");
    assert!(summary.contains("Казань, Баумана 5"), "{summary}");
    assert!(summary.contains("Анна, +79031112233"), "{summary}");
}

#[test]
fn a_place_that_the_table_no_longer_has_is_asked_anew() {
    let mut chat = Chat::new();
    let lines = chat.question.sale.deal.cart.lines.clone();
    known(&mut chat, lines);
    chat.world.shop = Arc::new(shop(&[("Москва", 300, "")], None));
    chat.says("оформляем");
    assert!(chat.asks(&Asked::Detail {
        detail: Detail::Delivery
    }));
}

#[test]
fn typing_somebody_elses_mail_or_phone_reveals_nothing() {
    // Anna has ordered here; this buyer is somebody else, and the world of this chat knows nothing of her.
    for text in [
        "anna@example.org",
        "+7 903 111-22-33",
        "Анна, +79031112233, anna@example.org",
    ] {
        let mut chat = Chat::new();
        chat.says("оформляем");
        chat.says("самовывоз");
        let told = chat.says(text);
        assert!(
            !told.contains("Казань") && !told.contains("Баумана"),
            "{told}"
        );
        assert!(!told.contains("прошлый раз"), "{told}");
        let reason = chat.cannot(&format!("где мой заказ? {text}"), Intent::OrderStatus);
        assert!(
            reason.contains("has made none here") && !reason.contains("903"),
            "{reason}"
        );
    }
}
