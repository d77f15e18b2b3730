//! `GET /experiments`: what is tried on a part of the buyers, and what became of it. Analysed by the code that
//! `torg experiment show` uses.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{extract::Query, response::Response};
use domain::Shop;
use language::eval::Share;
use schemas::{AggregateKey, ShopId, shop::Metric};
use tokio::{sync::Mutex, time::Instant};

use super::{
    Failure, Seen, Site,
    frame::{Frame, Visit},
    moments::Clock,
    page,
    products::Of,
    words::{TrialWords, Words},
};
use crate::experiments::{self, Against, Analysis, Verdict};

/// How long an analysis may be shown again: it reads the whole log.
const FRESH: Duration = Duration::from_secs(20);

/// What was analysed last.
#[derive(Default)]
pub(crate) struct Analysed(Mutex<Option<Last>>);

struct Last {
    at: Instant,
    shop: ShopId,
    all: Arc<All>,
}

struct All {
    trials: Vec<Analysis>,
    unreadable: u64,
}

struct Cell {
    value: String,
    interval: String,
}

struct Arm {
    name: String,
    hold_out: bool,
    read: usize,
    young: usize,
    shares: Vec<Cell>,
}

struct Trial {
    anchor: String,
    name: String,
    verdict: String,
    kind: &'static str,
    state: &'static str,
    suspicious: bool,
    since: String,
    judged: String,
    read_after: String,
    planned: u32,
    metrics: Vec<&'static str>,
    arms: Vec<Arm>,
    differences: Vec<String>,
    ended: Vec<String>,
}

#[derive(Template)]
#[template(path = "experiments.html")]
struct Page {
    f: Frame,
    o: &'static TrialWords,
    shop: String,
    trials: Vec<Trial>,
    unreadable: u64,
}

/// `GET /experiments`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let f = Frame::new(&site, visit, "experiments").await?;
    let shop = f.shop(&of.shop).map(|shop| shop.id.clone());
    let shop = shop.unwrap_or_default();
    let all = match ShopId::new(&shop) {
        Ok(id) => Some(analyse(&site, &id).await?),
        Err(_) => None,
    };
    let o = f.w.experiments();
    let clock = f.clock(&shop);
    let trials = all.iter().flat_map(|all| &all.trials);
    page(&Page {
        trials: trials.map(|one| trial(one, &clock)).collect(),
        unreadable: all.as_ref().map_or(0, |all| all.unreadable),
        o,
        f,
        shop,
    })
}

/// Every experiment of a shop, the newest first. One analyses at a time; the others wait for it.
async fn analyse(site: &Site, shop: &ShopId) -> Result<Arc<All>, Failure> {
    let mut last = site.analysed.0.lock().await;
    if let Some(last) = last.as_ref()
        && last.at.elapsed() < FRESH
        && last.shop == *shop
    {
        return Ok(Arc::clone(&last.all));
    }
    let known = site
        .log
        .load::<Shop>(&AggregateKey::shop(shop))
        .await?
        .state;
    let mut all = All {
        trials: Vec::new(),
        unreadable: 0,
    };
    // A shop that has never tried anything is asked about nothing else.
    if known.experiments().next().is_some() {
        let folded = experiments::read(&site.log, shop, |_, _| {}).await;
        let folded = folded.map_err(Failure::Log)?;
        let now = boot::clock::now();
        all.unreadable = folded.unreadable;
        all.trials = known
            .experiments()
            .rev()
            .map(|experiment| {
                let chats = folded.conversations.iter();
                let chats =
                    chats.filter_map(|(key, taking)| Some((key.conversation_id()?, taking)));
                experiments::analyse(experiment, chats, now)
            })
            .collect();
    }
    let all = Arc::new(all);
    *last = Some(Last {
        at: Instant::now(),
        shop: shop.clone(),
        all: Arc::clone(&all),
    });
    Ok(all)
}

const fn metric_of(metric: Metric, o: &'static TrialWords) -> &'static str {
    match metric {
        Metric::Contained => o.m_contained,
        Metric::Ordered => o.m_ordered,
        Metric::Paid => o.m_paid,
        Metric::HandedOver => o.m_handed_over,
    }
}

fn trial(analysis: &Analysis, clock: &Clock) -> Trial {
    let o = clock.w.experiments();
    let (verdict, kind) = match &analysis.verdict {
        Verdict::TooFew => (o.too_few.to_owned(), "closed"),
        Verdict::NoDifferenceYet => (o.no_difference.to_owned(), "seller"),
        Verdict::Winner { arm } => (format!("{} {arm}", o.winner), "bot"),
        Verdict::NotByChance => (o.not_by_chance.to_owned(), "waiting_for_seller"),
    };
    // What it is judged by stands first.
    let mut metrics = vec![analysis.metric];
    metrics.extend(
        Metric::ALL
            .into_iter()
            .filter(|one| *one != analysis.metric),
    );
    let arms = analysis.arms.iter().map(|arm| Arm {
        name: arm.name.clone(),
        hold_out: arm.hold_out,
        read: arm.assigned.saturating_sub(arm.young),
        young: arm.young,
        shares: metrics
            .iter()
            .map(|metric| cell(arm.shares.get(metric.as_str()), clock.w))
            .collect(),
    });
    let ended = analysis.stopped.as_ref();
    let ended = ended.map_or_else(Vec::new, |(winner, why)| {
        let winner = winner.as_ref().map(|arm| format!("{} {arm}", o.won));
        let why = format!("{} {why}", o.stopped_because);
        [Some(why), winner].into_iter().flatten().collect()
    });
    Trial {
        anchor: format!("trial-{}", analysis.name),
        name: analysis.name.clone(),
        state: if analysis.ended.is_some() {
            o.over
        } else {
            o.runs
        },
        suspicious: analysis.sample_ratio.suspicious,
        since: format!("{} {}", o.since, clock.tell(analysis.began).short),
        judged: format!("{} {}", o.judged_by, metric_of(analysis.metric, o)),
        read_after: format!("{} {}", o.read_after, analysis.window_hours),
        planned: analysis.planned_per_arm,
        metrics: metrics.iter().map(|metric| metric_of(*metric, o)).collect(),
        arms: arms.collect(),
        differences: analysis
            .differences
            .iter()
            .map(|one| difference(one, o, clock.w))
            .collect(),
        verdict,
        kind,
        ended,
    }
}

fn cell(share: Option<&Share>, w: &'static Words) -> Cell {
    let percent = |part: f64| w.decimal(part * 100.0, 1);
    let known = share.and_then(|share| Some((share, share.share?)));
    match known {
        None => Cell {
            value: "—".to_owned(),
            interval: String::new(),
        },
        Some((share, part)) => Cell {
            value: format!("{} % ({} / {})", percent(part), share.part, share.of),
            interval: format!("{}–{} %", percent(share.low), percent(share.high)),
        },
    }
}

fn difference(one: &Against, o: &'static TrialWords, w: &'static Words) -> String {
    let Against {
        arm,
        base,
        difference,
        enough,
    } = one;
    if !enough {
        return format!("{arm} {} {base}: {}", o.against, o.too_few.to_lowercase());
    }
    let clear = if difference.is_clear() {
        o.clear
    } else {
        o.unclear
    };
    let percent = |part: f64| {
        let sign = if part.is_sign_negative() { "" } else { "+" };
        format!("{sign}{}", w.decimal(part * 100.0, 1))
    };
    format!(
        "{arm} {} {base}: {} % ({} … {} %), {clear}",
        o.against,
        percent(difference.by),
        percent(difference.low),
        percent(difference.high)
    )
}
