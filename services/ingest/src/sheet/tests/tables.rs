//! The tabs that are kept whole: cells, contradictions, and what one broken row must not change elsewhere.

use schemas::{
    Kopecks, Sku,
    shop::{Rule, Setting, SheetProblem},
};

use crate::sheet::{Kept, Skipped, TableError, delivery, faq, line, rules, settings};

fn lines(problems: &[SheetProblem]) -> Vec<String> {
    problems.iter().map(line).collect()
}

#[test]
fn a_delivery_price_is_one_sum_or_free() {
    let rubles = |rubles| Some(Kopecks::from_rubles(rubles).unwrap());
    let table = [
        ("300", rubles(300)),
        ("1 200,50 ₽", Some(Kopecks::new(120_050))),
        ("0", rubles(0)),
        ("0 руб.", rubles(0)),
        ("0,00", rubles(0)),
        ("Бесплатно", rubles(0)),
        ("free", rubles(0)),
        ("от 300", None),
        ("300-500", None),
        ("по тарифу", None),
        ("по тарифу СДЭК", None),
        ("", None),
        ("-", None),
        ("-100", None),
        ("#REF!", None),
        ("5 $", None),
        ("0,5 тыс", None),
    ];
    for (cell, expected) in table {
        let text = format!("Город;Стоимость;Срок\nКазань;{cell};2 дня\n");
        let read = delivery::parse(text.as_bytes()).unwrap();
        let price = read.rows.first().map(|row| row.price);
        assert_eq!(price, expected, "{cell}");
        assert_eq!(read.problems.is_empty(), expected.is_some(), "{cell}");
    }
}

#[test]
fn a_delivery_row_that_says_no_exact_price_is_set_aside_with_the_way_to_mend_it() {
    let text = "Регион,Цена,Срок\nМосква,от 300,1 день\n,500,\nКазань,400,02.янв\nПермь,,3 дня\n";
    let read = delivery::parse(text.as_bytes()).unwrap();
    assert_eq!(read.rows, []);
    assert_eq!(
        lines(&read.problems),
        [
            "строка 2, Цена: «от 300» — покупателю называют точную цену; впишите одну сумму, например 350, или \
             «бесплатно», а если цена каждый раз разная, удалите строку — на такой вопрос ответите вы",
            "строка 3, Регион: пусто — заполните ячейку; объединённые ячейки разъедините и заполните каждую",
            "строка 4, Срок: «02.янв» — таблица сделала из срока дату; задайте колонке формат «Текст» и впишите срок \
             снова",
            "строка 5, Цена: пусто — впишите одну сумму, например 350, или «бесплатно»",
        ]
    );
}

#[test]
fn delivery_is_read_in_both_languages_and_the_term_may_be_absent() {
    let text = "Доставка по стране\n\nregion\tprice\tdays\n Санкт-\u{200b}Петербург \t350 ₽\t2–3 дня\nКазань\t0\t-\n";
    let read = delivery::parse(text.as_bytes()).unwrap();
    assert_eq!(read.problems, []);
    assert_eq!(read.rows[0].region, "Санкт-Петербург");
    assert_eq!(read.rows[0].row, 4);
    assert_eq!(read.rows[0].days.as_deref(), Some("2–3 дня"));
    assert_eq!(read.rows[1].days, None);
    let bare = delivery::parse("Регион,Цена\nМосква,300\n".as_bytes()).unwrap();
    assert_eq!(bare.rows[0].days, None);
    assert_eq!(
        delivery::parse("Куда,Почём\nМосква,300\n".as_bytes()),
        Err(TableError::NoHeader {
            missing: vec!["регион", "цена"]
        })
    );
}

#[test]
fn one_region_with_two_prices_is_answered_with_neither() {
    let text = "Регион,Цена\nМосква,300\nг. москва,350\nКазань,400\nКАЗАНЬ,400 ₽\n";
    let read = delivery::parse(text.as_bytes()).unwrap();
    let regions: Vec<_> = read.rows.iter().map(|row| row.region.as_str()).collect();
    assert_eq!(regions, ["Казань"]);
    assert_eq!(
        lines(&read.problems),
        [
            "строка 2, Регион: «Москва» стоит и в строке 3, но с другими данными; оставьте одну строку",
            "строка 3, Регион: «г. москва» стоит и в строке 2, но с другими данными; оставьте одну строку",
        ]
    );
    assert!(read.skipped.contains(&(5, Skipped::Repeat { of: 4 })));
}

#[test]
fn a_broken_region_is_not_answered_with_the_price_of_all_russia() {
    let good = "Регион,Цена\nМосква,300\nВся Россия,700\n";
    assert_eq!(delivery::parse(good.as_bytes()).unwrap().rows.len(), 2);
    let broken = good.replace("300", "от 300");
    let read = delivery::parse(broken.as_bytes()).unwrap();
    assert_eq!(read.rows, []);
    assert_eq!(
        line(&read.problems[1]),
        "строка 3, Регион: «Вся Россия» не действует, пока не исправлена строка 2: иначе эту цену назовут и тем, для \
         кого та строка"
    );
}

#[test]
fn wordings_of_a_question_are_separated_by_a_line_break_or_a_bar() {
    let text = "Вопрос,Ответ\n\"Есть гарантия?|А гарантия?\n На сколько гарантия? \",\"12 месяцев.\n\nНа молнии — 6.\"\n";
    let read = faq::parse(text.as_bytes()).unwrap();
    assert_eq!(
        read.rows[0].question,
        "Есть гарантия?\nА гарантия?\nНа сколько гарантия?"
    );
    assert_eq!(read.rows[0].answer, "12 месяцев.\nНа молнии — 6.");
}

#[test]
fn one_wording_with_two_answers_is_answered_with_neither() {
    let text = "question,answer\nГарантия есть?|Есть гарантия?,12 месяцев\nЕсть гарантия,Нет\nСамовывоз?,Да\n\
                самовывоз,Да\nКак оплатить?,\n|,Картой\nОбмен?,#REF!\n";
    let read = faq::parse(text.as_bytes()).unwrap();
    let questions: Vec<_> = read.rows.iter().map(|row| row.question.as_str()).collect();
    assert_eq!(questions, ["Самовывоз?"]);
    let rows: Vec<u32> = read.problems.iter().map(|problem| problem.row).collect();
    assert_eq!(rows, [2, 3, 6, 7, 8]);
    assert!(read.skipped.contains(&(5, Skipped::Repeat { of: 4 })));
}

fn rule(name: &str, value: &str) -> Option<Rule> {
    let text = format!("name;value\n\"{name}\";\"{value}\"\n");
    let read = rules::parse(text.as_bytes()).unwrap();
    assert_eq!(read.rows.len() + read.problems.len(), 1, "{name}: {value}");
    read.rows.into_iter().next().map(|row| row.rule)
}

#[test]
fn rules_are_known_by_their_english_and_russian_names() {
    let five_thousand = Kopecks::from_rubles(5_000).unwrap();
    let break_of = |from_pieces, percent| Rule::QuantityDiscount {
        from_pieces,
        percent,
    };
    let regions = || Rule::FreeDeliveryRegions(vec!["Москва".to_owned(), "Казань".to_owned()]);
    let table = [
        ("max_discount_percent", "8", Rule::MaxDiscountPercent(8)),
        ("Максимальная скидка, %", "8 %", Rule::MaxDiscountPercent(8)),
        ("максимальная скидка", "0", Rule::MaxDiscountPercent(0)),
        ("discount_from_3_pieces", "5", break_of(3, 5)),
        ("Скидка от 3 шт, %", "5%", break_of(3, 5)),
        ("скидка от 10 штук", "10,00", break_of(10, 10)),
        (
            "free_delivery_from",
            "5000",
            Rule::FreeDeliveryFrom(five_thousand),
        ),
        (
            "Бесплатная доставка от, руб",
            "5 000 ₽",
            Rule::FreeDeliveryFrom(five_thousand),
        ),
        (
            "бесплатная доставка от",
            "0",
            Rule::FreeDeliveryFrom(Kopecks::default()),
        ),
        ("free_delivery_regions", "Москва; Казань", regions()),
        ("города бесплатной доставки", "Москва, Казань", regions()),
        ("опт от, шт", "10 шт", Rule::WholesaleFromPieces(10)),
        ("min_order", "5000", Rule::MinOrder(five_thousand)),
        ("Минимальный заказ", "5000", Rule::MinOrder(five_thousand)),
        ("reserve_hours", "24", Rule::ReserveHours(24)),
        ("резерв, часов", "24 ч", Rule::ReserveHours(24)),
        ("подарок от", "5000", Rule::GiftFrom(five_thousand)),
        ("подарок", "BT-07-BLK", Rule::GiftSku(Sku::new("BT-07-BLK"))),
    ];
    for (name, value, expected) in table {
        assert_eq!(rule(name, value), Some(expected), "{name}: {value}");
    }
}

#[test]
fn a_rule_that_is_not_understood_to_the_letter_is_not_in_force() {
    for (name, value) in [
        ("max_discount_percent", "91"),
        ("max_discount_percent", "5,5"),
        ("max_discount_percent", "0,05"),
        ("max_discount_percent", "до 5"),
        ("max_discount_percent", "-5"),
        ("max_discount_percent", ""),
        ("discount_from_1_pieces", "5"),
        ("discount_from_0_pieces", "5"),
        ("discount_from_pieces", "2"),
        ("скидка от 3", "5"),
        ("скидка от 3 шт, руб", "50"),
        ("скидка от 3 тыс", "5"),
        ("максимальная скидка, руб", "50"),
        ("wholesale_from_pieces", "1"),
        ("wholesale_from_pieces", "много"),
        ("reserve_hours", "0"),
        ("reserve_hours", "сутки"),
        ("min_order", "договорная"),
        ("free_delivery_regions", ";"),
        ("free_delivery_regions", "101000"),
        ("gift_sku", "02.янв"),
        ("скидка всем", "5"),
        ("", "5"),
    ] {
        assert_eq!(rule(name, value), None, "{name}: {value}");
    }
    let read = rules::parse("name,value\nскидка всем,5\n".as_bytes()).unwrap();
    assert!(
        line(&read.problems[0]).starts_with(
            "строка 2, name: «скидка всем» — такого правила нет; есть «максимальная скидка, %», «скидка от 3 шт, %»"
        ),
        "{:?}",
        read.problems
    );
}

#[test]
fn a_rule_named_twice_with_two_values_is_neither() {
    let text = "Правило,Значение\nmax_discount_percent,5\nМаксимальная скидка,10\nmin_order,500\n\
                минимальный заказ,500\ndiscount_from_3_pieces,5\ndiscount_from_5_pieces,7\n";
    let read = rules::parse(text.as_bytes()).unwrap();
    let rows: Vec<u32> = read.rows.iter().map(|row| row.row).collect();
    assert_eq!(rows, [4, 6, 7]);
    assert_eq!(
        lines(&read.problems),
        [
            "строка 2, Правило: «max_discount_percent» стоит и в строке 3, но с другими данными; оставьте одну строку",
            "строка 3, Правило: «Максимальная скидка» стоит и в строке 2, но с другими данными; оставьте одну строку",
        ]
    );
}

#[test]
fn delivery_does_not_become_free_everywhere_because_its_regions_are_broken() {
    let text = "name,value\nfree_delivery_from,5000\nfree_delivery_regions,;\nmin_order,500\n";
    let read = rules::parse(text.as_bytes()).unwrap();
    assert_eq!(read.rows.len(), 1);
    assert_eq!(
        line(&read.problems[0]),
        "строка 2, name: «free_delivery_from» не действует, пока не исправлена строка 3: иначе доставка станет \
         бесплатной везде"
    );
}

fn setting(name: &str, value: &str) -> Option<(Setting, String)> {
    let text = format!("name;value\n\"{name}\";\"{value}\"\n");
    let read = settings::parse(text.as_bytes()).unwrap();
    assert_eq!(read.rows.len() + read.problems.len(), 1, "{name}: {value}");
    let row = read.rows.into_iter().next()?;
    Some((row.setting, row.value))
}

#[test]
fn settings_are_known_by_both_names_and_times_are_kept_in_one_spelling() {
    let table = [
        (
            "shop_name",
            "Рюкзаки и точка",
            Setting::ShopName,
            "Рюкзаки и точка",
        ),
        ("Название", "Лавка", Setting::ShopName, "Лавка"),
        (
            "приветствие",
            "Добрый день!",
            Setting::Greeting,
            "Добрый день!",
        ),
        ("Подпись", "Лавка", Setting::Signature, "Лавка"),
        ("Адрес", "Москва, 1", Setting::Address, "Москва, 1"),
        ("тон", "вежливо", Setting::Tone, "вежливо"),
        (
            "Телефон",
            "+7 000 000-00-00",
            Setting::Phone,
            "+7 000 000-00-00",
        ),
        (
            "work_hours",
            "10:00-19:00",
            Setting::WorkHours,
            "10:00-19:00",
        ),
        (
            "Часы работы",
            "9.00 – 18:30",
            Setting::WorkHours,
            "09:00-18:30",
        ),
        (
            "часы работы",
            "с 10:00 до 19:00",
            Setting::WorkHours,
            "10:00-19:00",
        ),
        (
            "часы работы",
            "00:00-24:00",
            Setting::WorkHours,
            "00:00-24:00",
        ),
        ("work_days", "пн-сб", Setting::WorkDays, "пн-сб"),
        ("рабочие дни", "Пн – Пт", Setting::WorkDays, "пн-пт"),
        ("рабочие дни", "mon-sat", Setting::WorkDays, "пн-сб"),
        (
            "рабочие дни",
            "сб, пн и среда",
            Setting::WorkDays,
            "пн, ср, сб",
        ),
        ("рабочие дни", "ежедневно", Setting::WorkDays, "пн-вс"),
        (
            "holidays",
            "2027-01-01, 2026-12-31",
            Setting::Holidays,
            "2026-12-31, 2027-01-01",
        ),
        (
            "Выходные/праздники",
            "31.12.2026; 01.01.2027",
            Setting::Holidays,
            "2026-12-31, 2027-01-01",
        ),
        (
            "праздники",
            "1-8 января, 09.05",
            Setting::Holidays,
            "01.01-08.01, 09.05",
        ),
        (
            "часы работы",
            "круглосуточно",
            Setting::WorkHours,
            "круглосуточно",
        ),
        (
            "режим работы",
            "Пн–Пт 10–19, сб 11–16",
            Setting::WorkHours,
            "Пн–Пт 10–19, сб 11–16",
        ),
    ];
    for (name, value, expected, kept) in table {
        assert_eq!(
            setting(name, value),
            Some((expected, kept.to_owned())),
            "{name}: {value}"
        );
    }
}

#[test]
fn a_setting_that_says_no_time_is_set_aside() {
    for (name, value) in [
        ("work_days", "5/2"),
        ("work_days", "пн-чт, сб"),
        ("work_days", "-"),
        ("holidays", "Новый год"),
        ("holidays", ","),
        ("holidays", "31.02.2027"),
        ("phone", "спросите в чате"),
        ("phone", "123"),
        ("greeting", ""),
        ("greeting", "#REF!"),
        ("скидка", "5"),
    ] {
        assert_eq!(setting(name, value), None, "{name}: {value}");
    }
}

#[test]
fn hours_that_are_no_schedule_are_still_told_to_buyers_and_the_seller_hears_what_would_be_one() {
    for hours in [
        "как получится",
        "10:00",
        "25:00-26:00",
        "10:60-19:00",
        "10:00-10:00",
    ] {
        let read = settings::parse(format!("name,value\nwork_hours,{hours}\n").as_bytes()).unwrap();
        assert_eq!(read.rows[0].value, hours);
        let problem = line(&read.problems[0]);
        assert!(
            problem.contains("вашими словами") && problem.contains("«пн-пт 10:00-19:00"),
            "{problem}"
        );
    }
}

#[test]
fn the_demo_shop_has_no_problem_in_any_tab() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/demo/ryukzaki");
    for (tab, rows) in Kept::ALL.into_iter().zip([13, 10, 9, 8]) {
        let bytes = std::fs::read(folder.join(tab.name()).with_extension("csv")).unwrap();
        let read = tab.parse(&bytes, "r").unwrap();
        assert_eq!(lines(&read.problems), [""; 0], "{}", tab.name());
        assert_eq!(read.counted.rows, rows, "{}", tab.name());
    }
}
