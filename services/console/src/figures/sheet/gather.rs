//! What figures are gathered in: counts, shares, times and sums, each by days and with its conversations.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use language::eval::Share;
use schemas::ConversationId;
use serde::Serialize;

use super::{Day, Figure, Unit, words};
use crate::figures::Times;

/// A part of a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// Its name for programs: a reason, a stage, an article, the first words of a group.
    pub id: String,
    /// Its name for people, where it differs: an article's name.
    pub name: Option<String>,
    /// Its value, in the unit of the figure, or how many.
    pub value: f64,
    /// Of a stage: how many of those who asked.
    pub share: Option<Share>,
    /// Other examples of the same.
    pub examples: Vec<String>,
    /// The conversations behind it.
    pub conversations: Vec<ConversationId>,
}

/// The largest parts, and of two that are as large the one that is first by its name.
pub(super) fn largest(mut parts: Vec<Slice>, most: usize) -> Vec<Slice> {
    parts.sort_by(|one, other| {
        let larger = other.value.total_cmp(&one.value);
        larger.then_with(|| one.id.cmp(&other.id))
    });
    parts.truncate(most);
    parts
}

/// A figure that has only its value, its days and its conversations.
fn bare(id: &'static str, unit: Unit, conversations: BTreeSet<ConversationId>) -> Figure {
    Figure {
        id,
        told: words::told(id),
        unit,
        value: None,
        share: None,
        parts: Vec::new(),
        days: Vec::new(),
        conversations: conversations.into_iter().collect(),
    }
}

fn days(days: impl IntoIterator<Item = (Date, f64)>) -> Vec<Day> {
    let days = days.into_iter();
    days.map(|(date, value)| Day { date, value }).collect()
}

/// Things.
#[derive(Default)]
pub(super) struct Count {
    all: usize,
    days: BTreeMap<Date, usize>,
    conversations: BTreeSet<ConversationId>,
}

impl Count {
    pub(super) fn add(&mut self, id: ConversationId, date: Date) {
        self.on(date);
        self.once(id);
    }

    /// Counts a day, and not the whole: a conversation has many days, and is one.
    pub(super) fn on(&mut self, date: Date) {
        *self.days.entry(date).or_default() += 1;
    }

    pub(super) fn once(&mut self, id: ConversationId) {
        self.all += 1;
        self.conversations.insert(id);
    }

    /// Counts a part as one thing.
    pub(super) fn several(&mut self, part: &Part) {
        self.all += 1;
        self.conversations.extend(&part.conversations);
    }

    pub(super) fn figure(self, id: &'static str, parts: Vec<Slice>) -> Figure {
        Figure {
            value: Some(self.all as f64),
            days: days(self.days.into_iter().map(|(date, all)| (date, all as f64))),
            parts,
            ..bare(id, Unit::Count, self.conversations)
        }
    }
}

/// Yes or no. The conversations are those with a yes.
#[derive(Default)]
pub(super) struct Ratio {
    part: usize,
    of: usize,
    days: BTreeMap<Date, (usize, usize)>,
    conversations: BTreeSet<ConversationId>,
}

impl Ratio {
    pub(super) fn add(&mut self, id: ConversationId, date: Date, yes: bool) {
        let day = self.days.entry(date).or_default();
        day.0 += usize::from(yes);
        day.1 += 1;
        self.part += usize::from(yes);
        self.of += 1;
        if yes {
            self.conversations.insert(id);
        }
    }

    pub(super) fn figure(self, id: &'static str, parts: Vec<Slice>) -> Figure {
        let share = Share::new(self.part, self.of);
        let shares = self.days.into_iter();
        Figure {
            value: share.share,
            share: Some(share),
            days: days(shares.map(|(date, (part, of))| (date, part as f64 / of as f64))),
            parts,
            ..bare(id, Unit::Share, self.conversations)
        }
    }
}

/// How long things took.
#[derive(Default)]
pub(super) struct Spans {
    all: Vec<(u64, ConversationId)>,
    days: BTreeMap<Date, Vec<u64>>,
}

impl Spans {
    pub(super) fn add(&mut self, id: ConversationId, date: Date, took: u64) {
        self.all.push((took, id));
        self.days.entry(date).or_default().push(took);
    }

    /// Its value is the median; its parts are the median and how long the slowest took, with their conversations.
    pub(super) fn figure(self, id: &'static str) -> Figure {
        let spans: Vec<u64> = self.all.iter().map(|(took, _)| *took).collect();
        let times = Times::new(&spans);
        let all = self.all.iter().map(|(_, id)| *id).collect();
        let slice = |name: &str, from: Option<u64>| {
            let from = from?;
            let slow = self.all.iter().filter(|(took, _)| *took >= from);
            let slow: BTreeSet<ConversationId> = slow.map(|(_, id)| *id).collect();
            Some(Slice {
                id: name.to_owned(),
                name: None,
                value: from as f64,
                share: None,
                examples: Vec::new(),
                conversations: slow.into_iter().collect(),
            })
        };
        let parts = [
            slice("p50", times.p50_ms),
            slice("p95", times.p95_ms),
            slice("p99", times.p99_ms),
        ];
        let medians = self.days.iter().filter_map(|(date, spans)| {
            let median = Times::new(spans).p50_ms?;
            Some((*date, median as f64))
        });
        Figure {
            value: times.p50_ms.map(|median| median as f64),
            days: days(medians),
            parts: parts.into_iter().flatten().collect(),
            ..bare(id, Unit::Milliseconds, all)
        }
    }
}

/// Sums of money.
#[derive(Default)]
pub(super) struct Amount {
    all: i64,
    days: BTreeMap<Date, i64>,
    conversations: BTreeSet<ConversationId>,
}

impl Amount {
    pub(super) fn add(&mut self, id: ConversationId, date: Date, kopecks: i64) {
        self.all = self.all.saturating_add(kopecks);
        let day = self.days.entry(date).or_default();
        *day = day.saturating_add(kopecks);
        self.conversations.insert(id);
    }

    pub(super) fn figure(self, id: &'static str) -> Figure {
        Figure {
            value: Some(self.all as f64),
            days: days(self.days.into_iter().map(|(date, all)| (date, all as f64))),
            ..bare(id, Unit::Kopecks, self.conversations)
        }
    }
}

/// A part in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    count: usize,
    /// Its newest name, and since when it is called so.
    name: Option<(Timestamp, String)>,
    conversations: BTreeSet<ConversationId>,
}

impl Part {
    pub(super) fn add(&mut self, id: ConversationId) {
        self.count += 1;
        self.conversations.insert(id);
    }

    pub(super) fn named(&mut self, at: Timestamp, name: &str) {
        let newer = (at, name.to_owned());
        if self.name.as_ref().is_none_or(|known| *known < newer) {
            self.name = Some(newer);
        }
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    pub(super) fn slice(&self, id: &str) -> Slice {
        Slice {
            id: id.to_owned(),
            name: self.name.as_ref().map(|(_, name)| name.clone()),
            value: self.count as f64,
            share: None,
            examples: Vec::new(),
            conversations: self.conversations.iter().copied().collect(),
        }
    }
}
