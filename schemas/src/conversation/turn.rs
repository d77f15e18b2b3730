//! Turns, answers and facts.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ask::{Ask, Asked, Language},
    cart::Deal,
    model::ModelCall,
};
use crate::{
    id::{EventId, OrderId, Sku, TurnId},
    money::Kopecks,
    stock::SheetRow,
};

/// The pending messages were understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TurnRouted {
    /// The messages of this turn, oldest first.
    pub messages: Vec<EventId>,
    /// What they ask, in order.
    pub asks: Vec<Ask>,
    /// The language to answer in.
    pub language: Language,
    /// Whether the buyer greeted, so that the reply greets back.
    #[serde(default)]
    pub greeted: bool,
    /// Whether the buyer comes back after a long silence: nothing of what was talked about is taken for granted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anew: bool,
    /// The confidence from which the bot acts.
    pub threshold: f64,
    /// Name and digest of the model.
    pub model: String,
    /// Digest of the intent bank.
    pub bank: String,
}

/// Something true that a reply says, with the place where it stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// What it is about: `product.price`, `stock.quantity`, ….
    pub name: String,
    /// The value as a person would check it: `3`, `2490`, `Рюкзак 20 л`.
    pub value: String,
    /// The article it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<Sku>,
    /// Where it stands.
    pub source: FactSource,
}

/// What is known of a buyer is a fact, too, and is shown by no `Debug`.
impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.is_personal() {
            "***"
        } else {
            &self.value
        };
        f.debug_struct("Fact")
            .field("name", &self.name)
            .field("value", &value)
            .field("sku", &self.sku)
            .field("source", &self.source)
            .finish()
    }
}

impl Fact {
    /// Whether it is about the buyer: a name, a phone, an address.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.name.starts_with("buyer.")
    }
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// In the seller's sheet.
    Sheet(SheetRow),
    /// In the shop's settings.
    Settings(String),
    /// In the buyer's own words.
    Buyer(EventId),
    /// In the words of a person of the shop to this buyer.
    Seller(EventId),
    /// Counted by the answer itself: how many matches a list has.
    Counted,
    /// Calculated by the answer itself from other facts, as this line of arithmetic shows.
    Computed(String),
    /// In an offer that was made earlier, in this turn's conversation.
    Offer(TurnId),
    /// In an order of this conversation.
    Order(OrderId),
}

/// A numbered list of articles, in the order shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductList {
    /// The articles; the first is number 1.
    pub items: Vec<Sku>,
}

/// A price that the bot lets an article go for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// The article.
    pub sku: Sku,
    /// From how many pieces on.
    pub from_pieces: u32,
    /// For one piece.
    pub price: Kopecks,
    /// What one piece costs without the offer.
    pub list_price: Kopecks,
    /// Until when it holds.
    pub valid_until: Timestamp,
}

/// A specialist answered one ask.
///
/// Its words may hold what the buyer told; `Debug` does not show them.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerGiven {
    /// The turn.
    pub turn: TurnId,
    /// Which of its asks, from 0.
    pub ask: u32,
    /// The answer in words.
    pub text: String,
    /// Everything in it that can be true or false.
    pub facts: Vec<Fact>,
    /// The article that the answer is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Sku>,
    /// The list that the answer shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ProductList>,
    /// The price that it offers; made once the buyer has the reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// What it asks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The cart, and the order in the making, once the reply is read; `None`: they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<Deal>,
    /// How it was found, for people: `search qdrant, use-multilingual-v3/384`, `rule: max_discount_percent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// What was not at hand and made the answer poorer: `the vector store is away`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degraded: Option<String>,
    /// Models that were called for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ModelCall>,
}

impl fmt::Debug for AnswerGiven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerGiven")
            .field("turn", &self.turn)
            .field("ask", &self.ask)
            .field("facts", &self.facts)
            .field("asked", &self.asked)
            .field("how", &self.how)
            .finish_non_exhaustive()
    }
}

/// A specialist has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CannotAnswer {
    /// The turn.
    pub turn: TurnId,
    /// Which of its asks, from 0.
    pub ask: u32,
    /// What was missing.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_buyer_told_is_shown_by_no_debug_of_an_answer() {
        let phone = "+79161234567";
        let answer = AnswerGiven {
            turn: TurnId::derive(&["turn"]),
            ask: 0,
            text: format!("Получатель: {phone}"),
            facts: vec![Fact {
                name: "buyer.phone".to_owned(),
                value: phone.to_owned(),
                sku: None,
                source: FactSource::Computed("asked by hand".to_owned()),
            }],
            focus: None,
            list: None,
            offer: None,
            asked: None,
            deal: None,
            how: None,
            degraded: None,
            calls: Vec::new(),
        };
        let shown = format!("{answer:?}");
        assert!(!shown.contains("9161234567"), "{shown}");
        assert!(shown.contains("buyer.phone"), "{shown}");
    }
}
