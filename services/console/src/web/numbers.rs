//! `GET /figures`: how the shop's conversations went, counted from the log by the code that `torg stats` uses.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use language::eval::Share;
use schemas::ShopId;
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::{
    Failure, Site,
    charts::{self, Chart},
    frame::{Frame, Visit},
    page,
    words::{FigureWords, Words},
};
use crate::figures::{self, Chat, Figures, Period, Tally, Times};

/// How long what was counted may be shown again: counting reads the whole log.
const FRESH: Duration = Duration::from_secs(20);
/// Periods that can be chosen, days; 0: from the beginning.
const PERIODS: [u32; 4] = [1, 7, 30, 0];

/// What was counted last.
#[derive(Default)]
pub(crate) struct Counted(Mutex<Option<Last>>);

struct Last {
    at: Instant,
    shop: ShopId,
    days: u32,
    counted: Arc<Whole>,
}

/// The figures of a period, and of each of its days.
struct Whole {
    figures: Figures,
    days: Vec<(Date, Figures)>,
    unreadable: u64,
}

/// Of what.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    #[serde(default)]
    shop: String,
    #[serde(default = "a_week")]
    days: u32,
}

const fn a_week() -> u32 {
    7
}

/// A figure for people.
struct Line {
    name: &'static str,
    value: String,
    /// Percent, for a bar.
    bar: Option<String>,
    interval: String,
    meaning: &'static str,
    link: Option<String>,
}

/// The handovers for one reason.
struct Reason {
    name: &'static str,
    link: String,
    count: usize,
    /// Of all, percent.
    share: String,
    needed: String,
    first: String,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct Page {
    f: Frame,
    shop: String,
    days: u32,
    periods: Vec<(u32, String)>,
    lines: Vec<Line>,
    reasons: Vec<Reason>,
    unreadable: u64,
    c: &'static FigureWords,
    charts: Vec<Chart>,
}

/// `GET /figures`.
pub(crate) async fn show(
    State(site): State<Site>,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let f = Frame::new(&site, visit, "figures").await?;
    let shop = f.shop(&of.shop).map(|shop| shop.id.clone());
    let shop = shop.unwrap_or_default();
    let w = f.w;
    let periods = PERIODS.map(|days| match days {
        0 => (0, w.everything.to_owned()),
        days => (days, days.to_string()),
    });
    let mut shown = Page {
        f,
        days: of.days,
        periods: periods.to_vec(),
        lines: Vec::new(),
        reasons: Vec::new(),
        unreadable: 0,
        c: w.figures_words(),
        charts: Vec::new(),
        shop,
    };
    if let Ok(id) = ShopId::new(&shown.shop) {
        let zone = shown.f.clock(&shown.shop).zone;
        let counted = count(&site, &id, of.days, &zone).await?;
        shown.unreadable = counted.unreadable;
        shown.lines = lines(&counted.figures, w, &shown.shop);
        shown.reasons = reasons(&counted.figures, w, &shown.shop);
        shown.charts = charts::charts(&counted.days, w);
    }
    page(&shown)
}

/// Counts, or shows again what was counted a moment ago. One counts at a time; the others wait for it.
async fn count(
    site: &Site,
    shop: &ShopId,
    days: u32,
    zone: &TimeZone,
) -> Result<Arc<Whole>, Failure> {
    let mut last = site.counted.0.lock().await;
    if let Some(last) = last.as_ref()
        && last.at.elapsed() < FRESH
        && (&last.shop, last.days) == (shop, days)
    {
        return Ok(Arc::clone(&last.counted));
    }
    let long = SignedDuration::from_hours(24 * i64::from(days));
    let now = boot::clock::now();
    let from = now.checked_sub(long).ok();
    let period = Period {
        from: from.filter(|_| days > 0),
        to: None,
    };
    let folded = figures::read::<Chat>(&site.log, Some(shop), |_, _| {}).await;
    let folded = folded.map_err(Failure::Log)?;
    let mut tally = Tally::default();
    for (_, chat) in &folded.conversations {
        tally.add(chat, period);
    }
    let counted = Arc::new(Whole {
        figures: tally.figures(),
        days: charts::by_day(&folded.conversations, period, now, zone),
        unreadable: folded.unreadable,
    });
    *last = Some(Last {
        at: Instant::now(),
        shop: shop.clone(),
        days,
        counted: Arc::clone(&counted),
    });
    Ok(counted)
}

fn lines(figures: &Figures, w: &'static Words, shop: &str) -> Vec<Line> {
    let plain = |name, count: usize, meaning| Line {
        name,
        value: count.to_string(),
        bar: None,
        interval: String::new(),
        meaning,
        link: None,
    };
    let share = |name, share: Share, meaning| Line {
        name,
        value: format!("{} / {}", share.part, share.of),
        bar: share.share.map(|share| format!("{:.0}", share * 100.0)),
        interval: share.share.map_or_else(String::new, |_| {
            format!("{:.0}–{:.0} %", share.low * 100.0, share.high * 100.0)
        }),
        meaning,
        link: None,
    };
    let took = |name, times: Times, meaning| Line {
        value: told(times, w),
        ..plain(name, times.count, meaning)
    };
    let link = |owner: &str| Some(format!("/?shop={}&owner={owner}", super::encode(shop)));
    let Figures {
        autonomy,
        answers,
        handovers,
        ..
    } = figures;
    vec![
        Line {
            link: link(""),
            ..plain(w.n_chats, figures.conversations, w.n_chats_is)
        },
        plain(w.n_messages, figures.messages, w.n_messages_is),
        share(w.n_contained, autonomy.contained, w.n_contained_is),
        share(w.n_confirmed, autonomy.confirmed, w.n_confirmed_is),
        share(w.n_assisted, autonomy.assisted, w.n_assisted_is),
        share(w.n_unanswered, autonomy.unanswered, w.n_unanswered_is),
        took(w.n_by_bot, answers.by_bot, w.n_took_is),
        took(w.n_by_people, answers.by_people, w.n_took_is),
        Line {
            link: link("waiting_for_seller"),
            ..plain(w.n_waiting, answers.unanswered, w.n_waiting_is)
        },
        plain(w.n_handovers, handovers.handovers, w.n_handovers_is),
        share(w.n_needed, handovers.needed, w.n_needed_is),
        share(w.n_unchanged, handovers.sent_unchanged, w.n_unchanged_is),
        took(w.n_first_word, handovers.first_word, w.n_first_word_is),
    ]
}

fn reasons(figures: &Figures, w: &'static Words, shop: &str) -> Vec<Reason> {
    let all = figures.handovers.handovers.max(1);
    let mut reasons: Vec<Reason> = figures
        .reasons
        .iter()
        .map(|one| {
            let name = serde_json::to_value(one.reason).unwrap_or_default();
            let name = name.as_str().unwrap_or_default();
            let handovers = &one.figures;
            let needed = handovers.needed;
            Reason {
                name: w.reason_of(name),
                link: format!("/?shop={}&reason={name}", super::encode(shop)),
                count: handovers.handovers,
                share: (handovers.handovers * 100 / all).to_string(),
                needed: format!("{} / {}", needed.part, needed.of),
                first: told(handovers.first_word, w),
            }
        })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    reasons
}

/// `1.2 · 8.0 · 9.5 s`, as half, 95 and 99 of a hundred took at most.
fn told(times: Times, w: &'static Words) -> String {
    let told = |time: Option<u64>| time.map_or_else(|| "—".to_owned(), |time| duration(time, w));
    match times.count {
        0 => "—".to_owned(),
        _ => format!(
            "{} · {} · {}",
            told(times.p50_ms),
            told(times.p95_ms),
            told(times.p99_ms)
        ),
    }
}

fn duration(millis: u64, w: &'static Words) -> String {
    let tenths = |unit: u64| {
        let rounded = millis.saturating_mul(10).saturating_add(unit / 2) / unit.max(1);
        format!("{}.{}", rounded / 10, rounded % 10)
    };
    match millis {
        0..1_000 => format!("{millis} {}", w.unit_ms),
        1_000..120_000 => format!("{} {}", tenths(1_000), w.unit_s),
        120_000..7_200_000 => format!("{} {}", tenths(60_000), w.unit_min),
        _ => format!("{} {}", tenths(3_600_000), w.unit_h),
    }
}
