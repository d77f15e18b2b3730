//! A catalogue of one moment, ready to be searched by meaning.

use domain::stock::Shown;
use jiff::Timestamp;
use schemas::{Sku, conversation::Language};

use crate::search::{Embedder, Failed, Hits, Passage, Vector, Words, among, telling_of};

/// Moments at which something changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes(Vec<Timestamp>);

impl Changes {
    pub(crate) fn add(&mut self, at: Timestamp) {
        self.0.push(at);
    }

    /// Histories are added one after the other, and asked all together.
    pub(crate) fn freeze(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// How many there were up to a moment: between two moments with the same answer nothing changed.
    pub(crate) fn before(&self, at: Timestamp) -> usize {
        self.0.partition_point(|time| *time <= at)
    }
}

/// Articles with their words and vectors.
pub(crate) struct Shelf {
    words: Words,
    vectors: Vec<(Sku, Vector)>,
}

impl Shelf {
    /// # Errors
    /// [`Failed`], when the process ends.
    pub(crate) async fn of(shown: &[Shown], embedder: &Embedder) -> Result<Self, Failed> {
        let mut words = Words::default();
        let mut texts = Vec::with_capacity(shown.len());
        for one in shown {
            let passage = Passage::of(&one.product);
            words.put(&one.product.sku, &passage.text);
            texts.push(passage.text);
        }
        let vectors = embedder.embed(texts).await?;
        let skus = shown.iter().map(|one| one.product.sku.clone());
        let vectors = skus.zip(vectors).collect();
        Ok(Self { words, vectors })
    }

    pub(crate) async fn find(
        &self,
        text: &str,
        language: Language,
        embedder: &Embedder,
    ) -> Result<Hits, Failed> {
        let text = telling_of(text, language);
        let vector = embedder.question(&text).await?;
        let coverage = self.words.coverage(&text, language);
        Ok(among(&self.vectors, &vector, &coverage))
    }
}
