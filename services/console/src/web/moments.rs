//! Moments for people: in the shop's time, as short as they can be.

use jiff::{Timestamp, tz::TimeZone};

use super::words::Words;

const RUSSIAN: [&str; 12] = [
    "янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
];
const ENGLISH: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day, for people: `14 ноя`.
pub(crate) fn day(date: jiff::civil::Date, w: &'static Words) -> String {
    let names = if w.code == "ru" { RUSSIAN } else { ENGLISH };
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    format!("{} {}", date.day(), names.get(month).copied().unwrap_or(""))
}

/// A moment with date and seconds: `14 ноя 2026 14:07:12`.
pub(crate) fn full(at: Timestamp, zone: &TimeZone, w: &'static Words) -> String {
    let there = at.to_zoned(zone.clone());
    let (date, time) = (there.date(), there.strftime("%H:%M:%S"));
    format!("{} {} {time}", day(date, w), date.year())
}

/// A moment, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// `14:07`, `20 ноя 14:07`, `20 ноя 2025`.
    pub(crate) short: String,
    /// With date and seconds.
    pub(crate) full: String,
    /// RFC 3339.
    pub(crate) machine: String,
}

/// Tells moments in one place of the world.
#[derive(Clone)]
pub(crate) struct Clock {
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) w: &'static Words,
}

impl Clock {
    /// A clock on the wall of a shop; in Greenwich when its time zone is not known.
    pub(crate) fn new(zone: Option<&str>, w: &'static Words) -> Self {
        let zone = zone.and_then(|name| TimeZone::get(name).ok());
        Self {
            zone: zone.unwrap_or(TimeZone::UTC),
            now: boot::clock::now(),
            w,
        }
    }

    pub(crate) fn tell(&self, at: Timestamp) -> Moment {
        let there = at.to_zoned(self.zone.clone());
        let today = self.now.to_zoned(self.zone.clone());
        let names = if self.w.code == "ru" {
            RUSSIAN
        } else {
            ENGLISH
        };
        let month = usize::from(there.month().unsigned_abs()).saturating_sub(1);
        let month = names.get(month).copied().unwrap_or("");
        let (day, year) = (there.day(), there.year());
        let time = there.strftime("%H:%M");
        let short = if there.date() == today.date() {
            time.to_string()
        } else if year == today.year() {
            format!("{day} {month} {time}")
        } else {
            format!("{day} {month} {year}")
        };
        Moment {
            short,
            full: full(at, &self.zone, self.w),
            machine: at.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words;

    #[test]
    fn a_moment_is_told_in_the_shops_time_and_as_short_as_it_can_be() {
        let w = words::of(&axum::http::HeaderMap::new());
        let clock = Clock {
            now: "2026-11-21T20:30:00Z".parse().unwrap(),
            ..Clock::new(Some("Europe/Moscow"), w)
        };
        let tell = |at: &str| clock.tell(at.parse().unwrap()).short;
        assert_eq!(tell("2026-11-21T11:07:00Z"), "14:07");
        // Midnight in Moscow is earlier than in Greenwich.
        assert_eq!(tell("2026-11-20T20:59:00Z"), "20 ноя 23:59");
        assert_eq!(tell("2026-11-20T21:00:00Z"), "00:00");
        assert_eq!(tell("2025-01-02T11:07:00Z"), "2 янв 2025");
    }
}
