//! `GET /orders`: a shop's orders, those that wait for a yes first; filtered, or found by code, buyer or article.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::Query, response::Response};
use proto::cart::Order;
use schemas::Kopecks;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Failure, Seen, Site,
    frame::{Frame, Visit},
    moments::{Clock, Moment},
    page, state,
    words::OrderWords,
};

/// How many are shown.
const SHOWN: usize = 200;
const CHANNELS: [&str; 3] = ["avito", "telegram", "web"];
/// What the tabs are about: the name in the address, and which orders.
const TABS: [&str; 6] = ["", "waiting", "unpaid", "paid", "shipped", "closed"];

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) shop: String,
    #[serde(default)]
    pub(crate) stage: String,
    #[serde(default)]
    pub(crate) channel: String,
    #[serde(default)]
    pub(crate) q: String,
}

struct Tab {
    link: String,
    name: &'static str,
    count: usize,
    chosen: bool,
}

struct Line {
    link: String,
    anchor: String,
    code: String,
    who: String,
    what: String,
    total: String,
    stage: &'static str,
    kind: &'static str,
    marks: Vec<&'static str>,
    channel: &'static str,
    moment: Moment,
    waits: bool,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct Orders {
    f: Frame,
    o: &'static OrderWords,
    shop: String,
    wanted: Wanted,
    tabs: Vec<Tab>,
    channels: Vec<(&'static str, &'static str)>,
    lines: Vec<Line>,
    full: bool,
    filtered: bool,
}

/// `GET /orders`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    wanted.q = wanted.q.trim().to_owned();
    let f = Frame::new(&site, visit, "orders").await?;
    let shop = f.shop(&wanted.shop).map(|shop| shop.id.clone());
    let shop = shop.unwrap_or_default();
    let orders = match shop.as_str() {
        "" => Vec::new(),
        shop => site.neighbours.orders(shop).await?,
    };
    let chats = chats(&site, &shop, &orders).await?;
    let channel = |order: &Order| chats.get(&order.conversation).map_or("", |chat| &chat.0);
    let mut found: Vec<&Order> = orders
        .iter()
        .filter(|order| wanted.channel.is_empty() || channel(order) == wanted.channel)
        .filter(|order| {
            let name = chats.get(&order.conversation).map_or("", |chat| &chat.1);
            matches(order, name, &wanted.q)
        })
        .collect();
    let tabs = tabs(&found, &wanted, f.w.orders());
    found.retain(|order| belongs(order, &wanted.stage));
    // Who waits comes first; the rest stays as it came, the newest first.
    found.sort_by_key(|order| order.stage != "placed");
    let full = found.len() > SHOWN;
    let clock = f.clock(&shop);
    let lines = found.into_iter().take(SHOWN);
    let lines = lines.map(|order| line(order, &shop, chats.get(&order.conversation), &clock));
    let filtered = [&wanted.stage, &wanted.channel, &wanted.q]
        .iter()
        .any(|part| !part.is_empty());
    page(&Orders {
        lines: lines.collect(),
        channels: CHANNELS.map(|name| (name, f.w.channel_of(name))).to_vec(),
        o: f.w.orders(),
        f,
        shop,
        wanted,
        tabs,
        full,
        filtered,
    })
}

/// Channel and buyer of each conversation that something was ordered in.
async fn chats(
    site: &Site,
    shop: &str,
    orders: &[Order],
) -> Result<BTreeMap<String, (String, String)>, Failure> {
    let ids = orders
        .iter()
        .map(|order| order.conversation.parse::<Uuid>());
    let ids: Vec<Uuid> = ids.filter_map(Result::ok).collect();
    let mut reading = site.rows(shop).await?;
    let rows: Vec<(Uuid, String, Option<String>)> =
        sqlx::query_as("SELECT id, channel, buyer_name FROM conversation WHERE id = ANY($1)")
            .bind(ids)
            .fetch_all(&mut *reading)
            .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, channel, name)| (id.to_string(), (channel, name.unwrap_or_default())))
        .collect())
}

/// Whether the words looked for are in the order: its code, its buyer, or an article.
fn matches(order: &Order, name: &str, q: &str) -> bool {
    let recipient = order.recipient.clone().unwrap_or_default();
    let articles = order.lines.iter().flat_map(|line| [&line.sku, &line.name]);
    let mut hay: Vec<String> = articles.map(|text| text.to_lowercase()).collect();
    for text in [
        order.code.as_str(),
        &order.code.replace('-', ""),
        name,
        &recipient.name,
        &recipient.phone,
        &recipient.email,
    ] {
        hay.push(text.to_lowercase());
    }
    let mut words = q.split_whitespace().map(str::to_lowercase);
    words.all(|word| hay.iter().any(|text| text.contains(&word)))
}

pub(crate) fn is_marked(order: &Order, what: &str) -> bool {
    order.marks.iter().any(|mark| mark.what == what)
}

/// Whether an order is on this tab.
fn belongs(order: &Order, tab: &str) -> bool {
    let approved = order.stage == "approved";
    let marked = |what| is_marked(order, what);
    let over = marked("delivered") || marked("returned");
    match tab {
        "" => true,
        "waiting" => order.stage == "placed",
        "unpaid" => approved && !marked("paid") && !over,
        "paid" => approved && marked("paid") && !marked("shipped") && !over,
        "shipped" => approved && marked("shipped") && !over,
        "closed" => over || !(approved || matches!(order.stage.as_str(), "placed" | "submitted")),
        _ => false,
    }
}

fn tabs(orders: &[&Order], wanted: &Wanted, o: &'static OrderWords) -> Vec<Tab> {
    let [shop, channel, q] =
        [&wanted.shop, &wanted.channel, &wanted.q].map(|part| super::encode(part));
    let names = [o.all, o.waiting, o.unpaid, o.paid, o.shipped, o.closed];
    let tabs = TABS.into_iter().zip(names);
    tabs.map(|(tab, name)| Tab {
        link: format!("/orders?shop={shop}&stage={tab}&channel={channel}&q={q}"),
        name,
        count: orders.iter().filter(|order| belongs(order, tab)).count(),
        chosen: wanted.stage == tab,
    })
    .collect()
}

/// How a stage is called, and the class of its colour.
pub(crate) fn stage_of(stage: &str, o: &'static OrderWords) -> (&'static str, &'static str) {
    match stage {
        "submitted" => (o.stage_submitted, "closed"),
        "placed" => (o.stage_placed, "waiting_for_seller"),
        "approved" => (o.stage_approved, "bot"),
        "declined" => (o.stage_declined, "closed"),
        "rejected" => (o.stage_rejected, "closed"),
        "cancelled" => (o.stage_cancelled, "closed"),
        "expired" => (o.stage_expired, "closed"),
        _ => ("?", "closed"),
    }
}

pub(crate) fn mark_of(what: &str, o: &'static OrderWords) -> &'static str {
    match what {
        "paid" => o.is_paid,
        "shipped" => o.is_shipped,
        "delivered" => o.is_delivered,
        "returned" => o.is_returned,
        _ => "?",
    }
}

fn line(order: &Order, shop: &str, chat: Option<&(String, String)>, clock: &Clock) -> Line {
    let w = clock.w;
    let o = w.orders();
    let (stage, kind) = stage_of(&order.stage, o);
    let recipient = order.recipient.as_ref().map_or("", |known| &known.name);
    let name = chat.map_or("", |(_, name)| name.as_str());
    let names = [name, recipient].into_iter();
    let who = names.map(str::trim).find(|name| !name.is_empty());
    let what = order.lines.iter().map(|line| match line.pieces {
        1 => line.name.clone(),
        pieces => format!("{} × {pieces}", line.name),
    });
    let newest = order.marks.last().map(|mark| mark_of(&mark.what, o));
    Line {
        link: format!("/orders/{}/{}", super::encode(shop), order.id),
        anchor: format!("order-{}", order.id),
        code: order.code.clone(),
        who: who.unwrap_or(w.no_name).to_owned(),
        what: what.collect::<Vec<_>>().join(", "),
        total: state::money(Kopecks::new(order.total)),
        stage,
        kind,
        marks: newest.into_iter().collect(),
        channel: chat.map_or("?", |(channel, _)| w.channel_of(channel)),
        moment: clock.tell(moment(&order.submitted_at)),
        waits: order.stage == "placed",
    }
}

/// A moment that a service told; what is none is shown as the beginning of time.
pub(crate) fn moment(text: &str) -> jiff::Timestamp {
    text.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use proto::cart::{Line as Article, Mark, Recipient};

    use super::*;

    fn order(stage: &str, marks: &[&str]) -> Order {
        Order {
            code: "K4T-9QD".to_owned(),
            stage: stage.to_owned(),
            lines: vec![Article {
                sku: "TH-10-GRN".to_owned(),
                name: "Термос «Полярник» 1 л".to_owned(),
                ..Article::default()
            }],
            recipient: Some(Recipient {
                name: "Иван Петров".to_owned(),
                phone: "+79160004567".to_owned(),
                email: String::new(),
            }),
            marks: marks
                .iter()
                .map(|what| Mark {
                    what: (*what).to_owned(),
                    ..Mark::default()
                })
                .collect(),
            ..Order::default()
        }
    }

    #[test]
    fn an_order_is_on_the_tab_of_what_it_waits_for() {
        for (stage, marks, tab) in [
            ("placed", &[][..], "waiting"),
            ("approved", &[], "unpaid"),
            ("approved", &["paid"], "paid"),
            ("approved", &["paid", "shipped"], "shipped"),
            ("approved", &["shipped"], "unpaid"),
            ("approved", &["paid", "shipped", "delivered"], "closed"),
            ("approved", &["paid", "returned"], "closed"),
            ("rejected", &[], "closed"),
            ("expired", &[], "closed"),
        ] {
            let order = order(stage, marks);
            let on: Vec<&str> = TABS
                .into_iter()
                .filter(|tab| belongs(&order, tab))
                .collect();
            assert!(on.contains(&tab), "{stage} {marks:?}: {on:?}");
            assert!(on.contains(&""), "{stage} {marks:?}");
        }
    }

    #[test]
    fn an_order_is_found_by_code_buyer_phone_and_article() {
        let order = order("placed", &[]);
        for q in [
            "k4t-9qd",
            "K4T9",
            "иван",
            "петров термос",
            "0004567",
            "th-10",
            "маша",
        ] {
            assert!(matches(&order, "Маша", q), "{q}");
        }
        for q in ["иван фонарь", "zzz"] {
            assert!(!matches(&order, "Маша", q), "{q}");
        }
    }
}
