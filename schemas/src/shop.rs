//! Events of a shop: its settings, its sheet, its channels. No secret is ever in them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Actor, ChannelKind},
    envelope::EventData,
    id::{EventId, ShopId},
    personal::Personal,
    subject::Kind,
};

mod experiment;
mod hold;
mod sheet;
mod variant;

pub use experiment::{Arm, ExperimentStarted, ExperimentStopped, Metric, Planned};
pub use hold::{BotHeld, BotReleased, Hold, HoursTold};
pub use sheet::{
    DeliveryRecorded, DeliveryRow, FaqRecorded, FaqRow, Rule, RuleRow, RulesRecorded, Setting,
    SettingRow, SettingsRecorded, SheetProblem, SheetRead, SheetRefused,
};
pub use variant::{BankLine, Variant};

/// What happened to a shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum ShopEvent {
    /// The seller's file was added, or added again with changes.
    #[serde(rename = "torg.shop.shop_configured.v1")]
    ShopConfigured(Box<ShopConfigured>),
    /// A seller changed the shop's file through the desk: connected an account, or named another sheet.
    #[serde(rename = "torg.shop.shop_reconfigured.v1")]
    ShopReconfigured(Box<ShopReconfigured>),
    /// The delivery tab was taken over.
    #[serde(rename = "torg.shop.delivery_recorded.v1")]
    DeliveryRecorded(DeliveryRecorded),
    /// The tab of questions and answers was taken over.
    #[serde(rename = "torg.shop.faq_recorded.v1")]
    FaqRecorded(FaqRecorded),
    /// The rules tab was taken over.
    #[serde(rename = "torg.shop.rules_recorded.v1")]
    RulesRecorded(RulesRecorded),
    /// The settings tab was taken over.
    #[serde(rename = "torg.shop.settings_recorded.v1")]
    SettingsRecorded(SettingsRecorded),
    /// A model was paid for.
    #[serde(rename = "torg.shop.model_spent.v1")]
    ModelSpent(ModelSpent),
    /// A tab of the sheet was read and taken over.
    #[serde(rename = "torg.shop.sheet_read.v1")]
    SheetRead(SheetRead),
    /// A tab was read and not taken over; the last good one stays in force.
    #[serde(rename = "torg.shop.sheet_refused.v1")]
    SheetRefused(SheetRefused),
    /// A provider does not let this account send.
    #[serde(rename = "torg.shop.channel_paused.v1")]
    ChannelPaused(ChannelPaused),
    /// The account can send again.
    #[serde(rename = "torg.shop.channel_resumed.v1")]
    ChannelResumed(ChannelResumed),
    /// Valid JSON arrived at a webhook, of a shape that this build does not know.
    #[serde(rename = "torg.shop.webhook_unrecognised.v1")]
    WebhookUnrecognised(WebhookUnrecognised),
    /// One of the shop's other systems wants no more webhooks.
    #[serde(rename = "torg.shop.webhook_stopped.v1")]
    WebhookStopped(WebhookStopped),
    /// It is sent to again.
    #[serde(rename = "torg.shop.webhook_resumed.v1")]
    WebhookResumed(WebhookResumed),
    /// A seller holds the bot back.
    #[serde(rename = "torg.shop.bot_held.v1")]
    BotHeld(BotHeld),
    /// The bot is no longer held back.
    #[serde(rename = "torg.shop.bot_released.v1")]
    BotReleased(BotReleased),
    /// The opening hours were told at the desk.
    #[serde(rename = "torg.shop.hours_told.v1")]
    HoursTold(HoursTold),
    /// An experiment began.
    #[serde(rename = "torg.shop.experiment_started.v1")]
    ExperimentStarted(Box<ExperimentStarted>),
    /// An experiment is over.
    #[serde(rename = "torg.shop.experiment_stopped.v1")]
    ExperimentStopped(ExperimentStopped),
}

/// A shop's settings, without secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShopConfigured {
    /// The tenant.
    pub id: ShopId,
    /// Name as buyers see it.
    pub name: String,
    /// IANA time zone.
    pub timezone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Languages the shop answers in, `ru`, `en` or `es`; the first when a buyer's is not clear.
    pub languages: Vec<String>,
    /// Where the sheet is.
    pub sheet: SheetAddress,
    /// How buyers reach the shop.
    pub channels: Vec<ChannelSettings>,
    /// Telegram user ids of those who may answer for the shop.
    #[serde(default)]
    pub sellers: Vec<i64>,
    /// How the bot behaves.
    pub policy: Policy,
    /// The seller's details for invoices, as they stand in the file.
    #[serde(default)]
    pub requisites: BTreeMap<String, String>,
    /// SHA-256, shortened to 16 hex digits, of each secret by its place in the file, so that a changed secret is
    /// a change, and nothing can be read from it.
    #[serde(default)]
    pub secret_digests: BTreeMap<String, String>,
    /// The shop's other systems that are told of orders and invoices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<WebhookSettings>,
}

/// One of the shop's other systems that is told of orders and invoices. Its address may hold a secret, and stays in the
/// seller's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookSettings {
    /// Its name in this shop: `a-z`, `0-9` and `-`.
    pub name: String,
    /// The host of its address.
    pub host: String,
    /// SHA-256 of its address, shortened to 16 hex digits.
    pub address: String,
    /// What it wants to be told: `order.*`, `invoice.issued`.
    pub events: Vec<String>,
    /// Whether it is told who buys, and where they live.
    #[serde(default)]
    pub personal: bool,
}

/// One of the shop's other systems said that it is gone (410).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookStopped {
    /// Its name in this shop.
    pub name: String,
    /// Which address said so, as in [`WebhookSettings::address`]: another one is tried.
    pub address: String,
    /// Why.
    pub reason: String,
}

/// It is sent to again: somebody of the shop said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookResumed {
    /// Its name in this shop.
    pub name: String,
}

/// A seller changed the shop's file through the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShopReconfigured {
    /// Who.
    pub by: Actor,
    /// What holds from now on, whole.
    pub settings: ShopConfigured,
}

/// Where a shop's sheet is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SheetAddress {
    /// CSV files in a folder.
    Folder(String),
    /// A link-shared spreadsheet, read as CSV.
    Link(String),
    /// A spreadsheet read through the Sheets API, by its id.
    Google(String),
}

/// One way to reach the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelSettings {
    /// Which provider.
    pub kind: ChannelKind,
    /// The shop's account there: Avito's numeric user id, a Telegram bot's id, `web` for the web chat.
    pub account: String,
    /// Whether updates are pushed to us; `false`: we ask for them (Telegram long polling).
    pub webhook: bool,
    /// Texts that the provider sends by itself in the seller's name: they are no takeover.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub autoreplies: Vec<String>,
}

/// How the bot behaves in this shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Policy {
    /// Below this confidence (0 to 1) the bot asks or hands over.
    pub confidence: f64,
    /// How long a burst of messages may pause before it is answered, milliseconds.
    pub quiet_window_ms: u64,
    /// `always`, `never` or `over:<rubles>`.
    pub order_approval: String,
    /// How long an order waits for approval, hours.
    #[serde(skip_serializing_if = "is_usual_expiry")]
    pub order_expires_hours: u64,
    /// How long a price that was offered holds, hours.
    pub offer_valid_hours: u64,
    /// How long the bot waits for a silent seller before it takes the chat back, minutes.
    pub seller_silent_minutes: u64,
    /// How long a card may go unanswered before the seller is reminded, and then the next one is asked, minutes.
    #[serde(skip_serializing_if = "is_usual_reminder")]
    pub reminder_minutes: u64,
    /// How many orders of one chat may wait for approval at a time.
    #[serde(skip_serializing_if = "are_usual_orders")]
    pub open_orders: u64,
    /// How many messages the bot may send to one chat in 24 hours.
    #[serde(skip_serializing_if = "is_usual_cap")]
    pub messages_per_day: u64,
    /// What models may cost in a day, rubles; 0: none is called.
    #[serde(skip_serializing_if = "is_usual_cost")]
    pub model_rubles_per_day: u64,
    /// How often a model may be called in one conversation.
    #[serde(skip_serializing_if = "are_usual_calls")]
    pub model_calls_per_conversation: u64,
}

const USUAL_EXPIRY: u64 = 24;
const USUAL_REMINDER: u64 = 10;
const USUAL_CAP: u64 = 100;
const USUAL_ORDERS: u64 = 5;
const USUAL_COST: u64 = 100;
const USUAL_CALLS: u64 = 40;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_usual_expiry(hours: &u64) -> bool {
    *hours == USUAL_EXPIRY
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_usual_reminder(minutes: &u64) -> bool {
    *minutes == USUAL_REMINDER
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_usual_cap(messages: &u64) -> bool {
    *messages == USUAL_CAP
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn are_usual_orders(orders: &u64) -> bool {
    *orders == USUAL_ORDERS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_usual_cost(rubles: &u64) -> bool {
    *rubles == USUAL_COST
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn are_usual_calls(calls: &u64) -> bool {
    *calls == USUAL_CALLS
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            confidence: 0.80,
            quiet_window_ms: 800,
            order_approval: "always".to_owned(),
            order_expires_hours: USUAL_EXPIRY,
            offer_valid_hours: 24,
            seller_silent_minutes: 60,
            reminder_minutes: USUAL_REMINDER,
            open_orders: USUAL_ORDERS,
            messages_per_day: USUAL_CAP,
            model_rubles_per_day: USUAL_COST,
            model_calls_per_conversation: USUAL_CALLS,
        }
    }
}

/// A model was paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelSpent {
    /// The message that it was called for.
    pub message: EventId,
    /// The day, in the shop's time zone: `2026-11-21`.
    pub day: String,
    /// Millionths of a ruble.
    pub microrubles: i64,
}

/// A provider does not let this account send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelPaused {
    /// Which provider.
    pub kind: ChannelKind,
    /// Which account.
    pub account: String,
    /// What the provider said.
    pub reason: String,
}

/// The account can send again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelResumed {
    /// Which provider.
    pub kind: ChannelKind,
    /// Which account.
    pub account: String,
}

/// A webhook that nobody understood, kept whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookUnrecognised {
    /// Which provider's webhook.
    pub kind: ChannelKind,
    /// Which account.
    pub account: String,
    /// The body as it came.
    pub body: Personal<String>,
}

impl EventData for ShopEvent {
    const KIND: Kind = Kind::Shop;

    fn type_name(&self) -> &'static str {
        match self {
            Self::ShopConfigured(_) => "torg.shop.shop_configured.v1",
            Self::ShopReconfigured(_) => "torg.shop.shop_reconfigured.v1",
            Self::DeliveryRecorded(_) => "torg.shop.delivery_recorded.v1",
            Self::FaqRecorded(_) => "torg.shop.faq_recorded.v1",
            Self::RulesRecorded(_) => "torg.shop.rules_recorded.v1",
            Self::SettingsRecorded(_) => "torg.shop.settings_recorded.v1",
            Self::ModelSpent(_) => "torg.shop.model_spent.v1",
            Self::SheetRead(_) => "torg.shop.sheet_read.v1",
            Self::SheetRefused(_) => "torg.shop.sheet_refused.v1",
            Self::ChannelPaused(_) => "torg.shop.channel_paused.v1",
            Self::ChannelResumed(_) => "torg.shop.channel_resumed.v1",
            Self::WebhookUnrecognised(_) => "torg.shop.webhook_unrecognised.v1",
            Self::WebhookStopped(_) => "torg.shop.webhook_stopped.v1",
            Self::WebhookResumed(_) => "torg.shop.webhook_resumed.v1",
            Self::BotHeld(_) => "torg.shop.bot_held.v1",
            Self::BotReleased(_) => "torg.shop.bot_released.v1",
            Self::HoursTold(_) => "torg.shop.hours_told.v1",
            Self::ExperimentStarted(_) => "torg.shop.experiment_started.v1",
            Self::ExperimentStopped(_) => "torg.shop.experiment_stopped.v1",
        }
    }
}
