//! A tab as a table: rows with their numbers, and cells by column.

use std::collections::BTreeMap;

use schemas::shop::SheetProblem;

use super::{
    cell, decode,
    header::{self, Column, Header, Tab},
    rows::Rows,
};

/// Largest content that is read, in bytes. Some thousand rows take far less than one mebibyte.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Why content is not a table of its tab. The text is for the seller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is not one filled cell.
    #[error("таблица пуста")]
    Empty,
    /// There is more than any sheet holds.
    #[error("файл больше {} МБ; оставьте в нём только одну таблицу", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// It is a web page, as a spreadsheet that is not shared answers with.
    #[error(
        "вместо таблицы пришла веб-страница; откройте доступ «всем, у кого есть ссылка» или сохраните файл как CSV"
    )]
    Html,
    /// It is an Excel file.
    #[error("это файл Excel, а не CSV; сохраните его как «CSV UTF-8»")]
    Excel,
    /// It is no text at all.
    #[error("это не текст; сохраните таблицу как «CSV UTF-8»")]
    NotText,
    /// Some of its bytes are broken.
    #[error("файл повреждён: часть букв не читается; сохраните его ещё раз как «CSV UTF-8»")]
    Encoding,
    /// A quote swallows the rows after it.
    #[error("строка {row}: кавычка открыта и не закрыта на своём месте; закройте или удалите её")]
    OpenQuote {
        /// The row, from 1.
        row: u32,
    },
    /// No row near the top names all required columns.
    #[error("в первых строках нет заголовка: не хватает колонок {}", list(.missing))]
    NoHeader {
        /// What is missing in the row that comes closest.
        missing: Vec<&'static str>,
    },
}

fn list(names: &[&'static str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("«{name}»")).collect();
    names.join(", ")
}

/// A tab, split into rows and cells.
#[derive(Clone, Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
    header: Header,
    places: BTreeMap<&'static str, Vec<usize>>,
}

impl Table {
    /// Reads the content of `tab`. The delimiter (`,`, `;` or a tab) is the one that makes a header appear.
    ///
    /// # Errors
    /// [`TableError`]: nothing of it can be used, and the last good reading stays in force.
    pub fn parse(bytes: &[u8], tab: &Tab) -> Result<Self, TableError> {
        if bytes.len() > MAX_BYTES {
            return Err(TableError::TooLarge);
        }
        let text = decode::text(bytes)?;
        let (hint, text) = delimiter_hint(&text);
        let delimiter = match hint {
            Some(delimiter) => delimiter,
            None => delimiter(text, tab),
        };
        let rows: Result<Vec<_>, _> = Rows::new(text, delimiter).collect();
        let rows = rows.map_err(|open| TableError::OpenQuote { row: open.row })?;
        let bare = |cell: &String| cell::clean(cell).trim_matches([',', ';']).is_empty();
        if rows.iter().flatten().all(bare) {
            return Err(TableError::Empty);
        }
        let header = Header::find(tab, &rows).map_err(|none| TableError::NoHeader {
            missing: none.missing,
        })?;
        Ok(Self::new(rows, header))
    }

    fn new(rows: Vec<Vec<String>>, header: Header) -> Self {
        let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (place, column) in header.columns.iter().enumerate() {
            if let Some(Column { key, .. }) = column {
                places.entry(*key).or_default().push(place);
            }
        }
        Self {
            rows,
            header,
            places,
        }
    }

    /// How many rows there are, the header and what stands before it included.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row; never so after [`Self::parse`].
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of the header's row, from 1.
    #[must_use]
    pub fn header_row(&self) -> u32 {
        number(self.header.row)
    }

    /// Every row, in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(index, cells)| Row {
            table: self,
            number: number(index),
            cells,
        })
    }

    /// One problem for each column that is there more than once.
    pub(super) fn doubled_columns(&self) -> Vec<SheetProblem> {
        let doubled = self.places.iter().filter(|(_, places)| places.len() > 1);
        let problem = |(key, places): (&&'static str, &Vec<usize>)| SheetProblem {
            row: self.header_row(),
            column: Some(self.title(key)),
            problem: format!("колонка есть {} раза; оставьте одну", places.len()),
        };
        doubled.map(problem).collect()
    }

    /// What the seller calls a column.
    fn title(&self, key: &str) -> String {
        let place = self.places.get(key).and_then(|places| places.first());
        let header = self.rows.get(self.header.row);
        let title = place
            .zip(header)
            .and_then(|(place, cells)| cells.get(*place));
        title.map_or_else(|| key.to_owned(), |title| cell::clean(title))
    }
}

/// A row and its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    table: &'a Table,
    pub(super) number: u32,
    cells: &'a [String],
}

/// A column's cell says two different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contradiction;

impl<'a> Row<'a> {
    /// The cell of a column, empty when there is none.
    pub(super) fn cell(&self, key: &str) -> Result<&'a str, Contradiction> {
        let mut cells = self.all(key);
        let first = cells.next().unwrap_or_default();
        if cells.all(|other| cell::clean(other) == cell::clean(first)) {
            Ok(first)
        } else {
            Err(Contradiction)
        }
    }

    /// Every cell of a column's, which is more than one when the column is there more than once.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let places = self.table.places.get(key).map_or(&[][..], Vec::as_slice);
        let cells = self.cells;
        places
            .iter()
            .map(|place| cells.get(*place).map_or("", String::as_str))
    }

    /// The cells of known columns that hold something, with their columns, from left to right.
    pub(super) fn filled(&self) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        let cells = self.cells.iter().zip(&self.table.header.columns);
        cells
            .filter_map(|(cell, column)| Some((column.as_ref()?.key, cell.as_str())))
            .filter(|(_, cell)| !cell::clean(cell).is_empty())
    }

    /// Whether this is the header, or the header once more.
    pub(super) fn is_header(&self) -> bool {
        let header = self.table.rows.get(self.table.header.row);
        header.is_some_and(|header| header.as_slice() == self.cells)
    }

    /// Whether this stands before the header.
    pub(super) fn is_before_header(&self) -> bool {
        self.number < self.table.header_row()
    }

    /// A problem with one cell.
    pub(super) fn problem(&self, key: &str, problem: String) -> SheetProblem {
        SheetProblem {
            row: self.number,
            column: Some(self.table.title(key)),
            problem,
        }
    }
}

/// Excel writes `sep=;` into a line that no spreadsheet shows.
fn delimiter_hint(text: &str) -> (Option<char>, &str) {
    let hint = |(line, rest): (&'_ str, _)| {
        let delimiter = line
            .trim_end_matches(['\r', ' '])
            .strip_prefix("sep=")?
            .chars()
            .next()?;
        let known = matches!(delimiter, ',' | ';' | '\t' | '|');
        known.then_some((Some(delimiter), rest))
    };
    text.split_once('\n').and_then(hint).unwrap_or((None, text))
}

fn delimiter(text: &str, tab: &Tab) -> char {
    let known = |delimiter: &char| {
        let rows = Rows::new(text, *delimiter).take(header::SEARCHED);
        let rows: Vec<_> = rows.map_while(Result::ok).collect();
        match Header::find(tab, &rows) {
            Ok(header) => (true, header.columns.iter().flatten().count()),
            Err(none) => (false, none.known),
        }
    };
    [',', '\t', ';']
        .into_iter()
        .max_by_key(known)
        .unwrap_or(',')
}

fn number(index: usize) -> u32 {
    u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1))
}
