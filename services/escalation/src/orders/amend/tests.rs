//! Changes as sellers write them on a phone.

use jiff::Timestamp;
use schemas::{Sku, conversation::Delivery};

use super::*;

fn line(sku: &str, pieces: u32, rubles: i64) -> CartLine {
    CartLine {
        sku: Sku::new(sku),
        name: sku.to_owned(),
        pieces,
        price: Kopecks::from_rubles(rubles).unwrap(),
        list_price: Kopecks::from_rubles(rubles).unwrap(),
        valid_until: Timestamp::UNIX_EPOCH,
    }
}

fn shipped(rubles: i64) -> Delivery {
    Delivery::Shipped {
        region: "Казань".to_owned(),
        place: "Казань".to_owned(),
        address: None,
        price: Kopecks::from_rubles(rubles).unwrap(),
        days: None,
        source: None,
    }
}

/// One line of 3 at 2490, and delivery for 500.
fn one() -> OrderTerms {
    OrderTerms::new(vec![line("A", 3, 2_490)], shipped(500)).unwrap()
}

/// Two lines.
fn two() -> OrderTerms {
    OrderTerms::new(vec![line("A", 3, 2_490), line("B", 1, 1_290)], shipped(500)).unwrap()
}

/// What is left of the terms, as `A 3×2490, B 1×1290 +500`.
fn told(terms: &OrderTerms) -> String {
    let lines = terms.lines.iter();
    let lines = lines.map(|line| format!("{} {}×{}", line.sku, line.pieces, line.price));
    let lines: Vec<String> = lines.collect();
    format!("{} +{}", lines.join(", "), terms.delivery.price())
}

fn check(terms: &OrderTerms, cases: &[(&str, &str)]) {
    for (words, expected) in cases {
        let changed = amended(words, terms).map(|terms| told(&terms));
        assert_eq!(changed.as_deref(), Ok(*expected), "{words:?}");
    }
}

#[test]
fn an_order_of_one_line_is_changed_without_a_number_in_three_languages() {
    check(
        &one(),
        &[
            ("2 шт", "A 2×2490 +500"),
            ("2шт.", "A 2×2490 +500"),
            ("«2 шт»", "A 2×2490 +500"),
            ("количество: 5", "A 5×2490 +500"),
            ("Цена 2000", "A 3×2000 +500"),
            ("по 2 000 ₽", "A 3×2000 +500"),
            ("по 1\u{a0}900,50 р.", "A 3×1900.50 +500"),
            ("цена 2к", "A 3×2000 +500"),
            ("цена 1.5к", "A 3×1500 +500"),
            ("цена 2000 за штуку", "A 3×2000 +500"),
            ("2 шт по 1900", "A 2×1900 +500"),
            ("2 шт по 1900, доставка 300", "A 2×1900 +300"),
            ("доставка бесплатно", "A 3×2490 +0"),
            ("доставка: 300 руб", "A 3×2490 +300"),
            ("1: 2 шт по 1900 и доставка за 300", "A 2×1900 +300"),
            ("2 pcs at 1900", "A 2×1900 +500"),
            ("price 1900, delivery free", "A 3×1900 +0"),
            ("qty 1", "A 1×2490 +500"),
            ("2 uds a 1900", "A 2×1900 +500"),
            ("precio 1900 y envío 300", "A 3×1900 +300"),
            ("envío gratis", "A 3×2490 +0"),
        ],
    );
}

#[test]
fn an_order_of_several_lines_is_changed_by_their_numbers() {
    check(
        &two(),
        &[
            ("1: 2 шт", "A 2×2490, B 1×1290 +500"),
            ("2) 4 шт по 1 200", "A 3×2490, B 4×1200 +500"),
            ("1. по 2400\n2. 2 шт", "A 3×2400, B 2×1290 +500"),
            ("1: 3 шт, цена 2400; 2: 2 шт", "A 3×2400, B 2×1290 +500"),
            ("№2 цена 1000", "A 3×2490, B 1×1000 +500"),
            ("строка 2: 0 шт", "A 3×2490 +500"),
            ("убрать 2", "A 3×2490 +500"),
            ("убрать строку 1, доставка 0", "B 1×1290 +0"),
            ("убрать 1, 2: 5 шт", "B 5×1290 +500"),
            ("remove 2", "A 3×2490 +500"),
            ("quitar 1", "B 1×1290 +500"),
            ("line 2: 3 pieces at 1,5", "A 3×2490, B 3×1.50 +500"),
        ],
    );
}

#[test]
fn what_can_be_read_in_two_ways_changes_nothing() {
    let words = [
        "",
        "да",
        "ок, подтверждаю",
        "2",
        "2000",
        "2000 ₽",
        "1.5 шт",
        "по 3 шт",
        "2 шт за 3800",
        "скидка 10%",
        "-1 шт",
        "цена 0",
        "цена 20$",
        "цена 2000 или 2100",
        "доставка завтра",
        "доставка 300 завтра",
        "Здравствуйте! Отправим 2 шт завтра",
        "99999999999999999999999 шт",
        "200000 шт",
    ];
    for words in words {
        let unclear = amended(words, &one());
        assert_eq!(unclear, Err(Unclear::Words(words.to_owned())), "{words:?}");
    }
}

#[test]
fn what_cannot_be_done_is_told_by_its_reason() {
    let pickup = OrderTerms::new(vec![line("A", 1, 100)], Delivery::Pickup).unwrap();
    let cases = [
        (&two(), "2 шт", Unclear::Which),
        (&two(), "цена 2000", Unclear::Which),
        (&two(), "убрать", Unclear::Which),
        // The next row is about nothing yet.
        (&two(), "1: 2 шт\nцена 2000", Unclear::Which),
        (&two(), "3: 2 шт", Unclear::NoLine(3)),
        (&two(), "0: 2 шт", Unclear::NoLine(0)),
        (&two(), "убрать 2, 2: 5 шт", Unclear::NoLine(2)),
        (&two(), "убрать 1, убрать 2", Unclear::Empty),
        (&one(), "убрать", Unclear::Empty),
        (&one(), "0 шт", Unclear::Empty),
        (&pickup, "доставка 300", Unclear::Pickup),
        (&one(), "цена 99999999999", Unclear::TooMuch),
        (&one(), "убрать 2 шт", Unclear::NoLine(2)),
    ];
    for (terms, words, why) in cases {
        assert_eq!(amended(words, terms), Err(why), "{words:?}");
    }
    let removing = amended("убрать 2 шт", &two());
    assert_eq!(removing, Err(Unclear::Words("убрать 2 шт".to_owned())));
}

#[test]
fn a_delivery_that_a_seller_priced_is_from_no_row_of_the_table() {
    let mut terms = one();
    if let Delivery::Shipped { source, .. } = &mut terms.delivery {
        *source = Some(schemas::stock::SheetRow {
            tab: "delivery".to_owned(),
            revision: "1".to_owned(),
            row: 2,
        });
    }
    let kept = amended("2 шт", &terms).unwrap();
    assert_eq!(kept.delivery, terms.delivery);
    let changed = amended("доставка 300", &terms).unwrap();
    assert_eq!(changed.delivery, shipped(300));
    assert_eq!(
        changed.total,
        Kopecks::from_rubles(3 * 2_490 + 300).unwrap()
    );
}
