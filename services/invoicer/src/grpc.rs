//! `torg.invoice.v1`: invoices for programs.

use domain::{
    Invoices,
    invoice::{Issued, Letter},
};
use proto::invoice::{
    self as wire, get_invoice_request::Which, invoices_server::Invoices as Contract,
};
use schemas::{AggregateKey, Cause, Decision, EventId, OrderId, ShopId, conversation::Actor};
use tonic::{Request, Response, Status};

use crate::issued::{Missing, Office};

/// How many invoices are listed when nobody says how many …
const USUAL: usize = 50;
/// … and at the most.
const MOST: usize = 500;

/// Shows invoices, and has them sent again.
pub(crate) struct Service {
    office: Office,
}

impl Service {
    pub(crate) const fn new(office: Office) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl Contract for Service {
    async fn list_invoices(
        &self,
        request: Request<wire::ListInvoicesRequest>,
    ) -> Result<Response<wire::ListInvoicesResponse>, Status> {
        let request = request.into_inner();
        let shop = shop(&request.shop)?;
        let all = self.office.all(&shop).await.map_err(away)?;
        let limit = match usize::try_from(request.limit).unwrap_or(MOST) {
            0 => USUAL,
            some => some.min(MOST),
        };
        let newest = all.all().rev();
        let before = newest.filter(|(number, _)| request.before == 0 || *number < request.before);
        let invoices = before
            .take(limit)
            .map(|(number, issued)| told(number, issued));
        Ok(Response::new(wire::ListInvoicesResponse {
            invoices: invoices.collect(),
        }))
    }

    async fn get_invoice(
        &self,
        request: Request<wire::GetInvoiceRequest>,
    ) -> Result<Response<wire::GetInvoiceResponse>, Status> {
        let request = request.into_inner();
        let shop = shop(&request.shop)?;
        let number = match request.which {
            Some(Which::Number(number)) => number,
            Some(Which::OrderId(id)) => {
                let order: OrderId = id.parse().map_err(|_| {
                    Status::invalid_argument(format!("order_id {id:?} is not a uuid"))
                })?;
                let all = self.office.all(&shop).await.map_err(away)?;
                let known = all.of_order(order).map(|(number, _)| number);
                known.ok_or_else(|| Status::not_found(format!("order {id} has no invoice")))?
            }
            None => return Err(Status::invalid_argument("name a number or an order_id")),
        };
        let found = self.office.find(&shop, number).await.map_err(missing)?;
        let document = serde_json::to_string(&found.invoice)
            .map_err(|error| Status::internal(error.to_string()))?;
        let pdf = match request.without_pdf {
            true => Vec::new(),
            false => self.office.pdf(&found.invoice).await.map_err(|error| {
                tracing::error!(shop.id = %shop, number, "no page: {error}");
                Status::internal(error.to_string())
            })?,
        };
        Ok(Response::new(wire::GetInvoiceResponse {
            invoice: Some(told(number, &found.known)),
            document,
            pdf,
            file_name: paper::file_name(&found.invoice),
        }))
    }

    async fn resend_invoice(
        &self,
        request: Request<wire::ResendInvoiceRequest>,
    ) -> Result<Response<wire::ResendInvoiceResponse>, Status> {
        let request = request.into_inner();
        let shop = shop(&request.shop)?;
        let (by, id) = (request.by.trim(), request.request_id.trim());
        if by.is_empty() || id.is_empty() {
            return Err(Status::invalid_argument(
                "by and request_id are needed: who wants it, and the caller's own id of this request",
            ));
        }
        let key = AggregateKey::invoices(&shop);
        let by = Actor::Console(by.to_owned());
        let cause = EventId::derive(&["resend invoice", &key.to_string(), id]);
        // It begins a chain of its own, and is remembered by its name.
        let cause = Cause {
            id: cause,
            correlation: Some(cause),
        };
        let decided = self.office.log.decide::<Invoices, Unknown>(&key, |all| {
            if all.was_asked(cause.id) {
                return Ok(Decision::nothing());
            }
            all.resend(request.number, &by, cause).ok_or(Unknown)
        });
        match decided.await {
            Ok(appended) => Ok(Response::new(wire::ResendInvoiceResponse {
                changed: !appended.recorded.is_empty(),
            })),
            Err(eventlog::AppendError::Refused(Unknown)) => {
                Err(missing(Missing::Unknown(request.number)))
            }
            Err(error) => Err(Status::unavailable(error.to_string())),
        }
    }
}

/// There is no such invoice.
#[derive(Clone, Copy, Debug)]
struct Unknown;

fn shop(id: &str) -> Result<ShopId, Status> {
    ShopId::new(id).map_err(|error| Status::invalid_argument(error.to_string()))
}

fn away(error: eventlog::LogError) -> Status {
    Status::unavailable(error.to_string())
}

fn missing(missing: Missing) -> Status {
    match missing {
        Missing::Log(error) => away(error),
        Missing::Unknown(_) => Status::not_found(missing.to_string()),
        Missing::Unreadable(..) => Status::data_loss(missing.to_string()),
    }
}

fn told(number: u64, issued: &Issued) -> wire::Invoice {
    let (letter, reason) = match &issued.letter {
        Letter::None => ("none", ""),
        Letter::Ready { .. } => ("ready", ""),
        Letter::Mailing { .. } => ("mailing", ""),
        Letter::Mailed => ("mailed", ""),
        Letter::Refused(reason) => ("refused", reason.as_str()),
        Letter::Uncertain(reason) => ("uncertain", reason.as_str()),
    };
    wire::Invoice {
        number,
        order_id: issued.order.to_string(),
        order: issued.order.code(),
        conversation_id: issued.conversation.to_string(),
        issued_at: issued.at.to_string(),
        letter: letter.to_owned(),
        letter_reason: reason.to_owned(),
        copy: issued.copy,
    }
}
