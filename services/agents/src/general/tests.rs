//! Courtesies, the seller's own answers, and what the settings tell.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use language::{Encoder, FaqMatcher, digits_in, normalise};
use schemas::{
    ShopId,
    conversation::{Asked, FactSource, Specialist},
    shop::{FaqRow, SettingRow},
};

use super::*;

const FAQ: [(&str, &str); 4] = [
    (
        "Можно ли вернуть или обменять товар?",
        "Да, в течение 14 дней, если товар не был в употреблении.",
    ),
    (
        "Есть ли гарантия?",
        "На рюкзаки 12 месяцев, на фонари — 6 месяцев.",
    ),
    (
        "Как можно оплатить?",
        "Переводом по счёту или картой при получении.",
    ),
    ("Отправляете Авито Доставкой?", "Да, если товар до 15 кг."),
];

fn settings() -> SettingsRecorded {
    let row = |row, setting, value: &str| SettingRow {
        row,
        setting,
        value: value.to_owned(),
    };
    SettingsRecorded {
        revision: "2222222222222222".to_owned(),
        rows: vec![
            row(
                3,
                Setting::Greeting,
                "Добрый день! Рюкзаки и точка на связи.",
            ),
            row(5, Setting::Address, "Москва, Примерная улица, 1"),
            row(6, Setting::WorkDays, "пн-сб"),
            row(7, Setting::WorkHours, "10:00-19:00"),
            row(8, Setting::Phone, "+7 000 000-00-00"),
        ],
    }
}

fn question(text: &str, intent: Intent, language: Language) -> Question {
    Question {
        shop: ShopId::new("lavka").unwrap(),
        specialist: Specialist::General,
        text: text.to_owned(),
        intent,
        language,
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

/// The entry that is surely asked for, by the same model as in production.
fn known(texts: &[&str]) -> Vec<Option<Known>> {
    let runtime = "../../.torg/runtime/use-multilingual-v3";
    let encoder: Arc<Encoder> =
        Encoder::shared(&Path::new(env!("CARGO_MANIFEST_DIR")).join(runtime)).unwrap();
    let matcher = FaqMatcher::new(&encoder, &FAQ);
    let find = |text: &&str| {
        let found = matcher.best(text, &encoder.encode(&normalise(text)))?;
        let (question, answer) = FAQ[found.entry];
        Some(Known {
            row: FaqRow {
                row: u32::try_from(found.entry + 2).unwrap(),
                question: question.to_owned(),
                answer: answer.to_owned(),
            },
            revision: "3333333333333333".to_owned(),
            score: found.score,
        })
    };
    let sure = |known: Option<Known>| known.filter(|known| known.is_sure(&domain::Shop::default()));
    texts.iter().map(find).map(sure).collect()
}

#[track_caller]
fn given(answered: Answered) -> Answer {
    let Answered::Given(answer) = answered else {
        panic!("{answered:?}")
    };
    let facts = answer.facts.iter();
    let known: Vec<String> = facts.flat_map(|fact| digits_in(&fact.value)).collect();
    for number in digits_in(&answer.text) {
        assert!(known.contains(&number), "{number} in {:?}", answer.text);
    }
    answer
}

#[track_caller]
fn says(text: &str, intent: Intent, language: Language, expected: &str) -> Answer {
    let asked = question(text, intent, language);
    let answer = given(reply(&asked, &settings(), None).unwrap());
    assert_eq!(answer.text, expected, "{text}");
    answer
}

#[test]
fn the_sellers_own_answer_is_quoted_word_for_word_with_its_row() {
    let texts = ["можно вернуть товар?", "гарантия есть?", "как оплатить"];
    for (known, (text, (_, own))) in known(&texts).iter().zip(texts.into_iter().zip(FAQ)) {
        let asked = question(text, Intent::Other, Language::Ru);
        let answer = given(reply(&asked, &settings(), known.as_ref()).unwrap());
        assert_eq!(answer.text, own, "{text}");
        let [fact] = answer.facts.as_slice() else {
            panic!("{:?}", answer.facts)
        };
        assert_eq!(
            (fact.name.as_str(), fact.value.as_str()),
            ("faq.answer", own)
        );
        assert!(matches!(&fact.source, FactSource::Sheet(row) if row.tab == "faq"));
    }
}

#[test]
fn what_only_sounds_like_a_known_question_is_not_answered_with_its_answer() {
    let texts = [
        "гарантируете доставку до завтра?",
        "верните мне деньги",
        "сколько стоит рюкзак?",
        "какой у него вес?",
        "в Омск отправите?",
        "авито опять глючит",
    ];
    for (known, text) in known(&texts).iter().zip(texts) {
        let asked = question(text, Intent::Other, Language::Ru);
        let answered = reply(&asked, &settings(), known.as_ref()).unwrap();
        assert!(is_left_open(&answered), "{text}: {answered:?}");
    }
}

#[test]
fn an_answer_in_another_language_is_told_to_be_the_sellers() {
    let [known] = known(&["is there a warranty?"]).try_into().unwrap();
    let asked = question("is there a warranty?", Intent::Other, Language::En);
    let answer = given(reply(&asked, &settings(), known.as_ref()).unwrap());
    let expected = "The seller’s answer: “На рюкзаки 12 месяцев, на фонари — 6 месяцев.”";
    assert_eq!(answer.text, expected);
}

#[test]
fn the_settings_answer_what_the_faq_does_not() {
    let (ru, other) = (Language::Ru, Intent::Other);
    let answer = says(
        "часы работы какие?",
        other,
        ru,
        "Работаем пн-сб, 10:00-19:00.",
    );
    let rows = answer.facts.iter().map(|fact| match &fact.source {
        FactSource::Sheet(row) => (row.tab.as_str(), row.row),
        source => panic!("{source:?}"),
    });
    assert_eq!(rows.collect::<Vec<_>>(), [("settings", 6), ("settings", 7)]);
    says(
        "номер телефона подскажите",
        other,
        ru,
        "Наш телефон: +7 000 000-00-00.",
    );
    let both = "Наш адрес: Москва, Примерная улица, 1. Работаем пн-сб, 10:00-19:00.";
    says("где вы находитесь и до скольки работаете?", other, ru, both);
    says(
        "what are your opening hours?",
        other,
        Language::En,
        "We are open пн-сб, 10:00-19:00.",
    );
    let empty = SettingsRecorded::default();
    let asked = question("часы работы какие?", other, ru);
    assert!(is_left_open(&reply(&asked, &empty, None).unwrap()));
}

#[test]
fn the_bot_says_that_it_is_one() {
    let ru = "Я бот, помощник магазина: отвечаю на вопросы о товарах и заказах. Если нужно — позову продавца.";
    for text in ["ты бот?", "Вы робот или человек?", "а вы живой?", "ty bot?"]
    {
        says(text, Intent::Other, Language::Ru, ru);
    }
    for (text, language) in [
        ("are you a bot?", Language::En),
        ("¿eres un robot?", Language::Es),
    ] {
        let asked = question(text, Intent::Other, language);
        let answer = given(reply(&asked, &settings(), None).unwrap());
        assert!(answer.text.contains("bot"), "{}", answer.text);
    }
    let asked = question("как дела?", Intent::Other, Language::Ru);
    let answer = given(reply(&asked, &settings(), None).unwrap());
    assert!(
        answer.text.starts_with("Спасибо, всё хорошо!"),
        "{}",
        answer.text
    );
}

#[test]
fn a_shops_own_greeting_is_for_those_who_read_it() {
    let own = "Добрый день! Рюкзаки и точка на связи.";
    let answer = says("привет", Intent::Greeting, Language::Ru, own);
    assert_eq!(answer.facts.len(), 1);
    let asked = question("hello", Intent::Greeting, Language::En);
    let answer = given(reply(&asked, &settings(), None).unwrap());
    assert!(answer.text.starts_with("Hello!") && answer.facts.is_empty());
    says(
        "спасибо",
        Intent::Thanks,
        Language::Ru,
        "Пожалуйста! Будут вопросы — пишите.",
    );
}

#[test]
fn what_nothing_answers_is_asked_back_once_and_then_the_sellers() {
    for text in [
        "расскажи анекдот",
        "сколько будет два плюс два",
        "куплю ваш аккаунт",
    ] {
        let mut asked = question(text, Intent::Other, Language::Ru);
        let answered = reply(&asked, &settings(), None).unwrap();
        let Answered::Given(answer) = &answered else {
            panic!("{text}: {answered:?}")
        };
        assert!(answer.facts.is_empty(), "{text}");
        asked.asked.clone_from(&answer.asked);
        assert!(matches!(asked.asked, Some(Asked::Purpose { .. })), "{text}");
        let again = reply(&asked, &settings(), None).unwrap();
        assert!(matches!(again, Answered::Cannot(_)), "{text}: {again:?}");
    }
}

/// Nothing is claimed: the seller is asked, or the buyer what he wants.
fn is_left_open(answered: &Answered) -> bool {
    match answered {
        Answered::Given(answer) => {
            answer.facts.is_empty() && matches!(answer.asked, Some(Asked::Purpose { .. }))
        }
        Answered::Cannot(_) => true,
    }
}
