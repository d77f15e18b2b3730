//! Questions and what they are taken to mean, over one small shop.

use domain::stock::Shown;
use jiff::Timestamp;
use schemas::{
    Kopecks, ListingId, ShopId, Sku,
    conversation::{Asked, Intent, Language, Specialist},
    stock::{Product, Quantity, SheetRow},
};

use super::{Found, find, naming};
use crate::{
    answer::{Answered, Question},
    stock::put_into_words,
};

pub(crate) fn article(row: u32, sku: &str, name: &str, pieces: u32, rubles: i64) -> Shown {
    Shown {
        product: Product {
            sku: Sku::new(sku),
            name: name.to_owned(),
            quantity: Quantity::Pieces(pieces),
            price: Kopecks::from_rubles(rubles).unwrap(),
            min_price: None,
            category: name.split(' ').next().map(str::to_owned),
            description: None,
            url: None,
            listing: (sku == "RG-20-RED").then(|| ListingId::new("3363000577")),
        },
        source: SheetRow {
            tab: "products".to_owned(),
            revision: "0123456789abcdef".to_owned(),
            row,
        },
        read_at: Timestamp::UNIX_EPOCH,
        held: 0,
    }
}

pub(crate) fn shop() -> Vec<Shown> {
    vec![
        article(
            2,
            "RG-20-RED",
            "Рюкзак городской «Вектор» 20 л красный",
            3,
            2490,
        ),
        article(
            3,
            "RG-20-BLU",
            "Рюкзак городской «Вектор» 20 л синий",
            5,
            2490,
        ),
        article(
            4,
            "RG-30-RED",
            "Рюкзак городской «Вектор» 30 л красный",
            1,
            3190,
        ),
        article(
            5,
            "RT-45-GRN",
            "Рюкзак походный «Тропа» 45 л зелёный",
            0,
            5490,
        ),
        article(
            6,
            "RT-60-GRN",
            "Рюкзак походный «Перевал» 60 л зелёный",
            2,
            7900,
        ),
        article(7, "TR-05", "Термос «Полярник» 0.5 л синий", 9, 1290),
        article(8, "FN-300", "Фонарь налобный «Искра» 300 лм", 0, 990),
    ]
}

pub(crate) fn question(text: &str) -> Question {
    Question {
        shop: ShopId::new("lavka").unwrap(),
        specialist: Specialist::Stock,
        text: text.to_owned(),
        intent: Intent::StockInquiry,
        language: Language::Ru,
        listing: None,
        focus: None,
        list: Vec::new(),
        ordinal: None,
        entities: Vec::new(),
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

fn skus(found: &Found) -> Vec<&str> {
    let of = |shown: &'_ [Shown]| -> Vec<String> {
        shown
            .iter()
            .map(|one| one.product.sku.as_str().to_owned())
            .collect()
    };
    let all = match found {
        Found::One(article, _) => of(std::slice::from_ref(article.as_ref())),
        Found::Several(articles, _) => of(articles),
        Found::OnlyOthers(articles) => of(articles),
        Found::Unsaid | Found::Unknown | Found::Earlier(_) => Vec::new(),
    };
    let shop: Vec<&'static str> = vec![
        "RG-20-RED",
        "RG-20-BLU",
        "RG-30-RED",
        "RT-45-GRN",
        "RT-60-GRN",
        "TR-05",
        "FN-300",
    ];
    all.iter()
        .map(|sku| *shop.iter().find(|known| *known == sku).unwrap())
        .collect()
}

#[track_caller]
fn means(question: &Question, expected: &[&str]) {
    let found = find(question, &shop());
    assert_eq!(skus(&found), expected, "{:?} → {found:?}", question.text);
}

#[test]
fn a_full_name_is_one_article() {
    means(&question("Красный рюкзак 20 л ещё есть?"), &["RG-20-RED"]);
    means(
        &question("есть в наличии рюкзак вектор синий"),
        &["RG-20-BLU"],
    );
    means(&question("термос есть?"), &["TR-05"]);
}

#[test]
fn typing_mistakes_and_endings_do_not_matter() {
    means(
        &question("есть ли красные рюкзачки на 30 литров"),
        &["RG-30-RED"],
    );
    means(&question("термас синий есть"), &["TR-05"]);
    means(&question("рюкзока синего нет случайно?"), &["RG-20-BLU"]);
}

#[test]
fn an_sku_in_the_words_is_exact() {
    means(&question("rg-30-red есть?"), &["RG-30-RED"]);
    means(&question("а TR-05?"), &["TR-05"]);
}

#[test]
fn several_that_fit_are_a_list() {
    let found = find(&question("красный рюкзак есть?"), &shop());
    assert!(
        matches!(&found, Found::Several(articles, 2) if articles.len() == 2),
        "{found:?}"
    );
}

#[test]
fn the_advertisement_of_the_chat_is_meant_when_nothing_is_named() {
    let mut asked = question("ещё продаёте?");
    asked.listing = Some(ListingId::new("3363000577"));
    means(&asked, &["RG-20-RED"]);
    asked.text = "рюкзак есть?".to_owned();
    means(&asked, &["RG-20-RED"]);
    asked.text = "а термос?".to_owned();
    means(&asked, &["TR-05"]);
}

#[test]
fn a_colour_alone_varies_what_was_talked_about() {
    let mut asked = question("а синий?");
    asked.focus = Some(Sku::new("RG-20-RED"));
    means(&asked, &["RG-20-BLU"]);
    asked.text = "а на 30 литров?".to_owned();
    means(&asked, &["RG-30-RED"]);
}

#[test]
fn a_variant_that_does_not_exist_is_told_with_what_comes_close() {
    let mut asked = question("а зелёный?");
    asked.focus = Some(Sku::new("RG-20-RED"));
    let found = find(&asked, &shop());
    assert!(matches!(found, Found::OnlyOthers(_)), "{found:?}");
    assert_eq!(skus(&found), ["RT-60-GRN"], "sold-out ones are not offered");
}

#[test]
fn a_place_of_the_list_on_screen_is_that_article() {
    let mut asked = question("второй");
    asked.list = vec![Sku::new("TR-05"), Sku::new("RG-30-RED")];
    asked.ordinal = Some(2);
    means(&asked, &["RG-30-RED"]);
}

#[test]
fn something_the_shop_does_not_have_is_not_guessed() {
    for text in [
        "есть чемодан?",
        "красный чемодан есть?",
        "продаёте велосипеды?",
    ] {
        assert_eq!(find(&question(text), &shop()), Found::Unknown, "{text}");
    }
    assert_eq!(find(&question("есть в наличии?"), &shop()), Found::Unsaid);
}

#[test]
fn sold_out_offers_the_nearest_of_its_kind_and_never_another_kind() {
    let found = find(&question("рюкзак тропа есть?"), &shop());
    let Found::One(article, Some(nearest)) = &found else {
        panic!("{found:?}")
    };
    assert_eq!(article.product.sku.as_str(), "RT-45-GRN");
    assert_eq!(nearest.product.sku.as_str(), "RT-60-GRN");
    let found = find(&question("фонарь налобный есть?"), &shop());
    assert!(matches!(found, Found::One(_, None)), "{found:?}");
}

#[test]
fn every_number_of_an_answer_is_in_its_facts() {
    let questions = [
        "красный рюкзак 20 л есть?",
        "рюкзаки есть?",
        "рюкзак тропа есть?",
        "рюкзак вектор 30 л есть?",
        "фонарь есть?",
    ];
    for language in [Language::Ru, Language::En, Language::Es] {
        for text in questions {
            let mut asked = question(text);
            for intent in [Intent::StockInquiry, Intent::ProductQuestion] {
                asked.intent = intent;
                asked.language = language;
                let found = find(&question(text), &shop());
                let Answered::Given(answer) = put_into_words(&asked, &found).unwrap() else {
                    panic!("{text}");
                };
                let known: Vec<String> = answer
                    .facts
                    .iter()
                    .flat_map(|fact| language::digits_in(&fact.value))
                    .collect();
                let places = answer.list.as_ref().map_or(0, |list| list.items.len());
                for line in answer.text.lines() {
                    let line = (1..=places)
                        .find_map(|place| line.strip_prefix(&format!("{place}. ")))
                        .unwrap_or(line);
                    for number in language::digits_in(line) {
                        assert!(known.contains(&number), "{number} in {:?}", answer.text);
                    }
                }
            }
        }
    }
}

#[test]
fn after_a_day_what_was_talked_about_is_asked_about_before_it_is_used() {
    let mut asked = question("а сколько стоит?");
    asked.focus = Some(Sku::new("TR-05"));
    asked.anew = true;
    for (language, text) in [
        (Language::Ru, "Вы про «Термос „Полярник“ 0.5 л синий»?"),
        (Language::En, "Do you mean “Термос ‘Полярник’ 0.5 л синий”?"),
        (
            Language::Es,
            "¿Se refiere a «Термос “Полярник” 0.5 л синий»?",
        ),
    ] {
        asked.language = language;
        let found = find(&asked, &shop());
        assert!(matches!(found, Found::Earlier(_)), "{found:?}");
        let Answered::Given(answer) = put_into_words(&asked, &found).unwrap() else {
            panic!("{found:?}");
        };
        assert_eq!(answer.text, text);
        assert_eq!(
            answer.asked,
            Some(Asked::SameProduct {
                sku: Sku::new("TR-05"),
                intent: Intent::StockInquiry,
                text: "а сколько стоит?".to_owned().into(),
            })
        );
        assert_eq!(answer.facts.len(), 1);
        assert_eq!(answer.focus, None);
    }
    // A colour varies what was talked about, a place is one of the list of that day.
    asked.language = Language::Ru;
    asked.text = "а красный?".to_owned();
    assert!(matches!(find(&asked, &shop()), Found::Earlier(_)));
    asked.text = "второй ещё есть?".to_owned();
    asked.list = vec![Sku::new("RG-20-RED"), Sku::new("RG-20-BLU")];
    asked.ordinal = Some(2);
    let Found::Earlier(article) = find(&asked, &shop()) else {
        panic!("a place of an old list");
    };
    assert_eq!(article.product.sku, Sku::new("RG-20-BLU"));
}

#[test]
fn as_last_time_is_asked_about_with_its_present_price_and_stock_and_then_answered() {
    for (language, text, answer) in [
        (
            Language::Ru,
            "мне как в прошлый раз",
            "Как в прошлый раз — это «Термос „Полярник“ 0.5 л синий»? Сейчас 1\u{a0}290\u{a0}₽, в наличии 9\u{a0}штук.",
        ),
        (
            Language::En,
            "same as last time please",
            "Same as last time: do you mean “Термос ‘Полярник’ 0.5 л синий”? It is 1,290\u{a0}₽ now, 9\u{a0}pieces in stock.",
        ),
        (
            Language::Es,
            "lo mismo de la última vez",
            "Lo mismo de la última vez: ¿se refiere a «Термос “Полярник” 0.5 л синий»? Ahora 1\u{a0}290\u{a0}₽, 9\u{a0}unidades disponibles.",
        ),
    ] {
        let mut asked = question(text);
        asked.language = language;
        // Today's talk is about something else.
        asked.focus = Some(Sku::new("RG-20-RED"));
        asked.last_time = Some(Sku::new("TR-05"));
        let found = find(&asked, &shop());
        let Answered::Given(given) = put_into_words(&asked, &found).unwrap() else {
            panic!("{found:?}");
        };
        assert_eq!(given.text, answer);
        assert_eq!(given.facts.len(), 3);
        assert!(matches!(
            &given.asked,
            Some(Asked::SameProduct { sku, .. }) if *sku == Sku::new("TR-05")
        ));
        // Yes: the same words once more, and what they were asked back about.
        asked.asked = given.asked;
        assert_eq!(skus(&find(&asked, &shop())), ["TR-05"]);
    }
}

#[test]
fn as_last_time_without_a_last_time_says_so_and_asks_which() {
    let mut asked = question("как обычно");
    asked.focus = Some(Sku::new("RG-20-RED"));
    let gone = Some(Sku::new("GONE-1"));
    for last_time in [None, gone] {
        asked.last_time = last_time;
        let found = find(&asked, &shop());
        let Answered::Given(given) = put_into_words(&asked, &found).unwrap() else {
            panic!("{found:?}");
        };
        assert!(given.text.contains("прошлый раз") && given.text.contains("Какой товар"));
        assert!(matches!(given.asked, Some(Asked::Product { .. })));
        assert_eq!(given.facts, []);
    }
    // What is named beside it is found as ever.
    asked.text = "как обычно, термос полярник".to_owned();
    assert_eq!(skus(&find(&asked, &shop())), ["TR-05"]);
}

#[test]
fn after_a_day_what_is_named_is_found_as_ever() {
    let mut asked = question("рюкзак тропа есть?");
    asked.focus = Some(Sku::new("TR-05"));
    asked.anew = true;
    assert_eq!(skus(&find(&asked, &shop())), ["RT-45-GRN"]);
    let mut of_advertisement = question("есть в наличии?");
    of_advertisement.listing = Some(ListingId::new("3363000577"));
    of_advertisement.anew = true;
    assert_eq!(skus(&find(&of_advertisement, &shop())), ["RG-20-RED"]);
}

#[test]
fn nothing_named_asks_which_and_remembers_what_was_asked() {
    let asked = question("есть в наличии?");
    let Answered::Given(answer) = put_into_words(&asked, &find(&asked, &shop())).unwrap() else {
        panic!("not asked back");
    };
    assert!(matches!(
        answer.asked,
        Some(Asked::Product { intent: Intent::StockInquiry, ref text }) if text.text() == asked.text
    ));
}

#[test]
fn a_question_about_an_article_names_another_by_its_kind_and_not_by_any_word_of_a_name() {
    let shop = shop();
    let about = |text: &str, focus: Option<&str>| {
        let mut asked = question(text);
        asked.focus = focus.map(Sku::new);
        find(&naming(&asked, &shop), &shop)
    };
    // «городской» stands in names, «рюкзак» is what they are.
    let found = about("для городской жизни подойдёт?", Some("TR-05"));
    assert_eq!(skus(&found), ["TR-05"]);
    assert_eq!(skus(&about("сколько весит?", Some("TR-05"))), ["TR-05"]);
    assert_eq!(
        skus(&about("а фонарь сколько весит?", Some("TR-05"))),
        ["FN-300"]
    );
    assert_eq!(skus(&about("какой вес у термоса?", None)), ["TR-05"]);
    assert_eq!(skus(&about("TR-05 из чего сделан?", None)), ["TR-05"]);
    assert!(matches!(
        about("какой вес?", None),
        Found::Unknown | Found::Unsaid
    ));
    let mut third = question("расскажите про третий");
    third.focus = Some(Sku::new("TR-05"));
    third.ordinal = Some(3);
    assert_eq!(find(&naming(&third, &shop), &shop), Found::Unsaid);
    third.list = ["FN-300", "RG-30-RED", "RT-60-GRN"].map(Sku::new).to_vec();
    assert_eq!(skus(&find(&naming(&third, &shop), &shop)), ["RT-60-GRN"]);
}
