//! What is said of a cart, and what it costs.

use jiff::{SignedDuration, Timestamp};
use schemas::{
    EventId, Kopecks, Sku,
    conversation::{Asked, Checkout, Deal, Intent, Offer, Recipient, Specialist},
    shop::{Rule, RuleRow},
};

use super::{
    Known, apply,
    apply::Changed,
    development::{cart, sale, shop, spelled, terms},
    price::Terms,
    words,
};
use crate::{answer::Answer, answer::Question, goods::tests::question};

fn asked(before: &str, text: &str) -> Question {
    Question {
        specialist: Specialist::Cart,
        intent: Intent::CartAdd,
        list: cart(before)
            .lines
            .iter()
            .map(|line| line.sku.clone())
            .collect(),
        sale: Box::new(sale(cart(before))),
        ..question(text)
    }
}

fn change(question: &Question, terms: &Terms) -> (Changed, Answer) {
    let known = Known::new(shop());
    let changed = apply::change(question, terms, &known);
    let said = words::said(question, terms, &known, &changed).unwrap();
    (changed, said)
}

fn rubles(rubles: i64) -> Kopecks {
    Kopecks::from_rubles(rubles).unwrap()
}

#[test]
fn the_reply_shows_the_cart_with_sums_and_a_total() {
    let (changed, said) = change(&asked("t2", "добавь 3 коврика"), &terms());
    assert_eq!(
        said.text.replace('\u{a0}', " "),
        "В корзине:\n\
         1. Термос «Полярник» 0,5 л синий — 2 шт. × 1 290 ₽ = 2 580 ₽\n\
         2. Коврик туристический складной — 3 шт. × 890 ₽ = 2 670 ₽\n\
         Итого: 5 250 ₽\n\
         Оформляем?"
    );
    assert_eq!(said.deal.unwrap().cart, changed.cart);
    assert_eq!(said.focus, Some(Sku::new("KV-FOAM")));
}

#[test]
fn a_buyer_is_offered_what_there_is_and_no_more() {
    let (changed, said) = change(&asked("p1", "сделай палаток 10"), &terms());
    assert_eq!(spelled(&changed.cart), "p4");
    assert!(said.text.contains("есть только 4"), "{}", said.text);
}

#[test]
fn what_is_sold_out_is_not_put_in_and_others_of_its_kind_are_named() {
    let (changed, said) = change(&asked("-", "добавь фонарь FN-300"), &terms());
    assert!(changed.cart.is_empty() && said.deal.is_none());
    assert!(
        said.text.contains("нет в наличии") && said.text.contains("1. Фонарь налобный «Искра Про»"),
        "{}",
        said.text
    );
    assert_eq!(said.list.unwrap().items, [Sku::new("FN-600")]);
}

#[test]
fn an_offer_and_a_quantity_break_set_the_price_of_a_line() {
    let now = Timestamp::UNIX_EPOCH;
    let offer = Offer {
        sku: Sku::new("RG-20-RED"),
        from_pieces: 2,
        price: rubles(2000),
        list_price: rubles(2490),
        valid_until: now + SignedDuration::from_hours(5),
    };
    let rule = RuleRow {
        row: 2,
        rule: Rule::QuantityDiscount {
            from_pieces: 5,
            percent: 10,
        },
    };
    let terms = Terms {
        rules: vec![rule],
        offers: vec![offer.clone()],
        ..terms()
    };
    let price = |text: &str, sku: &str| {
        let (changed, _) = change(&asked("-", text), &terms);
        let line = changed.cart.line(&Sku::new(sku)).cloned().unwrap();
        (line.price, line.valid_until)
    };
    assert_eq!(
        price("RG-20-RED 1 шт", "RG-20-RED"),
        (rubles(2490), terms.until)
    );
    assert_eq!(
        price("RG-20-RED 2 шт", "RG-20-RED"),
        (rubles(2000), offer.valid_until)
    );
    assert_eq!(price("KV-FOAM 4 шт", "KV-FOAM"), (rubles(890), terms.until));
    assert_eq!(price("KV-FOAM 5 шт", "KV-FOAM"), (rubles(801), terms.until));
}

#[test]
fn a_price_that_no_longer_holds_is_asked_anew_and_told() {
    let mut before = asked("t2", "добавь коврик");
    let line = &mut before.sale.deal.cart.lines[0];
    (line.price, line.valid_until) = (rubles(1000), Timestamp::UNIX_EPOCH);
    let (changed, said) = change(&before, &terms());
    assert_eq!(changed.cart.lines[0].price, rubles(1290));
    assert!(said.text.contains("обновилась"), "{}", said.text);
}

#[test]
fn so_many_that_the_seller_talks_about_the_price_are_the_sellers() {
    let rule = RuleRow {
        row: 3,
        rule: Rule::WholesaleFromPieces(50),
    };
    let terms = Terms {
        rules: vec![rule],
        ..terms()
    };
    let changed = |text: &str| apply::change(&asked("-", text), &terms, &Known::new(shop()));
    assert!(changed("добавь 60 ковриков").for_seller.is_some());
    assert!(changed("добавь 40 ковриков").for_seller.is_none());
}

#[test]
fn a_changed_cart_is_no_longer_what_was_shown_to_say_yes_to() {
    let id = EventId::derive(&["checkout"]);
    let mut before = asked("t2", "убери один");
    let cart = before.sale.deal.cart.clone();
    before.sale.deal = Deal {
        checkout: Some(Checkout {
            id,
            recipient: Recipient::default(),
            delivery: None,
            as_last_time: true,
            summary: schemas::conversation::OrderTerms::new(
                cart.lines.clone(),
                schemas::conversation::Delivery::Pickup,
            ),
        }),
        cart,
    };
    let (_, said) = change(&before, &terms());
    let checkout = said.deal.unwrap().checkout.unwrap();
    assert!(checkout.summary.is_none() && checkout.as_last_time && checkout.id == id);
    before.text = "что в корзине?".to_owned();
    assert_eq!(change(&before, &terms()).1.deal, None);
}

#[test]
fn a_name_that_fits_several_is_asked_about_and_the_answer_is_understood() {
    let (changed, said) = change(&asked("-", "добавь 2 термоса и коврик"), &terms());
    assert_eq!(spelled(&changed.cart), "v1");
    let Some(Asked::Product { intent, text }) = said.asked else {
        panic!("{}", said.text)
    };
    assert!(
        said.text.contains("• Коврик") && said.text.contains("1. Термос"),
        "{}",
        said.text
    );
    for (answer, right) in [
        ("второй", 1),
        ("2", 1),
        ("стальной", usize::MAX),
        ("литровый, 3 штуки", usize::MAX),
    ] {
        let list = said.list.clone().unwrap().items;
        let wanted = list
            .get(right)
            .cloned()
            .unwrap_or_else(|| Sku::new("TR-10-STL"));
        let next = Question {
            list,
            asked: Some(Asked::Product {
                intent,
                text: text.clone(),
            }),
            sale: Box::new(sale(changed.cart.clone())),
            ..asked("-", &format!("{} {answer}", text.text()))
        };
        let (changed, said) = change(&next, &terms());
        let pieces = if answer.contains('3') { 3 } else { 2 };
        let line = changed
            .cart
            .line(&wanted)
            .unwrap_or_else(|| panic!("{answer}: {}", said.text));
        assert_eq!(line.pieces, pieces, "{answer}");
        assert_eq!(said.asked, None, "{answer}");
    }
}

#[test]
fn an_emptied_cart_is_said_to_be_empty() {
    let (changed, said) = change(&asked("t2", "убери термос"), &terms());
    assert!(changed.cart.is_empty());
    assert_eq!(said.text, "Корзина теперь пуста.");
    assert_eq!(said.deal, Some(Deal::default()));
}
