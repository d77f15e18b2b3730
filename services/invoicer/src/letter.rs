//! The letter that an invoice goes with.

use language::{Arg, SayError, say};
use mail::{Attachment, Letter};
use schemas::{ShopId, conversation::Language, invoice::InvoiceIssued};

/// The file that a buyer gets.
pub(crate) fn file_name(invoice: &InvoiceIssued) -> String {
    format!("schet-{}-{}.pdf", invoice.number, invoice.issued_on)
}

/// What a copy of an invoice's letter is known by, everywhere and for ever.
pub(crate) fn message_id(shop: &ShopId, number: u64, copy: u32) -> String {
    format!("invoice-{number}-{copy}.{shop}@torg.invalid")
}

/// The letter to the buyer; `None`: they gave no mail address.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
pub(crate) fn write(
    shop: &ShopId,
    invoice: &InvoiceIssued,
    copy: u32,
    from: &str,
    pdf: Vec<u8>,
) -> Result<Option<Letter>, SayError> {
    let Some(to) = invoice.payer.email.as_ref() else {
        return Ok(None);
    };
    let language = Language::parse(&invoice.language).unwrap_or(Language::Ru);
    let number = invoice.number.to_string();
    let order = invoice.order.code();
    let args = [
        ("number", Arg::Text(number.as_str())),
        ("shop", Arg::Text(invoice.shop_name.as_str())),
        ("order", Arg::Text(order.as_str())),
        ("total", Arg::Money(invoice.total)),
    ];
    Ok(Some(Letter {
        from: from.to_owned(),
        to: to.text().to_owned(),
        subject: say(language, "invoice-letter-subject", &args)?,
        body: say(language, "invoice-letter-body", &args)?,
        attachments: vec![Attachment {
            file_name: file_name(invoice),
            mime: "application/pdf".to_owned(),
            bytes: pdf,
        }],
        message_id: message_id(shop, invoice.number, copy),
        date: invoice.issued_on,
    }))
}
