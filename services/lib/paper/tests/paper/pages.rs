//! What an accountant sees.

use paper::{Vat, payment_code, render};
use schemas::Kopecks;

use crate::support::{invoice, line, read, sample, solid};

/// A QR code's text: names and values in their order.
fn fields(code: &str) -> Vec<(&str, &str)> {
    let mut parts = code.split('|');
    assert_eq!(parts.next(), Some("ST00012"));
    parts.map(|part| part.split_once('=').unwrap()).collect()
}

#[test]
fn the_page_reads_as_the_invoice_it_was_made_of() {
    let invoice = sample();
    let pdf = render(&invoice).unwrap();
    let reading = &read(&[&pdf])[0];
    reading.is_plain();
    assert_eq!(reading.pages.len(), 1);
    assert_eq!(solid(&reading.title), "Счётнаоплату№17от21ноября2026г.");
    let text = reading.solid();
    for expected in [
        "ПАО СБЕРБАНК, г. Москва",
        "БИК 044525225",
        "Сч. № 30101810400000000225",
        "ИНН 7700000016 КПП 770001001",
        "Сч. № 40702810200000012345",
        "Счёт на оплату № 17 от 21 ноября 2026 г.",
        "ООО «Ромашка Трейд», ИНН 7700000016, КПП 770001001, 115114, г. Москва, Летниковская ул., д. 10, стр. 4",
        "Иванов Пётр Сергеевич, г. Казань, ул. Баумана, д. 5, кв. 12, тел. +7 916 123-45-67, ivanov@example.org",
        "Основание Заказ № A-1042 от 20.11.2026",
        "№ Товары (работы, услуги) Кол-во Ед. Цена, руб. Сумма, руб.",
        "1 Самокат электрический Kugoo Kirin S3 Pro, чёрный Арт. KUG-S3-BLK 2 шт. 34 990,00 69 980,00",
        "4 Доставка СДЭК до пункта выдачи, Казань 1 усл. 680,00 680,00",
        "Итого: 78 338,00",
        "В том числе НДС 22 %: 14 126,52",
        "Всего к оплате: 78 338,00",
        "Всего наименований 4, на сумму 78 338,00 руб.",
        "Семьдесят восемь тысяч триста тридцать восемь рублей 00 копеек",
        "Счёт действителен 3 рабочих дня. Самовывоз после оплаты.",
        "Руководитель Соколова А. В.",
        "Главный бухгалтер Щукин П. Ё.",
        "Страница 1 из 1",
    ] {
        assert!(
            text.contains(&solid(expected)),
            "{expected} is not in {text}"
        );
    }
}

#[test]
fn a_reader_of_codes_gets_the_payment_byte_for_byte() {
    let invoice = sample();
    let pdf = render(&invoice).unwrap();
    let reading = &read(&[&pdf])[0];
    assert_eq!(reading.codes[0].level, "M");
    let code = reading.code();
    assert_eq!(code, payment_code(&invoice));
    assert_eq!(
        fields(&code),
        [
            ("Name", "ООО «Ромашка Трейд»"),
            ("PersonalAcc", "40702810200000012345"),
            ("BankName", "ПАО СБЕРБАНК, г. Москва"),
            ("BIC", "044525225"),
            ("CorrespAcc", "30101810400000000225"),
            ("PayeeINN", "7700000016"),
            ("KPP", "770001001"),
            ("Sum", "7833800"),
            (
                "Purpose",
                "Оплата по счету № 17 от 21.11.2026. В том числе НДС 22% 14126,52 руб."
            ),
        ]
    );
}

#[test]
fn a_separator_in_a_name_makes_no_field_of_its_own() {
    let mut invoice = sample();
    invoice.seller.name = "ООО «А|Sum=1|Б»\r\nPersonalAcc=1\u{0}".to_owned();
    invoice.seller.bank.bank = format!("Банк {}", "длинный ".repeat(20));
    let code = payment_code(&invoice);
    let names: Vec<&str> = fields(&code).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "Name",
        "PersonalAcc",
        "BankName",
        "BIC",
        "CorrespAcc",
        "PayeeINN",
        "KPP",
        "Sum",
        "Purpose",
    ];
    assert_eq!(names, expected);
    assert_eq!(fields(&code)[0].1, "ООО «А Sum=1 Б» PersonalAcc=1");
    assert!(fields(&code)[2].1.chars().count() <= 45);
}

#[test]
fn the_same_invoice_is_the_same_file_and_another_one_is_not() {
    let first = render(&sample()).unwrap();
    assert!(
        first == render(&sample()).unwrap(),
        "made again, the file differs"
    );
    let mut other = sample();
    other.number = 18;
    assert!(first != render(&other).unwrap());
}

#[test]
fn sixty_lines_have_their_header_on_each_page_and_their_sums_on_the_last() {
    let name = |index| {
        format!(
            "Болт М{} с шестигранной головкой, сталь оцинкованная, DIN 933",
            index % 24
        )
    };
    let lines =
        (0..60_u32).map(|index| line(&name(index), 1 + index, 1_999 + i64::from(index) * 1_234));
    let pdf = render(&invoice(lines.collect(), Vat::Percent(22))).unwrap();
    let reading = &read(&[&pdf])[0];
    reading.is_plain();
    let count = reading.pages.len();
    assert!((2..=5).contains(&count), "{count} pages");
    for (index, page) in reading.pages.iter().enumerate() {
        let page = solid(page);
        assert!(
            page.contains("Товары(работы,услуги)Кол-воЕд.Цена,руб.Сумма,руб."),
            "page {index}"
        );
        assert!(
            page.contains(&format!("Страница{}из{count}", index + 1)),
            "page {index}"
        );
        assert_eq!(page.contains("Всегокоплате:"), index + 1 == count);
    }
    assert!(reading.solid().contains("Всегонаименований60"));
    assert_eq!(fields(&reading.code())[7].1.parse::<i64>().unwrap() % 10, 0);
}

#[test]
fn an_entrepreneur_without_vat_signs_alone_and_owes_none() {
    let mut alone = invoice(vec![line("Чехол", 1, 100_000)], Vat::None);
    alone.seller.name = "ИП Щеглова Юлия Объедкова".to_owned();
    alone.seller.inn = "771234567859".to_owned();
    alone.seller.kpp = None;
    alone.seller.bank.account = "40802810700000054321".to_owned();
    alone.terms = None;
    let mut largest = invoice(vec![line("Завод", 1, 99_999_999_999_999)], Vat::Percent(10));
    largest.buyer.inn = Some("7707083893".to_owned());
    let pdfs = [render(&alone).unwrap(), render(&largest).unwrap()];
    let readings = read(&[&pdfs[0], &pdfs[1]]);
    let text = readings[0].solid();
    for expected in [
        "Предприниматель",
        "Безналога(НДС):—",
        "ИПЩегловаЮлияОбъедкова,ИНН771234567859",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert!(!text.contains("Главныйбухгалтер"));
    assert!(readings[0].code().ends_with("Без налога (НДС)"));
    readings[1].is_plain();
    let text = readings[1].solid();
    assert!(
        text.contains("999999999999,99")
            && text.contains("Иванов")
            && text.contains("ИНН7707083893"),
        "{text}"
    );
    assert_eq!(largest.vat_amount, Kopecks::new(9_090_909_090_909));
}
