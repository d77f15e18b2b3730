//! Reads a seller's spreadsheet: bytes to rows, rows to articles, and whether the result may be taken over.
//!
//! Everything but [`folder`] is pure. Nothing is guessed: a cell that does not say exactly one thing sets its row
//! aside, and each row of the input ends up read, reported or skipped for a named reason. What is reported is in
//! Russian, because sellers read it. Fetching over HTTP, watching and writing to the log are not here.

mod cell;
mod decode;
mod duplicates;
pub mod folder;
pub mod guard;
mod header;
mod price;
pub mod products;
mod quantity;
mod rows;
mod sku;
mod table;
#[cfg(test)]
mod tests;

pub use guard::{Refusal, Verdict, verdict};
pub use header::{Column, Tab};
pub use products::{Products, Skipped};
pub use table::{Table, TableError};

use schemas::shop::SheetProblem;
use sha2::{Digest as _, Sha256};

/// The revision of a tab's content: the first 16 hex digits of its SHA-256.
#[must_use]
pub fn revision(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// A problem as one line for the seller: `строка 7, цена: «договорная» — нужна одна сумма, например 2490`.
#[must_use]
pub fn line(problem: &SheetProblem) -> String {
    let column = problem.column.as_deref();
    let column = column.map_or_else(String::new, |column| format!(", {column}"));
    format!("строка {}{column}: {}", problem.row, problem.problem)
}
