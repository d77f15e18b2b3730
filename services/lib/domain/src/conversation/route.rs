//! What the router records: turns, replies, withdrawals, handoffs, and taking the chat back.

use std::time::Duration;

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, ReplyId, Sku, TurnId,
    conversation::{
        Ask, Asked, BotResumed, ConversationEvent, Deal, Fact, HandoffReason, HandoffRequested,
        ModelCall, ModelCalled, Offer, OrderNews, ProductList, ReplyComposed, ReplyKind,
        ReplyWithdrawn, ResumeReason, TurnRouted, WithdrawReason,
    },
    envelope::following_id,
};

use super::{Answered, Conversation, Order, Outgoing, Owner, Pending, Progress, Turn, Voice};

/// The service that records these events; part of their ids.
const ROUTER: &str = "router";

/// The shop's times that the router keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long a burst may pause before it is answered.
    pub quiet_window: Duration,
    /// How long the bot waits for a silent seller.
    pub seller_silent: Duration,
    /// How long a voice note may take to be written down.
    pub hearing: Duration,
    /// Whether somebody of the shop is there at this hour, as far as its hours say.
    pub somebody_there: bool,
    /// How many messages the bot may send to one chat in 24 hours.
    pub messages_per_day: u64,
}

/// What the buyer is told, and whether it says when somebody is there again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// What their numbers are from.
    pub facts: Vec<Fact>,
    /// Since when nobody is there, if the words say so.
    pub away_since: Option<Timestamp>,
}

/// What the state asks of the router.
#[derive(Clone, Debug, PartialEq)]
pub enum RouterStep<'a> {
    /// Nothing.
    Nothing,
    /// Look again at this moment: a burst may go on until then.
    Wait(Timestamp),
    /// Look again at this moment, by a timer: the seller may be silent until then.
    Arm(Timestamp),
    /// Understand the pending messages.
    Understand(&'a [Pending]),
    /// All asks of the turn are answered: compose.
    Compose(&'a Turn),
    /// Something no longer fits.
    Withdraw(TurnId, WithdrawReason),
    /// A reply is stuck: the seller has to see to it.
    HandOver(ReplyId, HandoffReason),
    /// All asks of a turn that was handed over are answered: say what the bot would have said.
    Suggest(&'a Turn),
    /// The buyer has not been told yet what became of an order.
    Tell(&'a Order, OrderNews),
    /// The seller was silent for long enough, or nobody is there at this hour.
    Resume(ResumeReason),
}

/// What the pending messages turned out to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// The turn.
    pub turn: TurnRouted,
    /// What becomes of it.
    pub settled: Settled,
    /// Models that were called for it.
    pub calls: Vec<ModelCall>,
}

/// What becomes of a turn once it is understood, or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// Specialists answer it.
    Specialists,
    /// It goes to the seller at once.
    Seller(Routing),
    /// The buyer is asked what is meant.
    AskBack {
        /// The words.
        text: String,
        /// What they ask.
        asked: Asked,
    },
}

/// A turn that goes to the seller, and what the buyer is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Routing {
    /// Why.
    pub reason: HandoffReason,
    /// More about why, for the seller.
    pub detail: String,
    /// What the buyer is told.
    pub notice: Notice,
}

/// A reply that passed the guard, or the reason why none did.
#[derive(Clone, Debug, PartialEq)]
pub struct Composition {
    /// The turn.
    pub turn: TurnId,
    /// What it is for.
    pub kind: ReplyKind,
    /// The words.
    pub text: String,
    /// All facts of the turn.
    pub facts: Vec<Fact>,
    /// The article in focus once it is read.
    pub focus: Option<Sku>,
    /// The list on screen once it is read.
    pub list: Option<ProductList>,
    /// The prices offered once it is read.
    pub offers: Vec<Offer>,
    /// What it asks back.
    pub asked: Option<Asked>,
    /// The cart, and the order in the making, once it is read.
    pub deal: Option<Deal>,
    /// The words before a model phrased them anew.
    pub draft: Option<String>,
    /// Models that were called for it.
    pub calls: Vec<ModelCall>,
    /// Set when the seller has to take over from here; the reply then says so.
    pub handoff: Option<(HandoffReason, String)>,
    /// Since when nobody is there, if the reply says so.
    pub away_since: Option<Timestamp>,
}

/// Why the router's input no longer fits the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteRefusal {
    /// The messages are not the pending ones any more.
    MessagesChanged,
    /// The chat is not the bot's.
    NotTheBots(Owner),
    /// The turn is over.
    TurnClosed(TurnId),
}

impl Conversation {
    /// What the router has to do now.
    #[must_use]
    pub fn router_step(&self, now: Timestamp, pace: Pace) -> RouterStep<'_> {
        if let Some((turn, reason, _)) = self.misfit() {
            return RouterStep::Withdraw(turn, reason);
        }
        let suggesting = self.handoff.as_ref();
        let suggesting = suggesting.and_then(|open| open.suggesting.as_ref());
        if let Some(turn) = suggesting.filter(|turn| turn.is_answered()) {
            return RouterStep::Suggest(turn);
        }
        if let Some((order, news)) = self.untold() {
            return RouterStep::Tell(order, news);
        }
        if self.owner != Owner::Bot {
            return self.waiting_step(now, pace);
        }
        if let Some((reply, reason)) = self.stuck_reply(now, pace) {
            return RouterStep::HandOver(reply.id, reason);
        }
        match &self.turn {
            Some(turn) if !turn.composed && turn.is_answered() => RouterStep::Compose(turn),
            Some(_) => RouterStep::Nothing,
            None => self.pending_step(now, pace),
        }
    }

    /// Something in the making that must not leave: another owner, or newer messages than it answers. The cause is
    /// the last event about the thing itself, so that two withdrawals never share one.
    fn misfit(&self) -> Option<(TurnId, WithdrawReason, Cause)> {
        let stopped = self.outbox.iter().find(|reply| {
            matches!(reply.progress, Progress::Ready { .. }) && !self.may_leave(reply.kind)
        });
        if let Some(reply) = stopped {
            return Some((reply.turn, WithdrawReason::OwnerChanged, reply.last));
        }
        let turn = self.turn.as_ref()?;
        if self.owner != Owner::Bot {
            return Some((turn.id, WithdrawReason::OwnerChanged, turn.last));
        }
        (!self.is_fresh(turn)).then_some((turn.id, WithdrawReason::NewerMessage, turn.last))
    }

    /// Whether a turn answers exactly the pending messages.
    pub(super) fn is_fresh(&self, turn: &Turn) -> bool {
        self.pending
            .iter()
            .map(|message| message.id)
            .eq(turn.messages.iter().copied())
    }

    fn waiting_step(&self, now: Timestamp, pace: Pace) -> RouterStep<'_> {
        if self.owner == Owner::Closed {
            return RouterStep::Nothing;
        }
        // Nobody is there to wait for, and the buyer has just been told so: what can be answered is answered.
        let told = !self.outbox.iter().any(Outgoing::is_moving);
        if self.owner == Owner::WaitingForSeller && !pace.somebody_there && told {
            return RouterStep::Resume(ResumeReason::NobodyThere);
        }
        let deadline = self
            .silent_since
            .and_then(|since| since.checked_add(pace.seller_silent).ok());
        match deadline {
            Some(deadline) if deadline <= now => RouterStep::Resume(ResumeReason::SellerSilent),
            Some(deadline) => RouterStep::Arm(deadline),
            None => RouterStep::Nothing,
        }
    }

    /// A reply that cannot go on without the seller, and why.
    fn stuck_reply(&self, now: Timestamp, pace: Pace) -> Option<(&Outgoing, HandoffReason)> {
        let capped = self.is_capped(now, pace.messages_per_day);
        self.outbox.iter().find_map(|reply| {
            let reason = match reply.progress {
                Progress::Uncertain { .. } => HandoffReason::ReplyUncertain,
                Progress::Refused => HandoffReason::ReplyFailed,
                Progress::Ready { .. } if capped && reply.counts() => HandoffReason::BudgetSpent,
                Progress::Ready { .. } | Progress::Sending { .. } => return None,
            };
            Some((reply, reason))
        })
    }

    fn pending_step(&self, now: Timestamp, pace: Pace) -> RouterStep<'_> {
        let Some(last) = self.pending.iter().map(|message| message.recorded_at).max() else {
            return RouterStep::Nothing;
        };
        let awaited = self
            .pending
            .iter()
            .filter(|message| message.voice == Some(Voice::Awaited))
            .map(|message| message.recorded_at)
            .max();
        if let Some(end) = awaited.and_then(|since| since.checked_add(pace.hearing).ok())
            && end > now
        {
            // At the latest: the note may be written down before that.
            return RouterStep::Wait(end);
        }
        match last.checked_add(pace.quiet_window) {
            Ok(end) if end > now => RouterStep::Wait(end),
            Ok(_) | Err(_) => RouterStep::Understand(&self.pending),
        }
    }

    /// Opens a turn, or hands it over when it was not understood.
    ///
    /// # Errors
    /// [`RouteRefusal`] when the conversation moved on while the messages were being understood; look again.
    pub fn route(
        &self,
        understood: &Understood,
    ) -> Result<Decision<ConversationEvent>, RouteRefusal> {
        let messages = &understood.turn.messages;
        if self
            .turn
            .as_ref()
            .is_some_and(|turn| turn.messages == *messages)
        {
            return Ok(Decision::nothing());
        }
        if self.owner != Owner::Bot {
            return Err(RouteRefusal::NotTheBots(self.owner));
        }
        let current = self.pending.iter().map(|message| message.id);
        let Some(cause) = self
            .changed
            .filter(|_| current.eq(messages.iter().copied()))
        else {
            return Err(RouteRefusal::MessagesChanged);
        };
        let routed = ConversationEvent::TurnRouted(understood.turn.clone());
        let turn = TurnId::from(id_of(cause, &routed, 0));
        let mut events = vec![routed];
        match &understood.settled {
            Settled::Specialists => {}
            Settled::Seller(routing) => {
                events.push(handoff(Some(turn), routing.reason, &routing.detail));
                events.push(notice(turn, &routing.notice));
            }
            Settled::AskBack { text, asked } => {
                let mut question = bare(turn, ReplyKind::Question, text);
                question.asked = Some(asked.clone());
                events.push(ConversationEvent::ReplyComposed(question));
            }
        }
        events.extend(called(messages, &understood.calls));
        Ok(Decision::new(cause, events))
    }

    /// Records the reply of a turn; with a handoff, the reply tells the buyer so.
    ///
    /// # Errors
    /// [`RouteRefusal`] when the turn no longer fits; look again.
    pub fn compose(
        &self,
        composition: &Composition,
    ) -> Result<Decision<ConversationEvent>, RouteRefusal> {
        if self
            .outbox
            .iter()
            .any(|reply| reply.turn == composition.turn)
        {
            return Ok(Decision::nothing());
        }
        if self.owner != Owner::Bot {
            return Err(RouteRefusal::NotTheBots(self.owner));
        }
        let turn = self
            .turn
            .as_ref()
            .filter(|turn| turn.id == composition.turn);
        let turn = turn.ok_or(RouteRefusal::TurnClosed(composition.turn))?;
        if !self.is_fresh(turn) {
            return Err(RouteRefusal::MessagesChanged);
        }
        let mut events = Vec::with_capacity(2);
        if let Some((reason, detail)) = &composition.handoff {
            events.push(handoff(Some(turn.id), *reason, detail));
        }
        events.push(ConversationEvent::ReplyComposed(ReplyComposed {
            turn: turn.id,
            kind: composition.kind,
            text: composition.text.clone(),
            facts: composition.facts.clone(),
            focus: composition.focus.clone(),
            list: composition.list.clone(),
            offers: composition.offers.clone(),
            asked: composition.asked.clone(),
            deal: composition.deal.clone(),
            told: None,
            draft: composition.draft.clone(),
            away_since: composition.away_since,
        }));
        events.extend(called(&turn.messages, &composition.calls));
        Ok(Decision::new(turn.last, events))
    }

    /// Withdraws what no longer fits.
    #[must_use]
    pub fn withdraw(&self) -> Decision<ConversationEvent> {
        let Some((turn, reason, cause)) = self.misfit() else {
            return Decision::nothing();
        };
        let event = ConversationEvent::ReplyWithdrawn(ReplyWithdrawn { turn, reason });
        Decision::new(cause, vec![event])
    }

    /// Asks for the seller because a reply is stuck. The buyer is not told: nothing can be sent for sure.
    #[must_use]
    pub fn hand_over_stuck(&self, now: Timestamp, pace: Pace) -> Decision<ConversationEvent> {
        let (Some((reply, reason)), Owner::Bot) = (self.stuck_reply(now, pace), self.owner) else {
            return Decision::nothing();
        };
        let (turn, detail) = match reply.progress {
            Progress::Uncertain { .. } => (
                None,
                "nobody knows whether the last reply arrived".to_owned(),
            ),
            Progress::Refused => (None, "the provider refuses the last reply".to_owned()),
            Progress::Ready { .. } | Progress::Sending { .. } => (
                Some(reply.turn),
                format!(
                    "{} messages in 24 hours are the most that the bot may send to one chat",
                    pace.messages_per_day
                ),
            ),
        };
        Decision::new(reply.last, vec![handoff(turn, reason, &detail)])
    }

    /// Takes the chat back: the seller was silent for long enough, or nobody is there. `told`: what a buyer who has
    /// waited in vain is told.
    #[must_use]
    pub fn resume(
        &self,
        now: Timestamp,
        pace: Pace,
        told: Option<&Notice>,
    ) -> Decision<ConversationEvent> {
        let (RouterStep::Resume(reason), Some(cause)) = (self.router_step(now, pace), self.changed)
        else {
            return Decision::nothing();
        };
        let mut events = vec![ConversationEvent::BotResumed(BotResumed { reason })];
        if let (Some(words), Some(open), true) = (told, &self.handoff, self.waits_in_vain(reason)) {
            events.push(notice(TurnId::from(open.id), words));
        }
        Decision::new(cause, events)
    }

    /// Whether a buyer waits for somebody who has not come, and is to be told when somebody will.
    #[must_use]
    pub fn waits_in_vain(&self, reason: ResumeReason) -> bool {
        reason == ResumeReason::SellerSilent
            && self.owner == Owner::WaitingForSeller
            && self.handoff.is_some()
    }
}

impl Turn {
    /// Whether every ask that somebody answers has its answer.
    fn is_answered(&self) -> bool {
        self.answered()
            .all(|(ask, answer)| answer.is_some() || ask.specialist.is_none())
    }

    /// Whether a specialist is asked who has not answered yet.
    pub(super) fn waits_for_somebody(&self) -> bool {
        !self.is_answered()
    }

    /// The asks with their answers, in order.
    pub fn answered(&self) -> impl Iterator<Item = (&Ask, Option<&Answered>)> {
        self.asks
            .iter()
            .zip(self.answers.iter().map(Option::as_ref))
    }
}

/// Calls of models are on record with what they were made for: the newest message of the turn.
fn called(messages: &[EventId], calls: &[ModelCall]) -> Vec<ConversationEvent> {
    let Some(message) = messages.last() else {
        return Vec::new();
    };
    let calls = calls.iter().map(|call| {
        ConversationEvent::ModelCalled(ModelCalled {
            message: *message,
            call: call.clone(),
        })
    });
    calls.collect()
}

fn handoff(turn: Option<TurnId>, reason: HandoffReason, detail: &str) -> ConversationEvent {
    ConversationEvent::HandoffRequested(HandoffRequested {
        turn,
        reason,
        detail: detail.to_owned(),
    })
}

pub(super) fn bare(turn: TurnId, kind: ReplyKind, text: &str) -> ReplyComposed {
    ReplyComposed {
        turn,
        kind,
        text: text.to_owned(),
        facts: Vec::new(),
        focus: None,
        list: None,
        offers: Vec::new(),
        asked: None,
        deal: None,
        told: None,
        draft: None,
        away_since: None,
    }
}

fn notice(turn: TurnId, words: &Notice) -> ConversationEvent {
    ConversationEvent::ReplyComposed(ReplyComposed {
        away_since: words.away_since,
        facts: words.facts.clone(),
        ..bare(turn, ReplyKind::HandoffNotice, &words.text)
    })
}

/// The id that an event of this commit will get.
fn id_of(cause: Cause, event: &ConversationEvent, index: usize) -> EventId {
    use schemas::EventData as _;
    following_id(cause.id, ROUTER, event.type_name(), index)
}
