//! `torg.history.v1` and `torg.shop.v1`: questions, answered from the log and the read models.

use std::{pin::Pin, time::Duration};

use domain::Shop;
use eventlog::{EventLog, RawCommit, Scope};
use futures::{Stream, StreamExt as _};
use proto::{
    history::{
        Event, EventsRequest, StateRequest, StateResponse, WaitRequest, WaitResponse,
        history_server::History,
    },
    shop::{Product, ProductsRequest, ProductsResponse, shops_server::Shops},
};
use schemas::{
    AggregateKey, ConversationId, EventData as _, EventId, ShopId, conversation::ConversationEvent,
    stock::Quantity,
};
use sqlx::{PgPool, types::Json};
use tonic::{Request, Response, Status};

use crate::story::{Story, Until, find_event};

/// How often a wait looks again.
const LOOK: Duration = Duration::from_millis(25);
/// The longest wait.
const LONGEST: u32 = 30_000;

/// Answers questions; changes nothing.
pub(crate) struct Service {
    log: EventLog,
    pool: PgPool,
}

impl Service {
    pub(crate) const fn new(log: EventLog, pool: PgPool) -> Self {
        Self { log, pool }
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
        let story = Story::read(&self.log, &key, until)
            .await
            .map_err(|error| Status::unavailable(format!("{error:#}")))?;
        let Some(last) = story.events.last() else {
            return Err(Status::not_found(
                "no such conversation, or none yet at that moment",
            ));
        };
        let state = &story.state;
        Ok(Response::new(StateResponse {
            seq: last.seq,
            version: last.version,
            owner: state.owner().as_str().to_owned(),
            language: state
                .language()
                .map_or_else(String::new, |language| language.as_str().to_owned()),
            focus: state.focus().map_or_else(String::new, ToString::to_string),
            list: state.list().map_or_else(Vec::new, |list| {
                list.items.iter().map(ToString::to_string).collect()
            }),
            pending: state
                .pending()
                .iter()
                .map(|message| message.id.to_string())
                .collect(),
        }))
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
        let looks = async {
            loop {
                match find_event(&self.pool, id).await {
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
        let rows: Vec<ProductRow> = sqlx::query_as(
            "SELECT sku, name, quantity, price, category, listing, revision, row_number FROM product \
             WHERE shop = $1 AND shown ORDER BY sku",
        )
        .bind(shop.as_str())
        .fetch_all(&self.pool)
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
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
