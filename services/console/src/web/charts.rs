//! Series by day: each is a table, and a chart where there are scripts.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use schemas::AggregateKey;

use super::words::{FigureWords, Words};
use crate::figures::{Chat, Figures, Period, Tally};

/// The longest time that is drawn, days.
const LONGEST: i32 = 92;

/// A table of series.
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) hint: &'static str,
    /// How it is drawn: `bars`, `stack` or `lines`.
    pub(crate) kind: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) names: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
}

/// One day.
pub(crate) struct Row {
    pub(crate) day: String,
    pub(crate) values: Vec<Value>,
}

/// A value, for people and for the chart; nothing: there was none that day.
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) number: Option<String>,
}

impl Value {
    fn count(count: usize) -> Self {
        Self {
            text: count.to_string(),
            number: Some(count.to_string()),
        }
    }

    fn seconds(millis: Option<u64>) -> Self {
        let tenths = millis.map(|millis| millis.saturating_add(50) / 100);
        let told = tenths.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
        Self {
            text: told.clone().unwrap_or_else(|| "—".to_owned()),
            number: told,
        }
    }
}

/// Counts each day of the shop's calendar for itself, by the code that counts the whole.
pub(crate) fn by_day(
    chats: &[(AggregateKey, Chat)],
    period: Period,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<(Date, Figures)> {
    let today = now.to_zoned(zone.clone()).date();
    let first = period.from.map(|from| from.to_zoned(zone.clone()).date());
    let earliest = today.checked_sub(LONGEST.days()).unwrap_or(today);
    let mut day = first.unwrap_or(earliest).max(earliest);
    let mut days = Vec::new();
    while day <= today {
        let Ok(next) = day.tomorrow() else { break };
        let begin = |day: Date| day.to_zoned(zone.clone()).map(|day| day.timestamp()).ok();
        let mut tally = Tally::default();
        let whole = Period {
            // A period begins where it begins, also within a day.
            from: begin(day).max(period.from),
            to: begin(next),
        };
        for (_, chat) in chats {
            tally.add(chat, whole);
        }
        days.push((day, tally.figures()));
        day = next;
    }
    // From the beginning of the log means from the first day on which anything happened.
    let begun = days.iter().position(|(_, figures)| figures.messages > 0);
    match (period.from, begun) {
        (None, Some(begun)) => days.split_off(begun),
        (None, None) => Vec::new(),
        (Some(_), _) => days,
    }
}

/// The charts of these days; none when there is but one.
pub(crate) fn charts(days: &[(Date, Figures)], w: &'static Words) -> Vec<Chart> {
    if days.len() < 2 {
        return Vec::new();
    }
    let c: &'static FigureWords = w.figures_words();
    let rows = |values: &dyn Fn(&Figures) -> Vec<Value>| {
        let days = days.iter();
        days.map(|(day, figures)| Row {
            day: super::moments::day(*day, w),
            values: values(figures),
        })
        .collect()
    };
    vec![
        Chart {
            id: "by-day",
            title: c.by_day,
            hint: c.by_day_is,
            kind: "bars",
            unit: "",
            names: vec![w.n_messages, w.n_chats],
            rows: rows(&|day| vec![Value::count(day.messages), Value::count(day.conversations)]),
        },
        Chart {
            id: "how-they-went",
            title: c.how,
            hint: c.how_is,
            kind: "stack",
            unit: "",
            names: vec![w.n_contained, w.n_assisted, w.n_unanswered],
            rows: rows(&|day| {
                let autonomy = &day.autonomy;
                let parts = [autonomy.contained, autonomy.assisted, autonomy.unanswered];
                parts.map(|share| Value::count(share.part)).into()
            }),
        },
        Chart {
            id: "how-fast",
            title: c.fast,
            hint: c.fast_is,
            kind: "lines",
            unit: w.unit_s,
            names: vec![c.half, c.nearly_all],
            rows: rows(&|day| {
                let took = &day.answers.by_bot;
                vec![Value::seconds(took.p50_ms), Value::seconds(took.p95_ms)]
            }),
        },
        Chart {
            id: "handovers",
            title: w.n_handovers,
            hint: w.n_handovers_is,
            kind: "bars",
            unit: "",
            names: vec![w.n_handovers],
            rows: rows(&|day| vec![Value::count(day.handovers.handovers)]),
        },
    ]
}
