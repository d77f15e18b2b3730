//! What sellers agreed on in words: what counts, for what, and how it is answered.

use domain::conversation::SaidByPerson;
use schemas::{
    EventId, Sku,
    conversation::{Entity, FactSource, Intent, Language},
};

use super::{
    HOUR, now,
    said::{answered, haggling, usual_shop},
};
use crate::answer::{Answer, Answered, Question};

fn event() -> EventId {
    EventId::derive(&["said"])
}

fn told(text: &str, hours_ago: i64) -> SaidByPerson {
    SaidByPerson {
        at: now() - HOUR * i32::try_from(hours_ago).unwrap(),
        event: event(),
        text: text.to_owned(),
        focus: Some(Sku::new("RG-20-RED")),
        heard: Vec::new(),
    }
}

fn asked_after(said: Vec<SaidByPerson>, text: &str, intent: Intent) -> Question {
    Question {
        intent,
        focus: Some(Sku::new("RG-20-RED")),
        said,
        ..haggling(text, Language::Ru)
    }
}

fn outcome(said: Vec<SaidByPerson>, text: &str) -> Answered {
    let question = asked_after(said, text, Intent::ProductQuestion);
    answered(&question, &usual_shop())
}

/// As [`outcome`], for three pieces.
fn three(said: Vec<SaidByPerson>) -> Answered {
    let mut question = asked_after(said, "сколько стоят 3 штуки?", Intent::ProductQuestion);
    question.entities = vec![Entity::Quantity(3)];
    answered(&question, &usual_shop())
}

#[track_caller]
fn given(answered: Answered) -> Answer {
    match answered {
        Answered::Given(answer) => answer,
        Answered::Cannot(why) => panic!("{why}"),
    }
}

/// The price for one piece, when the seller's words decide it.
fn agreed(text: &str) -> Option<String> {
    let answer = given(outcome(vec![told(text, 1)], "сколько стоит?"));
    let price = answer
        .facts
        .iter()
        .find(|fact| fact.name == "offer.price")?;
    assert_eq!(price.source, FactSource::Seller(event()), "{text}");
    let plain = answer.text.replace('\u{a0}', " ");
    assert!(
        plain.contains("для вас") && plain.contains("2 490"),
        "{plain}"
    );
    let offer = answer.offer.unwrap();
    assert_eq!(offer.valid_until, now() + HOUR * 23);
    Some(price.value.clone())
}

/// Whether the seller is asked again.
fn is_asked(text: &str) -> bool {
    let answered = outcome(vec![told(text, 1)], "сколько стоит?");
    matches!(answered, Answered::Cannot(why) if why.contains("not clear"))
}

#[test]
fn a_price_that_a_seller_agreed_on_is_this_buyers_price() {
    let words = [
        "отдам за 2000",
        "Отдам за 2000!",
        "Здравствуйте! Да, есть. Отдам за 2000 руб, приезжайте.",
        "хорошо, 2000",
        "договорились, 2000",
        "не переживайте, отдам за 2000",
        "за 1900 нет, отдам за 2000",
        "2000 и забирайте",
        "уступлю за 2 тысячи",
        "по 2000 отдам",
        "отдам за 2000, доставка 300",
        "Отдам за 2000. Если что, звоните",
        "for 2000 it's yours",
        "you can have it for 2000",
        "I can let it go for 2000",
        "ok, 2000",
        "Deal, 2000",
        "te lo dejo en 2000",
        "puedes llevártelo, te lo dejo por 2000",
        "vale, 2000",
    ];
    let others: Vec<_> = words
        .into_iter()
        .map(|text| (text, outcome(vec![told(text, 1)], "сколько стоит?")))
        .filter(|(_, answered)| matches!(answered, Answered::Cannot(_)))
        .collect();
    assert!(others.is_empty(), "{others:#?}");
    for text in words {
        assert_eq!(agreed(text).as_deref(), Some("2000"), "{text}");
    }
}

#[test]
fn what_lets_nothing_go_leaves_the_list_price() {
    let words = [
        "за 2000 не отдам",
        "не могу за 2000",
        "нет, 2000 мало",
        "за 2000 никак",
        "доставка 2000",
        "отправлю сдэком за 2000",
        "цена 2490",
        "приезжайте до 20:00",
        "есть, 20 литров",
        "can't do 2000",
        "2000 is not possible, no",
        "shipping is 2000",
        "no puedo por 2000",
        "el envío son 2000",
    ];
    for text in words {
        assert_eq!(agreed(text), None, "{text}");
    }
}

#[test]
fn what_may_be_an_agreement_is_for_the_seller_to_say_again() {
    let words = [
        "за 2000 заберёте?",
        "отдам за 2000?",
        "отдам за 2000, если заберёте сегодня",
        "Отдам за 2000. Только сегодня.",
        "отдам за 2000 при самовывозе",
        "за наличные отдам за 2000",
        "может быть, отдам за 2000",
        "меньше чем за 2000 не отдам",
        "крайняя цена 2000",
        "2000",
        "скину 5 %",
        "отдам за 200",
        "две отдам за 4000",
        "отдам за 2000 или 2100",
        "отдам за 2000 с доставкой",
        "maybe I can do 2000",
        "if you pay cash you can have it for 2000",
        "would you take it for 2000?",
        "lowest I can go is 2000",
        "si vienes hoy te lo dejo en 2000",
        "tal vez por 2000",
    ];
    for text in words {
        assert!(is_asked(text), "{text}");
    }
}

#[test]
fn a_price_from_so_many_pieces_on_is_for_so_many() {
    let said = |text: &str| vec![told(text, 1)];
    for text in [
        "от 3 штук по 2000",
        "если возьмёте 3 штуки, отдам по 2000",
        "from 3 pieces you can have them for 2000 each",
    ] {
        let one = given(outcome(said(text), "сколько стоит?"));
        assert!(
            one.facts.iter().all(|fact| fact.name != "offer.price"),
            "{text}"
        );
        let three = given(three(said(text)));
        let each = three.facts.iter().find(|fact| fact.name == "price.each");
        let each = each.unwrap();
        assert_eq!(
            (each.value.as_str(), &each.source),
            ("2000", &FactSource::Seller(event())),
            "{text}"
        );
        assert!(
            three.text.replace('\u{a0}', " ").contains("6 000"),
            "{}",
            three.text
        );
    }
    // Of one piece nobody knows whether it was meant for three; of each it was.
    assert!(matches!(three(said("отдам за 2000")), Answered::Cannot(_)));
    assert!(matches!(three(said("отдам по 2000")), Answered::Given(_)));
}

#[test]
fn haggling_on_does_not_go_below_what_a_person_agreed_on_nor_back_above_it() {
    for (text, language, wanted) in [
        ("а за 1900?", Language::Ru, "Ниже 2 000 ₽"),
        ("можно дешевле?", Language::Ru, "Ниже 2 000 ₽"),
        ("за 2000 возьму", Language::Ru, "Хорошо"),
        ("can you do less?", Language::En, "2,000"),
    ] {
        let mut question = asked_after(
            vec![told("отдам за 2000", 1)],
            text,
            Intent::PriceNegotiation,
        );
        question.language = language;
        let answer = given(answered(&question, &usual_shop()));
        let plain = answer.text.replace('\u{a0}', " ");
        assert!(plain.contains(wanted), "{plain}");
        let price = answer.facts.iter().find(|fact| fact.name == "offer.price");
        assert_eq!(price.unwrap().value, "2000");
    }
}

#[test]
fn the_words_hold_as_long_as_an_offer_does_and_the_last_ones_count() {
    let price = |said: Vec<SaidByPerson>| match outcome(said, "сколько стоит?") {
        Answered::Given(answer) => {
            let fact = answer
                .facts
                .into_iter()
                .find(|fact| fact.name == "offer.price");
            fact.map_or("list".to_owned(), |fact| fact.value)
        }
        Answered::Cannot(_) => "asked".to_owned(),
    };
    assert_eq!(price(vec![told("отдам за 2000", 23)]), "2000");
    assert_eq!(price(vec![told("отдам за 2000", 24)]), "list");
    let two = |first, second| vec![told(first, 2), told(second, 1)];
    assert_eq!(price(two("отдам за 2200", "ладно, отдам за 2000")), "2000");
    assert_eq!(price(two("отдам за 2000", "за 1800 не отдам")), "2000");
    assert_eq!(price(two("отдам за 2000", "за 2000 не отдам")), "asked");
    assert_eq!(price(two("отдам за 2000", "Извините, передумал")), "asked");
    assert_eq!(price(two("за 2000 заберёте?", "отдам за 2000")), "2000");
    assert_eq!(price(two("отдам за 2000", "приезжайте")), "2000");
}

#[test]
fn the_words_are_of_the_article_that_was_talked_about_and_of_no_other() {
    let of = |said: SaidByPerson| match outcome(vec![said], "сколько стоит красный рюкзак 20 л?")
    {
        Answered::Given(answer) => answer.offer.map_or("list", |_| "agreed"),
        Answered::Cannot(_) => "asked",
    };
    assert_eq!(of(told("отдам за 2000", 1)), "agreed");
    let blue = SaidByPerson {
        focus: Some(Sku::new("RG-20-BLU")),
        ..told("отдам за 2000", 1)
    };
    assert_eq!(of(blue.clone()), "list");
    assert_eq!(of(told("синий отдам за 2000", 1)), "list");
    let heard = |words: &str| SaidByPerson {
        heard: vec![words.to_owned()],
        ..told("отдам за 2000", 1)
    };
    assert_eq!(of(heard("а синий сколько?")), "list");
    assert_eq!(of(heard("а может скинете?")), "agreed");
    let red = SaidByPerson {
        text: "красный 20 л отдам за 2000".to_owned(),
        ..blue
    };
    assert_eq!(of(red), "agreed");
    let nowhere = SaidByPerson {
        focus: None,
        ..told("отдам за 2000", 1)
    };
    // The advertisement says which; without one nobody knows.
    assert_eq!(of(nowhere.clone()), "agreed");
    let mut question = asked_after(
        vec![nowhere],
        "сколько стоит красный рюкзак 20 л?",
        Intent::ProductQuestion,
    );
    question.listing = None;
    assert!(matches!(
        answered(&question, &usual_shop()),
        Answered::Cannot(_)
    ));
}
