//! Events of one article of a shop.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    envelope::EventData,
    id::{ConversationId, ListingId, OrderId, Sku},
    money::Kopecks,
    subject::Kind,
};

/// What happened to one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum StockEvent {
    /// The sheet shows the article, for the first time or changed.
    #[serde(rename = "torg.stock.product_recorded.v1")]
    ProductRecorded(ProductRecorded),
    /// A healthy sheet no longer shows the article.
    #[serde(rename = "torg.stock.product_withdrawn.v1")]
    ProductWithdrawn(ProductWithdrawn),
    /// Pieces are held for an order.
    #[serde(rename = "torg.stock.stock_reserved.v1")]
    StockReserved(StockReserved),
    /// The order was approved: its pieces are sold, as far as the sheet does not say so already.
    #[serde(rename = "torg.stock.reservation_kept.v1")]
    ReservationKept(ReservationKept),
    /// The pieces of an order can be had again.
    #[serde(rename = "torg.stock.reservation_released.v1")]
    ReservationReleased(ReservationReleased),
}

/// A row of the products tab, as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Article number.
    pub sku: Sku,
    /// Name as the seller wrote it.
    pub name: String,
    /// Pieces that can be sold.
    pub quantity: Quantity,
    /// Price of one piece.
    pub price: Kopecks,
    /// The lowest price the seller would take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_price: Option<Kopecks>,
    /// The seller's own category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Free text about the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A page about the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The advertisement that sells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingId>,
}

/// How much of an article there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// So many pieces.
    Pieces(u32),
    /// There is some, the sheet does not say how many («много», «есть», «>10»).
    Some,
    /// Comes when ordered («под заказ»).
    OnOrder,
}

impl Quantity {
    /// Whether a piece can be handed over now.
    #[must_use]
    pub const fn in_stock(self) -> bool {
        match self {
            Self::Pieces(pieces) => pieces > 0,
            Self::Some => true,
            Self::OnOrder => false,
        }
    }
}

/// Where in a sheet something stood.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SheetRow {
    /// Tab or file: `products`.
    pub tab: String,
    /// Revision of the tab: the first 16 hex digits of the SHA-256 of its content.
    pub revision: String,
    /// Row number as a spreadsheet shows it, from 1, the header included.
    pub row: u32,
}

/// The sheet shows the article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductRecorded {
    /// The article as the row has it.
    pub product: Product,
    /// Where it was read.
    pub source: SheetRow,
    /// When the sheet was read.
    pub read_at: Timestamp,
}

/// The sheet no longer shows the article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductWithdrawn {
    /// Article number.
    pub sku: Sku,
    /// The revision in which it is missing.
    pub revision: String,
}

/// Pieces are held for an order. Of the same order again: so many now, instead of those before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockReserved {
    /// The order.
    pub order: OrderId,
    /// Where it was made.
    pub conversation: ConversationId,
    /// How many pieces, in all.
    pub pieces: u32,
}

/// The order was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReservationKept {
    /// The order.
    pub order: OrderId,
}

/// The pieces of an order can be had again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReservationReleased {
    /// The order.
    pub order: OrderId,
    /// Why, for people: `rejected`, `expired`, `cancelled`, `declined`, `amended`.
    pub reason: String,
}

impl EventData for StockEvent {
    const KIND: Kind = Kind::Stock;

    fn type_name(&self) -> &'static str {
        match self {
            Self::ProductRecorded(_) => "torg.stock.product_recorded.v1",
            Self::ProductWithdrawn(_) => "torg.stock.product_withdrawn.v1",
            Self::StockReserved(_) => "torg.stock.stock_reserved.v1",
            Self::ReservationKept(_) => "torg.stock.reservation_kept.v1",
            Self::ReservationReleased(_) => "torg.stock.reservation_released.v1",
        }
    }
}
