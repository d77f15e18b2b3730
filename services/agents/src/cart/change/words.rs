//! The cart that resulted, in words, with a fact for every number in it.

use std::collections::HashSet;

use domain::stock::Shown;
use language::{Arg, SayError, say};
use schemas::{
    Personal, Sku,
    conversation::{Asked, Cart, CartLine, Fact, FactSource, Language, ProductList},
};

use super::{
    Known,
    apply::{Back, Changed, Note},
    price::Terms,
};
use crate::{
    answer::{Answer, Question},
    goods::{availability, facts, quotable},
};

/// So many letters of a buyer's words are repeated at the most.
const MOST_REPEATED: usize = 60;

/// Says what became of the cart.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(super) fn said(
    question: &Question,
    terms: &Terms,
    known: &Known,
    changed: &Changed,
) -> Result<Answer, SayError> {
    let mut saying = Saying {
        question,
        known,
        lines: Vec::new(),
        facts: Vec::new(),
        instead: Vec::new(),
    };
    for note in &changed.notes {
        saying.note(note)?;
    }
    let cart = &changed.cart;
    let candidates = changed.back.as_ref().map(|back| &back.candidates);
    let asks = candidates.is_some_and(|candidates| !candidates.is_empty());
    // Only one list can have the numbers.
    let list = match (asks, cart.is_empty()) {
        (true, _) => candidates.cloned(),
        (false, true) => (!saying.instead.is_empty()).then(|| saying.instead.clone()),
        (false, false) => Some(cart.lines.iter().map(|line| line.sku.clone()).collect()),
    };
    saying.alternatives(!asks && cart.is_empty())?;
    let asked = match &changed.back {
        Some(back) if asks => {
            if *cart != question.sale.deal.cart {
                saying.cart(terms, cart, false)?;
            }
            Some(saying.ask(back)?)
        }
        Some(back) => {
            saying.cart_if_filled(terms, cart)?;
            saying.say("cart-which", &[])?;
            Some(asked(question, back))
        }
        None => {
            saying.cart(terms, cart, true)?;
            // An order in the making goes on behind the cart, and says so itself.
            if !cart.is_empty() && question.sale.deal.checkout.is_none() {
                saying.say("cart-hint", &[])?;
            }
            None
        }
    };
    let deal = changed.deal(&question.sale.deal);
    let focus = changed.focus.clone().filter(|_| !asks);
    Ok(Answer {
        text: saying.lines.join("\n"),
        facts: saying.facts,
        focus,
        list: list.map(|items| ProductList { items }),
        asked,
        deal,
        ..Answer::default()
    })
}

fn asked(question: &Question, back: &Back) -> Asked {
    Asked::Product {
        intent: question.intent,
        text: Personal::new(back.text.clone()),
    }
}

struct Saying<'a> {
    question: &'a Question,
    known: &'a Known,
    lines: Vec<String>,
    facts: Vec<Fact>,
    /// What can be had in place of what is sold out.
    instead: Vec<Sku>,
}

impl Saying<'_> {
    const fn language(&self) -> Language {
        self.question.language
    }

    fn say(&mut self, id: &str, args: &[(&str, Arg<'_>)]) -> Result<(), SayError> {
        let line = say(self.language(), id, args)?;
        self.lines.push(line);
        Ok(())
    }

    fn fact(&mut self, name: &str, value: String, sku: Option<&Sku>, source: FactSource) {
        self.facts.push(Fact {
            name: name.to_owned(),
            value,
            sku: sku.cloned(),
            source,
        });
    }

    /// Where something stands that the buyer said.
    fn buyers(&self) -> FactSource {
        let turn = self.question.sale.turn.as_ref();
        let message = turn.and_then(|(_, messages)| messages.last());
        message.map_or_else(
            || FactSource::Computed("in the words that were asked".to_owned()),
            |message| FactSource::Buyer(*message),
        )
    }

    /// An article's name, ready to be put into quotation marks, with the facts of the article.
    fn name(&mut self, sku: &Sku) -> String {
        let Some(article) = self.known.article(sku) else {
            let line = self.question.sale.deal.cart.line(sku);
            let name = line.map_or_else(|| sku.to_string(), |line| line.name.clone());
            let source = FactSource::Computed("as the cart has it".to_owned());
            self.fact("product.name", name.clone(), Some(sku), source);
            return quotable(self.language(), &name);
        };
        let told = facts(article);
        let name = article.product.name.clone();
        self.facts.extend(told);
        quotable(self.language(), &name)
    }

    fn note(&mut self, note: &Note) -> Result<(), SayError> {
        match note {
            Note::Short { sku, there } => {
                let name = self.name(sku);
                let args = [
                    ("name", Arg::Text(&name)),
                    ("quantity", Arg::Count(u64::from(*there))),
                ];
                self.say("cart-short", &args)
            }
            Note::SoldOut { sku, instead } => {
                let name = self.name(sku);
                let more = instead.iter().filter(|sku| !self.instead.contains(sku));
                let more: Vec<Sku> = more.cloned().collect();
                self.instead.extend(more);
                self.say("cart-sold-out", &[("name", Arg::Text(&name))])
            }
            Note::NotThere(sku) => {
                let name = self.name(sku);
                self.say("cart-not-there", &[("name", Arg::Text(&name))])
            }
            Note::Unknown(words) => {
                let words: String = words.chars().take(MOST_REPEATED).collect();
                let words = quotable(self.language(), &words);
                let source = self.buyers();
                self.fact("buyer.words", words.clone(), None, source);
                self.say("cart-unknown", &[("what", Arg::Text(&words))])
            }
            Note::Gone { name } => {
                let source = FactSource::Computed("as the cart has it".to_owned());
                self.fact("product.name", name.clone(), None, source);
                let name = quotable(self.language(), name);
                self.say("cart-gone", &[("name", Arg::Text(&name))])
            }
            Note::NoPlace => self.say("cart-no-place", &[]),
            Note::TooMany(sku) => {
                let name = self.name(sku);
                self.say("cart-too-many", &[("name", Arg::Text(&name))])
            }
            Note::Repriced(sku) => {
                let name = self.name(sku);
                self.say("cart-repriced", &[("name", Arg::Text(&name))])
            }
        }
    }

    /// What there is of the kind of what is sold out.
    fn alternatives(&mut self, numbered: bool) -> Result<(), SayError> {
        let instead = std::mem::take(&mut self.instead);
        if instead.is_empty() {
            return Ok(());
        }
        self.say("cart-instead", &[])?;
        self.articles(&instead, numbered)
    }

    fn articles(&mut self, skus: &[Sku], numbered: bool) -> Result<(), SayError> {
        let known: Vec<Shown> = skus
            .iter()
            .filter_map(|sku| self.known.article(sku).cloned())
            .collect();
        for (place, article) in (1_u64..).zip(&known) {
            let there = availability(self.language(), article.product.quantity)?;
            let item = say(
                self.language(),
                "cart-article",
                &[
                    ("name", Arg::Text(&article.product.name)),
                    ("price", Arg::Money(article.product.price)),
                    ("availability", Arg::Text(&there)),
                ],
            )?;
            self.lines.push(item_line(place, &item, numbered));
            self.facts.extend(facts(article));
        }
        Ok(())
    }

    fn ask(&mut self, back: &Back) -> Result<Asked, SayError> {
        let id = if back.near {
            "cart-near"
        } else {
            "cart-choose"
        };
        self.say(id, &[])?;
        let in_shop: HashSet<&Sku> = back
            .candidates
            .iter()
            .filter(|sku| self.known.article(sku).is_some())
            .collect();
        if in_shop.len() == back.candidates.len() {
            self.articles(&back.candidates, true)?;
        } else {
            // A line whose article the shop no longer has can still be taken out.
            let names: Vec<String> = back.candidates.iter().map(|sku| self.name(sku)).collect();
            for (place, name) in (1_u64..).zip(names) {
                self.lines.push(item_line(place, &name, true));
            }
        }
        self.say("cart-choose-outro", &[])?;
        Ok(asked(self.question, back))
    }

    fn cart_if_filled(&mut self, terms: &Terms, cart: &Cart) -> Result<(), SayError> {
        if cart.is_empty() {
            return Ok(());
        }
        self.cart(terms, cart, true)
    }

    /// The cart: every line with its pieces, price and sum, and the total.
    fn cart(&mut self, terms: &Terms, cart: &Cart, numbered: bool) -> Result<(), SayError> {
        if cart.is_empty() {
            let emptied = !self.question.sale.deal.cart.is_empty();
            return self.say(
                if emptied {
                    "cart-emptied"
                } else {
                    "cart-empty"
                },
                &[],
            );
        }
        self.say("cart-title", &[])?;
        for (place, line) in (1_u64..).zip(&cart.lines) {
            self.line(terms, place, line, numbered)?;
        }
        let Some(total) = cart.total() else {
            return Ok(());
        };
        let sums: Vec<String> = cart
            .lines
            .iter()
            .filter_map(CartLine::sum)
            .map(|sum| sum.to_string())
            .collect();
        let source = FactSource::Computed(sums.join(" + "));
        self.fact("cart.total", total.to_string(), None, source);
        self.say("cart-total", &[("total", Arg::Money(total))])
    }

    fn line(
        &mut self,
        terms: &Terms,
        place: u64,
        line: &CartLine,
        numbered: bool,
    ) -> Result<(), SayError> {
        let article = self.known.article(&line.sku).cloned();
        let sum = line.sum().unwrap_or_default();
        let item = say(
            self.language(),
            "cart-line",
            &[
                ("name", Arg::Text(&line.name)),
                ("quantity", Arg::Count(u64::from(line.pieces))),
                ("price", Arg::Money(line.price)),
                ("total", Arg::Money(sum)),
            ],
        )?;
        self.lines.push(item_line(place, &item, numbered));
        let sku = Some(&line.sku);
        let of_sheet = article
            .as_ref()
            .filter(|article| article.product.name == line.name);
        let named = match of_sheet {
            Some(article) => FactSource::Sheet(article.source.clone()),
            None => FactSource::Computed("as the cart has it".to_owned()),
        };
        self.fact("product.name", line.name.clone(), sku, named);
        let before = self.question.sale.deal.cart.line(&line.sku);
        let pieces = match before.filter(|before| before.pieces == line.pieces) {
            Some(_) => FactSource::Computed("in the cart before".to_owned()),
            None => self.buyers(),
        };
        self.fact("cart.pieces", line.pieces.to_string(), sku, pieces);
        let source = terms.source(line, article.as_ref());
        self.fact("cart.price", line.price.to_string(), sku, source);
        let source = FactSource::Computed(format!("{} × {}", line.pieces, line.price));
        self.fact("cart.sum", sum.to_string(), sku, source);
        Ok(())
    }
}

/// A line of a list, with its place or without.
fn item_line(place: u64, item: &str, numbered: bool) -> String {
    if numbered {
        format!("{place}. {item}")
    } else {
        format!("• {item}")
    }
}
