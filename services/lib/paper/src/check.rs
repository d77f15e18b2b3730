//! Everything that has to hold before a page is set: fields, limits, and sums that agree to the kopeck.

use jiff::civil::Date;

use schemas::{Kopecks, Personal};

use crate::error::{Fault, Faults, PaperError};
use crate::invoice::{Invoice, Line};
use crate::requisites;
use crate::text::{shown, shown_lines};
use crate::vat::Vat;
use crate::words;

/// The most rows an invoice may have: 57 pages when every name is as long as it can be.
pub(crate) const MAX_LINES: usize = 500;
/// A row's name is cut behind this many characters. It alone is cut: the article beside it says which thing is
/// meant. Any other text says something else when its end is missing, and is refused.
pub(crate) const MAX_LINE_NAME: usize = 300;
const MAX_SKU: usize = 64;
const MAX_NAME: usize = 200;
const MAX_ADDRESS: usize = 300;
const MAX_SHORT: usize = 100;
const MAX_TERMS: usize = 2000;
/// No text is even looked at beyond this many bytes for each character it may have.
const BYTES_PER_CHARACTER: usize = 16;

impl Invoice {
    /// Everything that is wrong with this invoice; empty when it can be made.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.number == 0 {
            faults.push(Fault::Number);
        }
        day("the day of issue", self.issued_on, &mut faults);
        day("the day of the order", self.basis.placed_on, &mut faults);
        self.texts(&mut faults);
        faults.extend(self.seller.faults());
        if let Some(inn) = &self.buyer.inn {
            requisites::taxpayer("buyer", inn, self.buyer.kpp.as_deref(), &mut faults);
        } else if self.buyer.kpp.is_some() {
            faults.push(Fault::Empty("the buyer's INN beside the KPP"));
        }
        self.lines(&mut faults);
        self.tax(&mut faults);
        faults
    }

    /// [`Invoice::faults`] as an error.
    pub(crate) fn check(&self) -> Result<(), PaperError> {
        let faults = self.faults();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(PaperError::Refused(Faults(faults)))
        }
    }

    fn texts(&self, faults: &mut Vec<Fault>) {
        let (seller, buyer) = (&self.seller, &self.buyer);
        required("the seller's name", &seller.name, MAX_NAME, faults);
        optional(
            "the seller's address",
            seller.address.as_deref(),
            MAX_ADDRESS,
            faults,
        );
        optional(
            "the director's name",
            seller.director.as_deref(),
            MAX_SHORT,
            faults,
        );
        optional(
            "the accountant's name",
            seller.accountant.as_deref(),
            MAX_SHORT,
            faults,
        );
        required("the bank's name", &seller.bank.bank, MAX_NAME, faults);
        let open =
            |text: &Option<Personal<String>>| text.as_ref().map(|text| text.text().to_owned());
        required("the buyer's name", buyer.name.text(), MAX_NAME, faults);
        optional(
            "the buyer's address",
            open(&buyer.address).as_deref(),
            MAX_ADDRESS,
            faults,
        );
        optional(
            "the buyer's phone",
            open(&buyer.phone).as_deref(),
            MAX_SHORT,
            faults,
        );
        optional(
            "the buyer's e-mail",
            open(&buyer.email).as_deref(),
            MAX_ADDRESS,
            faults,
        );
        required("the order's number", &self.basis.order, MAX_SHORT, faults);
        if let Some(terms) = &self.terms {
            let length = |text: &str| {
                shown_lines(text)
                    .iter()
                    .map(|line| line.chars().count() + 1)
                    .sum::<usize>()
            };
            if too_many_bytes(terms, MAX_TERMS) || length(terms) > MAX_TERMS {
                faults.push(Fault::TooLong {
                    field: "the terms",
                    limit: MAX_TERMS,
                });
            }
        }
    }

    fn lines(&self, faults: &mut Vec<Fault>) {
        let count = self.lines.len();
        if count == 0 || count > MAX_LINES {
            // The rest would be said of lines that nobody will print.
            faults.push(Fault::Lines {
                count,
                limit: MAX_LINES,
            });
            return;
        }
        for (index, line) in self.lines.iter().enumerate() {
            check_line(index + 1, line, faults);
        }
        let sum = self
            .lines
            .iter()
            .try_fold(Kopecks::new(0), |sum, line| sum.checked_add(line.sum));
        match sum {
            Some(computed) if computed <= words::LARGEST => {
                if computed != self.total {
                    faults.push(Fault::Total {
                        said: self.total,
                        computed,
                    });
                }
                if computed.kopecks() == 0 {
                    faults.push(Fault::Nothing);
                }
            }
            _ => faults.push(Fault::TooMuch {
                limit: words::LARGEST,
            }),
        }
    }

    fn tax(&self, faults: &mut Vec<Fault>) {
        if let Vat::Percent(percent) = self.vat
            && !self.vat.in_force(self.issued_on)
        {
            faults.push(Fault::VatRate {
                percent,
                on: self.issued_on,
            });
            return;
        }
        // A negative total is a fault of its own already: no line may be negative.
        if let Some(computed) = self.vat.contained_in(self.total)
            && computed != self.vat_amount
        {
            faults.push(Fault::VatAmount {
                said: self.vat_amount,
                computed,
            });
        }
    }
}

fn check_line(number: usize, line: &Line, faults: &mut Vec<Fault>) {
    if line.pieces == 0 {
        faults.push(Fault::Pieces { line: number });
    }
    if line.price.kopecks() < 0 {
        faults.push(Fault::Price { line: number });
    }
    match line.price.checked_mul(i64::from(line.pieces)) {
        Some(computed) if computed != line.sum => {
            faults.push(Fault::LineSum {
                line: number,
                said: line.sum,
                computed,
            });
        }
        Some(_) => {}
        None => faults.push(Fault::TooMuch {
            limit: words::LARGEST,
        }),
    }
    if too_many_bytes(&line.name, 64 * MAX_LINE_NAME) {
        faults.push(Fault::TooLong {
            field: "a line's name",
            limit: 64 * MAX_LINE_NAME,
        });
    } else if shown(&line.name).is_empty() {
        faults.push(Fault::Empty("a line's name"));
    }
    optional("a line's article", line.sku.as_deref(), MAX_SKU, faults);
}

fn day(field: &'static str, date: Date, faults: &mut Vec<Fault>) {
    if !(2019..=2999).contains(&date.year()) {
        faults.push(Fault::Day { field });
    }
}

fn required(field: &'static str, text: &str, limit: usize, faults: &mut Vec<Fault>) {
    optional(field, Some(text), limit, faults);
    if !too_many_bytes(text, limit) && shown(text).is_empty() {
        faults.push(Fault::Empty(field));
    }
}

fn optional(field: &'static str, text: Option<&str>, limit: usize, faults: &mut Vec<Fault>) {
    let Some(text) = text else { return };
    if too_many_bytes(text, limit) || shown(text).chars().count() > limit {
        faults.push(Fault::TooLong { field, limit });
    }
}

const fn too_many_bytes(text: &str, limit: usize) -> bool {
    text.len() > limit * BYTES_PER_CHARACTER
}
