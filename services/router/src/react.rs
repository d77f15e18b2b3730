//! One look at a conversation: wait, understand, compose, withdraw, hand over, or take back.

use std::{convert::Infallible, num::NonZero, sync::Arc, time::Duration};

use boot::CrashPoint;
use domain::{
    Conversation, Presence, Shop,
    conversation::{
        Composition, Pace, Pending, RouterStep, Routing, Settled, Turn, Understood, Voice,
    },
};
use eventlog::{AppendError, EventLog, LogError, Outcome};
use jiff::Timestamp;
use language::{Classifier, SayError};
use schemas::{
    AggregateKey, Decision, EventId, ShopId,
    conversation::{
        Content, ConversationEvent, HandoffReason, Language, ModelCall, ReplyKind, TurnRouted,
    },
    shop::{Hold, ModelSpent, Policy, Setting},
    topology,
};
use tokio::sync::Semaphore;

use crate::{
    compose,
    faqs::Faqs,
    figures, guard,
    model::{self, Models},
    news,
    notice::{self, Answers},
    policy::{self, Mind, Reading, Situation, Verdict},
    situation::situation,
    unclear::Unclear,
};

/// Millionths of a ruble in a ruble.
const MICRO: i64 = 1_000_000;
/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How old settings may be: every step of every conversation asks for them.
const SETTINGS: Duration = Duration::from_millis(200);
/// How often to look whether a voice note is written down.
const LISTENING: Duration = Duration::from_millis(200);
/// How long a voice note may take to be written down.
const HEARING: Duration = Duration::from_secs(15);
/// The name of the timer that gives a chat back.
const SELLER_SILENT: &str = "seller-silent";

/// Routes conversations.
#[derive(Clone)]
pub(crate) struct Router {
    log: EventLog,
    classifier: Arc<Classifier>,
    models: Arc<Models>,
    faqs: Faqs,
    /// One for each message that is being understood: it is arithmetic, and more of it at once than there are cores to
    /// spare would only take the processor from whoever answers webhooks.
    cores: Arc<Semaphore>,
}

impl Router {
    pub(crate) fn new(log: EventLog, classifier: Arc<Classifier>, models: Models) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            log,
            faqs: Faqs::new(Arc::clone(&classifier)),
            classifier,
            models: Arc::new(models),
            cores: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
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
        let policy = shop
            .settings()
            .map_or_else(Policy::default, |settings| settings.policy.clone());
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
                let understood = self
                    .understand(key, &state, messages, &shop, &policy)
                    .await?;
                let next = self.append(key, |state| state.route(&understood)).await;
                self.account(key, &understood.turn.messages, &understood.calls, next)
                    .await
            }
            RouterStep::Compose(turn) => {
                let composition = self.compose(&state, turn, &shop, &policy).await?;
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

    async fn understand(
        &self,
        key: &AggregateKey,
        state: &Conversation,
        messages: &[Pending],
        shop: &Shop,
        policy: &Policy,
    ) -> Result<Understood, Outcome> {
        let situation = situation(state, shop.settings(), policy);
        let texts: Vec<String> = messages
            .iter()
            .map(|message| message.words().to_owned())
            .collect();
        let mut reading = self.read(&texts, &situation, shop).await?;
        let mut calls = Vec::new();
        if matches!(reading.verdict, Verdict::Unsure(_)) && self.may_call(state, shop, policy) {
            let history = self.log.history(key).await.map_err(waits)?;
            let turn = Arc::clone(&self.cores).acquire_owned().await;
            let classifier = Arc::clone(&self.classifier);
            let unclear = Unclear::gather(classifier, turn, &history, messages).await?;
            let asked = self.models.understand(&unclear, &situation).await;
            if let Some((mut call, proposals)) = asked {
                match policy::accept(&reading, &proposals, &call.model) {
                    Some(better) => reading = better,
                    None if call.outcome == "used" => {
                        "not used: unsure, or not what the words say".clone_into(&mut call.outcome);
                    }
                    None => {}
                }
                calls.push(call);
            }
        }
        let verdict = match unreadable(messages) {
            _ if shop.held() == Some(Hold::Paused) => {
                Verdict::Seller(HandoffReason::Paused, "the bot is paused".to_owned())
            }
            Some((reason, detail)) => Verdict::Seller(reason, detail),
            None => match policy::fallback(&reading, &situation) {
                Verdict::Seller(HandoffReason::LowConfidence, detail)
                    if self.models.understands() && !self.may_call(state, shop, policy) =>
                {
                    Verdict::Seller(HandoffReason::BudgetSpent, format!("models; {detail}"))
                }
                verdict => verdict,
            },
        };
        let answers = Answers::at(shop, boot::clock::now(), state.told_away());
        Ok(Understood {
            settled: settled(verdict, reading.language, &answers)
                .map_err(|error| Outcome::Park(error.to_string()))?,
            calls,
            turn: TurnRouted {
                messages: messages.iter().map(|message| message.id).collect(),
                asks: reading.asks.into_iter().map(policy::recorded).collect(),
                language: reading.language,
                greeted: reading.greeted,
                anew: state.is_anew(),
                threshold: policy.confidence,
                model: self.classifier.model_id().to_owned(),
                bank: self.classifier.bank_id().to_owned(),
            },
        })
    }

    /// What the rules, the shop's own questions and the classifier make of the words.
    async fn read(
        &self,
        texts: &[String],
        situation: &Situation,
        shop: &Shop,
    ) -> Result<Reading, Outcome> {
        let (classifier, faqs) = (Arc::clone(&self.classifier), self.faqs.clone());
        let (texts, situation) = (texts.to_vec(), situation.clone());
        let faq = shop.faq().clone();
        let turn = Arc::clone(&self.cores).acquire_owned().await;
        tokio::task::spawn_blocking(move || {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let faq = faqs.of(&faq);
            let mind = Mind {
                classifier: &classifier,
                faq: faq.as_deref(),
            };
            let reading = policy::read(mind, &texts, &situation);
            drop(turn);
            reading
        })
        .await
        .map_err(|error| Outcome::Park(format!("understanding failed: {error}")))
    }

    /// Puts the answers together; a model may phrase them, and the guard decides whether its words are used.
    async fn compose(
        &self,
        state: &Conversation,
        turn: &Turn,
        shop: &Shop,
        policy: &Policy,
    ) -> Result<Composition, Outcome> {
        let answers = Answers::at(shop, boot::clock::now(), state.told_away());
        let mut composition = compose::reply(turn, &answers, compose::pending(state).as_ref())
            .map_err(|error| Outcome::Park(error.to_string()))?;
        let plain = composition.kind == ReplyKind::Answer && composition.list.is_none();
        if !plain || !self.models.phrases() || !self.may_call(state, shop, policy) {
            return Ok(composition);
        }
        let buyer: Vec<String> = state
            .pending()
            .iter()
            .map(|message| message.words().to_owned())
            .collect();
        let tone = shop.setting(Setting::Tone).map_or_else(
            || model::usual_tone(turn.language),
            |row| row.value.as_str(),
        );
        if let Some((mut call, words)) = self.models.phrase(&composition, &buyer, tone).await {
            if call.outcome == "used" {
                let judged = guard::judge_phrased(
                    &words,
                    &composition.text,
                    &composition.facts,
                    turn.language,
                );
                match judged {
                    Ok(()) => {
                        composition.draft = Some(std::mem::replace(&mut composition.text, words))
                    }
                    Err(objection) => call.outcome = format!("not used: {objection}"),
                }
            }
            composition.calls.push(call);
        }
        Ok(composition)
    }

    /// Whether the budgets of the conversation and of the shop's day let a model be called.
    fn may_call(&self, state: &Conversation, shop: &Shop, policy: &Policy) -> bool {
        let day = day(shop);
        let limit = i64::try_from(policy.model_rubles_per_day)
            .unwrap_or(i64::MAX)
            .saturating_mul(MICRO);
        self.models.understands()
            && state.model_use().calls < policy.model_calls_per_conversation
            && shop.spent_on(&day) < limit
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
                    day: day(shop),
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

/// The day that money is counted by, in the shop's own time zone.
fn day(shop: &Shop) -> String {
    let zone = shop
        .settings()
        .map_or("UTC", |settings| settings.timezone.as_str());
    let now = boot::clock::now();
    match jiff::tz::TimeZone::get(zone) {
        Ok(zone) => now.to_zoned(zone).date().to_string(),
        Err(_) => now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    }
}

/// A verdict with the words that the buyer is told.
fn settled(verdict: Verdict, language: Language, answers: &Answers) -> Result<Settled, SayError> {
    let (reason, detail) = match verdict {
        Verdict::Act => return Ok(Settled::Specialists),
        Verdict::AskBack(asked) => {
            let text = compose::question(language, &asked)?;
            return Ok(Settled::AskBack { text, asked });
        }
        Verdict::Seller(reason, detail) => (reason, detail),
        Verdict::Unsure(_) => (HandoffReason::LowConfidence, "not understood".to_owned()),
    };
    let notice = answers.notice(language, reason)?;
    Ok(Settled::Seller(Routing {
        reason,
        detail,
        notice,
    }))
}

/// Something among the messages that holds no words at all.
fn unreadable(messages: &[Pending]) -> Option<(HandoffReason, String)> {
    messages.iter().find_map(|message| {
        let what = match &message.content {
            Content::Voice(_) if matches!(message.voice, Some(Voice::Heard(_))) => return None,
            Content::Voice(_) => "voice note",
            Content::Image(_) => "picture",
            Content::Unreadable(what) => what.as_str(),
            Content::Text(text) if text.get().is_none() => "sealed text",
            Content::Text(_) | Content::Location(_) => return None,
        };
        Some((HandoffReason::Unreadable, what.to_owned()))
    })
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
