//! Vectors of texts, checked and of length one.

use std::ops::Range;

use serde_json::{Value, json};

use crate::{
    endpoint::{BuildError, Endpoint, EndpointConfig},
    failure::Failure,
    rejection,
};

/// Most texts in one call. Source: OpenAI, `embeddings`, `input`.
pub(crate) const MOST_TEXTS: u16 = 2048;
/// Most bytes of one text: about four for each of the 8192 tokens that models take. Source: as above.
const LARGEST_TEXT: usize = 32 * 1024;
/// Most bytes of one call. A token is at least a byte, so 300,000 tokens are not exceeded. Source: as above.
const LARGEST_CALL: usize = 300_000;
/// Most bytes of one number in JSON, comma and white space included.
const NUMBER: usize = 32;

/// An embeddings endpoint and its habits.
#[derive(Clone, Debug)]
pub struct EmbeddingsConfig {
    /// Where it is.
    pub endpoint: EndpointConfig,
    /// Which model.
    pub model: String,
    /// How many numbers a vector has; another number is a failure.
    pub dimensions: u16,
    /// Whether `dimensions` is sent; some servers reject it although it is what they give.
    pub ask_dimensions: bool,
    /// Most texts in one call, up to 2048; some endpoints take only 100.
    pub batch: u16,
}

/// An embeddings model.
#[derive(Debug)]
pub struct Embeddings {
    endpoint: Endpoint,
    model: String,
    dimensions: u16,
    ask_dimensions: bool,
    batch: usize,
}

impl Embeddings {
    /// Makes the client; calls nobody.
    ///
    /// # Errors
    /// [`BuildError`]: do not start.
    pub fn new(config: EmbeddingsConfig) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: Endpoint::new("embeddings", config.endpoint)?,
            model: config.model,
            dimensions: config.dimensions,
            ask_dimensions: config.ask_dimensions,
            batch: usize::from(config.batch.clamp(1, MOST_TEXTS)),
        })
    }

    /// The model's name, as it is set; vectors of two models must not meet.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// How many numbers a vector has.
    #[must_use]
    pub const fn dimensions(&self) -> u16 {
        self.dimensions
    }

    /// Whether the endpoint is being left alone, so that calls fail at once.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.endpoint.is_resting()
    }

    /// One vector of length one per text, in the same order. Many texts are several calls, each with the deadline.
    ///
    /// # Errors
    /// [`Failure`]: search by words meanwhile. Nothing of a part that succeeded is given out.
    pub async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failure> {
        let mut vectors = Vec::with_capacity(texts.len());
        for range in batches(texts, self.batch)? {
            let batch = texts.get(range).unwrap_or_default();
            vectors.append(&mut self.embed_batch(batch).await?);
        }
        Ok(vectors)
    }

    async fn embed_batch(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failure> {
        let mut body = json!({"model": self.model, "input": texts, "encoding_format": "float"});
        if let (true, Some(members)) = (self.ask_dimensions, body.as_object_mut()) {
            members.insert("dimensions".to_owned(), self.dimensions.into());
        }
        let call = self.endpoint.post(&["embeddings"]).json(&body);
        let dimensions = usize::from(self.dimensions);
        let honest = (texts
            .len()
            .saturating_mul(dimensions)
            .saturating_mul(NUMBER))
        .saturating_add(64 * 1024);
        let read = |body: &[u8]| read(body, texts.len(), dimensions);
        self.endpoint.call(call, honest, read).await
    }
}

/// Cuts the texts into calls that endpoints accept.
fn batches(texts: &[&str], most: usize) -> Result<Vec<Range<usize>>, Failure> {
    let mut batches = Vec::new();
    let (mut start, mut size) = (0, 0_usize);
    for (index, text) in texts.iter().enumerate() {
        if text.trim().is_empty() {
            return Err(Failure::InputEmpty { index });
        }
        if text.len() > LARGEST_TEXT {
            return Err(Failure::InputTooLarge);
        }
        if index - start == most || size + text.len() > LARGEST_CALL {
            batches.push(start..index);
            (start, size) = (index, 0);
        }
        size += text.len();
    }
    if start < texts.len() {
        batches.push(start..texts.len());
    }
    Ok(batches)
}

fn read(body: &[u8], texts: usize, dimensions: usize) -> Result<Vec<Vec<f32>>, Failure> {
    let body: Value = serde_json::from_slice(body).map_err(|_| rejection::unreadable(body))?;
    if let Some(failure) = rejection::in_good_answer(&body) {
        return Err(failure);
    }
    let rows = body.get("data").and_then(Value::as_array);
    let rows = rows.ok_or_else(|| Failure::shape("data", "missing"))?;
    if rows.len() != texts {
        return Err(Failure::shape("data", "not one row per text"));
    }
    let mut vectors = vec![None; texts];
    for row in rows {
        let index = row.get("index").and_then(Value::as_u64);
        let index = index.and_then(|index| usize::try_from(index).ok());
        let place = index.and_then(|index| vectors.get_mut(index));
        let place = place.ok_or_else(|| Failure::shape("data[].index", "not a text's number"))?;
        if place.is_some() {
            return Err(Failure::shape("data[].index", "the same twice"));
        }
        *place = Some(vector(row, dimensions)?);
    }
    let all: Option<Vec<_>> = vectors.into_iter().collect();
    all.ok_or_else(|| Failure::shape("data", "not one row per text"))
}

fn vector(row: &Value, dimensions: usize) -> Result<Vec<f32>, Failure> {
    let wrong = |problem| Failure::shape("data[].embedding", problem);
    let numbers = row.get("embedding").and_then(Value::as_array);
    let numbers = numbers.ok_or_else(|| wrong("not a list"))?;
    if numbers.len() != dimensions {
        return Err(wrong("another number of dimensions than is set"));
    }
    let numbers: Option<Vec<f64>> = numbers.iter().map(Value::as_f64).collect();
    let numbers = numbers.ok_or_else(|| wrong("holds something that is no number"))?;
    // Scaled first, so that the squares of very large or small numbers stay numbers.
    let largest = numbers
        .iter()
        .fold(0_f64, |largest, number| largest.max(number.abs()));
    if !(largest.is_finite() && largest > 0.0) {
        return Err(wrong("all zero, or not finite"));
    }
    let length = numbers
        .iter()
        .map(|number| (number / largest).powi(2))
        .sum::<f64>()
        .sqrt();
    Ok(numbers
        .iter()
        .map(|number| (number / largest / length) as f32)
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_hold_every_text_once_in_order_and_none_is_over_a_limit(
            lengths in prop::collection::vec(1_usize..40_000, 0..80), most in 1_usize..20,
        ) {
            let texts: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            match batches(&texts, most) {
                Err(failure) => {
                    prop_assert_eq!(failure, Failure::InputTooLarge);
                    prop_assert!(lengths.iter().any(|length| *length > LARGEST_TEXT));
                }
                Ok(batches) => {
                    let covered: Vec<usize> = batches.iter().cloned().flatten().collect();
                    prop_assert_eq!(covered, (0..texts.len()).collect::<Vec<_>>());
                    for batch in batches {
                        prop_assert!(!batch.is_empty() && batch.len() <= most);
                        prop_assert!(texts[batch].iter().map(|text| text.len()).sum::<usize>() <= LARGEST_CALL);
                    }
                }
            }
        }

        #[test]
        fn every_vector_that_is_given_out_is_finite_and_of_length_one(numbers in prop::collection::vec(any::<f64>(), 4)) {
            // Not finite numbers become null on the way, as they do in JSON.
            if let Ok(vector) = vector(&json!({"embedding": numbers}), 4) {
                let length = vector.iter().map(|x| x * x).sum::<f32>();
                prop_assert!(vector.iter().all(|x| x.is_finite()));
                prop_assert!((length - 1.0).abs() < 1e-5, "{length}");
            }
        }
    }

    #[test]
    fn an_empty_text_is_named_and_nothing_is_asked_for_no_text() {
        assert_eq!(
            batches(&["a", " "], 10),
            Err(Failure::InputEmpty { index: 1 })
        );
        assert_eq!(batches(&[], 10), Ok(vec![]));
    }

    #[test]
    fn a_vector_of_nothing_is_no_direction() {
        let zero = vector(&json!({"embedding": [0.0, 0.0]}), 2);
        assert_eq!(
            zero,
            Err(Failure::shape(
                "data[].embedding",
                "all zero, or not finite"
            ))
        );
    }
}
