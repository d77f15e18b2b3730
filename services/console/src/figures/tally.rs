//! Counting conversations, and turning what was counted into shares and times.
//!
//! What begins in a period counts there, and is followed to the end of the log: a handover of last Friday that was
//! judged on Monday is a judged one of last week. Counting is addition, so the order of conversations does not matter.

use std::collections::BTreeMap;

use jiff::Timestamp;
use language::eval::Share;
use schemas::{
    conversation::{HandoffReason, ReplyWay},
    desk::Settlement,
};
use serde::Serialize;

use super::{
    chat::{Chat, Fate, Tier},
    handover::Handover,
};

/// From when, included, until when, excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// `None`: from the beginning of the log.
    pub from: Option<Timestamp>,
    /// `None`: to its end.
    pub to: Option<Timestamp>,
}

impl Period {
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

/// What was counted of one shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    conversations: usize,
    messages: usize,
    taken_back: usize,
    unanswered: usize,
    turns: usize,
    talks: usize,
    tiers: Tiers,
    by_bot: Vec<u64>,
    by_people: Vec<u64>,
    reasons: BTreeMap<HandoffReason, Reason>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tiers {
    contained: usize,
    confirmed: usize,
    assisted: usize,
    unanswered: usize,
}

/// What was counted of the handovers for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Reason {
    handovers: usize,
    ended: BTreeMap<&'static str, usize>,
    judged: usize,
    needed: usize,
    drafts: usize,
    unchanged: usize,
    edited: usize,
    first_words: Vec<u64>,
}

impl Tally {
    /// Counts what began in the period.
    pub fn add(&mut self, chat: &Chat, period: Period) {
        let messages = chat.messages.iter();
        let messages: Vec<_> = messages.filter(|one| period.holds(one.at)).collect();
        self.conversations += usize::from(!messages.is_empty());
        self.messages += messages.len();
        for message in messages {
            match message.fate {
                Fate::Waiting => self.unanswered += 1,
                Fate::TakenBack => self.taken_back += 1,
                Fate::ByBot(took) => self.by_bot.push(took),
                Fate::ByPerson(took) => self.by_people.push(took),
            }
        }
        let turns = chat.turns.iter();
        self.turns += turns.filter(|at| period.holds(**at)).count();
        for talk in chat.talks.iter().filter(|talk| period.holds(talk.at)) {
            self.talks += 1;
            match talk.tier() {
                None => {}
                Some(Tier::Assisted) => self.tiers.assisted += 1,
                Some(Tier::Unanswered) => self.tiers.unanswered += 1,
                Some(Tier::Contained { confirmed }) => {
                    self.tiers.contained += 1;
                    self.tiers.confirmed += usize::from(confirmed);
                }
            }
        }
        for one in chat.handovers.all() {
            if period.holds(one.at) {
                self.reasons.entry(one.reason).or_default().add(one);
            }
        }
    }

    /// Adds what somebody else counted.
    pub fn merge(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.messages += other.messages;
        self.taken_back += other.taken_back;
        self.unanswered += other.unanswered;
        self.turns += other.turns;
        self.talks += other.talks;
        self.tiers.contained += other.tiers.contained;
        self.tiers.confirmed += other.tiers.confirmed;
        self.tiers.assisted += other.tiers.assisted;
        self.tiers.unanswered += other.tiers.unanswered;
        self.by_bot.extend(other.by_bot);
        self.by_people.extend(other.by_people);
        for (reason, counted) in other.reasons {
            self.reasons.entry(reason).or_default().merge(counted);
        }
    }

    /// The figures.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let mut all = Reason::default();
        for reason in self.reasons.values() {
            all.merge(reason.clone());
        }
        let Tiers {
            contained,
            confirmed,
            assisted,
            unanswered,
        } = self.tiers;
        let asked = contained + assisted + unanswered;
        Figures {
            conversations: self.conversations,
            messages: self.messages,
            turns: self.turns,
            talks: self.talks,
            autonomy: Autonomy {
                asked,
                contained: Share::new(contained, asked),
                confirmed: Share::new(confirmed, asked),
                assisted: Share::new(assisted, asked),
                unanswered: Share::new(unanswered, asked),
            },
            answers: Answers {
                by_bot: Times::new(&self.by_bot),
                by_people: Times::new(&self.by_people),
                unanswered: self.unanswered,
                taken_back: self.taken_back,
            },
            handovers: all.figures(),
            reasons: self
                .reasons
                .iter()
                .map(|(reason, counted)| PerReason {
                    reason: *reason,
                    figures: counted.figures(),
                })
                .collect(),
        }
    }
}

impl Reason {
    fn add(&mut self, one: &Handover) {
        self.handovers += 1;
        let ended = one.ended.as_ref();
        let how = ended.map_or("open", |ended| name(ended.how));
        *self.ended.entry(how).or_default() += 1;
        self.judged += usize::from(one.judged.is_some());
        self.needed += usize::from(one.judged == Some(true));
        let way = ended.and_then(|ended| ended.way);
        self.drafts += usize::from(one.draft.is_some());
        self.unchanged += usize::from(way == Some(ReplyWay::Draft));
        self.edited += usize::from(way == Some(ReplyWay::EditedDraft));
        let took = one.first_word.map(|at| at.duration_since(one.at));
        let took = took.and_then(|took| u64::try_from(took.as_millis()).ok());
        self.first_words.extend(took);
    }

    fn merge(&mut self, other: Self) {
        self.handovers += other.handovers;
        for (how, count) in other.ended {
            *self.ended.entry(how).or_default() += count;
        }
        self.judged += other.judged;
        self.needed += other.needed;
        self.drafts += other.drafts;
        self.unchanged += other.unchanged;
        self.edited += other.edited;
        self.first_words.extend(other.first_words);
    }

    fn figures(&self) -> HandoverFigures {
        HandoverFigures {
            handovers: self.handovers,
            ended: self.ended.clone(),
            needed: Share::new(self.needed, self.judged),
            sent_unchanged: Share::new(self.unchanged, self.drafts),
            sent_edited: Share::new(self.edited, self.drafts),
            first_word: Times::new(&self.first_words),
        }
    }
}

/// The wire name of an end.
#[must_use]
pub const fn name(how: Settlement) -> &'static str {
    match how {
        Settlement::DraftSent => "draft_sent",
        Settlement::Answered => "answered",
        Settlement::AnsweredOutside => "answered_outside",
        Settlement::GivenBack => "given_back",
        Settlement::Closed => "closed",
        Settlement::Muted => "muted",
        Settlement::Superseded => "superseded",
        Settlement::OrderApproved => "order_approved",
        Settlement::OrderRejected => "order_rejected",
        Settlement::OrderCancelled => "order_cancelled",
        Settlement::OrderExpired => "order_expired",
    }
}

/// The figures of one shop and period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Chats in which the buyer wrote.
    pub conversations: usize,
    /// Messages of buyers.
    pub messages: usize,
    /// Times that pending messages were understood; one that a newer message overtook counts, too.
    pub turns: usize,
    /// Stretches of a chat without a day of silence.
    pub talks: usize,
    /// How talks went.
    pub autonomy: Autonomy,
    /// How messages were answered.
    pub answers: Answers,
    /// All handovers.
    pub handovers: HandoverFigures,
    /// Handovers by reason.
    pub reasons: Vec<PerReason>,
}

/// How talks went in which something was asked, or a person was needed. Contained, assisted and unanswered add up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Autonomy {
    /// How many there are.
    pub asked: usize,
    /// No person was asked for or acted, and the last ask was answered.
    pub contained: Share,
    /// Contained, and the buyer said thanks after the last answer and asked no more.
    pub confirmed: Share,
    /// A person was asked for, or acted.
    pub assisted: Share,
    /// No person was asked for, and the last ask has no answer.
    pub unanswered: Share,
}

/// How messages were answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// By the bot; word that the seller will come is no answer.
    pub by_bot: Times,
    /// By people: through Torg, or in the provider's app.
    pub by_people: Times,
    /// Messages that nobody has answered.
    pub unanswered: usize,
    /// Messages that the buyer took back before they were answered.
    pub taken_back: usize,
}

/// How long something took: nearest-rank percentiles, milliseconds; `None`: it never happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Times {
    /// How often it happened.
    pub count: usize,
    /// Half of them took at most so long.
    pub p50_ms: Option<u64>,
    /// 95 of 100.
    pub p95_ms: Option<u64>,
    /// 99 of 100.
    pub p99_ms: Option<u64>,
}

impl Times {
    pub(super) fn new(times: &[u64]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        // The smallest value that at least so many of a hundred do not exceed.
        let rank = |percent: usize| {
            let place = (sorted.len() * percent).div_ceil(100);
            sorted.get(place.saturating_sub(1)).copied()
        };
        Self {
            count: sorted.len(),
            p50_ms: rank(50),
            p95_ms: rank(95),
            p99_ms: rank(99),
        }
    }
}

/// The figures of some handovers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HandoverFigures {
    /// How many.
    pub handovers: usize,
    /// How many ended how; `open`: nobody has settled them.
    pub ended: BTreeMap<&'static str, usize>,
    /// Judged needed, of those that a seller judged.
    pub needed: Share,
    /// Drafts that were sent as they were, of all drafts.
    pub sent_unchanged: Share,
    /// Drafts that a seller changed and sent, of all drafts.
    pub sent_edited: Share,
    /// From the request until a person's first word reached the buyer.
    pub first_word: Times,
}

/// The figures of the handovers for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerReason {
    /// The reason.
    pub reason: HandoffReason,
    /// Their figures.
    #[serde(flatten)]
    pub figures: HandoverFigures,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_happened() {
        let hundred: Vec<u64> = (1..=100).rev().collect();
        let times = Times::new(&hundred);
        let told = (times.p50_ms, times.p95_ms, times.p99_ms);
        assert_eq!(told, (Some(50), Some(95), Some(99)));
        let one = Times::new(&[7]);
        assert_eq!((one.p50_ms, one.p99_ms), (Some(7), Some(7)));
        let two = Times::new(&[9, 1]);
        assert_eq!((two.p50_ms, two.p95_ms), (Some(1), Some(9)));
        assert_eq!((Times::new(&[]).count, Times::new(&[]).p50_ms), (0, None));
    }
}
