//! How prices are said, and that every number of it stands in a fact.

use domain::Shop;
use schemas::{
    Kopecks, ListingId, Sku,
    conversation::{Asked, Entity, FactSource, Intent, Language, Offer},
    shop::Rule,
};

use super::{HOUR, break_of, now, offer, rubles, rucksack, rules, shop_with};
use crate::{
    answer::{Answer, Answered, Question},
    goods::{self, tests::question},
    pricing::{decide, wish},
};

pub(super) fn usual_shop() -> Shop {
    shop_with(rules(&[
        Rule::MaxDiscountPercent(10),
        break_of(3, 5),
        Rule::WholesaleFromPieces(10),
    ]))
}

pub(super) fn haggling(text: &str, language: Language) -> Question {
    let mut asked = question(text);
    asked.intent = Intent::PriceNegotiation;
    asked.language = language;
    asked.listing = Some(ListingId::new("3363000577"));
    asked
}

pub(super) fn answered(question: &Question, shop: &Shop) -> Answered {
    let mut articles = goods::tests::shop();
    articles[0] = rucksack();
    articles[0].product.listing = Some(ListingId::new("3363000577"));
    let mut found = goods::find(&wish::about(question), &articles);
    if let Some(unnamed) = wish::unnamed(question, &found) {
        found = goods::find(&unnamed, &articles);
    }
    decide(question, shop, &found, &articles).unwrap()
}

#[track_caller]
fn given(question: &Question) -> Answer {
    let answered = answered(question, &usual_shop());
    let Answered::Given(answer) = answered else {
        panic!("{answered:?}")
    };
    let known: Vec<String> = answer
        .facts
        .iter()
        .flat_map(|fact| language::digits_in(&fact.value))
        .collect();
    let places = answer.list.as_ref().map_or(0, |list| list.items.len());
    for line in answer.text.lines() {
        let place = (1..=places).find_map(|place| line.strip_prefix(&format!("{place}. ")));
        for number in language::digits_in(place.unwrap_or(line)) {
            assert!(known.contains(&number), "{number} in {:?}", answer.text);
        }
    }
    answer
}

fn plain(answer: &Answer) -> String {
    answer.text.replace('\u{a0}', " ")
}

fn still(price: i64) -> Offer {
    offer(&Sku::new("RG-20-RED"), rubles(price), 1, now() + HOUR)
}

#[test]
pub(super) fn haggling_reads_as_a_friendly_seller_writes_in_three_languages() {
    let two = || vec![still(2390), still(2290)];
    let table = [
        (
            Language::Ru,
            vec![],
            "Могу уступить: 2 390 ₽ за «Рюкзак городской „Вектор“ 20 л красный». Предложение действует 24 часа.",
        ),
        (
            Language::Ru,
            vec![still(2390)],
            "Могу отдать «Рюкзак городской „Вектор“ 20 л красный» за 2 290 ₽ — это последняя цена, ниже не получится. Предложение действует 24 часа.",
        ),
        (
            Language::Ru,
            two(),
            "Ниже 2 290 ₽, к сожалению, не получится — это последняя цена за «Рюкзак городской „Вектор“ 20 л красный».",
        ),
        (
            Language::En,
            vec![],
            "I can do 2,390 ₽ for “Рюкзак городской ‘Вектор’ 20 л красный”. The offer holds for 24 hours.",
        ),
        (
            Language::En,
            two(),
            "I am sorry, I cannot go below 2,290 ₽ — that is the best price for “Рюкзак городской ‘Вектор’ 20 л красный”.",
        ),
        (
            Language::Es,
            vec![],
            "Puedo dejarle «Рюкзак городской “Вектор” 20 л красный» en 2 390 ₽. La oferta es válida durante 24 horas.",
        ),
        (
            Language::Es,
            two(),
            "Lo siento, no puedo bajar de 2 290 ₽: es el mejor precio de «Рюкзак городской “Вектор” 20 л красный».",
        ),
    ];
    for (language, offers, text) in table {
        let mut asked = haggling("а дешевле отдадите?", language);
        asked.offers = offers;
        assert_eq!(plain(&given(&asked)), text);
    }
}

#[test]
fn an_offer_is_an_event_with_its_price_its_end_and_the_rule_that_decided() {
    let answer = given(&haggling("скидку сделаете?", Language::Ru));
    let offer = answer.offer.unwrap();
    assert_eq!(offer.sku, Sku::new("RG-20-RED"));
    assert_eq!(
        (offer.price, offer.list_price),
        (rubles(2390), rubles(2490))
    );
    assert_eq!(offer.from_pieces, 1);
    assert_eq!(offer.valid_until, now() + HOUR * 24);
    assert_eq!(
        answer.how.as_deref(),
        Some("rule: min_price, products row 2")
    );
    let hours = answer
        .facts
        .iter()
        .find(|fact| fact.name == "offer.valid_hours")
        .unwrap();
    let settings = FactSource::Settings("policy.offer_valid_hours".to_owned());
    assert_eq!((hours.value.as_str(), &hours.source), ("24", &settings));
    let mut last = haggling("скидку сделаете?", Language::Ru);
    last.offers = vec![still(2390), still(2290)];
    assert_eq!(given(&last).offer, None);
}

#[test]
fn the_buyers_own_number_is_met_or_countered() {
    let table = [
        (
            "отдадите за 2400?",
            Some(Entity::Price(rubles(2400))),
            "Договорились",
            2400,
        ),
        (
            "за 2000 заберу сегодня",
            Some(Entity::Price(rubles(2000))),
            "Могу уступить",
            2390,
        ),
        (
            "скинете 50 рублей?",
            Some(Entity::Discount(rubles(50))),
            "Договорились",
            2440,
        ),
        (
            "скидка 3% будет?",
            Some(Entity::Percent(3)),
            "Договорились",
            2416,
        ),
        // As an agent is asked by hand, without entities.
        ("отдадите за 2400 руб?", None, "Договорились", 2400),
    ];
    for (text, entity, start, price) in table {
        let mut asked = haggling(text, Language::Ru);
        asked.entities.extend(entity);
        let answer = given(&asked);
        assert!(answer.text.starts_with(start), "{text}: {}", answer.text);
        assert_eq!(answer.offer.unwrap().price, rubles(price), "{text}");
    }
    let agreed = given(&{
        let mut asked = haggling("возьму за 2490", Language::Ru);
        asked.entities.push(Entity::Price(rubles(2490)));
        asked
    });
    assert_eq!(
        plain(&agreed),
        "Хорошо: «Рюкзак городской „Вектор“ 20 л красный» — 2 490 ₽."
    );
    assert_eq!(agreed.offer, None);
}

#[test]
fn the_numbers_of_a_haggle_name_no_article() {
    for text in [
        "рюкзак вектор 20 л красный за 2000 отдадите?",
        "Если возьму 2 шт красных вектор 20 л, скинете 300 рублей?",
        "скидку 5% на красный рюкзак вектор 20 л сделаете?",
    ] {
        let mut asked = haggling(text, Language::Ru);
        asked.listing = None;
        let answer = given(&asked);
        assert_eq!(
            answer.focus,
            Some(Sku::new("RG-20-RED")),
            "{text}: {}",
            answer.text
        );
    }
}

#[test]
fn words_of_haggling_that_nobody_has_listed_are_about_what_is_talked_about() {
    for text in [
        "по рукам за пару сотен меньше?",
        "студентам положена скидочка?",
        "wiggle room?",
    ] {
        let answer = given(&haggling(text, Language::Ru));
        assert_eq!(
            answer.focus,
            Some(Sku::new("RG-20-RED")),
            "{text}: {}",
            answer.text
        );
    }
}

#[test]
fn a_fixed_price_is_an_answer_and_no_handover() {
    let mut asked = haggling("а дешевле?", Language::Ru);
    asked.focus = Some(Sku::new("TR-05"));
    let Answered::Given(answer) = answered(&asked, &shop_with(Vec::new())) else {
        panic!("handed over")
    };
    assert_eq!(
        plain(&answer),
        "На «Термос „Полярник“ 0.5 л синий» цена фиксированная — 1 290 ₽, скинуть, к сожалению, не получится."
    );
    assert_eq!(answer.offer, None);
}

#[test]
fn several_pieces_are_counted_together_with_the_break_that_applies() {
    let mut asked = question("сколько стоят 3 штуки красных вектор 20 л?");
    asked.intent = Intent::ProductQuestion;
    asked.entities.push(Entity::Quantity(3));
    let answer = given(&asked);
    assert_eq!(
        plain(&answer),
        "«Рюкзак городской „Вектор“ 20 л красный»: 3 штуки по 2 366 ₽ — всего 7 098 ₽, в наличии 5 штук. \
         От 3 штук скидка 5%."
    );
    let fact = |name: &str| answer.facts.iter().find(|fact| fact.name == name).unwrap();
    assert_eq!(fact("price.total").value, "7098");
    assert_eq!(
        fact("price.total").source,
        FactSource::Computed("3 × 2366".to_owned())
    );
    let FactSource::Sheet(row) = &fact("rule.discount_percent").source else {
        panic!("{answer:?}")
    };
    assert_eq!(
        (row.tab.as_str(), row.revision.as_str(), row.row),
        ("rules", "fedcba9876543210", 3)
    );
    let mut two = asked.clone();
    two.entities = vec![Entity::Quantity(2)];
    assert_eq!(
        plain(&given(&two)),
        "«Рюкзак городской „Вектор“ 20 л красный»: 2 штуки по 2 490 ₽ — всего 4 980 ₽, в наличии 5 штук."
    );
}

#[test]
fn the_list_price_is_told_and_to_a_buyer_with_an_offer_that_offer() {
    let mut asked = question("сколько стоит красный рюкзак вектор 20 л?");
    asked.intent = Intent::ProductQuestion;
    assert_eq!(
        plain(&given(&asked)),
        "«Рюкзак городской „Вектор“ 20 л красный» стоит 2 490 ₽, в наличии 5 штук."
    );
    asked.offers = vec![still(2390)];
    assert_eq!(
        plain(&given(&asked)),
        "«Рюкзак городской „Вектор“ 20 л красный» для вас — 2 390 ₽ вместо 2 490 ₽, в наличии 5 штук."
    );
    asked.offers = vec![offer(
        &Sku::new("RG-20-RED"),
        Kopecks::new(239_000),
        1,
        now(),
    )];
    assert!(plain(&given(&asked)).contains("стоит 2 490 ₽"));
}

#[test]
fn an_offer_for_several_pieces_says_so() {
    let mut asked = haggling("возьму две штуки, сделаете скидку?", Language::Ru);
    asked.entities.push(Entity::Quantity(2));
    let answer = given(&asked);
    assert_eq!(
        plain(&answer),
        "Могу уступить: 2 390 ₽ за «Рюкзак городской „Вектор“ 20 л красный» (за штуку, при заказе от 2 штук). \
         Предложение действует 24 часа."
    );
    assert_eq!(answer.offer.unwrap().from_pieces, 2);
}

#[test]
fn wholesale_is_the_sellers() {
    let mut asked = haggling("возьму 12 штук, какая цена?", Language::Ru);
    asked.entities.push(Entity::Quantity(12));
    let Answered::Cannot(reason) = answered(&asked, &usual_shop()) else {
        panic!("answered")
    };
    assert!(reason.starts_with("wholesale: 12 pieces"), "{reason}");
}

#[test]
fn what_is_not_there_is_not_haggled_over() {
    let sold_out = given(&haggling("скинете на рюкзак тропа?", Language::Ru));
    assert!(
        plain(&sold_out).contains("нет в наличии"),
        "{}",
        sold_out.text
    );
    assert_eq!(sold_out.offer, None);
    let mut too_many = haggling("за 6 штук скинете?", Language::Ru);
    too_many.entities.push(Entity::Quantity(6));
    let few = given(&too_many);
    assert!(plain(&few).contains("5 штук"), "{}", few.text);
    assert_eq!(few.offer, None);
}

#[test]
fn of_several_articles_the_bot_asks_which_one_to_haggle_over() {
    let mut asked = haggling("на красный рюкзак скидка будет?", Language::Ru);
    asked.listing = None;
    let answer = given(&asked);
    assert_eq!(answer.list.as_ref().unwrap().items.len(), 2);
    assert!(
        matches!(&answer.asked, Some(Asked::Product { intent: Intent::PriceNegotiation, text }) if text.text() == asked.text),
        "{answer:?}"
    );
    let mut nothing = haggling("скидку сделаете?", Language::Ru);
    nothing.listing = None;
    let answer = given(&nothing);
    assert!(
        matches!(answer.asked, Some(Asked::Product { .. })),
        "{answer:?}"
    );
    assert_eq!(answer.offer, None);
}
