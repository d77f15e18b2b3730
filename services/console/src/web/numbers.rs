//! `GET /figures`: the sheet of figures that `torg stats` prints as well, each with what it means, its interval, its days,
//! and a way to the conversations behind it.

use askama::Template;
use axum::{extract::Query, response::Response};
use jiff::SignedDuration;
use language::eval::Share;
use schemas::{ConversationId, Kopecks, ShopId};
use serde::Deserialize;

use super::{
    Failure, Seen, Site,
    charts::{self, Chart},
    frame::{Frame, Visit},
    page, state,
    words::{FigureWords, Words},
};
use crate::figures::{Figure, Period, Sheet, Slice, Unit};

/// Periods that can be chosen, days; 0: from the beginning.
const PERIODS: [u32; 4] = [1, 7, 30, 0];
/// Figures whose parts have a table of their own.
const IN_PARTS: [&str; 5] = [
    "funnel",
    "handovers",
    "products_asked",
    "products_missing",
    "questions_without_answer",
];

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

/// A figure in its parts.
struct Parts {
    id: &'static str,
    name: &'static str,
    meaning: &'static str,
    rows: Vec<Part>,
}

struct Part {
    name: String,
    /// Others of the same.
    examples: String,
    value: String,
    /// Of the largest part, or of those who asked, percent.
    bar: String,
    interval: String,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct Page {
    f: Frame,
    shop: String,
    days: u32,
    periods: Vec<(u32, String)>,
    lines: Vec<Line>,
    parts: Vec<Parts>,
    unreadable: u64,
    c: &'static FigureWords,
    charts: Vec<Chart>,
}

/// `GET /figures`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let f = Frame::new(&site, visit, "figures").await?;
    let shop = f.shop(&of.shop).map(|shop| shop.id.clone());
    let shop = shop.unwrap_or_default();
    let w = f.w;
    let mut shown = Page {
        periods: periods(w),
        days: of.days,
        lines: Vec::new(),
        parts: Vec::new(),
        unreadable: 0,
        c: w.figures_words(),
        charts: Vec::new(),
        f,
        shop,
    };
    if let Ok(id) = ShopId::new(&shown.shop) {
        let sheet = sheet(&site, &shown.f, &id, of.days).await?;
        let behind = Behind {
            shop: &shown.shop,
            days: of.days,
        };
        shown.unreadable = sheet.unreadable;
        shown.lines = sheet
            .figures
            .iter()
            .map(|figure| line(figure, &behind, w))
            .collect();
        shown.parts = IN_PARTS
            .into_iter()
            .filter_map(|id| sheet.figure(id))
            .filter(|figure| !figure.parts.is_empty())
            .map(|figure| parts(figure, &behind, w))
            .collect();
        shown.charts = charts::charts(&sheet, w);
    }
    page(&shown)
}

/// Periods that can be chosen, with their names.
pub(crate) fn periods(w: &'static Words) -> Vec<(u32, String)> {
    let name = |days| match days {
        0 => w.everything.to_owned(),
        days => days.to_string(),
    };
    PERIODS.map(|days| (days, name(days))).to_vec()
}

/// The figures of a shop over so many days up to now; 0: over all.
async fn sheet(site: &Site, f: &Frame, shop: &ShopId, days: u32) -> Result<Sheet, Failure> {
    let long = SignedDuration::from_hours(24 * i64::from(days));
    let from = boot::clock::now().checked_sub(long).ok();
    let period = Period {
        from: from.filter(|_| days > 0),
        to: None,
    };
    let zone = f.clock(shop.as_str()).zone;
    let sheet = site.ledger.sheet(shop, period, &zone).await;
    sheet.map_err(Failure::Log)
}

/// The conversations behind a figure, or behind one of its parts.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such figure or part now.
pub(crate) async fn behind(
    site: &Site,
    f: &Frame,
    shop: &str,
    (days, figure, part): (u32, &str, &str),
) -> Result<Vec<ConversationId>, Failure> {
    let shop = f.shop(shop).map_or("", |shop| shop.id.as_str());
    let shop = ShopId::new(shop).map_err(|_| Failure::NotFound)?;
    let sheet = sheet(site, f, &shop, days).await?;
    let figure = sheet.figure(figure).ok_or(Failure::NotFound)?;
    if part.is_empty() {
        return Ok(figure.conversations.clone());
    }
    let part = figure.parts.iter().find(|one| one.id == part);
    Ok(part.ok_or(Failure::NotFound)?.conversations.clone())
}

/// How the conversations behind something are reached.
struct Behind<'a> {
    shop: &'a str,
    days: u32,
}

impl Behind<'_> {
    fn link(&self, figure: &str, part: &str, conversations: &[ConversationId]) -> Option<String> {
        let [shop, part] = [self.shop, part].map(super::encode);
        let days = self.days;
        (!conversations.is_empty())
            .then(|| format!("/?shop={shop}&figure={figure}&part={part}&days={days}"))
    }
}

fn line(figure: &Figure, behind: &Behind<'_>, w: &'static Words) -> Line {
    let share = figure.share.as_ref();
    Line {
        name: figure.told.name(w.code),
        value: match share {
            Some(share) => format!("{} / {}", share.part, share.of),
            None if figure.unit == Unit::Milliseconds => times(figure, w),
            None => value(figure.value, figure.unit, w),
        },
        bar: share.and_then(|share| share.share).map(percent),
        interval: share.map_or_else(String::new, interval),
        meaning: figure.told.means(w.code),
        link: behind.link(figure.id, "", &figure.conversations),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

fn interval(share: &Share) -> String {
    let known = share.share.is_some();
    let told = || format!("{:.0}–{:.0} %", share.low * 100.0, share.high * 100.0);
    known.then(told).unwrap_or_default()
}

/// Half of them, 95 and 99 of a hundred took at most so long.
fn times(figure: &Figure, w: &'static Words) -> String {
    let parts = figure.parts.iter();
    let told: Vec<String> = parts
        .map(|part| value(Some(part.value), figure.unit, w))
        .collect();
    match told.is_empty() {
        true => "—".to_owned(),
        false => told.join(" · "),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts, milliseconds and kopecks are whole and far from the ends"
)]
fn value(value: Option<f64>, unit: Unit, w: &'static Words) -> String {
    let Some(value) = value else {
        return "—".to_owned();
    };
    match unit {
        Unit::Count => format!("{value:.0}"),
        Unit::Share => format!("{} %", percent(value)),
        Unit::Milliseconds => duration(value.max(0.0).round() as u64, w),
        Unit::Kopecks => state::money(Kopecks::new(value.round() as i64)),
    }
}

fn parts(figure: &Figure, behind: &Behind<'_>, w: &'static Words) -> Parts {
    let largest = figure.parts.iter().map(|part| part.value);
    let largest = largest.fold(1.0_f64, f64::max);
    let row = |part: &Slice| Part {
        name: name_of(figure.id, part, w),
        examples: part.examples.join(" · "),
        value: value(Some(part.value), Unit::Count, w),
        bar: percent(match part.share.as_ref().and_then(|share| share.share) {
            Some(share) => share,
            None => part.value / largest,
        }),
        interval: part.share.as_ref().map_or_else(String::new, interval),
        link: behind.link(figure.id, &part.id, &part.conversations),
    };
    Parts {
        id: figure.id,
        name: figure.told.name(w.code),
        meaning: figure.told.means(w.code),
        rows: figure.parts.iter().map(row).collect(),
    }
}

fn name_of(figure: &str, part: &Slice, w: &'static Words) -> String {
    let c = w.figures_words();
    match (figure, part.id.as_str()) {
        ("handovers", reason) => w.reason_of(reason).to_owned(),
        ("funnel", "asked") => c.stage_asked.to_owned(),
        ("funnel", "cart") => c.stage_cart.to_owned(),
        ("funnel", "ordered") => c.stage_ordered.to_owned(),
        ("funnel", "approved") => c.stage_approved.to_owned(),
        ("funnel", "paid") => c.stage_paid.to_owned(),
        (_, id) => part.name.clone().unwrap_or_else(|| id.to_owned()),
    }
}

fn duration(millis: u64, w: &'static Words) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of some years")]
    let tenths = |unit: u32| w.decimal(millis as f64 / f64::from(unit), 1);
    match millis {
        0..1_000 => format!("{millis} {}", w.unit_ms),
        1_000..120_000 => format!("{} {}", tenths(1_000), w.unit_s),
        120_000..7_200_000 => format!("{} {}", tenths(60_000), w.unit_min),
        _ => format!("{} {}", tenths(3_600_000), w.unit_h),
    }
}
