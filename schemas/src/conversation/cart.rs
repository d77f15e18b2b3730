//! What a buyer wants to buy: the cart, and what is needed to make an order of it.
//!
//! A cart changes when the reply that shows it has reached the buyer: nothing is in a cart that its buyer has not seen.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, ReplyId, Sku},
    money::Kopecks,
    personal::Personal,
    stock::SheetRow,
};

/// So many pieces of one article, at the price that the buyer was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartLine {
    /// The article.
    pub sku: Sku,
    /// Its name as the sheet had it.
    pub name: String,
    /// How many, at least 1.
    pub pieces: u32,
    /// For one piece.
    pub price: Kopecks,
    /// What one piece costs in the sheet.
    pub list_price: Kopecks,
    /// Until when the price holds; after that it is asked anew.
    pub valid_until: Timestamp,
}

impl CartLine {
    /// The price of all pieces; `None` when it does not fit.
    #[must_use]
    pub const fn sum(&self) -> Option<Kopecks> {
        self.price.checked_mul(self.pieces as i64)
    }
}

/// What a buyer has chosen so far, in the order in which it was chosen; each article once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cart {
    /// The lines; the first is number 1.
    pub lines: Vec<CartLine>,
}

impl Cart {
    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line of an article.
    #[must_use]
    pub fn line(&self, sku: &Sku) -> Option<&CartLine> {
        self.lines.iter().find(|line| line.sku == *sku)
    }

    /// The sum of all lines; `None` when it does not fit.
    #[must_use]
    pub fn total(&self) -> Option<Kopecks> {
        self.lines
            .iter()
            .try_fold(Kopecks::default(), |sum, line| sum.checked_add(line.sum()?))
    }
}

/// How the goods come to the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Delivery {
    /// The buyer fetches them.
    Pickup,
    /// They are sent.
    Shipped {
        /// The town or region, as the row of the delivery table has it.
        region: String,
        /// The place that the buyer named: `Казань`.
        place: String,
        /// Street, house, flat, or a pick-up point.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<Personal<String>>,
        /// What it costs.
        price: Kopecks,
        /// How long it takes, as the table says it: `3-5`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<String>,
        /// The row that says so; `None`: a seller said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<SheetRow>,
    },
}

impl Delivery {
    /// What it costs.
    #[must_use]
    pub const fn price(&self) -> Kopecks {
        match self {
            Self::Pickup => Kopecks::new(0),
            Self::Shipped { price, .. } => *price,
        }
    }
}

/// Who buys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recipient {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal<String>>,
    /// Digits with a leading `+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Personal<String>>,
    /// A mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<String>>,
}

/// What an order costs and how it is delivered: what the buyer was shown, and says yes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderTerms {
    /// The articles.
    pub lines: Vec<CartLine>,
    /// How they come to the buyer.
    pub delivery: Delivery,
    /// All lines and the delivery.
    pub total: Kopecks,
}

impl OrderTerms {
    /// Terms with their total; `None` when there is no line, or the total does not fit.
    #[must_use]
    pub fn new(lines: Vec<CartLine>, delivery: Delivery) -> Option<Self> {
        let cart = Cart { lines };
        let total = cart.total()?.checked_add(delivery.price())?;
        (!cart.is_empty()).then_some(Self {
            lines: cart.lines,
            delivery,
            total,
        })
    }

    /// What the same would cost at the prices of the sheet; `None` when it does not fit.
    #[must_use]
    pub fn at_list_prices(&self) -> Option<Kopecks> {
        self.lines
            .iter()
            .try_fold(self.delivery.price(), |sum, line| {
                sum.checked_add(line.list_price.checked_mul(i64::from(line.pieces))?)
            })
    }

    /// How many pieces of an article.
    #[must_use]
    pub fn pieces(&self, sku: &Sku) -> u32 {
        let lines = self.lines.iter().filter(|line| line.sku == *sku);
        lines.fold(0, |sum, line| sum.saturating_add(line.pieces))
    }
}

/// An order in the making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checkout {
    /// The turn that began it; the order will be known by it.
    pub id: EventId,
    /// Who buys.
    pub recipient: Recipient,
    /// How the goods come to the buyer, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// Recipient and delivery are those of an earlier order.
    #[serde(default)]
    pub as_last_time: bool,
    /// What the buyer was last shown to say yes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<OrderTerms>,
}

impl Checkout {
    /// The next thing that is not known; `None`: all is.
    #[must_use]
    pub const fn missing(&self) -> Option<Detail> {
        match &self.delivery {
            None => return Some(Detail::Delivery),
            Some(Delivery::Shipped { address: None, .. }) => return Some(Detail::Address),
            Some(Delivery::Pickup | Delivery::Shipped { .. }) => {}
        }
        if self.recipient.name.is_none() {
            Some(Detail::Name)
        } else if self.recipient.phone.is_none() && self.recipient.email.is_none() {
            Some(Detail::Contact)
        } else {
            None
        }
    }
}

/// What is still needed for an order.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Where to, or whether the buyer fetches it.
    Delivery,
    /// Street and house, or a pick-up point.
    Address,
    /// The name.
    Name,
    /// A phone number or a mail address.
    Contact,
}

/// A cart, and the order that is being made of it. Whole: it takes the place of what was before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deal {
    /// The cart.
    #[serde(default, skip_serializing_if = "Cart::is_empty")]
    pub cart: Cart,
    /// The order in the making.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
}

/// A changed cart reached the buyer's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartChanged {
    /// The reply that showed it.
    pub reply: ReplyId,
    /// The cart from now on.
    pub cart: Cart,
}

/// What is known for an order in the making is on the buyer's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckoutChanged {
    /// The reply that showed it.
    pub reply: ReplyId,
    /// What is known from now on; `None`: the buyer dropped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
}
