//! What the desk asks for next: an input to see to, a card to post or to draw anew, a seller to remind.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use schemas::{
    conversation::Actor,
    desk::{BuyerWentOn, MatterState, PostKind},
};

use super::{Desk, Input, Matter, Post, Undelivered};

/// How long a matter waits for others to be shown together with it, and for the bot's draft.
const GATHER: SignedDuration = SignedDuration::from_secs(3);
/// How long one that is urgent waits for the draft.
const GATHER_URGENT: SignedDuration = SignedDuration::from_millis(500);
/// In this time …
const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// … a seller gets so many cards by themselves, …
const SINGLE: usize = 3;
/// … so many when they are urgent, and the rest as one digest …
const SINGLE_URGENT: usize = 6;
/// … with at the most so many lines.
const LINES: usize = 30;

/// The shop's times that the desk keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskPace {
    /// How long a card may go unanswered.
    pub reminder: Duration,
    /// Whether somebody of the shop is there at this hour, as far as its hours say.
    pub somebody_there: bool,
    /// When somebody is there again, if nobody is and the hours say so.
    pub opens: Option<Timestamp>,
}

/// What the state asks of the desk.
#[derive(Clone, Debug, PartialEq)]
pub enum DeskStep<'a> {
    /// Nothing.
    Nothing,
    /// Look again at this moment, unless something happens before.
    Wait(Timestamp),
    /// See to what a seller pressed or wrote.
    Handle(&'a Input),
    /// Tell a seller that a reply did not arrive.
    Tell {
        /// What happened.
        undelivered: &'a Undelivered,
        /// Whom.
        seller: i64,
    },
    /// Show a buyer's words to the seller who has the chat.
    Forward(&'a BuyerWentOn),
    /// Draw a card or a digest anew.
    Edit(&'a Post),
    /// Post a card.
    Card {
        /// Of what.
        matter: &'a Matter,
        /// To whom.
        seller: i64,
    },
    /// Post several matters as one message.
    Digest {
        /// Which.
        matters: Vec<&'a Matter>,
        /// To whom.
        seller: i64,
    },
    /// Remind a seller of a card.
    Remind {
        /// Of what.
        matter: &'a Matter,
        /// Whom.
        seller: i64,
        /// The number of the card, to answer it.
        card: Option<i64>,
    },
}

/// What one matter asks for.
enum Wish<'a> {
    Nothing,
    At(Timestamp),
    Card(&'a Matter, i64),
    Remind(&'a Matter, i64, Option<i64>),
}

impl Desk {
    /// What the desk has to do now. `configured`: sellers of the shop's file, in order.
    #[must_use]
    pub fn step(&self, now: Timestamp, configured: &[i64], pace: DeskPace) -> DeskStep<'_> {
        let waits = |input: &&Input| input.waits_until.is_some_and(|until| until > now);
        if let Some(input) = self.inputs.iter().find(|input| !waits(input)) {
            return DeskStep::Handle(input);
        }
        let roster = self.roster(configured);
        for undelivered in &self.undelivered {
            let author = match &undelivered.what.by {
                Actor::Telegram(seller) if roster.contains(seller) => Some(*seller),
                Actor::Telegram(_) | Actor::Console(_) => roster.first().copied(),
            };
            if let Some(seller) = author {
                return DeskStep::Tell {
                    undelivered,
                    seller,
                };
            }
        }
        let reachable = |talk: &&BuyerWentOn| roster.contains(&talk.to);
        if let Some(talk) = self.talks.iter().find(reachable) {
            return DeskStep::Forward(talk);
        }
        if let Some(post) = self.posts.iter().find(|post| self.is_stale(post)) {
            return DeskStep::Edit(post);
        }
        self.cards(now, &roster, pace)
    }

    /// Whether a card shows something else than what is the case.
    fn is_stale(&self, post: &Post) -> bool {
        matches!(post.kind, PostKind::Card | PostKind::Digest)
            && !post.frozen
            && self.unreachable(post.seller).is_none()
            && post.stage != self.stage_of(&post.matters)
    }

    fn cards(&self, now: Timestamp, roster: &[i64], pace: DeskPace) -> DeskStep<'_> {
        let mut later: Option<Timestamp> = None;
        let mut sooner = |at: Timestamp| later = Some(later.map_or(at, |known| known.min(at)));
        let deferred = self.inputs.iter().filter_map(|input| input.waits_until);
        deferred.for_each(&mut sooner);
        let mut waiting: Vec<(&Matter, i64)> = Vec::new();
        let wanted = |matter: &&Matter| matter.is_open() || matter.is_sold_by_rule();
        let mut open: Vec<&Matter> = self.matters.values().filter(wanted).collect();
        open.sort_by_key(|matter| (matter.opened_at, matter.id));
        for matter in open {
            match self.wish(matter, now, roster, pace) {
                Wish::Nothing => {}
                Wish::At(at) => sooner(at),
                Wish::Card(matter, seller) => waiting.push((matter, seller)),
                Wish::Remind(matter, seller, card) => {
                    return DeskStep::Remind {
                        matter,
                        seller,
                        card,
                    };
                }
            }
        }
        for seller in roster {
            let theirs = waiting.iter().filter(|(_, whose)| whose == seller);
            let theirs: Vec<&Matter> = theirs.map(|(matter, _)| *matter).collect();
            match self.paced(&theirs, *seller, now) {
                Ok(step) => return step,
                Err(Some(at)) => sooner(at),
                Err(None) => {}
            }
        }
        later.map_or(DeskStep::Nothing, DeskStep::Wait)
    }

    /// Which of a seller's waiting cards can be posted now; else when to look again.
    fn paced<'a>(
        &self,
        waiting: &[&'a Matter],
        seller: i64,
        now: Timestamp,
    ) -> Result<DeskStep<'a>, Option<Timestamp>> {
        let ripe = |matter: &Matter| {
            let gather = if matter.is_urgent() {
                GATHER_URGENT
            } else {
                GATHER
            };
            matter.opened_at.checked_add(gather).unwrap_or(now)
        };
        let Some(first) = waiting.iter().map(|matter| ripe(matter)).min() else {
            return Err(None);
        };
        if first > now {
            return Err(Some(first));
        }
        let lately = self.posts.iter().filter(|post| {
            let card = matches!(post.kind, PostKind::Card | PostKind::Digest);
            card && post.seller == seller && now.duration_since(post.at) < WINDOW
        });
        let digest = |waiting: &[&'a Matter]| DeskStep::Digest {
            matters: waiting.iter().take(LINES).copied().collect(),
            seller,
        };
        let ready = waiting.iter().filter(|matter| ripe(matter) <= now);
        let urgent = ready.clone().find(|matter| matter.is_urgent());
        let posted = lately.clone().count();
        if waiting.len() > SINGLE && posted < SINGLE {
            return Ok(digest(waiting));
        }
        if let Some(matter) = urgent
            && posted < SINGLE_URGENT
        {
            return Ok(DeskStep::Card { matter, seller });
        }
        if posted < SINGLE {
            let matter = ready.copied().next().ok_or(None)?;
            return Ok(DeskStep::Card { matter, seller });
        }
        let over = lately.map(|post| post.at).min();
        let over = over.and_then(|at| at.checked_add(WINDOW).ok());
        Err(over)
    }

    /// First one seller, then a reminder, then the next: as long as nobody sees to it.
    fn wish<'a>(
        &'a self,
        matter: &'a Matter,
        now: Timestamp,
        roster: &[i64],
        pace: DeskPace,
    ) -> Wish<'a> {
        if let Some((until, seller)) = matter.snoozed {
            if until > now {
                return Wish::At(until);
            }
            let seller = roster.iter().find(|one| **one == seller);
            return match seller.or(roster.first()) {
                Some(seller) => Wish::Remind(matter, *seller, self.card_of(matter, *seller)),
                None => Wish::Nothing,
            };
        }
        let about = self
            .posts
            .iter()
            .filter(|post| post.matters.contains(&matter.id));
        let shown = about
            .clone()
            .filter(|post| matches!(post.kind, PostKind::Card | PostKind::Digest));
        let asked: Vec<i64> = shown.map(|post| post.seller).collect();
        // Nobody has to answer: one seller is told, and not reminded.
        if !matter.is_open() && !asked.is_empty() {
            return Wish::Nothing;
        }
        let next = roster.iter().find(|seller| !asked.contains(seller));
        let Some(last) = asked.iter().rev().find(|seller| roster.contains(seller)) else {
            return next.map_or(Wish::Nothing, |seller| Wish::Card(matter, *seller));
        };
        // A digest's line or a card counts as asked from when it was posted; each reminder begins a new wait.
        let since = about.clone().map(|post| post.at).max().unwrap_or(now);
        let Ok(due) = since.checked_add(pace.reminder) else {
            return Wish::Nothing;
        };
        let reminded = about
            .clone()
            .any(|post| post.kind == PostKind::Reminder && post.seller == *last && post.at <= now);
        let whom = match &matter.face.state {
            MatterState::Taken(Actor::Telegram(holder)) if roster.contains(holder) => *holder,
            MatterState::Open | MatterState::Taken(_) | MatterState::Settled { .. } => *last,
        };
        if reminded && next.is_none() {
            return Wish::Nothing;
        }
        if due > now {
            return Wish::At(due);
        }
        if !pace.somebody_there {
            return pace.opens.map_or(Wish::Nothing, Wish::At);
        }
        match (reminded, next) {
            (false, _) => Wish::Remind(matter, whom, self.card_of(matter, whom)),
            (true, Some(next)) => Wish::Card(matter, *next),
            (true, None) => Wish::Nothing,
        }
    }

    fn card_of(&self, matter: &Matter, seller: i64) -> Option<i64> {
        let mut posts = self.posts.iter().rev();
        let post = posts.find(|post| {
            let card = matches!(post.kind, PostKind::Card | PostKind::Digest);
            card && post.seller == seller && post.matters.contains(&matter.id)
        });
        post.map(|post| post.message)
    }
}
