//! One look at a conversation: reserve what is ordered, say what came of it, keep what is sold, let go what is not.
//!
//! Whatever was done before a crash is found done: a reservation names the order's pieces in all, and is not made twice.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc, time::Duration};

use boot::CrashPoint;
use domain::{
    Article, Conversation, Customer, Shop,
    conversation::{Order, OrderStep},
    stock::TooFew,
};
use eventlog::{AppendError, EventLog, LogError, Outcome};
use schemas::{
    AggregateKey, ConversationId, CustomerId, Decision, OrderId, Sku,
    conversation::{ConversationEvent, OrderDeclined, OrderPlaced, Shortage},
    customer::CustomerOrdered,
    shop::Policy,
    stock::StockEvent,
    topology,
};

use crate::{
    figures,
    policy::{self, Due, Want},
};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How long to wait when others were faster again and again: a rush for one article is over soon.
const RUSH: Duration = Duration::from_millis(200);
/// How old settings may be.
const SETTINGS: Duration = Duration::from_millis(200);
/// The name of the timer that lets an order expire.
const EXPIRY: &str = "order-expiry";

/// Sees to the orders of conversations.
#[derive(Clone)]
pub(crate) struct Orders {
    log: EventLog,
}

/// What came of reaching for every piece.
struct Reached {
    /// What there is too little of.
    short: Vec<Shortage>,
    /// Articles of the order that the sheet does not count.
    uncounted: Vec<Sku>,
}

/// How an article answered.
enum Answer {
    Held { counted: bool },
    Short { left: u32 },
}

impl Orders {
    pub(crate) const fn new(log: EventLog) -> Self {
        Self { log }
    }

    /// Does whatever the orders of this conversation ask for, until they ask for nothing.
    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let Some(conversation) = key.conversation_id() else {
            return Outcome::Done;
        };
        let look = Look {
            log: &self.log,
            key: &key,
            conversation,
        };
        let mut settled = BTreeSet::new();
        loop {
            match look.step(&mut settled).await {
                Ok(Next::LookAgain) => {}
                Ok(Next::Rest) => return Outcome::Done,
                Err(outcome) => return outcome,
            }
        }
    }
}

enum Next {
    LookAgain,
    Rest,
}

/// One look at one conversation.
struct Look<'a> {
    log: &'a EventLog,
    key: &'a AggregateKey,
    conversation: ConversationId,
}

impl Look<'_> {
    /// Orders in `settled` were seen to in this look, and are at their end.
    async fn step(&self, settled: &mut BTreeSet<OrderId>) -> Result<Next, Outcome> {
        let state = self.load().await?;
        let now = boot::clock::now();
        let steps = state.order_steps(now);
        let expired = steps.iter().find_map(|step| match step {
            OrderStep::Expire(order) => Some(order.id),
            OrderStep::Reserve(_) | OrderStep::Arm(_) => None,
        });
        if let Some(id) = expired {
            return self.append(|state| state.expire(id, now)).await;
        }
        // First what can be had again, then what is wanted.
        for order in state.orders() {
            if settled.contains(&order.id) {
                continue;
            }
            self.settle(order).await?;
            self.note(&state, order).await?;
            if !order.is_open() {
                settled.insert(order.id);
            }
        }
        let wanted = steps.iter().find_map(|step| match step {
            OrderStep::Reserve(order) => Some(*order),
            OrderStep::Expire(_) | OrderStep::Arm(_) => None,
        });
        if let Some(order) = wanted {
            return self.reserve(order).await;
        }
        let soonest = steps.iter().filter_map(|step| match step {
            OrderStep::Arm(at) => Some(*at),
            OrderStep::Reserve(_) | OrderStep::Expire(_) => None,
        });
        if let Some(at) = soonest.min() {
            let consumer = topology::ORDERS.consumer;
            let armed = self.log.arm(consumer, self.key, EXPIRY, at).await;
            armed.map_err(waits)?;
        }
        Ok(Next::Rest)
    }

    async fn load(&self) -> Result<Arc<Conversation>, Outcome> {
        let loaded = self.log.load::<Conversation>(self.key).await;
        let loaded = loaded.map_err(waits)?;
        match &loaded.poison {
            Some(poison) => Err(Outcome::Park(poison.to_string())),
            None => Ok(loaded.state),
        }
    }

    /// Reaches for every piece, then records that the order is placed, or what is missing.
    async fn reserve(&self, order: &Order) -> Result<Next, Outcome> {
        let wants = policy::wants(order);
        let reached = self.reach(order, &wants).await?;
        let (id, revision) = (order.id, order.revision);
        if !reached.short.is_empty() {
            self.put_back(order, &wants).await?;
            let declined = OrderDeclined {
                order: id,
                revision,
                short: reached.short,
            };
            return self.append(|state| state.decline(&declined)).await;
        }
        for want in wants.iter().filter(|want| want.pieces < want.before) {
            self.hold(order.id, &want.sku, want.pieces).await?;
        }
        let policy = self.policy().await?;
        let (approval, because) =
            policy::approval(&policy.order_approval, order, &reached.uncounted);
        let placed = OrderPlaced {
            order: id,
            revision,
            approval,
            because,
            expires_at: policy::expiry(boot::clock::now(), policy.order_expires_hours),
        };
        boot::crash_point(CrashPoint::OrderPlacedBefore);
        let next = self.append(|state| state.place(&placed)).await;
        boot::crash_point(CrashPoint::OrderPlacedAfter);
        next
    }

    /// Reserves what is wanted beyond what was agreed before. Once something is short the rest is only asked for, so
    /// that the buyer hears of everything, and others can have it.
    async fn reach(&self, order: &Order, wants: &[Want]) -> Result<Reached, Outcome> {
        let (mut short, mut uncounted) = (Vec::new(), Vec::new());
        for want in wants.iter().filter(|want| want.pieces > 0) {
            let more = want.pieces > want.before;
            let answer = if more && short.is_empty() {
                self.hold(order.id, &want.sku, want.pieces).await?
            } else {
                // What was agreed before is held already.
                let pieces = if more { want.pieces } else { 0 };
                self.ask(order.id, &want.sku, pieces).await?
            };
            match answer {
                Answer::Held { counted: true } => {}
                Answer::Held { counted: false } => uncounted.push(want.sku.clone()),
                Answer::Short { left } => short.push(Shortage {
                    sku: want.sku.clone(),
                    wanted: want.pieces,
                    left,
                }),
            }
        }
        Ok(Reached { short, uncounted })
    }

    /// Holds what was agreed before, and no more.
    async fn put_back(&self, order: &Order, wants: &[Want]) -> Result<(), Outcome> {
        for want in wants.iter().filter(|want| want.pieces > want.before) {
            if want.before == 0 {
                self.change_if_needed(&want.sku, |article| article.release(order.id, "declined"))
                    .await?;
            } else {
                self.hold(order.id, &want.sku, want.before).await?;
            }
        }
        Ok(())
    }

    /// Sees to it that what is held at the articles is what the order's stage asks for.
    async fn settle(&self, order: &Order) -> Result<(), Outcome> {
        let due = policy::due(order);
        for want in policy::wants(order) {
            let id = order.id;
            match due {
                Due::Reserving => return Ok(()),
                // Something may have been reserved in vain by an instance that was slow; never is too little held.
                Due::Held => {
                    let key = AggregateKey::stock(self.key.shop_id(), &want.sku);
                    let loaded = self.log.load::<Article>(&key).await.map_err(waits)?;
                    let mut held = loaded.state.held().iter();
                    if held.any(|held| held.order == id && held.pieces > want.pieces) {
                        self.hold(id, &want.sku, want.pieces).await?;
                    }
                }
                Due::Kept => {
                    self.change_if_needed(&want.sku, |article| article.keep(id))
                        .await?;
                }
                Due::Released(reason) => {
                    self.change_if_needed(&want.sku, |article| article.release(id, reason))
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// Notes the order with its customer, once it is placed, and again when it was placed on other terms.
    async fn note(&self, state: &Conversation, order: &Order) -> Result<(), Outcome> {
        let (Some(placed_at), Some(customer)) = (order.placed_at, self.customer(state)) else {
            return Ok(());
        };
        let ordered = CustomerOrdered {
            order: order.id,
            conversation: self.conversation,
            placed_at,
            // A seller's change is no order yet: its pieces may not be there.
            terms: order.before.as_ref().unwrap_or(&order.terms).clone(),
            recipient: order.recipient.clone(),
        };
        let key = AggregateKey::customer(self.key.shop_id(), customer);
        let known = self.log.load::<Customer>(&key).await.map_err(waits)?;
        if known.state.note(&ordered, order.revision).events.is_empty() {
            return Ok(());
        }
        let noted = self
            .log
            .decide::<Customer, Infallible>(&key, |known| Ok(known.note(&ordered, order.revision)))
            .await;
        noted.map(|_| ()).map_err(failed)
    }

    fn customer(&self, state: &Conversation) -> Option<CustomerId> {
        let (buyer, _) = state.buyer()?;
        let channel = state.address()?.channel;
        let shop = self.key.shop_id();
        Some(CustomerId::of(shop, channel.as_str(), buyer.get()?))
    }

    /// Holds so many pieces of an article for an order, in all.
    async fn hold(&self, order: OrderId, sku: &Sku, pieces: u32) -> Result<Answer, Outcome> {
        let conversation = self.conversation;
        boot::crash_point(CrashPoint::ReservedBefore);
        let changed = self
            .change(sku, |article| article.reserve(order, conversation, pieces))
            .await?;
        boot::crash_point(CrashPoint::ReservedAfter);
        Ok(match changed {
            Ok(article) => held(&article),
            Err(TooFew { left }) => Answer::Short { left },
        })
    }

    /// What [`Self::hold`] would answer, without holding anything.
    async fn ask(&self, order: OrderId, sku: &Sku, pieces: u32) -> Result<Answer, Outcome> {
        let key = AggregateKey::stock(self.key.shop_id(), sku);
        let loaded = self.log.load::<Article>(&key).await.map_err(waits)?;
        if let Some(poison) = &loaded.poison {
            return Err(Outcome::Park(poison.to_string()));
        }
        let article = &loaded.state;
        if pieces == 0 {
            return Ok(held(article));
        }
        Ok(match article.reserve(order, self.conversation, pieces) {
            Ok(_) => held(article),
            Err(TooFew { left }) => Answer::Short { left },
        })
    }

    /// As [`Self::change`], when the article as it is known asks for it at all.
    async fn change_if_needed(
        &self,
        sku: &Sku,
        decide: impl Fn(&Article) -> Decision<StockEvent> + Send + Sync,
    ) -> Result<(), Outcome> {
        let key = AggregateKey::stock(self.key.shop_id(), sku);
        let loaded = self.log.load::<Article>(&key).await.map_err(waits)?;
        if !decide(&loaded.state).events.is_empty() {
            let decide = |article: &Article| Ok::<_, Infallible>(decide(article));
            let _: Result<Arc<Article>, Infallible> = self.change(sku, decide).await?;
        }
        Ok(())
    }

    async fn change<R: Send>(
        &self,
        sku: &Sku,
        decide: impl FnMut(&Article) -> Result<Decision<StockEvent>, R> + Send,
    ) -> Result<Result<Arc<Article>, R>, Outcome> {
        let key = AggregateKey::stock(self.key.shop_id(), sku);
        match self.log.decide::<Article, R>(&key, decide).await {
            Ok(appended) => Ok(Ok(appended.loaded.state)),
            Err(AppendError::Refused(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(failed(error)),
        }
    }

    /// Appends to the conversation. What adds nothing lost against somebody: look again.
    async fn append(
        &self,
        decide: impl Fn(&Conversation) -> Decision<ConversationEvent> + Send + Sync,
    ) -> Result<Next, Outcome> {
        let decide = |state: &Conversation| Ok::<_, Infallible>(decide(state));
        let appended = self
            .log
            .decide::<Conversation, Infallible>(self.key, decide);
        let appended = appended.await.map_err(failed)?;
        figures::count(&appended.recorded);
        Ok(Next::LookAgain)
    }

    async fn policy(&self) -> Result<Policy, Outcome> {
        let key = AggregateKey::shop(self.key.shop_id());
        let shop = self.log.load_recent::<Shop>(&key, SETTINGS).await;
        Ok(shop.map_err(waits)?.state.ordering_policy())
    }
}

fn held(article: &Article) -> Answer {
    let counted = policy::is_counted(article);
    Answer::Held { counted }
}

/// The log is away: everything waits for it.
fn waits(error: LogError) -> Outcome {
    tracing::warn!("the log does not answer: {error}");
    Outcome::RetryIn(OUTAGE)
}

/// Nothing was appended.
fn failed<R>(error: AppendError<R>) -> Outcome {
    match error {
        AppendError::Poisoned(poison) => Outcome::Park(poison.to_string()),
        AppendError::Contended(_) => Outcome::RetryIn(RUSH),
        AppendError::Log(error) => waits(error),
        AppendError::Refused(_) => Outcome::RetryIn(RUSH),
    }
}
