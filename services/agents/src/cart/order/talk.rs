//! One question about an order, with the words and facts that answers are made of.

use domain::conversation::Order;
use language::{Arg, SayError, say};
use schemas::{
    EventId, Kopecks, Sku,
    conversation::{Asked, CartLine, Deal, Fact, FactSource},
    stock::SheetRow,
};

use super::World;
use crate::{
    answer::{Answer, Answered, Question, Step},
    general::about::{About, Said},
    goods::quotable,
};

/// A question, and what it is answered from.
pub(super) struct Talk<'a> {
    pub(super) question: &'a Question,
    pub(super) world: &'a World,
}

impl<'a> Talk<'a> {
    pub(super) const fn new(question: &'a Question, world: &'a World) -> Self {
        Self { question, world }
    }

    /// A message of the language's file.
    pub(super) fn say(&self, id: &str, args: &[(&str, Arg<'_>)]) -> Result<String, SayError> {
        say(self.question.language, id, args)
    }

    /// The same without a fact in it.
    pub(super) fn plain(&self, id: &str) -> Result<Said, SayError> {
        Ok(Said {
            text: self.say(id, &[])?,
            facts: Vec::new(),
        })
    }

    /// An article's name inside of a sentence.
    pub(super) fn name(&self, name: &str) -> String {
        quotable(self.question.language, name)
    }

    /// What the shop says of itself.
    pub(super) fn about(&self) -> About<'a> {
        About(self.world.shop.about())
    }

    /// The order's name among people, with its fact.
    pub(super) fn code(order: &Order) -> (String, Fact) {
        let code = order.id.code();
        let fact = of_order(order, "order.code", code.clone());
        (code, fact)
    }

    /// Where the buyer's own words stand.
    pub(super) fn buyer(&self) -> FactSource {
        let turn = self.question.sale.turn.as_ref();
        let message = turn.and_then(|(_, messages)| messages.last());
        message.map_or_else(
            || FactSource::Computed("asked by hand".to_owned()),
            |message| FactSource::Buyer(*message),
        )
    }

    /// The name of an order that begins now.
    pub(super) fn new_checkout(&self) -> EventId {
        let turn = self.question.sale.turn.as_ref();
        turn.map_or_else(
            || EventId::derive(&["asked by hand"]),
            |(turn, _)| EventId::from_uuid(turn.uuid()),
        )
    }

    /// Name, pieces and prices of a line.
    pub(super) fn line_facts(&self, line: &CartLine) -> Vec<Fact> {
        let source = self.price_source(line);
        let sum = line.sum().unwrap_or(line.price);
        let worked_out = format!("{} x {}", line.pieces, line.price);
        vec![
            of_article(&line.sku, "product.name", line.name.clone(), source.clone()),
            of_article(
                &line.sku,
                "cart.pieces",
                line.pieces.to_string(),
                self.buyer(),
            ),
            of_article(&line.sku, "cart.price", line.price.to_string(), source),
            of_article(
                &line.sku,
                "cart.sum",
                sum.to_string(),
                FactSource::Computed(worked_out),
            ),
        ]
    }

    fn price_source(&self, line: &CartLine) -> FactSource {
        let shown = self.world.goods.get(&line.sku);
        let listed = shown.filter(|shown| shown.product.price == line.price);
        listed.map_or_else(
            || {
                FactSource::Computed(format!(
                    "the price of {} that the buyer was shown",
                    line.sku
                ))
            },
            |shown| FactSource::Sheet(shown.source.clone()),
        )
    }

    /// A fact of a row of the delivery table.
    pub(super) fn of_delivery(&self, name: &str, value: String, row: u32) -> Fact {
        self.of_tab(
            "delivery",
            &self.world.shop.delivery().revision,
            name,
            value,
            row,
        )
    }

    /// A fact of a row of a tab.
    pub(super) fn of_tab(
        &self,
        tab: &str,
        revision: &str,
        name: &str,
        value: String,
        row: u32,
    ) -> Fact {
        Fact {
            name: name.to_owned(),
            value,
            sku: None,
            source: FactSource::Sheet(SheetRow {
                tab: tab.to_owned(),
                revision: revision.to_owned(),
                row,
            }),
        }
    }
}

/// A fact of an order.
pub(super) fn of_order(order: &Order, name: &str, value: String) -> Fact {
    plain_fact(name, value, FactSource::Order(order.id))
}

/// A fact that is no article's.
pub(super) fn plain_fact(name: &str, value: String, source: FactSource) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
        sku: None,
        source,
    }
}

/// A fact of an article.
pub(super) fn of_article(sku: &Sku, name: &str, value: String, source: FactSource) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
        sku: Some(sku.clone()),
        source,
    }
}

/// Adds up as a person would write it: `2580 + 400`.
pub(super) fn sum_of(parts: &[Kopecks]) -> FactSource {
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    FactSource::Computed(parts.join(" + "))
}

/// Several things said, a line each.
pub(super) fn lines(parts: Vec<Said>) -> Said {
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    Said {
        text: texts.join("\n"),
        facts: parts.iter().flat_map(|part| part.facts.clone()).collect(),
    }
}

/// An answer, and what the buyer is buying from then on.
pub(super) fn given(said: Said, asked: Option<Asked>, deal: Option<Deal>) -> Step {
    Step::Answer(Answered::Given(Answer {
        text: said.text,
        facts: said.facts,
        asked,
        deal,
        ..Answer::default()
    }))
}

/// Nothing can be said, for this reason.
pub(super) fn cannot(reason: String) -> Step {
    Step::Answer(Answered::Cannot(reason))
}
