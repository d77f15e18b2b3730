//! What is said of prices, with a fact for every number and name.

use domain::{Shop, stock::Shown};
use jiff::SignedDuration;
use language::{Arg, SayError, say};
use schemas::{
    Kopecks,
    conversation::{Fact, FactSource, Offer},
    stock::SheetRow,
};

use super::haggle::{Basis, Decision, Kind, Priced};
use crate::{
    answer::{Answer, Answered, Question},
    goods::{availability, facts, quotable},
};

/// A question and what it is answered from.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) question: &'a Question,
    pub(super) shop: &'a Shop,
    pub(super) article: &'a Shown,
    /// Pieces that the buyer named; 1 when none.
    pub(super) pieces: u32,
}

impl Said<'_> {
    /// Says what was decided of a price that the buyer wants lower.
    ///
    /// # Errors
    /// [`SayError`] when a message is missing or broken.
    pub(super) fn decision(&self, decision: &Decision) -> Result<Answered, SayError> {
        if decision.kind == Kind::ByQuantity {
            let usual = Priced {
                price: decision.usual,
                basis: decision.basis,
            };
            return self.pieces(usual).map(Answered::Given);
        }
        let Some((hours, offer)) = self.offer(decision) else {
            return Ok(Answered::Cannot(
                "the shop's settings do not say how long an offer holds".to_owned(),
            ));
        };
        let language = self.question.language;
        let name = quotable(language, &self.article.product.name);
        let mut told = facts(self.article);
        told.push(self.price_fact(decision));
        told.extend(self.rule_fact(decision.basis));
        let terms = self.terms(decision, &mut told)?;
        let holds = say(language, "pricing-holds", &[("hours", Arg::Count(hours))])?;
        let mut args = vec![
            ("name", Arg::Text(&name)),
            ("price", Arg::Money(decision.price)),
        ];
        let id = match decision.kind {
            Kind::Fixed | Kind::ByQuantity => "pricing-fixed",
            Kind::Agreed => "pricing-agreed",
            Kind::Step => "pricing-offer",
            Kind::Lowest => "pricing-lowest",
            Kind::Accepted => "pricing-accepted",
            Kind::Renewed => "pricing-renewed",
            Kind::Last => "pricing-last",
        };
        if decision.kind != Kind::Fixed {
            args.push(("terms", Arg::Text(&terms)));
        }
        if decision.kind.is_offer() {
            args.push(("holds", Arg::Text(&holds)));
            told.push(Fact {
                name: "offer.valid_hours".to_owned(),
                value: hours.to_string(),
                sku: None,
                source: FactSource::Settings("policy.offer_valid_hours".to_owned()),
            });
        }
        Ok(Answered::Given(Answer {
            text: say(language, id, &args)?,
            facts: told,
            focus: Some(self.article.product.sku.clone()),
            offer: decision.kind.is_offer().then_some(offer),
            how: Some(self.how(decision.basis)),
            ..Answer::default()
        }))
    }

    /// Says what an article costs, for a buyer who has an offer for it, or a seller's word.
    ///
    /// # Errors
    /// [`SayError`] when a message is missing or broken.
    pub(super) fn price_with_offer(&self, offer: &Offer, basis: Basis) -> Result<Answer, SayError> {
        let language = self.question.language;
        let product = &self.article.product;
        let name = quotable(language, &product.name);
        let there = availability(language, product.quantity)?;
        let decision = Decision {
            kind: Kind::Last,
            price: offer.price,
            from_pieces: offer.from_pieces,
            usual: product.price,
            basis,
        };
        let mut told = facts(self.article);
        told.push(self.price_fact(&decision));
        let terms = self.terms(&decision, &mut told)?;
        let args = [
            ("name", Arg::Text(&name)),
            ("price", Arg::Money(offer.price)),
            ("full", Arg::Money(product.price)),
            ("terms", Arg::Text(&terms)),
            ("availability", Arg::Text(&there)),
        ];
        Ok(Answer {
            text: say(language, "pricing-yours", &args)?,
            facts: told,
            focus: Some(product.sku.clone()),
            how: Some(self.how(basis)),
            ..Answer::default()
        })
    }

    /// Says what several pieces cost, one and all.
    ///
    /// # Errors
    /// [`SayError`] when a message is missing or broken.
    pub(super) fn pieces(&self, each: Priced) -> Result<Answer, SayError> {
        let language = self.question.language;
        let product = &self.article.product;
        let name = quotable(language, &product.name);
        let there = availability(language, product.quantity)?;
        let mut told = facts(self.article);
        told.push(self.fact("price.each", each.price, self.source(each)));
        let pieces = u64::from(self.pieces);
        told.push(Fact {
            name: "order.pieces".to_owned(),
            value: pieces.to_string(),
            sku: Some(product.sku.clone()),
            source: FactSource::Computed("named by the buyer".to_owned()),
        });
        told.extend(self.rule_fact(each.basis));
        let Some(total) = each.price.checked_mul(i64::from(self.pieces)) else {
            return self.alone(each);
        };
        let sum = format!("{pieces} × {}", each.price);
        told.push(self.fact("price.total", total, FactSource::Computed(sum)));
        let args = [
            ("name", Arg::Text(&name)),
            ("quantity", Arg::Count(pieces)),
            ("price", Arg::Money(each.price)),
            ("total", Arg::Money(total)),
            ("availability", Arg::Text(&there)),
        ];
        let mut text = say(language, "pricing-pieces", &args)?;
        if let Basis::ByQuantity {
            row,
            from_pieces,
            percent,
        } = each.basis
        {
            let args = [
                ("from", Arg::Count(u64::from(from_pieces))),
                ("percent", Arg::Count(u64::from(percent))),
            ];
            text = format!("{text} {}", say(language, "pricing-break", &args)?);
            told.push(self.rule("rule.from_pieces", from_pieces, row));
        }
        Ok(Answer {
            text,
            facts: told,
            focus: Some(product.sku.clone()),
            how: Some(self.how(each.basis)),
            ..Answer::default()
        })
    }

    /// One piece only: the sum of all would be no number that anybody pays.
    fn alone(&self, each: Priced) -> Result<Answer, SayError> {
        let one = Self { pieces: 1, ..*self };
        one.pieces(each)
    }

    /// « — за штуку, при заказе от 3 штук» when the price is for several; nothing otherwise.
    fn terms(&self, decision: &Decision, told: &mut Vec<Fact>) -> Result<String, SayError> {
        if decision.from_pieces <= 1 || decision.kind == Kind::Fixed {
            return Ok(String::new());
        }
        let pieces = u64::from(decision.from_pieces);
        told.push(Fact {
            name: "offer.from_pieces".to_owned(),
            value: pieces.to_string(),
            sku: Some(self.article.product.sku.clone()),
            source: FactSource::Computed("named by the buyer".to_owned()),
        });
        say(
            self.question.language,
            "pricing-terms",
            &[("quantity", Arg::Count(pieces))],
        )
    }

    /// The offer that a decision makes, and how many hours it holds.
    fn offer(&self, decision: &Decision) -> Option<(u64, Offer)> {
        let hours = self.shop.settings()?.policy.offer_valid_hours;
        let span = SignedDuration::from_hours(i64::try_from(hours).ok()?);
        let offer = Offer {
            sku: self.article.product.sku.clone(),
            from_pieces: decision.from_pieces,
            price: decision.price,
            list_price: self.article.product.price,
            valid_until: self.question.now.checked_add(span).ok()?,
        };
        Some((hours, offer))
    }

    fn price_fact(&self, decision: &Decision) -> Fact {
        let source = match decision.kind {
            Kind::Step => FactSource::Computed(format!(
                "half of the way from {} to the lowest price, rounded up",
                decision.usual
            )),
            Kind::Accepted => {
                FactSource::Computed("named by the buyer, not below the next step".to_owned())
            }
            Kind::Fixed
            | Kind::ByQuantity
            | Kind::Agreed
            | Kind::Lowest
            | Kind::Renewed
            | Kind::Last => self.source(Priced {
                price: decision.price,
                basis: decision.basis,
            }),
        };
        self.fact("offer.price", decision.price, source)
    }

    /// Where a price comes from.
    fn source(&self, priced: Priced) -> FactSource {
        let list = self.article.product.price;
        match priced.basis {
            Basis::ListPrice | Basis::MinPrice => FactSource::Sheet(self.article.source.clone()),
            Basis::MaxDiscount { percent, .. } | Basis::ByQuantity { percent, .. } => {
                let left = 100_u32.saturating_sub(percent);
                FactSource::Computed(format!("{list} × {left} / 100, rounded up"))
            }
            Basis::Offered => {
                FactSource::Computed("the lowest offer that the buyer has".to_owned())
            }
            Basis::BySeller(event) => FactSource::Seller(event),
        }
    }

    fn fact(&self, name: &str, value: Kopecks, source: FactSource) -> Fact {
        Fact {
            name: name.to_owned(),
            value: value.to_string(),
            sku: Some(self.article.product.sku.clone()),
            source,
        }
    }

    fn rule_fact(&self, basis: Basis) -> Option<Fact> {
        match basis {
            Basis::MaxDiscount { row, percent } => {
                Some(self.rule("rule.max_discount_percent", percent, row))
            }
            Basis::ByQuantity { row, percent, .. } => {
                Some(self.rule("rule.discount_percent", percent, row))
            }
            Basis::ListPrice | Basis::MinPrice | Basis::Offered | Basis::BySeller(_) => None,
        }
    }

    fn rule(&self, name: &str, value: u32, row: u32) -> Fact {
        Fact {
            name: name.to_owned(),
            value: value.to_string(),
            sku: None,
            source: FactSource::Sheet(SheetRow {
                tab: "rules".to_owned(),
                revision: self.shop.rules().revision.clone(),
                row,
            }),
        }
    }

    fn how(&self, basis: Basis) -> String {
        match basis {
            Basis::ListPrice => "the list price; no rule lets it come down".to_owned(),
            Basis::MinPrice => {
                format!("rule: min_price, products row {}", self.article.source.row)
            }
            Basis::MaxDiscount { row, .. } => format!("rule: max_discount_percent, row {row}"),
            Basis::ByQuantity {
                row, from_pieces, ..
            } => format!("rule: discount_from_{from_pieces}_pieces, row {row}"),
            Basis::Offered => "an offer that still holds".to_owned(),
            Basis::BySeller(event) => format!("a person of the shop agreed on it: {event}"),
        }
    }
}
