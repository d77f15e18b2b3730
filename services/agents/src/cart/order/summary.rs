//! What the buyer says yes to: lines, delivery, total, who it goes to. Every number with its fact.

use language::{Arg, SayError, money};
use schemas::{
    Kopecks,
    conversation::{Checkout, Delivery, Fact, FactSource, OrderTerms},
};

use super::talk::{Talk, lines, plain_fact, sum_of};
use crate::{
    delivery::{
        rows::{FreeFrom, is_pickup},
        words::place_name,
    },
    general::about::Said,
};

/// The summary, with the question behind it.
pub(super) fn summary(
    talk: &Talk<'_>,
    terms: &OrderTerms,
    checkout: &Checkout,
) -> Result<Said, SayError> {
    let mut parts = vec![talk.plain("order-summary")?];
    for line in &terms.lines {
        let sum = line.sum().unwrap_or(line.price);
        let args = [
            ("name", Arg::Text(line.name.as_str())),
            ("pieces", Arg::Count(u64::from(line.pieces))),
            ("price", Arg::Money(line.price)),
            ("sum", Arg::Money(sum)),
        ];
        let id = if line.pieces == 1 {
            "order-line-one"
        } else {
            "order-line"
        };
        parts.push(Said {
            text: talk.say(id, &args)?,
            facts: talk.line_facts(line),
        });
    }
    if checkout.as_last_time {
        parts.push(talk.plain("order-as-last-time")?);
    }
    parts.push(delivery(talk, terms)?);
    parts.push(recipient(talk, checkout)?);
    parts.push(total(talk, terms)?);
    parts.push(talk.plain("order-confirm")?);
    Ok(lines(parts))
}

fn total(talk: &Talk<'_>, terms: &OrderTerms) -> Result<Said, SayError> {
    let mut sums: Vec<Kopecks> = terms.lines.iter().filter_map(|line| line.sum()).collect();
    sums.push(terms.delivery.price());
    Ok(Said {
        text: talk.say("order-total", &[("total", Arg::Money(terms.total))])?,
        facts: vec![plain_fact(
            "order.total",
            terms.total.to_string(),
            sum_of(&sums),
        )],
    })
}

fn delivery(talk: &Talk<'_>, terms: &OrderTerms) -> Result<Said, SayError> {
    let Delivery::Shipped {
        place,
        address,
        price,
        days,
        source,
        ..
    } = &terms.delivery
    else {
        return pickup(talk);
    };
    let language = talk.question.language;
    let mut facts: Vec<Fact> = Vec::new();
    let town = place_name(language, place);
    let mut to = town;
    if let Some(address) = address {
        to = format!("{to}, {}", address.text());
        facts.push(plain_fact(
            "buyer.address",
            address.text().to_owned(),
            talk.buyer(),
        ));
    }
    let row = source.as_ref().map(|source| source.row);
    if let Some(row) = row {
        facts.push(talk.of_delivery("delivery.price", price.to_string(), row));
        facts.extend(
            days.clone()
                .map(|days| talk.of_delivery("delivery.days", days, row)),
        );
    } else {
        let said = FactSource::Computed("what the seller said of the delivery".to_owned());
        facts.push(plain_fact("delivery.price", price.to_string(), said));
    }
    if *price == Kopecks::new(0) {
        facts.extend(free_fact(talk));
    }
    let cost = if *price == Kopecks::new(0) {
        talk.say("delivery-free", &[])?
    } else {
        money(language, *price)
    };
    let args = [
        ("to", Arg::Text(to.as_str())),
        ("cost", Arg::Text(cost.as_str())),
    ];
    let text = match days {
        Some(days) => {
            let [to, cost] = args;
            talk.say(
                "order-delivery-days",
                &[to, cost, ("days", Arg::Text(days.as_str()))],
            )?
        }
        None => talk.say("order-delivery", &args)?,
    };
    Ok(Said { text, facts })
}

/// The rule by which it is free.
fn free_fact(talk: &Talk<'_>) -> Option<Fact> {
    let rules = talk.world.shop.rules();
    let free = FreeFrom::of(&rules.rows)?;
    let (name, value) = ("rule.free_delivery_from", free.from.to_string());
    Some(talk.of_tab("rules", &rules.revision, name, value, free.sum.row))
}

/// Where it is fetched, as far as the seller says so.
fn pickup(talk: &Talk<'_>) -> Result<Said, SayError> {
    let rows = &talk.world.shop.delivery().rows;
    let row = rows.iter().find(|row| is_pickup(row));
    let terms = row.and_then(|row| Some((row, row.days.as_deref()?.trim())));
    let mut words: Vec<String> = Vec::new();
    let mut facts = Vec::new();
    if let Some((row, terms)) = terms.filter(|(_, terms)| !terms.is_empty()) {
        facts.push(talk.of_delivery("delivery.days", terms.to_owned(), row.row));
        words.push(terms.to_owned());
    }
    if let Some((address, fact)) = talk.about().told(schemas::shop::Setting::Address)
        && !words.iter().any(|said| said.contains(address))
    {
        facts.push(fact);
        words.push(address.to_owned());
    }
    let text = if words.is_empty() {
        talk.say("order-pickup-to-be-told", &[])?
    } else {
        let place = words.join(", ");
        talk.say("order-pickup", &[("place", Arg::Text(place.as_str()))])?
    };
    Ok(Said { text, facts })
}

/// Name and contact, shown to the buyer whose they are.
fn recipient(talk: &Talk<'_>, checkout: &Checkout) -> Result<Said, SayError> {
    let recipient = &checkout.recipient;
    let source = match (&talk.world.last, checkout.as_last_time) {
        (Some(last), true) => FactSource::Order(last.order),
        (Some(_) | None, _) => talk.buyer(),
    };
    let told = [
        ("buyer.name", &recipient.name),
        ("buyer.phone", &recipient.phone),
        ("buyer.email", &recipient.email),
    ];
    let (mut words, mut facts) = (Vec::new(), Vec::new());
    for (name, value) in told {
        if let Some(value) = value {
            words.push(value.text());
            facts.push(plain_fact(name, value.text().to_owned(), source.clone()));
        }
    }
    let who = words.join(", ");
    Ok(Said {
        text: talk.say("order-recipient", &[("who", Arg::Text(who.as_str()))])?,
        facts,
    })
}
