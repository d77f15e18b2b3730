//! The tab of questions and answers, in the seller's own words.

use schemas::shop::{FaqRow, SheetProblem};

use super::{
    Table, TableError,
    cell::{self, TextFault},
    cells::Cells,
    header::{Tab, column},
    reading::{self, Reading, Understood},
    table::Row,
};

/// The tab of questions and answers and its columns.
pub const TAB: Tab = Tab {
    name: "faq",
    columns: &[
        column("question", &["вопрос", "question", "вопросы"], true),
        column("answer", &["ответ", "answer", "ответы"], true),
    ],
};
/// Longest question with all its wordings, in characters.
const LONGEST_QUESTION: usize = 2_000;
/// Longest answer, in characters: an answer goes out as it is, and a chat's message holds about as much.
const LONGEST_ANSWER: usize = 2_000;

/// Reads the content of the tab.
///
/// # Errors
/// [`TableError`] when it is no table with the columns that it needs; keep the last good reading.
pub fn parse(bytes: &[u8]) -> Result<Reading<FaqRow>, TableError> {
    Table::parse(bytes, &TAB).map(|table| read(&table))
}

/// Reads every row of a table of [`TAB`].
#[must_use]
pub fn read(table: &Table) -> Reading<FaqRow> {
    let same = |one: &FaqRow, other: &FaqRow| one.answer == other.answer;
    reading::read(table, "question", understand, same)
}

fn understand(row: &Row<'_>) -> Result<Understood<FaqRow>, Vec<SheetProblem>> {
    let mut cells = Cells::new(row);
    let question = cells.required("question", |cell| {
        lines(cell, &['\n', '\r', '|'], LONGEST_QUESTION)
    });
    let answer = cells.required("answer", |cell| lines(cell, &['\n', '\r'], LONGEST_ANSWER));
    match (question, answer) {
        (Some(question), Some(answer)) => Ok(Understood {
            remark: None,
            keys: question.iter().map(|wording| plain(wording)).collect(),
            value: FaqRow {
                row: row.number,
                question: question.join("\n"),
                answer: answer.join("\n"),
            },
        }),
        _ => Err(cells.problems),
    }
}

/// The filled lines of a cell. A formula that failed says so in one line.
fn lines(cell: &str, ends: &[char], longest: usize) -> Result<Vec<String>, TextFault> {
    cell::text(cell, longest)?;
    let lines = cell.split(ends).map(cell::clean);
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err(TextFault::Empty);
    }
    Ok(lines)
}

/// What makes two wordings the same: letter case, `ё` and the signs at the end do not matter.
fn plain(wording: &str) -> String {
    let folded = cell::fold(wording);
    let bare = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        folded
    } else {
        bare.to_owned()
    }
}
