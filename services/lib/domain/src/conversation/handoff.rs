//! A chat that was handed over: what the desk sees of it, and what people of the shop decide.

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, Sku, TurnId,
    conversation::{
        Actor, Asked, BuyerMuted, BuyerUnmuted, ChatClosed, ChatGivenBack, ChatTaken,
        ConversationEvent, Deal, DraftSuggested, Fact, HandoffJudged, HandoffReason, Offer,
        ProductList, ReplyKind, ReplyWay, SellerReplied,
    },
    desk::{Face, MatterState, Settlement},
};

use super::{Conversation, Outgoing, Owner, RouteRefusal, SaidByPerson, Turn};

/// How many settled matters are remembered, so that a late tap can be told what happened.
pub(super) const REMEMBERED: usize = 16;

/// Something that the bot handed over and nobody has settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// The `handoff_requested` event.
    pub id: EventId,
    /// Why.
    pub reason: HandoffReason,
    /// More about why, for the seller.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
    /// The messages that the bot stopped at; empty when no turn is to blame.
    pub messages: Vec<EventId>,
    /// The turn, while specialists are still asked what the bot would have said.
    pub suggesting: Option<Turn>,
    /// What the bot would have said.
    pub draft: Option<Draft>,
    /// Who has the chat and has not answered yet.
    pub taken: Option<Actor>,
}

/// What the bot would have said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The words.
    pub text: String,
    /// Everything in them that can be true or false.
    pub facts: Vec<Fact>,
    /// The article in focus once they are read.
    pub focus: Option<Sku>,
    /// The list on screen once they are read.
    pub list: Option<ProductList>,
    /// The prices offered once they are read.
    pub offers: Vec<Offer>,
    /// What they ask back.
    pub asked: Option<Asked>,
    /// The cart, and the order in the making, once they are read.
    pub deal: Option<Deal>,
}

/// A matter that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The `handoff_requested` event.
    pub matter: EventId,
    /// How it ended.
    pub how: Settlement,
    /// By whom, when it is known.
    pub by: Option<Actor>,
    /// Whether a seller judged it needed.
    pub judged: Option<bool>,
}

/// What somebody of the shop wants done with a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send what the bot would have said. `seen`: how many unanswered messages the seller saw beside it.
    SendDraft {
        /// How many unanswered messages stood on the card.
        seen: u32,
    },
    /// Send these words.
    Reply {
        /// The words.
        text: String,
        /// Where they come from.
        way: ReplyWay,
    },
    /// Take the chat over, from the bot or while nobody has it.
    TakeOver,
    /// Take the chat over from another seller.
    TakeAway,
    /// Give the chat back to the bot.
    GiveBack,
    /// Close the matter.
    Close,
    /// Do not hear of this buyer any more.
    Mute,
    /// Hear of this buyer again.
    Unmute,
    /// Say whether asking was needed.
    Judge {
        /// Whether it was.
        needed: bool,
    },
}

/// Why an action changes nothing. Whoever acted is told so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionRefusal {
    /// The matter is done.
    Settled(Settled),
    /// The matter is not known here, or long forgotten.
    Forgotten,
    /// Another seller has the chat.
    TakenBy(Actor),
    /// A seller answers already: in the provider's app, when nobody is named.
    SellerAnswers(Option<Actor>),
    /// There is nothing that the bot would have said.
    NoDraft,
    /// The buyer wrote since the card was drawn.
    BuyerWrote {
        /// How many unanswered messages there are now.
        unanswered: u32,
    },
    /// It is so already.
    AlreadySo,
    /// There are no words to send.
    NoWords,
    /// No message of this chat is known.
    NoChat,
}

impl Conversation {
    /// The handed-over matter that nobody has settled. It can outlast the wait: the bot answers again, the card stays.
    #[must_use]
    pub const fn handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref()
    }

    /// Matters that were settled lately, oldest first.
    #[must_use]
    pub fn settled(&self) -> &[Settled] {
        &self.settled
    }

    /// Who of the shop has the chat, when it is known.
    #[must_use]
    pub const fn holder(&self) -> Option<&Actor> {
        self.holder.as_ref()
    }

    /// Whether a seller does not want to hear of this buyer.
    #[must_use]
    pub const fn is_muted(&self) -> bool {
        self.muted
    }

    /// What people of the shop told the buyer lately, oldest first.
    #[must_use]
    pub fn said_by_people(&self) -> &[SaidByPerson] {
        &self.said
    }

    /// The closed period that the buyer was last told of, by its beginning.
    #[must_use]
    pub const fn told_away(&self) -> Option<Timestamp> {
        self.told_away
    }

    /// What there is to see of a matter; `None` when it is not known here, or long forgotten.
    #[must_use]
    pub fn face(&self, matter: EventId) -> Option<Face> {
        if let Some(handoff) = self.handoff.as_ref().filter(|open| open.id == matter) {
            return Some(Face {
                state: match &handoff.taken {
                    Some(by) => MatterState::Taken(by.clone()),
                    None => MatterState::Open,
                },
                unanswered: self.unanswered(handoff),
                draft: handoff.draft.is_some(),
                judged: None,
                revision: 0,
                reserving: false,
                marks: 0,
            });
        }
        let mut orders = self.orders().iter();
        if let Some(order) = orders.find(|order| order.event == matter) {
            return self.order_face(order.id);
        }
        let settled = self.settled_as(matter)?;
        Some(Face {
            state: MatterState::Settled {
                how: settled.how,
                by: settled.by.clone(),
            },
            unanswered: 0,
            draft: false,
            judged: settled.judged,
            revision: 0,
            reserving: false,
            marks: 0,
        })
    }

    fn settled_as(&self, matter: EventId) -> Option<&Settled> {
        self.settled.iter().rev().find(|done| done.matter == matter)
    }

    fn unanswered(&self, handoff: &Handoff) -> u32 {
        let newer = self.pending.iter();
        let newer = newer.filter(|message| !handoff.messages.contains(&message.id));
        u32::try_from(handoff.messages.len().saturating_add(newer.count())).unwrap_or(u32::MAX)
    }

    /// Replies of sellers that did not arrive, or of which nobody knows.
    pub fn undelivered(&self) -> impl Iterator<Item = &Outgoing> {
        let stuck = self.outbox.iter();
        stuck.filter(|reply| reply.kind == ReplyKind::Seller && !reply.is_moving())
    }

    /// Does what somebody of the shop wants. `cause` names the tap, the message or the call, and has a correlation: the
    /// same one again adds nothing.
    ///
    /// # Errors
    /// [`ActionRefusal`]: nothing changes, and whoever acted is told why.
    pub fn act(
        &self,
        matter: Option<EventId>,
        action: &Action,
        by: &Actor,
        cause: Cause,
    ) -> Result<Decision<ConversationEvent>, ActionRefusal> {
        if self.acted.contains(&cause.id) {
            return Ok(Decision::nothing());
        }
        if self.address.is_none() {
            return Err(ActionRefusal::NoChat);
        }
        // Through the card of an order, what is done to the chat is done to it as it is.
        let ordered = |matter: &EventId| self.orders.iter().any(|order| order.event == *matter);
        let matter = matter.filter(|matter| !ordered(matter));
        let event = match action {
            Action::SendDraft { seen } => self.send_draft(matter, *seen, by)?,
            Action::Reply { text, way } => self.reply_by(matter, text, *way, by)?,
            Action::TakeOver => self.take_over(matter, by)?,
            Action::TakeAway => {
                if self.holder.as_ref() == Some(by) {
                    return Err(ActionRefusal::AlreadySo);
                }
                taken(by, self.handoff.as_ref().map(|open| open.id))
            }
            Action::GiveBack => {
                self.is_about(matter)?;
                match self.owner {
                    Owner::Bot if self.handoff.is_none() => return Err(ActionRefusal::AlreadySo),
                    Owner::Closed if self.muted => unmuted(by),
                    Owner::Bot | Owner::WaitingForSeller | Owner::Seller | Owner::Closed => {
                        ConversationEvent::ChatGivenBack(ChatGivenBack { by: by.clone() })
                    }
                }
            }
            Action::Close => {
                self.is_about(matter)?;
                if self.owner == Owner::Closed {
                    return Err(ActionRefusal::AlreadySo);
                }
                ConversationEvent::ChatClosed(ChatClosed { by: by.clone() })
            }
            Action::Mute if self.muted => return Err(ActionRefusal::AlreadySo),
            Action::Mute => ConversationEvent::BuyerMuted(BuyerMuted { by: by.clone() }),
            Action::Unmute if self.muted => unmuted(by),
            Action::Unmute => return Err(ActionRefusal::AlreadySo),
            Action::Judge { needed } => self.judge(matter, *needed, by)?,
        };
        Ok(Decision::new(cause, vec![event]))
    }

    /// An old card is about the chat only while nothing newer lies on the desk.
    fn is_about(&self, matter: Option<EventId>) -> Result<(), ActionRefusal> {
        match (matter, &self.handoff) {
            (Some(matter), Some(newer)) if newer.id != matter => Err(self
                .settled_as(matter)
                .map_or(ActionRefusal::Forgotten, |done| {
                    ActionRefusal::Settled(done.clone())
                })),
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }

    /// The matter, while it is open.
    fn open(&self, matter: EventId) -> Result<&Handoff, ActionRefusal> {
        if let Some(open) = self.handoff.as_ref().filter(|open| open.id == matter) {
            return Ok(open);
        }
        Err(match self.settled_as(matter) {
            Some(done) => ActionRefusal::Settled(done.clone()),
            None => ActionRefusal::Forgotten,
        })
    }

    fn send_draft(
        &self,
        matter: Option<EventId>,
        seen: u32,
        by: &Actor,
    ) -> Result<ConversationEvent, ActionRefusal> {
        let open = self.open(matter.ok_or(ActionRefusal::Forgotten)?)?;
        if let Some(other) = open.taken.as_ref().filter(|other| *other != by) {
            return Err(ActionRefusal::TakenBy(other.clone()));
        }
        let draft = open.draft.as_ref().ok_or(ActionRefusal::NoDraft)?;
        let unanswered = self.unanswered(open);
        // Every card shows the messages that the bot stopped at, also one of which nobody noted that it was posted.
        let at_first = u32::try_from(open.messages.len()).unwrap_or(u32::MAX);
        if unanswered > seen.max(at_first) {
            return Err(ActionRefusal::BuyerWrote { unanswered });
        }
        Ok(ConversationEvent::SellerReplied(SellerReplied {
            by: by.clone(),
            text: draft.text.clone().into(),
            way: ReplyWay::Draft,
            handoff: Some(open.id),
        }))
    }

    /// A seller's words go out unless another of the shop is already talking: the buyer never hears two at once.
    fn reply_by(
        &self,
        matter: Option<EventId>,
        text: &str,
        way: ReplyWay,
        by: &Actor,
    ) -> Result<ConversationEvent, ActionRefusal> {
        if text.trim().is_empty() {
            return Err(ActionRefusal::NoWords);
        }
        if self.owner == Owner::Seller && self.holder.as_ref() != Some(by) {
            return Err(ActionRefusal::SellerAnswers(self.holder.clone()));
        }
        let handoff = match matter {
            None => self.handoff.as_ref().map(|open| open.id),
            Some(matter) => match self.open(matter) {
                Ok(open) => Some(open.id),
                // Going on with what one has answered oneself.
                Err(ActionRefusal::Settled(done)) if done.by.as_ref() == Some(by) => None,
                Err(refusal) => return Err(refusal),
            },
        };
        Ok(ConversationEvent::SellerReplied(SellerReplied {
            by: by.clone(),
            text: text.trim().to_owned().into(),
            way,
            handoff,
        }))
    }

    fn take_over(
        &self,
        matter: Option<EventId>,
        by: &Actor,
    ) -> Result<ConversationEvent, ActionRefusal> {
        if self.owner == Owner::Seller {
            return Err(match &self.holder {
                Some(holder) if holder == by => ActionRefusal::AlreadySo,
                Some(other) => ActionRefusal::TakenBy(other.clone()),
                None => ActionRefusal::SellerAnswers(None),
            });
        }
        let handoff = match matter {
            Some(matter) => Some(self.open(matter)?.id),
            None => self.handoff.as_ref().map(|open| open.id),
        };
        Ok(taken(by, handoff))
    }

    fn judge(
        &self,
        matter: Option<EventId>,
        needed: bool,
        by: &Actor,
    ) -> Result<ConversationEvent, ActionRefusal> {
        let matter = matter.ok_or(ActionRefusal::Forgotten)?;
        let done = self.settled_as(matter).ok_or(ActionRefusal::Forgotten)?;
        if done.judged.is_some() {
            return Err(ActionRefusal::AlreadySo);
        }
        Ok(ConversationEvent::HandoffJudged(HandoffJudged {
            handoff: matter,
            needed,
            by: by.clone(),
        }))
    }

    /// Records what the bot would have said, or that there is nothing.
    ///
    /// # Errors
    /// [`RouteRefusal`] when nobody asks any more.
    pub fn suggest(
        &self,
        turn: TurnId,
        draft: Option<&Draft>,
    ) -> Result<Decision<ConversationEvent>, RouteRefusal> {
        let suggesting = self
            .handoff
            .as_ref()
            .and_then(|open| open.suggesting.as_ref());
        let asked = suggesting
            .filter(|asked| asked.id == turn)
            .ok_or(RouteRefusal::TurnClosed(turn))?;
        let known = draft.cloned().unwrap_or_default();
        let event = ConversationEvent::DraftSuggested(DraftSuggested {
            turn,
            text: draft.map(|_| known.text),
            facts: known.facts,
            focus: known.focus,
            list: known.list,
            offers: known.offers,
            asked: known.asked,
            deal: known.deal,
        });
        Ok(Decision::new(asked.last, vec![event]))
    }

    /// The matter is done; it is remembered for late taps.
    pub(super) fn settle_matter(&mut self, how: Settlement, by: Option<Actor>) {
        let Some(open) = self.handoff.take() else {
            return;
        };
        if self.settled.len() >= REMEMBERED {
            self.settled.remove(0);
        }
        self.settled.push(Settled {
            matter: open.id,
            how,
            by,
            judged: None,
        });
    }
}

fn taken(by: &Actor, handoff: Option<EventId>) -> ConversationEvent {
    ConversationEvent::ChatTaken(ChatTaken {
        by: by.clone(),
        handoff,
    })
}

fn unmuted(by: &Actor) -> ConversationEvent {
    ConversationEvent::BuyerUnmuted(BuyerUnmuted { by: by.clone() })
}
