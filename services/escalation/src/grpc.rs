//! `torg.desk.v1`: the desk for programs, and for people who are not in Telegram.

use std::{convert::Infallible, pin::Pin, sync::Arc, time::Duration};

use domain::{Conversation, Desk, Shop, conversation::LabelRefusal, desk::Matter};
use eventlog::{AppendError, EventLog, LogError, RawCommit, Scope};
use futures::{Stream, StreamExt as _, stream};
use proto::desk::{
    self as wire, act_request::Subject, act_response::Outcome, desk_server::Desk as Contract,
};
use schemas::{
    AggregateKey, ConversationId, EventId, Fold as _, ShopId,
    conversation::Actor,
    desk::{DeskEvent, PostKind},
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::{
    bots::Bots,
    chat::Chat,
    contract::{self, Wish},
    matters::{self, Fault},
};

/// How often a wait looks again.
const LOOK: Duration = Duration::from_millis(25);
/// The longest wait.
const LONGEST: u32 = 30_000;

/// Shows the desk, and acts by the rules that the buttons in Telegram follow.
pub(crate) struct Service {
    pub(crate) log: EventLog,
    bots: Arc<Bots>,
    stop: CancellationToken,
}

type Watched = Pin<Box<dyn Stream<Item = Result<wire::WatchMattersResponse, Status>> + Send>>;

impl Service {
    /// Whoever watches is let go when `stop` is cancelled.
    pub(crate) const fn new(log: EventLog, bots: Arc<Bots>, stop: CancellationToken) -> Self {
        Self { log, bots, stop }
    }

    async fn shop(&self, id: &str) -> Result<ShopId, Status> {
        let shop = contract::shop(id)?;
        let known = self.log.load::<Shop>(&AggregateKey::shop(&shop)).await;
        if known.map_err(away)?.state.settings().is_none() {
            return Err(Status::not_found(format!("shop {shop} was never added")));
        }
        Ok(shop)
    }

    async fn desk(&self, shop: &ShopId) -> Result<eventlog::Loaded<Desk>, Status> {
        let loaded = self.log.load::<Desk>(&AggregateKey::desk(shop)).await;
        loaded.map_err(away)
    }

    /// Who acts. A seller of Telegram has to sit at the desk: only then is the name one that others know.
    pub(crate) async fn actor(
        &self,
        shop: &ShopId,
        by: Option<wire::Actor>,
    ) -> Result<Actor, Status> {
        let by = contract::actor(by)?;
        if let Actor::Telegram(seller) = by {
            let file = self.bots.file(shop);
            let configured = file.map_or_else(Vec::new, |file| file.settings.sellers.clone());
            if !self.desk(shop).await?.state.is_seller(&configured, seller) {
                return Err(Status::invalid_argument(format!(
                    "no seller {seller} sits at the desk of shop {shop}; invite one with `torg shop invite {shop}`"
                )));
            }
        }
        Ok(by)
    }

    /// A matter of the desk; waits for one that the desk has not been told of yet.
    pub(crate) async fn matter(
        &self,
        shop: &ShopId,
        id: EventId,
        wait: Duration,
    ) -> Result<Matter, Status> {
        let look = async {
            loop {
                match self.desk(shop).await {
                    Ok(loaded) => match loaded.state.matter(id) {
                        Some(matter) => return Ok(matter.clone()),
                        None => tokio::time::sleep(LOOK).await,
                    },
                    Err(status) => return Err(status),
                }
            }
        };
        if wait > Duration::ZERO {
            if let Ok(found) = tokio::time::timeout(wait, look).await {
                return found;
            }
        } else if let Some(matter) = self.desk(shop).await?.state.matter(id) {
            return Ok(matter.clone());
        }
        Err(Status::not_found(format!(
            "matter {id} is not on the desk of shop {shop}, or not yet"
        )))
    }

    /// The matter that a request about a chat is about: the open one, else the one settled last.
    async fn latest(&self, shop: &ShopId, id: ConversationId) -> Result<Option<Matter>, Status> {
        let key = AggregateKey::conversation(shop, id);
        let state = self.log.load::<Conversation>(&key).await;
        let state = state.map_err(away)?.state;
        if state.address().is_none() {
            return Err(Status::not_found(format!(
                "no conversation {id} in shop {shop}"
            )));
        }
        let open = state.handoff().map(|open| open.id);
        let latest = open.or_else(|| state.settled().last().map(|done| done.matter));
        let desk = self.desk(shop).await?.state;
        Ok(latest.and_then(|id| desk.matter(id)).cloned())
    }

    async fn carry_out(
        &self,
        shop: &ShopId,
        request: wire::ActRequest,
    ) -> Result<wire::ActResponse, Status> {
        let by = self.actor(shop, request.by).await?;
        let wish = contract::wish(request.deed)?;
        let (named, matter, conversation) = match request.subject {
            None => {
                return Err(Status::invalid_argument(
                    "no subject: name a matter or a conversation_id",
                ));
            }
            Some(Subject::Matter(id)) => {
                let id = contract::matter_id(&id)?;
                let matter = self.matter(shop, id, Duration::ZERO).await?;
                let conversation = matter.conversation;
                (Some(id), Some(matter), conversation)
            }
            Some(Subject::ConversationId(id)) => {
                let id = contract::conversation_id(&id)?;
                (None, self.latest(shop, id).await?, id)
            }
        };
        let key = AggregateKey::conversation(shop, conversation);
        let request_id = request.request_id;
        let cause = contract::cause(&key, &request_id)?;
        let outcome = match wish {
            Wish::Act(action) => {
                let verdict = matters::act(&self.log, &key, named, &action, &by, cause).await;
                let fits = |event: &_| contract::becomes(&action, event);
                contract::outcome(
                    verdict.map_err(fault)?,
                    &request_id,
                    fits,
                    contract::refused,
                )?
            }
            Wish::Snooze(until) => {
                let Some(matter) = matter.clone() else {
                    return Err(Status::not_found(format!(
                        "no matter of conversation {conversation} is on the desk of shop {shop}, or not yet"
                    )));
                };
                let now = boot::clock::now();
                let seen = matters::now(&self.log, shop, matter).await.map_err(away)?;
                let verdict = matters::snooze(&self.log, shop, &seen, until, now, &by, cause).await;
                let verdict = verdict
                    .map_err(fault)?
                    .ok_or_else(|| Status::invalid_argument(format!("until {until} is past")))?;
                contract::outcome(
                    verdict,
                    &request_id,
                    |event| matches!(event, DeskEvent::MatterSnoozed(known) if known.until == until),
                    contract::refused,
                )?
            }
        };
        let now = match matter {
            None => self.latest(shop, conversation).await?,
            Some(matter) => self.desk(shop).await?.state.matter(matter.id).cloned(),
        };
        let matter = match now {
            None => None,
            Some(matter) => Some(matters::now(&self.log, shop, matter).await.map_err(away)?),
        };
        Ok(wire::ActResponse {
            outcome: Some(match outcome {
                Ok(done) => Outcome::Done(done),
                Err(refused) => Outcome::Refused(refused),
            }),
            matter: matter.map(contract::matter),
        })
    }
}

#[tonic::async_trait]
impl Contract for Service {
    type WatchMattersStream = Watched;

    async fn list_matters(
        &self,
        request: Request<wire::ListMattersRequest>,
    ) -> Result<Response<wire::ListMattersResponse>, Status> {
        let request = request.into_inner();
        let shop = self.shop(&request.shop).await?;
        let seen = matters::on_desk(&self.log, &shop, request.include_settled).await;
        let matters = seen.map_err(away)?.into_iter().map(contract::matter);
        Ok(Response::new(wire::ListMattersResponse {
            matters: matters.collect(),
        }))
    }

    async fn get_matter(
        &self,
        request: Request<wire::GetMatterRequest>,
    ) -> Result<Response<wire::GetMatterResponse>, Status> {
        let request = request.into_inner();
        let id = contract::matter_id(&request.matter)?;
        let shop = self.shop(&request.shop).await?;
        let wait = Duration::from_millis(u64::from(request.wait_ms.min(LONGEST)));
        let matter = self.matter(&shop, id, wait).await?;
        let key = AggregateKey::conversation(&shop, matter.conversation);
        let chat = Chat::read(&self.log, &key).await.map_err(away)?;
        let seen = matters::see(matter, &chat.state);
        Ok(Response::new(contract::whole(seen, chat, request.messages)))
    }

    async fn watch_matters(
        &self,
        request: Request<wire::WatchMattersRequest>,
    ) -> Result<Response<Watched>, Status> {
        let shop = self.shop(&request.into_inner().shop).await?;
        let desk = self.desk(&shop).await?;
        let eye = Eye {
            log: self.log.clone(),
            shop,
        };
        let open = desk.state.matters().filter(|matter| matter.is_open());
        let mut open: Vec<Matter> = open.cloned().collect();
        open.sort_by_key(|matter| (matter.opened_at, matter.id));
        let beginning = eye.shown(open, desk.seq).await;
        let key = Scope::Key(AggregateKey::desk(&eye.shop));
        let commits = self.log.follow(&key, desk.seq.saturating_add(1));
        let folded = Desk::clone(&desk.state);
        let changes = Box::pin(commits).scan(folded, move |desk, commit| {
            let (changed, eye) = (changed(desk, commit), eye.clone());
            async move {
                Some(match changed {
                    Ok((matters, seq)) => eye.shown(matters, seq).await,
                    Err(status) => vec![Err(status)],
                })
            }
        });
        let all = stream::iter(beginning).chain(changes.flat_map(stream::iter));
        Ok(Response::new(Box::pin(
            all.take_until(self.stop.clone().cancelled_owned()),
        )))
    }

    async fn act(
        &self,
        request: Request<wire::ActRequest>,
    ) -> Result<Response<wire::ActResponse>, Status> {
        let request = request.into_inner();
        let shop = self.shop(&request.shop).await?;
        let acted = self.carry_out(&shop, request).await?;
        Ok(Response::new(acted))
    }

    async fn act_on_order(
        &self,
        request: Request<wire::ActOnOrderRequest>,
    ) -> Result<Response<wire::ActOnOrderResponse>, Status> {
        let request = request.into_inner();
        let shop = self.shop(&request.shop).await?;
        let acted = self.decide_on_order(&shop, request).await?;
        Ok(Response::new(acted))
    }

    async fn hold(
        &self,
        request: Request<wire::HoldRequest>,
    ) -> Result<Response<wire::HoldResponse>, Status> {
        let request = request.into_inner();
        let hold = contract::hold(&request.hold)?;
        let shop = self.shop(&request.shop).await?;
        let by = self.actor(&shop, request.by).await?;
        let key = AggregateKey::shop(&shop);
        let cause = match request.request_id.as_str() {
            "" => None,
            id => Some(contract::cause(&key, id)?),
        };
        let decided = self
            .log
            .decide::<Shop, Infallible>(&key, |shop| {
                Ok(match cause {
                    Some(cause) => shop.hold_for(cause, hold, &by),
                    None => shop.hold(hold, &by),
                })
            })
            .await
            .map_err(|error| fault(error.into()))?;
        let (state, changed) = (decided.loaded.state, !decided.recorded.is_empty());
        let earlier = cause.and_then(|cause| state.held_for(cause.id));
        if let Some(earlier) = earlier.filter(|earlier| *earlier != hold) {
            return Err(contract::another(
                &request.request_id,
                contract::held(earlier),
            ));
        }
        Ok(Response::new(wire::HoldResponse {
            hold: contract::held(state.held()).to_owned(),
            changed,
            again: earlier.is_some() && !changed,
        }))
    }

    async fn label(
        &self,
        request: Request<wire::LabelRequest>,
    ) -> Result<Response<wire::LabelResponse>, Status> {
        let request = request.into_inner();
        let id = contract::matter_id(&request.matter)?;
        let intent = contract::intent(&request.intent)?;
        let shop = self.shop(&request.shop).await?;
        let by = self.actor(&shop, request.by).await?;
        let matter = self.matter(&shop, id, Duration::ZERO).await?;
        let key = AggregateKey::conversation(&shop, matter.conversation);
        let decided = self
            .log
            .decide::<Conversation, LabelRefusal>(&key, |state| state.label(id, intent, &by))
            .await;
        match decided {
            Ok(appended) => Ok(Response::new(wire::LabelResponse {
                changed: !appended.recorded.is_empty(),
            })),
            Err(AppendError::Refused(LabelRefusal::Open(_))) => Err(Status::failed_precondition(
                format!("{id} is not handled yet; label it once somebody has settled it"),
            )),
            Err(AppendError::Refused(LabelRefusal::Unknown(_))) => {
                Err(Status::not_found(format!("{id} is no matter of that chat")))
            }
            Err(AppendError::Poisoned(poison)) => Err(Status::data_loss(poison.to_string())),
            Err(error) => Err(Status::unavailable(format!("{error}; send it again"))),
        }
    }
}

/// Folds a commit of a desk that somebody watches; tells the matters that it changed, and its position. The desk is
/// folded here, commit by commit, so that what is shown is never older than what led to it.
fn changed(
    desk: &mut Desk,
    commit: Result<RawCommit, LogError>,
) -> Result<(Vec<Matter>, u64), Status> {
    let commit = commit.map_err(away)?;
    let events = commit.decode::<DeskEvent>().map_err(|error| {
        Status::data_loss(format!("commit {} of the desk: {error}", commit.seq))
    })?;
    let mut changed: Vec<EventId> = Vec::new();
    for recorded in events {
        desk.evolve(&recorded);
        match recorded.event {
            DeskEvent::MatterOpened(event) => changed.push(event.matter),
            DeskEvent::MatterChanged(event) => changed.push(event.matter),
            DeskEvent::MatterSnoozed(event) => changed.push(event.matter),
            // Who is reminded of a matter does not wait for it any more.
            DeskEvent::Posted(event) if event.kind == PostKind::Reminder => {
                changed.extend(event.matters);
            }
            _ => {}
        }
    }
    let matters = changed.into_iter().filter_map(|id| desk.matter(id));
    Ok((matters.cloned().collect(), commit.seq))
}

/// Looks at matters for somebody who watches.
#[derive(Clone)]
struct Eye {
    log: EventLog,
    shop: ShopId,
}

impl Eye {
    async fn shown(
        &self,
        matters: Vec<Matter>,
        seq: u64,
    ) -> Vec<Result<wire::WatchMattersResponse, Status>> {
        let mut shown = Vec::with_capacity(matters.len());
        for matter in matters {
            let seen = matters::now(&self.log, &self.shop, matter).await;
            shown.push(match seen {
                Ok(seen) => Ok(wire::WatchMattersResponse {
                    matter: Some(contract::matter(seen)),
                    seq,
                }),
                Err(error) => Err(away(error)),
            });
        }
        shown
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over errors")]
pub(crate) fn away(error: LogError) -> Status {
    Status::unavailable(error.to_string())
}

pub(crate) fn fault(fault: Fault) -> Status {
    match fault {
        Fault::Log(why) => Status::unavailable(format!("{why}; send it again")),
        Fault::Unreadable(why) => Status::data_loss(why),
    }
}
