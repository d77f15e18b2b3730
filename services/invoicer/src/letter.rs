//! The letter that an invoice goes with.

use language::{Arg, SayError, say};
use mail::{AddressError, Attachment, Letter, LetterError, Mailbox};
use schemas::{ShopId, conversation::Language};

use crate::issued::Found;

/// What a copy of an invoice's letter is known by, everywhere and for ever.
pub(crate) fn message_id(shop: &ShopId, number: u64, copy: u32) -> String {
    format!("invoice-{number}-{copy}.{shop}@torg.invalid")
}

/// Why there is no letter, and whether there may be one later: in the words that stand in the log. No address is in them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoLetter {
    /// A message is missing or broken: a bug.
    #[error(transparent)]
    Words(#[from] SayError),
    /// The buyer gave no mail address.
    #[error("the buyer gave no mail address")]
    NoAddress,
    /// What the buyer gave is none.
    #[error("the buyer's mail address cannot be written to: {0}")]
    Buyers(AddressError),
    /// What the shop writes from is none.
    #[error(
        "the sender's address is none: {0}; correct `email` in [requisites], or TORG_MAIL_FROM"
    )]
    Senders(AddressError),
    /// The sender's name cannot be written.
    #[error("the sender's name cannot be written: {0}")]
    Name(#[from] LetterError),
}

/// The letter to the buyer. `from`: the shop's own address.
///
/// # Errors
/// [`NoLetter`].
pub(crate) fn write(
    shop: &ShopId,
    found: &Found,
    copy: u32,
    from: &str,
    pdf: Vec<u8>,
) -> Result<Letter, NoLetter> {
    let invoice = &found.invoice;
    let to = invoice.payer.email.as_ref().ok_or(NoLetter::NoAddress)?;
    let language = Language::parse(&invoice.language).unwrap_or(Language::Ru);
    let number = invoice.number.to_string();
    let order = invoice.order.code();
    let args = [
        ("number", Arg::Text(number.as_str())),
        ("shop", Arg::Text(invoice.shop_name.as_str())),
        ("order", Arg::Text(order.as_str())),
        ("total", Arg::Money(invoice.total)),
    ];
    let from = mail::address(from).map_err(NoLetter::Senders)?;
    Ok(Letter {
        from: Mailbox::new(&invoice.shop_name, from)?,
        to: mail::address(to.text()).map_err(NoLetter::Buyers)?,
        subject: say(language, "invoice-letter-subject", &args)?,
        body: say(language, "invoice-letter-body", &args)?,
        attachments: vec![Attachment {
            file_name: paper::file_name(invoice),
            mime: "application/pdf".to_owned(),
            bytes: pdf,
        }],
        message_id: message_id(shop, invoice.number, copy),
        // When it was issued: an attempt that is made again writes the same letter.
        date: found.known.at,
    })
}
