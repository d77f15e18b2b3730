//! What stands on an invoice. Plain data: who reads it checks it with [`Invoice::faults`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use schemas::{Kopecks, Personal};

use crate::vat::Vat;

/// An invoice («счёт на оплату»).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// The shop's own number, from 1.
    pub number: u64,
    /// The day in the shop's time zone; VAT rates are judged by it.
    pub issued_on: Date,
    /// What the sums are in.
    pub currency: Currency,
    /// Who is paid.
    pub seller: Seller,
    /// Who pays.
    pub buyer: Buyer,
    /// What is invoiced.
    pub basis: Basis,
    /// Goods and services, delivery among them, in the order in which they are printed; 1 to 500.
    pub lines: Vec<Line>,
    /// How the shop is taxed.
    pub vat: Vat,
    /// What is to be paid: the sum of the lines.
    pub total: Kopecks,
    /// The tax that is contained in the total; zero when the shop pays none.
    pub vat_amount: Kopecks,
    /// Conditions printed under the sums, such as the days for which the invoice holds; lines are kept.
    pub terms: Option<String>,
}

/// A currency that an invoice can be in. The payment code knows rubles only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Currency {
    /// Russian rubles.
    #[default]
    #[serde(rename = "RUB")]
    Rub,
}

/// The seller's requisites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// Full name: «ООО "Ромашка"», «ИП Иванов Иван Иванович».
    pub name: String,
    /// Taxpayer's number: 10 digits of a company, 12 of a person.
    pub inn: String,
    /// Reason code; companies have one.
    pub kpp: Option<String>,
    /// Legal address.
    pub address: Option<String>,
    /// Where the money goes.
    pub bank: BankAccount,
    /// Who signs: the director, or the entrepreneur.
    pub director: Option<String>,
    /// Who signs as chief accountant.
    pub accountant: Option<String>,
}

/// A bank account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankAccount {
    /// The bank's name and town.
    pub bank: String,
    /// The bank's code, 9 digits.
    pub bik: String,
    /// The seller's account, 20 digits.
    pub account: String,
    /// The bank's account with the central bank, 20 digits.
    pub correspondent_account: String,
}

/// The buyer, as far as known. People who buy for themselves give a name and no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Name of the person or company.
    pub name: Personal<String>,
    /// Taxpayer's number, when a company buys.
    pub inn: Option<String>,
    /// Reason code, when a company buys.
    pub kpp: Option<String>,
    /// Address.
    pub address: Option<Personal<String>>,
    /// Phone.
    pub phone: Option<Personal<String>>,
    /// E-mail.
    pub email: Option<Personal<String>>,
}

/// The order behind the invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The order's number as the buyer knows it.
    pub order: String,
    /// The day on which it was placed, in the shop's time zone.
    pub placed_on: Date,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is. Longer than 300 characters is cut, with an ellipsis; the article says the rest.
    pub name: String,
    /// The seller's article.
    pub sku: Option<String>,
    /// What is counted.
    #[serde(default)]
    pub unit: Unit,
    /// How many.
    pub pieces: u32,
    /// Price of one, tax included.
    pub price: Kopecks,
    /// Price times pieces.
    pub sum: Kopecks,
}

/// What a row counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Goods by the piece («шт.»).
    #[default]
    Piece,
    /// A service, such as delivery («усл.»).
    Service,
}
