//! The tabs that are kept whole, from bytes to what the log holds of them.

use domain::{Shop, shop::Tab};
use schemas::shop::{DeliveryRecorded, FaqRecorded, RulesRecorded, SettingsRecorded, SheetProblem};
use serde::Serialize;

use super::{Reading, TableError, delivery, faq, guard::Counted, rules, settings};

/// A tab that is kept whole, and that a sheet may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kept {
    /// Where to, for how much, how long.
    Delivery,
    /// The seller's questions and answers.
    Faq,
    /// What the bot may decide by itself.
    Rules,
    /// What the shop says about itself.
    Settings,
}

/// What a tab says, ready to be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The table.
    pub table: Tab,
    /// How much of it there is.
    pub counted: Counted,
    /// What is wrong with the rows that were set aside.
    pub problems: Vec<SheetProblem>,
}

impl Kept {
    /// Every such tab.
    pub const ALL: [Self; 4] = [Self::Delivery, Self::Faq, Self::Rules, Self::Settings];

    /// Name of the tab, and of its file without `.csv`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivery => delivery::TAB.name,
            Self::Faq => faq::TAB.name,
            Self::Rules => rules::TAB.name,
            Self::Settings => settings::TAB.name,
        }
    }

    /// Reads the content of the tab.
    ///
    /// # Errors
    /// [`TableError`] when it is no table with the columns that it needs; keep the last good reading.
    pub fn parse(self, bytes: &[u8], revision: &str) -> Result<Content, TableError> {
        let revision = revision.to_owned();
        Ok(match self {
            Self::Delivery => content(delivery::parse(bytes)?, |rows| {
                Tab::Delivery(DeliveryRecorded { revision, rows })
            }),
            Self::Faq => content(faq::parse(bytes)?, |rows| {
                Tab::Faq(FaqRecorded { revision, rows })
            }),
            Self::Rules => content(rules::parse(bytes)?, |rows| {
                Tab::Rules(RulesRecorded { revision, rows })
            }),
            Self::Settings => content(settings::parse(bytes)?, |rows| {
                Tab::Settings(SettingsRecorded { revision, rows })
            }),
        })
    }

    /// How many rows of it are in force.
    #[must_use]
    pub const fn in_force(self, shop: &Shop) -> usize {
        match self {
            Self::Delivery => shop.delivery().rows.len(),
            Self::Faq => shop.faq().rows.len(),
            Self::Rules => shop.rules().rows.len(),
            Self::Settings => shop.about().rows.len(),
        }
    }
}

fn content<R: Serialize>(reading: Reading<R>, tab: impl FnOnce(Vec<R>) -> Tab) -> Content {
    let encoded = serde_json::to_vec(&reading.rows);
    Content {
        counted: Counted {
            rows: reading.rows.len(),
            // Rows of texts and numbers always encode; one that did not would not fit a message either.
            bytes: encoded.map_or(usize::MAX, |bytes| bytes.len()),
        },
        table: tab(reading.rows),
        problems: reading.problems,
    }
}
