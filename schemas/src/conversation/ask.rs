//! What a buyer asks, as it was understood: intents, languages, entities, and who answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cart::Detail;
use crate::{
    id::{OrderId, Sku},
    money::Kopecks,
    personal::Personal,
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
    /// Availability, from the sheet.
    Stock,
    /// Where to, for how much and how long, from the seller's delivery table.
    Delivery,
    /// List prices, quantity breaks and haggling, within the seller's rules.
    Pricing,
    /// Finding an article by what it is for, and what its own text says about it.
    Catalog,
    /// Greeting, thanks, and the seller's own questions and answers.
    General,
    /// The cart, the order that is made of it, and what became of that.
    Cart,
}

impl Specialist {
    /// Every specialist.
    pub const ALL: [Self; 6] = [
        Self::Stock,
        Self::Delivery,
        Self::Pricing,
        Self::Catalog,
        Self::General,
        Self::Cart,
    ];

    /// The wire name; the durable consumer is `agent-<name>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Delivery => "delivery",
            Self::Pricing => "pricing",
            Self::Catalog => "catalog",
            Self::General => "general",
            Self::Cart => "cart",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// Something in the words that has a value of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Entity {
    /// So many pieces.
    Quantity(u32),
    /// A place of the list on screen, from 1.
    Ordinal(u32),
    /// The last place of the list on screen.
    Last,
    /// A price, named by the buyer.
    Price(Kopecks),
    /// An amount to be taken off a price, named by the buyer.
    Discount(Kopecks),
    /// A percentage, named by the buyer.
    Percent(u32),
    /// Sizes of one thing, each in one spelling: `10`, `100`.
    Dimensions(Vec<String>),
    /// A volume, length, weight or clothing size: `20 л`.
    Measure(String),
    /// A town or region that the gazetteer knows.
    Place(KnownPlace),
    /// Words that stand where a place would, and that the gazetteer does not know.
    UnknownPlace(Personal<String>),
    /// A phone number, digits with a leading `+`.
    Phone(Personal<String>),
    /// A mail address.
    Email(Personal<String>),
}

/// A town or region of the gazetteer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct KnownPlace {
    /// Its Russian name, in the nominative: `Казань`.
    pub name: String,
    /// The subject of the federation, or the country, that it lies in; its own name when it is one.
    pub region: String,
}

/// What the bot asked back, and what the buyer's next words may therefore answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Asked {
    /// Which article is meant.
    Product {
        /// What will be answered once it is named.
        intent: Intent,
        /// The words that asked it.
        text: Personal<String>,
    },
    /// Where to deliver.
    Place {
        /// The words that asked it.
        text: Personal<String>,
    },
    /// Which of two things is meant.
    Meaning {
        /// The likelier one.
        first: Intent,
        /// The other.
        second: Intent,
        /// The words that could be both.
        text: Personal<String>,
    },
    /// What the buyer wants at all: the last words had nothing to do with the shop.
    Purpose {
        /// Those words.
        text: Personal<String>,
    },
    /// Something that an order still needs.
    Detail {
        /// What.
        detail: Detail,
    },
    /// Whether to order what the summary shows.
    Confirm,
    /// Whether to take an order back.
    Cancel {
        /// Which.
        order: OrderId,
    },
    /// Which mail address the buyer wants to show to be theirs.
    MailAddress,
    /// The code that was mailed to it.
    MailCode,
    /// Whether the article of an earlier day is still meant.
    SameProduct {
        /// The article.
        sku: Sku,
        /// What will be answered then.
        intent: Intent,
        /// The words that asked it.
        text: Personal<String>,
    },
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
    /// What else has a value of its own, in the order of the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Who answers; `None`: nobody, and the turn goes to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialist: Option<Specialist>,
}
