//! `torg.ingest.v1`: write into a web chat as its buyer.

use eventlog::EventLog;
use proto::ingest::{WriteRequest, WriteResponse, ingest_server::Ingest};
use schemas::ShopId;
use tonic::{Request, Response, Status};

use crate::{http::Refusal, web};

/// Records by the function that the chat page uses.
pub(crate) struct Service {
    log: EventLog,
}

impl Service {
    pub(crate) const fn new(log: EventLog) -> Self {
        Self { log }
    }
}

#[tonic::async_trait]
impl Ingest for Service {
    async fn write(
        &self,
        request: Request<WriteRequest>,
    ) -> Result<Response<WriteResponse>, Status> {
        let request = request.into_inner();
        let shop = ShopId::new(request.shop)
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        let chat = web::checked(&request.chat).map_err(status)?;
        if request.message_id.is_empty() {
            return Err(Status::invalid_argument("message_id is empty"));
        }
        let written = web::write_into(&self.log, &shop, &chat, &request.message_id, &request.text);
        let receipt = written.await.map_err(status)?;
        Ok(Response::new(WriteResponse {
            event_id: receipt.event.to_string(),
            conversation_id: receipt.key.id().to_owned(),
        }))
    }
}

fn status(refusal: Refusal) -> Status {
    match refusal {
        Refusal::BadRequest(message) => Status::invalid_argument(message),
        Refusal::Unauthorised => Status::unauthenticated("wrong or missing secret"),
        Refusal::NotFound => Status::not_found("nothing is here"),
        Refusal::Unavailable => Status::unavailable("not stored; send it again"),
        Refusal::Busy => Status::resource_exhausted("too many streams are open"),
    }
}
