//! All figures of a shop on one sheet: each with what it means, its interval where it is a share, its days, and the
//! conversations behind it.
//!
//! What begins in the period counts there and is followed to the end of the log, and a day is one of the shop's own time
//! zone. Decisions 0018 and 0025. Pure; [`Ledger`](super::Ledger) brings what is counted.

mod clusters;
mod gather;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use language::eval::Share;
use schemas::{ConversationId, conversation::HandoffReason};
use serde::Serialize;

use super::{
    Account, Period,
    account::{Gap, Trade},
    chat::{Fate, Tier},
};
use gather::{Amount, Count, Part, Ratio, Spans};

pub use clusters::Meaning;
use clusters::clusters;
pub use gather::Slice;
pub use words::Told;

/// How many articles and groups of questions are listed.
const LISTED: usize = 20;

/// The figures of one shop and period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// Of what.
    #[serde(flatten)]
    pub period: Period,
    /// The shop's time zone, by which days are counted.
    pub timezone: String,
    /// The figures, in the order in which people read them.
    pub figures: Vec<Figure>,
    /// Commits that cannot be read, and are left out.
    pub unreadable: u64,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name for programs; never changes its meaning.
    pub id: &'static str,
    /// Its name and what it means, for people.
    pub told: Told,
    /// What it is counted in.
    pub unit: Unit,
    /// Its value; `None`: there was nothing to count.
    pub value: Option<f64>,
    /// Of a share: how many of how many, with Wilson's 95 % interval.
    pub share: Option<Share>,
    /// What it is made of, the largest first, or in the order of a funnel.
    pub parts: Vec<Slice>,
    /// The same for each day on which there was something to count.
    pub days: Vec<Day>,
    /// The conversations behind it.
    pub conversations: Vec<ConversationId>,
}

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things.
    Count,
    /// A part of 1.
    Share,
    /// Milliseconds.
    Milliseconds,
    /// Kopecks.
    Kopecks,
}

/// A figure on one day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Day {
    /// The day, in the shop's time zone.
    pub date: Date,
    /// Its value.
    pub value: f64,
}

impl Sheet {
    /// Counts. `meaning` puts questions without an answer together by what they mean; without it, those of the same words
    /// are one.
    #[must_use]
    pub fn of<'a>(
        accounts: impl IntoIterator<Item = (ConversationId, &'a Account)>,
        period: Period,
        zone: &TimeZone,
        meaning: Option<&mut Meaning>,
    ) -> Self {
        let mut counting = Counting::default();
        for (id, account) in accounts {
            counting.add(id, account, period, zone);
        }
        Self {
            period,
            timezone: zone.iana_name().unwrap_or("UTC").to_owned(),
            figures: counting.figures(meaning),
            unreadable: 0,
        }
    }

    /// The figure of this name.
    #[must_use]
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }
}

/// What was counted so far.
#[derive(Default)]
struct Counting {
    conversations: Count,
    messages: Count,
    talks: Count,
    asked: Count,
    contained: Ratio,
    confirmed: Ratio,
    assisted: Ratio,
    unanswered: Ratio,
    by_bot: Spans,
    by_people: Spans,
    waiting: Count,
    handovers: Count,
    reasons: BTreeMap<HandoffReason, Part>,
    funnel: [Part; STAGES.len()],
    bought: Ratio,
    sold: Amount,
    paid: Amount,
    wanted: BTreeMap<String, Part>,
    missing: BTreeMap<String, Part>,
    gaps: Vec<(ConversationId, Date, Gap)>,
}

/// The stages of the funnel; each holds the next one.
const STAGES: [&str; 5] = ["asked", "cart", "ordered", "approved", "paid"];

impl Counting {
    fn add(&mut self, id: ConversationId, account: &Account, period: Period, zone: &TimeZone) {
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let mut written = BTreeSet::new();
        for message in account
            .chat
            .messages
            .iter()
            .filter(|one| period.holds(one.at))
        {
            let date = day(message.at);
            written.insert(date);
            self.messages.add(id, date);
            match message.fate {
                Fate::ByBot(took) => self.by_bot.add(id, date, took),
                Fate::ByPerson(took) => self.by_people.add(id, date, took),
                Fate::Waiting => self.waiting.add(id, date),
                Fate::TakenBack => {}
            }
        }
        for date in &written {
            self.conversations.on(*date);
        }
        if !written.is_empty() {
            self.conversations.once(id);
        }
        let talks = account.chat.talks.iter().enumerate();
        for (place, talk) in talks.filter(|(_, talk)| period.holds(talk.at)) {
            let date = day(talk.at);
            self.talks.add(id, date);
            self.stages(id, account, place);
            let Some(tier) = talk.tier() else {
                continue;
            };
            self.asked.add(id, date);
            let is_contained = matches!(tier, Tier::Contained { .. });
            let is_confirmed = tier == Tier::Contained { confirmed: true };
            self.contained.add(id, date, is_contained);
            self.confirmed.add(id, date, is_confirmed);
            self.assisted.add(id, date, tier == Tier::Assisted);
            self.unanswered.add(id, date, tier == Tier::Unanswered);
            let paid = reached(account, place) == Some(STAGES.len() - 1);
            self.bought.add(id, date, paid);
        }
        for one in account.chat.handovers.all() {
            if period.holds(one.at) {
                self.handovers.add(id, day(one.at));
                self.reasons.entry(one.reason).or_default().add(id);
            }
        }
        for trade in account.trades.values().filter(|one| period.holds(one.at)) {
            if trade.approved && !trade.undone {
                self.sold.add(id, day(trade.at), trade.total);
            }
            if trade.paid && !trade.undone {
                self.paid.add(id, day(trade.at), trade.total);
            }
        }
        for one in account.wanted.iter().filter(|one| period.holds(one.at)) {
            let named = |parts: &mut BTreeMap<String, Part>| {
                let part = parts.entry(one.sku.as_str().to_owned()).or_default();
                part.named(one.at, &one.name);
                part.add(id);
            };
            named(&mut self.wanted);
            if !one.there {
                named(&mut self.missing);
            }
        }
        let gaps = account.gaps.iter().filter(|gap| period.holds(gap.at));
        self.gaps
            .extend(gaps.map(|gap| (id, day(gap.at), gap.clone())));
    }

    fn stages(&mut self, id: ConversationId, account: &Account, talk: usize) {
        let reached = reached(account, talk);
        for (place, stage) in self.funnel.iter_mut().enumerate() {
            if reached.is_some_and(|reached| place <= reached) {
                stage.add(id);
            }
        }
    }

    fn figures(self, meaning: Option<&mut Meaning>) -> Vec<Figure> {
        let stages = STAGES.iter().zip(&self.funnel);
        let asked = self.funnel.first().map_or(0, Part::count);
        let funnel = stages.map(|(name, part)| Slice {
            share: Some(Share::new(part.count(), asked)),
            ..part.slice(name)
        });
        let reasons = self.reasons.iter();
        let reasons = reasons.map(|(reason, part)| part.slice(reason.as_str()));
        let mut gaps = Count::default();
        for (id, date, _) in &self.gaps {
            gaps.add(*id, *date);
        }
        let groups = clusters(&self.gaps, meaning, LISTED);
        let wanted = listed(&self.wanted);
        let missing = listed(&self.missing);
        let (wanted_in, missing_in) = (gathered(&self.wanted), gathered(&self.missing));
        vec![
            self.conversations.figure("conversations", Vec::new()),
            self.messages.figure("messages", Vec::new()),
            self.talks.figure("talks", Vec::new()),
            self.asked.figure("talks_with_ask", Vec::new()),
            self.contained.figure("contained", Vec::new()),
            self.confirmed.figure("confirmed", Vec::new()),
            self.assisted.figure("assisted", Vec::new()),
            self.unanswered.figure("unanswered", Vec::new()),
            self.by_bot.figure("answer_time_bot"),
            self.by_people.figure("answer_time_people"),
            self.waiting.figure("waiting", Vec::new()),
            self.handovers
                .figure("handovers", gather::largest(reasons.collect(), usize::MAX)),
            self.bought.figure("funnel", funnel.collect()),
            self.sold.figure("sold"),
            self.paid.figure("paid"),
            wanted_in.figure("products_asked", wanted),
            missing_in.figure("products_missing", missing),
            gaps.figure("questions_without_answer", groups),
        ]
    }
}

/// The last stage of the funnel that a talk came to: an order has had a cart, and a cart was asked for.
fn reached(account: &Account, talk: usize) -> Option<usize> {
    let orders = account.trades.values().filter(|trade| trade.talk == talk);
    let stage = |trade: &Trade| match trade {
        Trade { paid: true, .. } => 4,
        Trade { approved: true, .. } => 3,
        Trade { placed: true, .. } => 2,
        Trade { .. } => 1,
    };
    let cart = account.carts.contains(&talk).then_some(1);
    let asked = account.chat.talks.get(talk).and_then(|talk| talk.tier());
    orders.map(stage).max().or(cart).or(asked.map(|_| 0))
}

fn listed(parts: &BTreeMap<String, Part>) -> Vec<Slice> {
    let all = parts.iter().map(|(sku, part)| part.slice(sku));
    gather::largest(all.collect(), LISTED)
}

/// How many articles there are, and the conversations of all of them.
fn gathered(parts: &BTreeMap<String, Part>) -> Count {
    let mut all = Count::default();
    for part in parts.values() {
        all.several(part);
    }
    all
}
