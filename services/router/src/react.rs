//! One look at a conversation: wait, understand, compose, withdraw, hand over, or take back.

use std::{convert::Infallible, num::NonZero, sync::Arc, time::Duration};

use domain::{
    Conversation, Shop,
    conversation::{Pace, Pending, RouterStep, Routing, Settled, Understood, Voice},
};
use eventlog::{AppendError, EventLog, Outcome};
use jiff::Timestamp;
use language::Classifier;
use schemas::{
    AggregateKey, Decision, ShopId,
    conversation::{Content, ConversationEvent, HandoffReason, Language, TurnRouted},
    shop::{Policy, ShopConfigured},
    topology,
};
use tokio::sync::Semaphore;

use crate::{compose, figures, policy};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How old settings may be: every step of every conversation asks for them.
const SETTINGS: Duration = Duration::from_millis(200);
/// How long a voice note may take to be written down.
const HEARING: Duration = Duration::from_secs(15);
/// The name of the timer that gives a chat back.
const SELLER_SILENT: &str = "seller-silent";

/// Routes conversations.
#[derive(Clone)]
pub(crate) struct Router {
    log: EventLog,
    classifier: Arc<Classifier>,
    /// One for each message that is being understood: it is arithmetic, and more of it at once than there are cores to
    /// spare would only take the processor from whoever answers webhooks.
    cores: Arc<Semaphore>,
}

impl Router {
    pub(crate) fn new(log: EventLog, classifier: Arc<Classifier>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            log,
            classifier,
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
        let loaded = self.log.load::<Conversation>(key).await.map_err(|error| {
            tracing::warn!("the log does not answer: {error}");
            Outcome::RetryIn(OUTAGE)
        })?;
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
        let settings = settings(&self.log, key.shop_id()).await?;
        let policy = settings
            .as_ref()
            .map_or_else(Policy::default, |shop| shop.policy.clone());
        let (now, pace) = (boot::clock::now(), pace(&policy));
        match state.router_step(now, pace) {
            RouterStep::Nothing => Ok(Next::Rest),
            RouterStep::Wait(until) => {
                // The wait is in the lane: what arrives meanwhile is seen by the next look, and a crash arms it again.
                tokio::time::sleep(until_then(now, until)).await;
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
                    .understand(&state, messages, settings.as_ref(), &policy)
                    .await?;
                self.append(key, |state| state.route(&understood)).await
            }
            RouterStep::Compose(turn) => {
                let composition =
                    compose::reply(turn).map_err(|error| Outcome::Park(error.to_string()))?;
                self.append(key, |state| state.compose(&composition)).await
            }
            RouterStep::Withdraw(..) => {
                self.append(key, |state| Ok::<_, Infallible>(state.withdraw()))
                    .await
            }
            RouterStep::HandOver(..) => {
                self.append(key, |state| Ok::<_, Infallible>(state.hand_over_stuck()))
                    .await
            }
            RouterStep::Resume => {
                self.append(key, |state| Ok::<_, Infallible>(state.resume(now, pace)))
                    .await
            }
        }
    }

    async fn understand(
        &self,
        state: &Conversation,
        messages: &[Pending],
        settings: Option<&ShopConfigured>,
        policy: &Policy,
    ) -> Result<Understood, Outcome> {
        let situation = situation(state, settings, policy);
        let texts: Vec<String> = messages
            .iter()
            .map(|message| message.words().to_owned())
            .collect();
        let classifier = Arc::clone(&self.classifier);
        let turn = Arc::clone(&self.cores).acquire_owned().await;
        let (reading, model, bank) = tokio::task::spawn_blocking(move || {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let reading = policy::read(&classifier, &texts, &situation);
            drop(turn);
            (
                reading,
                classifier.model_id().to_owned(),
                classifier.bank_id().to_owned(),
            )
        })
        .await
        .map_err(|error| Outcome::Park(format!("understanding failed: {error}")))?;
        let settled = match unreadable(messages).or(reading.handoff) {
            Some((reason, detail)) => Settled::Seller(Routing {
                reason,
                detail,
                notice: compose::notice(reading.language, reason)
                    .map_err(|error| Outcome::Park(error.to_string()))?,
            }),
            None => Settled::Specialists,
        };
        Ok(Understood {
            settled,
            calls: Vec::new(),
            turn: TurnRouted {
                messages: messages.iter().map(|message| message.id).collect(),
                asks: reading.asks,
                language: reading.language,
                greeted: reading.greeted,
                anew: state.is_anew(),
                threshold: policy.confidence,
                model,
                bank,
            },
        })
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

enum Next {
    /// The log has just told this state.
    GoOn(Arc<Conversation>),
    LookAgain,
    Rest,
}

/// A shop's settings in force.
pub(crate) async fn settings(
    log: &EventLog,
    shop: &ShopId,
) -> Result<Option<ShopConfigured>, Outcome> {
    let key = AggregateKey::shop(shop);
    match log.load_recent::<Shop>(&key, SETTINGS).await {
        Ok(loaded) => Ok(loaded.state.settings().cloned()),
        Err(error) => {
            tracing::warn!(shop.id = %shop, "the settings cannot be read: {error}");
            Err(Outcome::RetryIn(OUTAGE))
        }
    }
}

/// What a shop's policy and a conversation tell about the words to come.
pub(crate) fn situation(
    state: &Conversation,
    settings: Option<&ShopConfigured>,
    policy: &Policy,
) -> policy::Situation {
    let places = state.list().map_or(0, |list| list.items.len());
    policy::Situation {
        has_focus: state.focus().is_some() || state.listing().is_some() || places > 0,
        list_length: u32::try_from(places).unwrap_or(u32::MAX),
        language: state.language(),
        languages: languages(settings),
        threshold: policy.confidence,
    }
}

/// The languages a shop answers in.
pub(crate) fn languages(settings: Option<&ShopConfigured>) -> Vec<Language> {
    settings.map_or_else(
        || vec![Language::Ru, Language::En, Language::Es],
        |shop| {
            shop.languages
                .iter()
                .filter_map(|code| Language::parse(code))
                .collect()
        },
    )
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

const fn pace(policy: &Policy) -> Pace {
    Pace {
        quiet_window: Duration::from_millis(policy.quiet_window_ms),
        seller_silent: Duration::from_secs(policy.seller_silent_minutes.saturating_mul(60)),
        hearing: HEARING,
    }
}

fn until_then(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}
