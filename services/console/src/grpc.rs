//! `torg.history.v1` and `torg.shop.v1`: questions, answered from the log and the read models.

mod experiments;

use std::{pin::Pin, time::Duration};

use domain::Shop;
use eventlog::{EventLog, RawCommit, Scope, project::Reader};
use futures::{Stream, StreamExt as _};
use proto::{
    history::{
        Event, EventsRequest, ListRequest, ListResponse, SearchRequest, SearchResponse,
        StateRequest, StateResponse, WaitRequest, WaitResponse, history_server::History,
    },
    shop::{Product, ProductsRequest, ProductsResponse, shops_server::Shops},
};
use schemas::{
    AggregateKey, ConversationId, EventData as _, EventId, ShopId, conversation::ConversationEvent,
    stock::Quantity,
};
use sqlx::types::Json;
use tonic::{Request, Response, Status};

use crate::{
    contract,
    listing::{self, Filter},
    search,
    story::{Until, find_event},
    then::Then,
};

pub(crate) use experiments::Trials;

/// How often a wait looks again.
const LOOK: Duration = Duration::from_millis(25);
/// How many are on a page when nobody says, and at the most.
const USUAL: u32 = 50;
const MOST: u32 = 500;
/// The longest wait.
const LONGEST: u32 = 30_000;

/// Answers questions; changes nothing.
#[derive(Clone)]
pub(crate) struct Service {
    log: EventLog,
    reader: Reader,
}

impl Service {
    pub(crate) const fn new(log: EventLog, reader: Reader) -> Self {
        Self { log, reader }
    }
}

type Events = Pin<Box<dyn Stream<Item = Result<Event, Status>> + Send>>;

#[tonic::async_trait]
impl History for Service {
    type EventsStream = Events;

    async fn events(&self, request: Request<EventsRequest>) -> Result<Response<Events>, Status> {
        let request = request.into_inner();
        let key = key(&request.shop, &request.conversation_id)?;
        let from = request.from_seq.max(1);
        let commits: Pin<Box<dyn Stream<Item = Result<RawCommit, eventlog::LogError>> + Send>> =
            if request.follow {
                Box::pin(self.log.follow(&Scope::Key(key), from))
            } else {
                let read = self.log.read(&Scope::Key(key), from, u64::MAX).await;
                Box::pin(read.map_err(|error| Status::unavailable(error.to_string()))?)
            };
        Ok(Response::new(Box::pin(
            commits.flat_map(|commit| futures::stream::iter(events(commit))),
        )))
    }

    async fn state(
        &self,
        request: Request<StateRequest>,
    ) -> Result<Response<StateResponse>, Status> {
        let request = request.into_inner();
        let key = key(&request.shop, &request.conversation_id)?;
        let until = match (request.at_seq, request.at_time.as_str()) {
            (0, "") => Until::Now,
            (0, time) => Until::Time(time.parse().map_err(|error| {
                Status::invalid_argument(format!("at_time {time:?} is not RFC 3339: {error}"))
            })?),
            (seq, _) => Until::Seq(seq),
        };
        let then = Then::read(&self.log, &key, until)
            .await
            .map_err(|error| Status::unavailable(format!("{error:#}")))?;
        let told = contract::state(&then);
        told.map(Response::new)
            .ok_or_else(|| Status::not_found("no such conversation, or none yet at that moment"))
    }

    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListResponse>, Status> {
        let request = request.into_inner();
        let (shop, size) = (shop(&request.shop)?, size(request.page_size));
        let filter = Filter {
            owner: request.owner,
            channel: request.channel,
            reason: request.reason,
            words: request.words,
            after: contract::after(&request.page_token)?,
        };
        let rows = listing::conversations(&self.reader, &shop, &filter, size.saturating_add(1));
        let rows = rows.await.map_err(|error| away(&error))?;
        Ok(Response::new(contract::page(rows, size)))
    }

    async fn search(
        &self,
        request: Request<SearchRequest>,
    ) -> Result<Response<SearchResponse>, Status> {
        let request = request.into_inner();
        let (shop, size) = (shop(&request.shop)?, size(request.page_size));
        if request.words.trim().is_empty() {
            return Err(Status::invalid_argument("words: say what to search for"));
        }
        let skip: u32 = match request.page_token.as_str() {
            "" => 0,
            token => token
                .parse()
                .map_err(|_| Status::invalid_argument("page_token is not one that was given"))?,
        };
        let more = size.saturating_add(1);
        let hits = search::search(&self.reader, &shop, &request.words, more, skip);
        let hits = hits.await.map_err(|error| away(&error))?;
        Ok(Response::new(contract::hits(hits, size, skip)))
    }

    async fn wait(&self, request: Request<WaitRequest>) -> Result<Response<WaitResponse>, Status> {
        let request = request.into_inner();
        let id: EventId = request
            .event_id
            .parse()
            .map_err(|_| Status::invalid_argument("event_id is not a uuid"))?;
        let timeout = match request.timeout_ms {
            0 => 5_000,
            millis => millis.min(LONGEST),
        };
        let of = match request.shop.as_str() {
            "" => None,
            name => Some(shop(name)?),
        };
        let looks = async {
            loop {
                match find_event(&self.reader, of.as_ref(), id).await {
                    Ok(Some(_)) => return Ok(true),
                    Ok(None) => tokio::time::sleep(LOOK).await,
                    Err(error) => return Err(Status::unavailable(format!("{error:#}"))),
                }
            }
        };
        let waited = tokio::time::timeout(Duration::from_millis(u64::from(timeout)), looks).await;
        let there = waited.unwrap_or(Ok(false))?;
        Ok(Response::new(WaitResponse { there }))
    }
}

#[tonic::async_trait]
impl Shops for Service {
    async fn products(
        &self,
        request: Request<ProductsRequest>,
    ) -> Result<Response<ProductsResponse>, Status> {
        let shop = shop(&request.into_inner().shop)?;
        let known = self
            .log
            .load::<Shop>(&AggregateKey::shop(&shop))
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?;
        if known.state.settings().is_none() {
            return Err(Status::not_found(format!("shop {shop} was never added")));
        }
        let reading = self.reader.of(&shop).await;
        let mut reading = reading.map_err(|error| away(&error))?;
        let rows: Vec<ProductRow> = sqlx::query_as(
            "SELECT sku, name, quantity, price, category, listing, revision, row_number FROM product \
             WHERE shop = $1 AND shown ORDER BY sku",
        )
        .bind(shop.as_str())
        .fetch_all(&mut *reading)
        .await
        .map_err(|error| away(&error))?;
        let products = rows.into_iter().map(product).collect();
        Ok(Response::new(ProductsResponse { products }))
    }
}

type ProductRow = (
    String,
    String,
    Json<Quantity>,
    i64,
    Option<String>,
    Option<String>,
    String,
    i32,
);

fn product(row: ProductRow) -> Product {
    let (sku, name, Json(quantity), price, category, listing, revision, number) = row;
    Product {
        sku,
        name,
        quantity: match quantity {
            Quantity::Pieces(pieces) => Some(pieces),
            Quantity::Some | Quantity::OnOrder => None,
        },
        in_stock: quantity.in_stock(),
        price,
        category: category.unwrap_or_default(),
        listing: listing.unwrap_or_default(),
        source: format!("products@{revision} row {number}"),
    }
}

fn away(error: &sqlx::Error) -> Status {
    tracing::warn!("a question was not answered: {error}");
    Status::unavailable("the database does not answer; ask again")
}

/// How many are on a page.
const fn size(wanted: u32) -> u32 {
    match wanted {
        0 => USUAL,
        more if more > MOST => MOST,
        some => some,
    }
}

fn shop(id: &str) -> Result<ShopId, Status> {
    ShopId::new(id).map_err(|error| Status::invalid_argument(error.to_string()))
}

fn key(id: &str, conversation: &str) -> Result<AggregateKey, Status> {
    let conversation: ConversationId = conversation
        .parse()
        .map_err(|_| Status::invalid_argument("conversation_id is not a uuid"))?;
    Ok(AggregateKey::conversation(&shop(id)?, conversation))
}

fn events(commit: Result<RawCommit, eventlog::LogError>) -> Vec<Result<Event, Status>> {
    let commit = match commit {
        Ok(commit) => commit,
        Err(error) => return vec![Err(Status::unavailable(error.to_string()))],
    };
    let recorded = match commit.decode::<ConversationEvent>() {
        Ok(recorded) => recorded,
        Err(error) => {
            return vec![Err(Status::data_loss(format!(
                "commit {}: {error}",
                commit.seq
            )))];
        }
    };
    recorded.into_iter().map(event).collect()
}

fn event(recorded: schemas::Recorded<ConversationEvent>) -> Result<Event, Status> {
    let tagged = serde_json::to_value(&recorded.event)
        .map_err(|error| Status::internal(error.to_string()))?;
    Ok(Event {
        seq: recorded.seq,
        version: recorded.version,
        id: recorded.meta.id.to_string(),
        r#type: recorded.event.type_name().to_owned(),
        time: recorded.meta.time.to_string(),
        source: recorded.meta.source,
        correlation_id: recorded.meta.correlation.to_string(),
        causation_id: recorded
            .meta
            .causation
            .map_or_else(String::new, |id| id.to_string()),
        data: tagged
            .get("data")
            .map_or_else(String::new, ToString::to_string),
    })
}
