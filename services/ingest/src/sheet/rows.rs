//! Text to rows of cells, numbered as a spreadsheet numbers them.
//!
//! Written by hand and not with a CSV crate, because those leave blank lines out and count physical lines, while a
//! seller looks for the row number that the spreadsheet shows. A quote that is never closed is an error: it would
//! swallow rows, and a swallowed row looks like a sold-out one.

use std::{iter::Peekable, str::Chars};

/// A quote that opens in this row swallows what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    /// The row, from 1.
    pub(super) row: u32,
}

/// Splits text into rows.
pub(super) struct Rows<'a> {
    chars: Peekable<Chars<'a>>,
    delimiter: char,
    row: u32,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str, delimiter: char) -> Self {
        Self {
            chars: text.chars().peekable(),
            delimiter,
            row: 0,
        }
    }

    /// Reads one cell. Leaves the delimiter or line end behind it in place.
    fn cell(&mut self) -> Result<String, OpenQuote> {
        if self.chars.peek() != Some(&'"') {
            return Ok(self.plain());
        }
        self.chars.next();
        let mut cell = String::new();
        loop {
            match self.chars.next() {
                Some('"') if self.chars.peek() == Some(&'"') => {
                    self.chars.next();
                    cell.push('"');
                }
                Some('"') => break,
                Some(other) => cell.push(other),
                None => return Err(OpenQuote { row: self.row }),
            }
        }
        let behind = self.plain();
        if !behind.trim().is_empty() && cell.contains('\n') {
            return Err(OpenQuote { row: self.row });
        }
        cell.push_str(&behind);
        Ok(cell)
    }

    fn plain(&mut self) -> String {
        let delimiter = self.delimiter;
        let inside = |c: &char| *c != delimiter && *c != '\n' && *c != '\r';
        let mut cell = String::new();
        while let Some(next) = self.chars.next_if(inside) {
            cell.push(next);
        }
        cell
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Vec<String>, OpenQuote>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chars.peek()?;
        self.row = self.row.saturating_add(1);
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok(cell) => cells.push(cell),
                Err(open) => return Some(Err(open)),
            }
            match self.chars.next() {
                Some('\r') => {
                    self.chars.next_if_eq(&'\n');
                    break;
                }
                Some('\n') | None => break,
                Some(_delimiter) => {}
            }
        }
        Some(Ok(cells))
    }
}
