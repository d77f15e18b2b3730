//! Pricing: list prices, quantity breaks and haggling, within the seller's rules.
//!
//! What a price is and how far it comes down is decided in [`haggle`], which holds no words; [`words`] says it and
//! names the row of each number.

mod agreed;
mod haggle;
mod money;
#[cfg(test)]
mod tests;
mod wish;
mod words;

use domain::{Shop, stock::Shown};
use jiff::{SignedDuration, Timestamp};
use language::SayError;
use schemas::{
    Kopecks, Personal,
    conversation::{Asked, FactSource, Intent, Offer},
    shop::{Policy, RuleRow},
    stock::Quantity,
};

use crate::{
    answer::{Answer, Answered, Desk, Question, Trouble},
    goods::Found,
    stock,
};
use agreed::Agreed;
use haggle::{Basis, Wish};
use words::Said;

/// What so many pieces cost a buyer each, and what decides that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Each {
    /// For one piece.
    pub(crate) price: Kopecks,
    /// Until when an offer holds it there; `None`: it is what everybody pays.
    pub(crate) until: Option<Timestamp>,
    /// Where it stands.
    pub(crate) source: FactSource,
}

/// What one of so many pieces costs this buyer: the lowest offer that still holds, else what everybody pays.
pub(crate) fn each(
    article: &Shown,
    rules: &[RuleRow],
    offers: &[Offer],
    pieces: u32,
    now: Timestamp,
) -> Each {
    let usual = haggle::usual_price(article, rules, pieces);
    let list = article.product.price;
    match haggle::held(article, offers, pieces, usual.price, now) {
        Some(offer) => Each {
            price: offer.price,
            until: Some(offer.valid_until),
            source: FactSource::Computed("the lowest offer that the buyer has".to_owned()),
        },
        None => Each {
            price: usual.price,
            until: None,
            source: match usual.basis {
                Basis::ByQuantity { percent, row, .. } => {
                    let left = 100_u32.saturating_sub(percent);
                    let rule = format!("{list} × {left} / 100, rounded up (rules, row {row})");
                    FactSource::Computed(rule)
                }
                Basis::BySeller(event) => FactSource::Seller(event),
                Basis::ListPrice | Basis::MinPrice | Basis::MaxDiscount { .. } | Basis::Offered => {
                    FactSource::Sheet(article.source.clone())
                }
            },
        },
    }
}

/// Whether the seller talks about the price of so many pieces: from how many on, and the row that says so.
pub(crate) fn wholesale(rules: &[RuleRow], pieces: u32) -> Option<(u32, u32)> {
    haggle::wholesale(rules, pieces)
}

/// Answers what something costs, and whether it can be had for less.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let shop = desk.shop(question).await?;
    let mut sought = desk.find(&wish::about(question)).await?;
    if let Some(unnamed) = wish::unnamed(question, &sought.found) {
        sought = desk.find(&unnamed).await?;
    }
    let articles = desk.articles(&question.shop);
    let decided = decide(question, &shop, &sought.found, &articles)?;
    Ok(decided.with(sought.degraded))
}

/// What is answered when this was found.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
fn decide(
    question: &Question,
    shop: &Shop,
    found: &Found,
    articles: &[Shown],
) -> Result<Answered, SayError> {
    let mut wish = wish::wish(question);
    // Haggling about what is in the cart is about as many as are in it.
    if let (1, Found::One(article, _)) = (wish.pieces, found)
        && let Some(line) = question.sale.deal.cart.line(&article.product.sku)
    {
        wish.pieces = line.pieces;
    }
    if let Some((from, row)) = haggle::wholesale(&shop.rules().rows, wish.pieces) {
        let reason = format!(
            "wholesale: {} pieces, and from {from} the seller talks about the price (rules, row {row})",
            wish.pieces
        );
        return Ok(Answered::Cannot(reason));
    }
    match found {
        Found::One(article, _) if has(article, wish.pieces) => {
            match by_seller(question, shop, (article, articles), wish)? {
                Some(answered) => Ok(answered),
                None => priced(question, shop, article, wish),
            }
        }
        // Sold out, or fewer than are wanted: how many there are comes before what they cost.
        Found::One(..) => {
            let stock = Question {
                intent: Intent::StockInquiry,
                ..question.clone()
            };
            stock::put_into_words(&stock, found)
        }
        Found::Several(..) if question.intent == Intent::PriceNegotiation => {
            let listed = stock::put_into_words(question, found)?;
            Ok(match listed {
                Answered::Given(answer) => Answered::Given(Answer {
                    asked: Some(Asked::Product {
                        intent: question.intent,
                        text: Personal::new(question.text.clone()),
                    }),
                    ..answer
                }),
                Answered::Cannot(reason) => Answered::Cannot(reason),
            })
        }
        Found::Several(..)
        | Found::OnlyOthers(_)
        | Found::Unsaid
        | Found::Earlier(_)
        | Found::Unknown => stock::put_into_words(question, found),
    }
}

/// What one piece of so many costs this buyer now, and until when that holds.
pub(crate) fn piece_price(
    shop: &Shop,
    article: &Shown,
    offers: &[Offer],
    pieces: u32,
    now: Timestamp,
) -> (Kopecks, Timestamp) {
    let each = each(article, &shop.rules().rows, offers, pieces, now);
    if let Some(until) = each.until {
        return (each.price, until);
    }
    let policy = shop.settings().map(|settings| &settings.policy);
    let hours = policy.map_or_else(
        || Policy::default().offer_valid_hours,
        |policy| policy.offer_valid_hours,
    );
    let holds = SignedDuration::from_hours(i64::try_from(hours).unwrap_or(i64::MAX / 3600));
    (each.price, now.checked_add(holds).unwrap_or(Timestamp::MAX))
}

/// Whether there is something to talk about: so many pieces, or nobody has counted them.
const fn has(article: &Shown, pieces: u32) -> bool {
    match article.product.quantity {
        Quantity::Pieces(there) => there > 0 && there >= pieces,
        Quantity::Some | Quantity::OnOrder => true,
    }
}

/// Answers with the price that a person of the shop agreed on, when an article is asked about and its price told along;
/// `None`: nobody did. What is not clear matters only when the price was asked for, too.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn agreed_along(
    desk: &Desk,
    question: &Question,
    article: &Shown,
) -> Result<Option<Answered>, Trouble> {
    let wish = wish::wish(question);
    if question.said.is_empty() || !has(article, wish.pieces) {
        return Ok(None);
    }
    let shop = desk.shop(question).await?;
    let articles = desk.articles(&question.shop);
    let answered = by_seller(question, &shop, (article, &articles), wish)?;
    Ok(answered.filter(|answered| {
        matches!(answered, Answered::Given(_)) || agreed::names_price(&question.text)
    }))
}

/// What a person of the shop agreed on with this buyer comes before the list and the rules; `None`: nothing, or nothing
/// that is better for the buyer than what holds anyway.
fn by_seller(
    question: &Question,
    shop: &Shop,
    (article, articles): (&Shown, &[Shown]),
    wish: Wish,
) -> Result<Option<Answered>, SayError> {
    let Some(settings) = shop.settings() else {
        return Ok(None);
    };
    let hours = settings.policy.offer_valid_hours;
    let (offer, event) = match agreed::agreed(question, article, articles, wish.pieces, hours) {
        Agreed::Nothing => return Ok(None),
        Agreed::Unclear(why) => return Ok(Some(Answered::Cannot(why))),
        Agreed::Price(offer, event) => (offer, event),
    };
    let rules = &shop.rules().rows;
    let (offers, now) = (&question.offers, question.now);
    let usual = haggle::usual_price(article, rules, wish.pieces).price;
    let held = haggle::held(article, offers, wish.pieces, usual, now);
    if held.map_or(usual, |held| held.price.min(usual)) < offer.price {
        return Ok(None);
    }
    let said = Said {
        question,
        shop,
        article,
        pieces: wish.pieces,
    };
    let basis = haggle::Basis::BySeller(event);
    let answered = if question.intent == Intent::PriceNegotiation {
        said.decision(&haggle::by_seller(article, rules, &offer, event, wish))?
    } else if wish.pieces > 1 {
        let price = offer.price;
        Answered::Given(said.pieces(haggle::Priced { price, basis })?)
    } else {
        Answered::Given(said.price_with_offer(&offer, basis)?)
    };
    Ok(Some(match answered {
        // From here on it is an offer like any other, as long as the words hold.
        Answered::Given(answer) => Answered::Given(Answer {
            offer: Some(offer).filter(|offer| !question.offers.contains(offer)),
            ..answer
        }),
        Answered::Cannot(why) => Answered::Cannot(why),
    }))
}

fn priced(
    question: &Question,
    shop: &Shop,
    article: &Shown,
    wish: Wish,
) -> Result<Answered, SayError> {
    let rules = &shop.rules().rows;
    let said = Said {
        question,
        shop,
        article,
        pieces: wish.pieces,
    };
    if question.intent == Intent::PriceNegotiation {
        let decision = haggle::haggle(article, rules, &question.offers, wish, question.now);
        return said.decision(&decision);
    }
    let usual = haggle::usual_price(article, rules, wish.pieces);
    let held = haggle::held(
        article,
        &question.offers,
        wish.pieces,
        usual.price,
        question.now,
    );
    match held {
        Some(offer) if wish.pieces > 1 => {
            let basis = haggle::Basis::Offered;
            let each = haggle::Priced {
                price: offer.price,
                basis,
            };
            said.pieces(each).map(Answered::Given)
        }
        Some(offer) => said
            .price_with_offer(offer, haggle::Basis::Offered)
            .map(Answered::Given),
        None if wish.pieces > 1 => said.pieces(usual).map(Answered::Given),
        None => {
            let price = Question {
                intent: Intent::ProductQuestion,
                ..question.clone()
            };
            stock::put_into_words(&price, &Found::One(Box::new(article.clone()), None))
        }
    }
}
