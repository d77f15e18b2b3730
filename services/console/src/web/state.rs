//! What a conversation's events fold into, for people; at whatever moment they were folded up to.

use std::collections::BTreeSet;

use domain::{Article, Conversation};
use eventlog::EventLog;
use jiff::Timestamp;
use schemas::{
    AggregateKey, Kopecks, Recorded, ShopId, Sku,
    conversation::{Actor, Asked, ConversationEvent as Event},
    stock::Quantity,
};

use super::{Failure, moments::Clock, words::Words};

/// How many articles are looked up beside a conversation.
const ARTICLES: usize = 12;

/// One thing that is known.
pub(crate) struct Known {
    pub(crate) label: &'static str,
    pub(crate) values: Vec<String>,
}

/// An article as the sheet last said before that moment.
pub(crate) struct Product {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) price: String,
    pub(crate) quantity: String,
    /// Which revision of the sheet, and the row.
    pub(crate) source: String,
}

/// An amount as people of the shop write it.
pub(crate) fn money(amount: Kopecks) -> String {
    let kopecks = amount.kopecks();
    let (rubles, rest) = (kopecks / 100, (kopecks % 100).abs());
    let digits = rubles.abs().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    let sign = if kopecks < 0 { "−" } else { "" };
    if rest == 0 {
        format!("{sign}{grouped}\u{a0}₽")
    } else {
        format!("{sign}{grouped},{rest:02}\u{a0}₽")
    }
}

/// How much there is.
pub(crate) fn quantity(quantity: &Quantity, w: &'static Words) -> String {
    match quantity {
        Quantity::Pieces(pieces) => format!("{pieces} {}", w.pieces),
        Quantity::Some => w.in_stock.to_owned(),
        Quantity::OnOrder => w.on_order.to_owned(),
    }
}

/// What is known of a conversation.
pub(crate) fn known(
    state: &Conversation,
    events: &[&Recorded<Event>],
    clock: &Clock,
    name: &dyn Fn(&Actor) -> String,
) -> Vec<Known> {
    let w = clock.w;
    let mut rows = Vec::new();
    let mut row = |label: &'static str, values: Vec<String>| {
        if !values.is_empty() {
            rows.push(Known { label, values });
        }
    };
    let mut owner = w.owner_of(state.owner().as_str()).to_owned();
    if let Some(holder) = state.holder() {
        owner = format!("{owner}: {}", name(holder));
    }
    row(w.holder, vec![owner]);
    if let Some(open) = state.handoff() {
        let reason = w.reason_of(open.reason.as_str());
        let since = clock.tell(open.since).short;
        row(w.reason, vec![format!("{reason} · {since}")]);
    }
    let pending = state.pending().iter();
    let pending = pending.map(|message| match message.words() {
        "" => w.no_words.to_owned(),
        words => format!("«{words}»"),
    });
    row(w.waits_for, pending.collect());
    row(
        w.focus,
        state.focus().iter().map(ToString::to_string).collect(),
    );
    let list = state.list().map_or(&[][..], |list| list.items.as_slice());
    let list = list.iter().zip(1..);
    row(
        w.list,
        list.map(|(sku, place)| format!("{place}. {sku}")).collect(),
    );
    let offers = state.offers().iter().rev().take(6);
    let offers = offers.map(|offer| {
        let from = match offer.from_pieces {
            0 | 1 => String::new(),
            pieces => format!(" {} {pieces} {}", w.offer_from, w.pieces),
        };
        let until = clock.tell(offer.valid_until).short;
        let price = money(offer.price);
        format!("{}{from}: {price}, {} {until}", offer.sku, w.until)
    });
    row(w.offers, offers.collect());
    row(w.cart, cart(state));
    let orders = state.orders().iter().map(|order| {
        let total = money(order.terms.total);
        format!("{} · {total}", order.id.code())
    });
    row(w.orders().orders, orders.collect());
    if let Some(asked) = state.asked() {
        row(w.bot_asked, vec![asked_of(asked, w).to_owned()]);
    }
    let language = state
        .language()
        .map(|language| language.as_str().to_owned());
    row(w.language, language.into_iter().collect());
    if let Some(address) = state.address() {
        let channel = w.channel_of(address.channel.as_str());
        row(
            w.channel,
            vec![format!(
                "{channel} · {} · {}",
                address.account, address.chat
            )],
        );
    }
    row(
        w.listing,
        state.listing().iter().map(ToString::to_string).collect(),
    );
    let routed = events
        .iter()
        .rev()
        .find_map(|recorded| match &recorded.event {
            Event::TurnRouted(routed) => Some(routed),
            _ => None,
        });
    if let Some(routed) = routed {
        let threshold = format!("{} {}", w.threshold, w.decimal(routed.threshold, 2));
        row(
            w.versions,
            vec![routed.model.clone(), routed.bank.clone(), threshold],
        );
    }
    rows
}

/// What the bot waits to hear.
fn asked_of(asked: &Asked, w: &'static Words) -> &'static str {
    match asked {
        Asked::Product { .. } => w.asked_product,
        Asked::Place { .. } => w.asked_place,
        Asked::Meaning { .. } => w.asked_meaning,
        Asked::Purpose { .. } => w.asked_purpose,
        Asked::Detail { .. } => w.asked_detail,
        Asked::Confirm => w.asked_confirm,
        Asked::Cancel { .. } => w.asked_cancel,
        Asked::MailAddress | Asked::MailCode => w.asked_mail,
        Asked::SameProduct { .. } => w.asked_same,
    }
}

/// The cart as the buyer had read it, a line each, and its sum.
fn cart(state: &Conversation) -> Vec<String> {
    let lines = &state.deal().cart.lines;
    let mut rows: Vec<String> = lines
        .iter()
        .map(|line| format!("{} × {} — {}", line.name, line.pieces, money(line.price)))
        .collect();
    let sums = lines.iter().map(|line| {
        let price = line.price.kopecks();
        price.saturating_mul(i64::from(line.pieces))
    });
    if lines.len() > 1 {
        rows.push(format!("= {}", money(Kopecks::new(sums.sum()))));
    }
    rows
}

/// The articles that a conversation was about lately, as they were known at `until`.
pub(crate) async fn products(
    log: &EventLog,
    shop: &ShopId,
    state: &Conversation,
    until: Option<Timestamp>,
    w: &'static Words,
) -> Result<Vec<Product>, Failure> {
    let listed = state.list().map_or(&[][..], |list| list.items.as_slice());
    let offered = state.offers().iter().rev().map(|offer| &offer.sku);
    let mut seen = BTreeSet::new();
    let about = state.focus().into_iter().chain(listed).chain(offered);
    let about: Vec<&Sku> = about
        .filter(|sku| seen.insert(*sku))
        .take(ARTICLES)
        .collect();
    let mut products = Vec::new();
    for sku in about {
        let key = AggregateKey::stock(shop, sku);
        let article = match until {
            Some(until) => log.load_until::<Article>(&key, until).await?.state,
            None => log.load::<Article>(&key).await?.state,
        };
        products.push(product(sku, &article, w));
    }
    Ok(products)
}

fn product(sku: &Sku, article: &Article, w: &'static Words) -> Product {
    let Some(shown) = article.shown() else {
        return Product {
            sku: sku.to_string(),
            name: w.not_in_sheet.to_owned(),
            price: String::new(),
            quantity: String::new(),
            source: String::new(),
        };
    };
    let revision: String = shown.source.revision.chars().take(8).collect();
    Product {
        sku: sku.to_string(),
        name: shown.product.name.clone(),
        price: money(shown.product.price),
        quantity: quantity(&shown.product.quantity, w),
        source: format!("{revision} · {} {}", w.row, shown.source.row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_show_kopecks_only_when_there_are_any() {
        let plain = |kopecks| money(Kopecks::new(kopecks)).replace('\u{a0}', " ");
        assert_eq!(plain(249_000), "2 490 ₽");
        assert_eq!(plain(99_900), "999 ₽");
        assert_eq!(plain(123_456_789), "1 234 567,89 ₽");
        assert_eq!(plain(0), "0 ₽");
        assert_eq!(plain(-150), "−1,50 ₽");
    }
}
