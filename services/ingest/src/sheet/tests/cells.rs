//! One cell at a time.

use schemas::{Sku, stock::Quantity};

use crate::sheet::{
    price::{PriceFault, price},
    quantity::{QuantityFault, quantity},
    sku::{self, SkuFault},
};

#[test]
fn a_price_is_one_amount() {
    let table = [
        ("2490", 249_000),
        ("1 200,50 ₽", 120_050),
        ("1\u{a0}200,50\u{a0}₽", 120_050),
        ("1\u{2009}200,50", 120_050),
        ("1\u{202f}200", 120_000),
        ("\u{200b}2490\u{feff} ", 249_000),
        ("1,200.50", 120_050),
        ("1.200,50", 120_050),
        ("1200р", 120_000),
        ("1200 р.", 120_000),
        ("1200руб.", 120_000),
        ("₽1,200", 120_000),
        ("1 200 рублей", 120_000),
        ("1200 RUB", 120_000),
        ("99,9", 9_990),
        ("0,50", 50),
        ("1,200,500", 120_050_000),
        ("12 345 678", 1_234_567_800),
    ];
    for (cell, kopecks) in table {
        assert_eq!(price(cell).map(|p| p.kopecks()), Ok(kopecks), "{cell}");
    }
}

#[test]
fn a_price_that_says_something_else_is_named_and_not_guessed() {
    use PriceFault as F;
    let table = [
        ("", F::Empty),
        ("\u{a0}", F::Empty),
        ("#REF!", F::Formula),
        ("#ДЕЛ/0!", F::Formula),
        ("Loading...", F::Formula),
        ("договорная", F::Words),
        ("по запросу", F::Words),
        ("-", F::Words),
        ("TRUE", F::Words),
        ("₽", F::Words),
        ("от 500", F::Range),
        ("500-700", F::Range),
        ("500 – 700 ₽", F::Range),
        ("до 700", F::Range),
        ("~500", F::Range),
        ("500/700", F::Range),
        ("2490 ₽/шт", F::Range),
        ("2к", F::Thousands),
        ("2K", F::Thousands),
        ("2 тыс. руб.", F::Thousands),
        ("2 т.р.", F::Thousands),
        ("25$", F::Currency),
        ("25 евро", F::Currency),
        ("-500", F::Negative),
        ("−500 ₽", F::Negative),
        ("0", F::Zero),
        ("0,00 ₽", F::Zero),
        ("1e308", F::Scientific),
        ("1,2E+05", F::Scientific),
        ("89161234567", F::TooLarge),
        ("99999999999999999999999999", F::TooLarge),
        ("1200,505", F::Grouping),
        ("0,500", F::Grouping),
        ("1 2 3", F::Grouping),
        ("24 90", F::Grouping),
        ("1.200.50", F::Grouping),
        ("1,200 500", F::Grouping),
        ("1200.", F::Grouping),
        (".5", F::Grouping),
        ("1..2", F::Grouping),
        (",", F::Grouping),
    ];
    for (cell, fault) in table {
        assert_eq!(price(cell), Err(fault), "{cell:?}");
    }
}

#[test]
fn a_quantity_is_pieces_or_one_of_two_words() {
    let pieces = [
        ("3", 3),
        ("3 шт", 3),
        ("3шт.", 3),
        ("3 pcs", 3),
        ("3,00", 3),
        ("1 200", 1200),
        ("нет", 0),
        ("Нет в наличии", 0),
        ("0", 0),
        ("-", 0),
        ("—", 0),
        ("FALSE", 0),
        ("ЛОЖЬ", 0),
    ];
    for (cell, count) in pieces {
        assert_eq!(quantity(cell), Ok(Quantity::Pieces(count)), "{cell}");
    }
    for cell in [
        "много",
        "Есть",
        ">10",
        "> 10 шт",
        "10+",
        "более 5",
        "+",
        "в наличии",
        "ИСТИНА",
        "TRUE",
    ] {
        assert_eq!(quantity(cell), Ok(Quantity::Some), "{cell}");
    }
    for cell in ["под заказ", "Под\u{a0}заказ ", "предзаказ"] {
        assert_eq!(quantity(cell), Ok(Quantity::OnOrder), "{cell}");
    }
}

#[test]
fn a_quantity_that_says_something_else_is_named_and_not_guessed() {
    use QuantityFault as F;
    let table = [
        ("", F::Empty),
        ("#Н/Д", F::Formula),
        ("-2", F::Negative),
        ("−2 шт", F::Negative),
        ("2,5", F::Fraction),
        ("1.50", F::Fraction),
        ("1,200", F::Unclear),
        ("3-5", F::Unclear),
        ("<5", F::Unclear),
        ("шт", F::Unclear),
        ("спросите", F::Unclear),
        ("2 к", F::Unclear),
        (">много", F::Unclear),
        ("4607001234567", F::TooMany),
        ("4,6E+12", F::TooMany),
    ];
    for (cell, fault) in table {
        assert_eq!(quantity(cell), Err(fault), "{cell:?}");
    }
}

#[test]
fn an_article_number_is_trimmed_and_never_a_date() {
    for (cell, expected) in [
        (" A-1 ", "A-1"),
        ("A\u{200b}-1\u{feff}", "A-1"),
        ("A\u{a0}1", "A 1"),
        ("00123", "00123"),
        ("123", "123"),
        ("1-2", "1-2"),
        ("MAR-25", "MAR-25"),
        ("12E5", "12E5"),
        ("1.5.30", "1.5.30"),
    ] {
        assert_eq!(sku::read(cell), Ok(Sku::new(expected)), "{cell}");
    }
    for cell in ["2-Jan", "Mar-25", "02.янв", "янв.25", "01.02.2024"] {
        assert_eq!(sku::read(cell), Err(SkuFault::Date), "{cell}");
    }
    assert_eq!(sku::read("4,60701E+12"), Err(SkuFault::Scientific));
    assert!(sku::read("#REF!").is_err());
    assert!(sku::read(&"7".repeat(65)).is_err());
}

#[test]
fn look_alikes_have_one_skeleton() {
    let same =
        |one: &str, other: &str| sku::skeleton(&Sku::new(one)) == sku::skeleton(&Sku::new(other));
    assert!(same("АВС-1", "ABC-1"));
    assert!(same("рюк", "pюк"));
    assert!(same("a–1", "A-1"));
    assert!(!same("A-1", "A-2"));
    assert!(!same("AO1", "A01"));
}
