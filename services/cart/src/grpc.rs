//! `torg.cart.v1`: questions about carts, answered from the log, and about orders, answered from their rows.

mod after;

use std::{pin::Pin, time::Duration};

use domain::Conversation;
use eventlog::{EventLog, LogError, RawCommit, Scope, project::Reader};
use futures::{Stream, StreamExt as _, stream};
use proto::cart::{
    GetCartRequest, GetCartResponse, GetOrderRequest, GetOrderResponse, ListOrdersRequest,
    ListOrdersResponse, WatchCartRequest, WatchCartResponse, WatchOrdersRequest,
    WatchOrdersResponse, carts_server::Carts, orders_server::Orders,
};
use schemas::{AggregateKey, Kind, OrderId, ShopId, conversation::ConversationEvent};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::{
    contract,
    orders::{self, Filter, OrderRow},
};

/// How often a watch looks whether the rows have come as far as the log.
const LOOK: Duration = Duration::from_millis(25);
/// How long it waits for them.
const BEHIND: Duration = Duration::from_secs(10);
/// How many orders are listed when nobody says, and at the most.
const USUAL: u32 = 100;
const MOST: u32 = 1_000;

/// Answers questions; changes nothing.
#[derive(Clone)]
pub(crate) struct Service {
    log: EventLog,
    reader: Reader,
    stop: CancellationToken,
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Service {
    pub(crate) const fn new(log: EventLog, reader: Reader, stop: CancellationToken) -> Self {
        Self { log, reader, stop }
    }

    async fn cart(&self, key: &AggregateKey) -> Result<proto::cart::Cart, Status> {
        let loaded = self.log.load::<Conversation>(key).await.map_err(away)?;
        if loaded.seq == 0 {
            return Err(Status::not_found("no such conversation"));
        }
        if let Some(poison) = &loaded.poison {
            return Err(Status::data_loss(poison.to_string()));
        }
        Ok(contract::cart(loaded.state.deal(), loaded.seq))
    }

    /// The orders of a commit, once the rows are as new as it.
    async fn as_of(
        &self,
        shop: ShopId,
        seen: Vec<(OrderId, u64)>,
    ) -> Vec<Result<OrderRow, Status>> {
        let mut rows = Vec::with_capacity(seen.len());
        for (id, version) in seen {
            let waited = tokio::time::timeout(BEHIND, async {
                loop {
                    match orders::find(&self.reader, &shop, &id.to_string()).await {
                        Ok(Some(row)) if row.version >= version => return Ok(row),
                        Ok(_) => tokio::time::sleep(LOOK).await,
                        Err(error) => return Err(database(&error)),
                    }
                }
            });
            let late = |_| {
                Err(Status::unavailable(
                    "the rows of orders are behind; watch again",
                ))
            };
            rows.push(waited.await.unwrap_or_else(late));
        }
        rows
    }
}

#[tonic::async_trait]
impl Carts for Service {
    async fn get_cart(
        &self,
        request: Request<GetCartRequest>,
    ) -> Result<Response<GetCartResponse>, Status> {
        let request = request.into_inner();
        let key = contract::chat(&request.shop, &request.conversation)?;
        if let Some(after) = &request.after_event {
            after::in_log(&self.log, &key, after).await?;
        }
        let cart = Some(self.cart(&key).await?);
        Ok(Response::new(GetCartResponse { cart }))
    }

    type WatchCartStream = Streamed<WatchCartResponse>;

    async fn watch_cart(
        &self,
        request: Request<WatchCartRequest>,
    ) -> Result<Response<Self::WatchCartStream>, Status> {
        let request = request.into_inner();
        let key = contract::chat(&request.shop, &request.conversation)?;
        let first = self.cart(&key).await?;
        let next = first.seq.saturating_add(1);
        let (service, begun) = (self.clone(), first.clone());
        let commits = self.log.follow(&Scope::Key(key.clone()), next);
        let changes = commits
            .then(move |commit| {
                let (service, key) = (service.clone(), key.clone());
                async move {
                    commit.map_err(away)?;
                    service.cart(&key).await
                }
            })
            .scan(begun, |last, cart| {
                // Most of what happens in a chat changes no cart.
                let news = match &cart {
                    Ok(cart) if contract::same(last, cart) => None,
                    Ok(cart) => {
                        last.clone_from(cart);
                        Some(Ok(cart.clone()))
                    }
                    Err(status) => Some(Err(status.clone())),
                };
                std::future::ready(Some(news))
            })
            .filter_map(std::future::ready);
        let all = stream::iter([Ok(first)]).chain(changes);
        let all = all.map(|cart| Ok(WatchCartResponse { cart: Some(cart?) }));
        let stop = self.stop.clone().cancelled_owned();
        Ok(Response::new(Box::pin(all.take_until(stop))))
    }
}

#[tonic::async_trait]
impl Orders for Service {
    async fn list_orders(
        &self,
        request: Request<ListOrdersRequest>,
    ) -> Result<Response<ListOrdersResponse>, Status> {
        let request = request.into_inner();
        let shop = contract::shop(&request.shop)?;
        let filter = Filter {
            stages: contract::stages(request.stages)?,
            conversation: contract::conversation(&request.conversation)?,
            after: contract::after(&request.after)?,
        };
        if let Some(after) = &request.after_event {
            after::in_rows(&self.log, &self.reader, &request.shop, after).await?;
        }
        let limit = match request.limit {
            0 => USUAL,
            limit => limit.min(MOST),
        };
        let rows = orders::list(&self.reader, &shop, &filter, limit).await;
        let rows = rows.map_err(|error| database(&error))?;
        let full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
        let next = rows.last().filter(|_| full).map(contract::place);
        Ok(Response::new(ListOrdersResponse {
            orders: rows.iter().map(contract::order).collect(),
            next: next.unwrap_or_default(),
        }))
    }

    async fn get_order(
        &self,
        request: Request<GetOrderRequest>,
    ) -> Result<Response<GetOrderResponse>, Status> {
        let request = request.into_inner();
        let shop = contract::shop(&request.shop)?;
        if let Some(after) = &request.after_event {
            after::in_rows(&self.log, &self.reader, &request.shop, after).await?;
        }
        let found = orders::find(&self.reader, &shop, &request.order).await;
        let found = found.map_err(|error| database(&error))?;
        let row = found.ok_or_else(|| {
            Status::not_found(format!("shop {shop} has no order {:?}", request.order))
        })?;
        let order = Some(contract::order(&row));
        Ok(Response::new(GetOrderResponse { order }))
    }

    type WatchOrdersStream = Streamed<WatchOrdersResponse>;

    async fn watch_orders(
        &self,
        request: Request<WatchOrdersRequest>,
    ) -> Result<Response<Self::WatchOrdersStream>, Status> {
        let request = request.into_inner();
        let shop = contract::shop(&request.shop)?;
        let filter = Filter {
            stages: contract::stages(request.stages)?,
            ..Filter::default()
        };
        // From where the rows are at the latest: what comes between is told twice, and nothing is left out.
        let reached = self.reader.applied().await;
        let reached = reached.map_err(|error| database(&error))?;
        let rows = orders::list(&self.reader, &shop, &filter, MOST).await;
        let rows = rows.map_err(|error| database(&error))?;
        let follow = |shard: u16| {
            let known = reached.iter().find(|(known, _)| *known == shard);
            let from = known.map_or(0, |(_, seq)| *seq).saturating_add(1);
            Box::pin(
                self.log
                    .follow(&Scope::Kind(shard, Kind::Conversation), from),
            )
        };
        let commits = stream::select_all((0..self.log.shards()).map(follow));
        let service = self.clone();
        let changes = commits
            .filter_map({
                let shop = shop.clone();
                move |commit| std::future::ready(changed(&shop, commit).transpose())
            })
            .then(move |seen| {
                let (service, shop) = (service.clone(), shop.clone());
                async move {
                    match seen {
                        Ok(seen) => service.as_of(shop, seen).await,
                        Err(status) => vec![Err(status)],
                    }
                }
            })
            .flat_map(stream::iter);
        let stages = filter.stages;
        let wanted = move |row: &Result<OrderRow, Status>| {
            let keep = row
                .as_ref()
                .map_or(true, |row| stages.is_empty() || stages.contains(&row.stage));
            std::future::ready(keep)
        };
        let all = stream::iter(rows.into_iter().map(Ok)).chain(changes);
        let all = all.filter(wanted).map(|row| {
            let order = Some(contract::order(&row?));
            Ok(WatchOrdersResponse { order })
        });
        let stop = self.stop.clone().cancelled_owned();
        Ok(Response::new(Box::pin(all.take_until(stop))))
    }
}

/// The orders of a shop that a commit says something about, with the version that says it.
fn changed(
    shop: &ShopId,
    commit: Result<RawCommit, LogError>,
) -> Result<Option<Vec<(OrderId, u64)>>, Status> {
    let commit = commit.map_err(away)?;
    let about = commit.types.is_empty() || commit.types.iter().any(|name| name.contains(".order_"));
    if commit.key.shop_id() != shop || !about {
        return Ok(None);
    }
    // What cannot be read has no row to wait for either.
    let Ok(events) = commit.decode::<ConversationEvent>() else {
        return Ok(None);
    };
    let mut seen: Vec<(OrderId, u64)> = Vec::new();
    for recorded in events {
        if let Some(order) = recorded.event.order() {
            seen.retain(|(known, _)| *known != order);
            seen.push((order, recorded.version));
        }
    }
    Ok((!seen.is_empty()).then_some(seen))
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over errors")]
fn away(error: LogError) -> Status {
    Status::unavailable(error.to_string())
}

fn database(error: &sqlx::Error) -> Status {
    tracing::warn!("the orders cannot be read: {error}");
    Status::unavailable("the database of the orders does not answer; ask again")
}
