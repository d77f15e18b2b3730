//! Once the buyer said yes.

use schemas::conversation::{
    Actor, OrderApproved, OrderCancelled, OrderDeclined, OrderExpired, OrderInvoiced, OrderMark,
    OrderMarked, OrderRejected, Shortage,
};

use super::*;

fn seller() -> Actor {
    Actor::Console("test".to_owned())
}

#[test]
fn a_yes_is_answered_when_its_pieces_are_reserved() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let submitted = chat.submits("да");
    assert_eq!(chat.step("да", Intent::Checkout), Step::Wait);
    chat.placed(submitted.order, true);
    let code = submitted.order.code();
    let told = chat.says("да");
    assert!(
        told.contains(&format!("Заказ {code} на 2\u{a0}980\u{a0}₽ принят")),
        "{told}"
    );
    assert!(told.contains("не позднее чем завтра в 15:00"), "{told}");
}

#[test]
fn an_order_that_nobody_has_to_approve_is_made_at_once() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let submitted = chat.submits("да");
    chat.placed(submitted.order, false);
    assert!(
        chat.says("да")
            .contains("оформлен. К оплате: 2\u{a0}980\u{a0}₽")
    );
}

#[test]
fn a_second_yes_places_nothing_twice() {
    let mut chat = Chat::new();
    let submitted = chat.ordered();
    for text in ["да", "да, оформляйте"] {
        let again = chat.says(text);
        assert!(again.contains(&submitted.order.code()), "{again}");
    }
    assert_eq!(chat.orders.orders().len(), 1);
}

#[test]
fn an_order_of_a_turn_that_was_withdrawn_is_answered_by_the_next() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let submitted = chat.submits("да");
    // The buyer wrote on before the answer: the same question is open still.
    assert_eq!(chat.step("да\nпобыстрее бы", Intent::Checkout), Step::Wait);
    chat.placed(submitted.order, true);
    assert!(chat.says("да\nпобыстрее бы").contains("принят"));
}

#[test]
fn somebody_was_faster_and_what_is_left_is_offered() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let submitted = chat.submits("да");
    chat.happens(Event::OrderDeclined(OrderDeclined {
        order: submitted.order,
        revision: 1,
        short: vec![Shortage {
            sku: Sku::new("TR-05"),
            wanted: 2,
            left: 1,
        }],
    }));
    chat.world
        .goods
        .get_mut(&Sku::new("TR-05"))
        .unwrap()
        .product
        .quantity = Quantity::Pieces(1);
    let told = chat.says("да");
    assert!(
        told.contains("успели купить") && told.contains("Итого: 1\u{a0}690\u{a0}₽"),
        "{told}"
    );
    let again = chat.submits("да");
    assert_ne!(again.order, submitted.order);
    assert_eq!(again.terms.pieces(&Sku::new("TR-05")), 1);
}

#[test]
fn somebody_was_faster_and_nothing_is_left() {
    let mut chat = Chat::new();
    chat.up_to_the_summary();
    let submitted = chat.submits("да");
    chat.happens(Event::OrderDeclined(OrderDeclined {
        order: submitted.order,
        revision: 1,
        short: vec![Shortage {
            sku: Sku::new("TR-05"),
            wanted: 2,
            left: 0,
        }],
    }));
    chat.world.others = vec![article(9, "TR-10", "Термос «Полярник» 1 л синий", 4, 1690)];
    let told = chat.says("да");
    assert!(told.contains("больше нет в наличии"), "{told}");
    assert!(told.contains("1. Термос «Полярник» 1 л"), "{told}");
    assert_eq!(chat.question.sale.deal, Deal::default());
}

#[test]
fn where_an_order_is_is_told_from_the_log() {
    let mut chat = Chat::new();
    let order = chat.ordered().order;
    let by = seller;
    let mark = |mark| {
        Event::OrderMarked(OrderMarked {
            order,
            mark,
            by: by(),
        })
    };
    let told = |chat: &mut Chat| chat.answered("где мой заказ?", Intent::OrderStatus).text;
    assert!(
        told(&mut chat).contains("ждёт подтверждения продавца. Ответ будет не позднее чем завтра")
    );
    chat.happens(Event::OrderApproved(OrderApproved { order, by: by() }));
    assert!(told(&mut chat).contains("подтверждён"));
    chat.happens(Event::OrderInvoiced(OrderInvoiced {
        order,
        invoice: 17,
        payment: "реквизиты".to_owned(),
    }));
    assert!(told(&mut chat).contains("счёт № 17"));
    chat.happens(mark(OrderMark::Paid));
    assert!(told(&mut chat).contains("оплачен"));
    chat.happens(mark(OrderMark::Shipped {
        tracking: Some("RA123456789RU".to_owned()),
    }));
    assert!(told(&mut chat).contains("RA123456789RU"));
    chat.happens(mark(OrderMark::Delivered));
    assert!(told(&mut chat).contains("доставлен"));
    chat.happens(mark(OrderMark::Returned));
    assert!(told(&mut chat).contains("возвращён"));
}

#[test]
fn every_end_of_an_order_can_be_told_in_every_language() {
    let ends = |order| {
        [
            Event::OrderRejected(OrderRejected {
                order,
                by: seller(),
                reason: String::new(),
            }),
            Event::OrderRejected(OrderRejected {
                order,
                by: seller(),
                reason: "нет коробок".to_owned(),
            }),
            Event::OrderExpired(OrderExpired { order }),
            Event::OrderCancelled(OrderCancelled {
                order,
                messages: Vec::new(),
            }),
            Event::OrderApproved(OrderApproved {
                order,
                by: seller(),
            }),
        ]
    };
    for language in LANGUAGES {
        let mut chat = Chat::new();
        let order = chat.ordered().order;
        for event in ends(order) {
            let mut chat = Chat::new();
            chat.ordered();
            chat.question.language = language;
            chat.happens(event);
            let told = chat
                .answered("where is my order?", Intent::OrderStatus)
                .text;
            assert!(told.contains(&order.code()), "{told}");
        }
    }
}

#[test]
fn an_order_is_named_by_its_code_and_a_code_of_somebody_else_tells_nothing() {
    let mut chat = Chat::new();
    let code = chat.ordered().order.code();
    let told = chat.answered(
        &format!("где заказ {}?", code.to_lowercase()),
        Intent::OrderStatus,
    );
    assert!(told.text.contains(&code));
    let reason = chat.cannot("где заказ ABC-DEF?", Intent::OrderStatus);
    assert!(reason.contains("none of this buyer's"), "{reason}");
    assert!(!reason.contains(&code));
}

#[test]
fn an_order_can_be_taken_back_until_it_is_approved() {
    let mut chat = Chat::new();
    let order = chat.ordered().order;
    let asked = chat.answered("отмените заказ", Intent::OrderStatus).text;
    assert!(asked.starts_with("Отменить заказ"), "{asked}");
    assert!(chat.asks(&Asked::Cancel { order }));
    let kept = chat.answered("нет, не надо", Intent::OrderStatus).text;
    assert!(kept.contains("остаётся в силе"), "{kept}");
    chat.answered("отмените заказ", Intent::OrderStatus);
    let Step::Cancel(cancelled) = chat.step("да", Intent::OrderStatus) else {
        panic!("nothing is cancelled");
    };
    chat.happens(Event::OrderCancelled(cancelled));
    let told = chat.answered("да", Intent::OrderStatus).text;
    assert!(told.contains("отменён"), "{told}");
    assert_eq!(chat.question.sale.deal, Deal::default());
}

#[test]
fn an_order_can_be_changed_by_taking_it_back() {
    let mut chat = Chat::new();
    let order = chat.ordered().order;
    let asked = chat
        .answered("поменяйте на 3 штуки", Intent::OrderStatus)
        .text;
    assert!(asked.contains("верну товары в корзину"), "{asked}");
    let Step::Cancel(cancelled) = chat.step("да", Intent::OrderStatus) else {
        panic!("nothing is cancelled");
    };
    chat.happens(Event::OrderCancelled(cancelled));
    let told = chat.answered("да", Intent::OrderStatus).text;
    assert!(told.contains("товары снова в корзине"), "{told}");
    let deal = &chat.question.sale.deal;
    assert_eq!(deal.cart.lines.len(), 1);
    assert_eq!(deal.checkout.as_ref().unwrap().summary, None);
    // Whoever says yes to that is shown what it comes to.
    assert!(chat.says("да").contains("Всё верно?"));
    assert_ne!(chat.submits("да").order, order);
}

#[test]
fn a_change_that_is_not_confirmed_leaves_the_order_as_it_is() {
    let mut chat = Chat::new();
    let order = chat.ordered().order;
    chat.answered("измените адрес", Intent::OrderStatus);
    assert!(
        chat.answered("нет", Intent::OrderStatus)
            .text
            .contains("остаётся в силе")
    );
    assert_eq!(chat.question.sale.deal, Deal::default());
    assert_eq!(chat.order().id, order);
    assert!(chat.order().is_open());
}

#[test]
fn an_approved_order_is_the_sellers_to_take_back() {
    let mut chat = Chat::new();
    let order = chat.ordered().order;
    chat.happens(Event::OrderApproved(OrderApproved {
        order,
        by: seller(),
    }));
    let reason = chat.cannot("отмените заказ", Intent::OrderStatus);
    assert!(
        reason.contains(&order.code()) && reason.contains("approved"),
        "{reason}"
    );
    chat.question.asked = Some(Asked::Cancel { order });
    let reason = chat.cannot("да", Intent::OrderStatus);
    assert!(reason.contains("approved meanwhile"), "{reason}");
}

#[test]
fn an_order_of_another_chat_of_the_same_customer_is_told_of_and_not_taken_back_from_here() {
    let mut elsewhere = Chat::new();
    let order = elsewhere.ordered().order;
    let mut chat = Chat::new();
    chat.question.sale.deal = Deal::default();
    chat.world.elsewhere = elsewhere.orders.orders().to_vec();
    let told = chat.answered("где мой заказ?", Intent::OrderStatus).text;
    assert!(told.contains(&order.code()), "{told}");
    let reason = chat.cannot("отмените заказ", Intent::OrderStatus);
    assert!(reason.contains("of another chat"), "{reason}");
}

#[test]
fn who_never_ordered_is_for_the_seller() {
    let mut chat = Chat::new();
    chat.question.sale.deal = Deal::default();
    let reason = chat.cannot("где мой заказ?", Intent::OrderStatus);
    assert!(reason.contains("has made none here"), "{reason}");
}
