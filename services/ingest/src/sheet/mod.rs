//! Reads a seller's spreadsheet: bytes to rows, rows to what they say, and whether the result may be taken over.
//!
//! Everything but [`folder`] is pure. Nothing is guessed: a cell that does not say exactly one thing sets its row
//! aside, and each row of the input ends up read, reported or skipped for a named reason. What is reported is in
//! Russian, because sellers read it. Fetching over HTTP, watching and writing to the log are not here.

mod cell;
mod cells;
mod decode;
pub mod delivery;
mod duplicates;
pub mod faq;
pub mod folder;
pub mod guard;
mod header;
mod kept;
mod price;
pub mod products;
mod quantity;
mod reading;
mod rows;
pub mod rules;
pub mod settings;
mod sku;
mod table;
#[cfg(test)]
mod tests;

pub use guard::{Counted, Refusal, Verdict, table_verdict, verdict};
pub use header::{Column, Tab};
pub use kept::{Content, Kept};
pub use products::{Products, Skipped};
pub use reading::Reading;
pub use table::{Table, TableError};

use schemas::shop::SheetProblem;
use sha2::{Digest as _, Sha256};

/// The revision of a tab's content: the first 16 hex digits of its SHA-256.
#[must_use]
pub fn revision(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Most problems of one reading that are recorded: they share a message of the log.
const MOST_PROBLEMS: usize = 100;
/// Longest title of a column in a problem, in characters.
const LONGEST_TITLE: usize = 80;

/// The problems as they are recorded: at most a hundred, the last one saying how many more there are.
#[must_use]
pub fn recorded(mut problems: Vec<SheetProblem>) -> Vec<SheetProblem> {
    if problems.len() > MOST_PROBLEMS {
        let kept = MOST_PROBLEMS.saturating_sub(1);
        let more = problems.len().saturating_sub(kept);
        let row = problems.get(kept).map_or(0, |problem| problem.row);
        problems.truncate(kept);
        problems.push(SheetProblem {
            row,
            column: None,
            problem: format!(
                "с этой строки есть ещё замечания, всего их ещё {more}; все покажет «torg shop check»"
            ),
        });
    }
    for problem in &mut problems {
        if let Some(column) = &mut problem.column {
            *column = column.chars().take(LONGEST_TITLE).collect();
        }
    }
    problems
}

/// A problem as one line for the seller: `строка 7, цена: «договорная» — нужна одна сумма, например 2490`.
#[must_use]
pub fn line(problem: &SheetProblem) -> String {
    let column = problem.column.as_deref();
    let column = column.map_or_else(String::new, |column| format!(", {column}"));
    format!("строка {}{column}: {}", problem.row, problem.problem)
}
