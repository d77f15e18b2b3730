//! A shop's desk: who sits at it, which matters lie on it, which cards show them, and what sellers pressed and wrote.
//!
//! `evolve` is in [`mod@evolve`], what the desk asks for next in [`mod@step`]; this file has the state and the deciders.

mod console;
mod deeds;
mod evolve;
mod inputs;
mod sold;
mod step;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, ConversationId, Decision, EventId, OrderId, Personal, ReplyId,
    conversation::{Actor, HandoffReason},
    desk::{
        BuyerWentOn, CodeRefused, DeedAsked, DeskEvent, Face, InputHandled, MatterChanged,
        MatterInvoiced, MatterOpened, MatterSnoozed, MatterState, PostEdited, PostKind, Posted,
        ReplyUndelivered, SellerBound, SellerInvited, SellerSaid, SellerTapped, SellerUnreachable,
    },
};

pub use console::NoSuchCode;
pub use deeds::{Asked, WhyNot};
pub use step::{DeskPace, DeskStep};

/// How often somebody may name a wrong code …
const TRIES: usize = 5;
/// … within this time.
const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// What is known of a shop's desk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    version: u64,
    seats: BTreeMap<i64, Seat>,
    invitations: Vec<Invitation>,
    /// When a wrong code was named, by whom, newest last.
    tries: Vec<(i64, Timestamp)>,
    /// Codes for the console that hold, at most one of each seller.
    passes: Vec<console::Pass>,
    inputs: Vec<Input>,
    /// What was asked for at the console and nobody has seen to, oldest first.
    asked: Vec<Asked>,
    /// What came of the newest of them.
    outcomes: Vec<(DeedAsked, InputHandled)>,
    /// Digests of every provider id and request that was ever recorded, sorted.
    seen: Vec<EventId>,
    matters: BTreeMap<EventId, Matter>,
    posts: Vec<Post>,
    undelivered: Vec<Undelivered>,
    /// Words of buyers to sellers who have the chat, not shown yet.
    talks: Vec<BuyerWentOn>,
    /// Those messages and the ones shown before, newest last.
    heard: Vec<EventId>,
    /// Replies whose sellers were told already, or are about to be, sorted.
    told: Vec<ReplyId>,
    /// Matters that were settled when they came, sorted: a seller is told of each once.
    told_of: Vec<EventId>,
    /// What led to the newest snoozes: the same tap or call again adds nothing, whatever was chosen since.
    snoozes: Vec<EventId>,
}

/// A seller at the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// The name shown in Telegram, once it is known.
    pub name: Option<Personal<String>>,
    /// Whether the seller sat down with a code; else the shop's file names the seller.
    pub bound: bool,
    /// Why the seller cannot be written to.
    pub unreachable: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Invitation {
    digest: String,
    expires_at: Timestamp,
    used: bool,
}

/// Something that a seller pressed or wrote and nobody has seen to.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The event.
    pub id: EventId,
    /// That event as the cause of what follows.
    pub cause: Cause,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it is.
    pub what: Said,
    /// Before this moment it cannot be seen to.
    pub waits_until: Option<Timestamp>,
    /// How often it could not.
    pub tries: u32,
}

/// What a seller did.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Pressed a button.
    Tapped(SellerTapped),
    /// Wrote to the bot.
    Words(SellerSaid),
}

impl Said {
    /// Who.
    #[must_use]
    pub const fn seller(&self) -> i64 {
        match self {
            Self::Tapped(tap) => tap.seller,
            Self::Words(words) => words.seller,
        }
    }
}

/// A chat that was handed over, or an order that waits for a yes.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// The `handoff_requested` event; of an order the `order_submitted` event.
    pub id: EventId,
    /// The chat.
    pub conversation: ConversationId,
    /// The order; `None`: the bot handed the chat over.
    pub order: Option<OrderId>,
    /// Why the bot stopped.
    pub reason: HandoffReason,
    /// Since when.
    pub since: Timestamp,
    /// What there is to see of it.
    pub face: Face,
    /// How often that has changed, from 1.
    pub stage: u32,
    /// The stage from which on an order's terms have been these.
    pub terms_stage: u32,
    /// When it was put on the desk.
    pub opened_at: Timestamp,
    /// Until when it waits, and who wants to hear of it then.
    pub snoozed: Option<(Timestamp, i64)>,
    /// Of an order: its invoice.
    pub invoice: Option<MatterInvoiced>,
}

impl Matter {
    /// Whether somebody still has to see to it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.face.state, MatterState::Settled { .. })
    }

    /// Whether it cannot wait to be gathered with others.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        matches!(
            self.reason,
            HandoffReason::Complaint | HandoffReason::HumanRequested
        )
    }
}

/// A message in a seller's chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Telegram user id.
    pub seller: i64,
    /// Its number there.
    pub message: i64,
    /// What it is.
    pub kind: PostKind,
    /// The matters that it shows.
    pub matters: Vec<EventId>,
    /// How often these had changed when it was drawn, in all.
    pub stage: u32,
    /// When it was posted.
    pub at: Timestamp,
    /// Telegram does not let it be edited any more.
    pub frozen: bool,
}

/// A seller's reply that did not arrive, of which the seller has not been told.
#[derive(Clone, Debug, PartialEq)]
pub struct Undelivered {
    /// What happened.
    pub what: ReplyUndelivered,
    /// The event as the cause of what follows.
    pub cause: Cause,
}

/// What a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeVerdict {
    /// It lets its bearer sit down.
    Good,
    /// No such code was made, or it was used already.
    Unknown,
    /// It was made too long ago.
    Expired,
    /// Its bearer has named too many wrong ones.
    TooManyTries,
}

impl CodeVerdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::TooManyTries => "too_many_tries",
        }
    }
}

impl Desk {
    /// Sellers who can be asked: those of the shop's file first, then those who sat down with a code. Who cannot be
    /// written to is left out.
    #[must_use]
    pub fn roster(&self, configured: &[i64]) -> Vec<i64> {
        let bound = self.seats.iter();
        let bound = bound.filter(|(seller, seat)| seat.bound && !configured.contains(seller));
        let all = configured.iter().chain(bound.map(|(seller, _)| seller));
        let reachable = all.filter(|seller| self.unreachable(**seller).is_none());
        reachable.copied().collect()
    }

    /// Whether somebody may act for the shop.
    #[must_use]
    pub fn is_seller(&self, configured: &[i64], seller: i64) -> bool {
        configured.contains(&seller) || self.seats.get(&seller).is_some_and(|seat| seat.bound)
    }

    /// Everybody who ever sat down or wrote, by Telegram user id.
    #[must_use]
    pub const fn seats(&self) -> &BTreeMap<i64, Seat> {
        &self.seats
    }

    /// Why a seller cannot be written to.
    #[must_use]
    pub fn unreachable(&self, seller: i64) -> Option<&str> {
        self.seats.get(&seller)?.unreachable.as_deref()
    }

    /// What sellers pressed and wrote and nobody has seen to, oldest first.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// A matter that is, or lately was, on the desk.
    #[must_use]
    pub fn matter(&self, id: EventId) -> Option<&Matter> {
        self.matters.get(&id)
    }

    /// Every matter that is, or lately was, on the desk.
    pub fn matters(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values()
    }

    /// Messages in sellers' chats, oldest first.
    #[must_use]
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// The message of a seller's chat with this number.
    #[must_use]
    pub fn post(&self, seller: i64, message: i64) -> Option<&Post> {
        let mut posts = self.posts.iter().rev();
        posts.find(|post| post.seller == seller && post.message == message)
    }

    /// Which terms of an order stood on a seller's message; `None`: others than those of now, or nobody knows.
    #[must_use]
    pub fn terms_on(&self, post: &Post) -> Option<u32> {
        let [matter] = post.matters.as_slice() else {
            return None;
        };
        let matter = self.matters.get(matter)?;
        // What Telegram does not let be edited any more shows what was the case once.
        (!post.frozen && post.stage >= matter.terms_stage).then_some(matter.face.revision)
    }

    /// How often the matters of a post have changed, in all.
    #[must_use]
    pub fn stage_of(&self, matters: &[EventId]) -> u32 {
        let stages = matters.iter().filter_map(|id| self.matters.get(id));
        stages.fold(0, |sum, matter| sum.saturating_add(matter.stage))
    }

    /// Records that a code was made.
    #[must_use]
    pub fn invite(&self, invited: &SellerInvited) -> Decision<DeskEvent> {
        let known = |known: &Invitation| known.digest == invited.digest;
        if self.invitations.iter().any(known) {
            return Decision::nothing();
        }
        let cause = EventId::derive(&["desk", "invite", &invited.digest]);
        Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::SellerInvited(invited.clone())],
        )
    }

    /// What a code, by its digest, is worth to `seller` now.
    #[must_use]
    pub fn judge_code(&self, seller: i64, digest: &str, now: Timestamp) -> CodeVerdict {
        let lately = |at: Timestamp| now.duration_since(at) < TRIES_WITHIN;
        let tries = self.tries.iter();
        let tries = tries.filter(|(who, at)| *who == seller && lately(*at));
        if tries.count() >= TRIES {
            return CodeVerdict::TooManyTries;
        }
        let known = |known: &&Invitation| known.digest == digest && !known.used;
        match self.invitations.iter().find(known) {
            None => CodeVerdict::Unknown,
            Some(invitation) if invitation.expires_at <= now => CodeVerdict::Expired,
            Some(_) => CodeVerdict::Good,
        }
    }

    /// Lets somebody sit down, or records why not. `input` is the message that named the code.
    #[must_use]
    pub fn bind(&self, input: &Input, digest: &str, now: Timestamp) -> Decision<DeskEvent> {
        let Said::Words(words) = &input.what else {
            return Decision::nothing();
        };
        if !self.inputs.iter().any(|open| open.id == input.id) {
            return Decision::nothing();
        }
        let verdict = self.judge_code(words.seller, digest, now);
        let event = if verdict == CodeVerdict::Good {
            DeskEvent::SellerBound(SellerBound {
                seller: words.seller,
                name: words.name.clone(),
                digest: digest.to_owned(),
            })
        } else {
            DeskEvent::CodeRefused(CodeRefused {
                seller: words.seller,
                reason: verdict.as_str().to_owned(),
            })
        };
        let handled = DeskEvent::InputHandled(InputHandled {
            input: input.id,
            outcome: format!("code: {}", verdict.as_str()),
            first: None,
            settled: None,
        });
        Decision::new(input.cause, vec![event, handled])
    }

    /// Puts a matter on the desk, or notes that what there is to see of it has changed.
    #[must_use]
    pub fn follow(&self, opened: &MatterOpened) -> Decision<DeskEvent> {
        let event = match self.matters.get(&opened.matter) {
            None if matches!(opened.face.state, MatterState::Settled { .. })
                && !self.is_news(opened) =>
            {
                return Decision::nothing();
            }
            None => DeskEvent::MatterOpened(opened.clone()),
            Some(known) if known.face == opened.face => return Decision::nothing(),
            Some(_) => return self.change(opened.matter, &opened.face),
        };
        let cause = EventId::derive(&["desk", "open", &opened.matter.to_string()]);
        Decision::new(Cause::outside(cause), vec![event])
    }

    /// Notes that what there is to see of a matter has changed.
    #[must_use]
    pub fn change(&self, matter: EventId, face: &Face) -> Decision<DeskEvent> {
        let Some(known) = self.matters.get(&matter) else {
            return Decision::nothing();
        };
        if known.face == *face {
            return Decision::nothing();
        }
        let stage = known.stage.to_string();
        let cause = EventId::derive(&["desk", "change", &matter.to_string(), &stage]);
        let event = DeskEvent::MatterChanged(MatterChanged {
            matter,
            face: face.clone(),
        });
        Decision::new(Cause::outside(cause), vec![event])
    }

    /// Lets a matter wait. `cause` names the tap or the call.
    #[must_use]
    pub fn snooze(
        &self,
        matter: EventId,
        until: Timestamp,
        by: &Actor,
        cause: Cause,
    ) -> Decision<DeskEvent> {
        let open = self.matters.get(&matter).filter(|known| known.is_open());
        let again = open.and_then(|known| known.snoozed);
        let known = self.snoozes.contains(&cause.id);
        if known || open.is_none() || again.is_some_and(|(at, _)| at == until) {
            return Decision::nothing();
        }
        let event = DeskEvent::MatterSnoozed(MatterSnoozed {
            matter,
            until,
            by: by.clone(),
        });
        Decision::new(cause, vec![event])
    }

    /// Notes that a seller's reply did not arrive, once.
    #[must_use]
    pub fn not_delivered(&self, what: &ReplyUndelivered) -> Decision<DeskEvent> {
        if self.told.binary_search(&what.reply).is_ok() {
            return Decision::nothing();
        }
        let cause = EventId::derive(&["desk", "undelivered", &what.reply.to_string()]);
        Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::ReplyUndelivered(what.clone())],
        )
    }

    /// Notes that a buyer wrote on to a seller who has the chat, once.
    #[must_use]
    pub fn went_on(&self, what: &BuyerWentOn) -> Decision<DeskEvent> {
        if self.heard.contains(&what.message) {
            return Decision::nothing();
        }
        let cause = EventId::derive(&["desk", "went on", &what.message.to_string()]);
        Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::BuyerWentOn(what.clone())],
        )
    }

    /// Notes that a message stands in a seller's chat.
    #[must_use]
    pub fn posted(&self, posted: &Posted) -> Decision<DeskEvent> {
        if self.post(posted.seller, posted.message).is_some() {
            return Decision::nothing();
        }
        let place = format!("{} {}", posted.seller, posted.message);
        let cause = EventId::derive(&["desk", "posted", &place]);
        Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::Posted(posted.clone())],
        )
    }

    /// Notes that a card shows what is the case again, or never will.
    #[must_use]
    pub fn edited(&self, edited: &PostEdited) -> Decision<DeskEvent> {
        let post = self.post(edited.seller, edited.message);
        if post.is_none_or(|post| post.stage == edited.stage || post.frozen) {
            return Decision::nothing();
        }
        let place = format!("{} {} {}", edited.seller, edited.message, edited.stage);
        let cause = EventId::derive(&["desk", "edited", &place]);
        Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::PostEdited(edited.clone())],
        )
    }

    /// Notes that a seller cannot be written to.
    #[must_use]
    pub fn cannot_reach(&self, seller: i64, reason: &str) -> Decision<DeskEvent> {
        if self.unreachable(seller).is_some() {
            return Decision::nothing();
        }
        let version = self.version.to_string();
        let cause = EventId::derive(&["desk", "unreachable", &seller.to_string(), &version]);
        let event = DeskEvent::SellerUnreachable(SellerUnreachable {
            seller,
            reason: reason.to_owned(),
        });
        Decision::new(Cause::outside(cause), vec![event])
    }
}
