//! One article of a shop, as the sheet last showed it.

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, Fold, Recorded,
    stock::{Product, ProductRecorded, ProductWithdrawn, SheetRow, StockEvent},
};

/// What is known of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    version: u64,
    shown: Option<Shown>,
    withdrawn: bool,
}

/// An article and the row it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The article.
    pub product: Product,
    /// The row.
    pub source: SheetRow,
    /// When the row was read.
    pub read_at: Timestamp,
}

impl Article {
    /// The article as the sheet shows it now; `None` when it never did or no longer does.
    #[must_use]
    pub const fn shown(&self) -> Option<&Shown> {
        if self.withdrawn {
            return None;
        }
        self.shown.as_ref()
    }

    /// Takes over a row. A row that says what is already known adds nothing, wherever it now stands.
    #[must_use]
    pub fn record(
        &self,
        product: &Product,
        source: &SheetRow,
        read_at: Timestamp,
    ) -> Decision<StockEvent> {
        if self.shown().is_some_and(|shown| shown.product == *product) {
            return Decision::nothing();
        }
        let event = StockEvent::ProductRecorded(ProductRecorded {
            product: product.clone(),
            source: source.clone(),
            read_at,
        });
        Decision::new(self.sheet_cause(source.revision.as_str()), vec![event])
    }

    /// Notes that a healthy sheet of `revision` no longer shows the article.
    #[must_use]
    pub fn withdraw(&self, revision: &str) -> Decision<StockEvent> {
        let Some(shown) = self.shown() else {
            return Decision::nothing();
        };
        let event = StockEvent::ProductWithdrawn(ProductWithdrawn {
            sku: shown.product.sku.clone(),
            revision: revision.to_owned(),
        });
        Decision::new(self.sheet_cause(revision), vec![event])
    }

    /// The version is part of the cause, because a sheet may go back to an earlier content.
    fn sheet_cause(&self, revision: &str) -> Cause {
        Cause::outside(EventId::derive(&[
            "sheet",
            revision,
            &self.version.to_string(),
        ]))
    }
}

impl Fold for Article {
    type Event = StockEvent;

    fn evolve(&mut self, recorded: &Recorded<StockEvent>) {
        self.version = recorded.version;
        match &recorded.event {
            StockEvent::ProductRecorded(event) => {
                self.withdrawn = false;
                self.shown = Some(Shown {
                    product: event.product.clone(),
                    source: event.source.clone(),
                    read_at: event.read_at,
                });
            }
            StockEvent::ProductWithdrawn(_) => self.withdrawn = true,
        }
    }
}
