//! What was understood and what was answered: turns, asks, facts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, Sku, TurnId},
    personal::Personal,
    stock::SheetRow,
};

/// What a buyer wants, one of the labels of the intent bank.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are the labels of the bank, which defines them by example"
)]
pub enum Intent {
    Greeting,
    Thanks,
    StockInquiry,
    DeliveryQuestion,
    PriceNegotiation,
    ProductSearch,
    ProductQuestion,
    CartAdd,
    CartRemove,
    Checkout,
    OrderStatus,
    HumanRequest,
    Complaint,
    Other,
}

impl Intent {
    /// Every label.
    pub const ALL: [Self; 14] = [
        Self::Greeting,
        Self::Thanks,
        Self::StockInquiry,
        Self::DeliveryQuestion,
        Self::PriceNegotiation,
        Self::ProductSearch,
        Self::ProductQuestion,
        Self::CartAdd,
        Self::CartRemove,
        Self::Checkout,
        Self::OrderStatus,
        Self::HumanRequest,
        Self::Complaint,
        Self::Other,
    ];

    /// The label as the bank spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Thanks => "thanks",
            Self::StockInquiry => "stock_inquiry",
            Self::DeliveryQuestion => "delivery_question",
            Self::PriceNegotiation => "price_negotiation",
            Self::ProductSearch => "product_search",
            Self::ProductQuestion => "product_question",
            Self::CartAdd => "cart_add",
            Self::CartRemove => "cart_remove",
            Self::Checkout => "checkout",
            Self::OrderStatus => "order_status",
            Self::HumanRequest => "human_request",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|intent| intent.as_str() == label)
    }
}

/// A language that Torg answers in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// The ISO 639-1 code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// Reads an ISO 639-1 code; a region behind it is ignored (`en-GB`).
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next().unwrap_or_default() {
            "ru" => Some(Self::Ru),
            "en" => Some(Self::En),
            "es" => Some(Self::Es),
            _ => None,
        }
    }
}

/// Who answers an ask.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Specialist {
    /// Availability and list price, from the sheet.
    Stock,
    /// Small talk: greeting and thanks.
    General,
}

impl Specialist {
    /// The wire name; the durable consumer is `agent-<name>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::General => "general",
        }
    }
}

/// One thing that the buyer asked, as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ask {
    /// The words that ask it.
    pub text: Personal<String>,
    /// What is wanted.
    pub intent: Intent,
    /// Calibrated probability, 0 to 1.
    pub confidence: f64,
    /// How the intent was found: `model`, or the name of a rule.
    pub by: String,
    /// The next best labels with their probabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runners_up: Vec<(Intent, f64)>,
    /// Which place of the list on screen is meant, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<u32>,
    /// Who answers; `None`: nobody, and the turn goes to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialist: Option<Specialist>,
}

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
    /// The confidence from which the bot acts.
    pub threshold: f64,
    /// Name and digest of the model.
    pub model: String,
    /// Digest of the intent bank.
    pub bank: String,
}

/// Something true that a reply says, with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Counted by the answer itself: how many matches a list has.
    Counted,
}

/// A numbered list of articles, in the order shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductList {
    /// The articles; the first is number 1.
    pub items: Vec<Sku>,
}

/// A specialist answered one ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
