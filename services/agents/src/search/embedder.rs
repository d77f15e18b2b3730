//! Where vectors come from.

use std::sync::Arc;

use language::{Encoder, MODEL_NAME, PROJECTED};
use moka::sync::Cache;
use tokio::task::JoinError;

/// A vector of length one.
pub(crate) type Vector = Arc<[f32]>;

/// Vectors that are kept so as not to be calculated again: 1.5 KB each.
const MOST_KEPT: u64 = 10_000;

/// A model that turns texts into vectors. A vector of one model means nothing to another.
#[derive(Clone)]
pub(crate) enum Embedder {
    /// The encoder in this process, projected to 384 dimensions.
    Local(Arc<Encoder>, Cache<String, Vector>),
}

impl Embedder {
    /// The encoder in this process.
    pub(crate) fn local(encoder: Arc<Encoder>) -> Self {
        Self::Local(encoder, Cache::new(MOST_KEPT))
    }

    /// Name of the model.
    pub(crate) const fn id(&self) -> &str {
        match self {
            Self::Local(..) => MODEL_NAME,
        }
    }

    /// Length of its vectors.
    pub(crate) const fn dimensions(&self) -> usize {
        match self {
            Self::Local(..) => PROJECTED,
        }
    }

    /// A vector for each text, in the same order; a text that was seen lately is not calculated again.
    ///
    /// # Errors
    /// [`JoinError`] when the process ends meanwhile.
    pub(crate) async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vector>, JoinError> {
        match self {
            // A millisecond or two for each: not on a thread that others wait for.
            Self::Local(encoder, seen) => {
                let (encoder, seen) = (Arc::clone(encoder), seen.clone());
                let vectors = move || {
                    let vector = |text: String| {
                        seen.get_with_by_ref(&text, || encoder.passage(&text).into())
                    };
                    texts.into_iter().map(vector).collect()
                };
                tokio::task::spawn_blocking(vectors).await
            }
        }
    }
}

/// The cosine of two vectors of length one.
pub(crate) fn cosine(one: &[f32], other: &[f32]) -> f64 {
    f64::from(one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>())
}
