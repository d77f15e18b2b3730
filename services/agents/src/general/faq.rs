//! The seller's own answers, quoted word for word with their row.

use std::sync::Arc;

use domain::Shop;
use language::{Arg, Encoder, FaqMatcher, SayError, normalise, say};
use moka::sync::Cache;
use schemas::{
    ShopId,
    conversation::{Fact, FactSource, Language},
    shop::FaqRow,
    stock::SheetRow,
};

use super::about::Said;
use crate::answer::Answer;

/// From this probability on an entry answers what is asked, when the shop sets no other.
const SURE: f64 = 0.80;
/// How much less will do where the words are known to be about delivery: in shops that were never seen, 97 of 100
/// entries with 0.65 and more are the right ones.
const TOPIC_KNOWN: f64 = 0.15;

/// Shops whose questions are kept encoded; one takes about 50 KB.
const MOST_SHOPS: u64 = 500;

/// The questions of all shops, encoded when first asked and kept for as long as the tab does not change.
#[derive(Clone)]
pub(crate) struct Faqs {
    encoder: Arc<Encoder>,
    known: Cache<(ShopId, String), Arc<FaqMatcher>>,
}

/// An entry that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    pub(crate) row: FaqRow,
    pub(crate) revision: String,
    /// How probable it is that this is asked.
    pub(crate) score: f64,
}

impl Faqs {
    pub(crate) fn new(encoder: Arc<Encoder>) -> Self {
        Self {
            encoder,
            known: Cache::new(MOST_SHOPS),
        }
    }

    /// The entry that the text asks for most probably; `None` when the shop has no questions.
    ///
    /// Encoding takes milliseconds, and a shop's first question encodes all entries: it runs beside the reactor.
    pub(crate) async fn find(
        &self,
        shop: &ShopId,
        tables: &Arc<Shop>,
        text: &str,
    ) -> Option<Known> {
        if tables.faq().rows.is_empty() {
            return None;
        }
        let (own, shop) = (self.clone(), shop.clone());
        let (tables, text) = (Arc::clone(tables), text.to_owned());
        let looked = tokio::task::spawn_blocking(move || own.look(shop, &tables, &text));
        looked.await.unwrap_or_else(|error| {
            tracing::error!("the shop's questions could not be looked through: {error}");
            None
        })
    }

    fn look(&self, shop: ShopId, tables: &Shop, text: &str) -> Option<Known> {
        let faq = tables.faq();
        let matcher = self.known.get_with((shop, faq.revision.clone()), || {
            let entries: Vec<(&str, &str)> = faq
                .rows
                .iter()
                .map(|row| (row.question.as_str(), row.answer.as_str()))
                .collect();
            Arc::new(FaqMatcher::new(&self.encoder, &entries))
        });
        let vector = self.encoder.encode(&normalise(text));
        let found = matcher.best(text, &vector)?;
        Some(Known {
            row: faq.rows.get(found.entry)?.clone(),
            revision: faq.revision.clone(),
            score: found.score,
        })
    }
}

impl Known {
    /// The seller's answer word for word; in quotation marks for a buyer who reads another language.
    pub(crate) fn said(&self, language: Language) -> Result<Said, SayError> {
        let answer = self.row.answer.trim();
        let own = language::detect(answer, None).unwrap_or(language);
        let text = if own == language {
            answer.to_owned()
        } else {
            say(
                language,
                "general-seller-says",
                &[("answer", Arg::Text(answer))],
            )?
        };
        let fact = Fact {
            name: "faq.answer".to_owned(),
            value: self.row.answer.clone(),
            sku: None,
            source: FactSource::Sheet(SheetRow {
                tab: "faq".to_owned(),
                revision: self.revision.clone(),
                row: self.row.row,
            }),
        };
        Ok(Said {
            text,
            facts: vec![fact],
        })
    }

    /// Whether it is surely asked, by the confidence from which the shop lets the bot act.
    pub(crate) fn is_sure(&self, shop: &Shop) -> bool {
        self.score >= confidence(shop)
    }

    /// The same for words that are known to be about delivery.
    pub(crate) fn is_sure_of_delivery(&self, shop: &Shop) -> bool {
        self.score >= confidence(shop) - TOPIC_KNOWN
    }

    /// The whole answer, with how it was found.
    pub(crate) fn answer(&self, language: Language) -> Result<Answer, SayError> {
        let said = self.said(language)?;
        Ok(Answer {
            text: said.text,
            facts: said.facts,
            how: Some(format!("faq row {}, {:.2}", self.row.row, self.score)),
            ..Answer::default()
        })
    }
}

fn confidence(shop: &Shop) -> f64 {
    shop.settings()
        .map_or(SURE, |settings| settings.policy.confidence)
}
