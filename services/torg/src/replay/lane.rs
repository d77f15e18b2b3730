//! One lane: what a build would have made of a turn, thought through in memory. Nothing is recorded.

use std::sync::Arc;

use agents::replay::{Looked, Moment, Past, Specialists};
use anyhow::{Context as _, bail, ensure};
use cart::replay::{Buying, Reserved};
use domain::{
    Conversation,
    conversation::{OrderStep, Pending, Settled},
};
use jiff::Timestamp;
use schemas::{
    AggregateKey, ConversationId, Decision, Fold as _, Recorded, TurnId,
    conversation::{ConversationEvent, Specialist},
    shop::Variant,
};

use super::told::Told;

/// Events that one turn may add: it has at most a handful of asks.
const MOST_STEPS: usize = 64;

/// A build of Torg that can be asked, with what it has otherwise.
#[derive(Clone)]
pub(crate) struct Build {
    router: router::replay::Router,
    specialists: Specialists,
    /// What is put behind the revision of what it has otherwise.
    name: String,
    variant: Variant,
}

/// A turn of the past, as it began.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(crate) conversation: ConversationId,
    /// What was recorded before it.
    pub(crate) state: Arc<Conversation>,
    /// Position and version of the last event before it.
    pub(crate) behind: (u64, u64),
    /// When it was routed.
    pub(crate) at: Timestamp,
    /// What was recorded before it, for a build that asks a model; else it may be empty.
    pub(crate) past: Arc<Vec<Recorded<ConversationEvent>>>,
}

impl Build {
    pub(crate) fn new(router: router::replay::Router, specialists: Specialists) -> Self {
        Self {
            router,
            specialists,
            name: String::new(),
            variant: Variant::default(),
        }
    }

    /// The same build, asking a language model.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub(crate) fn asking(self, llm: &llm::ChatOptions, phrases: bool) -> anyhow::Result<Self> {
        Ok(Self {
            router: self.router.asking(llm, phrases)?,
            ..self
        })
    }

    /// The same build with something otherwise. A bank of its own is learnt now, which takes seconds at the first time.
    ///
    /// # Errors
    /// When the bank contradicts itself, or cannot be learnt.
    pub(crate) async fn with(&self, name: &str, variant: &Variant) -> anyhow::Result<Self> {
        let build = Self {
            name: name.to_owned(),
            variant: variant.clone(),
            ..self.clone()
        };
        build.classifier().await.context("in the variant's bank")?;
        Ok(build)
    }

    /// Model and bank that words are understood with, where no experiment says otherwise.
    ///
    /// # Errors
    /// When the bank contradicts itself, or cannot be learnt.
    pub(crate) async fn classifier(&self) -> anyhow::Result<(String, String)> {
        let bank = self.variant.bank.as_deref();
        let classifier = self.router.classifier(bank).await?;
        let (model, bank) = (classifier.model_id(), classifier.bank_id());
        Ok((model.to_owned(), bank.to_owned()))
    }

    /// What this build would have made of a turn.
    pub(crate) async fn consider(&self, past: &Arc<Past>, begun: &Begun) -> Told {
        match Box::pin(self.think(past, begun)).await {
            Ok(told) => told,
            Err(error) => Told::problem(format!("{error:#}")),
        }
    }

    async fn think(&self, past: &Arc<Past>, begun: &Begun) -> anyhow::Result<Told> {
        let tables = past.tables(begun.at);
        let arms = begun.state.arms();
        // The chat had its arm of an experiment then, and a candidate comes on top of that.
        let tried = tables.as_tried(&arms);
        let bank = self
            .variant
            .bank
            .as_deref()
            .or_else(|| tables.bank_tried(&arms));
        let tried = match self.variant.is_empty() {
            true => tried.into_owned(),
            false => tried.with(&self.name, &self.variant),
        };
        let moment = Moment::new(Arc::clone(past), begun.at, Arc::new(tried));
        let mut thread = Thread::new(past, begun, moment);
        let messages: Vec<Pending> = thread.state.pending().to_vec();
        ensure!(
            !messages.is_empty(),
            "nothing was pending when this turn was routed"
        );
        let words = (&thread.state, messages.as_slice());
        let tables = thread.moment.tables();
        let understood = self
            .router
            .understand(words, &begun.past, bank, tables, begun.at);
        let understood = understood.await?;
        let routed = thread.state.route(&understood);
        let routed = routed.map_err(|refusal| anyhow::anyhow!("not routed: {refusal:?}"))?;
        let turn = thread
            .record(routed, "router")
            .context("the turn is there already")?;
        if understood.settled == Settled::Specialists {
            self.answer(&mut thread).await?;
            self.compose(&mut thread).await?;
        }
        let commits = thread.commits.iter().map(Vec::as_slice);
        Ok(Told::of(TurnId::from(turn.meta.id), commits))
    }

    /// Asks specialists until nobody has anything to answer.
    async fn answer(&self, thread: &mut Thread<'_>) -> anyhow::Result<()> {
        for _ in 0..MOST_STEPS {
            let mut moved = false;
            for specialist in Specialist::ALL {
                let looked = self.specialists.look(
                    specialist,
                    &mut thread.moment,
                    thread.begun.conversation,
                    &thread.state,
                );
                match looked.await? {
                    Looked::Nothing | Looked::Waits => {}
                    Looked::Noted => moved = true,
                    Looked::Decided(decision) => {
                        moved |= thread.record(decision, "agents").is_some();
                        thread.reserve()?;
                    }
                }
            }
            if !moved {
                return Ok(());
            }
        }
        bail!("specialists found no end")
    }

    async fn compose(&self, thread: &mut Thread<'_>) -> anyhow::Result<()> {
        let state = &thread.state;
        let turn = state.turn().context("the turn is gone")?;
        let waits = turn
            .answered()
            .any(|(ask, answer)| answer.is_none() && ask.specialist.is_some());
        ensure!(!waits, "a specialist would wait for somebody else");
        let composed = self
            .router
            .compose(state, turn, thread.moment.tables(), thread.begun.at);
        let composition = composed.await?;
        let decision = state.compose(&composition);
        let decision = decision.map_err(|refusal| anyhow::anyhow!("not composed: {refusal:?}"))?;
        thread.record(decision, "router");
        Ok(())
    }
}

/// A conversation as it is thought further.
struct Thread<'a> {
    key: AggregateKey,
    begun: &'a Begun,
    state: Conversation,
    moment: Moment,
    at: (u64, u64),
    commits: Vec<Vec<Recorded<ConversationEvent>>>,
}

impl<'a> Thread<'a> {
    fn new(past: &Past, begun: &'a Begun, moment: Moment) -> Self {
        Self {
            key: AggregateKey::conversation(past.shop(), begun.conversation),
            state: Conversation::clone(&begun.state),
            moment,
            at: begun.behind,
            commits: Vec::new(),
            begun,
        }
    }

    /// Goes on as if this had been recorded; the first event of it.
    fn record(
        &mut self,
        decision: Decision<ConversationEvent>,
        service: &str,
    ) -> Option<Recorded<ConversationEvent>> {
        let events = decision.would_record(&self.key, service, self.begun.at, self.at);
        let first = events.first().cloned();
        for recorded in &events {
            self.state.evolve(recorded);
            self.at = (recorded.seq, recorded.version);
        }
        if !events.is_empty() {
            self.commits.push(events);
        }
        first
    }

    /// Does what the cart service would do about an order that was just submitted.
    fn reserve(&mut self) -> anyhow::Result<()> {
        let now = self.begun.at;
        let steps = self.state.order_steps(now);
        let order = steps.iter().find_map(|step| match step {
            OrderStep::Reserve(order) => Some(*order),
            OrderStep::Arm(_) | OrderStep::Expire(_) => None,
        });
        // One that was submitted before this turn is not this turn's doing.
        let Some(order) = order.filter(|order| self.begun.state.order(order.id).is_none()) else {
            return Ok(());
        };
        let policy = self.moment.tables().ordering_policy();
        let buying = Buying {
            shop: self.key.shop_id(),
            conversation: self.begun.conversation,
            policy: &policy,
            now,
        };
        let reserved = cart::replay::reserve(order, buying, |sku| self.moment.article(sku));
        let reserved = reserved.map_err(|refusal| anyhow::anyhow!("not reserved: {refusal:?}"))?;
        let decision = match reserved {
            Reserved::Placed(placed, articles) => {
                for (sku, article) in articles {
                    self.moment.change(&sku, article);
                }
                self.state.place(&placed)
            }
            Reserved::Declined(declined) => self.state.decline(&declined),
        };
        self.record(decision, "cart");
        Ok(())
    }
}
