//! Questions about delivery, over a seller's table, and how the answers read.

use jiff::Timestamp;
use language::digits_in;
use schemas::{
    Kopecks, Personal, ShopId,
    conversation::{Fact, FactSource, Intent, Language, Specialist},
    shop::{FaqRow, Rule, RuleRow, Setting, SettingRow},
};

use super::*;

const LANGUAGES: [Language; 3] = [Language::Ru, Language::En, Language::Es];

/// The three tabs of a shop.
struct Shop {
    delivery: DeliveryRecorded,
    rules: RulesRecorded,
    settings: SettingsRecorded,
}

impl Shop {
    fn tables(&self) -> Tables<'_> {
        Tables {
            delivery: &self.delivery,
            rules: &self.rules,
            settings: &self.settings,
        }
    }
}

fn table(rows: &[(&str, i64, &str)]) -> DeliveryRecorded {
    let rows = rows.iter().zip(2..);
    DeliveryRecorded {
        revision: "0123456789abcdef".to_owned(),
        rows: rows
            .map(|((region, rubles, days), row)| DeliveryRow {
                row,
                region: (*region).to_owned(),
                price: Kopecks::from_rubles(*rubles).unwrap(),
                days: (!days.is_empty()).then(|| (*days).to_owned()),
            })
            .collect(),
    }
}

fn shop(rows: &[(&str, i64, &str)]) -> Shop {
    let rule = |row, rule| RuleRow { row, rule };
    let setting = |row, setting, value: &str| SettingRow {
        row,
        setting,
        value: value.to_owned(),
    };
    let regions = ["Москва", "Московская область", "Санкт-Петербург"];
    Shop {
        delivery: table(rows),
        rules: RulesRecorded {
            revision: "1111111111111111".to_owned(),
            rows: vec![
                rule(
                    4,
                    Rule::FreeDeliveryFrom(Kopecks::from_rubles(5000).unwrap()),
                ),
                rule(
                    5,
                    Rule::FreeDeliveryRegions(regions.map(str::to_owned).to_vec()),
                ),
            ],
        },
        settings: SettingsRecorded {
            revision: "2222222222222222".to_owned(),
            rows: vec![
                setting(5, Setting::Address, "Москва, Примерная улица, 1"),
                setting(6, Setting::WorkDays, "пн-сб"),
                setting(7, Setting::WorkHours, "10:00-19:00"),
            ],
        },
    }
}

fn large() -> Shop {
    shop(&[
        ("Москва", 300, "1-2 дня"),
        ("Московская область", 400, "2-3 дня"),
        ("Санкт-Петербург", 350, "2-3 дня"),
        ("Казань", 400, "3-4 дня"),
        ("Новосибирск", 600, "5-7 дней"),
        ("Сибирь", 1650, "до 10 дней"),
        ("Вся Россия", 700, "до 14 дней"),
        ("Самовывоз", 0, "в день заказа, Москва, Примерная улица, 1"),
    ])
}

fn question(text: &str, language: Language, places: &[&str]) -> Question {
    let known = |name: &&str| {
        let place = language::settlement(name).unwrap();
        Entity::Place(KnownPlace {
            name: place.name(Language::Ru).to_owned(),
            region: String::new(),
        })
    };
    Question {
        shop: ShopId::new("lavka").unwrap(),
        specialist: Specialist::Delivery,
        text: text.to_owned(),
        intent: Intent::DeliveryQuestion,
        language,
        listing: None,
        focus: None,
        list: Vec::new(),
        ordinal: None,
        entities: places.iter().map(known).collect(),
        offers: Vec::new(),
        said: Vec::new(),
        arms: Vec::new(),
        asked: None,
        anew: false,
        last_time: None,
        sale: Box::default(),
        now: Timestamp::UNIX_EPOCH,
    }
}

fn asked(shop: &Shop, question: &Question) -> Answered {
    let answered = reply(question, shop.tables(), None).unwrap();
    if let Answered::Given(answer) = &answered {
        every_number_is_a_fact(answer);
    }
    answered
}

fn every_number_is_a_fact(answer: &Answer) {
    let facts = answer.facts.iter();
    let known: Vec<String> = facts
        .flat_map(|Fact { value, .. }| digits_in(value))
        .collect();
    for line in answer.text.lines() {
        for number in digits_in(line) {
            assert!(known.contains(&number), "{number} in {:?}", answer.text);
        }
    }
}

#[track_caller]
fn given(answered: Answered) -> Answer {
    match answered {
        Answered::Given(answer) => answer,
        Answered::Cannot(reason) => panic!("cannot: {reason}"),
    }
}

#[track_caller]
fn says(shop: &Shop, text: &str, places: &[&str], expected: &str) {
    let answer = given(asked(shop, &question(text, Language::Ru, places)));
    assert_eq!(answer.text.replace('\u{a0}', " "), expected, "{text}");
}

#[track_caller]
fn cannot(shop: &Shop, question: &Question) -> String {
    match asked(shop, question) {
        Answered::Cannot(reason) => reason,
        Answered::Given(answer) => panic!("given: {}", answer.text),
    }
}

#[track_caller]
fn means(rows: &[(&str, i64, &str)], place: &str, expected: Option<&str>) {
    let table = table(rows);
    let rows: Vec<&DeliveryRow> = table.rows.iter().collect();
    let name = language::settlement(place)
        .unwrap()
        .name(Language::Ru)
        .to_owned();
    let place = KnownPlace {
        name,
        region: String::new(),
    };
    let found = row_for(&rows, &place).map(|row| row.region.as_str());
    assert_eq!(found, expected, "{place:?}");
}

#[test]
fn the_closest_row_holds_whatever_its_place_in_the_table() {
    let rows = [
        ("Вся Россия", 700, ""),
        ("Сибирь", 650, ""),
        ("Новосибирская область", 620, ""),
        ("Новосибирск", 600, ""),
    ];
    means(&rows, "нск", Some("Новосибирск"));
    means(&rows, "Бердск", Some("Новосибирская область"));
    means(&rows, "Томск", Some("Сибирь"));
    means(&rows, "казань", Some("Вся Россия"));
    means(&rows, "Минск", None);
    means(&[("Беларусь", 900, "")], "Минск", Some("Беларусь"));
    means(&[("Казань", 400, "")], "Томск", None);
}

#[test]
fn price_and_days_are_those_of_the_row_with_the_row_as_their_source() {
    let answer = given(asked(
        &large(),
        &question("в Казань отправите?", Language::Ru, &["Казань"]),
    ));
    assert_eq!(answer.text, "Доставка: Казань — 400\u{a0}₽, 3-4 дня.");
    let told: Vec<(&str, &str)> = answer
        .facts
        .iter()
        .map(|fact| (fact.name.as_str(), fact.value.as_str()))
        .collect();
    let expected = [
        ("delivery.region", "Казань"),
        ("delivery.price", "400"),
        ("delivery.days", "3-4 дня"),
    ];
    assert_eq!(told, expected);
    for fact in &answer.facts {
        let FactSource::Sheet(source) = &fact.source else {
            panic!("{fact:?}")
        };
        let place = (source.tab.as_str(), source.revision.as_str(), source.row);
        assert_eq!(place, ("delivery", "0123456789abcdef", 5));
    }
}

#[test]
fn how_long_is_answered_with_the_days_first() {
    let expected = "Срок доставки: Казань — 3-4 дня, 400 ₽.";
    says(
        &large(),
        "сколько дней идёт до Казани?",
        &["Казань"],
        expected,
    );
    says(&large(), "когда дойдёт в казань", &["Казань"], expected);
}

#[test]
fn a_part_of_the_country_is_told_with_the_towns_in_it_that_differ() {
    let expected = "Доставка:\nСибирь — 1 650 ₽, до 10 дней\nНовосибирск — 600 ₽, 5-7 дней";
    says(&large(), "отправите в Сибирь?", &["Сибирь"], expected);
}

#[test]
fn free_delivery_is_told_only_where_the_rule_holds() {
    let expected = "Доставка: Москва — 300 ₽, 1-2 дня. При заказе от 5 000 ₽ доставка бесплатная.";
    says(&large(), "доставка в москву сколько", &["Москва"], expected);
    let expected = "Доставка:\nМосква — 300 ₽, 1-2 дня\nКазань — 400 ₽, 3-4 дня\n\
        При заказе от 5 000 ₽ доставим бесплатно: Москва.";
    says(
        &large(),
        "в москву и в казань",
        &["Москва", "Казань"],
        expected,
    );
    let answer = given(asked(&large(), &question("", Language::Ru, &["Москва"])));
    let rule = answer
        .facts
        .iter()
        .find(|fact| fact.name == "rule.free_delivery_from");
    assert_eq!(rule.map(|fact| fact.value.as_str()), Some("5000"));
    let free = shop(&[("Москва", 0, "1 день")]);
    says(
        &free,
        "доставка в москву",
        &["Москва"],
        "Доставка: Москва — бесплатно, 1 день.",
    );
}

#[test]
fn an_unknown_place_is_said_to_be_unknown() {
    let mut asked_for = question("в Урюпинскбург отправите?", Language::Ru, &[]);
    asked_for.entities.push(Entity::UnknownPlace(Personal::new(
        "Урюпинскбург".to_owned(),
    )));
    let reason = cannot(&large(), &asked_for);
    assert!(
        !reason.contains("Урюпинскбург"),
        "the buyer's words are not for the log: {reason}"
    );
    let reason = cannot(&large(), &question("в Минск?", Language::Ru, &["Минск"]));
    assert_eq!(reason, "no row of the delivery table covers Минск");
    let expected = "Доставка: Казань — 400 ₽, 3-4 дня. Минск — условий доставки у меня нет, могу уточнить у продавца.";
    says(&large(), "в казань и минск", &["Казань", "Минск"], expected);
    asked_for.entities.insert(
        0,
        question("", Language::Ru, &["Казань"]).entities.remove(0),
    );
    let answer = given(asked(&large(), &asked_for));
    assert!(
        answer.text.starts_with("Доставка: Казань"),
        "{}",
        answer.text
    );
    assert!(
        answer.text.ends_with("ближайший крупный город."),
        "{}",
        answer.text
    );
    assert!(matches!(answer.asked, Some(Asked::Place { .. })));
}

#[test]
fn without_a_place_a_short_table_is_told_and_of_a_long_one_the_town_is_asked() {
    let short = shop(&[
        ("Казань", 400, "3-4 дня"),
        ("Вся Россия", 700, ""),
        ("Самовывоз", 0, ""),
    ]);
    let expected = "Доставка:\nКазань — 400 ₽, 3-4 дня\nВся Россия — 700 ₽\n\
        Да, можно забрать самому — бесплатно.";
    says(&short, "сколько стоит доставка", &[], expected);
    let answer = given(asked(
        &large(),
        &question("доставка есть?", Language::Ru, &[]),
    ));
    assert_eq!(answer.text, "В какой город отправить?");
    let text = Personal::new("доставка есть?".to_owned());
    assert_eq!(answer.asked, Some(Asked::Place { text }));
    let expected = "При заказе от 5 000 ₽ доставим бесплатно: Москва, Московская область, Санкт-Петербург. \
        В какой город отправить?";
    says(&large(), "а бесплатная доставка бывает?", &[], expected);
    assert_eq!(
        cannot(&shop(&[]), &question("доставка есть?", Language::Ru, &[])),
        "the delivery table is empty"
    );
}

#[test]
fn fetching_is_answered_from_its_row_and_the_settings() {
    let expected = "Да, можно забрать самому — бесплатно: в день заказа, Москва, Примерная улица, 1. \
        Работаем пн-сб, 10:00-19:00.";
    for text in [
        "самовывоз есть?",
        "можно сами заберём?",
        "хочу подъехать забрать",
    ] {
        says(&large(), text, &[], expected);
    }
    let expected = "Наш адрес: Москва, Примерная улица, 1. Работаем пн-сб, 10:00-19:00.";
    for text in ["где вы находитесь?", "ваш адрес?", "вы откуда"] {
        says(&large(), text, &[], expected);
    }
    says(
        &large(),
        "до скольки работаете?",
        &[],
        "Работаем пн-сб, 10:00-19:00.",
    );
    let answer = given(asked(
        &large(),
        &question("can I pick it up?", Language::En, &[]),
    ));
    assert!(
        answer
            .text
            .starts_with("Yes, you can pick it up yourself — free: "),
        "{}",
        answer.text
    );
}

#[test]
fn a_way_of_sending_that_no_row_names_is_answered_by_the_seller_alone() {
    let asked_for = question("сдэком в Казань отправите?", Language::Ru, &["Казань"]);
    let reason = cannot(&large(), &asked_for);
    assert_eq!(
        reason,
        "no row of the delivery table names this way of sending"
    );
    let own = "Да, СДЭКом и почтой, до 15 кг.";
    let known = Known {
        row: FaqRow {
            row: 5,
            question: "Отправляете СДЭКом?".to_owned(),
            answer: own.to_owned(),
        },
        revision: "3333333333333333".to_owned(),
        score: 0.9,
    };
    let shop = large();
    let answer = given(reply(&asked_for, shop.tables(), Some(&known)).unwrap());
    assert_eq!(answer.text, own);
    every_number_is_a_fact(&answer);
    let named = super::tests::shop(&[("СДЭК, вся Россия", 500, "до 7 дней")]);
    let answer = given(asked(&named, &asked_for));
    assert_eq!(answer.text, "Доставка: Казань — 500\u{a0}₽, до 7 дней.");
}

#[test]
fn no_date_is_promised() {
    for text in [
        "завтра сможете отправить?",
        "срочно сегодня доставите?",
        "can you ship it tomorrow",
    ] {
        let reason = cannot(&large(), &question(text, Language::Ru, &[]));
        assert_eq!(reason, "the delivery table promises no date", "{text}");
    }
}

#[test]
fn every_answer_is_whole_in_every_language() {
    let texts = [
        "to there?",
        "how long does it take",
        "самовывоз",
        "бесплатно?",
        "адрес",
    ];
    for language in LANGUAGES {
        for text in texts {
            for places in [
                &[][..],
                &["Казань"],
                &["Москва", "Томск"],
                &["Сибирь"],
                &["Россия"],
            ] {
                for shop in [large(), shop(&[("Казань", 0, ""), ("Самовывоз", 50, "")])]
                {
                    if let Answered::Given(answer) = asked(&shop, &question(text, language, places))
                    {
                        assert!(!answer.text.trim().is_empty() && !answer.text.contains("  "));
                    }
                }
            }
        }
    }
    let answer = given(asked(
        &large(),
        &question("to Kazan?", Language::En, &["Kazan"]),
    ));
    assert_eq!(answer.text, "Delivery: Kazan — 400\u{a0}₽, 3-4 дня.");
    let answer = given(asked(
        &large(),
        &question("¿a Moscú?", Language::Es, &["Москва"]),
    ));
    assert_eq!(
        answer.text.replace('\u{a0}', " "),
        "Envío: Moscú — 300 ₽, 1-2 дня. El envío es gratis en pedidos desde 5 000 ₽."
    );
}

#[test]
fn what_is_asked_while_an_order_is_made_is_about_the_town_it_goes_to() {
    use schemas::{
        EventId,
        conversation::{Checkout, Recipient},
    };
    let mut asks = question("а сколько идёт доставка?", Language::Ru, &[]);
    asks.sale.deal.checkout = Some(Checkout {
        id: EventId::derive(&["checkout"]),
        recipient: Recipient::default(),
        delivery: Some(Delivery::Shipped {
            region: "Казань".to_owned(),
            place: "Казань".to_owned(),
            address: None,
            price: Kopecks::new(0),
            days: None,
            source: None,
        }),
        as_last_time: false,
        summary: None,
    });
    let answer = given(asked(&large(), &asks));
    assert!(answer.text.contains("Казань"), "{}", answer.text);
    assert_eq!(answer.asked, None);
    asks.entities = question("", Language::Ru, &["Москва"]).entities;
    let answer = given(asked(&large(), &asks));
    assert!(!answer.text.contains("Казань"), "{}", answer.text);
}
