//! Bursts and what they are read as, with the classifier that buyers get.

use std::{path::Path, sync::LazyLock};

use language::{Classifier, Encoder};

use super::*;

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

fn situation() -> Situation {
    Situation {
        has_focus: false,
        list_length: 0,
        language: None,
        languages: vec![Language::Ru, Language::En, Language::Es],
        threshold: 0.80,
    }
}

/// `specialist intent` of each ask, or why it goes to the seller.
fn reading(messages: &[&str], situation: &Situation) -> Vec<String> {
    let reading = read(&CLASSIFIER, messages, situation);
    match reading.handoff {
        Some((reason, _)) => vec![format!("{reason:?}")],
        None => reading
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
fn a_message_falls_into_its_sentences() {
    assert_eq!(
        sentences("Здравствуйте! Есть рюкзак 4.5 л? Спасибо..."),
        ["Здравствуйте!", "Есть рюкзак 4.5 л?", "Спасибо..."]
    );
    assert_eq!(sentences("???"), ["???"]);
    assert_eq!(sentences("есть?!\nсколько"), ["есть?!", "сколько"]);
}

#[test]
fn the_price_of_delivery_is_not_the_list_price() {
    let asks = |text: &str| asks_price(&words(text));
    assert!(asks("сколько стоит?"));
    assert!(asks("а почём"));
    assert!(asks("how much is it"));
    assert!(!asks("сколько стоит доставка"));
    assert!(!asks("какая последняя цена"));
    assert!(!asks("сколько дней идёт"));
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
    assert!(read(&CLASSIFIER, &["привет", "рюкзак есть?"], &situation()).greeted);
}

#[test]
fn courtesies_alone_are_small_talk() {
    reads(&["Здравствуйте!"], &["general greeting"]);
    reads(&["спасибо большое"], &["general thanks"]);
    reads(&["hello"], &["general greeting"]);
    reads(&["muchas gracias"], &["general thanks"]);
}

#[test]
fn the_list_price_is_asked_of_stock() {
    reads(&["сколько стоит?"], &["stock product_question"]);
    reads(
        &["есть красный рюкзак?", "сколько стоит?"],
        &["stock stock_inquiry"],
    );
    reads(&["how much is it?"], &["stock product_question"]);
}

#[test]
fn what_no_specialist_answers_goes_to_the_seller() {
    reads(&["сколько стоит доставка в Казань?"], &["NoSpecialist"]);
    reads(&["сделаете скидочку?"], &["NoSpecialist"]);
    reads(&["позовите оператора"], &["HumanRequested"]);
    reads(&["can I talk to a human please"], &["HumanRequested"]);
    reads(
        &["рюкзак порвался в первый же день, верните деньги"],
        &["Complaint"],
    );
}

#[test]
fn two_asks_of_which_one_has_nobody_are_one_turn() {
    let burst = ["Есть красный рюкзак? А доставка в Сибирь сколько стоит?"];
    reads(&burst, &["stock stock_inquiry", "nobody delivery_question"]);
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
    let ask = read(&CLASSIFIER, &["третий"], &situation).asks;
    assert_eq!(ask[0].ordinal, Some(3));
    let ask = read(&CLASSIFIER, &["пятый"], &situation).asks;
    assert_eq!(ask[0].ordinal, None, "the list has three places");
}

#[test]
fn the_reply_is_in_the_buyers_language_if_the_shop_speaks_it() {
    let language = |text: &str, languages: &[Language]| {
        let mut situation = situation();
        situation.languages = languages.to_vec();
        read(&CLASSIFIER, &[text], &situation).language
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
