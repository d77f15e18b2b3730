//! Events of a shop's invoices: one history for each shop, so that numbers have no gap.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Actor, Recipient},
    envelope::EventData,
    id::{ConversationId, OrderId},
    money::Kopecks,
    personal::Personal,
    subject::Kind,
};

/// What happened to the invoices of a shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum InvoiceEvent {
    /// An approved order has its invoice.
    #[serde(rename = "torg.invoice.invoice_issued.v1")]
    InvoiceIssued(Box<InvoiceIssued>),
    /// An invoice is about to be handed to the mail server.
    #[serde(rename = "torg.invoice.invoice_mailing.v1")]
    InvoiceMailing(InvoiceMailing),
    /// The mail server accepted it.
    #[serde(rename = "torg.invoice.invoice_mailed.v1")]
    InvoiceMailed(InvoiceMailed),
    /// The mail server did not accept it.
    #[serde(rename = "torg.invoice.invoice_mail_failed.v1")]
    InvoiceMailFailed(InvoiceMailFailed),
    /// Nobody can know whether the mail server accepted it.
    #[serde(rename = "torg.invoice.invoice_mail_uncertain.v1")]
    InvoiceMailUncertain(InvoiceMailUncertain),
    /// Somebody of the shop wants it sent again.
    #[serde(rename = "torg.invoice.invoice_resend_asked.v1")]
    InvoiceResendAsked(InvoiceResendAsked),
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceLine {
    /// What.
    pub name: String,
    /// Article number; empty for a service.
    #[serde(default)]
    pub sku: String,
    /// How many.
    pub pieces: u32,
    /// For one.
    pub price: Kopecks,
    /// For all.
    pub sum: Kopecks,
}

/// Who gets the money, as the shop's file had it when the invoice was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payee {
    /// Name as registered: `ИП Иванов И. И.`.
    pub name: String,
    /// Taxpayer number, 10 or 12 digits.
    pub inn: String,
    /// Reason code of a company, 9 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kpp: Option<String>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Name of the bank.
    pub bank: String,
    /// Bank's code, 9 digits.
    pub bik: String,
    /// Settlement account, 20 digits.
    pub account: String,
    /// Correspondent account, 20 digits.
    pub correspondent_account: String,
    /// Who signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<String>,
}

/// An approved order has its invoice. Everything that stands on the paper stands here: made again, it is the same to
/// the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceIssued {
    /// Its number in this shop, from 1, without a gap.
    pub number: u64,
    /// The order.
    pub order: OrderId,
    /// Where it was ordered.
    pub conversation: ConversationId,
    /// The day, in the shop's time zone.
    pub issued_on: Date,
    /// The day of the order, in the shop's time zone.
    pub ordered_on: Date,
    /// Who gets the money.
    pub payee: Payee,
    /// Who pays.
    pub payer: Recipient,
    /// Where it is sent to, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Personal<String>>,
    /// The articles, and the delivery if it costs something.
    pub lines: Vec<InvoiceLine>,
    /// The tax rate in percent that is included; `None`: without tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_percent: Option<u32>,
    /// The tax that is included.
    pub vat: Kopecks,
    /// What is to be paid.
    pub total: Kopecks,
    /// ISO 4217 code.
    pub currency: String,
    /// Name of the shop, as buyers know it.
    pub shop_name: String,
    /// The language that the buyer is written to in: `ru`, `en`, `es`.
    pub language: String,
}

/// An invoice is about to be handed to the mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceMailing {
    /// The invoice.
    pub number: u64,
    /// How often it was asked for, from 1.
    pub copy: u32,
    /// Which attempt at that, from 1.
    pub attempt: u32,
}

/// The mail server accepted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceMailed {
    /// The invoice.
    pub number: u64,
    /// How often it was asked for, from 1.
    pub copy: u32,
    /// What the server said, or the name of the file in the outbox.
    pub receipt: String,
}

/// The mail server did not accept it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceMailFailed {
    /// The invoice.
    pub number: u64,
    /// How often it was asked for, from 1.
    pub copy: u32,
    /// Which attempt at that, from 1.
    pub attempt: u32,
    /// What the server said.
    pub reason: String,
    /// Whether another attempt makes sense.
    pub retryable: bool,
}

/// Nobody can know whether the mail server accepted it. It is not sent again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceMailUncertain {
    /// The invoice.
    pub number: u64,
    /// How often it was asked for, from 1.
    pub copy: u32,
    /// What happened.
    pub reason: String,
}

/// Somebody of the shop wants it sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceResendAsked {
    /// The invoice.
    pub number: u64,
    /// Who.
    pub by: Actor,
}

impl EventData for InvoiceEvent {
    const KIND: Kind = Kind::Invoice;

    fn type_name(&self) -> &'static str {
        match self {
            Self::InvoiceIssued(_) => "torg.invoice.invoice_issued.v1",
            Self::InvoiceMailing(_) => "torg.invoice.invoice_mailing.v1",
            Self::InvoiceMailed(_) => "torg.invoice.invoice_mailed.v1",
            Self::InvoiceMailFailed(_) => "torg.invoice.invoice_mail_failed.v1",
            Self::InvoiceMailUncertain(_) => "torg.invoice.invoice_mail_uncertain.v1",
            Self::InvoiceResendAsked(_) => "torg.invoice.invoice_resend_asked.v1",
        }
    }
}
