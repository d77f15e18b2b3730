//! The one function behind events and gRPC: a question in, an answer with its facts out.

use domain::{Article, stock::Shown};
use eventlog::{EventLog, LogError};
use language::SayError;
use schemas::{
    AggregateKey, ListingId, ShopId, Sku,
    conversation::{Fact, Intent, Language, ProductList, Specialist},
};

use crate::{catalogue::Live, general, stock};

/// What is asked, with everything of the conversation that it can refer to.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) shop: ShopId,
    pub(crate) specialist: Specialist,
    pub(crate) text: String,
    pub(crate) intent: Intent,
    pub(crate) language: Language,
    pub(crate) listing: Option<ListingId>,
    pub(crate) focus: Option<Sku>,
    pub(crate) list: Vec<Sku>,
    pub(crate) ordinal: Option<u32>,
}

/// An answer in words, and everything in it that can be true or false.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) focus: Option<Sku>,
    pub(crate) list: Option<ProductList>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answered {
    Given(Answer),
    /// What was missing.
    Cannot(String),
}

/// Why a question got no answer at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The log does not answer: ask again later.
    #[error("the log does not answer")]
    Log(#[from] LogError),
    /// The words are missing: a bug.
    #[error("an answer cannot be put into words")]
    Words(#[from] SayError),
}

/// Where questions are answered.
#[derive(Clone)]
pub(crate) struct Desk {
    log: EventLog,
    catalogue: Live,
}

impl Desk {
    pub(crate) const fn new(log: EventLog, catalogue: Live) -> Self {
        Self { log, catalogue }
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Trouble`]; nothing was recorded.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Answered, Trouble> {
        match question.specialist {
            Specialist::General => Ok(general::answer(question)?),
            Specialist::Stock => {
                let articles = self.catalogue.shown(&question.shop);
                let found = stock::find(question, &articles);
                let found = found
                    .try_map(|shown| self.current(&question.shop, shown))
                    .await?;
                Ok(stock::put_into_words(question, &found)?)
            }
        }
    }

    /// The article by its own history: the catalogue may be a moment behind. `None` when it is gone, or when a commit of
    /// it cannot be read: an old price is no fact.
    async fn current(&self, shop: &ShopId, shown: Shown) -> Result<Option<Shown>, LogError> {
        let key = AggregateKey::stock(shop, &shown.product.sku);
        let loaded = self.log.load::<Article>(&key).await?;
        if let Some(poison) = &loaded.poison {
            tracing::error!(%key, "nothing is said of an article: {poison}");
            return Ok(None);
        }
        Ok(loaded.state.shown().cloned())
    }
}
