//! What no sequence of wishes can make of a cart.

use std::collections::HashSet;

use language::{CartContext, cart_wishes};
use proptest::prelude::*;
use schemas::{
    Kopecks, Sku,
    conversation::{Cart, Intent, Language, Specialist},
    stock::Quantity,
};

use super::{
    Known, apply,
    development::{sale, shop, terms},
};
use crate::{answer::Question, goods::tests::question};

/// Things to say of a cart, to be put together at random.
const SAID: [&str; 34] = [
    "добавь",
    "убери",
    "сделай",
    "оставь только",
    "возьму",
    "ещё",
    "меньше на",
    "замени",
    "на",
    "удвой",
    "половину убери",
    "всё",
    "кроме",
    "очисти корзину",
    "но оставь",
    "второй",
    "последний",
    "первые два",
    "красный рюкзак",
    "термос",
    "титановые",
    "палатку",
    "фонарь искра 300",
    "лыжи",
    "RG-20-RED",
    "0",
    "5",
    "100000",
    "пару",
    "и",
    ",",
    "по две",
    "каждого",
    "make it ten",
];

fn holds(cart: &Cart, question: &Question) -> Result<(), TestCaseError> {
    let mut seen: HashSet<&Sku> = HashSet::new();
    let mut sum = 0_i64;
    for line in &cart.lines {
        prop_assert!(line.pieces > 0, "no pieces of {} in {question:?}", line.sku);
        prop_assert!(seen.insert(&line.sku), "{} twice", line.sku);
        let article = shop().into_iter().find(|one| one.product.sku == line.sku);
        if let Some(Quantity::Pieces(there)) = article.map(|one| one.product.quantity) {
            prop_assert!(
                line.pieces <= there,
                "{} of {} {}",
                line.pieces,
                there,
                line.sku
            );
        }
        sum += line.price.kopecks() * i64::from(line.pieces);
    }
    prop_assert_eq!(cart.total(), Some(Kopecks::new(sum)));
    Ok(())
}

proptest! {
    #[test]
    fn a_cart_stays_a_cart_whatever_is_said(
        messages in prop::collection::vec(prop::collection::vec(prop::sample::select(&SAID[..]), 1..7), 1..6),
        focus in prop::option::of(0_usize..16),
    ) {
        let (known, terms) = (Known::new(shop()), terms());
        let mut cart = Cart::default();
        let mut focus = focus.map(|at| shop()[at].product.sku.clone());
        for words in messages {
            let asked = Question {
                specialist: Specialist::Cart,
                intent: Intent::CartAdd,
                focus: focus.clone(),
                list: cart.lines.iter().map(|line| line.sku.clone()).collect(),
                sale: Box::new(sale(cart.clone())),
                ..question(&words.join(" "))
            };
            let changed = apply::change(&asked, &terms, &known);
            holds(&changed.cart, &asked)?;
            // The same words on the same cart come to the same, and what is said can be said.
            prop_assert_eq!(&apply::change(&asked, &terms, &known), &changed);
            let said = super::words::said(&asked, &terms, &known, &changed).unwrap();
            prop_assert!(!said.text.is_empty());
            let told: Vec<String> = said.facts.iter().flat_map(|fact| language::digits_in(&fact.value)).collect();
            let places = said.list.as_ref().map_or(0, |list| list.items.len());
            for line in said.text.lines() {
                let body = line.split_once(". ").filter(|(head, _)| head.parse().is_ok_and(|n| (1..=places).contains(&n)));
                for number in language::digits_in(body.map_or(line, |(_, body)| body)) {
                    prop_assert!(told.contains(&number), "{number} of {line} is no fact");
                }
            }
            focus = changed.focus.clone().or(focus);
            cart = changed.cart;
        }
    }

    #[test]
    fn reading_never_fails(text in "\\PC{0,80}") {
        let context = CartContext { language: Some(Language::Ru), has_places: true, ..CartContext::default() };
        for wish in cart_wishes(&text, &context) {
            prop_assert!(text.len() + 200 >= wish.text.len());
        }
    }
}
