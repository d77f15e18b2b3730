//! «Как в прошлый раз»: the lines of the last order again, at today's prices.

use language::{Consent, SayError, consent};
use schemas::conversation::{Cart, Entity};

use super::{
    checkout::{fewer, gone, start},
    fresh::priced,
    left,
    talk::{Talk, cannot, given, lines},
};
use crate::answer::Step;

/// Whether the words ask for what was ordered last, and for nothing else.
pub(super) fn is_asked(text: &str) -> bool {
    let last_time = language::last_time(text);
    last_time.is_some_and(|said| said.is_all || consent(&said.rest) == Consent::Yes)
}

/// The last order again; whatever is in the cart besides stays.
pub(super) fn answer(talk: &Talk<'_>) -> Result<Step, SayError> {
    let Some(last) = &talk.world.last else {
        return Ok(cannot(
            "no earlier order of this customer is known".to_owned(),
        ));
    };
    let mut cart = Cart::default();
    let mut notes = Vec::new();
    let wanted = pieces(talk).filter(|_| last.terms.lines.len() == 1);
    for line in &last.terms.lines {
        let pieces = wanted.unwrap_or(line.pieces);
        let shown = talk.world.goods.get(&line.sku);
        let there = shown.map(|shown| left(shown).unwrap_or(pieces));
        match (shown, there) {
            (Some(shown), Some(there)) if there > 0 => {
                if there < pieces {
                    notes.push(fewer(talk, &line.name, &line.sku, there)?);
                }
                cart.lines.push(priced(talk, shown, pieces.min(there)));
            }
            _ => notes.push(gone(talk, &line.name, &line.sku)?),
        }
    }
    if cart.is_empty() {
        notes.push(talk.plain("order-nothing-left")?);
        return Ok(given(lines(notes), None, None));
    }
    let kept = talk.question.sale.deal.cart.lines.iter();
    let kept = kept.filter(|line| cart.line(&line.sku).is_none()).cloned();
    let kept: Vec<_> = kept.collect();
    cart.lines.extend(kept);
    start(talk, &cart, notes)
}

fn pieces(talk: &Talk<'_>) -> Option<u32> {
    talk.question
        .entities
        .iter()
        .find_map(|entity| match entity {
            Entity::Quantity(pieces) if *pieces > 0 => Some(*pieces),
            _ => None,
        })
}
