//! `GET /orders/{shop}/{order}`: one order with its sums and its history, and what can be done about it. Its PDF comes from
//! the invoicer. What somebody wants done goes the way of every deed, over the desk.

mod form;

use std::time::Duration;

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::Desk;
use proto::cart::{Line as Article, Order};
use schemas::{
    AggregateKey, EventData as _, Kopecks, OrderId, Recorded, RequestId, ShopId,
    conversation::{Actor, ConversationEvent as Event, OrderMark},
    desk::ChatDeed,
};
use serde::Deserialize;
use tokio::time::Instant;

use super::{
    Failure, Seen, Site, chat,
    deeds::{self, Told},
    frame::{Frame, Visit},
    moments::{Clock, Moment},
    orders, page, state,
    words::OrderWords,
};
use crate::story::{Story, Until};
use form::{deed, field, rubles};

/// How long a page waits for the rows to be as new as the log.
const BEHIND: Duration = Duration::from_secs(2);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(30);
/// Which view of it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct View {
    /// Tell what came of this.
    #[serde(default)]
    asked: Option<RequestId>,
}

struct Line {
    sku: String,
    name: String,
    pieces: u32,
    price: String,
    /// The price of the sheet, when another was agreed.
    list: Option<String>,
    sum: String,
    /// The price as a field has it.
    rubles: String,
}

struct Step {
    moment: Moment,
    what: &'static str,
    who: String,
    detail: String,
}

/// What can be done.
#[expect(clippy::struct_excessive_bools, reason = "each is a button")]
struct Acts {
    decide: bool,
    mark: bool,
    paid: bool,
    shipped: bool,
    delivered: bool,
    returned: bool,
}

impl Acts {
    const fn any(&self) -> bool {
        self.decide || self.mark
    }
}

#[derive(Template)]
#[template(path = "order.html")]
struct Page {
    f: Frame,
    o: &'static OrderWords,
    shop: String,
    conversation: String,
    code: String,
    here: String,
    chat: String,
    channel: &'static str,
    stage: &'static str,
    kind: &'static str,
    marks: Vec<&'static str>,
    lines: Vec<Line>,
    delivery: Option<(String, String)>,
    delivery_rubles: Option<String>,
    total: String,
    list_total: Option<String>,
    facts: Vec<(&'static str, String)>,
    invoice: Option<u64>,
    history: Vec<Step>,
    acts: Acts,
    revision: u32,
    told: Option<Told>,
    nonce: String,
}

/// `GET /orders/{shop}/{order}`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let (order, story) = find(&site, &shop, &id).await?;
    let key = chat::key(&shop, &order.conversation)?;
    let f = Frame::new(&site, visit, "orders").await?;
    let (w, clock) = (f.w, f.clock(&shop));
    let o = w.orders();
    let desk = AggregateKey::desk(key.shop_id());
    let desk = site.log.load::<Desk>(&desk).await?.state;
    let name = |by: &Actor| chat::person(by, &desk, &f.name, w);
    let told = view
        .asked
        .and_then(|request| deeds::told(&desk, request, &name, w));
    let about: OrderId = order.id.parse().map_err(|_| Failure::NotFound)?;
    let history = history(&story, about, &clock, &name);
    let (stage, kind) = orders::stage_of(&order.stage, o);
    let address = story.state.address();
    let shipped = order.delivery.as_ref().filter(|how| how.way == "shipped");
    page(&Page {
        lines: order.lines.iter().map(line).collect(),
        delivery: order.delivery.as_ref().map(|how| match shipped {
            None => (o.pickup.to_owned(), String::new()),
            Some(_) => {
                let place = [how.place.as_str(), how.address.as_str()];
                let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
                (place.join(", "), state::money(Kopecks::new(how.price)))
            }
        }),
        delivery_rubles: shipped.map(|how| rubles(how.price)),
        total: state::money(Kopecks::new(order.total)),
        list_total: (order.list_total > order.total)
            .then(|| state::money(Kopecks::new(order.list_total))),
        facts: facts(&order, &clock, o),
        invoice: (order.invoice > 0).then_some(order.invoice),
        marks: order
            .marks
            .iter()
            .map(|mark| orders::mark_of(&mark.what, o))
            .collect(),
        acts: acts(&order),
        revision: order.revision,
        channel: address.map_or("?", |address| w.channel_of(address.channel.as_str())),
        here: format!("/orders/{shop}/{}", order.id),
        chat: format!("/c/{shop}/{}", order.conversation),
        conversation: order.conversation,
        code: order.code,
        nonce: boot::id::token(),
        o,
        f,
        shop,
        stage,
        kind,
        history,
        told,
    })
}

/// An order as of everything that the log has of it, and the story of its chat.
async fn find(site: &Site, shop: &str, id: &str) -> Result<(Order, Story), Failure> {
    let shop = ShopId::new(shop).map_err(|_| Failure::NotFound)?;
    let order: OrderId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut row = site.neighbours.order(shop.as_str(), id).await?;
    let key = chat::key(shop.as_str(), &row.conversation)?;
    let story = Story::read(&site.log, &key, Until::Now);
    let story = story.await.map_err(Failure::Log)?;
    let events = story.events.iter().rev();
    let mut about = events.filter(|recorded| recorded.event.order() == Some(order));
    let newest = about.next().map_or(0, |event| event.version);
    drop(about);
    let deadline = Instant::now() + BEHIND;
    while row.version < newest && Instant::now() < deadline {
        tokio::time::sleep(LOOK).await;
        row = site.neighbours.order(shop.as_str(), id).await?;
    }
    Ok((row, story))
}

fn line(line: &Article) -> Line {
    Line {
        sku: line.sku.clone(),
        name: line.name.clone(),
        pieces: line.pieces,
        price: state::money(Kopecks::new(line.price)),
        list: (line.list_price != line.price).then(|| state::money(Kopecks::new(line.list_price))),
        sum: state::money(Kopecks::new(line.sum)),
        rubles: rubles(line.price),
    }
}

fn facts(order: &Order, clock: &Clock, o: &'static OrderWords) -> Vec<(&'static str, String)> {
    let recipient = order.recipient.clone().unwrap_or_default();
    let mut facts = vec![
        (o.name, recipient.name),
        (o.phone, recipient.phone),
        (o.email, recipient.email),
    ];
    if !order.expires_at.is_empty() && order.stage == "placed" {
        let until = clock.tell(orders::moment(&order.expires_at));
        facts.push((o.decide_until, until.short));
    }
    facts.push((o.because, order.because.clone()));
    facts.push((o.reason, order.reason.clone()));
    for mark in order.marks.iter().filter(|mark| !mark.tracking.is_empty()) {
        facts.push((o.tracking, mark.tracking.clone()));
    }
    for short in &order.short {
        facts.push((
            o.short,
            format!("{}: {} / {}", short.sku, short.left, short.wanted),
        ));
    }
    facts.retain(|(_, value)| !value.trim().is_empty());
    facts
}

fn acts(order: &Order) -> Acts {
    let marked = |what| orders::is_marked(order, what);
    let approved = order.stage == "approved" && !marked("returned");
    Acts {
        decide: order.stage == "placed",
        mark: approved,
        paid: !marked("paid"),
        shipped: !marked("shipped") && !marked("delivered"),
        delivered: !marked("delivered"),
        returned: true,
    }
}

/// What happened to the order, oldest first.
fn history(
    story: &Story,
    order: OrderId,
    clock: &Clock,
    name: &dyn Fn(&Actor) -> String,
) -> Vec<Step> {
    let events = story.events.iter();
    let events = events.filter(|recorded| recorded.event.order() == Some(order));
    events.map(|recorded| step(recorded, clock, name)).collect()
}

fn step(recorded: &Recorded<Event>, clock: &Clock, name: &dyn Fn(&Actor) -> String) -> Step {
    let o = clock.w.orders();
    let mut step = Step {
        moment: clock.tell(recorded.meta.time),
        what: "",
        who: String::new(),
        detail: String::new(),
    };
    let total = |terms: &schemas::conversation::OrderTerms| state::money(terms.total);
    match &recorded.event {
        Event::OrderSubmitted(event) => {
            (step.what, step.detail) = (o.did_submit, total(&event.terms));
        }
        Event::OrderPlaced(event) => {
            (step.what, step.detail) = (o.did_place, event.because.clone());
        }
        Event::OrderDeclined(event) => {
            let short = event.short.iter();
            let short = short.map(|one| format!("{}: {} / {}", one.sku, one.left, one.wanted));
            (step.what, step.detail) = (o.did_decline, short.collect::<Vec<_>>().join(", "));
        }
        Event::OrderAmended(event) => {
            (step.what, step.who) = (o.did_amend, name(&event.by));
            step.detail = total(&event.terms);
        }
        Event::OrderApproved(event) => (step.what, step.who) = (o.did_approve, name(&event.by)),
        Event::OrderRejected(event) => {
            (step.what, step.who) = (o.did_reject, name(&event.by));
            step.detail.clone_from(&event.reason);
        }
        Event::OrderCancelled(_) => step.what = o.did_cancel,
        Event::OrderExpired(_) => step.what = o.did_expire,
        Event::OrderMarked(event) => {
            step.who = name(&event.by);
            step.what = match &event.mark {
                OrderMark::Paid => o.is_paid,
                OrderMark::Shipped { tracking } => {
                    step.detail = tracking.clone().unwrap_or_default();
                    o.is_shipped
                }
                OrderMark::Delivered => o.is_delivered,
                OrderMark::Returned => o.is_returned,
            };
        }
        Event::OrderInvoiced(event) => {
            (step.what, step.detail) = (o.did_invoice, format!("№ {}", event.invoice));
        }
        other => step.detail = other.type_name().to_owned(),
    }
    step
}

/// `POST /orders/{shop}/{order}/deeds`.
pub(crate) async fn ask(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let order: OrderId = id.parse().map_err(|_| Failure::NotFound)?;
    let row = site.neighbours.order(&shop, &id).await?;
    let key = chat::key(&shop, &row.conversation)?;
    let what = deed(&form).map_err(Failure::BadRequest)?;
    let nonce = field(&form, "nonce").unwrap_or_default();
    let content = serde_json::to_string(&what).unwrap_or_default();
    let request = deeds::request(nonce, &visit.name, &key, &[&id, &content])?;
    let deed = ChatDeed::Order { order, what };
    deeds::record(&site, &key, visit.name, request, None, deed).await?;
    let back = format!("/orders/{shop}/{id}?asked={request}");
    Ok(Redirect::to(&back).into_response())
}

/// `GET /invoices/{shop}/{number}`: the PDF.
pub(crate) async fn invoice(
    Seen(site): Seen,
    _visit: Visit,
    Path((shop, number)): Path<(String, u64)>,
) -> Result<Response, Failure> {
    let invoice = site.neighbours.invoice(&shop, number).await?;
    let plain = |one: &char| one.is_ascii_alphanumeric() || "-_.".contains(*one);
    let name: String = invoice.file_name.chars().filter(plain).collect();
    let shown = HeaderValue::from_str(&format!("inline; filename=\"{name}\""));
    let shown = shown.unwrap_or(HeaderValue::from_static("inline"));
    let pdf = HeaderValue::from_static("application/pdf");
    Ok((
        [
            (header::CONTENT_TYPE, pdf),
            (header::CONTENT_DISPOSITION, shown),
        ],
        invoice.pdf,
    )
        .into_response())
}
