//! One look at a conversation: wait, understand, compose, withdraw, hand over, or take back.

use std::{convert::Infallible, num::NonZero, sync::Arc, time::Duration};

use boot::CrashPoint;
use domain::{
    Conversation, Presence, Shop,
    conversation::{Pace, RouterStep},
};
use eventlog::{AppendError, EventLog, LogError, Outcome, RawCommit};
use jiff::Timestamp;
use schemas::{
    AggregateKey, Decision, EventId, Recorded, ShopId,
    conversation::{ConversationEvent, ModelCall},
    shop::{ModelSpent, Policy},
    topology,
};

use crate::{
    banks::Banks,
    compose, figures,
    model::Models,
    news,
    notice::{self, Answers},
    turns::{self, Burst, Turns},
};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How old settings may be: every step of every conversation asks for them.
const SETTINGS: Duration = Duration::from_millis(200);
/// How often to look whether a voice note is written down.
const LISTENING: Duration = Duration::from_millis(200);
/// How long a voice note may take to be written down.
const HEARING: Duration = Duration::from_secs(15);
/// How long to wait when the bank of an arm cannot be had.
const BANK: Duration = Duration::from_secs(30);
/// The name of the timer that gives a chat back.
const SELLER_SILENT: &str = "seller-silent";

/// Routes conversations.
#[derive(Clone)]
pub(crate) struct Router {
    log: EventLog,
    banks: Banks,
    turns: Turns,
}

impl Router {
    pub(crate) fn new(log: EventLog, banks: Banks, models: Models) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            log,
            turns: Turns::new(banks.own(), models, cores.saturating_sub(1)),
            banks,
        }
    }

    /// Does whatever the state of this conversation asks for, until it asks for nothing.
    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let mut known = None;
        loop {
            match self.step(&key, known.take()).await {
                Ok(Next::GoOn(state)) => known = Some(state),
                Ok(Next::LookAgain) => {}
                Ok(Next::Rest) => return Outcome::Done,
                Err(outcome) => return outcome,
            }
        }
    }

    async fn load(&self, key: &AggregateKey) -> Result<Arc<Conversation>, Outcome> {
        let loaded = self.log.load::<Conversation>(key).await.map_err(waits)?;
        match &loaded.poison {
            Some(poison) => Err(Outcome::Park(poison.to_string())),
            None => Ok(loaded.state),
        }
    }

    async fn step(
        &self,
        key: &AggregateKey,
        known: Option<Arc<Conversation>>,
    ) -> Result<Next, Outcome> {
        let state = match known {
            Some(state) => state,
            None => self.load(key).await?,
        };
        let shop = shop(&self.log, key.shop_id()).await?;
        let arms = state.arms();
        // Whatever is done for the chat from here on, is done as its arm of an experiment has it.
        let shop = shop.as_tried(&arms);
        let policy = turns::policy_of(&shop);
        let now = boot::clock::now();
        let pace = pace(&shop, &policy, now);
        match state.router_step(now, pace) {
            RouterStep::Nothing => Ok(Next::Rest),
            RouterStep::Wait(until) => {
                // The wait is in the lane: what arrives meanwhile is seen by the next look, and a crash arms it again.
                let wait = until_then(now, until);
                // Nobody is woken who waits in the lane, and a note can be written down at any moment.
                let awaits = state.unheard().next().is_some();
                tokio::time::sleep(if awaits { wait.min(LISTENING) } else { wait }).await;
                Ok(Next::LookAgain)
            }
            RouterStep::Arm(at) => {
                let armed = self
                    .log
                    .arm(topology::ROUTER.consumer, key, SELLER_SILENT, at)
                    .await;
                armed.map(|()| Next::Rest).map_err(|error| {
                    tracing::warn!("a timer was not set: {error}");
                    Outcome::RetryIn(OUTAGE)
                })
            }
            RouterStep::Understand(messages) => {
                let due = key.conversation_id().and_then(|id| shop.arm_due(id, &arms));
                if let Some(arm) = due {
                    let assign = |state: &Conversation| Ok::<_, Infallible>(state.assign(&arm));
                    return self.append(key, assign).await;
                }
                let classifier = self.banks.of(shop.bank_tried(&arms)).await;
                let classifier = classifier.map_err(|error| {
                    tracing::error!(conversation.id = ?key.conversation_id(), "a turn waits for its arm's bank: {error:#}");
                    Outcome::RetryIn(BANK)
                })?;
                let burst = Burst {
                    state: &state,
                    messages,
                    shop: &shop,
                    now,
                };
                let history = || self.history(key);
                let turns = self.turns.with(classifier);
                let understood = turns.understand(burst, history).await?;
                let next = self.append(key, |state| state.route(&understood)).await;
                self.account(key, &understood.turn.messages, &understood.calls, next)
                    .await
            }
            RouterStep::Compose(turn) => {
                let composition = self.turns.compose(&state, turn, &shop, now).await?;
                let next = self.append(key, |state| state.compose(&composition)).await;
                self.account(key, &turn.messages, &composition.calls, next)
                    .await
            }
            RouterStep::Withdraw(..) => {
                self.append(key, |state| Ok::<_, Infallible>(state.withdraw()))
                    .await
            }
            RouterStep::HandOver(..) => {
                self.append(key, |state| {
                    Ok::<_, Infallible>(state.hand_over_stuck(now, pace))
                })
                .await
            }
            RouterStep::Suggest(turn) => {
                let draft = compose::draft(turn, &Answers::at(&shop, now, state.told_away()))
                    .map_err(|error| Outcome::Park(error.to_string()))?;
                self.append(key, |state| state.suggest(turn.id, draft.as_ref()))
                    .await
            }
            RouterStep::Tell(order, news) => {
                let told = news::say_of(&state, order, news)
                    .map_err(|error| Outcome::Park(error.to_string()))?;
                let id = order.id;
                boot::crash_point(CrashPoint::NewsComposedBefore);
                let next = self
                    .append(key, |state| {
                        Ok::<_, Infallible>(state.tell(id, news, &told.text, &told.facts))
                    })
                    .await;
                boot::crash_point(CrashPoint::NewsComposedAfter);
                next
            }
            RouterStep::Resume(reason) => {
                let told = match state.waits_in_vain(reason) {
                    true => notice::still_waiting(&state, &shop, now)
                        .map_err(|error| Outcome::Park(error.to_string()))?,
                    false => None,
                };
                self.append(key, |state| {
                    Ok::<_, Infallible>(state.resume(now, pace, told.as_ref()))
                })
                .await
            }
        }
    }

    async fn history(
        &self,
        key: &AggregateKey,
    ) -> Result<Vec<Recorded<ConversationEvent>>, Outcome> {
        let commits = self.log.history(key).await.map_err(waits)?;
        let events: Result<Vec<_>, _> = commits.iter().map(RawCommit::decode).collect();
        let events = events.map_err(|error| Outcome::Park(error.to_string()))?;
        Ok(events.concat())
    }

    /// Charges the calls to the shop's day, and keeps a record of those that were made in vain.
    async fn account(
        &self,
        key: &AggregateKey,
        messages: &[EventId],
        calls: &[ModelCall],
        next: Result<Next, Outcome>,
    ) -> Result<Next, Outcome> {
        let (Some(message), false) = (messages.last(), calls.is_empty()) else {
            return next;
        };
        let attempt = boot::clock::now().to_string();
        if matches!(next, Ok(Next::LookAgain)) {
            self.append(key, |state: &Conversation| {
                Ok::<_, Infallible>(state.call_models(*message, &attempt, calls))
            })
            .await?;
        }
        let microrubles: i64 = calls.iter().filter_map(|call| call.microrubles).sum();
        if microrubles > 0 {
            let shop_key = AggregateKey::shop(key.shop_id());
            let spend = |shop: &Shop| {
                let spent = ModelSpent {
                    message: *message,
                    day: turns::day(shop, boot::clock::now()),
                    microrubles,
                };
                Ok::<_, Infallible>(shop.spend(&spent, &attempt))
            };
            if let Err(error) = self.log.decide::<Shop, _>(&shop_key, spend).await {
                tracing::warn!(shop.id = %key.shop_id(), "a model's cost was not charged: {error:?}");
            }
        }
        next
    }

    /// Appends what `decide` answers. A refusal means that the conversation moved on: look again.
    async fn append<R>(
        &self,
        key: &AggregateKey,
        decide: impl FnMut(&Conversation) -> Result<Decision<ConversationEvent>, R> + Send,
    ) -> Result<Next, Outcome>
    where
        R: std::fmt::Debug + Send,
    {
        match self.log.decide::<Conversation, R>(key, decide).await {
            Ok(appended) => {
                figures::count(&appended.recorded);
                Ok(Next::GoOn(appended.loaded.state))
            }
            Err(AppendError::Refused(refusal)) => {
                tracing::debug!(?refusal, "the conversation moved on");
                Ok(Next::LookAgain)
            }
            Err(AppendError::Poisoned(poison)) => Err(Outcome::Park(poison.to_string())),
            Err(AppendError::Contended(_) | AppendError::Log(_)) => Err(Outcome::RetryIn(OUTAGE)),
        }
    }
}

/// The log is away: everything waits for it.
fn waits(error: LogError) -> Outcome {
    tracing::warn!("the log does not answer: {error}");
    Outcome::RetryIn(OUTAGE)
}

enum Next {
    /// The log has just told this state.
    GoOn(Arc<Conversation>),
    LookAgain,
    Rest,
}

/// A shop as it is known, at most a moment old.
pub(crate) async fn shop(log: &EventLog, shop: &ShopId) -> Result<Arc<Shop>, Outcome> {
    let key = AggregateKey::shop(shop);
    match log.load_recent::<Shop>(&key, SETTINGS).await {
        Ok(loaded) => Ok(loaded.state),
        Err(error) => {
            tracing::warn!(shop.id = %shop, "the settings cannot be read: {error}");
            Err(Outcome::RetryIn(OUTAGE))
        }
    }
}

fn pace(shop: &Shop, policy: &Policy, now: Timestamp) -> Pace {
    let presence = shop.schedule().map(|schedule| schedule.at(now));
    Pace {
        somebody_there: !matches!(presence, Some(Presence::Closed { .. })),
        messages_per_day: policy.messages_per_day,
        quiet_window: Duration::from_millis(policy.quiet_window_ms),
        seller_silent: Duration::from_secs(policy.seller_silent_minutes.saturating_mul(60)),
        hearing: HEARING,
    }
}

fn until_then(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}
