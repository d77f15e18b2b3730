//! Whether a reading may replace the last good one. An empty or shrunken sheet never means "sold out".

use super::{TableError, products::Products};

/// Fewest articles from which shrinking is suspicious.
const SMALL: usize = 4;

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
    } else if from >= SMALL && to < from.div_ceil(2) {
        Verdict::Refuse(Refusal::Shrunken { from, to })
    } else {
        Verdict::TakeOver
    }
}
