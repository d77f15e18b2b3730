//! From the first question to the yes.

use schemas::conversation::{Actor, Detail, FactSource, OrderApproved};

use super::*;

#[test]
fn what_is_needed_is_asked_one_at_a_time_and_no_more() {
    let mut chat = Chat::new();
    assert!(chat.says("оформляем").contains("в какой город"));
    assert!(chat.asks(&Asked::Detail {
        detail: Detail::Delivery
    }));
    assert!(chat.says("в Казань").contains("адрес"));
    assert!(chat.says("Баумана 5, кв. 12").contains("имя"));
    assert!(chat.says("иван петров").contains("телефон или почту"));
    let summary = chat.says("ivan@example.org");
    for part in [
        "2 шт. по 1\u{a0}290\u{a0}₽ = 2\u{a0}580\u{a0}₽",
        "Казань, Баумана 5, кв. 12 — 400\u{a0}₽, срок: 3-4 дня",
        "Иван Петров, ivan@example.org",
        "Итого: 2\u{a0}980\u{a0}₽",
        "Всё верно? Оформляем?",
    ] {
        assert!(summary.contains(part), "{part} is not in {summary}");
    }
    assert!(chat.asks(&Asked::Confirm));
}

#[test]
fn one_message_may_tell_everything() {
    let mut chat = Chat::new();
    chat.says("оформляем");
    let summary = chat.says("Иван, 8 916 123-45-67, Казань, Баумана 5");
    assert!(
        summary.contains("Получатель: Иван, +79161234567"),
        "{summary}"
    );
    let mut chat = Chat::new();
    let summary = chat.says("Оформите, пожалуйста: Иван, 8 916 123-45-67, Казань, Баумана 5");
    assert!(summary.contains("Казань, Баумана 5"), "{summary}");
}

#[test]
fn a_providers_name_is_proposed_in_the_summary_and_can_be_put_right() {
    let mut chat = Chat::new();
    chat.question.sale.name = Some(Personal::new("Пётр 🌞".to_owned()));
    chat.says("оформляем");
    let summary = chat.says("самовывоз, 89161234567");
    assert!(
        summary.contains("Получатель: Пётр, +79161234567"),
        "{summary}"
    );
    assert!(summary.contains("Самовывоз: в день заказа"), "{summary}");
    let summary = chat.says("имя: Павел");
    assert!(summary.contains("Получатель: Павел,"), "{summary}");
    let mut chat = Chat::new();
    chat.question.sale.name = Some(Personal::new("user123".to_owned()));
    chat.says("оформляем");
    assert!(chat.says("самовывоз").contains("имя"));
}

#[test]
fn a_yes_submits_exactly_what_was_shown() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let shown = chat.checkout().summary.clone().unwrap();
    let checkout = chat.checkout().id;
    let submitted = chat.submits("да, всё верно");
    assert_eq!(submitted.terms, shown);
    assert_eq!(submitted.terms.total, rubles(2980));
    assert_eq!(submitted.messages.len(), 1);
    let chat_id = ConversationId::derive(&["chat"]).to_string();
    assert_eq!(
        submitted.order,
        OrderId::derive(&[&chat_id, &checkout.to_string()])
    );
    assert_eq!(submitted.recipient.phone.unwrap().text(), "+79161234567");
}

#[test]
fn words_that_are_no_yes_submit_nothing() {
    for text in [
        "no, necesito cambiar la dirección",
        "да, но адрес другой",
        "да нет",
        "не знаю",
        "да?",
        "дайте подумать",
        "нет",
        "да, телефон 8 916 000-11-22",
        "спасибо",
    ] {
        let mut chat = Chat::new();
        chat.up_to_the_summary();
        match chat.step(text, Intent::Checkout) {
            Step::Answer(Answered::Given(answer)) => has_facts(&answer),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn details_are_put_right_at_any_time() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    assert!(
        chat.says("адрес другой: Ленина 7")
            .contains("Казань, Ленина 7")
    );
    assert!(chat.says("телефон не тот").contains("телефон или почту"));
    assert!(chat.says("+7 903 111-22-33").contains("+79031112233"));
    assert!(
        chat.says("no, necesito cambiar la dirección")
            .contains("адрес")
    );
    assert!(chat.says("Баумана 1").contains("Казань, Баумана 1"));
    let summary = chat.says("лучше самовывоз");
    assert!(
        summary.contains("Самовывоз") && summary.contains("Итого: 2\u{a0}580\u{a0}₽"),
        "{summary}"
    );
    let question = chat.says("нет, доставка в Москву");
    assert!(question.contains("адрес"), "{question}");
    let summary = chat.says("Тверская 1");
    assert!(summary.contains("Итого: 2\u{a0}880\u{a0}₽"), "{summary}");
}

#[test]
fn a_no_asks_what_to_change_and_a_yes_behind_it_confirms_nothing() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    assert!(chat.says("нет").contains("Что поправить"));
    let again = chat.says("да");
    assert!(again.contains("Всё верно?"), "{again}");
    assert_eq!(chat.submits("да").terms.total, rubles(2980));
}

#[test]
fn an_order_can_be_dropped_and_the_cart_stays() {
    for text in [
        "не надо, передумал",
        "cancel it, I changed my mind",
        "ya no lo quiero",
    ] {
        let mut chat = Chat::new();
        chat.up_to_the_summary();
        chat.says(text);
        assert_eq!(chat.question.sale.deal.checkout, None, "{text}");
        assert_eq!(chat.question.sale.deal.cart.lines.len(), 1, "{text}");
        assert_eq!(chat.question.asked, None, "{text}");
    }
}

#[test]
fn a_price_whose_time_has_run_out_is_asked_anew_and_shown_before_anything_is_ordered() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    chat.question.now = now() + HOUR * 2;
    // The same price again is no news.
    assert!(matches!(chat.step("да", Intent::Checkout), Step::Submit(_)));
    chat.world
        .goods
        .get_mut(&Sku::new("TR-05"))
        .unwrap()
        .product
        .price = rubles(1390);
    let summary = chat.says("да");
    assert!(
        summary.contains("теперь стоит 1\u{a0}390\u{a0}₽"),
        "{summary}"
    );
    assert!(summary.contains("Итого: 3\u{a0}180\u{a0}₽"), "{summary}");
    assert_eq!(chat.submits("да").terms.total, rubles(3180));
}

#[test]
fn a_price_that_still_holds_is_kept_although_the_sheet_has_another() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    chat.world
        .goods
        .get_mut(&Sku::new("TR-05"))
        .unwrap()
        .product
        .price = rubles(1990);
    assert_eq!(chat.submits("да").terms.total, rubles(2980));
}

#[test]
fn when_there_are_fewer_than_wanted_what_there_is_is_offered() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    chat.world
        .goods
        .get_mut(&Sku::new("TR-05"))
        .unwrap()
        .product
        .quantity = Quantity::Pieces(1);
    let summary = chat.says("да");
    assert!(summary.contains("осталась только 1 шт"), "{summary}");
    assert!(summary.contains("Итого: 1\u{a0}690\u{a0}₽"), "{summary}");
    assert_eq!(chat.submits("да").terms.pieces(&Sku::new("TR-05")), 1);
}

#[test]
fn when_nothing_is_left_others_of_the_kind_are_shown() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    chat.world
        .goods
        .get_mut(&Sku::new("TR-05"))
        .unwrap()
        .product
        .quantity = Quantity::Pieces(0);
    chat.world.others = vec![article(9, "TR-10", "Термос «Полярник» 1 л синий", 4, 1690)];
    let answer = chat.answered("да", Intent::Checkout);
    assert!(
        answer.text.contains("1. Термос «Полярник» 1 л"),
        "{}",
        answer.text
    );
    assert_eq!(answer.list.unwrap().items, [Sku::new("TR-10")]);
    assert_eq!(chat.question.sale.deal, Deal::default());
}

#[test]
fn delivery_is_free_from_the_sum_that_the_rules_name() {
    let mut chat = Chat::new();
    chat.question.sale.deal.cart.lines[0].pieces = 6;
    let summary = chat.up_to_the_summary();
    assert!(
        summary.contains("Казань, Баумана 5 — бесплатно"),
        "{summary}"
    );
    assert!(summary.contains("Итого: 7\u{a0}740\u{a0}₽"), "{summary}");
}

#[test]
fn a_place_that_no_row_covers_is_for_the_seller() {
    let mut chat = Chat::new();
    chat.world.shop = Arc::new(shop(&[("Москва", 300, "")], None));
    chat.says("оформляем");
    let reason = chat.cannot("в Казань", Intent::Checkout);
    assert!(
        reason.contains("no row of the delivery table covers Казань"),
        "{reason}"
    );
    let reason = chat.cannot("самовывоз", Intent::Checkout);
    assert!(reason.contains("does not say that it can be"), "{reason}");
}

#[test]
fn a_shop_without_a_delivery_table_lets_it_be_fetched() {
    let mut chat = Chat::new();
    chat.world.shop = Arc::new(shop(&[], None));
    assert!(chat.says("оформляем").contains("забрать самому"));
    assert!(chat.says("да").contains("имя"));
    let summary = chat.says("Иван, 89161234567");
    assert!(summary.contains("скажет продавец"), "{summary}");
    let reason = chat.cannot("нужна доставка в Казань", Intent::Checkout);
    assert!(reason.contains("the delivery table is empty"), "{reason}");
}

#[test]
fn an_answer_that_says_nothing_is_asked_again() {
    let mut chat = Chat::new();
    chat.says("оформляем");
    chat.says("самовывоз");
    chat.says("Иван");
    let again = chat.says("нет почты");
    assert!(
        again.contains("Не понял") && again.contains("телефон или почту"),
        "{again}"
    );
}

#[test]
fn whoever_wants_to_buy_what_is_talked_about_begins_with_it() {
    let mut chat = Chat::new();
    chat.question.sale.deal = Deal::default();
    let flask = chat.world.goods[&Sku::new("TR-05")].clone();
    chat.world.found = Some(crate::goods::Found::One(Box::new(flask), None));
    chat.says("беру, оформляйте");
    assert_eq!(chat.question.sale.deal.cart.lines[0].pieces, 1);
    assert!(chat.asks(&Asked::Detail {
        detail: Detail::Delivery
    }));
    chat.world.found = Some(crate::goods::Found::Unsaid);
    chat.question.sale.deal = Deal::default();
    chat.question.asked = None;
    assert!(chat.says("оформляем").contains("Корзина пока пустая"));
}

#[test]
fn every_language_says_everything_of_an_order() {
    for language in LANGUAGES {
        let mut chat = Chat::new();
        chat.question.language = language;
        for text in ["checkout", "Kazan", "Bauman 5", "John", "john@example.org"] {
            chat.says(text);
        }
        assert!(chat.asks(&Asked::Confirm), "{language:?}");
        let submitted = chat.submits("yes");
        chat.placed(submitted.order, true);
        assert!(
            chat.says("yes").contains(&submitted.order.code()),
            "{language:?}"
        );
    }
}

#[test]
fn nothing_is_ordered_by_hand_or_while_a_person_has_the_chat() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    chat.question.sale.conversation = None;
    let reason = chat.cannot("да", Intent::Checkout);
    assert!(reason.contains("the chat is a person's"), "{reason}");
}

#[test]
fn who_buys_stands_in_no_debug_output_of_a_deal() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let shown = format!("{:?}", chat.question.sale.deal);
    for secret in ["Иван", "9161234567", "Баумана"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn prices_in_the_summary_name_the_row_they_are_from() {
    let mut chat = Chat::new();
    chat.says("оформляем");
    let answer = chat.answered("Иван, 8 916 123-45-67, Казань, Баумана 5", Intent::Checkout);
    let of = |name: &str| answer.facts.iter().find(|fact| fact.name == name).unwrap();
    assert!(matches!(of("cart.price").source, FactSource::Sheet(_)));
    assert!(matches!(of("delivery.price").source, FactSource::Sheet(_)));
    assert!(matches!(&of("order.total").source, FactSource::Computed(how) if how == "2580 + 400"));
    assert!(matches!(of("buyer.phone").source, FactSource::Buyer(_)));
}

/// The usual shop with one more rule.
fn with_rule(chat: &mut Chat, rule: Rule) {
    let mut shop = usual_shop();
    let mut rows = shop.rules().rows.clone();
    rows.push(RuleRow { row: 9, rule });
    let recorded_rules = RulesRecorded {
        revision: "3333333333333333".to_owned(),
        rows,
    };
    shop.evolve(&recorded("rule", ShopEvent::RulesRecorded(recorded_rules)));
    chat.world.shop = Arc::new(shop);
}

#[test]
fn an_order_below_the_smallest_one_is_told_what_is_missing_and_goes_on_once_there_is_enough() {
    let mut chat = Chat::new();
    with_rule(&mut chat, Rule::MinOrder(rubles(3000)));
    let said = chat.says("оформляем");
    for part in ["3\u{a0}000\u{a0}₽", "2\u{a0}580\u{a0}₽", "420\u{a0}₽"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert_eq!(chat.question.asked, None);
    assert_eq!(chat.question.sale.deal.cart.lines[0].pieces, 2);
    let no_order = chat.step("да", Intent::Checkout);
    assert!(matches!(no_order, Step::Answer(_)), "{no_order:?}");
    chat.question.sale.deal.cart.lines[0].pieces = 3;
    assert!(chat.says("оформляем").contains("в какой город"));
}

#[test]
fn a_wholesale_order_is_never_taken_at_the_list_price_even_as_last_time() {
    let mut chat = Chat::new();
    with_rule(&mut chat, Rule::WholesaleFromPieces(2));
    let reason = chat.cannot("оформляем", Intent::Checkout);
    assert!(
        reason.contains("wholesale: 2 pieces of TR-05, and from 2") && reason.contains("row 9"),
        "{reason}"
    );
    let lines = chat.question.sale.deal.cart.lines.clone();
    chat.question.sale.deal = Deal::default();
    chat.world.last = Some(customer_ordered(lines, shipped("Казань", "Баумана 5", 350)));
    let reason = chat.cannot("мне как в прошлый раз", Intent::StockInquiry);
    assert!(reason.contains("wholesale"), "{reason}");
}

#[test]
fn a_buyer_whose_orders_all_wait_is_asked_to_wait_and_keeps_the_cart() {
    let mut chat = Chat::new();
    let cart = chat.question.sale.deal.cart.clone();
    for number in 0..Policy::default().open_orders {
        chat.question.sale.deal.cart = cart.clone();
        chat.up_to_the_summary();
        let order = chat.submits("да").order;
        chat.placed(order, true);
        assert!(chat.orders.orders().len() as u64 == number + 1);
    }
    chat.question.sale.deal.cart = cart.clone();
    let said = chat.says("оформляем");
    let code = chat.order().id.code();
    assert!(said.contains(&code) && said.contains("ждут"), "{said}");
    assert_eq!(chat.question.sale.deal.cart, cart);
    assert!(chat.question.sale.deal.checkout.is_none());

    let order = chat.order().id;
    chat.happens(Event::OrderApproved(OrderApproved {
        order,
        by: Actor::Telegram(555),
    }));
    chat.up_to_the_summary();
    chat.submits("да");
}
