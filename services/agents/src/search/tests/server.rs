//! A vector store in this process, on the server traits that the client's crate ships: what it is asked, it does.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use ::qdrant_client::qdrant::{
    collections_server::{Collections, CollectionsServer},
    condition::ConditionOneOf,
    point_id::PointIdOptions,
    points_selector::PointsSelectorOneOf,
    points_server::{Points, PointsServer},
    *,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport::Server};

/// Every method that Torg does not use is told so.
macro_rules! unused {
    ($($name:ident($request:ty) -> $response:ty;)*) => {
        // Written as `async_trait` would: it does not look into macros.
        $(fn $name<'a, 'b>(&'a self, _: Request<$request>) -> Answer<'b, $response>
        where
            'a: 'b,
            Self: 'b,
        {
            Box::pin(async { Err(Status::unimplemented(stringify!($name))) })
        })*
    };
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send + 'a>>;

/// What is stored.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
pub(crate) struct State {
    /// Length of the vectors and points by id, by collection.
    pub(crate) collections: BTreeMap<String, (u64, BTreeMap<String, PointStruct>)>,
    /// Fields with an index.
    pub(crate) indexed: Vec<String>,
    /// How many points were written since the beginning.
    pub(crate) written: usize,
    /// How long every question takes.
    pub(crate) delay: Duration,
    /// The key that the last call carried.
    pub(crate) key: Option<String>,
}

/// A server that serves a [`Fake`] until it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
}

impl Served {
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Fake {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Serves at an address; `0` as the port: a free one.
    #[expect(
        clippy::disallowed_methods,
        reason = "a stand-in is no task of a process"
    )]
    pub(crate) async fn serve(&self, address: SocketAddr) -> Served {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let (fake, stopped) = (self.clone(), stop.clone());
        tokio::spawn(async move {
            let server = Server::builder()
                .add_service(PointsServer::new(fake.clone()))
                .add_service(CollectionsServer::new(fake))
                .serve_with_incoming_shutdown(
                    TcpListenerStream::new(listener),
                    stopped.cancelled(),
                );
            server.await.unwrap();
        });
        Served { address, stop }
    }

    fn points<T>(
        &self,
        collection: &str,
        work: impl FnOnce(&mut BTreeMap<String, PointStruct>) -> T,
    ) -> Result<T, Status> {
        let mut state = self.lock();
        match state.collections.get_mut(collection) {
            Some((_, points)) => Ok(work(points)),
            None => Err(Status::not_found(format!("no collection {collection}"))),
        }
    }

    fn nearest(&self, query: &QueryPoints) -> Result<Vec<ScoredPoint>, Status> {
        let wanted = match query
            .query
            .as_ref()
            .and_then(|query| query.variant.as_ref())
        {
            Some(query::Variant::Nearest(VectorInput {
                variant: Some(vector_input::Variant::Dense(vector)),
            })) => vector.data.clone(),
            other => return Err(Status::unimplemented(format!("{other:?}"))),
        };
        let filter = query.filter.clone().unwrap_or_default();
        let limit = usize::try_from(query.limit.unwrap_or(10)).unwrap();
        self.points(&query.collection_name, |points| {
            let mut scored = Vec::new();
            for (id, point) in points.iter() {
                if filter.must.iter().all(|one| holds(one, id, point)) {
                    let cosine = wanted.iter().zip(dense(point)).map(|(a, b)| a * b).sum();
                    scored.push(ScoredPoint {
                        id: point.id.clone(),
                        payload: point.payload.clone(),
                        score: cosine,
                        ..ScoredPoint::default()
                    });
                }
            }
            scored.sort_by(|one, other| other.score.total_cmp(&one.score));
            scored.truncate(limit);
            scored
        })
    }
}

fn holds(condition: &Condition, id: &str, point: &PointStruct) -> bool {
    match condition.condition_one_of.as_ref() {
        Some(ConditionOneOf::Field(field)) => {
            let wanted = match field
                .r#match
                .as_ref()
                .and_then(|one| one.match_value.as_ref())
            {
                Some(r#match::MatchValue::Keyword(keyword)) => keyword,
                other => panic!("a match of another kind: {other:?}"),
            };
            point.payload.get(&field.key).and_then(Value::as_str) == Some(wanted)
        }
        Some(ConditionOneOf::HasId(ids)) => ids.has_id.iter().any(|one| name(one) == id),
        other => panic!("a condition of another kind: {other:?}"),
    }
}

fn name(id: &PointId) -> String {
    match id.point_id_options.as_ref().unwrap() {
        PointIdOptions::Uuid(uuid) => uuid.clone(),
        PointIdOptions::Num(number) => panic!("an id that is a number: {number}"),
    }
}

fn dense(point: &PointStruct) -> Vec<f32> {
    match point
        .vectors
        .as_ref()
        .and_then(|all| all.vectors_options.as_ref())
    {
        Some(vectors::VectorsOptions::Vector(Vector {
            vector: Some(vector::Vector::Dense(dense)),
            ..
        })) => dense.data.clone(),
        other => panic!("a vector of another kind: {other:?}"),
    }
}

#[tonic::async_trait]
impl Points for Fake {
    async fn upsert(
        &self,
        request: Request<UpsertPoints>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.lock().written += request.points.len();
        let size = self
            .lock()
            .collections
            .get(&request.collection_name)
            .map(|one| one.0);
        for point in &request.points {
            if u64::try_from(dense(point).len()).ok() != size {
                return Err(Status::invalid_argument("wrong vector length"));
            }
        }
        self.points(&request.collection_name, |points| {
            for point in request.points {
                points.insert(name(point.id.as_ref().unwrap()), point);
            }
            Response::new(PointsOperationResponse::default())
        })
    }

    async fn delete(
        &self,
        request: Request<DeletePoints>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let request = request.into_inner();
        let selected = request
            .points
            .and_then(|points| points.points_selector_one_of);
        let Some(PointsSelectorOneOf::Points(selected)) = selected else {
            return Err(Status::unimplemented("a selector of another kind"));
        };
        self.points(&request.collection_name, |points| {
            for id in &selected.ids {
                points.remove(&name(id));
            }
            Response::new(PointsOperationResponse::default())
        })
    }

    async fn create_field_index(
        &self,
        request: Request<CreateFieldIndexCollection>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        self.lock().indexed.push(request.into_inner().field_name);
        Ok(Response::new(PointsOperationResponse::default()))
    }

    async fn scroll(
        &self,
        request: Request<ScrollPoints>,
    ) -> Result<Response<ScrollResponse>, Status> {
        let request = request.into_inner();
        let (from, limit) = (request.offset.as_ref().map(name), request.limit.unwrap());
        self.points(&request.collection_name, |points| {
            let mut rest = points
                .iter()
                .filter(|(id, _)| from.as_ref().is_none_or(|from| *id >= from));
            // Three at a time, so that every listing is one of several pages.
            let page: Vec<&PointStruct> = rest
                .by_ref()
                .take(limit.min(3) as usize)
                .map(|one| one.1)
                .collect();
            let retrieved = |point: &&PointStruct| RetrievedPoint {
                id: point.id.clone(),
                payload: point.payload.clone(),
                ..RetrievedPoint::default()
            };
            Response::new(ScrollResponse {
                result: page.iter().map(retrieved).collect(),
                next_page_offset: rest.next().and_then(|(_, point)| point.id.clone()),
                ..ScrollResponse::default()
            })
        })
    }

    async fn count(
        &self,
        request: Request<CountPoints>,
    ) -> Result<Response<CountResponse>, Status> {
        self.points(&request.into_inner().collection_name, |points| {
            let count = u64::try_from(points.len()).unwrap();
            Response::new(CountResponse {
                result: Some(CountResult { count }),
                ..CountResponse::default()
            })
        })
    }

    async fn query_batch(
        &self,
        request: Request<QueryBatchPoints>,
    ) -> Result<Response<QueryBatchResponse>, Status> {
        let key = request.metadata().get("api-key");
        let key = key.map(|key| key.to_str().unwrap().to_owned());
        let delay = {
            let mut state = self.lock();
            state.key = key;
            state.delay
        };
        tokio::time::sleep(delay).await;
        let queries = request.into_inner().query_points;
        let results: Result<Vec<BatchResult>, Status> = queries
            .iter()
            .map(|query| {
                Ok(BatchResult {
                    result: self.nearest(query)?,
                })
            })
            .collect();
        Ok(Response::new(QueryBatchResponse {
            result: results?,
            ..QueryBatchResponse::default()
        }))
    }

    unused! {
        get(GetPoints) -> GetResponse;
        update_vectors(UpdatePointVectors) -> PointsOperationResponse;
        delete_vectors(DeletePointVectors) -> PointsOperationResponse;
        set_payload(SetPayloadPoints) -> PointsOperationResponse;
        overwrite_payload(SetPayloadPoints) -> PointsOperationResponse;
        delete_payload(DeletePayloadPoints) -> PointsOperationResponse;
        clear_payload(ClearPayloadPoints) -> PointsOperationResponse;
        delete_field_index(DeleteFieldIndexCollection) -> PointsOperationResponse;
        create_vector_name(CreateVectorNameRequest) -> PointsOperationResponse;
        delete_vector_name(DeleteVectorNameRequest) -> PointsOperationResponse;
        search(SearchPoints) -> SearchResponse;
        search_batch(SearchBatchPoints) -> SearchBatchResponse;
        search_groups(SearchPointGroups) -> SearchGroupsResponse;
        recommend(RecommendPoints) -> RecommendResponse;
        recommend_batch(RecommendBatchPoints) -> RecommendBatchResponse;
        recommend_groups(RecommendPointGroups) -> RecommendGroupsResponse;
        discover(DiscoverPoints) -> DiscoverResponse;
        discover_batch(DiscoverBatchPoints) -> DiscoverBatchResponse;
        update_batch(UpdateBatchPoints) -> UpdateBatchResponse;
        query(QueryPoints) -> QueryResponse;
        query_groups(QueryPointGroups) -> QueryGroupsResponse;
        facet(FacetCounts) -> FacetResponse;
        search_matrix_pairs(SearchMatrixPoints) -> SearchMatrixPairsResponse;
        search_matrix_offsets(SearchMatrixPoints) -> SearchMatrixOffsetsResponse;
    }
}

#[tonic::async_trait]
impl Collections for Fake {
    async fn create(
        &self,
        request: Request<CreateCollection>,
    ) -> Result<Response<CollectionOperationResponse>, Status> {
        let request = request.into_inner();
        let size = match request.vectors_config.and_then(|vectors| vectors.config) {
            Some(vectors_config::Config::Params(params)) => params.size,
            other => return Err(Status::invalid_argument(format!("{other:?}"))),
        };
        let mut state = self.lock();
        if state.collections.contains_key(&request.collection_name) {
            return Err(Status::already_exists(request.collection_name));
        }
        state
            .collections
            .insert(request.collection_name, (size, BTreeMap::new()));
        Ok(Response::new(CollectionOperationResponse::default()))
    }

    async fn collection_exists(
        &self,
        request: Request<CollectionExistsRequest>,
    ) -> Result<Response<CollectionExistsResponse>, Status> {
        let name = request.into_inner().collection_name;
        let exists = self.lock().collections.contains_key(&name);
        Ok(Response::new(CollectionExistsResponse {
            result: Some(CollectionExists { exists }),
            ..CollectionExistsResponse::default()
        }))
    }

    unused! {
        get(GetCollectionInfoRequest) -> GetCollectionInfoResponse;
        list(ListCollectionsRequest) -> ListCollectionsResponse;
        update(UpdateCollection) -> CollectionOperationResponse;
        delete(DeleteCollection) -> CollectionOperationResponse;
        update_aliases(ChangeAliases) -> CollectionOperationResponse;
        list_collection_aliases(ListCollectionAliasesRequest) -> ListAliasesResponse;
        list_aliases(ListAliasesRequest) -> ListAliasesResponse;
        collection_cluster_info(CollectionClusterInfoRequest) -> CollectionClusterInfoResponse;
        update_collection_cluster_setup(UpdateCollectionClusterSetupRequest) -> UpdateCollectionClusterSetupResponse;
        create_shard_key(CreateShardKeyRequest) -> CreateShardKeyResponse;
        delete_shard_key(DeleteShardKeyRequest) -> DeleteShardKeyResponse;
        list_shard_keys(ListShardKeysRequest) -> ListShardKeysResponse;
    }
}
