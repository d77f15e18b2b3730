//! What the tabs that are kept whole have in common: rows to values, and rows that speak of the same thing.

use std::collections::{BTreeMap, BTreeSet};

use schemas::shop::SheetProblem;

use super::{Table, cell, products::Skipped, table::Row};

/// How many other rows a problem names at the most.
const ROWS_NAMED: usize = 5;

/// What a tab says. Every row of the table is in exactly one of `rows`, `problems` and `skipped`, but for the header,
/// which has a problem of its own when it names a column twice, and for a row that is taken over with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<R> {
    /// The rows that were understood, in order.
    pub rows: Vec<R>,
    /// What is wrong with the rows that were set aside, and what with those that are good for less than they could be.
    pub problems: Vec<SheetProblem>,
    /// The rows that were passed over, and why.
    pub skipped: Vec<(u32, Skipped)>,
}

/// A row that was understood by itself.
pub(super) struct Understood<R> {
    /// What it says.
    pub(super) value: R,
    /// What it speaks of; a row that speaks of the same thing must say the same.
    pub(super) keys: BTreeSet<String>,
    /// What could be better about it.
    pub(super) remark: Option<SheetProblem>,
}

/// Reads every row of a table. `key` is the column that says what a row speaks of; `same` tells whether two rows that
/// speak of the same thing say the same.
pub(super) fn read<R>(
    table: &Table,
    key: &str,
    understand: impl Fn(&Row<'_>) -> Result<Understood<R>, Vec<SheetProblem>>,
    same: impl Fn(&R, &R) -> bool,
) -> Reading<R> {
    let mut reading = Reading {
        rows: Vec::new(),
        problems: table.doubled_columns(),
        skipped: Vec::new(),
    };
    let mut found = Vec::new();
    for row in table.rows() {
        if let Some(why) = skipped(&row) {
            reading.skipped.push((row.number, why));
            continue;
        }
        match understand(&row) {
            Ok(understood) => found.push((understood, row)),
            Err(problems) => reading.problems.extend(problems),
        }
    }
    settle(found, key, same, &mut reading);
    reading.problems.sort_by_key(|problem| problem.row);
    reading.skipped.sort_by_key(|(row, _)| *row);
    reading
}

fn skipped(row: &Row<'_>) -> Option<Skipped> {
    if row.is_before_header() {
        Some(Skipped::BeforeHeader)
    } else if row.is_header() {
        Some(Skipped::Header)
    } else if row.filled().all(|(_, cell)| cell::is_blank_mark(cell)) {
        Some(Skipped::Blank)
    } else {
        None
    }
}

/// Sets aside rows that contradict each other, and passes over a row that says again what an earlier one says.
fn settle<R>(
    found: Vec<(Understood<R>, Row<'_>)>,
    key: &str,
    same: impl Fn(&R, &R) -> bool,
    reading: &mut Reading<R>,
) {
    let mut about: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (understood, _)) in found.iter().enumerate() {
        for one in &understood.keys {
            about.entry(one).or_default().push(index);
        }
    }
    let mut against: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for group in about.values() {
        let rows: Vec<_> = group.iter().filter_map(|index| found.get(*index)).collect();
        let differ = rows
            .windows(2)
            .any(|pair| matches!(pair, [(one, _), (other, _)] if !same(&one.value, &other.value)));
        if differ {
            // One more than are named, because a row does not name itself.
            let numbers = rows.iter().map(|(_, row)| row.number);
            let numbers: Vec<u32> = numbers.take(ROWS_NAMED.saturating_add(1)).collect();
            for index in group {
                against.entry(*index).or_default().extend(&numbers);
            }
        }
    }
    let mut first: BTreeMap<BTreeSet<String>, u32> = BTreeMap::new();
    for (index, (understood, row)) in found.into_iter().enumerate() {
        if let Some(others) = against.get(&index) {
            let others = others.iter().filter(|other| **other != row.number);
            let others: Vec<_> = others.take(ROWS_NAMED).map(u32::to_string).collect();
            let problem = format!(
                "{} стоит и в строке {}, но с другими данными; оставьте одну строку",
                cell::quoted(row.cell(key).unwrap_or_default()),
                others.join(", "),
            );
            reading.problems.push(row.problem(key, problem));
        } else if let Some(of) = first.get(&understood.keys) {
            reading
                .skipped
                .push((row.number, Skipped::Repeat { of: *of }));
        } else {
            first.insert(understood.keys, row.number);
            reading.problems.extend(understood.remark);
            reading.rows.push(understood.value);
        }
    }
}
