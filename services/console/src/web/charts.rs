//! Series by day: each is a table, and a chart where there are scripts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::words::{FigureWords, Words};
use crate::figures::{Figure, Sheet, Unit};

/// The longest time that is drawn, days.
const LONGEST: usize = 92;

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

/// Which figures are drawn together, how, and under which title.
type Plan = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

/// The charts of a sheet; none when it has but one day.
pub(crate) fn charts(sheet: &Sheet, w: &'static Words) -> Vec<Chart> {
    let c: &'static FigureWords = w.figures_words();
    let plans: [Plan; 4] = [
        ("by-day", c.by_day, "bars", &["messages", "conversations"]),
        ("how-they-went", c.how, "lines", &["contained", "assisted"]),
        ("how-fast", c.fast, "lines", &["answer_time_bot"]),
        ("money", c.money, "bars", &["sold", "paid"]),
    ];
    let days = days(sheet);
    if days.len() < 2 {
        return Vec::new();
    }
    let charts = plans.into_iter().filter_map(|(id, title, kind, names)| {
        let figures: Vec<&Figure> = names.iter().filter_map(|id| sheet.figure(id)).collect();
        let unit = figures.first()?.unit;
        let series: Vec<BTreeMap<Date, f64>> = figures
            .iter()
            .map(|figure| {
                figure
                    .days
                    .iter()
                    .map(|day| (day.date, day.value))
                    .collect()
            })
            .collect();
        let rows = days.iter().map(|day| Row {
            day: super::moments::day(*day, w),
            values: series
                .iter()
                .map(|one| value(one.get(day).copied(), unit))
                .collect(),
        });
        Some(Chart {
            id,
            title,
            hint: figures
                .first()
                .map_or("", |figure| figure.told.means(w.code)),
            kind,
            unit: match unit {
                Unit::Count => "",
                Unit::Share => "%",
                Unit::Milliseconds => w.unit_s,
                Unit::Kopecks => "₽",
            },
            names: figures
                .iter()
                .map(|figure| figure.told.name(w.code))
                .collect(),
            rows: rows.collect(),
        })
    });
    charts.collect()
}

/// Every day from the first on which anything happened to the last, the newest of them.
fn days(sheet: &Sheet) -> Vec<Date> {
    let known = sheet.figures.iter().flat_map(|figure| &figure.days);
    let known: BTreeSet<Date> = known.map(|day| day.date).collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return Vec::new();
    };
    let mut days = vec![*last];
    let mut day = *last;
    while day > *first && days.len() < LONGEST {
        let Ok(before) = day.yesterday() else { break };
        days.push(before);
        day = before;
    }
    days.reverse();
    days
}

/// A day without anything to count is 0 of what is counted, and no share and no time at all.
fn value(value: Option<f64>, unit: Unit) -> Value {
    let number = match (value, unit) {
        (Some(value), Unit::Count) => Some(format!("{value:.0}")),
        (Some(value), Unit::Share) => Some(format!("{:.0}", value * 100.0)),
        (Some(value), Unit::Milliseconds) => Some(format!("{:.1}", value / 1_000.0)),
        (Some(value), Unit::Kopecks) => Some(format!("{:.0}", value / 100.0)),
        (None, Unit::Count | Unit::Kopecks) => Some("0".to_owned()),
        (None, Unit::Share | Unit::Milliseconds) => None,
    };
    Value {
        text: number.clone().unwrap_or_else(|| "—".to_owned()),
        number,
    }
}
