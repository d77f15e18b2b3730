//! What a turn is made of: words into asks, and answers into a reply. Nothing is read from the log and nothing recorded
//! here, so that a replay of the past asks the same functions as the reactor.

use std::sync::Arc;

use domain::{
    Conversation, Shop,
    conversation::{Composition, Pending, Routing, Settled, Turn, Understood, Voice},
};
use eventlog::Outcome;
use jiff::Timestamp;
use language::{Classifier, SayError};
use schemas::{
    Recorded,
    conversation::{Content, ConversationEvent, HandoffReason, Language, ReplyKind, TurnRouted},
    shop::{Hold, Policy, Setting},
};
use tokio::sync::Semaphore;

use crate::{
    compose,
    faqs::Faqs,
    guard,
    model::{self, Models},
    notice::Answers,
    policy::{self, Mind, Reading, Situation, Verdict},
    situation::situation,
    unclear::Unclear,
};

/// Millionths of a ruble in a ruble.
const MICRO: i64 = 1_000_000;

/// Makes turns of words, and replies of answers.
#[derive(Clone)]
pub(crate) struct Turns {
    classifier: Arc<Classifier>,
    models: Arc<Models>,
    faqs: Faqs,
    /// One for each message that is being understood: it is arithmetic, and more of it at once than there are cores to
    /// spare would only take the processor from whoever answers webhooks.
    cores: Arc<Semaphore>,
}

/// The words to be understood, and what is known when they are.
#[derive(Clone, Copy)]
pub(crate) struct Burst<'a> {
    pub(crate) state: &'a Conversation,
    pub(crate) messages: &'a [Pending],
    pub(crate) shop: &'a Shop,
    pub(crate) now: Timestamp,
}

impl Turns {
    /// `cores`: how many messages are understood at once.
    pub(crate) fn new(classifier: Arc<Classifier>, models: Models, cores: usize) -> Self {
        Self {
            faqs: Faqs::new(Arc::clone(&classifier)),
            classifier,
            models: Arc::new(models),
            cores: Arc::new(Semaphore::new(cores.max(1))),
        }
    }

    /// The same with another classifier, and so with another bank. The shops' own questions are matched by the encoder
    /// alone, which all banks share.
    pub(crate) fn with(&self, classifier: Arc<Classifier>) -> Self {
        Self {
            classifier,
            ..self.clone()
        }
    }

    /// The same with another model.
    pub(crate) fn asking(self, models: Models) -> Self {
        Self {
            models: Arc::new(models),
            ..self
        }
    }

    /// What the words ask, and what becomes of them. `history` is asked for only when a model is.
    ///
    /// # Errors
    /// What becomes of the delivery when `history` cannot be read or words are missing.
    pub(crate) async fn understand<History>(
        &self,
        burst: Burst<'_>,
        history: impl FnOnce() -> History + Send,
    ) -> Result<Understood, Outcome>
    where
        History: Future<Output = Result<Vec<Recorded<ConversationEvent>>, Outcome>> + Send,
    {
        let Burst {
            state,
            messages,
            shop,
            now,
        } = burst;
        let policy = policy_of(shop);
        let arms = state.arms();
        let held_out = shop.arm_in_force(&arms).filter(|(_, arm)| arm.hold_out);
        let situation = situation(state, shop.settings(), &policy);
        let texts: Vec<String> = messages
            .iter()
            .map(|message| message.words().to_owned())
            .collect();
        let mut reading = self.read(&texts, &situation, shop).await?;
        let may_call = self.may_call(state, shop, &policy, now);
        let mut calls = Vec::new();
        if held_out.is_none() && matches!(reading.verdict, Verdict::Unsure(_)) && may_call {
            let history = history().await?;
            let turn = Arc::clone(&self.cores).acquire_owned().await;
            let classifier = Arc::clone(&self.classifier);
            let unclear = Unclear::gather(classifier, turn, history, messages).await?;
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
            _ if let Some((tried, arm)) = held_out => Verdict::Seller(
                HandoffReason::HoldOut,
                format!("arm {} of experiment {}", arm.name, tried.started.name),
            ),
            Some((reason, detail)) => Verdict::Seller(reason, detail),
            None => match policy::fallback(&reading, &situation) {
                Verdict::Seller(HandoffReason::LowConfidence, detail)
                    if self.models.understands() && !may_call =>
                {
                    Verdict::Seller(HandoffReason::BudgetSpent, format!("models; {detail}"))
                }
                verdict => verdict,
            },
        };
        if held_out.is_some() {
            // Nobody drafts anything for the seller: this is what it would be without the bot.
            for ask in &mut reading.asks {
                ask.specialist = None;
            }
        }
        let answers = Answers::at(shop, now, state.told_away());
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
    ///
    /// # Errors
    /// What becomes of the delivery when words are missing.
    pub(crate) async fn compose(
        &self,
        state: &Conversation,
        turn: &Turn,
        shop: &Shop,
        now: Timestamp,
    ) -> Result<Composition, Outcome> {
        let answers = Answers::at(shop, now, state.told_away());
        let mut composition = compose::reply(turn, &answers, compose::pending(state).as_ref())
            .map_err(|error| Outcome::Park(error.to_string()))?;
        let plain = composition.kind == ReplyKind::Answer && composition.list.is_none();
        let policy = policy_of(shop);
        if !plain || !self.models.phrases() || !self.may_call(state, shop, &policy, now) {
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
    fn may_call(&self, state: &Conversation, shop: &Shop, policy: &Policy, now: Timestamp) -> bool {
        let day = day(shop, now);
        let limit = i64::try_from(policy.model_rubles_per_day)
            .unwrap_or(i64::MAX)
            .saturating_mul(MICRO);
        self.models.understands()
            && state.model_use().calls < policy.model_calls_per_conversation
            && shop.spent_on(&day) < limit
    }
}

/// The shop's policy, or the usual one.
pub(crate) fn policy_of(shop: &Shop) -> Policy {
    shop.settings()
        .map_or_else(Policy::default, |settings| settings.policy.clone())
}

/// The day that money is counted by, in the shop's own time zone.
pub(crate) fn day(shop: &Shop, now: Timestamp) -> String {
    let zone = shop
        .settings()
        .map_or("UTC", |settings| settings.timezone.as_str());
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
