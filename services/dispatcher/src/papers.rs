//! The document that goes with a reply: an invoice, made from its event.

use std::sync::Arc;

use channels::{Outbound, Pdf};
use domain::{
    Invoices,
    conversation::{Outgoing, Part},
    invoice::issued_in,
};
use eventlog::{EventLog, LogError};
use paper::{PaperError, Typesetter};
use schemas::{AggregateKey, ShopId, invoice::InvoiceEvent};

/// Makes documents.
#[derive(Clone)]
pub(crate) struct Papers {
    log: EventLog,
    typesetter: Arc<Typesetter>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
enum NoPaper {
    /// The log does not answer: try again later.
    #[error("the log does not answer")]
    Log(#[from] LogError),
    /// Its event is not there, or cannot be read.
    #[error("invoice {0} cannot be read")]
    Unreadable(u64),
    /// It cannot be put on paper.
    #[error(transparent)]
    Paper(#[from] PaperError),
}

impl Papers {
    pub(crate) fn new(log: EventLog, typesetter: Typesetter) -> Self {
        Self {
            log,
            typesetter: Arc::new(typesetter),
        }
    }

    /// The document that goes with a part of a reply, where the provider takes files. A page that cannot be made does not
    /// hold the words back: they say how to pay.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn with(
        &self,
        client: &Outbound,
        shop: &ShopId,
        reply: &Outgoing,
        words: &Part,
    ) -> Result<Option<Pdf>, LogError> {
        let number = reply.told.and_then(|told| told.invoice);
        let Some(number) = number.filter(|_| words.last && client.takes_file_with(&words.text))
        else {
            return Ok(None);
        };
        match self.invoice(shop, number).await {
            Ok(pdf) => Ok(Some(pdf)),
            Err(NoPaper::Log(error)) => Err(error),
            Err(error) => {
                tracing::error!(shop.id = %shop, number, "no document: {error}");
                Ok(None)
            }
        }
    }

    async fn invoice(&self, shop: &ShopId, number: u64) -> Result<Pdf, NoPaper> {
        let key = AggregateKey::invoices(shop);
        let all = self.log.load::<Invoices>(&key).await?.state;
        let unreadable = || NoPaper::Unreadable(number);
        let seq = all.get(number).ok_or_else(unreadable)?.seq;
        let commit = self.log.commit(&key, seq).await?.ok_or_else(unreadable)?;
        let events = commit.decode::<InvoiceEvent>().map_err(|_| unreadable())?;
        let issued = issued_in(events, number).ok_or_else(unreadable)?;
        let page = paper::Invoice::try_from(&issued)?;
        Ok(Pdf {
            file_name: paper::file_name(&issued),
            bytes: self.typesetter.render(&page).await?,
        })
    }
}
