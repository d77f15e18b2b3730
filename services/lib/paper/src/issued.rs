//! From the event to the page.

use schemas::{Personal, invoice::InvoiceIssued};

use crate::{
    error::{Fault, Faults, PaperError},
    invoice::{BankAccount, Basis, Buyer, Currency, Invoice, Line, Seller, Unit},
    vat::Vat,
};

/// Who pays, when the buyer gave no name: «физическое лицо», as the law calls a person who is no business.
const A_PERSON: &str = "Физическое лицо";

/// Everything that stands on an issued invoice, as a page needs it.
///
/// # Errors
/// [`PaperError::Refused`] when it is in a currency or at a rate that no page can have. What else is wrong is told by
/// [`Invoice::faults`].
impl TryFrom<&InvoiceIssued> for Invoice {
    type Error = PaperError;

    fn try_from(issued: &InvoiceIssued) -> Result<Self, PaperError> {
        let refused = |fault| PaperError::Refused(Faults(vec![fault]));
        if issued.currency != "RUB" {
            return Err(refused(Fault::Currency(issued.currency.clone())));
        }
        let vat = vat(issued.vat_percent).ok_or_else(|| refused(Fault::NoRate))?;
        let (payee, payer) = (&issued.payee, &issued.payer);
        let lines = issued.lines.iter().map(|line| Line {
            name: line.name.clone(),
            sku: Some(line.sku.clone()).filter(|sku| !sku.is_empty()),
            unit: match line.sku.is_empty() {
                true => Unit::Service,
                false => Unit::Piece,
            },
            pieces: line.pieces,
            price: line.price,
            sum: line.sum,
        });
        Ok(Self {
            number: issued.number,
            issued_on: issued.issued_on,
            currency: Currency::Rub,
            seller: Seller {
                name: payee.name.clone(),
                inn: payee.inn.clone(),
                kpp: payee.kpp.clone(),
                address: payee.address.clone(),
                bank: BankAccount {
                    bank: payee.bank.clone(),
                    bik: payee.bik.clone(),
                    account: payee.account.clone(),
                    correspondent_account: payee.correspondent_account.clone(),
                },
                director: payee.signatory.clone(),
                accountant: None,
            },
            buyer: Buyer {
                name: payer
                    .name
                    .clone()
                    .filter(|name| !name.text().trim().is_empty())
                    .unwrap_or_else(|| Personal::new(A_PERSON.to_owned())),
                inn: None,
                kpp: None,
                address: issued.address.clone(),
                phone: payer.phone.clone(),
                email: payer.email.clone(),
            },
            basis: Basis {
                order: issued.order.code(),
                placed_on: issued.ordered_on,
            },
            lines: lines.collect(),
            vat,
            total: issued.total,
            vat_amount: issued.vat,
            terms: None,
        })
    }
}

/// The tax of a rate as events have it; `None` when it is no whole percentage.
#[must_use]
pub fn vat(percent: Option<u32>) -> Option<Vat> {
    match percent {
        None => Some(Vat::None),
        Some(percent) => u8::try_from(percent).ok().map(Vat::Percent),
    }
}

/// What the file of an invoice is called.
#[must_use]
pub fn file_name(issued: &InvoiceIssued) -> String {
    format!("schet-{}-{}.pdf", issued.number, issued.issued_on)
}
