//! `/replays`: what the bot would have said with other rules. Started and read over gRPC; nothing is recorded by it, and no
//! buyer hears of it. The report is a page of its own, shown in a frame that may do nothing.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::Shop;
use jiff::SignedDuration;
use proto::history::{Replay, ReplayState, ReplaySummary, StartReplayRequest};
use schemas::{
    AggregateKey, Kopecks, ShopId,
    shop::{Policy, Rule},
};
use serde::Deserialize;
use tonic::{Code, Status};

use super::{
    Failure, Seen, Site,
    frame::{Frame, Visit},
    moments::Moment,
    orders, page,
    products::Of,
    state,
    words::ReplayWords,
};

/// What the report's page may do: be shown in a frame of ours, with its own style, lead to a conversation's page when
/// somebody asks for that, and nothing else. It is of the same origin because the session's cookie goes along with nothing
/// that comes from another; it holds no script, and none would run.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                             form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
                             sandbox allow-same-origin allow-top-navigation-by-user-activation";

/// What is to be tried.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    shop: String,
    #[serde(default = "a_week")]
    days: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    confidence: String,
    #[serde(default)]
    discount: String,
    #[serde(default)]
    free: String,
    #[serde(default)]
    more: String,
}

const fn a_week() -> u32 {
    7
}

/// What is in force now, shown in empty fields.
#[derive(Default)]
struct Now {
    confidence: String,
    discount: String,
    free: String,
}

struct Line {
    link: String,
    name: String,
    state: &'static str,
    moment: Moment,
    came: String,
}

#[derive(Template)]
#[template(path = "replays.html")]
struct List {
    f: Frame,
    o: &'static ReplayWords,
    shop: String,
    periods: Vec<(u32, String)>,
    wish: Wish,
    now: Now,
    lines: Vec<Line>,
    running: bool,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "replay.html")]
struct One {
    f: Frame,
    o: &'static ReplayWords,
    shop: String,
    id: String,
    name: String,
    state: &'static str,
    kind: &'static str,
    running: bool,
    done: u64,
    all: u64,
    problem: String,
    sums: Vec<(&'static str, String)>,
}

/// `GET /replays`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let wish = Wish {
        shop: of.shop,
        days: a_week(),
        ..Wish::default()
    };
    list(&site, visit, wish, None).await
}

async fn list(
    site: &Site,
    visit: Visit,
    wish: Wish,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let f = Frame::new(site, visit, "replays").await?;
    let shop = f.shop(&wish.shop).map(|shop| shop.id.clone());
    let shop = shop.unwrap_or_default();
    let (replays, now) = match ShopId::new(&shop) {
        Ok(id) => (site.neighbours.replays(&shop).await?, now(site, &id).await?),
        Err(_) => (Vec::new(), Now::default()),
    };
    let o = f.w.replays();
    let clock = f.clock(&shop);
    let running = replays.iter().any(is_running);
    let lines = replays.iter().map(|replay| Line {
        link: format!(
            "/replays/{}/{}",
            super::encode(&shop),
            super::encode(&replay.id)
        ),
        name: name_of(replay, o),
        state: state_of(replay, o).0,
        moment: clock.tell(orders::moment(&replay.started_at)),
        came: replay.summary.as_ref().map_or_else(String::new, |sum| {
            format!("{} {} / {}", o.changed, sum.changed, sum.turns)
        }),
    });
    page(&List {
        lines: lines.collect(),
        periods: super::numbers::periods(f.w),
        o,
        f,
        shop,
        wish,
        now,
        running,
        problem,
    })
}

/// What the shop's rules are now.
async fn now(site: &Site, shop: &ShopId) -> Result<Now, Failure> {
    let shop = site
        .log
        .load::<Shop>(&AggregateKey::shop(shop))
        .await?
        .state;
    let policy = shop
        .settings()
        .map_or_else(Policy::default, |settings| settings.policy.clone());
    let mut now = Now {
        confidence: format!("{:.2}", policy.confidence),
        ..Now::default()
    };
    for row in &shop.rules().rows {
        match &row.rule {
            Rule::MaxDiscountPercent(percent) => now.discount = percent.to_string(),
            Rule::FreeDeliveryFrom(sum) => now.free = (sum.kopecks() / 100).to_string(),
            _ => {}
        }
    }
    Ok(now)
}

/// `POST /replays`.
pub(crate) async fn start(
    Seen(site): Seen,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Failure> {
    let shop = site.admits(&wish.shop)?;
    let o = visit.w.replays();
    let variant = match variant(&wish, o) {
        Ok(variant) => variant,
        Err(problem) => return refused(&site, visit, wish, problem).await,
    };
    let days = i64::from(wish.days.min(3_650));
    let from = boot::clock::now().checked_sub(SignedDuration::from_hours(24 * days));
    let asked = StartReplayRequest {
        shop: shop.to_string(),
        from: match (wish.days, from) {
            (0, _) | (_, Err(_)) => String::new(),
            (_, Ok(from)) => from.to_string(),
        },
        name: wish.name.trim().chars().take(80).collect(),
        variant,
        ..StartReplayRequest::default()
    };
    match site.neighbours.start_replay(asked).await {
        Ok(replay) => {
            let place = format!("/replays/{shop}/{}", super::encode(&replay.id));
            Ok(Redirect::to(&place).into_response())
        }
        Err(status) if is_about_the_wish(&status) => {
            refused(&site, visit, wish, status.message().to_owned()).await
        }
        Err(status) => Err(Failure::Neighbour(Box::new(status))),
    }
}

fn is_about_the_wish(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::InvalidArgument | Code::FailedPrecondition | Code::ResourceExhausted
    )
}

/// The form again, as it was filled, with what is wrong.
async fn refused(
    site: &Site,
    visit: Visit,
    wish: Wish,
    problem: String,
) -> Result<Response, Failure> {
    let mut response = list(site, visit, wish, Some(problem)).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The fields and the words of a file, as one file.
fn variant(wish: &Wish, o: &'static ReplayWords) -> Result<String, String> {
    let number = |text: &str| {
        let plain: String = text.chars().filter(|one| !one.is_whitespace()).collect();
        let plain = plain.trim_end_matches(['%', '₽']).replace(',', ".");
        let known = plain
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite());
        match known {
            Some(number) => Ok(number),
            None => Err(format!("{} {text}", o.no_number)),
        }
    };
    let fields = [
        ("confidence", &wish.confidence),
        ("max_discount_percent", &wish.discount),
        ("free_delivery_from", &wish.free),
    ];
    let (mut head, mut rules) = (String::new(), String::new());
    for (name, text) in fields
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
    {
        let number = number(text)?;
        if wish.more.contains(name) {
            return Err(format!("{} {name}", o.twice));
        }
        let line = format!("{name} = {number}\n");
        match name {
            "confidence" => head.push_str(&line),
            _ => rules.push_str(&line),
        }
    }
    let more = wish.more.replace("\r\n", "\n");
    if rules.is_empty() {
        return Ok(format!("{head}{more}"));
    }
    // A table may be opened once only: the fields go into the one that is there.
    match more.split_once("[rules]") {
        Some((before, after)) => Ok(format!("{head}{before}[rules]\n{rules}{after}")),
        None => Ok(format!("{head}{more}\n[rules]\n{rules}")),
    }
}

/// `GET /replays/{shop}/{id}`.
pub(crate) async fn one(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let replays = site.neighbours.replays(&shop).await?;
    let replay = replays.into_iter().find(|replay| replay.id == id);
    let replay = replay.ok_or(Failure::NotFound)?;
    let f = Frame::new(&site, visit, "replays").await?;
    let o = f.w.replays();
    let (state, kind) = state_of(&replay, o);
    page(&One {
        name: name_of(&replay, o),
        running: is_running(&replay),
        done: replay.conversations_done,
        all: replay.conversations.max(1),
        sums: replay
            .summary
            .as_ref()
            .map_or_else(Vec::new, |sum| sums(sum, o)),
        problem: replay.problem,
        o,
        f,
        shop,
        id,
        state,
        kind,
    })
}

fn is_running(replay: &Replay) -> bool {
    replay.state() == ReplayState::Running
}

fn name_of(replay: &Replay, o: &'static ReplayWords) -> String {
    let name = replay.asked.as_ref().map_or("", |asked| asked.name.trim());
    match name {
        "" => o.usual_name.to_owned(),
        name => name.to_owned(),
    }
}

fn state_of(replay: &Replay, o: &'static ReplayWords) -> (&'static str, &'static str) {
    match replay.state() {
        ReplayState::Running => (o.running, "seller"),
        ReplayState::Done => (o.done, "bot"),
        ReplayState::Stopped => (o.stopped, "closed"),
        ReplayState::Failed | ReplayState::Unspecified => (o.failed, "waiting_for_seller"),
    }
}

fn sums(sum: &ReplaySummary, o: &'static ReplayWords) -> Vec<(&'static str, String)> {
    let money = |kopecks| state::money(Kopecks::new(kopecks));
    let discounts = format!(
        "{} → {}",
        money(sum.discounts_baseline_kopecks),
        money(sum.discounts_candidate_kopecks)
    );
    vec![
        (o.turns, sum.turns.to_string()),
        (o.same, sum.same.to_string()),
        (o.changed, sum.changed.to_string()),
        (o.drifted, sum.drifted.to_string()),
        (o.handovers_gained, sum.handovers_gained.to_string()),
        (o.handovers_lost, sum.handovers_lost.to_string()),
        (o.orders_changed, sum.orders_changed.to_string()),
        (o.discounts, discounts),
    ]
}

/// `POST /replays/{shop}/{id}/stop`.
pub(crate) async fn stop(
    Seen(site): Seen,
    _visit: Visit,
    Path((shop, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    site.neighbours.stop_replay(&shop, &id).await?;
    let place = format!("/replays/{}/{}", super::encode(&shop), super::encode(&id));
    Ok(Redirect::to(&place).into_response())
}

/// `GET /replays/{shop}/{id}/report`: the page of the report, which may do nothing.
pub(crate) async fn report(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let report = site.neighbours.report(&shop, &id, visit.w.code).await?;
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(REPORT_POLICY),
        ),
        (
            header::X_FRAME_OPTIONS,
            HeaderValue::from_static("SAMEORIGIN"),
        ),
    ];
    Ok((headers, Html(report.html)).into_response())
}

/// `GET /replays/{shop}/{id}/report.json`.
pub(crate) async fn json(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let report = site.neighbours.report(&shop, &id, visit.w.code).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"report.json\""),
        ),
    ];
    Ok((headers, report.json).into_response())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::web::words;

    fn written(confidence: &str, discount: &str, more: &str) -> Result<String, String> {
        let wish = Wish {
            confidence: confidence.to_owned(),
            discount: discount.to_owned(),
            more: more.to_owned(),
            ..Wish::default()
        };
        variant(&wish, words::of(&HeaderMap::new()).replays())
    }

    #[test]
    fn fields_and_the_words_of_a_file_become_one_file() {
        assert_eq!(written("", " ", ""), Ok(String::new()));
        assert_eq!(written("0,7", "", ""), Ok("confidence = 0.7\n".to_owned()));
        assert_eq!(
            written("0.7", "12 %", "[settings]\r\ngreeting = \"Да\""),
            Ok("confidence = 0.7\n[settings]\ngreeting = \"Да\"\n[rules]\nmax_discount_percent = 12\n"
                .to_owned())
        );
        assert_eq!(
            written("", "12", "[rules]\nmin_order = 1"),
            Ok("[rules]\nmax_discount_percent = 12\n\nmin_order = 1".to_owned())
        );
    }

    #[test]
    fn what_is_no_number_or_said_twice_is_told_by_name() {
        assert!(written("много", "", "").unwrap_err().contains("много"));
        assert!(written("inf", "", "").is_err());
        let twice = written("0.5", "", "confidence = 0.6").unwrap_err();
        assert!(twice.contains("confidence"), "{twice}");
    }
}
