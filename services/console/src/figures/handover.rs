//! Each time the bot stopped for a person: what it had made of the words, what it would have said, what became of it.
//!
//! How a handover ends follows `domain`'s own rule; a test holds the two together.

use jiff::Timestamp;
use schemas::{
    EventId, Fold, Personal, Recorded, ReplyId, TurnId,
    conversation::{
        Actor, Ask, ConversationEvent as Event, HandoffReason, HandoffRequested, Intent, Language,
        ReplyWay, SellerReplied,
    },
    desk::Settlement,
};

/// One time that the bot stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Handover {
    /// The `handoff_requested` event.
    pub id: EventId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Why.
    pub reason: HandoffReason,
    /// More about why.
    pub detail: String,
    /// What the bot stopped at; `None` when no turn is to blame.
    pub turn: Option<Stopped>,
    /// What the bot would have said; `None`: nothing that the guard lets pass.
    pub draft: Option<String>,
    /// How it ended; `None`: it is open.
    pub ended: Option<Ended>,
    /// When a person's first word behind it reached the buyer.
    pub first_word: Option<Timestamp>,
    /// Whether a seller judged it needed.
    pub judged: Option<bool>,
    /// What a person says that the words want.
    pub label: Option<Label>,
}

/// The turn that the bot stopped at.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopped {
    /// Its id.
    pub id: TurnId,
    /// Its messages.
    pub messages: Vec<EventId>,
    /// What it was understood as.
    pub asks: Vec<Ask>,
    /// The buyer's language.
    pub language: Language,
    /// The confidence from which the bot acts.
    pub threshold: f64,
}

/// How a handover ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// How.
    pub how: Settlement,
    /// Who ended it, when it is known.
    pub by: Option<Actor>,
    /// The words that the person sent.
    pub words: Option<Personal<String>>,
    /// Where the words come from; `None`: they were written outside Torg.
    pub way: Option<ReplyWay>,
}

/// What a person says that the words want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What they want.
    pub intent: Intent,
    /// Who says so.
    pub by: Actor,
    /// When it was said.
    pub at: Timestamp,
}

impl Handover {
    /// Whether a person has settled it. One that the bot itself replaced by a newer one is not handled.
    #[must_use]
    pub fn is_handled(&self) -> bool {
        let ended = self.ended.as_ref();
        ended.is_some_and(|ended| ended.how != Settlement::Superseded)
    }

    /// The words that a label is about: of the one ask that was not understood, when that is why the bot stopped, else of
    /// all asks. Empty when there were none to read.
    #[must_use]
    pub fn words(&self) -> String {
        let Some(turn) = &self.turn else {
            return String::new();
        };
        let unclear = self.reason == HandoffReason::LowConfidence;
        let mut unsure = turn
            .asks
            .iter()
            .filter(|ask| unclear && ask.confidence < turn.threshold);
        if let (Some(one), None) = (unsure.next(), unsure.next()) {
            return one.text.text().to_owned();
        }
        let all: Vec<&str> = turn.asks.iter().map(|ask| ask.text.text()).collect();
        all.join(" ")
    }
}

/// All handovers of a conversation, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Handovers {
    all: Vec<Handover>,
    /// The turn that was routed last.
    routed: Option<Stopped>,
    /// How many of the last handovers no person has said a word after.
    wordless: usize,
    /// Sellers' replies that have not arrived.
    leaving: Vec<ReplyId>,
}

impl Handovers {
    /// Oldest first.
    #[must_use]
    pub fn all(&self) -> &[Handover] {
        &self.all
    }

    /// The one that nobody has settled.
    #[must_use]
    pub fn open(&self) -> Option<&Handover> {
        self.all.last().filter(|last| last.ended.is_none())
    }

    fn settle(&mut self, how: Settlement, by: Option<&Actor>) -> Option<&mut Ended> {
        let open = self.all.last_mut().filter(|last| last.ended.is_none())?;
        Some(open.ended.insert(Ended {
            how,
            by: by.cloned(),
            words: None,
            way: None,
        }))
    }

    fn requested(&mut self, recorded: &Recorded<Event>, event: &HandoffRequested) {
        self.settle(Settlement::Superseded, None);
        let turn = self.routed.clone();
        self.all.push(Handover {
            id: recorded.meta.id,
            at: recorded.meta.time,
            reason: event.reason,
            detail: event.detail.clone(),
            turn: turn.filter(|turn| Some(turn.id) == event.turn),
            draft: None,
            ended: None,
            first_word: None,
            judged: None,
            label: None,
        });
        self.wordless = self.wordless.saturating_add(1);
    }

    fn replied(&mut self, recorded: &Recorded<Event>, event: &SellerReplied) {
        self.leaving.push(recorded.meta.id.into());
        let how = match event.way {
            ReplyWay::Draft => Settlement::DraftSent,
            ReplyWay::OwnWords | ReplyWay::EditedDraft => Settlement::Answered,
        };
        if let Some(ended) = self.settle(how, Some(&event.by)) {
            ended.words = Some(event.text.clone());
            ended.way = Some(event.way);
        }
    }

    /// A person's words reached the buyer.
    fn word(&mut self, at: Timestamp) {
        for one in self.all.iter_mut().rev().take(self.wordless) {
            one.first_word = Some(at);
        }
        self.wordless = 0;
    }

    /// A person ended it without a word, unless one is on its way.
    fn without_a_word(&mut self, how: Settlement, by: &Actor) {
        self.settle(how, Some(by));
        if self.leaving.is_empty() {
            self.wordless = 0;
        }
    }

    fn arrived(&mut self, reply: ReplyId, at: Timestamp) {
        if let Some(place) = self.leaving.iter().position(|one| *one == reply) {
            self.leaving.swap_remove(place);
            self.word(at);
        }
    }

    fn find(&mut self, id: EventId) -> Option<&mut Handover> {
        self.all.iter_mut().rev().find(|one| one.id == id)
    }
}

impl Fold for Handovers {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        match &recorded.event {
            Event::TurnRouted(event) => {
                self.routed = Some(Stopped {
                    id: recorded.meta.id.into(),
                    messages: event.messages.clone(),
                    asks: event.asks.clone(),
                    language: event.language,
                    threshold: event.threshold,
                });
            }
            Event::HandoffRequested(event) => self.requested(recorded, event),
            Event::DraftSuggested(event) => {
                let about = |one: &&mut Handover| {
                    one.turn.as_ref().is_some_and(|turn| turn.id == event.turn)
                };
                let open = self.all.last_mut().filter(|last| last.ended.is_none());
                if let Some(open) = open.filter(about) {
                    open.draft.clone_from(&event.text);
                }
            }
            Event::SellerReplied(event) => self.replied(recorded, event),
            Event::SellerWrote(event) => {
                if let Some(ended) = self.settle(Settlement::AnsweredOutside, None) {
                    ended.words = Some(event.content.text().to_owned().into());
                }
                self.word(recorded.meta.time);
            }
            Event::ReplySent(event) => self.arrived(event.reply, recorded.meta.time),
            Event::ReplyEchoed(event) => self.arrived(event.reply, recorded.meta.time),
            Event::ReplyWithdrawn(event) => {
                self.leaving.retain(|one| one.uuid() != event.turn.uuid());
            }
            Event::ChatGivenBack(event) => {
                self.without_a_word(Settlement::GivenBack, &event.by);
            }
            Event::ChatClosed(event) => self.without_a_word(Settlement::Closed, &event.by),
            Event::BuyerMuted(event) => self.without_a_word(Settlement::Muted, &event.by),
            Event::HandoffJudged(event) => {
                if let Some(one) = self.find(event.handoff) {
                    one.judged = Some(event.needed);
                }
            }
            Event::HandoffLabelled(event) => {
                let label = Label {
                    intent: event.intent,
                    by: event.by.clone(),
                    at: recorded.meta.time,
                };
                if let Some(one) = self.find(event.handoff) {
                    one.label = Some(label);
                }
            }
            Event::MessageReceived(_)
            | Event::MessageEdited(_)
            | Event::MessageDeleted(_)
            | Event::NoticeReceived(_)
            | Event::ButtonPressed(_)
            | Event::VoiceTranscribed(_)
            | Event::ModelCalled(_)
            | Event::AnswerGiven(_)
            | Event::CannotAnswer(_)
            | Event::ReplyComposed(_)
            | Event::BotResumed(_)
            | Event::ReplySending(_)
            | Event::ReplyUncertain(_)
            | Event::ReplyFailed(_)
            | Event::ListShown(_)
            | Event::OfferMade(_)
            | Event::ChatTaken(_)
            | Event::BuyerUnmuted(_)
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
    }
}
