//! Questions about articles, over the development catalogue, and how the answers read.

use std::{collections::HashMap, path::Path};

use domain::stock::Shown;
use jiff::Timestamp;
use language::digits_in;
use schemas::{
    ShopId,
    conversation::{Fact, Intent, Language, Specialist},
    stock::Quantity,
};

use super::{
    said::{self, Wanted},
    words,
};
use crate::{
    answer::{Answer, Question},
    goods::tests::article,
    search::{cosine, tests::embedder},
    stock::{Intro, list},
};

fn question(text: &str, language: Language) -> Question {
    Question {
        shop: ShopId::new("shop").unwrap(),
        specialist: Specialist::Catalog,
        text: text.to_owned(),
        intent: Intent::ProductQuestion,
        language,
        listing: None,
        focus: None,
        list: Vec::new(),
        ordinal: None,
        entities: Vec::new(),
        offers: Vec::new(),
        anew: false,
        now: Timestamp::UNIX_EPOCH,
    }
}

fn backpack() -> Shown {
    let mut shown = article(
        2,
        "RG-20-RED",
        "Рюкзак городской «Вектор» 20 л красный",
        3,
        2490,
    );
    shown.product.description =
        Some("Отделение для ноутбука 14″, два боковых кармана, вес 620 г".to_owned());
    shown
}

fn every_number_is_a_fact(answer: &Answer) {
    let told: Vec<String> = answer
        .facts
        .iter()
        .flat_map(|Fact { value, .. }| digits_in(value))
        .collect();
    let counted = 1..=answer.list.as_ref().map_or(0, |list| list.items.len());
    let counted: Vec<String> = counted.map(|place| place.to_string()).collect();
    for number in digits_in(&answer.text) {
        assert!(
            told.contains(&number) || counted.contains(&number),
            "{number} in {answer:?}"
        );
    }
}

#[test]
fn an_article_is_told_in_short_in_the_buyers_language_and_every_number_is_a_fact() {
    for (language, expected) in [
        (
            Language::Ru,
            "«Рюкзак городской „Вектор“ 20 л красный» — 2\u{a0}490\u{a0}₽, в наличии 3 штуки. Отделение для ноутбука 14″, \
             два боковых кармана, вес 620 г",
        ),
        (
            Language::En,
            "“Рюкзак городской ‘Вектор’ 20 л красный” — 2,490\u{a0}₽, 3 pieces in stock. Отделение для ноутбука 14″, \
             два боковых кармана, вес 620 г",
        ),
        (
            Language::Es,
            "«Рюкзак городской “Вектор” 20 л красный» — 2\u{a0}490\u{a0}₽, 3 unidades disponibles. Отделение для \
             ноутбука 14″, два боковых кармана, вес 620 г",
        ),
    ] {
        let answer = words::about(&question("?", language), &backpack()).unwrap();
        assert_eq!(answer.text, expected);
        assert!(answer.focus.is_some());
        every_number_is_a_fact(&answer);
    }
    let bare = article(3, "X", "Зонт", 1, 500);
    let answer = words::about(&question("?", Language::Ru), &bare).unwrap();
    assert!(
        !answer.text.contains("  ") && answer.text.ends_with('.'),
        "{}",
        answer.text
    );
}

#[test]
fn a_quotation_is_the_sellers_words_framed_in_the_buyers_language() {
    let shown = backpack();
    let clauses = said::clauses(&shown.product);
    let quoted: Vec<&said::Clause> = clauses
        .iter()
        .filter(|one| one.text.contains("вес"))
        .collect();
    for (language, expected) in [
        (
            Language::Ru,
            "«Рюкзак городской „Вектор“ 20 л красный». В описании: «вес 620 г».",
        ),
        (
            Language::En,
            "“Рюкзак городской ‘Вектор’ 20 л красный”. The description says: “вес 620 г”.",
        ),
        (
            Language::Es,
            "«Рюкзак городской “Вектор” 20 л красный». La descripción dice: «вес 620 г».",
        ),
    ] {
        let answer = words::quote(&question("?", language), &shown, &quoted).unwrap();
        assert_eq!(answer.text, expected);
        every_number_is_a_fact(&answer);
        let told = answer
            .facts
            .iter()
            .find(|fact| fact.name == "product.description");
        assert_eq!(told.unwrap().value, "вес 620 г");
    }
}

#[test]
fn a_list_of_what_may_serve_and_a_single_suggestion_have_a_fact_for_every_number() {
    let mut sold_out = article(4, "Y", "Рюкзак «Тропа» 45 л", 0, 5490);
    sold_out.product.quantity = Quantity::OnOrder;
    for language in [Language::Ru, Language::En, Language::Es] {
        let asked = question("?", language);
        let answer = list(&asked, &[backpack(), sold_out.clone()], Intro::Fitting).unwrap();
        assert_eq!(answer.list.as_ref().unwrap().items.len(), 2);
        every_number_is_a_fact(&answer);
        every_number_is_a_fact(&words::one(&asked, &backpack()).unwrap());
    }
    let answer = words::one(&question("?", Language::Ru), &backpack()).unwrap();
    assert_eq!(
        answer.text,
        "Может подойти «Рюкзак городской „Вектор“ 20 л красный» — 2\u{a0}490\u{a0}₽, в наличии 3 штуки."
    );
}

fn table(name: &str) -> Vec<Vec<String>> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../lib/language/data/search_development");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn technical_questions_are_answered_by_the_right_words_or_not_at_all() {
    let catalogue: HashMap<(String, String), Shown> = table("catalogue.tsv")
        .into_iter()
        .map(|row| {
            let mut shown = article(2, &row[1], &row[3], 1, 100);
            shown.product.description = Some(row[4].clone());
            ((row[0].clone(), row[1].clone()), shown)
        })
        .collect();
    let embedder = embedder();
    let questions = table("questions.tsv");
    let (mut right, mut wrong, mut silent, mut rightly_silent) = (0, 0, 0, 0);
    for row in &questions {
        let language = Language::parse(&row[0]).unwrap();
        let shown = &catalogue[&(row[1].clone(), row[2].clone())];
        let wanted = Wanted::of(&row[3], language, shown);
        let clauses = said::clauses(&shown.product);
        let texts = std::iter::once(language::normalise(&row[3]))
            .chain(clauses.iter().map(|clause| clause.text.clone()));
        let vectors = embedder.embed(texts.collect()).await.unwrap();
        let cosines: Vec<f64> = vectors[1..]
            .iter()
            .map(|own| cosine(&vectors[0], own))
            .collect();
        let quoted = wanted.answering(&clauses, &cosines);
        let said: Vec<&str> = quoted.iter().map(|clause| clause.text.as_str()).collect();
        let said = said.join("; ");
        let best = cosines.iter().skip(1).copied().fold(0.0, f64::max);
        let outcome = match (said.is_empty(), row[4] == "-") {
            (true, true) => &mut rightly_silent,
            (true, false) => &mut silent,
            (false, _) if said.contains(row[4].as_str()) => &mut right,
            (false, _) => &mut wrong,
        };
        *outcome += 1;
        if said.is_empty() != (row[4] == "-")
            || (!said.is_empty() && !said.contains(row[4].as_str()))
        {
            println!(
                "{best:.2} {} | {} | wanted {} | said {said}",
                row[2], row[3], row[4]
            );
        }
    }
    let figures = format!(
        "{} questions: {right} answered rightly, {wrong} wrongly, {silent} left open in vain, {rightly_silent} rightly",
        questions.len()
    );
    println!("{figures}");
    assert!(questions.len() >= 80);
    assert!(
        f64::from(right) / f64::from(right + wrong) >= 0.9,
        "{figures}"
    );
    assert!(
        f64::from(right) / f64::from(right + wrong + silent) >= 0.7,
        "{figures}"
    );
}
