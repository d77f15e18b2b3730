//! When somebody is there to answer: a week's hours, holidays, and what a moment is in the shop's own time zone.
//!
//! Nothing here reads a clock or a file: the time zones are compiled in, and the moment is an argument. Written text is
//! cut in `tokens` and read in `read` and `holidays`; a text that is not understood whole is refused whole.

mod holidays;
mod read;
mod tokens;

use std::fmt;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

pub use holidays::{Holidays, HolidaysProblem};
pub use read::HoursProblem;

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// How far back and ahead an opening is looked for, days: yearly holidays come round within it.
const HORIZON: i32 = 370;
/// The days of a week as they are written back, Monday first.
const NAMES: [&str; 7] = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];

/// From when to when, minutes from the midnight that the day begins with. An end past midnight is more than a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    from: u16,
    to: u16,
}

impl Stretch {
    const WHOLE_DAY: Self = Self { from: 0, to: DAY };
}

/// Opening hours of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Monday first; the stretches of a day are in order and do not overlap. Never all empty.
    week: [Vec<Stretch>; 7],
    /// The days that have hours only because the text names no days for them.
    unnamed: [bool; 7],
}

impl Hours {
    /// Reads what a seller wrote, in Russian or English: «пн-пт 10:00–19:00, сб 11-16, вс выходной», «ежедневно с 9 до
    /// 21», «24/7», "Mon-Fri 10-19; Sat 11-16", «18-02». Days that are not named are closed, unless none is named.
    ///
    /// # Errors
    /// [`HoursProblem`] names the part that is not understood and shows an example; show it to the seller.
    pub fn parse(text: &str) -> Result<Self, HoursProblem> {
        read::hours(text)
    }

    /// These hours on the days of `days` only, as far as they do not name days themselves.
    ///
    /// # Errors
    /// [`HoursProblem`] when `days` is no list of days like «пн-сб».
    pub fn on(mut self, days: &str) -> Result<Self, HoursProblem> {
        let open = read::days(days)?;
        for ((stretches, unnamed), open) in self.week.iter_mut().zip(self.unnamed).zip(open) {
            if unnamed && !open {
                stretches.clear();
            }
        }
        self.unnamed = [false; 7];
        Ok(self)
    }

    fn of(&self, date: Date) -> &[Stretch] {
        let day = date.weekday().to_monday_zero_offset();
        let day = usize::try_from(day).ok().and_then(|day| self.week.get(day));
        day.map_or(&[], Vec::as_slice)
    }
}

/// One spelling, which [`Hours::parse`] reads back: `пн-пт 10:00-19:00, сб 11:00-16:00`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut days = self.week.iter().zip(self.unnamed);
        let unnamed = days.find(|(_, unnamed)| *unnamed);
        let mut said: Vec<String> = unnamed
            .map(|(hours, _)| spelled(hours))
            .into_iter()
            .collect();
        let mut groups: Vec<(usize, usize, &[Stretch])> = Vec::new();
        for (day, (stretches, is_unnamed)) in self.week.iter().zip(self.unnamed).enumerate() {
            // A day off has to be said only where the others have hours unnamed.
            if is_unnamed || (stretches.is_empty() && unnamed.is_none()) {
                continue;
            }
            match groups.last_mut() {
                Some((_, last, same)) if last.saturating_add(1) == day && *same == stretches => {
                    *last = day;
                }
                Some(_) | None => groups.push((day, day, stretches)),
            }
        }
        let name = |day: usize| NAMES.get(day).copied().unwrap_or_default();
        said.extend(groups.into_iter().map(|(first, last, stretches)| {
            let hours = spelled(stretches);
            match (first, last) {
                (0, 6) => format!("ежедневно {hours}"),
                (first, last) if first == last => format!("{} {hours}", name(first)),
                (first, last) => format!("{}-{} {hours}", name(first), name(last)),
            }
        }));
        f.write_str(&said.join(", "))
    }
}

/// The hours of one day.
fn spelled(stretches: &[Stretch]) -> String {
    let spelled = |stretch: &Stretch| {
        let (from, to) = (stretch.from, stretch.to);
        if *stretch == Stretch::WHOLE_DAY {
            return "круглосуточно".to_owned();
        }
        // The end of a day is 24:00; past it, the clock begins anew.
        let to = if to > DAY { to.saturating_sub(DAY) } else { to };
        format!(
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            to / 60,
            to % 60
        )
    };
    let all: Vec<String> = stretches.iter().map(spelled).collect();
    if all.is_empty() {
        "выходной".to_owned()
    } else {
        all.join(", ")
    }
}

/// Whether somebody is there at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Somebody is.
    Open {
        /// Until then; `None`: round the clock.
        until: Option<Timestamp>,
    },
    /// Nobody is.
    Closed {
        /// When this closed stretch began, which tells one night from the next; `None`: more than a year ago.
        since: Option<Timestamp>,
        /// When it ends; `None`: not within a year.
        opens: Option<Timestamp>,
    },
}

/// When somebody is there, in the shop's time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The hours of a week.
    pub hours: Hours,
    /// Days on which nobody is there.
    pub holidays: Holidays,
    /// The shop's time zone.
    pub zone: TimeZone,
}

impl Schedule {
    /// What a moment is. A stretch that begins before a holiday's midnight is worked to its end.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Presence {
        let today = now.to_zoned(self.zone.clone()).date();
        let ahead = (-1..=HORIZON).flat_map(|days| self.stretches(today, days));
        // Stretches that touch or overlap are one: 24/7 has no midnight.
        let (mut until, mut opens) = (None, None);
        for (from, to) in ahead {
            match until {
                Some(end) if from > end => break,
                Some(end) => until = Some(end.max(to)),
                None if from <= now && now < to => until = Some(to),
                None if from > now => {
                    opens = Some(from);
                    break;
                }
                None => {}
            }
        }
        if let Some(until) = until {
            let horizon = now.checked_add((24 * i64::from(HORIZON - 1)).hours());
            let until = Some(until).filter(|until| horizon.is_ok_and(|horizon| *until < horizon));
            return Presence::Open { until };
        }
        let since = (0..=HORIZON).find_map(|days| {
            // The day before may end later: past midnight, behind a shorter stretch of the next day.
            let found = self.last_end(today, days, now)?;
            Some(
                self.last_end(today, days + 1, now)
                    .map_or(found, |end| end.max(found)),
            )
        });
        Presence::Closed { since, opens }
    }

    /// When the last stretch that began `days` ago and is over ended.
    fn last_end(&self, today: Date, days: i32, now: Timestamp) -> Option<Timestamp> {
        let ended = self.stretches(today, -days).into_iter();
        ended.map(|(_, to)| to).filter(|to| *to <= now).max()
    }

    /// The stretches that begin `days` after `today`, as moments, none empty: an hour that the clocks skip is not there.
    fn stretches(&self, today: Date, days: i32) -> Vec<(Timestamp, Timestamp)> {
        let Ok(date) = today.checked_add(days.days()) else {
            return Vec::new();
        };
        if self.holidays.contains(date) {
            return Vec::new();
        }
        let moment = |minutes: u16| {
            let date = date.checked_add(i64::from(minutes / DAY).days()).ok()?;
            let (hour, minute) = (minutes % DAY / 60, minutes % 60);
            let civil = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
            Some(civil.to_zoned(self.zone.clone()).ok()?.timestamp())
        };
        let stretches = self.hours.of(date).iter();
        stretches
            .filter_map(|stretch| Some((moment(stretch.from)?, moment(stretch.to)?)))
            .filter(|(from, to)| from < to)
            .collect()
    }
}

/// What a buyer is told when the chat goes to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Somebody is there and will answer soon.
    Soon,
    /// Nobody is there; somebody will be at this moment, if it is known.
    Away(Option<Timestamp>),
    /// The buyer knows already that nobody is there.
    Again,
}

/// One away notice per closed stretch. `told_since` is the begin of the closed stretch about which the buyer was told
/// last, or any moment within it.
#[must_use]
pub fn notice(presence: &Presence, told_since: Option<Timestamp>) -> NoticeKind {
    match presence {
        Presence::Open { .. } => NoticeKind::Soon,
        Presence::Closed { since, .. } if told_since.is_some() && told_since >= *since => {
            NoticeKind::Again
        }
        Presence::Closed { opens, .. } => NoticeKind::Away(*opens),
    }
}
