//! Vectors in Qdrant, over gRPC.
//!
//! One collection per model and length of vector, shared by all shops; every question is filtered by its shop. Points
//! are made of events alone: a collection can be dropped at any time, and a changed model begins another one. The one
//! of an earlier model stays until it is deleted by hand, because an older version of Torg may still be using it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use qdrant_client::{
    Payload, Qdrant, QdrantError,
    qdrant::{
        Condition, CountPointsBuilder, CreateCollectionBuilder, CreateFieldIndexCollectionBuilder,
        DeletePointsBuilder, Distance, FieldType, Filter, PointId, PointStruct, PointsIdsList,
        QueryBatchPointsBuilder, QueryPoints, QueryPointsBuilder, RetrievedPoint, ScoredPoint,
        ScrollPointsBuilder, UpsertPointsBuilder, VectorParamsBuilder,
    },
};
use schemas::{ShopId, Sku};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::embedder::Vector;

/// How long a question may take: a buyer waits.
const QUESTION: Duration = Duration::from_secs(1);
/// How long any other call may take.
const CALL: Duration = Duration::from_secs(10);
/// How many of the nearest articles are asked for.
const NEAREST: u64 = 64;
/// Points in one page of a listing.
const PAGE: u32 = 1_000;
/// Letters of a model's name in that of its collection; a store takes 255 for the whole.
const LONGEST_NAME: usize = 100;
/// Namespace of point ids, and of names that had to be replaced.
const POINTS: Uuid = Uuid::from_u128(0x6f0a_51c4_5c2e_4b7e_9f3a_2d9c_1c7b_e0d1);

/// The vector store does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Away {
    /// It answers with an error, or not at all.
    #[error("{0}")]
    Refused(String),
    /// It takes too long.
    #[error("no answer within {} ms", .0.as_millis())]
    Slow(Duration),
}

impl From<QdrantError> for Away {
    // The client's own text holds the response's metadata, which is nobody's business.
    fn from(error: QdrantError) -> Self {
        Self::Refused(match error {
            QdrantError::ResponseError { status } => {
                format!("{:?}: {}", status.code(), status.message())
            }
            other => other.to_string(),
        })
    }
}

/// An article's vector with what it was made of.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) shop: ShopId,
    pub(crate) sku: Sku,
    pub(crate) text: String,
    pub(crate) hash: String,
    pub(crate) vector: Vector,
}

/// A collection.
pub(crate) struct Store {
    client: Qdrant,
    collection: String,
    dimensions: u64,
    /// The hash of each point's text, as far as this process knows.
    known: Mutex<HashMap<(ShopId, Sku), String>>,
}

impl Store {
    /// Makes the client; calls nobody.
    ///
    /// # Errors
    /// When the URL is none.
    pub(crate) fn new(
        url: &str,
        key: Option<&SecretString>,
        model: &str,
        dimensions: usize,
    ) -> Result<Self, Away> {
        let mut client = Qdrant::from_url(url)
            .timeout(CALL)
            .connect_timeout(QUESTION)
            .keep_alive_while_idle()
            .skip_compatibility_check();
        if let Some(key) = key {
            client.set_api_key(key.expose_secret());
        }
        Ok(Self {
            client: client.build()?,
            collection: collection(model, dimensions),
            dimensions: u64::try_from(dimensions).unwrap_or(u64::MAX),
            known: Mutex::default(),
        })
    }

    /// The hash of the text that an article's point was made of.
    pub(crate) fn hash(&self, shop: &ShopId, sku: &Sku) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(shop.clone(), sku.clone())).cloned()
    }

    /// Creates the collection when it is missing, and learns which points there are; returns whose they are.
    pub(crate) async fn reconcile(&self) -> Result<Vec<(ShopId, Sku)>, Away> {
        if !self.client.collection_exists(&self.collection).await? {
            self.create().await?;
        }
        let mut known = HashMap::new();
        let mut offset: Option<PointId> = None;
        loop {
            let mut page = ScrollPointsBuilder::new(&self.collection)
                .limit(PAGE)
                .with_payload(true)
                .with_vectors(false);
            if let Some(offset) = offset.take() {
                page = page.offset(offset);
            }
            let found = self.client.scroll(page).await?;
            known.extend(found.result.iter().filter_map(owner));
            offset = found.next_page_offset;
            if offset.is_none() {
                break;
            }
        }
        let owners = known.keys().cloned().collect();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(owners)
    }

    /// Whether there are as many points as this process knows of.
    pub(crate) async fn is_as_known(&self) -> Result<bool, Away> {
        if !self.client.collection_exists(&self.collection).await? {
            return Ok(false);
        }
        let request = CountPointsBuilder::new(&self.collection).exact(true);
        let counted = self.client.count(request).await?;
        let count = counted.result.map_or(0, |result| result.count);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(usize::try_from(count).is_ok_and(|count| count == known.len()))
    }

    async fn create(&self) -> Result<(), Away> {
        let vectors = VectorParamsBuilder::new(self.dimensions, Distance::Cosine);
        let create = CreateCollectionBuilder::new(&self.collection).vectors_config(vectors);
        match self.client.create_collection(create).await {
            Ok(_) => {}
            // Another process was faster.
            Err(_) if self.client.collection_exists(&self.collection).await? => {}
            Err(error) => return Err(error.into()),
        }
        let index =
            CreateFieldIndexCollectionBuilder::new(&self.collection, "shop", FieldType::Keyword);
        self.client.create_field_index(index.wait(true)).await?;
        Ok(())
    }

    /// Stores points in place of what their articles had.
    pub(crate) async fn put(&self, points: &[Point]) -> Result<(), Away> {
        let structs: Vec<PointStruct> = points
            .iter()
            .map(|point| {
                let mut payload = Payload::new();
                payload.insert("shop", point.shop.as_str());
                payload.insert("sku", point.sku.as_str());
                payload.insert("text", point.text.as_str());
                payload.insert("hash", point.hash.as_str());
                PointStruct::new(id(&point.shop, &point.sku), point.vector.to_vec(), payload)
            })
            .collect();
        let request = UpsertPointsBuilder::new(&self.collection, structs).wait(true);
        self.client.upsert_points(request).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for point in points {
            known.insert((point.shop.clone(), point.sku.clone()), point.hash.clone());
        }
        Ok(())
    }

    /// Forgets articles.
    pub(crate) async fn remove(&self, gone: &[(ShopId, Sku)]) -> Result<(), Away> {
        let ids = gone.iter().map(|(shop, sku)| id(shop, sku)).collect();
        let request = DeletePointsBuilder::new(&self.collection)
            .points(PointsIdsList { ids })
            .wait(true);
        self.client.delete_points(request).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for owner in gone {
            known.remove(owner);
        }
        Ok(())
    }

    /// The cosines of a shop's nearest articles, and of those in `also`.
    pub(crate) async fn cosines(
        &self,
        shop: &ShopId,
        vector: &[f32],
        also: &[Sku],
    ) -> Result<HashMap<Sku, f64>, Away> {
        let query = |only: Option<Condition>, limit: u64| -> QueryPoints {
            let of_shop = Condition::matches("shop", shop.to_string());
            let conditions = std::iter::once(of_shop).chain(only);
            QueryPointsBuilder::new(&self.collection)
                .query(vector.to_vec())
                .filter(Filter::must(conditions))
                .limit(limit)
                .with_payload(true)
                .build()
        };
        let mut queries = vec![query(None, NEAREST)];
        if !also.is_empty() {
            let ids = also.iter().map(|sku| id(shop, sku));
            let limit = u64::try_from(also.len()).unwrap_or(u64::MAX);
            queries.push(query(Some(Condition::has_id(ids)), limit));
        }
        let request = QueryBatchPointsBuilder::new(&self.collection, queries);
        let answer = tokio::time::timeout(QUESTION, self.client.query_batch(request));
        let answer = answer.await.map_err(|_| Away::Slow(QUESTION))??;
        let found = answer.result.into_iter().flat_map(|batch| batch.result);
        Ok(found
            .filter_map(|point| scored(&point))
            .filter(|(of, _, _)| of == shop.as_str())
            .map(|(_, sku, score)| (sku, score))
            .collect())
    }
}

/// A point's id: the same for the same article in every process and for ever.
fn id(shop: &ShopId, sku: &Sku) -> PointId {
    // A shop's id holds no slash.
    let name = format!("{shop}/{sku}");
    Uuid::new_v5(&POINTS, name.as_bytes()).to_string().into()
}

fn owner(point: &RetrievedPoint) -> Option<((ShopId, Sku), String)> {
    let text = |name: &str| point.payload.get(name)?.as_str();
    let shop = ShopId::new(text("shop")?.clone()).ok()?;
    Some((
        (shop, Sku::new(text("sku")?.clone())),
        text("hash")?.clone(),
    ))
}

/// Shop, article and cosine. The shop is looked at although the store was asked to: no other's is ever shown.
fn scored(point: &ScoredPoint) -> Option<(String, Sku, f64)> {
    let text = |name: &str| point.payload.get(name)?.as_str().cloned();
    Some((
        text("shop")?,
        Sku::new(text("sku")?),
        f64::from(point.score),
    ))
}

/// The collection of a model's vectors. A name that the store would refuse is replaced, with a digest that keeps two
/// models apart: `emb://b1g…/text-search-doc/latest`.
fn collection(model: &str, dimensions: usize) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if model.chars().all(fits) && model.len() <= LONGEST_NAME {
        return format!("torg-{model}-{dimensions}");
    }
    let kept = model.chars().take(LONGEST_NAME);
    let kept: String = kept.map(|one| if fits(one) { one } else { '_' }).collect();
    let digest = Uuid::new_v5(&POINTS, model.as_bytes()).simple().to_string();
    format!("torg-{kept}-{digest}-{dimensions}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_and_length_has_a_collection_of_its_own_with_a_name_that_the_store_takes() {
        let plain = collection("text-embedding-3-small", 512);
        assert_eq!(plain, "torg-text-embedding-3-small-512");
        let long = "x".repeat(500);
        let models = [
            "BAAI/bge-m3",
            "BAAI:bge-m3",
            "BAAI_bge-m3",
            "модель",
            long.as_str(),
        ];
        let names: std::collections::BTreeSet<String> =
            models.map(|model| collection(model, 1024)).into();
        assert_eq!(names.len(), models.len(), "{names:?}");
        for name in names {
            let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
            assert!(name.len() < 255 && name.chars().all(fits), "{name}");
        }
    }
}
