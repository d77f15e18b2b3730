//! Bursts and what they are read as, with the classifier that buyers get.

use std::{path::Path, sync::LazyLock};

use language::{Classifier, Encoder, FaqMatcher};
use schemas::conversation::KnownPlace;

use super::*;

mod ordering;

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where the weights are by the Makefile"
)]
static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.torg/runtime");
    let runtime = std::env::var_os("TORG_RUNTIME_DIR").map_or(here, Into::into);
    let encoder = Encoder::open(&runtime.join("use-multilingual-v3")).unwrap();
    Classifier::open(encoder, Some(&runtime.join("heads"))).unwrap()
});

static FAQ: LazyLock<FaqMatcher> = LazyLock::new(|| {
    let entries = [
        ("Есть ли гарантия?", "Да, 12 месяцев."),
        (
            "Как можно оплатить?",
            "Переводом по счёту или картой при получении.",
        ),
        (
            "Можно ли вернуть или обменять товар?",
            "Да, в течение 14 дней.",
        ),
    ];
    FaqMatcher::new(CLASSIFIER.encoder(), &entries)
});

pub(super) fn mind() -> Mind<'static> {
    Mind {
        classifier: &CLASSIFIER,
        faq: Some(&FAQ),
    }
}

fn situation() -> Situation {
    Situation {
        has_focus: false,
        list_length: 0,
        language: None,
        languages: vec![Language::Ru, Language::En, Language::Es],
        threshold: 0.80,
        ..Situation::default()
    }
}

/// `specialist intent` of each ask, or what else becomes of it.
fn reading(messages: &[&str], situation: &Situation) -> Vec<String> {
    let reading = read(mind(), messages, situation);
    match fallback(&reading, situation) {
        Verdict::Seller(reason, _) => vec![format!("{reason:?}")],
        Verdict::AskBack(asked) => vec![format!("{asked:?}")],
        Verdict::Act | Verdict::Unsure(_) => reading
            .asks
            .iter()
            .map(|ask| {
                let who = ask.specialist.map_or("nobody", Specialist::as_str);
                format!("{who} {}", ask.intent.as_str())
            })
            .collect(),
    }
}

#[track_caller]
fn reads(messages: &[&str], expected: &[&str]) {
    assert_eq!(reading(messages, &situation()), expected, "{messages:?}");
}

#[test]
fn a_greeting_in_front_of_a_question_is_returned_and_not_answered() {
    for burst in [
        &["Здравствуйте! Красный рюкзак ещё есть?"][..],
        &["здравствуйте", "красный рюкзак есть?"],
        &["Добрый день, красный рюкзак есть в наличии?"],
        &["привет", "ку", "рюкзак ещё в наличии?"],
    ] {
        reads(burst, &["stock stock_inquiry"]);
    }
    assert!(read(mind(), &["привет", "рюкзак есть?"], &situation()).greeted);
}

#[test]
fn courtesies_alone_are_small_talk() {
    reads(&["Здравствуйте!"], &["general greeting"]);
    reads(&["спасибо большое"], &["general thanks"]);
    reads(&["hello"], &["general greeting"]);
    reads(&["muchas gracias"], &["general thanks"]);
}

#[test]
fn the_list_price_is_pricings_and_told_along_with_the_stock() {
    reads(&["сколько стоит?"], &["pricing product_question"]);
    reads(
        &["есть красный рюкзак?", "сколько стоит?"],
        &["stock stock_inquiry"],
    );
    reads(&["how much is it?"], &["pricing product_question"]);
}

#[test]
fn every_kind_of_question_has_its_specialist() {
    reads(
        &["сколько стоит доставка в Казань?"],
        &["delivery delivery_question"],
    );
    reads(&["сделаете скидочку?"], &["pricing price_negotiation"]);
    reads(
        &["ищу недорогой рюкзак для школы"],
        &["catalog product_search"],
    );
    reads(&["гарантия на товар есть?"], &["general product_question"]);
    reads(&["позовите оператора"], &["HumanRequested"]);
    reads(&["can I talk to a human please"], &["HumanRequested"]);
    reads(
        &["рюкзак порвался в первый же день, верните деньги"],
        &["Complaint"],
    );
}

#[test]
fn two_asks_in_one_message_are_two_asks_in_order() {
    reads(
        &["Есть красный рюкзак? А доставка в Сибирь сколько стоит?"],
        &["stock stock_inquiry", "delivery delivery_question"],
    );
    reads(
        &["есть синий рюкзак и отправите в Сибирь?"],
        &["stock stock_inquiry", "delivery delivery_question"],
    );
    reads(
        &["do you have the blue backpack and do you ship to Kazan?"],
        &["stock stock_inquiry", "delivery delivery_question"],
    );
}

#[test]
fn what_the_words_name_goes_along() {
    let asks = read(
        mind(),
        &["сколько доставка в Казань, если возьму 3 штуки?"],
        &situation(),
    )
    .asks;
    let named: Vec<&Entity> = asks.iter().flat_map(|ask| &ask.entities).collect();
    assert!(named.contains(&&Entity::Quantity(3)), "{named:?}");
    let place = Entity::Place(KnownPlace {
        name: "Казань".to_owned(),
        region: "Республика Татарстан".to_owned(),
    });
    let kazan = named.iter().any(|entity| match (entity, &place) {
        (Entity::Place(one), Entity::Place(other)) => one.name == other.name,
        _ => false,
    });
    assert!(kazan, "{named:?}");
}

#[test]
fn several_conditions_at_once_are_the_sellers() {
    reads(
        &["если возьму 10, скинете? и чтобы на три адреса отправить"],
        &["ComplexBundle"],
    );
}

#[test]
fn an_answer_to_what_the_bot_asked_is_read_as_one() {
    let mut situation = situation();
    let text = |words: &str| Personal::new(words.to_owned());
    situation.asked = Some(Asked::Place {
        text: text("сколько доставка?"),
    });
    assert_eq!(
        reading(&["Казань"], &situation),
        ["delivery delivery_question"]
    );
    assert_eq!(
        reading(&["в Урюпинск"], &situation),
        ["delivery delivery_question"]
    );
    situation.asked = Some(Asked::Product {
        intent: Intent::ProductQuestion,
        text: text("сколько стоит?"),
    });
    let asks = read(mind(), &["синий рюкзак"], &situation).asks;
    assert_eq!(asks[0].specialist, Some(Specialist::Pricing));
    assert!(asks[0].text.text().contains("синий рюкзак"));
    assert_eq!(
        reading(&["позовите человека"], &situation),
        ["HumanRequested"]
    );
    situation.asked = Some(Asked::Meaning {
        first: Intent::DeliveryQuestion,
        second: Intent::PriceNegotiation,
        text: text("сколько до Казани отдадите"),
    });
    assert_eq!(
        reading(&["про доставку"], &situation),
        ["delivery delivery_question"]
    );
    assert_eq!(
        reading(&["второе"], &situation),
        ["pricing price_negotiation"]
    );
    situation.asked = Some(Asked::SameProduct {
        sku: schemas::Sku::new("RG-20-RED"),
        intent: Intent::StockInquiry,
        text: text("ещё есть?"),
    });
    assert_eq!(reading(&["да"], &situation), ["stock stock_inquiry"]);
    assert!(reading(&["нет"], &situation)[0].starts_with("Product"));
}

#[test]
fn a_model_is_believed_only_about_the_buyers_own_words_and_possible_labels() {
    let unclear = Reading {
        asks: vec![Ask {
            text: Personal::new("слушай а как насчет того самого в Питер".to_owned()),
            intent: Intent::DeliveryQuestion,
            confidence: 0.5,
            by: "model".to_owned(),
            runners_up: Vec::new(),
            ordinal: None,
            entities: Vec::new(),
            specialist: Some(Specialist::Delivery),
        }],
        language: Language::Ru,
        greeted: false,
        verdict: Verdict::Unsure(vec![Intent::DeliveryQuestion, Intent::StockInquiry]),
    };
    let proposal = |text: &str, intent, confidence| Proposal {
        text: text.to_owned(),
        intent,
        confidence,
    };
    let taken = |one: Proposal| accept(&unclear, &[one], "m").is_some();
    assert!(taken(proposal(
        "того самого в Питер",
        Intent::DeliveryQuestion,
        0.6
    )));
    assert!(taken(proposal("в Питер", Intent::ProductSearch, 0.95)));
    assert!(!taken(proposal("в Питер", Intent::ProductSearch, 0.7)));
    assert!(
        !taken(proposal("в Питер", Intent::Checkout, 1.0)),
        "of high risk"
    );
    assert!(
        !taken(proposal("цена 1 рубль", Intent::DeliveryQuestion, 1.0)),
        "not the buyer's words"
    );
    assert!(accept(&unclear, &[], "m").is_none());
}

#[test]
fn as_last_time_alone_is_for_stock_to_ask_about_and_other_earlier_talk_is_the_sellers() {
    for text in [
        "мне как в прошлый раз",
        "Same as last time, please",
        "lo de siempre",
    ] {
        reads(&[text], &["stock stock_inquiry"]);
    }
    reads(&["про то, что вчера писали"], &["Ambiguous"]);
}

#[test]
fn a_model_that_copies_a_masked_number_is_believed_and_the_specialist_sees_the_number() {
    let words = "так то самое на +7 916 123-45-67 отправить";
    let unclear = Reading {
        asks: vec![Ask {
            text: Personal::new(words.to_owned()),
            intent: Intent::DeliveryQuestion,
            confidence: 0.5,
            by: "model".to_owned(),
            runners_up: Vec::new(),
            ordinal: None,
            entities: Vec::new(),
            specialist: Some(Specialist::Delivery),
        }],
        language: Language::Ru,
        greeted: false,
        verdict: Verdict::Unsure(vec![Intent::DeliveryQuestion]),
    };
    let proposal = |text: &str| Proposal {
        text: text.to_owned(),
        intent: Intent::DeliveryQuestion,
        confidence: 0.9,
    };
    let taken = accept(&unclear, &[proposal("то самое на [phone] отправить")], "m").unwrap();
    assert_eq!(taken.asks[0].text.text(), words);
    let invented = accept(&unclear, &[proposal("на [e-mail] отправить")], "m");
    assert!(invented.is_none());
}

#[test]
fn a_complaint_takes_the_whole_turn_to_the_seller() {
    let burst = [
        "Есть красный рюкзак?",
        "прошлый порвался в первый же день, верните деньги",
    ];
    reads(&burst, &["Complaint"]);
}

#[test]
fn nonsense_is_not_acted_on() {
    for text in ["ыыыы", "???", "12345", "лол кек", "🙂🙂"] {
        let read = reading(&[text], &situation());
        assert!(
            !read.iter().any(|ask| ask.starts_with("stock")),
            "{text}: {read:?}"
        );
    }
}

#[test]
fn follow_ups_need_something_to_follow() {
    let mut situation = situation();
    situation.has_focus = true;
    assert_eq!(reading(&["а синий?"], &situation), ["stock stock_inquiry"]);
    situation.list_length = 3;
    for text in ["второй", "2", "давайте третий", "the second one"] {
        assert_eq!(
            reading(&[text], &situation),
            ["stock stock_inquiry"],
            "{text}"
        );
    }
    let ask = read(mind(), &["третий"], &situation).asks;
    assert_eq!(ask[0].ordinal, Some(3));
    let ask = read(mind(), &["пятый"], &situation).asks;
    assert_eq!(ask[0].ordinal, None, "the list has three places");
}

#[test]
fn the_reply_is_in_the_buyers_language_if_the_shop_speaks_it() {
    let language = |text: &str, languages: &[Language]| {
        let mut situation = situation();
        situation.languages = languages.to_vec();
        read(mind(), &[text], &situation).language
    };
    let all = [Language::Ru, Language::En, Language::Es];
    assert_eq!(language("is it still available?", &all), Language::En);
    assert_eq!(language("¿está disponible la mochila?", &all), Language::Es);
    assert_eq!(language("est v nalichii?", &all), Language::Ru);
    assert_eq!(
        language("is it still available?", &[Language::Ru]),
        Language::Ru
    );
}

#[test]
fn a_rebuild_differed_in_the_last_bit_of_a_probability() {
    let read = read(mind(), &["Красный рюкзак 20 л есть?"], &situation());
    let ask = recorded(read.asks.into_iter().next().unwrap());
    for share in
        std::iter::once(ask.confidence).chain(ask.runners_up.iter().map(|(_, share)| *share))
    {
        let digits = share.to_string();
        assert!(digits.len() <= "0.1234".len(), "{digits}");
    }
}

#[test]
fn a_change_of_a_filled_cart_is_one_in_three_languages() {
    let filled = Situation {
        has_focus: true,
        list_length: 3,
        cart_filled: true,
        ..situation()
    };
    for text in [
        "десять сделай",
        "добавь 5 второго и два красных рюкзака, а термос убери",
        "убери титановые",
        "на два меньше",
        "ещё один такой же",
        "оставь только термос",
        "очисти корзину, но последнее оставь",
        "make it ten",
        "two less",
        "the titanium ones out",
        "clear the cart but keep the last one",
        "quita la segunda",
        "que sean diez",
        "dos menos",
    ] {
        let read = reading(&[text], &filled);
        assert!(
            matches!(read.as_slice(), [one] if one.starts_with("cart cart_")),
            "{text}: {read:?}"
        );
    }
    for (text, expected) in [
        (
            "сколько стоит доставка в Казань?",
            "delivery delivery_question",
        ),
        ("скинете 10 процентов?", "pricing price_negotiation"),
        ("а синий есть?", "stock stock_inquiry"),
        ("сколько стоит?", "pricing product_question"),
    ] {
        assert_eq!(reading(&[text], &filled), [expected], "{text}");
    }
}

#[test]
fn what_is_put_into_the_cart_over_two_messages_is_one_change_and_delivery_is_another_ask() {
    let listed = Situation {
        has_focus: true,
        list_length: 3,
        cart_filled: true,
        ..situation()
    };
    assert_eq!(
        reading(&["добавь второй", "и убери третий"], &listed),
        ["cart cart_add"]
    );
    assert_eq!(
        reading(
            &["добавь 5 второго и сколько стоит доставка в Казань?"],
            &listed
        ),
        ["cart cart_add", "delivery delivery_question"]
    );
}

#[test]
fn with_an_empty_cart_something_is_bought() {
    let listed = Situation {
        has_focus: true,
        list_length: 3,
        ..situation()
    };
    for text in [
        "добавь 5 второго",
        "add 5 of the second one",
        "беру второй, две штуки",
    ] {
        assert_eq!(reading(&[text], &listed), ["cart cart_add"], "{text}");
    }
}
