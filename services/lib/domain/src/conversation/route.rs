//! What the router records: turns, replies, withdrawals, handoffs, and taking the chat back.

use std::time::Duration;

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, ReplyId, Sku, TurnId,
    conversation::{
        Ask, Asked, BotResumed, ConversationEvent, Fact, HandoffReason, HandoffRequested,
        ModelCall, ModelCalled, Offer, ProductList, ReplyComposed, ReplyKind, ReplyWithdrawn,
        ResumeReason, TurnRouted, WithdrawReason,
    },
    envelope::following_id,
};

use super::{Answered, Conversation, Owner, Pending, Progress, Turn, Voice};

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
    /// The seller was silent for long enough.
    Resume,
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
    pub notice: String,
    /// What the numbers of the notice are from.
    pub facts: Vec<Fact>,
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
    /// The words before a model phrased them anew.
    pub draft: Option<String>,
    /// Models that were called for it.
    pub calls: Vec<ModelCall>,
    /// Set when the seller has to take over from here; the reply then says so.
    pub handoff: Option<(HandoffReason, String)>,
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
        if self.owner != Owner::Bot {
            return self.waiting_step(now, pace);
        }
        if let Some(stuck) = self.stuck_reply() {
            return stuck;
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
        let deadline = self
            .silent_since
            .and_then(|since| since.checked_add(pace.seller_silent).ok());
        match deadline {
            Some(deadline) if self.owner != Owner::Closed && deadline <= now => RouterStep::Resume,
            Some(deadline) if self.owner != Owner::Closed => RouterStep::Arm(deadline),
            Some(_) | None => RouterStep::Nothing,
        }
    }

    fn stuck_reply(&self) -> Option<RouterStep<'_>> {
        self.outbox.iter().find_map(|reply| {
            let reason = match reply.progress {
                Progress::Uncertain { .. } => HandoffReason::ReplyUncertain,
                Progress::Refused => HandoffReason::ReplyFailed,
                Progress::Ready { .. } | Progress::Sending { .. } => return None,
            };
            Some(RouterStep::HandOver(reply.id, reason))
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
        let bare = |kind, text: &str, facts: &[Fact], asked| {
            ConversationEvent::ReplyComposed(ReplyComposed {
                turn,
                kind,
                text: text.to_owned(),
                facts: facts.to_vec(),
                focus: None,
                list: None,
                offers: Vec::new(),
                asked,
                draft: None,
            })
        };
        match &understood.settled {
            Settled::Specialists => {}
            Settled::Seller(routing) => {
                events.push(handoff(Some(turn), routing.reason, &routing.detail));
                events.push(bare(
                    ReplyKind::HandoffNotice,
                    &routing.notice,
                    &routing.facts,
                    None,
                ));
            }
            Settled::AskBack { text, asked } => {
                events.push(bare(ReplyKind::Question, text, &[], Some(asked.clone())));
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
            draft: composition.draft.clone(),
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
    pub fn hand_over_stuck(&self) -> Decision<ConversationEvent> {
        let stuck = self.outbox.iter().find(|reply| !reply.is_moving());
        let (Some(reply), Owner::Bot) = (stuck, self.owner) else {
            return Decision::nothing();
        };
        let (reason, detail) = match reply.progress {
            Progress::Uncertain { .. } => (
                HandoffReason::ReplyUncertain,
                "nobody knows whether the last reply arrived",
            ),
            Progress::Ready { .. } | Progress::Sending { .. } | Progress::Refused => (
                HandoffReason::ReplyFailed,
                "the provider refuses the last reply",
            ),
        };
        Decision::new(reply.last, vec![handoff(None, reason, detail)])
    }

    /// Takes the chat back from a seller who was silent for long enough.
    #[must_use]
    pub fn resume(&self, now: Timestamp, pace: Pace) -> Decision<ConversationEvent> {
        let (true, Some(cause)) = (
            self.router_step(now, pace) == RouterStep::Resume,
            self.changed,
        ) else {
            return Decision::nothing();
        };
        let event = ConversationEvent::BotResumed(BotResumed {
            reason: ResumeReason::SellerSilent,
        });
        Decision::new(cause, vec![event])
    }
}

impl Turn {
    /// Whether every ask that somebody answers has its answer.
    fn is_answered(&self) -> bool {
        self.answered()
            .all(|(ask, answer)| answer.is_some() || ask.specialist.is_none())
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

/// The id that an event of this commit will get.
fn id_of(cause: Cause, event: &ConversationEvent, index: usize) -> EventId {
    use schemas::EventData as _;
    following_id(cause.id, ROUTER, event.type_name(), index)
}
