//! Days on which nobody is there: once, every year, or from one to another.

use std::{collections::BTreeSet, fmt};

use jiff::civil::Date;

/// The years that a holiday may lie in; others are slips of the finger.
const YEARS: std::ops::Range<i16> = 2000..2100;
/// A year that has a 29 February, to check days that come every year.
const LEAP: i16 = 2024;
/// Stems of the months' names, in Russian and English.
const MONTHS: [[&str; 2]; 12] = [
    ["янв", "jan"],
    ["фев", "feb"],
    ["мар", "mar"],
    ["апр", "apr"],
    ["мая", "may"],
    ["июн", "jun"],
    ["июл", "jul"],
    ["авг", "aug"],
    ["сен", "sep"],
    ["окт", "oct"],
    ["ноя", "nov"],
    ["дек", "dec"],
];

/// A day of the calendar, as it may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Day {
    /// Month and day.
    Yearly(i8, i8),
    /// With its year.
    Once(Date),
}

/// Days on which nobody is there. The default has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    /// First and last day of each; both yearly, or neither.
    spans: BTreeSet<(Day, Day)>,
}

/// Why a text is no list of holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidaysProblem {
    /// The part that is not understood, as it is written.
    pub part: String,
}

impl fmt::Display for HolidaysProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "«{}» не похоже на дату; нужны даты через запятую, например «01.01-08.01, 09.05» (каждый год) или 31.12.2026",
            self.part
        )
    }
}

impl std::error::Error for HolidaysProblem {}

impl Holidays {
    /// Reads dates that a comma, a semicolon or a line break parts: `01.01-08.01, 09.05, 2026-12-31`, «1-8 января».
    /// A day and a month come every year. A blank text has no holidays.
    ///
    /// # Errors
    /// [`HolidaysProblem`] names the part that is no date; show it to the seller.
    pub fn parse(text: &str) -> Result<Self, HolidaysProblem> {
        let parts = text.split([',', ';', '\n', '\r']).map(str::trim);
        let spans: Result<BTreeSet<_>, _> = parts
            .filter(|part| !part.is_empty())
            .map(|part| {
                span(&super::tokens::fold(part)).ok_or_else(|| HolidaysProblem {
                    part: part.to_owned(),
                })
            })
            .collect();
        Ok(Self { spans: spans? })
    }

    /// Whether nobody is there on this day.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        let yearly = Day::Yearly(date.month(), date.day());
        self.spans.iter().any(|(first, last)| match (first, last) {
            (Day::Once(first), Day::Once(last)) => (first..=last).contains(&&date),
            (Day::Yearly(..), Day::Yearly(..)) if first <= last => {
                (first..=last).contains(&&yearly)
            }
            // Over New Year.
            (Day::Yearly(..), Day::Yearly(..)) => yearly >= *first || yearly <= *last,
            (Day::Once(_), Day::Yearly(..)) | (Day::Yearly(..), Day::Once(_)) => false,
        })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// One spelling, which [`Holidays::parse`] reads back: `01.01-08.01, 2026-12-31`.
impl fmt::Display for Holidays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (first, last)) in self.spans.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            match (first, last) {
                _ if first == last => write!(f, "{first}")?,
                (Day::Yearly(..), _) => write!(f, "{first}-{last}")?,
                (Day::Once(_), _) => write!(f, "{first} – {last}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yearly(month, day) => write!(f, "{day:02}.{month:02}"),
            Self::Once(date) => write!(f, "{date}"),
        }
    }
}

/// One day, or two with a dash between them, of a folded text.
fn span(text: &str) -> Option<(Day, Day)> {
    let text = text
        .strip_prefix("с ")
        .map_or_else(|| text.to_owned(), |text| text.replacen(" по ", "-", 1));
    if let Some(only) = day(&text) {
        return Some((only, only));
    }
    text.match_indices('-').find_map(|(at, dash)| {
        let (first, last) = (
            text.get(..at)?.trim(),
            text.get(at.checked_add(dash.len())?..)?,
        );
        let last = day(last)?;
        let first = day(first).or_else(|| bare(first, last))?;
        let fits = match (first, last) {
            (Day::Once(first), Day::Once(last)) => first <= last,
            (Day::Yearly(..), Day::Yearly(..)) => true,
            (Day::Once(_), Day::Yearly(..)) | (Day::Yearly(..), Day::Once(_)) => false,
        };
        fits.then_some((first, last))
    })
}

/// «1» of «1-8 января».
fn bare(text: &str, last: Day) -> Option<Day> {
    let number = number(text)?;
    match last {
        Day::Yearly(month, _) => yearly(month, number),
        Day::Once(last) => Date::new(last.year(), last.month(), number)
            .ok()
            .map(Day::Once),
    }
}

fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    for format in ["%Y-%m-%d", "%d.%m.%Y"] {
        if let Ok(date) = Date::strptime(format, text) {
            return YEARS.contains(&date.year()).then_some(Day::Once(date));
        }
    }
    if let Some((day, month)) = text.trim_end_matches('.').split_once('.') {
        return yearly(number(month)?, number(day)?);
    }
    let mut words = text.split_whitespace();
    let (one, other) = (words.next()?, words.next()?);
    let (day, name) = match number(one) {
        Some(day) => (day, other),
        None => (number(other)?, one),
    };
    let stems = |month: &[&str; 2]| month.iter().any(|stem| name.starts_with(stem));
    let month = i8::try_from(MONTHS.iter().position(stems)?)
        .ok()?
        .checked_add(1)?;
    let year = words.next().map(|year| year.parse::<i16>().ok());
    match (year, words.next()) {
        (None, None) => yearly(month, day),
        (Some(Some(year)), None) if YEARS.contains(&year) => {
            Date::new(year, month, day).ok().map(Day::Once)
        }
        (Some(_) | None, _) => None,
    }
}

fn yearly(month: i8, day: i8) -> Option<Day> {
    Date::new(LEAP, month, day).ok()?;
    Some(Day::Yearly(month, day))
}

/// One or two digits.
fn number(text: &str) -> Option<i8> {
    let text = text.trim();
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
