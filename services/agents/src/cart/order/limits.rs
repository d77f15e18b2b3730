//! What the seller's rules say of the size of an order: from how much on the bot takes it, and up to how much.

use language::{Arg, SayError};
use schemas::{
    Kopecks,
    conversation::{Cart, FactSource},
    shop::Rule,
};

use super::talk::{Talk, plain_fact, sum_of};
use crate::{general::about::Said, pricing};

/// Why an order of this cart is for the seller to talk about.
pub(super) fn for_the_seller(talk: &Talk<'_>, cart: &Cart) -> Option<String> {
    let rules = &talk.world.shop.rules().rows;
    cart.lines.iter().find_map(|line| {
        let (from, row) = pricing::wholesale(rules, line.pieces)?;
        Some(format!(
            "wholesale: {} pieces of {}, and from {from} the seller talks about the price (rules, row {row})",
            line.pieces, line.sku
        ))
    })
}

/// That the goods cost less than the smallest order does, with what is missing to it.
pub(super) fn too_little(talk: &Talk<'_>, cart: &Cart) -> Result<Option<Said>, SayError> {
    let rules = talk.world.shop.rules();
    let least = rules.rows.iter().find_map(|row| match row.rule {
        Rule::MinOrder(least) => Some((least, row.row)),
        _ => None,
    });
    let (Some((least, row)), Some(goods)) = (least, cart.total()) else {
        return Ok(None);
    };
    if goods >= least {
        return Ok(None);
    }
    let missing = Kopecks::new(least.kopecks() - goods.kopecks());
    let sums: Vec<Kopecks> = cart.lines.iter().filter_map(|line| line.sum()).collect();
    let args = [
        ("least", Arg::Money(least)),
        ("goods", Arg::Money(goods)),
        ("missing", Arg::Money(missing)),
    ];
    Ok(Some(Said {
        text: talk.say("order-too-little", &args)?,
        facts: vec![
            talk.of_tab(
                "rules",
                &rules.revision,
                "rule.min_order",
                least.to_string(),
                row,
            ),
            plain_fact("cart.total", goods.to_string(), sum_of(&sums)),
            plain_fact(
                "order.missing",
                missing.to_string(),
                FactSource::Computed(format!("{least} - {goods}")),
            ),
        ],
    }))
}
