//! Whole sheets: encodings, headers, rows that are no articles, duplicates.

use schemas::{Kopecks, ListingId, Sku};

use super::{product, read, rows, sheet, told};
use crate::sheet::{Skipped, TableError, products};

const GOOD: &str = "A-1,Рюкзак,3,2490\n";

#[test]
fn encodings_delimiters_and_line_ends_do_not_matter() {
    let text = "Артикул;Название;Остаток;Цена, руб.\r\nA-1;\"Рюкзак; 20 л\";3;1 200,50 ₽\r\n";
    let tabbed = text
        .replace("\"Рюкзак; 20 л\"", "Рюкзак_")
        .replace(';', "\t")
        .replace('_', "; 20 л");
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(tabbed.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let cp1251: Vec<u8> = text.replace('₽', "р.").chars().map(windows_1251).collect();
    let inputs = [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        text.replace("\r\n", "\n").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
        format!("sep=;\r\n{text}").into_bytes(),
        tabbed.clone().into_bytes(),
        utf16,
        cp1251,
        "sku,product,qty,price\nA-1,Рюкзак; 20 л,3,\"1,200.50\"\n".into(),
    ];
    let mut expected = product("A-1", "Рюкзак; 20 л", 3, 1200);
    expected.price = Kopecks::new(120_050);
    for input in inputs {
        let read = products::parse(&input).unwrap();
        assert_eq!(
            read.products,
            [(expected.clone(), 2)],
            "{}",
            String::from_utf8_lossy(&input)
        );
        assert_eq!(read.problems, []);
    }
}

fn windows_1251(c: char) -> u8 {
    match c {
        'А'..='я' => u8::try_from(u32::from(c) - 0x410 + 0xC0).unwrap(),
        ascii => u8::try_from(ascii).unwrap(),
    }
}

#[test]
fn what_is_no_table_is_refused_with_the_way_to_mend_it() {
    let damaged = [
        &"Артикул,Название,Остаток,Цена\nA-1,Рюкзак,3,5".as_bytes()[..60],
        b"\xD0,3",
    ]
    .concat();
    let table: [(&[u8], TableError); 9] = [
        (b"", TableError::Empty),
        (b",,,\n,,,\n", TableError::Empty),
        (b"\xEF\xBB\xBF\n <!DOCTYPE html><html>", TableError::Html),
        (b"PK\x03\x04\x14\x00", TableError::Excel),
        (b"a\0b", TableError::NotText),
        (&damaged, TableError::Encoding),
        (
            "Артикул,Имя,Остаток,Стоимость\nA-1,Рюкзак,3,5\n".as_bytes(),
            TableError::NoHeader {
                missing: vec!["название", "цена"],
            },
        ),
        (
            "sku,name,qty,price\nA,\"Рюкзак,1,5\nB,Сумка,1,5\n".as_bytes(),
            TableError::OpenQuote { row: 2 },
        ),
        (
            "sku,name,qty,price\nA,\"Рюкзак,1,5\nB,Сумка 15\" синяя,1,5\n".as_bytes(),
            TableError::OpenQuote { row: 2 },
        ),
    ];
    for (bytes, error) in table {
        assert_eq!(
            products::parse(bytes).unwrap_err(),
            error,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
    let error = TableError::NoHeader {
        missing: vec!["название", "цена"],
    };
    assert_eq!(
        error.to_string(),
        "в первых строках нет заголовка: не хватает колонок «название», «цена»"
    );
}

#[test]
fn the_header_may_stand_lower_and_be_written_as_people_write() {
    let read = read(
        "Магазин «Рюкзаки и точка»,,,,,\n\n,,тел. 000,,,\n\
         Фото, ЦЕНА (руб) ,Кол-во,наименование,АРТИКУЛ\u{a0},Объявление\n\
         x,2490,3,Рюкзак,A-1,https://www.avito.ru/moskva/sumki/ryukzak_3363000577?x=1\n",
    );
    let mut expected = product("A-1", "Рюкзак", 3, 2490);
    expected.listing = Some(ListingId::new("3363000577"));
    assert_eq!(read.products, [(expected, 5)]);
    assert_eq!(read.skipped[1], (2, Skipped::BeforeHeader));
    assert_eq!(read.skipped[3], (4, Skipped::Header));
    let late = format!("{}Артикул,Название,Остаток,Цена\n{GOOD}", "x\n".repeat(15));
    assert!(products::parse(late.as_bytes()).is_err());
}

#[test]
fn optional_columns_are_read_and_a_dash_is_nothing() {
    let read = read(
        "sku,name,qty,price,Мин. цена,Категория,Описание,Ссылка,avito_item\n\
         A-1,Рюкзак,3,2490,2200,Рюкзаки,\"Лёгкий,\n20 л\",https://example.org/a,3 363 000 577\n\
         A-2,Сумка,1,990,-,,—,,\n\
         A-3,Сумка,1,990,1200,,,,\n\
         A-4,Сумка,1,990,,,,,нет\n",
    );
    let first = &read.products[0].0;
    assert_eq!(first.min_price, Kopecks::from_rubles(2200));
    assert_eq!(first.category.as_deref(), Some("Рюкзаки"));
    assert_eq!(first.description.as_deref(), Some("Лёгкий, 20 л"));
    assert_eq!(first.url.as_deref(), Some("https://example.org/a"));
    assert_eq!(first.listing, Some(ListingId::new("3363000577")));
    assert_eq!(read.products[1], (product("A-2", "Сумка", 1, 990), 3));
    assert_eq!(
        told(&read),
        [
            "строка 4, Мин. цена: «1200» больше цены 990; исправьте одну из двух",
            "строка 5, avito_item: «нет» — нужен номер объявления цифрами, например 3363000577, \
             или ссылка на него",
        ]
    );
}

#[test]
fn a_broken_row_is_reported_with_row_column_value_and_fix() {
    let read = sheet("A-1,Рюкзак,3,договорная\nA-2,,1,990\n,Сумка,1,990\nA-4,Сумка,-1,#REF!\n");
    assert_eq!(
        told(&read),
        [
            "строка 2, Цена: «договорная» — слова вместо суммы; нужна одна сумма, например 2490",
            "строка 3, Название: пусто — заполните ячейку; объединённые ячейки разъедините и заполните каждую",
            "строка 4, Артикул: пусто — заполните ячейку; объединённые ячейки разъедините и заполните каждую",
            "строка 5, Остаток: «-1» — остаток меньше нуля; впишите 0 или сколько есть",
            "строка 5, Цена: «#REF!» — ошибка формулы; исправьте её или впишите сумму, например 2490",
        ]
    );
    assert_eq!(read.products, []);
    let kept: Vec<_> = read.set_aside.iter().map(Sku::as_str).collect();
    assert_eq!(kept, ["A-1", "A-2", "A-4"]);
}

#[test]
fn rows_that_are_no_articles_are_passed_over() {
    let read = sheet(&format!(
        "Рюкзаки,,,\n,Сумки 30 л,,\n{GOOD}\n,,,\n , \u{a0},,\n,,FALSE,\n,,0,\"0,00 ₽\"\n\
         Артикул,Название,Остаток,Цена\nИтого:,,3,7 470 ₽\n,Всего по складу,3,\n"
    ));
    assert_eq!(rows(&read), [("A-1", 4)]);
    assert_eq!(read.problems, []);
    let kinds: Vec<_> = read.skipped.iter().map(|(_, kind)| *kind).collect();
    use Skipped as S;
    let expected = [
        S::Header,
        S::Section,
        S::Section,
        S::Blank,
        S::Blank,
        S::Blank,
        S::Blank,
        S::Blank,
        S::Header,
        S::Totals,
        S::Totals,
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_half_typed_row_is_reported_and_a_likely_name_is_no_total() {
    let read = sheet("A-9,,,\n,,3,\n,,TRUE,\nA-2,Всего понемногу,1,990\nA-3,Сумка,,\n");
    assert_eq!(rows(&read), [("A-2", 5)]);
    let mut broken: Vec<_> = read.problems.iter().map(|problem| problem.row).collect();
    broken.dedup();
    assert_eq!(broken, [2, 3, 4, 6]);
}

#[test]
fn ragged_rows_and_line_breaks_in_cells_keep_their_numbers() {
    let read = sheet(
        "A-1,\"Рюкзак\n\"\"Пик\"\"\",3,2490,лишнее,ещё\nA-2,Сумка\nA-3,Экран 15\" чёрный,1,5",
    );
    assert_eq!(rows(&read), [("A-1", 2), ("A-3", 4)]);
    assert_eq!(read.products[0].0.name, "Рюкзак \"Пик\"");
    assert_eq!(read.products[1].0.name, "Экран 15\" чёрный");
    assert_eq!(read.problems[0].row, 3);
}

#[test]
fn duplicates_count_once_when_equal_and_never_when_they_differ() {
    let equal = sheet(&format!(
        "{GOOD}A-2,Сумка,1,990\n A-1 ,Рюкзак,3 шт,2490 ₽\n"
    ));
    assert_eq!(rows(&equal), [("A-1", 2), ("A-2", 3)]);
    assert_eq!(equal.problems, []);
    assert_eq!(equal.skipped[1], (4, Skipped::Repeat { of: 2 }));
    let differ = sheet(&format!("{GOOD}A-2,Сумка,1,990\nA-1,Рюкзак,3,2590\n"));
    assert_eq!(rows(&differ), [("A-2", 3)]);
    assert_eq!(
        told(&differ),
        [
            "строка 2, Артикул: «A-1» стоит и в строке 4, но с другими данными; оставьте одну строку",
            "строка 4, Артикул: «A-1» стоит и в строке 2, но с другими данными; оставьте одну строку",
        ]
    );
    assert!(differ.set_aside.contains(&Sku::new("A-1")));
}

#[test]
fn the_second_of_two_look_alikes_is_set_aside() {
    let read = sheet(&format!("{GOOD}А-1,Рюкзак,3,2490\na-1,Сумка,1,990\n"));
    assert_eq!(rows(&read), [("A-1", 2)]);
    assert_eq!(read.problems.len(), 2);
    assert_eq!(
        told(&read)[0],
        "строка 3, Артикул: «А-1» не отличить на глаз от «A-1» в строке 2 (русские и латинские \
         буквы, регистр, тире); дайте товарам разные артикулы или удалите лишнюю строку"
    );
}

#[test]
fn a_column_that_is_there_twice_is_reported_and_only_agreement_counts() {
    let read =
        read("Артикул,Название,Остаток,Цена,Цена\nA-1,Рюкзак,3,2490,2490\nA-2,Сумка,1,990,890\n");
    assert_eq!(rows(&read), [("A-1", 2)]);
    assert_eq!(
        told(&read),
        [
            "строка 1, Цена: колонка есть 2 раза; оставьте одну",
            "строка 3, Цена: одноимённые колонки говорят разное; оставьте одну",
        ]
    );
}

#[test]
fn yo_and_case_in_names_stay_as_the_seller_wrote_them() {
    let read = sheet("A-1,  Тёплый   мешок\u{200b} ,3,2490\n");
    assert_eq!(read.products[0].0.name, "Тёплый мешок");
}

#[test]
fn the_demo_shop_has_exactly_one_broken_row() {
    let demo = include_bytes!("../../../../../deploy/demo/ryukzaki/products.csv");
    let read = products::parse(demo).unwrap();
    assert_eq!(read.products.len(), 39);
    assert_eq!(
        told(&read),
        ["строка 41, Цена: «договорная» — слова вместо суммы; нужна одна сумма, например 2490"]
    );
}
