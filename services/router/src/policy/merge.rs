//! Parts of a burst that are one ask, and parts that are not.

use schemas::{
    Personal,
    conversation::{Ask, Intent, Specialist},
};

use super::{GOODS, Unit, is_courtesy, rules};

/// Courtesies step back behind asks; parts of one ask become one.
pub(super) fn merge(units: Vec<Unit>) -> Vec<Ask> {
    let only_courtesies = units.iter().all(|unit| is_courtesy(unit.ask.intent));
    let mut asks: Vec<Ask> = Vec::with_capacity(units.len());
    for unit in units {
        let ask = unit.ask;
        if is_courtesy(ask.intent) && !only_courtesies {
            continue;
        }
        match asks.iter_mut().find(|known| are_one(known, &ask)) {
            Some(known) => join(known, ask),
            None => asks.push(ask),
        }
    }
    asks
}

/// Whether two asks are parts of one. Stock tells the price along, so a bare question for it adds nothing.
fn are_one(one: &Ask, other: &Ask) -> bool {
    // Which place each part of a change means is read from the words again; an order is an ask of its own.
    if one.specialist == Some(Specialist::Cart) || other.specialist == Some(Specialist::Cart) {
        return changes_cart(one) && changes_cart(other);
    }
    let one_place = one.ordinal.is_none() || other.ordinal.is_none();
    let bare_price = |ask: &Ask| ask.by == "rule:price" && ask.entities.is_empty();
    let goods = |ask: &Ask| ask.specialist == Some(Specialist::Stock);
    let told_along = (goods(one) && bare_price(other)) || (bare_price(one) && goods(other));
    one_place
        && (told_along
            || (one.specialist == other.specialist && one.by != "faq" && other.by != "faq"))
}

/// Whether two asks of the cart are done one after the other: it is filled, and then an order is made of it.
pub(super) fn are_steps(one: &Ask, other: &Ask) -> bool {
    let of_cart = |ask: &Ask| ask.specialist == Some(Specialist::Cart);
    of_cart(one) && of_cart(other) && changes_cart(one) != changes_cart(other)
}

fn changes_cart(ask: &Ask) -> bool {
    ask.specialist == Some(Specialist::Cart)
        && matches!(ask.intent, Intent::CartAdd | Intent::CartRemove)
}

fn join(known: &mut Ask, other: Ask) {
    // Two messages are two sentences, also when neither ends like one.
    let between = if changes_cart(known) { '\n' } else { ' ' };
    let joined = format!("{}{between}{}", known.text.text(), other.text.text());
    if other.specialist == Some(Specialist::Stock) {
        known.specialist = other.specialist;
        known.intent = other.intent;
        known.by = other.by;
    }
    known.text = Personal::new(joined);
    known.ordinal = known.ordinal.or(other.ordinal);
    known.confidence = known.confidence.min(other.confidence);
    for entity in other.entities {
        if !known.entities.contains(&entity) {
            known.entities.push(entity);
        }
    }
}

/// Words about goods that ask nothing of them.
pub(super) fn only_names(ask: &Ask) -> bool {
    let text = ask.text.text();
    let words = rules::words(text);
    GOODS.contains(&ask.intent)
        && !text.contains('?')
        && !rules::asks_presence(&words)
        && !rules::asks_price(&words)
}
