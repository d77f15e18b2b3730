//! Wrong data: each fault is found, named, and alone.

use jiff::civil::date;

use paper::{Fault, Invoice, Vat};
use schemas::Kopecks;

use crate::support::{invoice, line, sample};

#[test]
fn the_sample_has_no_fault() {
    assert_eq!(sample().faults(), []);
}

#[test]
fn each_fault_is_named_with_its_fix() {
    type Change = fn(&mut Invoice);
    let cases: &[(Change, &str)] = &[
        (|it| it.number = 0, "invoice number 0: numbers begin with 1"),
        (
            |it| it.issued_on = date(3000, 1, 1),
            "the day of issue lies outside the years 2019 to 2999: correct it",
        ),
        (
            |it| it.seller.name = " \u{200b}".to_owned(),
            "the seller's name is empty: fill it in",
        ),
        (
            |it| it.seller.inn = "7700000017".to_owned(),
            "the seller's INN is not a valid one (10 or 12 digits, the last of them a key): correct it",
        ),
        (
            |it| it.seller.kpp = Some("77".to_owned()),
            "the seller's KPP is not a valid one (9 characters): correct it or leave it out",
        ),
        (
            |it| it.seller.bank.bik = "04452522".to_owned(),
            "the seller's BIK is not a valid one (9 digits): correct it",
        ),
        (
            |it| it.seller.bank.account = "40702810200000012346".to_owned(),
            "the seller's account is not one of the bank with that BIK (20 digits with a key): correct it or the BIK",
        ),
        (
            |it| it.buyer.kpp = Some("770001001".to_owned()),
            "the buyer's INN beside the KPP is empty: fill it in",
        ),
        (
            |it| it.lines[0].name = "\n".to_owned(),
            "a line's name is empty: fill it in",
        ),
        (
            |it| it.lines[1].sum = Kopecks::new(498_101),
            "line 2 says 4981.01, but price times pieces is 4981: correct the sum; \
             the total says 78338, but the lines add up to 78338.01: correct the total",
        ),
        (
            |it| it.vat_amount = Kopecks::new(1_412_651),
            "the VAT says 14126.51, but the total contains 14126.52: correct the VAT",
        ),
        (
            |it| it.vat = Vat::Percent(20),
            "VAT of 20 % is not in force on 2026-11-21 (in force are 0, 5, 7, 10, 22 %, or none): \
             correct the VAT in the shop's settings",
        ),
        (
            |it| it.basis.order = "9".repeat(101),
            "the order's number has more than 100 characters: shorten it",
        ),
    ];
    for (change, expected) in cases {
        let mut invoice = sample();
        change(&mut invoice);
        assert_eq!(paper::Faults(invoice.faults()).to_string(), *expected);
    }
}

#[test]
fn sums_at_the_edges_are_refused_and_never_wrap_around() {
    let faults = |lines| invoice(lines, Vat::Percent(22)).faults();
    let limit = Kopecks::new(99_999_999_999_999);
    assert_eq!(faults(vec![line("Завод", 1, limit.kopecks())]), []);
    assert_eq!(
        faults(vec![line("Завод", 1, limit.kopecks()), line("Болт", 1, 1)]),
        [Fault::TooMuch { limit }]
    );
    assert!(faults(vec![line("Завод", u32::MAX, i64::MAX)]).contains(&Fault::TooMuch { limit }));
    assert!(faults(vec![line("Завод", 1, i64::MAX); 500]).contains(&Fault::TooMuch { limit }));
    assert_eq!(faults(vec![line("Подарок", 1, 0)]), [Fault::Nothing]);
    assert_eq!(faults(vec![line("Подарок", 1, 0), line("Болт", 1, 1)]), []);
    assert_eq!(
        faults(vec![line("Болт", 0, 1), line("Болт", 1, 1)]),
        [Fault::Pieces { line: 1 }]
    );
    assert_eq!(
        faults(vec![line("Скидка", 1, -1), line("Болт", 1, 5)]),
        [Fault::Price { line: 1 }]
    );
    assert_eq!(
        faults(Vec::new()),
        [Fault::Lines {
            count: 0,
            limit: 500
        }]
    );
}
