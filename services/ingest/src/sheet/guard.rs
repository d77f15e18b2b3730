//! Whether a reading may replace the last good one. An empty or shrunken sheet never means "sold out".

use super::{TableError, products::Products};

/// Fewest rows from which shrinking is suspicious.
const SMALL: usize = 4;
/// Most rows of a tab that is kept whole.
const MOST_ROWS: usize = 2_000;
/// Largest tab that is kept whole, in bytes as the log holds it: a broker takes one mebibyte, and other events of the
/// same commit have to fit.
const MOST_BYTES: usize = 400 * 1024;

/// Whether a reading may be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It replaces the last one.
    TakeOver,
    /// The last one stays in force.
    Refuse(Refusal),
}

/// Why a reading is not taken over. The text is for the seller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no table of this tab. Cannot be confirmed: there is nothing to take over.
    #[error(transparent)]
    Unreadable(TableError),
    /// Not one row was understood.
    #[error("ни одной понятной строки; если товаров больше нет, подтвердите эту версию таблицы")]
    Empty,
    /// More than half of the articles are gone.
    #[error(
        "было товаров: {from}, осталось: {to}; если это не ошибка, подтвердите эту версию таблицы"
    )]
    Shrunken {
        /// Articles in the last good reading.
        from: usize,
        /// Articles now, those in rows set aside not counted.
        to: usize,
    },
    /// More than half of the rows of a tab that is kept whole are gone, or all of them.
    #[error(
        "было понятных строк: {from}, осталось: {to}; если это не ошибка, подтвердите эту версию таблицы"
    )]
    FewerRows {
        /// Rows in force.
        from: usize,
        /// Rows now, those set aside not counted.
        to: usize,
    },
    /// There are more rows than any such tab needs. Cannot be confirmed.
    #[error("строк {0}, а можно не больше {MOST_ROWS}; оставьте только нужные")]
    TooManyRows(usize),
    /// The texts are longer than the log can hold. Cannot be confirmed.
    #[error(
        "таблица занимает {} КБ, а можно не больше {}; сократите тексты",
        .0.div_ceil(1024), MOST_BYTES / 1024
    )]
    TooMuchText(usize),
}

/// How much there is of a tab that is kept whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Rows that were understood.
    pub rows: usize,
    /// Their size as the log holds them.
    pub bytes: usize,
}

/// Judges a reading of `revision` that follows one of `previous` articles (`None`: there was none).
///
/// An empty or shrunken reading passes only when the seller confirmed this very content, as `accepted_revision`.
#[must_use]
pub fn verdict(
    previous: Option<usize>,
    reading: Result<&Products, &TableError>,
    revision: &str,
    accepted_revision: Option<&str>,
) -> Verdict {
    let to = match reading {
        Ok(products) => products.products.len(),
        Err(error) => return Verdict::Refuse(Refusal::Unreadable(error.clone())),
    };
    let from = previous.unwrap_or_default();
    if accepted_revision == Some(revision) {
        Verdict::TakeOver
    } else if to == 0 {
        Verdict::Refuse(Refusal::Empty)
    } else if is_shrunken(from, to) {
        Verdict::Refuse(Refusal::Shrunken { from, to })
    } else {
        Verdict::TakeOver
    }
}

/// Judges a reading of a tab that is kept whole, of which `from` rows are in force. One of which nothing is in force may
/// well be empty: the seller has only begun it.
#[must_use]
pub fn table_verdict(
    from: usize,
    reading: Result<Counted, &TableError>,
    revision: &str,
    accepted_revision: Option<&str>,
) -> Verdict {
    let Counted { rows, bytes } = match reading {
        Ok(counted) => counted,
        Err(error) => return Verdict::Refuse(Refusal::Unreadable(error.clone())),
    };
    if rows > MOST_ROWS {
        Verdict::Refuse(Refusal::TooManyRows(rows))
    } else if bytes > MOST_BYTES {
        Verdict::Refuse(Refusal::TooMuchText(bytes))
    } else if accepted_revision == Some(revision) {
        Verdict::TakeOver
    } else if is_shrunken(from, rows) || (rows == 0 && from > 0) {
        Verdict::Refuse(Refusal::FewerRows { from, to: rows })
    } else {
        Verdict::TakeOver
    }
}

const fn is_shrunken(from: usize, to: usize) -> bool {
    from >= SMALL && to < from.div_ceil(2)
}
