//! Finding articles by meaning, with a small bonus for words that are really there.
//!
//! The score is measured, not guessed: the cosine of question and article, plus [`BONUS`] times the share of the
//! question's words, by rarity, that the article's text has. `torg search-eval` prints how often that finds what was
//! meant. When the vector store or the endpoint of embeddings is away, words alone are searched, and the answer says so.
//! Absent on purpose: what is said of an article. It is found here and asked for in its own history.

mod embedder;
mod keeper;
mod measure;
mod memory;
mod outage;
mod passage;
mod pending;
mod qdrant;
mod scale;
mod set;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use language::normalise;
use schemas::{ShopId, Sku, conversation::Language};
use secrecy::SecretString;

use crate::{catalogue::Live, goods::telling};
pub(crate) use embedder::{Embedder, Failed, Vector, cosine};
use keeper::Keeper;
use outage::{Condition, Outage};
pub(crate) use passage::Passage;
pub(crate) use pending::Pending;
pub(crate) use words::Words;

pub use measure::{Figures, SearchReport, measure};
pub use scale::Noise;

/// What a word that is really there is worth beside the meaning. Measured; see the development set.
const BONUS: f64 = 0.2;
/// From this score on, the best article fits what is looked for; calibrated on the development set with the built-in
/// encoder, on whose scale the cosines of every other model are put.
const FITS: f64 = 0.22;
/// From this score on, another is worth showing beside it.
const BESIDE: f64 = 0.15;
/// From this score on, an article may be taken for one that was named in other words: nothing of what the development
/// set asks for in vain comes near it.
const SURE: f64 = 0.42;
/// What is this much worse than the best is not shown beside it.
const NEAR: f64 = 0.2;
/// The best is the only one meant when it fits this well and the next is this much worse.
const CLEAR: (f64, f64) = (0.55, 0.2);
/// Searching by words alone, an article fits that has this share of the words.
const FITS_BY_WORDS: f64 = 0.5;
/// How many are shown.
const SHOWN: usize = 5;
/// How many articles found by words have their cosine looked up although they are not among the nearest.
const ALSO: usize = 32;
/// How long a question waits for articles that were changed a moment ago.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is said of a search before every article was taken in.
const STARTING: &str = "the search is starting; searched by words";

/// An article that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) sku: Sku,
    pub(crate) score: f64,
}

/// What was found, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hits {
    ranked: Vec<Hit>,
    /// Why this search was worse than it should be.
    pub(crate) degraded: Option<String>,
    by_words: bool,
}

impl Hits {
    /// Nothing was found, for this reason.
    pub(crate) fn none(degraded: String) -> Self {
        Self {
            degraded: Some(degraded),
            ..Self::default()
        }
    }

    /// Those that fit what is looked for, at most five; none, when nothing does.
    pub(crate) fn fitting(&self) -> &[Hit] {
        let (enough, beside) = match self.by_words {
            true => (FITS_BY_WORDS, FITS_BY_WORDS),
            false => (FITS, BESIDE),
        };
        let best = self.ranked.first().map_or(0.0, |hit| hit.score);
        let good = |hit: &&Hit| best >= enough && hit.score >= beside && hit.score >= best - NEAR;
        let count = self.ranked.iter().take(SHOWN).take_while(good).count();
        self.ranked.get(..count).unwrap_or_default()
    }

    /// Those that fit so well that they may stand for what was named in other words; none, when nothing does.
    pub(crate) fn sure(&self) -> &[Hit] {
        let best = self.ranked.first().map_or(0.0, |hit| hit.score);
        let good = |hit: &&Hit| !self.by_words && hit.score >= SURE && hit.score >= best - NEAR;
        let count = self.ranked.iter().take(SHOWN).take_while(good).count();
        self.ranked.get(..count).unwrap_or_default()
    }

    /// The one that is meant beyond doubt.
    pub(crate) fn clear(&self) -> Option<&Hit> {
        let (enough, margin) = CLEAR;
        let mut ranked = self.ranked.iter();
        let best = ranked.next().filter(|best| best.score >= enough)?;
        let next = ranked.next().map_or(0.0, |hit| hit.score);
        (best.score - margin >= next).then_some(best)
    }
}

/// The two places for vectors.
enum Vectors {
    Memory(memory::Memory),
    Qdrant(qdrant::Store),
}

/// The search over all shops' articles. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Search(Arc<Inner>);

struct Inner {
    words: RwLock<HashMap<ShopId, Words>>,
    vectors: Vectors,
    embedder: Embedder,
    /// How near the model puts what has nothing in common; not known until it was measured.
    noise: OnceLock<Noise>,
    pending: Pending,
    condition: RwLock<Condition>,
}

impl Search {
    /// A search in this process, over the articles that `pending` will name.
    pub(crate) fn in_memory(embedder: Embedder, pending: Pending) -> Self {
        let vectors = Vectors::Memory(memory::Memory::default());
        Self::new(vectors, embedder, pending)
    }

    /// A search in a vector store.
    ///
    /// # Errors
    /// When the URL is none; that it answers is not asked.
    pub(crate) fn in_qdrant(
        url: &str,
        key: Option<&SecretString>,
        embedder: Embedder,
        pending: Pending,
    ) -> anyhow::Result<Self> {
        let store = qdrant::Store::new(url, key, embedder.id(), embedder.dimensions())?;
        Ok(Self::new(Vectors::Qdrant(store), embedder, pending))
    }

    fn new(vectors: Vectors, embedder: Embedder, pending: Pending) -> Self {
        let noise = OnceLock::new();
        if !embedder.is_remote() {
            let _ = noise.set(Noise::BUILT_IN);
        }
        Self(Arc::new(Inner {
            words: RwLock::default(),
            vectors,
            embedder,
            noise,
            pending,
            condition: RwLock::new(Condition::Starting),
        }))
    }

    /// Says how near the model puts what has nothing in common, unless that is known.
    pub(crate) fn calibrate(&self, noise: Noise) {
        // Measured twice, it would be the same.
        let _ = self.0.noise.set(noise);
    }

    /// The articles of a shop that come near to what is looked for.
    pub(crate) async fn find(&self, shop: &ShopId, text: &str, language: Language) -> Hits {
        let text = telling_of(text, language);
        let behind = match self.condition() {
            Condition::Away(_) => 0,
            Condition::Starting | Condition::Ready => self.0.pending.settled(shop, PATIENCE).await,
        };
        let coverage = self.coverage(shop, &text, language);
        let found = match self.condition() {
            // The best of those that happen to be there already is no answer.
            Condition::Starting if behind > 0 => Err(STARTING.to_owned()),
            _ => self.cosines(shop, &text, &coverage).await,
        };
        match found {
            Ok(cosines) => Hits {
                ranked: rank(&cosines, &coverage),
                degraded: (behind > 0)
                    .then(|| format!("{behind} changed articles are not in the search yet")),
                by_words: false,
            },
            Err(degraded) => {
                tracing::debug!(degraded, "a search by words");
                Hits {
                    ranked: by_words(&coverage),
                    degraded: Some(degraded),
                    by_words: true,
                }
            }
        }
    }

    /// Keeps the search current in the background.
    pub(crate) fn keep(&self, live: &Live, tasks: &boot::Tasks) {
        let keeper = Keeper::new(self.clone(), live.clone(), Some(tasks.component("search")));
        tasks.spawn("search", keeper.run(tasks.stop()));
    }

    /// Takes in what has changed so far, and follows nothing.
    pub(crate) async fn catch_up(&self, live: &Live) -> anyhow::Result<()> {
        Keeper::new(self.clone(), live.clone(), None)
            .catch_up()
            .await
    }

    fn coverage(&self, shop: &ShopId, text: &str, language: Language) -> HashMap<Sku, f64> {
        let words = self.0.words.read().unwrap_or_else(PoisonError::into_inner);
        words
            .get(shop)
            .map_or_else(HashMap::new, |words| words.coverage(text, language))
    }

    /// The cosines of the articles that can matter, on the one scale, or why there are none.
    async fn cosines(
        &self,
        shop: &ShopId,
        text: &str,
        coverage: &HashMap<Sku, f64>,
    ) -> Result<HashMap<Sku, f64>, String> {
        if let Condition::Away(outage) = self.condition() {
            return Err(outage.in_short());
        }
        let Some(noise) = self.0.noise.get() else {
            return Err(STARTING.to_owned());
        };
        let vector = self.0.embedder.question(text).await;
        let vector = vector.map_err(|error| match error {
            Failed::Stopping(_) => Outage::from(&error).in_short(),
            Failed::Endpoint(_) | Failed::Flat => self.lost(Outage::from(&error)),
        })?;
        let cosines = match &self.0.vectors {
            Vectors::Memory(memory) => memory.cosines(shop, &vector),
            Vectors::Qdrant(store) => {
                let also: Vec<Sku> = by_words(coverage)
                    .into_iter()
                    .take(ALSO)
                    .map(|hit| hit.sku)
                    .collect();
                let found = store.cosines(shop, &vector, &also).await;
                found.map_err(|error| self.lost(Outage::from(&error)))?
            }
        };
        let scaled = cosines.into_iter();
        Ok(scaled
            .map(|(sku, cosine)| (sku, noise.as_built_in(cosine)))
            .collect())
    }

    /// A question found something away: who keeps the search looks after it.
    fn lost(&self, outage: Outage) -> String {
        let degraded = outage.in_short();
        self.set(Condition::Away(outage));
        self.0.pending.nudge();
        degraded
    }

    fn condition(&self) -> Condition {
        let condition = self.0.condition.read();
        condition.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, condition: Condition) {
        *self
            .0
            .condition
            .write()
            .unwrap_or_else(PoisonError::into_inner) = condition;
    }
}

/// What of a question is searched for.
pub(crate) fn telling_of(text: &str, language: Language) -> String {
    telling(&normalise(text), language)
}

/// What is near among articles whose vectors are by the built-in encoder, with the shares of the question's words that
/// each has.
pub(crate) fn among(
    articles: &[(Sku, Vector)],
    vector: &Vector,
    coverage: &HashMap<Sku, f64>,
) -> Hits {
    let cosines = articles.iter().map(|(sku, own)| {
        let cosine = Noise::BUILT_IN.as_built_in(cosine(vector, own));
        (sku.clone(), cosine)
    });
    Hits {
        ranked: rank(&cosines.collect(), coverage),
        degraded: None,
        by_words: false,
    }
}

/// Meaning and words put together, best first. An article without a cosine is further away than all that have one.
fn rank(cosines: &HashMap<Sku, f64>, coverage: &HashMap<Sku, f64>) -> Vec<Hit> {
    let bonus = |sku: &Sku| BONUS * coverage.get(sku).copied().unwrap_or_default();
    sorted(cosines.iter().map(|(sku, cosine)| Hit {
        score: cosine + bonus(sku),
        sku: sku.clone(),
    }))
}

fn by_words(coverage: &HashMap<Sku, f64>) -> Vec<Hit> {
    sorted(coverage.iter().map(|(sku, share)| Hit {
        score: *share,
        sku: sku.clone(),
    }))
}

fn sorted(hits: impl Iterator<Item = Hit>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = hits.collect();
    hits.sort_by(|one, other| {
        let by_sku = || one.sku.cmp(&other.sku);
        other.score.total_cmp(&one.score).then_with(by_sku)
    });
    hits
}
