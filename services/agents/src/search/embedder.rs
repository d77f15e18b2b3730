//! Where vectors come from: the encoder in this process, or an endpoint.

use std::{sync::Arc, time::Duration};

use language::{Encoder, MODEL_NAME, PROJECTED};
use llm::{Embeddings, Failure};
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};
use tokio::{task::JoinError, time::timeout};

/// A vector of length one.
pub(crate) type Vector = Arc<[f32]>;

/// Bytes of vectors that are kept so as not to be made again: ten thousand of the built-in encoder's.
const KEPT: u64 = 16 * 1024 * 1024;
/// Bytes of a text that is sent away, at the most: a token is a byte or more, and models commonly take 8,192 tokens.
const LONGEST: usize = 8_000;
/// A text that a model finds too long is halved again and again, but not below this many bytes.
const SHORTEST: usize = 250;
/// What an endpoint is asked to find out whether it answers.
const PROBE: &str = "torg";

/// A model that turns texts into vectors. A vector of one model means nothing to another.
#[derive(Clone)]
pub(crate) struct Embedder {
    source: Source,
    /// Vectors by digest of model, length and text.
    seen: Cache<[u8; 32], Vector>,
}

#[derive(Clone)]
enum Source {
    /// The encoder in this process, projected to 384 dimensions.
    Local(Arc<Encoder>),
    /// An endpoint, and how long a buyer's question waits for it.
    Remote(Arc<Embeddings>, Duration),
}

/// Why there are no vectors.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The process ends.
    #[error("the search is stopping")]
    Stopping(#[from] JoinError),
    /// The endpoint gave nothing usable.
    #[error(transparent)]
    Endpoint(#[from] Failure),
    /// The model tells nothing apart.
    #[error("the model gives texts that have nothing in common nearly the same vector")]
    Flat,
}

impl Embedder {
    /// The encoder in this process.
    pub(crate) fn local(encoder: Arc<Encoder>) -> Self {
        Self::new(Source::Local(encoder))
    }

    /// An endpoint; `patience` is how long a buyer's question waits for it.
    pub(crate) fn remote(endpoint: Embeddings, patience: Duration) -> Self {
        Self::new(Source::Remote(Arc::new(endpoint), patience))
    }

    fn new(source: Source) -> Self {
        let weight = |_: &[u8; 32], vector: &Vector| {
            u32::try_from(size_of_val::<[f32]>(vector)).unwrap_or(u32::MAX)
        };
        let seen = Cache::builder().max_capacity(KEPT).weigher(weight).build();
        Self { source, seen }
    }

    /// Name of the model.
    pub(crate) fn id(&self) -> &str {
        match &self.source {
            Source::Local(_) => MODEL_NAME,
            Source::Remote(endpoint, _) => endpoint.model(),
        }
    }

    /// Length of its vectors.
    pub(crate) fn dimensions(&self) -> usize {
        match &self.source {
            Source::Local(_) => PROJECTED,
            Source::Remote(endpoint, _) => usize::from(endpoint.dimensions()),
        }
    }

    /// Whether somebody else makes them, who may be away.
    pub(crate) const fn is_remote(&self) -> bool {
        matches!(self.source, Source::Remote(..))
    }

    /// A vector for each text, in the same order; a text that was seen lately is not calculated or paid for again.
    ///
    /// # Errors
    /// [`Failed`]: search by words meanwhile.
    pub(crate) async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vector>, Failed> {
        let keys: Vec<[u8; 32]> = texts.iter().map(|text| self.key(text)).collect();
        let known: Vec<Option<Vector>> = keys.iter().map(|key| self.seen.get(key)).collect();
        let missing = texts.into_iter().zip(&known);
        let missing = missing.filter_map(|(text, known)| known.is_none().then_some(text));
        let mut made = self.make(missing.collect()).await?.into_iter();
        let mut vectors = Vec::with_capacity(known.len());
        for (key, known) in keys.into_iter().zip(known) {
            if let Some(vector) = known {
                vectors.push(vector);
            } else if let Some(vector) = made.next() {
                self.seen.insert(key, Arc::clone(&vector));
                vectors.push(vector);
            }
        }
        Ok(vectors)
    }

    /// The vector of what a buyer looks for; an endpoint has to answer within the buyer's patience.
    ///
    /// # Errors
    /// [`Failed`]: search by words.
    pub(crate) async fn question(&self, text: &str) -> Result<Vector, Failed> {
        let vectors = self.embed(vec![text.to_owned()]);
        let vectors = match &self.source {
            Source::Local(_) => vectors.await?,
            Source::Remote(_, patience) => timeout(*patience, vectors)
                .await
                .map_err(|_| Failure::TimedOut)??,
        };
        let vector = vectors.into_iter().next();
        vector.ok_or_else(|| Failure::Empty.into())
    }

    /// Whether a question could be asked now; nothing that is kept is taken for an answer.
    ///
    /// # Errors
    /// [`Failed`]: not yet.
    pub(crate) async fn answers(&self) -> Result<(), Failed> {
        if let Source::Remote(endpoint, patience) = &self.source {
            let asked = timeout(*patience, endpoint.embed(&[PROBE]));
            asked.await.map_err(|_| Failure::TimedOut)??;
        }
        Ok(())
    }

    async fn make(&self, texts: Vec<String>) -> Result<Vec<Vector>, Failed> {
        match &self.source {
            // A millisecond or two for each: not on a thread that others wait for.
            Source::Local(encoder) => {
                let encoder = Arc::clone(encoder);
                let vectors = move || {
                    let vector = |text: &String| encoder.passage(text).into();
                    texts.iter().map(vector).collect()
                };
                Ok(tokio::task::spawn_blocking(vectors).await?)
            }
            Source::Remote(endpoint, _) => {
                let vectors = ask(endpoint, &texts).await?;
                Ok(vectors.into_iter().map(Into::into).collect())
            }
        }
    }

    fn key(&self, text: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(format!("{}\n{}\n", self.id(), self.dimensions()));
        digest.update(text);
        digest.finalize().into()
    }
}

/// Asks an endpoint. One text that is too long for the model does not cost the others their vectors.
async fn ask(endpoint: &Embeddings, texts: &[String]) -> Result<Vec<Vec<f32>>, Failure> {
    let texts: Vec<&str> = texts.iter().map(|text| cut(text, LONGEST)).collect();
    match endpoint.embed(&texts).await {
        Err(Failure::InputTooLarge) => {}
        done => return done,
    }
    let mut vectors = Vec::with_capacity(texts.len());
    for text in texts {
        let mut most = text.len();
        let mut vector = loop {
            match endpoint.embed(&[cut(text, most)]).await {
                Err(Failure::InputTooLarge) if most > SHORTEST => most /= 2,
                done => break done?,
            }
        };
        vectors.append(&mut vector);
    }
    Ok(vectors)
}

/// The beginning of a text; of one that says nothing, something that endpoints do not refuse.
fn cut(text: &str, most: usize) -> &str {
    let text = text.get(..text.floor_char_boundary(most)).unwrap_or(text);
    match text.trim() {
        "" => "-",
        text => text,
    }
}

/// The cosine of two vectors of length one.
pub(crate) fn cosine(one: &[f32], other: &[f32]) -> f64 {
    f64::from(one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters_and_one_of_nothing_is_still_sent() {
        assert_eq!(cut("Шуруп", 5), "Шу");
        assert_eq!(cut("Шуруп", 100), "Шуруп");
        assert_eq!(cut(" \n", 100), "-");
    }
}
