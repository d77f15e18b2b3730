//! Laws that hold for any input.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::sheet::{
    Reading, Table, delivery, faq, price::price, products, quantity::quantity, rules, settings, sku,
};

/// Every row is read, reported or skipped, and only one of the three.
fn conserves(bytes: &[u8]) {
    let Ok(table) = Table::parse(bytes, &products::TAB) else {
        return;
    };
    let read = products::read(&table);
    let header = table.header_row();
    let taken: Vec<u32> = read.products.iter().map(|(_, row)| *row).collect();
    let skipped: Vec<u32> = read.skipped.iter().map(|(row, _)| *row).collect();
    let problems = read.problems.iter().map(|problem| problem.row);
    let broken: BTreeSet<u32> = problems.filter(|row| *row != header).collect();
    let mut all: Vec<u32> = taken.into_iter().chain(skipped).chain(broken).collect();
    all.sort_unstable();
    let every: Vec<u32> = (1..).take(table.len()).collect();
    assert_eq!(all, every);
    for (product, row) in &read.products {
        assert!(product.price.kopecks() > 0, "row {row}");
        assert!(
            !product.sku.as_str().is_empty() && !product.name.is_empty(),
            "row {row}"
        );
    }
    let skus: BTreeSet<_> = read
        .products
        .iter()
        .map(|(product, _)| &product.sku)
        .collect();
    assert_eq!(skus.len(), read.products.len());
}

/// The same of a tab that is kept whole.
fn conserves_table<R>(table: &Table, read: &Reading<R>, row: impl Fn(&R) -> u32) {
    let header = table.header_row();
    let taken = read.rows.iter().map(row);
    let skipped = read.skipped.iter().map(|(row, _)| *row);
    let problems = read.problems.iter().map(|problem| problem.row);
    let broken: BTreeSet<u32> = problems.filter(|row| *row != header).collect();
    let mut all: Vec<u32> = taken.chain(skipped).chain(broken).collect();
    all.sort_unstable();
    let every: Vec<u32> = (1..).take(table.len()).collect();
    assert_eq!(all, every);
}

fn conserves_tables(bytes: &[u8]) {
    if let Ok(table) = Table::parse(bytes, &delivery::TAB) {
        let read = delivery::read(&table);
        assert!(read.rows.iter().all(|row| row.price.kopecks() >= 0));
        conserves_table(&table, &read, |row| row.row);
    }
    if let Ok(table) = Table::parse(bytes, &faq::TAB) {
        conserves_table(&table, &faq::read(&table), |row| row.row);
    }
    if let Ok(table) = Table::parse(bytes, &rules::TAB) {
        conserves_table(&table, &rules::read(&table), |row| row.row);
    }
    if let Ok(table) = Table::parse(bytes, &settings::TAB) {
        let read = settings::read(&table);
        let told: BTreeSet<_> = read.rows.iter().map(|row| row.setting).collect();
        assert_eq!(told.len(), read.rows.len());
        // Hours that are no schedule are kept with a remark.
        let kept: BTreeSet<u32> = read.rows.iter().map(|row| row.row).collect();
        let mut read = read;
        read.problems.retain(|problem| !kept.contains(&problem.row));
        conserves_table(&table, &read, |row| row.row);
    }
}

fn table_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "", "Москва", "москва", "г. Москва", "Вся Россия", "300", "0", "от 300", "бесплатно", "1-2 дня", "02.янв",
            "Есть гарантия?", "есть гарантия|А гарантия?", "\"Да\nнет\"", "|", "max_discount_percent", "5", "5%", "95",
            "скидка от 3 шт", "free_delivery_regions", "free_delivery_from", "Москва; Казань", "work_hours",
            "10:00-19:00", "как получится", "рабочие дни", "пн-пт", "holidays", "31.12.2026", "phone", "+7 000 000-00-00", "#REF!", "-",
        ]).prop_map(str::to_owned),
        1 => "[ -~а-яё\u{a0}]{0,8}",
    ]
}

fn messy_table() -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec![
        "Регион,Цена,Срок",
        "Цена,Срок,Город,Цена",
        "Вопрос,Ответ",
        "name,value",
        "Значение,Правило,value",
    ]);
    let row = prop::collection::vec(table_cell(), 0..5).prop_map(|cells| cells.join(","));
    let body = prop::collection::vec(row, 0..24).prop_map(|rows| rows.join("\n"));
    (header, body).prop_map(|(header, body)| format!("{header}\n{body}"))
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "", "A-1", "А-1", "a-1", "A-2", "Рюкзак", "Сумка", "3", "0", "-", "2490", "1 200,50 ₽",
            "договорная", "#REF!", "Итого", "TRUE", "Цена", "Артикул", "\"", "\"x\ny\"", "2-Jan",
            "под заказ", "\u{200b}", "<", "1e308",
        ]).prop_map(str::to_owned),
        1 => "[ -~а-яё\u{a0}]{0,8}",
    ]
}

fn messy() -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec![
        "Артикул,Название,Остаток,Цена",
        "price,qty,name,sku,price",
        "Фото,Цена,Товар,Остаток,Артикул,Категория,Мин. цена,Объявление",
    ]);
    let row = prop::collection::vec(cell(), 0..9).prop_map(|cells| cells.join(","));
    let body = prop::collection::vec(row, 0..24).prop_map(|rows| rows.join("\n"));
    (
        prop::sample::select(vec!["", "Заголовок\n\n", "sep=,\n"]),
        header,
        body,
    )
        .prop_map(|(before, header, body)| format!("{before}{header}\n{body}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_bytes_are_an_answer_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        conserves(&bytes);
    }

    #[test]
    fn any_bytes_below_a_header_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        conserves(&[b"sku;name;qty;price\n", bytes.as_slice()].concat());
    }

    #[test]
    fn no_row_of_a_messy_sheet_is_lost(text in messy()) {
        conserves(text.as_bytes());
    }

    #[test]
    fn no_row_of_a_messy_table_is_lost(text in messy_table()) {
        conserves_tables(text.as_bytes());
    }

    #[test]
    fn any_bytes_below_a_tables_header_are_an_answer(
        header in prop::sample::select(vec!["region;price;days", "question;answer", "name;value"]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        conserves_tables(&[header.as_bytes(), b"\n", bytes.as_slice()].concat());
    }

    #[test]
    fn any_cell_is_an_answer_and_no_panic(text in any::<String>()) {
        let _ = (price(&text), quantity(&text), sku::read(&text));
    }

    #[test]
    fn an_amount_survives_every_way_to_write_it(kopecks in 1_i64..100_000_000_000) {
        let (rubles, part) = (kopecks / 100, kopecks % 100);
        let digits = rubles.to_string();
        let grouped = |sign: &str| {
            let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
            groups.join(sign)
        };
        for text in [
            format!("{digits},{part:02}"),
            format!("{digits}.{part:02} ₽"),
            format!("{},{part:02} руб.", grouped("\u{a0}")),
            format!("{}.{part:02}", grouped(",")),
        ] {
            prop_assert_eq!(price(&text).map(|p| p.kopecks()), Ok(kopecks), "{}", text);
        }
    }
}
