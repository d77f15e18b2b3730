//! Questions to other services: orders are the cart's, invoices the invoicer's, what-if replays the replayer's. Only questions go this way; what a person
//! wants done is recorded at the desk.

use std::time::Duration;

use anyhow::Context as _;
use proto::{
    cart::{GetOrderRequest, ListOrdersRequest, Order, orders_client::OrdersClient},
    history::{
        ListReplaysRequest, Replay, ReplayReport, ReplayReportRequest, StartReplayRequest,
        StopReplayRequest, replays_client::ReplaysClient,
    },
    invoice::{
        GetInvoiceRequest, GetInvoiceResponse, get_invoice_request::Which,
        invoices_client::InvoicesClient,
    },
};
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

use super::Failure;

/// How long an answer may take. A page of paper takes longest.
const DEADLINE: Duration = Duration::from_secs(8);
/// The largest invoice.
const PAPER: usize = 16 * 1024 * 1024;
/// The largest report.
const REPORT: usize = 64 * 1024 * 1024;
/// How many orders are looked through at the most.
pub(crate) const ORDERS: u32 = 1_000;

/// The services that are asked.
#[derive(Clone)]
pub(crate) struct Neighbours {
    orders: OrdersClient<Channel>,
    invoices: InvoicesClient<Channel>,
    replays: ReplaysClient<Channel>,
}

impl Neighbours {
    /// Connects when the first question comes.
    ///
    /// # Errors
    /// When an address is none.
    pub(crate) fn at(cart: &str, invoicer: &str, replays: &str) -> anyhow::Result<Self> {
        let channel = |url: &str, name: &str| {
            let endpoint = Endpoint::from_shared(url.to_owned());
            let endpoint = endpoint.with_context(|| {
                format!("{name} {url:?} is no address such as http://127.0.0.1:50051")
            })?;
            Ok::<_, anyhow::Error>(endpoint.timeout(DEADLINE).connect_lazy())
        };
        let invoices = InvoicesClient::new(channel(invoicer, "TORG_INVOICE_URL")?);
        let replays = ReplaysClient::new(channel(replays, "TORG_REPLAY_URL")?);
        Ok(Self {
            replays: replays.max_decoding_message_size(REPORT),
            orders: OrdersClient::new(channel(cart, "TORG_CART_URL")?),
            invoices: invoices.max_decoding_message_size(PAPER),
        })
    }

    /// A shop's orders, the newest first.
    pub(crate) async fn orders(&self, shop: &str) -> Result<Vec<Order>, Failure> {
        let asked = ListOrdersRequest {
            shop: shop.to_owned(),
            limit: ORDERS,
            ..ListOrdersRequest::default()
        };
        let answer = self.orders.clone().list_orders(asked).await;
        Ok(answer.map_err(failed)?.into_inner().orders)
    }

    /// One order, by its id or its code.
    pub(crate) async fn order(&self, shop: &str, order: &str) -> Result<Order, Failure> {
        let asked = GetOrderRequest {
            shop: shop.to_owned(),
            order: order.to_owned(),
            after_event: None,
        };
        let answer = self.orders.clone().get_order(asked).await;
        let answer = answer.map_err(failed)?.into_inner();
        answer.order.ok_or(Failure::NotFound)
    }

    /// An invoice with its PDF.
    pub(crate) async fn invoice(
        &self,
        shop: &str,
        number: u64,
    ) -> Result<GetInvoiceResponse, Failure> {
        let asked = GetInvoiceRequest {
            shop: shop.to_owned(),
            which: Some(Which::Number(number)),
            without_pdf: false,
        };
        let answer = self.invoices.clone().get_invoice(asked).await;
        Ok(answer.map_err(failed)?.into_inner())
    }

    /// The what-if replays that are kept, the newest first.
    pub(crate) async fn replays(&self, shop: &str) -> Result<Vec<Replay>, Failure> {
        let asked = ListReplaysRequest {
            shop: shop.to_owned(),
        };
        let answer = self.replays.clone().list(asked).await;
        Ok(answer.map_err(failed)?.into_inner().replays)
    }

    /// Starts a what-if replay; a refusal is for whoever asked.
    pub(crate) async fn start_replay(&self, asked: StartReplayRequest) -> Result<Replay, Status> {
        Ok(self.replays.clone().start(asked).await?.into_inner())
    }

    /// Stops a what-if replay.
    pub(crate) async fn stop_replay(&self, shop: &str, id: &str) -> Result<(), Failure> {
        let asked = StopReplayRequest {
            shop: shop.to_owned(),
            id: id.to_owned(),
        };
        self.replays.clone().stop(asked).await.map_err(failed)?;
        Ok(())
    }

    /// The report of a what-if replay that is done; its page in this language, leading to our pages of conversations.
    pub(crate) async fn report(
        &self,
        shop: &str,
        id: &str,
        language: &str,
    ) -> Result<ReplayReport, Failure> {
        let asked = ReplayReportRequest {
            shop: shop.to_owned(),
            id: id.to_owned(),
            language: language.to_owned(),
            conversations: format!("/c/{}/", super::encode(shop)),
        };
        let answer = self.replays.clone().report(asked).await;
        Ok(answer.map_err(failed)?.into_inner())
    }
}

fn failed(status: Status) -> Failure {
    match status.code() {
        Code::NotFound | Code::InvalidArgument | Code::FailedPrecondition => Failure::NotFound,
        _ => Failure::Neighbour(Box::new(status)),
    }
}
