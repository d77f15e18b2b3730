//! What the words wish, and what they answer of what was asked before. Pure.

use language::{CartContext, CartDeed, CartTarget, CartWish, Place, cart_wishes};
use schemas::conversation::{Asked, Cart, Intent};

use super::{
    Known,
    aim::{Among, Meant, Range},
};
use crate::{answer::Question, goods};

/// What the buyer answered to which article is meant.
pub(super) struct Said {
    pub(super) target: CartTarget,
    /// How many, when the answer says so.
    pub(super) pieces: Option<u32>,
}

/// The wishes, and what the buyer answered about the one that was not clear.
pub(super) fn wishes(
    question: &Question,
    known: &Known,
    cart: &Cart,
) -> (Vec<CartWish>, Option<Said>) {
    let numbered = numbered(question, known);
    let codes = known.articles.iter().map(|shown| &shown.product.sku);
    let codes = codes.chain(cart.lines.iter().map(|line| &line.sku));
    let codes: Vec<String> = codes.map(ToString::to_string).collect();
    let context = CartContext {
        codes: &codes,
        language: Some(question.language),
        numbered: &numbered,
        has_places: !question.list.is_empty() || !cart.is_empty(),
    };
    let text = question.text.as_str();
    let asked = match &question.asked {
        Some(Asked::Product {
            intent: Intent::CartAdd | Intent::CartRemove,
            text: asked,
        }) => text
            .strip_prefix(asked.text())
            .map(|said| (asked.text(), said.trim())),
        _ => None,
    };
    let Some((asked, said)) = asked.filter(|(_, said)| !said.is_empty()) else {
        return (cart_wishes(text, &context), None);
    };
    let answers = cart_wishes(said, &context);
    let pieces = answers.iter().find_map(|answer| match answer.deed {
        CartDeed::Set { pieces, .. } => Some(pieces),
        _ => None,
    });
    // A bare number is a place of the list that was shown.
    let place = said.trim_end_matches(['.', '!', ')']).parse::<u32>().ok();
    let place =
        place.filter(|place| usize::try_from(*place).is_ok_and(|p| p <= question.list.len()));
    let said = match (place, answers.into_iter().next()) {
        (Some(place), _) => Said {
            target: CartTarget {
                places: vec![Place::Nth(place)],
                ..CartTarget::default()
            },
            pieces: None,
        },
        (None, Some(answer)) => Said {
            pieces,
            target: answer.target,
        },
        (None, None) => return (cart_wishes(text, &context), None),
    };
    (cart_wishes(asked, &context), Some(said))
}

/// Words and the numbers behind them in the shop's names: «Штиль 3».
fn numbered(question: &Question, known: &Known) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for shown in &known.articles {
        let tokens = language::tokens(&shown.product.name, question.language);
        for pair in tokens.windows(2) {
            if let [word, number] = pair
                && number.is_number()
                && !word.is_number()
            {
                found.push((word.word.clone(), number.word.clone()));
            }
        }
    }
    found
}

impl Range<'_> {
    /// What an answer says of a wish that was not clear: a place, one of the candidates by its words, or by the words
    /// of both together.
    pub(super) fn answered(&self, asked: &CartTarget, said: &CartTarget, among: Among) -> Meant {
        if !said.places.is_empty() || said.code.is_some() || said.all {
            return self.meant(said, among);
        }
        if goods::terms(&said.words, self.question.language).is_empty() {
            return self.meant(asked, among);
        }
        let both = CartTarget {
            words: format!("{} {}", asked.words, said.words).trim().to_owned(),
            ..said.clone()
        };
        match self.meant(&both, among) {
            Meant::These(found) => Meant::These(found),
            unclear => match self.meant(said, among) {
                Meant::These(found) => Meant::These(found),
                _ => unclear,
            },
        }
    }
}
