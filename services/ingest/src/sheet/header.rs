//! Which column holds what: the first row near the top that names every required column is the header.

use super::cell;

/// How many rows from the top may stand before the header: logos, titles, addresses.
pub(super) const SEARCHED: usize = 15;
/// Units that may follow a column's name without changing it: `Цена руб.`, `Остаток шт`.
const UNITS: [&str; 8] = ["руб", "рублей", "р", "rub", "шт", "штук", "pcs", "₽"];

/// A column that a tab may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// What the program calls it.
    pub key: &'static str,
    /// What sellers may call it; the first is shown when it is missing. Letters and digits only, in lower case.
    pub names: &'static [&'static str],
    /// Whether the tab cannot be read without it.
    pub required: bool,
}

/// A column of a tab's table.
pub(super) const fn column(
    key: &'static str,
    names: &'static [&'static str],
    required: bool,
) -> Column {
    Column {
        key,
        names,
        required,
    }
}

/// A tab of the sheet and what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Name of the tab, and of its file without `.csv`.
    pub name: &'static str,
    /// Its columns; others are ignored.
    pub columns: &'static [Column],
}

/// A header that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Index of the row it stands in.
    pub(super) row: usize,
    /// For each cell of that row, which column it names.
    pub(super) columns: Vec<Option<Column>>,
}

/// Why there is no header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoHeader {
    /// Number of known columns in the row that comes closest.
    pub(super) known: usize,
    /// The names of those that it lacks.
    pub(super) missing: Vec<&'static str>,
}

impl Header {
    /// Finds the header of `tab` among the first rows.
    pub(super) fn find(tab: &Tab, rows: &[Vec<String>]) -> Result<Self, NoHeader> {
        let mut closest = NoHeader {
            known: 0,
            missing: missing(tab, &[]),
        };
        for (row, cells) in rows.iter().take(SEARCHED).enumerate() {
            let columns: Vec<_> = cells.iter().map(|cell| named(tab, cell)).collect();
            let missing = missing(tab, &columns);
            if missing.is_empty() {
                return Ok(Self { row, columns });
            }
            let known = columns.iter().flatten().count();
            if known > closest.known {
                closest = NoHeader { known, missing };
            }
        }
        Err(closest)
    }
}

fn missing(tab: &Tab, columns: &[Option<Column>]) -> Vec<&'static str> {
    let required = tab.columns.iter().filter(|column| column.required);
    required
        .filter(|wanted| !columns.iter().flatten().any(|found| found == *wanted))
        .filter_map(|wanted| wanted.names.first().copied())
        .collect()
}

/// The column that a header's cell names.
fn named(tab: &Tab, cell: &str) -> Option<Column> {
    let name = plain(cell);
    let fits = |column: &&Column| column.names.contains(&name.as_str());
    tab.columns.iter().find(fits).copied()
}

/// A header's cell without what does not matter: case, spaces, signs, anything after a comma, and units.
fn plain(cell: &str) -> String {
    let folded = cell::fold(cell);
    let name = folded
        .split([',', '(', '[', '/'])
        .next()
        .unwrap_or_default();
    let mut words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric() && c != '₽')
        .filter(|word| !word.is_empty())
        .collect();
    while words.len() > 1 && words.last().is_some_and(|word| UNITS.contains(word)) {
        words.pop();
    }
    words.concat()
}
