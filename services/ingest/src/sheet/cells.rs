//! The cells of one row, read one by one; what is wrong with them is collected.

use std::fmt::Display;

use schemas::shop::SheetProblem;

use super::{cell, table::Row};

/// Reads the cells of one row and collects what is wrong with them.
pub(super) struct Cells<'a> {
    row: &'a Row<'a>,
    pub(super) problems: Vec<SheetProblem>,
}

impl<'a> Cells<'a> {
    pub(super) const fn new(row: &'a Row<'a>) -> Self {
        Self {
            row,
            problems: Vec::new(),
        }
    }

    /// Reads a cell that must say something.
    pub(super) fn required<T, F: Display>(
        &mut self,
        key: &str,
        read: impl Fn(&str) -> Result<T, F>,
    ) -> Option<T> {
        let Ok(cell) = self.row.cell(key) else {
            self.fault(
                key,
                "одноимённые колонки говорят разное; оставьте одну".to_owned(),
            );
            return None;
        };
        match read(cell) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(key, format!("{} — {fault}", cell::quoted(cell)));
                None
            }
        }
    }

    /// Reads a cell that may be blank or hold a dash.
    pub(super) fn optional<T, F: Display>(
        &mut self,
        key: &str,
        read: impl Fn(&str) -> Result<T, F>,
    ) -> Option<T> {
        if self.row.all(key).all(cell::is_blank_mark) {
            return None;
        }
        self.required(key, read)
    }

    /// Notes what is wrong with a cell.
    pub(super) fn fault(&mut self, key: &str, problem: String) {
        self.problems.push(self.row.problem(key, problem));
    }
}
