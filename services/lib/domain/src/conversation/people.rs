//! What each deed of the shop's people changes.

use jiff::Timestamp;
use schemas::{
    EventId, Recorded, Sku,
    conversation::{
        Actor, ConversationEvent as Event, DraftSuggested, HandoffJudged, HandoffLabelled,
        HandoffRequested, ReplyKind, ReplyWay, SellerReplied,
    },
    desk::Settlement,
};

use super::{
    Conversation, Owner,
    handoff::{Draft, Handoff},
    label::Labelling,
};

/// How many of the shop's own words are remembered, and causes of deeds.
const SAID: usize = 8;
const ACTED: usize = 64;

/// What somebody of the shop told the buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidByPerson {
    /// When.
    pub at: Timestamp,
    /// The event that tells it.
    pub event: EventId,
    /// The words.
    pub text: String,
    /// The article that was talked about, as far as the bot had followed.
    pub focus: Option<Sku>,
    /// What the buyer had written before, and nobody had answered, oldest first.
    pub heard: Vec<String>,
}

impl Conversation {
    /// Remembers what led to a deed, so that the same tap or call again adds nothing.
    pub(super) fn acted(&mut self, recorded: &Recorded<Event>) {
        if let Some(cause) = recorded.meta.causation {
            if self.acted.len() >= ACTED {
                self.acted.remove(0);
            }
            self.acted.push(cause);
        }
        self.changed = Some(recorded.meta.as_cause());
    }

    pub(super) fn handoff_requested(
        &mut self,
        recorded: &Recorded<Event>,
        event: &HandoffRequested,
    ) {
        if self.owner == Owner::Bot {
            self.owner = Owner::WaitingForSeller;
        }
        self.silent_since = Some(recorded.meta.time);
        self.settle_matter(Settlement::Superseded, None);
        self.labels
            .insert(recorded.meta.id, Labelling::new(recorded));
        // What the turn was about is the seller's now; the notice that may follow only says so.
        let turn = self.turn.take_if(|turn| Some(turn.id) == event.turn);
        let messages = turn.as_ref().map_or_else(Vec::new, |turn| {
            let messages = turn.messages.clone();
            self.settle(&messages);
            messages
        });
        self.handoff = Some(Handoff {
            id: recorded.meta.id,
            reason: event.reason,
            detail: event.detail.clone(),
            since: recorded.meta.time,
            messages,
            suggesting: turn.filter(|turn| !turn.composed && turn.waits_for_somebody()),
            draft: None,
            taken: None,
        });
        self.changed = Some(recorded.meta.as_cause());
    }

    pub(super) fn draft_suggested(&mut self, event: &DraftSuggested) {
        let Some(open) = self.handoff.as_mut() else {
            return;
        };
        if open
            .suggesting
            .take_if(|turn| turn.id == event.turn)
            .is_some()
        {
            open.draft = event.text.clone().map(|text| Draft {
                text,
                facts: event.facts.clone(),
                focus: event.focus.clone(),
                list: event.list.clone(),
                offers: event.offers.clone(),
                asked: event.asked.clone(),
                deal: event.deal.clone(),
            });
        }
    }

    pub(super) fn seller_replied(&mut self, recorded: &Recorded<Event>, event: &SellerReplied) {
        self.acted(recorded);
        // The bot's own words put on the screen what they would have put there.
        let sent = self.handoff.as_ref().and_then(|open| open.draft.clone());
        let sent = sent.filter(|_| event.way == ReplyWay::Draft);
        let shown = sent.unwrap_or_default();
        self.outbox.push(super::Outgoing {
            id: recorded.meta.id.into(),
            turn: recorded.meta.id.into(),
            kind: ReplyKind::Seller,
            text: event.text.text().to_owned(),
            promises: true,
            messages: Vec::new(),
            focus: shown.focus,
            list: shown.list,
            offers: shown.offers,
            asked: shown.asked,
            deal: shown.deal,
            told: None,
            away_since: None,
            by: Some(event.by.clone()),
            last: recorded.meta.as_cause(),
            progress: super::Progress::Ready {
                part: 0,
                attempt: 1,
            },
        });
        let draft = event.way == ReplyWay::Draft;
        if !draft {
            self.said(recorded, event.text.text());
        }
        let how = if draft {
            Settlement::DraftSent
        } else {
            Settlement::Answered
        };
        self.settle_matter(how, Some(event.by.clone()));
        if draft {
            // The words are the bot's own: nothing is left for a person to do.
            self.give_back();
        } else {
            self.seller_has_it(recorded, Some(event.by.clone()));
            self.pending.clear();
        }
    }

    /// People said something to the buyer: the bot will know it when it comes back.
    pub(super) fn said(&mut self, recorded: &Recorded<Event>, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.said.len() >= SAID {
            self.said.remove(0);
        }
        let draft = self.handoff.as_ref().and_then(|open| open.draft.as_ref());
        let drafted = draft.and_then(|draft| draft.focus.clone());
        let heard = self.pending.iter().map(super::Pending::words);
        self.said.push(SaidByPerson {
            at: recorded.meta.time,
            event: recorded.meta.id,
            text: text.to_owned(),
            focus: drafted.or_else(|| self.focus.clone()),
            heard: heard.map(str::to_owned).collect(),
        });
    }

    /// The chat is the seller's from here.
    pub(super) fn seller_has_it(&mut self, recorded: &Recorded<Event>, by: Option<Actor>) {
        self.owner = Owner::Seller;
        self.muted = false;
        self.holder = by;
        self.spoken_at = Some(recorded.meta.time);
        self.anew = false;
        self.asked = None;
        self.silent_since = Some(recorded.meta.time);
    }

    pub(super) fn chat_taken(&mut self, recorded: &Recorded<Event>, by: &Actor) {
        self.acted(recorded);
        if let Some(open) = &mut self.handoff {
            open.taken = Some(by.clone());
        }
        self.owner = Owner::Seller;
        self.muted = false;
        self.holder = Some(by.clone());
        self.silent_since = Some(recorded.meta.time);
    }

    /// The bot goes on.
    pub(super) fn give_back(&mut self) {
        self.owner = Owner::Bot;
        self.muted = false;
        self.holder = None;
        self.silent_since = None;
        self.outbox.retain(super::Outgoing::is_moving);
    }

    /// Nobody answers any more.
    pub(super) fn shut(&mut self, how: Settlement, by: &Actor) {
        self.owner = Owner::Closed;
        self.holder = None;
        self.silent_since = None;
        self.pending.clear();
        // Who closes a chat knows of a reply that got stuck: nobody is asked for about it again.
        self.outbox.retain(super::Outgoing::is_moving);
        self.settle_matter(how, Some(by.clone()));
    }

    pub(super) fn handoff_judged(&mut self, event: &HandoffJudged) {
        let done = self.settled.iter_mut();
        let mut done = done.filter(|done| done.matter == event.handoff);
        if let Some(done) = done.next() {
            done.judged = Some(event.needed);
        }
    }

    pub(super) fn handoff_labelled(&mut self, recorded: &Recorded<Event>, event: &HandoffLabelled) {
        if let Some(labelling) = self.labels.get_mut(&event.handoff) {
            labelling.intent = Some(event.intent);
            labelling.last = recorded.meta.as_cause();
        }
    }
}
