//! One conversation as the figures see it: its messages and who answered them, its turns, its talks, its handovers.

use std::collections::BTreeMap;

use domain::conversation::A_NEW_TALK;
use jiff::Timestamp;
use schemas::{
    EventId, Fold, ProviderId, Recorded, ReplyId, TurnId,
    conversation::{
        ConversationEvent as Event, Intent, MessageReceived, ReplyComposed, ReplyKind, TurnRouted,
    },
};

use super::handover::Handovers;

/// A message of the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) at: Timestamp,
    pub(super) fate: Fate,
}

/// What became of a message. Times are milliseconds from its being recorded to the answer's first part having arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Waiting,
    ByBot(u64),
    ByPerson(u64),
    TakenBack,
}

/// What was said without a silence of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Talk {
    /// Its first message of the buyer.
    pub(super) at: Timestamp,
    /// The buyer asked something: more than a greeting or thanks.
    asked: bool,
    /// The last turn that asks something has no answer that arrived.
    owed: bool,
    /// Some answer of the bot arrived.
    answered: bool,
    /// A person was asked for, or acted.
    person: bool,
    /// The buyer said thanks after the last answer.
    thanked: bool,
}

/// How a talk went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// No person was asked for or acted, and the last ask was answered. `confirmed`: the buyer said thanks, too.
    Contained { confirmed: bool },
    /// A person was asked for, or acted.
    Assisted,
    /// Neither: the last ask has no answer.
    Unanswered,
}

impl Talk {
    /// `None`: nothing was asked, and no person was needed for it.
    pub(super) const fn tier(&self) -> Option<Tier> {
        match self {
            Self { person: true, .. } => Some(Tier::Assisted),
            Self { asked: false, .. } => None,
            Self { owed: true, .. } => Some(Tier::Unanswered),
            Self { thanked, .. } => Some(Tier::Contained {
                confirmed: *thanked,
            }),
        }
    }
}

/// The turn that was routed last.
#[derive(Clone, Debug)]
struct Routed {
    id: TurnId,
    messages: Vec<EventId>,
    asks: bool,
    thanks: bool,
}

/// A message that nobody has answered.
#[derive(Clone, Debug)]
struct Waiting {
    /// The event that holds it, or its last edit.
    id: EventId,
    provider_id: ProviderId,
    /// Its place among all messages.
    place: usize,
}

/// A reply on its way, with the places of the messages that it answers.
#[derive(Clone, Debug)]
struct Leaving {
    turn: TurnId,
    places: Vec<usize>,
    by_person: bool,
    /// It answers a turn that asks something.
    asks: bool,
}

/// A conversation, folded for the figures.
#[derive(Clone, Debug, Default)]
pub struct Chat {
    pub(super) messages: Vec<Message>,
    pub(super) turns: Vec<Timestamp>,
    pub(super) talks: Vec<Talk>,
    pub(super) handovers: Handovers,
    waiting: Vec<Waiting>,
    routed: Option<Routed>,
    leaving: BTreeMap<ReplyId, Leaving>,
    spoken_at: Option<Timestamp>,
}

impl Chat {
    /// Whether the buyer has written since then.
    #[must_use]
    pub fn was_written_to_since(&self, since: Timestamp) -> bool {
        self.messages.last().is_some_and(|last| last.at >= since)
    }

    /// The first talk that no person has been in so far, of those that are not over: its place.
    pub(crate) fn untouched_talk(&self) -> usize {
        let last = self.talks.last();
        let touched = last.is_none_or(|last| last.person);
        self.talks.len() - usize::from(!touched)
    }

    /// Whether something was asked from this talk on, and every talk in which something was is contained.
    pub(crate) fn is_contained_from(&self, talk: usize) -> bool {
        let mut tiers = self
            .talks
            .iter()
            .skip(talk)
            .filter_map(Talk::tier)
            .peekable();
        tiers.peek().is_some() && tiers.all(|tier| matches!(tier, Tier::Contained { .. }))
    }

    fn is_silent_at(&self, now: Timestamp) -> bool {
        self.spoken_at
            .is_none_or(|last| now.duration_since(last) >= A_NEW_TALK)
    }

    fn message_received(&mut self, recorded: &Recorded<Event>, event: &MessageReceived) {
        let at = recorded.meta.time;
        if self.talks.is_empty() || self.is_silent_at(at) {
            self.talks.push(Talk {
                at,
                asked: false,
                owed: false,
                answered: false,
                person: false,
                thanked: false,
            });
        }
        self.spoken_at = Some(at);
        self.waiting.push(Waiting {
            id: recorded.meta.id,
            provider_id: event.provider_id.clone(),
            place: self.messages.len(),
        });
        self.messages.push(Message {
            at,
            fate: Fate::Waiting,
        });
    }

    fn turn_routed(&mut self, recorded: &Recorded<Event>, event: &TurnRouted) {
        self.turns.push(recorded.meta.time);
        let is = |intent: Intent| event.asks.iter().any(|ask| ask.intent == intent);
        let asks = event
            .asks
            .iter()
            .any(|ask| !matches!(ask.intent, Intent::Greeting | Intent::Thanks));
        if let (Some(talk), true) = (self.talks.last_mut(), asks) {
            (talk.asked, talk.owed, talk.thanked) = (true, true, false);
        }
        self.routed = Some(Routed {
            id: recorded.meta.id.into(),
            messages: event.messages.clone(),
            asks,
            thanks: !asks && is(Intent::Thanks),
        });
    }

    fn reply_composed(&mut self, recorded: &Recorded<Event>, event: &ReplyComposed) {
        let routed = self.routed.as_ref().filter(|turn| turn.id == event.turn);
        let (Some(turn), ReplyKind::Answer | ReplyKind::Courtesy | ReplyKind::Question) =
            (routed, event.kind)
        else {
            return;
        };
        let mine = self.waiting.iter();
        let mine = mine.filter(|one| turn.messages.contains(&one.id));
        let leaving = Leaving {
            turn: event.turn,
            places: mine.map(|one| one.place).collect(),
            by_person: false,
            asks: turn.asks,
        };
        if let Some(talk) = self.talks.last_mut() {
            talk.thanked |= turn.thanks && talk.answered && event.kind == ReplyKind::Courtesy;
        }
        self.leaving.insert(recorded.meta.id.into(), leaving);
    }

    /// The first part of a reply is with the buyer.
    fn arrived(&mut self, reply: ReplyId, at: Timestamp) {
        let Some(leaving) = self.leaving.remove(&reply) else {
            return;
        };
        self.spoken_at = Some(at);
        if !leaving.by_person {
            let newest = self.routed.as_ref().map(|turn| turn.id);
            if let Some(talk) = self.talks.last_mut() {
                talk.owed &= !(leaving.asks && newest == Some(leaving.turn));
                talk.answered |= leaving.asks;
            }
        }
        self.answer(&leaving.places, at, leaving.by_person);
    }

    fn answer(&mut self, places: &[usize], at: Timestamp, by_person: bool) {
        self.waiting.retain(|one| !places.contains(&one.place));
        for place in places {
            let Some(message) = self.messages.get_mut(*place) else {
                continue;
            };
            if message.fate == Fate::Waiting {
                let took = at.duration_since(message.at).as_millis();
                let took = u64::try_from(took).unwrap_or(0);
                message.fate = if by_person {
                    Fate::ByPerson(took)
                } else {
                    Fate::ByBot(took)
                };
            }
        }
    }

    fn waiting_places(&self) -> Vec<usize> {
        self.waiting.iter().map(|one| one.place).collect()
    }

    /// A person was asked for, or acts. What a seller says on their own long after a talk is not a part of it.
    fn person(&mut self, at: Timestamp) {
        let goes_on =
            !self.is_silent_at(at) || !self.waiting.is_empty() || self.handovers.open().is_some();
        if let (Some(talk), true) = (self.talks.last_mut(), goes_on) {
            talk.person = true;
        }
    }

    /// Nobody will answer these any more, unless a person's words are on their way.
    fn drop_waiting(&mut self, gone: impl Fn(&Waiting) -> bool) {
        let leaving: Vec<usize> = self
            .leaving
            .values()
            .flat_map(|one| one.places.iter().copied())
            .collect();
        self.waiting
            .retain(|one| leaving.contains(&one.place) || !gone(one));
    }
}

impl Fold for Chat {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        let now = recorded.meta.time;
        match &recorded.event {
            Event::MessageReceived(event) => self.message_received(recorded, event),
            Event::MessageEdited(event) => {
                let mut waiting = self.waiting.iter_mut();
                if let Some(one) = waiting.find(|one| one.provider_id == event.provider_id) {
                    one.id = recorded.meta.id;
                }
            }
            Event::MessageDeleted(event) => {
                let mut waiting = self.waiting.iter();
                let place = waiting.position(|one| one.provider_id == event.provider_id);
                let gone = place.map(|place| self.waiting.remove(place));
                if let Some(message) = gone.and_then(|gone| self.messages.get_mut(gone.place)) {
                    message.fate = Fate::TakenBack;
                }
            }
            Event::TurnRouted(event) => self.turn_routed(recorded, event),
            Event::ReplyComposed(event) => self.reply_composed(recorded, event),
            Event::ReplyWithdrawn(event) => {
                let withdrawn = event.turn;
                self.leaving.retain(|_, one| one.turn != withdrawn);
            }
            Event::ReplySent(event) => self.arrived(event.reply, now),
            Event::ReplyEchoed(event) => self.arrived(event.reply, now),
            Event::HandoffRequested(_) | Event::ChatTaken(_) => self.person(now),
            Event::SellerWrote(_) => {
                self.person(now);
                self.answer(&self.waiting_places(), now, true);
                self.spoken_at = Some(now);
            }
            Event::SellerReplied(_) => {
                self.person(now);
                let leaving = Leaving {
                    turn: recorded.meta.id.into(),
                    places: self.waiting_places(),
                    by_person: true,
                    asks: false,
                };
                self.leaving.insert(recorded.meta.id.into(), leaving);
            }
            Event::ChatClosed(_) | Event::BuyerMuted(_) => {
                self.person(now);
                self.drop_waiting(|_| true);
            }
            Event::ChatGivenBack(_) => {
                let open = self.handovers.open().and_then(|open| open.turn.as_ref());
                let theirs = open.map_or_else(Vec::new, |turn| turn.messages.clone());
                self.drop_waiting(|one| theirs.contains(&one.id));
            }
            Event::NoticeReceived(_)
            | Event::ButtonPressed(_)
            | Event::VoiceTranscribed(_)
            | Event::ModelCalled(_)
            | Event::AnswerGiven(_)
            | Event::CannotAnswer(_)
            | Event::BotResumed(_)
            | Event::ReplySending(_)
            | Event::ReplyUncertain(_)
            | Event::ReplyFailed(_)
            | Event::ListShown(_)
            | Event::OfferMade(_)
            | Event::DraftSuggested(_)
            | Event::BuyerUnmuted(_)
            | Event::HandoffJudged(_)
            | Event::HandoffLabelled(_)
            | Event::CartChanged(_)
            | Event::CheckoutChanged(_)
            | Event::OrderSubmitted(_)
            | Event::OrderPlaced(_)
            | Event::OrderDeclined(_)
            | Event::OrderExpired(_)
            | Event::OrderCancelled(_)
            | Event::OrderAmended(_)
            | Event::OrderApproved(_)
            | Event::OrderRejected(_)
            | Event::OrderMarked(_)
            | Event::OrderInvoiced(_)
            | Event::ArmAssigned(_) => {}
        }
        self.handovers.evolve(recorded);
    }
}
