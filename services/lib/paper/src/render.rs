//! From an invoice to the bytes of its PDF.

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::error::PaperError;
use crate::invoice::Invoice;
use crate::sheet::Sheet;
use crate::world::Desk;

/// Sets the invoice and returns the PDF (PDF/A-3a and PDF/UA-1: fit for archives and for readers of screens).
///
/// The same invoice gives the same bytes: identifier and time of the document come from the invoice. It cannot be
/// interrupted and takes some 15 ms, in a debug build a hundred times as long: services use
/// [`crate::Typesetter`].
///
/// # Errors
/// [`PaperError::Refused`] with everything that is wrong with the data, before anything is typeset;
/// [`PaperError::Typesetting`] when the typesetter itself fails, which is a bug of ours.
pub fn render(invoice: &Invoice) -> Result<Vec<u8>, PaperError> {
    invoice.check()?;
    let sheet = Sheet::of(invoice)?;
    let json =
        serde_json::to_vec(&sheet).map_err(|error| PaperError::Typesetting(error.to_string()))?;
    let desk = Desk::new(json).ok_or_else(|| broken("a path of the template"))?;
    let pdf = typeset(&desk, invoice);
    // The typesetter keeps what it has laid out, for editors that compile again; here that would be a leak, and of
    // buyers' data at that.
    comemo::evict(0);
    pdf
}

fn typeset(desk: &Desk, invoice: &Invoice) -> Result<Vec<u8>, PaperError> {
    let compiled = typst::compile::<PagedDocument>(desk);
    let document = compiled.output.map_err(|errors| failed(&errors))?;
    if !compiled.warnings.is_empty() {
        // A page that may not be what it should be is not sent to anyone.
        return Err(failed(&compiled.warnings));
    }
    let date = invoice.issued_on;
    let midnight = u8::try_from(date.month())
        .ok()
        .zip(u8::try_from(date.day()).ok())
        .and_then(|(month, day)| {
            Datetime::from_ymd_hms(i32::from(date.year()), month, day, 0, 0, 0)
        })
        .ok_or_else(|| broken("the day of issue"))?;
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|error| PaperError::Typesetting(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!(
            "torg/{}/{}/{date}",
            invoice.seller.inn, invoice.number
        )),
        creator: Smart::Custom(Some("Torg".to_owned())),
        timestamp: Some(Timestamp::new_utc(midnight)),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| failed(&errors))
}

fn broken(what: &str) -> PaperError {
    PaperError::Typesetting(format!("{what} is not one that the typesetter knows"))
}

fn failed(diagnostics: &[SourceDiagnostic]) -> PaperError {
    let messages: Vec<&str> = diagnostics
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    PaperError::Typesetting(messages.join("; "))
}
