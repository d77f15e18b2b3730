//! Orders over gRPC: the same decisions as the buttons, once for each request.

use std::time::Duration;

use domain::{Conversation, conversation::OrderRefusal};
use eventlog::AppendError;
use proto::desk::{self as wire, act_on_order_request::Subject, act_on_order_response::Outcome};
use schemas::{
    AggregateKey, Cause, OrderId, ShopId,
    conversation::{Actor, ConversationEvent as Event, OrderTerms},
};
use tonic::Status;

use super::{
    asked::amend,
    contract::{self as orders, Wish},
};
use crate::{
    contract,
    grpc::{Service, away, fault},
    matters::{self, Fault, Verdict},
};

/// Why a request decides nothing.
enum WhyNot {
    /// A rule says no.
    Refused(OrderRefusal),
    /// Nobody can carry that out.
    Wrong(Status),
}

impl From<OrderRefusal> for WhyNot {
    fn from(refusal: OrderRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Service {
    /// Carries out a request about an order.
    pub(crate) async fn decide_on_order(
        &self,
        shop: &ShopId,
        request: wire::ActOnOrderRequest,
    ) -> Result<wire::ActOnOrderResponse, Status> {
        let by = self.actor(shop, request.by).await?;
        let wish = orders::wish(request.deed)?;
        let (conversation, order) = match request.subject {
            None => {
                return Err(Status::invalid_argument(
                    "no subject: name a matter or an order",
                ));
            }
            Some(Subject::Matter(id)) => {
                let id = contract::matter_id(&id)?;
                let matter = self.matter(shop, id, Duration::ZERO).await?;
                let order = matter.order.ok_or_else(|| {
                    Status::invalid_argument(format!("matter {id} is of no order; use Act"))
                })?;
                (matter.conversation, order)
            }
            Some(Subject::Order(order)) => (
                contract::conversation_id(&order.conversation_id)?,
                orders::order_id(&order.order_id)?,
            ),
        };
        let key = AggregateKey::conversation(shop, conversation);
        let cause = contract::cause(&key, &request.request_id)?;
        let verdict = self.decided(&key, order, &wish, &by, cause).await?;
        let outcome = contract::outcome(
            verdict,
            &request.request_id,
            |event| wish.becomes(order, event),
            |refusal| Ok(orders::refused(refusal)),
        )?;
        let state = self.log.load::<Conversation>(&key).await;
        let state = state.map_err(away)?.state;
        let known = state.order(order);
        Ok(wire::ActOnOrderResponse {
            outcome: Some(match outcome {
                Ok(done) => Outcome::Done(done),
                Err(refused) => Outcome::Refused(refused),
            }),
            order: known.map(orders::order),
            terms: known.map(orders::terms),
        })
    }

    async fn decided(
        &self,
        key: &AggregateKey,
        order: OrderId,
        wish: &Wish,
        by: &Actor,
        cause: Cause,
    ) -> Result<Verdict<Event, OrderRefusal>, Status> {
        let decided = self
            .log
            .decide::<Conversation, WhyNot>(key, |state| {
                let now = boot::clock::now();
                match wish {
                    Wish::Act(action) => Ok(state.act_on_order(order, action, by, cause, now)?),
                    Wish::Amend(amendment) => {
                        let terms = |known: &OrderTerms| amendment.of(known).map_err(WhyNot::Wrong);
                        amend(state, order, amendment.revision, terms, (by, cause, now))
                    }
                }
            })
            .await;
        let refusal = match decided {
            Ok(appended) => match appended.recorded.into_iter().next() {
                Some(recorded) => return Ok(Verdict::Done(recorded)),
                None => OrderRefusal::AlreadySo,
            },
            Err(AppendError::Refused(WhyNot::Refused(refusal))) => refusal,
            Err(AppendError::Refused(WhyNot::Wrong(status))) => return Err(status),
            Err(AppendError::Poisoned(poison)) => {
                return Err(fault(Fault::Unreadable(poison.to_string())));
            }
            Err(AppendError::Contended(_)) => {
                return Err(fault(Fault::Log("others were faster".to_owned())));
            }
            Err(AppendError::Log(error)) => return Err(away(error)),
        };
        // As for a chat: what a request has done makes the same request impossible.
        let earlier = matters::earlier(&self.log, key, cause).await;
        let earlier = earlier.map_err(fault)?;
        Ok(earlier.map_or(Verdict::Refused(refusal), Verdict::Again))
    }
}
