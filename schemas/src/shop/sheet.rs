//! What the tabs of a shop's sheet say, and what became of each reading. Articles have histories of their own.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{id::Sku, money::Kopecks};

/// A tab of the sheet was taken over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SheetRead {
    /// Tab or file: `products`.
    pub tab: String,
    /// First 16 hex digits of the SHA-256 of the content.
    pub revision: String,
    /// Rows that were understood.
    pub rows: u32,
    /// Rows that were set aside.
    pub problems: Vec<SheetProblem>,
    /// When it was read.
    pub read_at: Timestamp,
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SheetProblem {
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u32,
    /// Column, when one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong and how to mend it.
    pub problem: String,
}

/// A tab was not taken over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SheetRefused {
    /// Tab or file.
    pub tab: String,
    /// Revision of the refused content.
    pub revision: String,
    /// Why: empty, shrunken, no such column.
    pub reason: String,
    /// When it was read.
    pub read_at: Timestamp,
}

/// The delivery tab, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryRecorded {
    /// Revision of the tab.
    pub revision: String,
    /// Its rows, in order.
    pub rows: Vec<DeliveryRow>,
}

/// Where to, for how much, how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryRow {
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u32,
    /// Town, region, `Вся Россия` or `Самовывоз`, as the seller wrote it.
    pub region: String,
    /// What it costs; 0 is free.
    pub price: Kopecks,
    /// How long it takes, as the seller wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<String>,
}

/// The tab of questions and answers, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaqRecorded {
    /// Revision of the tab.
    pub revision: String,
    /// Its rows, in order.
    pub rows: Vec<FaqRow>,
}

/// A question that buyers ask, and what the seller says to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaqRow {
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u32,
    /// The question; several wordings are separated by line breaks or `|`.
    pub question: String,
    /// The answer, in the seller's own words.
    pub answer: String,
}

/// The rules tab, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RulesRecorded {
    /// Revision of the tab.
    pub revision: String,
    /// Its rows, in order.
    pub rows: Vec<RuleRow>,
}

/// A rule and the row it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleRow {
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u32,
    /// The rule.
    pub rule: Rule,
}

/// What the bot may decide by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "name", content = "value", rename_all = "snake_case")]
pub enum Rule {
    /// The largest discount off the list price that the bot may give, percent (`max_discount_percent`).
    MaxDiscountPercent(u32),
    /// Everybody who takes this many pieces gets this much off (`discount_from_<pieces>_pieces`, percent).
    QuantityDiscount {
        /// From how many pieces of one article.
        from_pieces: u32,
        /// Percent off the list price.
        percent: u32,
    },
    /// From this order sum delivery is free (`free_delivery_from`) …
    FreeDeliveryFrom(Kopecks),
    /// … to these regions only (`free_delivery_regions`, separated by `;`); none named: to all.
    FreeDeliveryRegions(Vec<String>),
    /// From this many pieces on the seller talks about the price (`wholesale_from_pieces`).
    WholesaleFromPieces(u32),
    /// The smallest order (`min_order`).
    MinOrder(Kopecks),
    /// How long something is put aside, hours (`reserve_hours`).
    ReserveHours(u32),
    /// From this order sum a present is added (`gift_from`).
    GiftFrom(Kopecks),
    /// The present (`gift_sku`).
    GiftSku(Sku),
}

/// The settings tab, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettingsRecorded {
    /// Revision of the tab.
    pub revision: String,
    /// Its rows, in order.
    pub rows: Vec<SettingRow>,
}

/// Something that the shop says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettingRow {
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u32,
    /// What.
    pub setting: Setting,
    /// Its value, as the seller wrote it.
    pub value: String,
}

/// What a settings tab can say.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Name as buyers see it.
    ShopName,
    /// How the bot greets.
    Greeting,
    /// What stands under long replies and mails.
    Signature,
    /// Where the shop is, or where orders are collected.
    Address,
    /// Days on which somebody is there: `пн-сб`.
    WorkDays,
    /// Hours on which somebody is there: `10:00-19:00`.
    WorkHours,
    /// Days on which nobody is there: `2026-12-31, 2027-01-01`.
    Holidays,
    /// Phone of the shop.
    Phone,
    /// How the bot talks, for a model: `вежливо и коротко`.
    Tone,
}
