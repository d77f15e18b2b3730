//! Prices and stock at the moment of truth.
//!
//! A price that the buyer was shown holds until its time has run out; then it is what it costs today. Of what there is
//! not enough, as many are left as there are.

use domain::stock::Shown;
use schemas::{
    Kopecks,
    conversation::{Cart, CartLine, Delivery, KnownPlace},
    stock::SheetRow,
};

use super::{World, left, talk::Talk};
use crate::{
    delivery::rows::{FreeFrom, is_pickup, row_for},
    pricing,
};

/// What became of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// The shop has it no more, or none of it is left.
    Gone(CartLine),
    /// There are fewer than wanted: so many are left.
    Fewer(CartLine, u32),
    /// It costs something else now.
    Price(CartLine),
}

/// A cart as it can be had now.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fresh {
    pub(super) cart: Cart,
    /// What is different from before, in order.
    pub(super) changes: Vec<Change>,
}

/// Looks at every line anew.
pub(super) fn fresh(talk: &Talk<'_>, cart: &Cart) -> Fresh {
    let mut fresh = Fresh::default();
    for line in &cart.lines {
        let Some(shown) = talk.world.goods.get(&line.sku) else {
            fresh.changes.push(Change::Gone(line.clone()));
            continue;
        };
        let there = left(shown).unwrap_or(line.pieces);
        if there == 0 {
            fresh.changes.push(Change::Gone(line.clone()));
            continue;
        }
        let pieces = line.pieces.min(there);
        if pieces < line.pieces {
            fresh.changes.push(Change::Fewer(line.clone(), pieces));
        }
        let holds = pieces == line.pieces && line.valid_until > talk.question.now;
        let now = if holds {
            line.clone()
        } else {
            priced(talk, shown, pieces)
        };
        // The same price again is no change: what was shown is what is ordered.
        let same = now.price == line.price && pieces == line.pieces;
        if !same && now.price != line.price {
            fresh.changes.push(Change::Price(now.clone()));
        }
        fresh.cart.lines.push(if same { line.clone() } else { now });
    }
    fresh
}

/// So many of an article, at today's price for this buyer.
pub(super) fn priced(talk: &Talk<'_>, shown: &Shown, pieces: u32) -> CartLine {
    let Talk { question, world } = talk;
    let (price, valid_until) =
        pricing::piece_price(&world.shop, shown, &question.offers, pieces, question.now);
    CartLine {
        sku: shown.product.sku.clone(),
        name: shown.product.name.clone(),
        pieces,
        price,
        list_price: shown.product.price,
        valid_until,
    }
}

/// A delivery as the seller's table has it today, for goods of this sum; `None`: no row speaks of the place.
pub(super) fn delivered(world: &World, delivery: &Delivery, goods: Kopecks) -> Option<Delivery> {
    let Delivery::Shipped {
        place,
        address,
        source,
        price,
        days,
        region,
    } = delivery
    else {
        return Some(Delivery::Pickup);
    };
    let rows: Vec<_> = world
        .shop
        .delivery()
        .rows
        .iter()
        .filter(|row| !is_pickup(row))
        .collect();
    let known = KnownPlace {
        name: place.clone(),
        region: String::new(),
    };
    let row = row_for(&rows, &known)?;
    let free = FreeFrom::of(&world.shop.rules().rows);
    let is_free = free.is_some_and(|free| goods >= free.from && free.holds_for(place));
    let now = Delivery::Shipped {
        region: row.region.clone(),
        place: place.clone(),
        address: address.clone(),
        price: if is_free { Kopecks::new(0) } else { row.price },
        days: row.days.clone(),
        source: Some(SheetRow {
            tab: "delivery".to_owned(),
            revision: world.shop.delivery().revision.clone(),
            row: row.row,
        }),
    };
    // The table may have been read anew without saying anything else.
    let same =
        now.price() == *price && *days == row.days && *region == row.region && source.is_some();
    Some(if same { delivery.clone() } else { now })
}

/// Whether buyers can fetch what they buy, as far as the seller says.
pub(super) fn can_be_fetched(talk: &Talk<'_>) -> bool {
    let rows = &talk.world.shop.delivery().rows;
    let free = rows
        .iter()
        .any(|row| is_pickup(row) && row.price == Kopecks::new(0));
    // Without a table nothing is sent by a price that anybody knows: it is fetched, or the seller says how.
    free || !can_be_sent(talk) || talk.about().address_text().is_some()
}

/// Whether something can be sent at a price that is known.
pub(super) fn can_be_sent(talk: &Talk<'_>) -> bool {
    let rows = &talk.world.shop.delivery().rows;
    rows.iter().any(|row| !is_pickup(row))
}
