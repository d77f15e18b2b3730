//! Hours as sellers write them, and what a moment is by them.

use domain::hours::{Holidays, Hours, NoticeKind, Presence, Schedule, notice};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZoneDatabase};
use proptest::prelude::*;

#[track_caller]
fn hours(text: &str) -> Hours {
    Hours::parse(text).unwrap()
}

fn schedule(hours_text: &str, holidays: &str, zone: &str) -> Schedule {
    Schedule {
        hours: hours(hours_text),
        holidays: Holidays::parse(holidays).unwrap(),
        zone: TimeZoneDatabase::bundled().get(zone).unwrap(),
    }
}

/// `2026-01-09 10:00` in the shop's time zone.
fn moment(schedule: &Schedule, text: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = text.parse().unwrap();
    civil.to_zoned(schedule.zone.clone()).unwrap().timestamp()
}

/// The presence, as the shop's clocks show it: `open until …`, `closed since … opens …`.
fn at(schedule: &Schedule, text: &str) -> String {
    let clock = |moment: Option<Timestamp>| {
        moment.map_or_else(
            || "?".to_owned(),
            |moment| {
                moment
                    .to_zoned(schedule.zone.clone())
                    .strftime("%m-%d %H:%M")
                    .to_string()
            },
        )
    };
    match schedule.at(moment(schedule, text)) {
        Presence::Open { until } => format!("open until {}", clock(until)),
        Presence::Closed { since, opens } => {
            format!("closed since {} opens {}", clock(since), clock(opens))
        }
    }
}

fn is_open(schedule: &Schedule, now: Timestamp) -> bool {
    matches!(schedule.at(now), Presence::Open { .. })
}

#[test]
fn hours_are_read_as_sellers_write_them() {
    for (text, kept) in [
        (
            "пн-пт 10:00–19:00, сб 11-16, вс выходной",
            "пн-пт 10:00-19:00, сб 11:00-16:00",
        ),
        (
            "Пн–Пт: с 10 до 19; Сб: с 11 до 16; Вс: выходной",
            "пн-пт 10:00-19:00, сб 11:00-16:00",
        ),
        ("пн-пт 10-19 сб 11-16", "пн-пт 10:00-19:00, сб 11:00-16:00"),
        ("ежедневно с 9 до 21", "ежедневно 09:00-21:00"),
        ("с 9 до 21 ежедневно", "ежедневно 09:00-21:00"),
        ("9:00–21:00, без выходных", "ежедневно 09:00-21:00"),
        (
            "Работаем каждый день с 9:00 до 21:00.",
            "ежедневно 09:00-21:00",
        ),
        ("круглосуточно", "круглосуточно"),
        ("24/7", "ежедневно круглосуточно"),
        (
            "Mon-Fri 10-19; Sat 11-16",
            "пн-пт 10:00-19:00, сб 11:00-16:00",
        ),
        (
            "Monday to Friday 10am - 7pm, closed on weekends",
            "пн-пт 10:00-19:00",
        ),
        ("weekdays 9:30 am to 6 pm", "пн-пт 09:30-18:00"),
        (
            "будни 10–18, выходные 11–15",
            "пн-пт 10:00-18:00, сб-вс 11:00-15:00",
        ),
        (
            "по будням с 10 до 18, по выходным с 11 до 15",
            "пн-пт 10:00-18:00, сб-вс 11:00-15:00",
        ),
        ("пн-пт 10-19, сб, вс — выходные", "пн-пт 10:00-19:00"),
        ("пн-пт 10-19, выходные", "пн-пт 10:00-19:00"),
        ("18-02", "18:00-02:00"),
        ("пт-сб 18:00-02:00", "пт-сб 18:00-02:00"),
        ("10:00-19:00", "10:00-19:00"),
        ("с 10-00 до 19-00", "10:00-19:00"),
        ("10-00 - 19-00 пн-пт", "пн-пт 10:00-19:00"),
        ("с 10 утра до 7 вечера", "10:00-19:00"),
        ("10:00-19:00, пн-пт", "пн-пт 10:00-19:00"),
        ("10-19, сб 11-16", "10:00-19:00, сб 11:00-16:00"),
        ("10-19, вс выходной", "10:00-19:00, вс выходной"),
        ("ежедневно 10-20, вс выходной", "пн-сб 10:00-20:00"),
        ("ежедневно кроме воскресенья 10-20", "пн-сб 10:00-20:00"),
        (
            "10-20 кроме вс и пн",
            "10:00-20:00, пн выходной, вс выходной",
        ),
        (
            "ежедневно с 9 до 21, кроме воскресенья",
            "пн-сб 09:00-21:00",
        ),
        ("ежедневно, кроме вс, 10-20", "пн-сб 10:00-20:00"),
        ("с 9 до 21 ежедневно кроме сб-вс", "пн-пт 09:00-21:00"),
        (
            "ежедневно с 9 до 21, выходной понедельник",
            "вт-вс 09:00-21:00",
        ),
        (
            "пн, ср, пт 10-14",
            "пн 10:00-14:00, ср 10:00-14:00, пт 10:00-14:00",
        ),
        ("пн-пт 10-13, 14-19", "пн-пт 10:00-13:00, 14:00-19:00"),
        ("пн-пт 10-19, обед 13-14", "пн-пт 10:00-13:00, 14:00-19:00"),
        ("сб-вт 10-19", "пн-вт 10:00-19:00, сб-вс 10:00-19:00"),
        ("0-24", "круглосуточно"),
        ("пн-пт 9-0", "пн-пт 09:00-24:00"),
    ] {
        assert_eq!(hours(text).to_string(), kept, "{text}");
    }
}

#[test]
fn what_is_not_understood_is_named_and_nothing_is_guessed() {
    for (text, part) in [
        ("как получится", "как"),
        ("пн-пт 10-19, сб по договоренности", "договоренности"),
        ("10:00", "10:00"),
        ("25:00-26:00", "25:00"),
        ("10:60-19:00", "10:60"),
        ("10:00-10:00", "10:00-10:00"),
        ("9-5", "9-5"),
        ("пн-пт", "пн-пт"),
        ("вс выходной", "вс выходной"),
        ("пн 10-14, 13-19", "пн 10-14, 13-19"),
        ("10-19 мск", "мск"),
        ("", ""),
    ] {
        let problem = Hours::parse(text).unwrap_err();
        assert_eq!(problem.part, part, "{text}: {problem}");
        assert!(
            problem.to_string().contains("пн-пт 10:00-19:00"),
            "{problem}"
        );
    }
}

#[test]
fn days_of_a_setting_of_their_own_narrow_hours_that_name_none() {
    let on = |text: &str, days: &str| hours(text).on(days).unwrap().to_string();
    assert_eq!(on("10:00-19:00", "пн-сб"), "пн-сб 10:00-19:00");
    assert_eq!(
        on("10-19, сб 11-16", "пн-пт"),
        "пн-пт 10:00-19:00, сб 11:00-16:00"
    );
    assert_eq!(on("пн-ср 10-19", "пн-вс"), "пн-ср 10:00-19:00");
    assert!(hours("10-19").on("когда как").is_err());
}

#[test]
fn a_night_ends_when_the_shop_opens() {
    let shop = schedule("пн-пт 10-19, сб 11-16", "", "Europe/Moscow");
    // 21 November 2026 is a Saturday.
    assert_eq!(at(&shop, "2026-11-20 10:00"), "open until 11-20 19:00");
    assert_eq!(at(&shop, "2026-11-20 18:59"), "open until 11-20 19:00");
    assert_eq!(
        at(&shop, "2026-11-20 19:00"),
        "closed since 11-20 19:00 opens 11-21 11:00"
    );
    assert_eq!(
        at(&shop, "2026-11-21 03:00"),
        "closed since 11-20 19:00 opens 11-21 11:00"
    );
    assert_eq!(
        at(&shop, "2026-11-22 12:00"),
        "closed since 11-21 16:00 opens 11-23 10:00"
    );
    let lunch = schedule("10-19, обед 13-14", "", "Europe/Moscow");
    assert_eq!(
        at(&lunch, "2026-11-20 13:30"),
        "closed since 11-20 13:00 opens 11-20 14:00"
    );
}

#[test]
fn nobody_is_there_on_holidays_and_the_next_day_is_named() {
    let shop = schedule("пн-пт 10-19", "31.12-08.01, 09.05", "Europe/Moscow");
    assert_eq!(
        at(&shop, "2026-12-31 12:00"),
        "closed since 12-30 19:00 opens 01-11 10:00"
    );
    let once = schedule("10-19", "2026-12-31, 01.01.2027", "Europe/Moscow");
    assert_eq!(
        at(&once, "2026-12-31 12:00"),
        "closed since 12-30 19:00 opens 01-02 10:00"
    );
    assert_eq!(at(&once, "2027-12-31 12:00"), "open until 12-31 19:00");
    // What was begun before a holiday is worked to its end.
    let night = schedule("18-02", "01.01", "Europe/Moscow");
    assert_eq!(at(&night, "2027-01-01 01:00"), "open until 01-01 02:00");
    assert_eq!(
        at(&night, "2027-01-01 20:00"),
        "closed since 01-01 02:00 opens 01-02 18:00"
    );
    let never = schedule("24/7", "01.01-31.12", "Europe/Moscow");
    assert_eq!(at(&never, "2027-01-01 01:00"), "closed since ? opens ?");
}

#[test]
fn round_the_clock_has_no_midnight() {
    let shop = schedule("круглосуточно", "", "Asia/Yekaterinburg");
    assert_eq!(at(&shop, "2026-11-20 23:59"), "open until ?");
    let shop = schedule("24/7", "01.01", "Asia/Yekaterinburg");
    assert_eq!(at(&shop, "2026-11-20 23:59"), "open until 01-01 00:00");
    assert_eq!(
        at(&shop, "2027-01-01 12:00"),
        "closed since 01-01 00:00 opens 01-02 00:00"
    );
}

#[test]
fn hours_follow_the_shops_clocks_through_a_change_of_them() {
    // In Berlin, 29 March 2026 has no 02:30 and 25 October 2026 has two.
    let shop = schedule("02:30-04:00", "", "Europe/Berlin");
    assert_eq!(
        at(&shop, "2026-03-29 01:00"),
        "closed since 03-28 04:00 opens 03-29 03:30"
    );
    let skipped = schedule("02:10-02:50", "", "Europe/Berlin");
    assert_eq!(
        at(&skipped, "2026-03-28 12:00"),
        "closed since 03-28 02:50 opens 03-29 03:10"
    );
    let day = schedule("10-19", "", "Europe/Berlin");
    let before = moment(&day, "2026-03-28 19:00");
    let Presence::Closed {
        opens: Some(opens), ..
    } = day.at(before)
    else {
        panic!("it is closed");
    };
    assert_eq!(
        opens.duration_since(before).as_hours(),
        14,
        "a night of one hour less"
    );
}

#[test]
fn holidays_are_read_as_sellers_write_them() {
    for (text, kept) in [
        (
            "01.01-08.01, 09.05, 2026-12-31",
            "01.01-08.01, 09.05, 2026-12-31",
        ),
        ("31.12.2026, 01.01.2027", "2026-12-31, 2027-01-01"),
        ("1-8 января; 9 мая", "01.01-08.01, 09.05"),
        ("с 1 по 8 января", "01.01-08.01"),
        ("31.12–08.01", "31.12-08.01"),
        ("2026-12-31 - 2027-01-08", "2026-12-31 – 2027-01-08"),
        ("28.12.2026-10.01.2027", "2026-12-28 – 2027-01-10"),
        ("May 9, 23 February", "23.02, 09.05"),
        ("", ""),
    ] {
        assert_eq!(Holidays::parse(text).unwrap().to_string(), kept, "{text}");
    }
    for (text, part) in [
        ("01.01, Новый год", "Новый год"),
        ("31.02", "31.02"),
        ("01.01.1926", "01.01.1926"),
        ("31.12.2026-08.01", "31.12.2026-08.01"),
        ("08.01.2027-31.12.2026", "08.01.2027-31.12.2026"),
    ] {
        let problem = Holidays::parse(text).unwrap_err();
        assert_eq!(problem.part, part);
        assert!(problem.to_string().contains("01.01-08.01"), "{problem}");
    }
}

#[test]
fn there_is_one_away_notice_per_closed_stretch() {
    let shop = schedule("10-19", "", "Europe/Moscow");
    let evening = shop.at(moment(&shop, "2026-11-20 21:00"));
    let Presence::Closed { since, opens } = evening else {
        panic!("it is closed");
    };
    assert_eq!(notice(&evening, None), NoticeKind::Away(opens));
    // By the begin of the night, or by when in it the buyer was told.
    assert_eq!(notice(&evening, since), NoticeKind::Again);
    let told = Some(moment(&shop, "2026-11-20 20:00"));
    assert_eq!(
        notice(&shop.at(moment(&shop, "2026-11-21 03:00")), told),
        NoticeKind::Again
    );
    let next = shop.at(moment(&shop, "2026-11-21 22:00"));
    assert!(matches!(notice(&next, told), NoticeKind::Away(Some(_))));
    assert_eq!(
        notice(&shop.at(moment(&shop, "2026-11-21 12:00")), told),
        NoticeKind::Soon
    );
}

#[test]
fn a_night_shift_that_ends_behind_the_next_days_first_hour_is_the_last_that_ended() {
    let shop = schedule("0:35-0:36; вс 8:37-0:37", "", "America/Sao_Paulo");
    let presence = shop.at("2028-03-28T03:00:00Z".parse().unwrap());
    let since = "2028-03-27T03:37:00Z".parse().ok();
    assert!(
        matches!(presence, Presence::Closed { since: told, .. } if told == since),
        "{presence:?}"
    );
}

/// Texts of hours that hold together: some days, some stretches.
fn written() -> impl Strategy<Value = String> {
    const DAYS: [&str; 8] = [
        "пн-пт ",
        "сб ",
        "вс ",
        "сб-вс ",
        "ежедневно ",
        "ср-пн ",
        "вт, чт ",
        "",
    ];
    let stretch = (0u16..1440, 1u16..=960).prop_map(|(from, length)| {
        let to = from + length;
        let to = if to > 1440 { to - 1440 } else { to };
        format!("{}:{:02}-{}:{:02}", from / 60, from % 60, to / 60, to % 60)
    });
    let opens = prop_oneof![6 => stretch, 1 => Just("круглосуточно".to_owned())];
    let part = (prop::sample::select(&DAYS[..7]), opens.clone())
        .prop_map(|(days, opens)| format!("{days}{opens}"));
    let first =
        (prop::sample::select(&DAYS[..]), opens).prop_map(|(days, opens)| format!("{days}{opens}"));
    (first, prop::collection::vec(part, 0..3)).prop_map(|(first, rest)| {
        std::iter::once(first)
            .chain(rest)
            .collect::<Vec<_>>()
            .join("; ")
    })
}

fn zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "Europe/Moscow",
            "Europe/Berlin",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "UTC",
        ][..],
    )
}

fn instant() -> impl Strategy<Value = Timestamp> {
    // From 2026 to 2030.
    (1_767_225_600i64..1_893_456_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #[test]
    fn hours_are_read_back_from_their_own_spelling(text in written()) {
        let read = hours(&text);
        prop_assert_eq!(&hours(&read.to_string()), &read);
    }

    #[test]
    fn no_text_makes_the_readers_fall_over(text in "[а-яa-z0-9 :.,;/–-]{0,40}") {
        if let Ok(hours) = Hours::parse(&text) {
            prop_assert_eq!(Hours::parse(&hours.to_string()).unwrap(), hours);
        }
        if let Ok(holidays) = Holidays::parse(&text) {
            prop_assert_eq!(Holidays::parse(&holidays.to_string()).unwrap(), holidays);
        }
    }

    #[test]
    fn a_closed_stretch_ends_with_an_open_one_and_began_with_its_end(
        text in written(), zone in zone(), now in instant(), holidays in prop::sample::select(&["", "01.01-08.01, 09.05"][..])
    ) {
        let shop = schedule(&text, holidays, zone);
        match shop.at(now) {
            Presence::Open { until: Some(until) } => {
                prop_assert!(until > now);
                prop_assert!(matches!(shop.at(until), Presence::Closed { since, .. } if since == Some(until)), "{:?}", shop.at(until));
            }
            Presence::Open { until: None } => {}
            Presence::Closed { since, opens } => {
                let (since, opens) = (since.unwrap(), opens.unwrap());
                prop_assert!(since <= now && now < opens);
                prop_assert!(is_open(&shop, opens));
                let last = since.checked_sub(1.second()).unwrap();
                prop_assert!(is_open(&shop, last));
                // The whole stretch is one: any moment of it has the same key.
                let middle = Timestamp::from_second(since.as_second().midpoint(opens.as_second())).unwrap();
                prop_assert_eq!(shop.at(middle), Presence::Closed { since: Some(since), opens: Some(opens) });
            }
        }
    }

    #[test]
    fn a_holiday_holds_from_its_first_to_its_last_day(first in 0i64..365, length in 0i64..200) {
        let day = Date::constant(2027, 1, 1).checked_add(first.days()).unwrap();
        let last = day.checked_add(length.days()).unwrap();
        let text = format!("{day} – {last}");
        let holidays = Holidays::parse(&text).unwrap();
        prop_assert!(holidays.contains(day) && holidays.contains(last));
        prop_assert!(!holidays.contains(day.yesterday().unwrap()) && !holidays.contains(last.tomorrow().unwrap()));
    }
}
