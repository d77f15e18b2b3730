//! Issued invoices: found in the log, and put on paper.

use std::sync::Arc;

use domain::{
    Invoices,
    invoice::{self, Issued},
};
use eventlog::{EventLog, LogError};
use paper::{PaperError, Typesetter};
use schemas::{
    AggregateKey, ShopId,
    invoice::{InvoiceEvent, InvoiceIssued},
};

/// Where issued invoices are looked up.
#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) log: EventLog,
    typesetter: Arc<Typesetter>,
}

/// Why an invoice is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Missing {
    /// The log does not answer: ask again later.
    #[error("the log does not answer")]
    Log(#[from] LogError),
    /// No such number.
    #[error("no invoice {0} in this shop")]
    Unknown(u64),
    /// Its event cannot be read.
    #[error("invoice {0} cannot be read: {1}")]
    Unreadable(u64, String),
}

/// An invoice: what stands on it, and how far its letter is.
pub(crate) struct Found {
    pub(crate) invoice: InvoiceIssued,
    pub(crate) known: Issued,
}

impl Office {
    pub(crate) fn new(log: EventLog, typesetter: Typesetter) -> Self {
        Self {
            log,
            typesetter: Arc::new(typesetter),
        }
    }

    /// All invoices of a shop.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn all(&self, shop: &ShopId) -> Result<Arc<Invoices>, LogError> {
        let key = AggregateKey::invoices(shop);
        Ok(self.log.load::<Invoices>(&key).await?.state)
    }

    /// One invoice, from its event.
    ///
    /// # Errors
    /// [`Missing`].
    pub(crate) async fn find(&self, shop: &ShopId, number: u64) -> Result<Found, Missing> {
        let all = self.all(shop).await?;
        let known = all.get(number).ok_or(Missing::Unknown(number))?.clone();
        let key = AggregateKey::invoices(shop);
        let gone = || Missing::Unreadable(number, "its event is not there".to_owned());
        let commit = self.log.commit(&key, known.seq).await?.ok_or_else(gone)?;
        let events = commit.decode::<InvoiceEvent>();
        let events = events.map_err(|error| Missing::Unreadable(number, error.to_string()))?;
        let invoice = invoice::issued_in(events, number).ok_or_else(gone)?;
        Ok(Found { invoice, known })
    }

    /// The PDF of an invoice.
    ///
    /// # Errors
    /// [`PaperError`].
    pub(crate) async fn pdf(&self, invoice: &InvoiceIssued) -> Result<Vec<u8>, PaperError> {
        let page = paper::Invoice::try_from(invoice)?;
        self.typesetter.render(&page).await
    }
}
