//! The payment code: what a bank's application reads from the QR code.
//!
//! Source: ГОСТ Р 56042-2014, `ST0001` with `2` for UTF-8. The standard was written for payments by individuals;
//! most applications for companies read it as well.

use crate::amounts::{money, short_date};
use crate::invoice::Invoice;
use crate::vat::Vat;

/// The text of the payment code of an invoice.
///
/// Values are cut to the lengths of the standard; the separator and control characters in them become spaces.
#[must_use]
pub fn payment_code(invoice: &Invoice) -> String {
    let (seller, bank) = (&invoice.seller, &invoice.seller.bank);
    let mut fields = vec![
        "ST00012".to_owned(),
        field("Name", &seller.name, 160),
        field("PersonalAcc", &bank.account, 20),
        field("BankName", &bank.bank, 45),
        field("BIC", &bank.bik, 9),
        field("CorrespAcc", &bank.correspondent_account, 20),
        field("PayeeINN", &seller.inn, 12),
    ];
    if let Some(kpp) = &seller.kpp {
        fields.push(field("KPP", kpp, 9));
    }
    fields.push(field("Sum", &invoice.total.kopecks().to_string(), 18));
    fields.push(field("Purpose", &purpose(invoice), 210));
    fields.join("|")
}

/// What the payer's bank is told: without it the seller cannot tell whose money came.
fn purpose(invoice: &Invoice) -> String {
    let tax = match invoice.vat {
        Vat::None => "Без налога (НДС)".to_owned(),
        Vat::Percent(percent) => {
            // Banks' systems take plain digits; a narrow space is only for people's eyes.
            format!(
                "В том числе НДС {percent}% {} руб.",
                money(invoice.vat_amount).replace('\u{202f}', "")
            )
        }
    };
    format!(
        "Оплата по счету № {} от {}. {tax}",
        invoice.number,
        short_date(invoice.issued_on)
    )
}

fn field(name: &str, value: &str, limit: usize) -> String {
    let clean = crate::text::shown(value).replace('|', " ");
    let value: String = clean.chars().take(limit).collect();
    format!("{name}={}", value.trim())
}
