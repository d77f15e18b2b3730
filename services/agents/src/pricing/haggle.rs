//! How far a price comes down, by the seller's rules. Pure.
//!
//! At most two concessions are made for an article in the life of a conversation: about half of the way to the lowest
//! price, then the lowest price. What was offered and still holds is never taken back, even when the seller has
//! raised the price since; an offer that has run out counts as a concession and is made again, at the same price
//! when the rules still allow it. Nothing new is ever below the lowest price or above the list price.

use domain::stock::Shown;
use jiff::Timestamp;
use schemas::{
    EventId, Kopecks,
    conversation::Offer,
    shop::{Rule, RuleRow},
};

use super::money::{less, rubles_up, up_to};

/// How many concessions an article gets.
const CONCESSIONS: usize = 2;
/// From this list price on, a step is rounded to fifties and not to tens.
const DEAR: Kopecks = Kopecks::new(500_000);
const TENS: i64 = 1_000;
const FIFTIES: i64 = 5_000;

/// What a buyer wants to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// So much.
    Price(Kopecks),
    /// So much less than the price.
    Off(Kopecks),
    /// So many percent less than the list price.
    Percent(u32),
}

/// What a buyer asks of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// Pieces of one article that the buyer would take.
    pub(super) pieces: u32,
    /// What the buyer wants to pay; `None`: just less.
    pub(super) named: Option<Named>,
}

/// What decided a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// The list price, because no rule lets it come down.
    ListPrice,
    /// The lowest price that stands beside the article.
    MinPrice,
    /// The largest discount that the rules allow.
    MaxDiscount { row: u32, percent: u32 },
    /// What everybody gets who takes so many pieces.
    ByQuantity {
        row: u32,
        from_pieces: u32,
        percent: u32,
    },
    /// An offer that the buyer has.
    Offered,
    /// The words of a person of the shop, which this event tells.
    BySeller(EventId),
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The price does not come down.
    Fixed,
    /// So many pieces are cheaper for everybody.
    ByQuantity,
    /// The buyer names no less than what the article costs him anyway.
    Agreed,
    /// A first step down.
    Step,
    /// The lowest price.
    Lowest,
    /// The price that the buyer named.
    Accepted,
    /// An earlier offer has run out and is made again.
    Renewed,
    /// What the buyer has is the last price.
    Last,
}

impl Kind {
    /// Whether an offer is made.
    pub(super) const fn is_offer(self) -> bool {
        match self {
            Self::Step | Self::Lowest | Self::Accepted | Self::Renewed => true,
            Self::Fixed | Self::ByQuantity | Self::Agreed | Self::Last => false,
        }
    }
}

/// What is said of a price, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) kind: Kind,
    /// For one piece.
    pub(super) price: Kopecks,
    /// From how many pieces on.
    pub(super) from_pieces: u32,
    /// What one piece costs everybody who takes as many.
    pub(super) usual: Kopecks,
    pub(super) basis: Basis,
}

/// A price and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Priced {
    pub(super) price: Kopecks,
    pub(super) basis: Basis,
}

/// From how many pieces on the seller talks, and the row that says so, when it is so many.
pub(super) fn wholesale(rules: &[RuleRow], pieces: u32) -> Option<(u32, u32)> {
    rules.iter().find_map(|row| match row.rule {
        Rule::WholesaleFromPieces(from) if pieces >= from => Some((from, row.row)),
        _ => None,
    })
}

/// What one piece costs everybody who takes so many: the list price, or the best quantity break. A break does not go
/// below the lowest price beside the article, which the seller wrote for that very article.
pub(super) fn usual_price(article: &Shown, rules: &[RuleRow], pieces: u32) -> Priced {
    let list = article.product.price;
    let least = article.product.min_price;
    let breaks = rules.iter().filter_map(|row| match row.rule {
        Rule::QuantityDiscount {
            from_pieces,
            percent,
        } if pieces >= from_pieces && percent > 0 => Some(Priced {
            price: rubles_up(less(list, percent), list),
            basis: Basis::ByQuantity {
                row: row.row,
                from_pieces,
                percent,
            },
        }),
        _ => None,
    });
    let usual = Priced {
        price: list,
        basis: Basis::ListPrice,
    };
    match breaks.min_by_key(|one| one.price) {
        None => usual,
        Some(best) => match least.filter(|least| *least > best.price) {
            None => best,
            Some(least) if least < list => Priced {
                price: least,
                basis: Basis::MinPrice,
            },
            Some(_) => usual,
        },
    }
}

/// The lowest price that the rules allow; `None`: they allow nothing below the list price.
pub(super) fn floor(article: &Shown, rules: &[RuleRow]) -> Option<Priced> {
    let list = article.product.price;
    let least = article.product.min_price.map(|price| Priced {
        price,
        basis: Basis::MinPrice,
    });
    let discount = rules.iter().find_map(|row| match row.rule {
        Rule::MaxDiscountPercent(percent) => Some(Priced {
            price: rubles_up(less(list, percent), list),
            basis: Basis::MaxDiscount {
                row: row.row,
                percent,
            },
        }),
        _ => None,
    });
    let floor = match (least, discount) {
        (Some(least), Some(discount)) if discount.price > least.price => discount,
        (Some(least), _) => least,
        (None, discount) => discount?,
    };
    (floor.price < list).then_some(floor)
}

/// The lowest offer for an article that still holds for so many pieces, and is less than `usual`.
pub(super) fn held<'a>(
    article: &Shown,
    offers: &'a [Offer],
    pieces: u32,
    usual: Kopecks,
    now: Timestamp,
) -> Option<&'a Offer> {
    offers
        .iter()
        .filter(|offer| offer.sku == article.product.sku && offer.from_pieces <= pieces)
        .filter(|offer| offer.valid_until > now && offer.price < usual)
        .min_by_key(|offer| offer.price)
}

/// What is said to a buyer who wants to pay less than a person of the shop agreed on: that price, and no other.
pub(super) fn by_seller(
    article: &Shown,
    rules: &[RuleRow],
    offer: &Offer,
    event: EventId,
    wish: Wish,
) -> Decision {
    let pieces = wish.pieces.max(1);
    let usual = usual_price(article, rules, pieces).price;
    let named = wish.named;
    let named = named.map(|named| per_piece(named, article, usual, pieces));
    Decision {
        kind: if named.is_some_and(|named| named >= offer.price) {
            Kind::Agreed
        } else {
            Kind::Last
        },
        price: offer.price,
        from_pieces: offer.from_pieces,
        usual,
        basis: Basis::BySeller(event),
    }
}

/// Decides what is said to a buyer who wants to pay less.
pub(super) fn haggle(
    article: &Shown,
    rules: &[RuleRow],
    offers: &[Offer],
    wish: Wish,
    now: Timestamp,
) -> Decision {
    let pieces = wish.pieces.max(1);
    let usual = usual_price(article, rules, pieces);
    let held = held(article, offers, pieces, usual.price, now);
    let current = held.map_or(usual, |offer| Priced {
        price: offer.price,
        basis: Basis::Offered,
    });
    let said = |kind, priced: Priced| Decision {
        kind,
        price: priced.price,
        from_pieces: held.map_or(pieces, |offer| offer.from_pieces),
        usual: usual.price,
        basis: priced.basis,
    };
    let named = wish
        .named
        .map(|named| per_piece(named, article, usual.price, pieces));
    if named.is_some_and(|named| named >= current.price) {
        return said(Kind::Agreed, current);
    }
    let is_cheaper = usual.price < article.product.price;
    let floor = floor(article, rules).filter(|floor| floor.price < current.price);
    let Some(floor) = floor else {
        return match held {
            Some(_) => said(Kind::Last, current),
            None if is_cheaper => said(Kind::ByQuantity, current),
            None => said(Kind::Fixed, current),
        };
    };
    if named.is_none() && held.is_none() && is_cheaper {
        return said(Kind::ByQuantity, current);
    }
    let past = Past::of(article, offers, pieces);
    let spent = past.concessions >= CONCESSIONS;
    let next = past
        .next(floor, usual.price)
        .filter(|next| next.price < current.price);
    let next = next.filter(|_| !(spent && held.is_some()));
    let Some(next) = next else {
        return said(Kind::Last, current);
    };
    let offered = |kind, priced: Priced| Decision {
        from_pieces: pieces,
        ..said(kind, priced)
    };
    match named.filter(|named| *named >= next.price) {
        // Never more than what was asked of the buyer before.
        Some(named) if !spent => {
            let cap = past.lowest.map_or(named, |lowest| lowest.max(floor.price));
            let price = named.min(cap);
            offered(Kind::Accepted, Priced { price, ..next })
        }
        Some(_) | None => offered(past.kind(next.price, floor.price), next),
    }
}

/// What a buyer's number comes to for one piece.
fn per_piece(named: Named, article: &Shown, usual: Kopecks, pieces: u32) -> Kopecks {
    let each = |sum: Kopecks| {
        let pieces = i64::from(pieces);
        sum.kopecks().div_euclid(pieces) + i64::from(sum.kopecks().rem_euclid(pieces) > 0)
    };
    match named {
        // More than one piece costs is meant for all of them.
        Named::Price(price) if pieces > 1 && price > usual => Kopecks::new(each(price)),
        Named::Price(price) => price,
        Named::Off(amount) => {
            let off = amount.kopecks().max(0).div_euclid(i64::from(pieces));
            Kopecks::new(usual.kopecks().saturating_sub(off).max(0))
        }
        Named::Percent(percent) => {
            rubles_up(less(article.product.price, percent), article.product.price)
        }
    }
}

/// What was offered before.
struct Past {
    /// Each offer that was lower than all before it.
    concessions: usize,
    /// The lowest price that was ever offered for so many pieces.
    lowest: Option<Kopecks>,
}

impl Past {
    fn of(article: &Shown, offers: &[Offer], pieces: u32) -> Self {
        let mut past = Self {
            concessions: 0,
            lowest: None,
        };
        let mut least: Option<Kopecks> = None;
        for offer in offers
            .iter()
            .filter(|offer| offer.sku == article.product.sku)
        {
            if least.is_none_or(|least| offer.price < least) {
                past.concessions = past.concessions.saturating_add(1);
                least = Some(offer.price);
            }
            if offer.from_pieces <= pieces && past.lowest.is_none_or(|lowest| offer.price < lowest)
            {
                past.lowest = Some(offer.price);
            }
        }
        past
    }

    /// The next price to offer.
    fn next(&self, floor: Priced, usual: Kopecks) -> Option<Priced> {
        match self.concessions {
            0 => Some(step(usual, floor)),
            1 => Some(floor),
            _ => self.lowest.map(|lowest| Priced {
                price: lowest.max(floor.price),
                ..floor
            }),
        }
    }

    fn kind(&self, price: Kopecks, floor: Kopecks) -> Kind {
        match self.concessions {
            0 if price > floor => Kind::Step,
            0 | 1 => Kind::Lowest,
            _ => Kind::Renewed,
        }
    }
}

/// About half of the way down, in round figures; the lowest price when there is nothing round in between.
fn step(from: Kopecks, floor: Priced) -> Priced {
    let way = from.kopecks().saturating_sub(floor.price.kopecks());
    let half = Kopecks::new(floor.price.kopecks().saturating_add(way.div_euclid(2)));
    let round = if from >= DEAR { FIFTIES } else { TENS };
    let prices = [up_to(half, round), up_to(half, 100)].into_iter().flatten();
    let price = prices.into_iter().find(|price| *price < from);
    Priced {
        price: price.unwrap_or(floor.price),
        ..floor
    }
}
