//! Words of strangers: they show as they are, or are refused with a reason, and do nothing.

use std::time::Instant;

use proptest::prelude::*;

use paper::{Fault, PaperError, Vat, render, shown};

use crate::support::{invoice, line, read, sample, solid};

const CORPUS: &[&str] = &[
    r##"#read("/etc/passwd")"##,
    r##"#read("/invoice.json")"##,
    r##"#import "@preview/cetz:0.3.0": *"##,
    r##"#include "/invoice.typ""##,
    r##"#eval("1+1") #sys.inputs #panic("x")"##,
    r##"#image("/qr.svg") #plugin("x.wasm")"##,
    r##"#link("https://evil.example")[счёт] https://evil.example"##,
    r##"#pdf.attach("/invoice.json") #pdf.embed("x")"##,
    "$ x^2 + integral $ $",
    r##"\ \\ \u{202e} \# \$"##,
    "*b* _i_ `raw` ```rust fn``` <label> @ref = Заголовок - пункт + пункт / термин",
    r##"]#set page(width: 1pt)["##,
    r##"", "total": "0,01", "x": ""##,
    "// comment /* comment */ --- ... ~ -? 'кавычки' \"кавычки\"",
    "<script>alert(1)</script> &lt;b&gt; %PDF-1.7 %%EOF endstream endobj",
    "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "=HYPERLINK(\"http://evil\") @SUM(A1) +7 -1",
    "..//..//etc/passwd C:\\Windows\\ file:///etc/passwd",
    "{{7*7}} ${7*7} <%= 7 %> %s%n \\x00",
    "сум\u{301}ма й ё Ў Ґ Ә ñ č — № ₽ « » „ “",
];

#[test]
fn commands_in_every_field_show_literally_and_do_nothing() {
    let half = CORPUS.len() / 2;
    let pdfs: Vec<(String, Vec<u8>)> = [&CORPUS[..half], &CORPUS[half..]]
        .iter()
        .map(|texts| {
            let mut invoice = invoice(
                texts.iter().map(|text| line(text, 1, 100)).collect(),
                Vat::Percent(22),
            );
            let pick = |index: usize| texts[index % texts.len()].to_owned();
            invoice.seller.name = pick(0);
            invoice.seller.address = Some(pick(1));
            invoice.seller.director = Some(pick(2));
            invoice.seller.bank.bank = pick(3);
            invoice.buyer.name = pick(4).into();
            invoice.buyer.address = Some(pick(5).into());
            invoice.buyer.phone = Some(pick(6).into());
            invoice.buyer.email = Some(pick(7).into());
            invoice.basis.order = pick(8);
            invoice.terms = Some(texts.join("\n"));
            let text: Vec<String> = texts.iter().map(|text| solid(&shown(text))).collect();
            (text.join("\n"), render(&invoice).unwrap())
        })
        .collect();
    let readings = read(&[&pdfs[0].1, &pdfs[1].1]);
    for (reading, (texts, _)) in readings.iter().zip(&pdfs) {
        reading.is_plain();
        let page = reading.solid();
        for (index, text) in texts.lines().enumerate() {
            // Each stands in the table, in the terms, and the first nine in one more field.
            let times = if index < 9 { 3 } else { 2 };
            assert!(
                page.matches(text).count() >= times,
                "{text} is not {times} times in {page}"
            );
        }
    }
}

#[test]
fn a_word_without_an_end_stays_in_its_cell() {
    let words = [
        "Щ".repeat(300),
        "-1".repeat(150),
        "1/".repeat(150),
        "W".repeat(90) + "/" + &"W".repeat(200),
    ];
    let mut invoice = invoice(
        words.iter().map(|word| line(word, 1, 100)).collect(),
        Vat::None,
    );
    invoice.lines[0].sku = Some("X".repeat(64));
    invoice.buyer.name = "Ж".repeat(200).into();
    invoice.buyer.address = Some("-".repeat(300).into());
    invoice.seller.name = "ФЩ".repeat(100);
    invoice.basis.order = "9".repeat(100);
    invoice.terms = Some("Ю".repeat(1900));
    let pdf = render(&invoice).unwrap();
    let reading = &read(&[&pdf])[0];
    reading.is_plain();
    let page = reading.solid();
    for text in words.iter().chain([
        &"Ж".repeat(200),
        &"ФЩ".repeat(100),
        &"9".repeat(100),
        &"Ю".repeat(1900),
    ]) {
        assert!(page.contains(text), "{text} is not whole in {page}");
    }
}

#[test]
fn a_name_turned_around_by_direction_marks_reads_in_its_true_order() {
    let mut invoice = sample();
    invoice.buyer.name = "\u{202e}вонавИ\u{202c} Пётр \u{2067}abc\u{2069}"
        .to_owned()
        .into();
    invoice.lines[0].name = "Самокат\u{200b} \u{e0041}\u{feff}₽ 李🙂".to_owned();
    let pdf = render(&invoice).unwrap();
    let page = read(&[&pdf])[0].solid();
    assert!(
        page.contains("вонавИПётрabc") && page.contains("1Самокат₽??Арт."),
        "{page}"
    );
}

#[test]
fn a_megabyte_of_text_and_ten_thousand_lines_are_refused_at_once() {
    let began = Instant::now();
    let megabyte = "а".repeat(500_000);
    let mut invoice = sample();
    invoice.buyer.name = megabyte.clone().into();
    invoice.lines[0].name = megabyte.clone();
    invoice.terms = Some(megabyte);
    let fault = |field, limit| Fault::TooLong { field, limit };
    assert_eq!(
        invoice.faults(),
        [
            fault("the buyer's name", 200),
            fault("the terms", 2000),
            fault("a line's name", 19_200)
        ]
    );
    let mut invoice = sample();
    invoice.lines = vec![line("Гайка", 1, 100); 10_000];
    assert_eq!(
        invoice
            .faults()
            .into_iter()
            .find(|fault| matches!(fault, Fault::Lines { .. })),
        Some(Fault::Lines {
            count: 10_000,
            limit: 500
        })
    );
    let refusal = render(&invoice).unwrap_err();
    assert!(matches!(refusal, PaperError::Refused(_)), "{refusal}");
    assert!(
        refusal
            .to_string()
            .contains("10000 lines: an invoice has 1 to 500; split the order"),
        "{refusal}"
    );
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn what_is_shown_is_shown_again_unchanged(text in any::<String>()) {
        let once = shown(&text);
        prop_assert_eq!(shown(&once), once.clone());
        prop_assert!(!once.chars().any(char::is_control));
    }
}
