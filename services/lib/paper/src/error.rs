//! Why there is no page.

use std::fmt;
use std::io;
use std::time::Duration;

use jiff::civil::Date;

use schemas::Kopecks;

use crate::vat::Vat;

/// Why an invoice was not made, one variant for each thing to do about it.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The data is wrong; the same data will be refused again. Show the faults to the seller.
    #[error("the invoice cannot be made: {0}")]
    Refused(Faults),
    /// The template or the typesetter failed on data that passed the checks: a bug of ours.
    #[error("the invoice could not be typeset: {0}")]
    Typesetting(String),
    /// The process took too long and was killed. The machine is starved, or the data is an attack.
    #[error("typesetting took longer than {0:?} and was ended")]
    TooSlow(Duration),
    /// The process died, by its limits or otherwise.
    #[error("the typesetting process ended with {status}: {said}")]
    Died {
        /// How it ended, in the words of the system.
        status: String,
        /// The end of what it wrote to its standard error.
        said: String,
    },
    /// The process could not be run at all; try again later.
    #[error("cannot {doing} the typesetting process")]
    Process {
        /// What failed.
        doing: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// All that is wrong with an invoice, at least one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong with an invoice, and how to put it right. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Numbers count from 1.
    #[error("invoice number 0: numbers begin with 1")]
    Number,
    /// A field that has to be there is empty, or holds nothing that can be printed.
    #[error("{0} is empty: fill it in")]
    Empty(&'static str),
    /// A field is longer than a page bears.
    #[error("{field} has more than {limit} characters: shorten it")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The most it may have.
        limit: usize,
    },
    /// There has to be something to pay for, and it has to fit.
    #[error("{count} lines: an invoice has 1 to {limit}; split the order")]
    Lines {
        /// How many there are.
        count: usize,
        /// The most there may be.
        limit: usize,
    },
    /// A line of nothing.
    #[error("line {line} has no pieces: give a quantity or remove the line")]
    Pieces {
        /// The line, from 1.
        line: usize,
    },
    /// A negative price.
    #[error("line {line} has a negative price: discounts belong into the price")]
    Price {
        /// The line, from 1.
        line: usize,
    },
    /// A line's sum is not its price times its pieces.
    #[error("line {line} says {said}, but price times pieces is {computed}: correct the sum")]
    LineSum {
        /// The line, from 1.
        line: usize,
        /// What it says.
        said: Kopecks,
        /// What it should say.
        computed: Kopecks,
    },
    /// The total is not the sum of the lines.
    #[error("the total says {said}, but the lines add up to {computed}: correct the total")]
    Total {
        /// What it says.
        said: Kopecks,
        /// What it should say.
        computed: Kopecks,
    },
    /// There is nothing to pay.
    #[error("the total is zero: there is nothing to invoice")]
    Nothing,
    /// Too much money.
    #[error("the sums exceed {limit}: split the order")]
    TooMuch {
        /// The largest sum.
        limit: Kopecks,
    },
    /// The tax is not what the total contains.
    #[error("the VAT says {said}, but the total contains {computed}: correct the VAT")]
    VatAmount {
        /// What it says.
        said: Kopecks,
        /// What it should say.
        computed: Kopecks,
    },
    /// The law does not know this rate on that day.
    #[error(
        "VAT of {percent} % is not in force on {on} ({}): correct the VAT in the shop's settings",
        in_force(*on)
    )]
    VatRate {
        /// The rate.
        percent: u8,
        /// The day of issue.
        on: Date,
    },
    /// Not a taxpayer's number.
    #[error(
        "the {who}'s INN is not a valid one (10 or 12 digits, the last of them a key): correct it"
    )]
    Inn {
        /// `seller` or `buyer`.
        who: &'static str,
    },
    /// Not a reason code.
    #[error("the {who}'s KPP is not a valid one (9 characters): correct it or leave it out")]
    Kpp {
        /// `seller` or `buyer`.
        who: &'static str,
    },
    /// Not a bank's code.
    #[error("the seller's BIK is not a valid one (9 digits): correct it")]
    Bik,
    /// Not an account at that bank.
    #[error(
        "the seller's {which} is not one of the bank with that BIK (20 digits with a key): correct it or the BIK"
    )]
    Account {
        /// `account` or `correspondent account`.
        which: &'static str,
    },
    /// Not a currency that an invoice can be in.
    #[error("{0:?} is not a currency of invoices: they are made in RUB")]
    Currency(String),
    /// Not a rate at all.
    #[error("the VAT is no whole percentage: correct it in the shop's settings")]
    NoRate,
    /// A day that no calendar of ours covers.
    #[error("{field} lies outside the years 2019 to 2999: correct it")]
    Day {
        /// The field.
        field: &'static str,
    },
}

fn in_force(on: Date) -> String {
    let rates = Vat::rates(on);
    let rates: Vec<String> = rates.iter().map(ToString::to_string).collect();
    format!("in force are {} %, or none", rates.join(", "))
}
