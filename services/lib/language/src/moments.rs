//! A moment to come, as one person tells another: «завтра в 10:00», "on Monday at 10:00", "el 9 de enero a las 10:00".

use jiff::{Zoned, civil::Weekday};
use schemas::conversation::Language;

use crate::{Arg, SayError, say};

/// From so many days ahead on, a date is clearer than a day of the week.
const WEEK: i32 = 7;
/// As the message files call them.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// When `then` is, for somebody for whom it is `now`; both in the time zone of the clocks that are meant. Its numbers
/// are those of the date and of the clock.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug.
pub fn when(language: Language, now: &Zoned, then: &Zoned) -> Result<String, SayError> {
    let days = (then.date() - now.date()).get_days();
    let time = then.strftime("%-H:%M").to_string();
    let time = ("time", Arg::Text(time.as_str()));
    match days {
        ..=0 => say(language, "when-today", &[time]),
        1 => say(language, "when-tomorrow", &[time]),
        2..WEEK => {
            let weekday = ("weekday", Arg::Text(weekday(then.weekday())));
            say(language, "when-weekday", &[weekday, time])
        }
        WEEK.. => {
            let (date, month) = (
                then.day().to_string(),
                usize::from(then.month().unsigned_abs()),
            );
            let month = MONTHS
                .get(month.saturating_sub(1))
                .copied()
                .unwrap_or_default();
            let (date, month) = (("date", Arg::Text(&date)), ("month", Arg::Text(month)));
            say(language, "when-date", &[date, month, time])
        }
    }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_as_far_away_as_it_is() {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(3));
        let at = |text: &str| {
            let civil: jiff::civil::DateTime = text.parse().unwrap();
            civil.to_zoned(zone.clone()).unwrap()
        };
        let now = at("2026-12-31 23:30");
        for (then, ru, en, es) in [
            (
                "2026-12-31 23:45",
                "сегодня в 23:45",
                "today at 23:45",
                "hoy a las 23:45",
            ),
            (
                "2027-01-01 09:00",
                "завтра в 9:00",
                "tomorrow at 9:00",
                "mañana a las 9:00",
            ),
            (
                "2027-01-02 10:00",
                "в субботу в 10:00",
                "on Saturday at 10:00",
                "el sábado a las 10:00",
            ),
            (
                "2027-01-05 10:00",
                "во вторник в 10:00",
                "on Tuesday at 10:00",
                "el martes a las 10:00",
            ),
            (
                "2027-01-09 10:00",
                "9 января в 10:00",
                "on 9 January at 10:00",
                "el 9 de enero a las 10:00",
            ),
            (
                "2027-05-11 10:00",
                "11 мая в 10:00",
                "on 11 May at 10:00",
                "el 11 de mayo a las 10:00",
            ),
        ] {
            let told = |language| when(language, &now, &at(then)).unwrap();
            assert_eq!(told(Language::Ru), ru);
            assert_eq!(told(Language::En), en);
            assert_eq!(told(Language::Es), es);
        }
    }
}
