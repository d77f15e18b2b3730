//! One chat with one buyer: who owns it, what is asked, what was answered, what is on the buyer's screen.
//!
//! `evolve` is in [`mod@evolve`] and [`mod@people`]; the deciders are in one file for each service that calls them:
//! `receive` (ingest), `route` (router), `answer` (agents), `send` and `voice` (dispatcher),
//! `arm` and `model` (router), `handoff` (escalation), `label` (torg), `ordering` (agents, cart, escalation, invoicer, router); what carts and orders
//! change is in [`mod@trade`].

mod answer;
mod arm;
mod evolve;
mod handoff;
mod label;
mod model;
mod order;
mod ordering;
mod people;
mod receive;
mod route;
mod send;
mod trade;
mod voice;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, EventId, ListingId, Personal, ProviderId, ReplyId, Sku, TurnId,
    conversation::{
        Actor, AnswerGiven, Ask, Asked, ChatAddress, Content, Deal, Language, Offer, ProductList,
        ReplyKind, Told,
    },
};

pub use answer::AnswerRefusal;
pub use evolve::A_NEW_TALK;
pub use handoff::{Action, ActionRefusal, Draft, Handoff, Settled as SettledMatter};
pub use label::LabelRefusal;
pub use order::{Order, OrderAction, OrderRefusal, OrderStep, Stage};
pub use people::SaidByPerson;
pub use receive::{Incoming, OwnMessage};
pub use route::{
    Composition, Notice, Pace, RouteRefusal, RouterStep, Routing, Settled, Understood,
};
pub use send::{Limits, Outcome, Part, SendRefusal, SendStep};

/// How long a message counts against what the bot may send in a day.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Whose turn it is to talk to the buyer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// The bot answers.
    #[default]
    Bot,
    /// The bot has stopped and nobody has come yet.
    WaitingForSeller,
    /// The seller answers.
    Seller,
    /// Nobody answers any more.
    Closed,
}

impl Owner {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::WaitingForSeller => "waiting_for_seller",
            Self::Seller => "seller",
            Self::Closed => "closed",
        }
    }
}

/// The state of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    address: Option<ChatAddress>,
    listing: Option<ListingId>,
    language_hint: Option<Language>,
    language: Option<Language>,
    owner: Owner,
    /// Digests of every provider id that was ever recorded, sorted.
    seen: Vec<EventId>,
    /// Digests of the provider ids of our own messages with the events that told them, sorted.
    ours: Vec<(EventId, EventId)>,
    pending: Vec<Pending>,
    turn: Option<Turn>,
    outbox: Vec<Outgoing>,
    list: Option<ProductList>,
    focus: Option<Sku>,
    /// What the bot asked last, while the buyer's next words may answer it.
    asked: Option<Asked>,
    /// Every offer that reached the buyer, oldest first.
    offers: Vec<Offer>,
    /// When anything was last said by anybody.
    spoken_at: Option<Timestamp>,
    /// Whether the pending messages end a silence of a day.
    anew: bool,
    /// Whether focus and list are of the talk before the last silence of a day.
    earlier: bool,
    /// The article that the talk before the last silence of a day ended with.
    last_time: Option<Sku>,
    model: ModelUse,
    /// The last event that changed what is pending or who owns the chat.
    changed: Option<Cause>,
    /// Since when the seller has been silent, while the chat is not the bot's.
    silent_since: Option<Timestamp>,
    /// What was handed over and nobody has settled.
    handoff: Option<Handoff>,
    /// Matters that were settled lately, oldest first.
    settled: Vec<SettledMatter>,
    /// Every matter that was ever handed over: a label may come long after it was settled.
    labels: BTreeMap<EventId, label::Labelling>,
    /// Who of the shop has the chat, when it is known.
    holder: Option<Actor>,
    muted: bool,
    /// What people of the shop said lately, oldest first.
    said: Vec<SaidByPerson>,
    /// What led to the newest deeds of the shop's people.
    acted: Vec<EventId>,
    /// The closed period that the buyer was last told of, by its beginning.
    told_away: Option<Timestamp>,
    /// Who the buyer is at the provider, and how they are called there.
    buyer: Option<(Personal<String>, Option<Personal<String>>)>,
    /// The cart, and the order in the making, as far as it is told in full.
    deal: Deal,
    /// The same as the buyer sees it already, by the reply that showed it, until the dispatcher has told so.
    deal_due: Option<(ReplyId, Deal)>,
    /// Orders, oldest first.
    orders: Vec<Order>,
    /// When the bot's newest messages left, oldest first, as far as the cap of a day asks for them.
    left: Vec<Timestamp>,
    /// The arms of experiments that the chat got, oldest first.
    arms: Vec<arm::Given>,
}

/// How much models were used in a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelUse {
    /// Calls.
    pub calls: u64,
    /// Their cost, millionths of a ruble, as far as it is known.
    pub microrubles: i64,
}

/// What is known of the words of a voice note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// They are being written down.
    Awaited,
    /// What it says.
    Heard(Personal<String>),
    /// Nobody could tell, and why.
    Unheard(String),
}

/// A message that no reply has settled yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The event that holds the message, or its last edit.
    pub id: EventId,
    /// The provider's id.
    pub provider_id: ProviderId,
    /// What it holds.
    pub content: Content,
    /// What a voice note says; `None`: it is none.
    pub voice: Option<Voice>,
    /// When the provider says it was written: the order of messages.
    pub sent_at: Timestamp,
    /// When it was recorded: the quiet window counts from here.
    pub recorded_at: Timestamp,
}

impl Pending {
    /// The words of the message, written or spoken; empty when there are none.
    #[must_use]
    pub fn words(&self) -> &str {
        match &self.voice {
            Some(Voice::Heard(text)) => text.text(),
            Some(Voice::Awaited | Voice::Unheard(_)) | None => self.content.text(),
        }
    }
}

/// A turn in the making: routed, not yet on its way to the buyer.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// The messages it answers, oldest first.
    pub messages: Vec<EventId>,
    /// What they ask.
    pub asks: Vec<Ask>,
    /// The language to answer in.
    pub language: Language,
    /// Whether the buyer greeted.
    pub greeted: bool,
    /// Whether the buyer comes back after a long silence.
    pub anew: bool,
    /// What came back for each ask.
    pub answers: Vec<Option<Answered>>,
    /// The `turn_routed` event, or the last answer.
    pub last: Cause,
    /// Whether a reply was composed.
    pub composed: bool,
}

/// What came back for an ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// An answer.
    Given(Box<AnswerGiven>),
    /// The specialist had nothing to answer from.
    Cannot(String),
}

/// A reply on its way to the buyer.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Its id.
    pub id: ReplyId,
    /// Its turn.
    pub turn: TurnId,
    /// What it is for.
    pub kind: ReplyKind,
    /// The words, all parts.
    pub text: String,
    /// Whether it holds facts: prices, quantities, things that the buyer will hold the seller to.
    pub promises: bool,
    /// The messages that it settles.
    pub messages: Vec<EventId>,
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
    /// What it tells of an order.
    pub told: Option<Told>,
    /// The closed period that it tells of, by its beginning.
    pub away_since: Option<Timestamp>,
    /// Who of the shop wrote it; `None`: the bot.
    pub by: Option<Actor>,
    /// The last event about it.
    pub last: Cause,
    /// How far it is.
    pub progress: Progress,
}

/// How far a reply is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// `part` can be sent; `attempt` counts from 1.
    Ready {
        /// Which part is next, from 0.
        part: u32,
        /// Which attempt at it.
        attempt: u32,
    },
    /// The intent is recorded and no outcome yet.
    Sending {
        /// Which part, from 0.
        part: u32,
        /// Which attempt at it.
        attempt: u32,
        /// Its words.
        text: String,
        /// Whether it is the last.
        last: bool,
        /// Since when.
        since: Timestamp,
    },
    /// Nobody can know whether the part arrived.
    Uncertain {
        /// Which part, from 0.
        part: u32,
        /// Its words.
        text: String,
        /// Whether it is the last.
        last: bool,
    },
    /// The provider refuses it for good.
    Refused,
}

impl Conversation {
    /// Where to answer; `None` before the first message.
    #[must_use]
    pub const fn address(&self) -> Option<&ChatAddress> {
        self.address.as_ref()
    }

    /// The provider's id of the buyer, and the name that it shows.
    #[must_use]
    pub fn buyer(&self) -> Option<(&Personal<String>, Option<&Personal<String>>)> {
        self.buyer.as_ref().map(|(id, name)| (id, name.as_ref()))
    }

    /// The advertisement that the chat is about.
    #[must_use]
    pub const fn listing(&self) -> Option<&ListingId> {
        self.listing.as_ref()
    }

    /// The buyer's language: of the last turn, else the provider's hint.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.language.or(self.language_hint)
    }

    /// The language that the buyer was last understood in; `None` before the first turn.
    #[must_use]
    pub const fn spoken(&self) -> Option<Language> {
        self.language
    }

    /// Whose turn it is to talk.
    #[must_use]
    pub const fn owner(&self) -> Owner {
        self.owner
    }

    /// Messages that no reply has settled, oldest first.
    #[must_use]
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The turn in the making.
    #[must_use]
    pub const fn turn(&self) -> Option<&Turn> {
        self.turn.as_ref()
    }

    /// Replies on their way, oldest first.
    #[must_use]
    pub fn outbox(&self) -> &[Outgoing] {
        &self.outbox
    }

    /// The list on the buyer's screen.
    #[must_use]
    pub const fn list(&self) -> Option<&ProductList> {
        self.list.as_ref()
    }

    /// The article last talked about.
    #[must_use]
    pub const fn focus(&self) -> Option<&Sku> {
        self.focus.as_ref()
    }

    /// What the bot asked last, while the buyer's next words may answer it.
    #[must_use]
    pub const fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }

    /// Every offer that reached the buyer, oldest first.
    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// Whether the pending messages end a silence of a day: the bot greets, and takes nothing for granted.
    #[must_use]
    pub const fn is_anew(&self) -> bool {
        self.anew
    }

    /// Whether focus and list are of an earlier day: a greeting in between does not make them today's.
    #[must_use]
    pub const fn is_earlier(&self) -> bool {
        self.earlier
    }

    /// The article that the talk before the last silence of a day ended with: «как в прошлый раз».
    #[must_use]
    pub const fn last_time(&self) -> Option<&Sku> {
        self.last_time.as_ref()
    }

    /// How much models were used so far.
    #[must_use]
    pub const fn model_use(&self) -> ModelUse {
        self.model
    }

    /// Whether a message of our own, by its provider id, is already recorded.
    #[must_use]
    pub fn knows_own(&self, id: &ProviderId) -> bool {
        self.own_event(digest(id, "message")).is_some()
    }

    fn own_event(&self, digest: EventId) -> Option<EventId> {
        let place = self
            .ours
            .binary_search_by_key(&digest, |(known, _)| *known)
            .ok()?;
        self.ours.get(place).map(|(_, event)| *event)
    }

    fn has_seen(&self, digest: EventId) -> bool {
        self.seen.binary_search(&digest).is_ok()
    }

    fn outgoing(&self, id: ReplyId) -> Option<&Outgoing> {
        self.outbox.iter().find(|reply| reply.id == id)
    }

    /// Whether a reply of this kind may leave under the present owner.
    const fn may_leave(&self, kind: ReplyKind) -> bool {
        match self.owner {
            _ if matches!(kind, ReplyKind::Seller) => true,
            // What a seller decided or noted of an order is told, whoever has the chat.
            _ if matches!(kind, ReplyKind::OrderNews) => !self.muted,
            Owner::Bot => true,
            Owner::WaitingForSeller => matches!(kind, ReplyKind::HandoffNotice),
            Owner::Seller | Owner::Closed => false,
        }
    }
}

impl Conversation {
    /// Whether the bot has sent as many messages within a day as it may.
    fn is_capped(&self, now: Timestamp, messages_per_day: u64) -> bool {
        let lately = self.left.iter();
        let lately = lately.filter(|then| now.duration_since(**then) < A_DAY);
        u64::try_from(lately.count()).unwrap_or(u64::MAX) >= messages_per_day
    }
}

impl Outgoing {
    /// Whether it counts against what the bot may send in a day: the word that the seller comes does not, nor what
    /// became of an order.
    const fn counts(&self) -> bool {
        self.by.is_none() && !matches!(self.kind, ReplyKind::HandoffNotice | ReplyKind::OrderNews)
    }

    /// Whether nobody can know whether it arrived.
    #[must_use]
    pub const fn is_uncertain(&self) -> bool {
        matches!(self.progress, Progress::Uncertain { .. })
    }

    /// Whether it still has somewhere to go; a reply that has not, needs the seller.
    const fn is_moving(&self) -> bool {
        match self.progress {
            Progress::Ready { .. } | Progress::Sending { .. } => true,
            Progress::Uncertain { .. } | Progress::Refused => false,
        }
    }
}

/// What a provider id is remembered by.
fn digest(provider_id: &ProviderId, aspect: &str) -> EventId {
    EventId::derive(&["provider", provider_id.as_str(), aspect])
}
