//! From a cart to the buyer's yes: what is asked, what is shown, what is submitted.

use domain::conversation::Stage;
use language::{Arg, Consent, SayError, consent, details, gives_up};
use schemas::{
    OrderId, Personal, Sku,
    conversation::{
        Asked, Cart, Checkout, Deal, Detail, Entity, FactSource, Intent, OrderSubmitted,
        OrderTerms, ProductList,
    },
    shop::Policy,
};

use super::{
    after, again,
    apply::{Reason, apply, begin, forget},
    fresh::{Change, can_be_fetched, can_be_sent, delivered, fresh, priced},
    left, limits,
    summary::summary,
    talk::{Talk, cannot, given, lines, of_article},
};
use crate::{
    answer::{Answer, Answered, Step},
    general::about::Said,
    goods::{Found, availability, facts},
    stock::put_into_words,
};

/// Answers what is said of an order that is being made, or begins one.
pub(super) fn answer(talk: &Talk<'_>) -> Result<Step, SayError> {
    let sale = &talk.question.sale;
    let confirms = talk.question.asked == Some(Asked::Confirm);
    if let Some(checkout) = &sale.deal.checkout {
        return go_on_with(talk, &sale.deal.cart, checkout.clone());
    }
    let cart = &sale.deal.cart;
    if let Some(order) = sale.orders.last() {
        // The yes was recorded, maybe by a turn that was withdrawn since: the order answers for it. What was declined
        // is in the cart again.
        let again = order.is_open() && consent(&talk.question.text) == Consent::Yes;
        let declined = matches!(order.stage, Stage::Declined(_)) && order.terms.lines == cart.lines;
        if (cart.is_empty() || declined) && (confirms || again) {
            return after::answer(talk, order);
        }
    }
    if again::is_asked(&talk.question.text) && talk.world.last.is_some() {
        return again::answer(talk);
    }
    if cart.is_empty() {
        return bought(talk);
    }
    if confirms && consent(&talk.question.text) == Consent::No {
        return dropped(talk, cart);
    }
    start(talk, cart, Vec::new())
}

/// Begins an order of a cart, with what the very words tell of the buyer.
pub(super) fn start(talk: &Talk<'_>, cart: &Cart, notes: Vec<Said>) -> Result<Step, SayError> {
    if let Some(said) = too_many_open(talk)? {
        let deal = Deal {
            cart: cart.clone(),
            checkout: None,
        };
        return Ok(given(said, None, Some(deal)));
    }
    let mut checkout = begin(talk, cart);
    let told = details(&talk.question.text, None);
    if let Err(Reason(reason)) = apply(talk, cart, &mut checkout, &told) {
        return Ok(cannot(reason));
    }
    show(talk, cart, checkout, notes)
}

/// Something is to be bought and the cart is empty: what the words or the talk are about.
fn bought(talk: &Talk<'_>) -> Result<Step, SayError> {
    let question = talk.question;
    let Some(found) = &talk.world.found else {
        return empty(talk);
    };
    match found {
        Found::One(shown, _) if shown.product.quantity.in_stock() => {
            let wanted = question.entities.iter().find_map(|entity| match entity {
                Entity::Quantity(pieces) if *pieces > 0 => Some(*pieces),
                _ => None,
            });
            let pieces = wanted.unwrap_or(1);
            let there = left(shown).unwrap_or(pieces);
            let line = priced(talk, shown, pieces.min(there));
            let mut notes = Vec::new();
            if pieces > there {
                notes.push(fewer(talk, &line.name, &line.sku, there)?);
            }
            start(talk, &Cart { lines: vec![line] }, notes)
        }
        Found::Unsaid | Found::Unknown => empty(talk),
        Found::One(..) | Found::Several(..) | Found::OnlyOthers(_) | Found::Earlier(_) => {
            Ok(Step::Answer(put_into_words(question, found)?))
        }
    }
}

fn empty(talk: &Talk<'_>) -> Result<Step, SayError> {
    let asked = Asked::Product {
        intent: Intent::CartAdd,
        text: Personal::new(talk.question.text.clone()),
    };
    Ok(given(talk.plain("order-empty")?, Some(asked), None))
}

/// The next answer of an order that is being made.
fn go_on_with(talk: &Talk<'_>, cart: &Cart, mut checkout: Checkout) -> Result<Step, SayError> {
    let text = &talk.question.text;
    if talk.question.anew {
        // Nobody says yes to what was shown on another day.
        checkout.summary = None;
    }
    if again::is_asked(text) && talk.world.last.is_some() {
        // What is not told yet is as it was last time.
        let known = begin(talk, cart);
        let (recipient, last) = (&mut checkout.recipient, known.recipient);
        recipient.name = recipient.name.take().or(last.name);
        if recipient.phone.is_none() && recipient.email.is_none() {
            (recipient.phone, recipient.email) = (last.phone, last.email);
        }
        checkout.delivery = checkout.delivery.take().or(known.delivery);
        return show(talk, cart, checkout, Vec::new());
    }
    let asked = match &talk.question.asked {
        Some(Asked::Detail { detail }) => Some(*detail),
        _ => None,
    };
    if gives_up(text) {
        return dropped(talk, cart);
    }
    let mut told = details(text, asked);
    let heard = consent(text);
    // Where nothing is sent, "yes" to the question whether it will be fetched is an answer.
    if asked == Some(Detail::Delivery) && heard == Consent::Yes && !can_be_sent(talk) {
        told.pickup = true;
    }
    let changed = match apply(talk, cart, &mut checkout, &told) {
        Ok(changed) => changed,
        Err(Reason(reason)) => return Ok(cannot(reason)),
    };
    let named =
        heard != Consent::Question && asked.is_none_or(|asked| !told.mentioned.contains(&asked));
    let forgotten = named && forget(&mut checkout, &told.mentioned);
    if changed || forgotten {
        return show(talk, cart, checkout, Vec::new());
    }
    if asked.is_none() && talk.question.asked == Some(Asked::Confirm) {
        return match heard {
            Consent::Yes => confirm(talk, cart, checkout),
            Consent::No | Consent::Change => {
                // A yes that follows is a yes to nothing that was shown.
                checkout.summary = None;
                let deal = deal(cart, checkout);
                Ok(given(
                    talk.plain("order-what-to-change")?,
                    Some(Asked::Confirm),
                    Some(deal),
                ))
            }
            Consent::Question | Consent::Unclear => {
                let said = talk.plain("order-yes-or-no")?;
                Ok(given(said, Some(Asked::Confirm), None))
            }
        };
    }
    let notes = match asked {
        // What was told is known already, or says nothing.
        Some(_) if !told.has_value() => vec![talk.plain("order-not-understood")?],
        Some(_) | None => Vec::new(),
    };
    show(talk, cart, checkout, notes)
}

/// The buyer wants no order; the cart stays.
fn dropped(talk: &Talk<'_>, cart: &Cart) -> Result<Step, SayError> {
    let deal = Deal {
        cart: cart.clone(),
        checkout: None,
    };
    let id = if cart.is_empty() {
        "order-dropped-empty"
    } else {
        "order-dropped"
    };
    Ok(given(talk.plain(id)?, None, Some(deal)))
}

/// The buyer says yes: if everything is still as it was shown, it is ordered.
fn confirm(talk: &Talk<'_>, cart: &Cart, checkout: Checkout) -> Result<Step, SayError> {
    let sale = &talk.question.sale;
    let Some(shown) = checkout
        .summary
        .clone()
        .filter(|_| checkout.missing().is_none())
    else {
        return show(talk, cart, checkout, Vec::new());
    };
    let now = fresh(talk, cart);
    let terms = terms(talk, &now.cart, &checkout);
    if !now.changes.is_empty() || terms.as_ref() != Some(&shown) {
        return show(talk, cart, checkout, Vec::new());
    }
    if let Some(said) = too_many_open(talk)? {
        return Ok(given(said, None, Some(deal(cart, checkout))));
    }
    let (Some(conversation), Some((_, messages))) = (sale.conversation, &sale.turn) else {
        return Ok(cannot(format!(
            "the buyer says yes to an order for {}, and the chat is a person's",
            shown.total
        )));
    };
    let id = OrderId::derive(&[&conversation.to_string(), &checkout.id.to_string()]);
    Ok(Step::Submit(Box::new(OrderSubmitted {
        order: id,
        messages: messages.clone(),
        terms: shown,
        recipient: checkout.recipient,
    })))
}

/// That no further order is taken while so many wait for the seller, each of which holds its pieces; `None`: one may be.
fn too_many_open(talk: &Talk<'_>) -> Result<Option<Said>, SayError> {
    let settings = talk.world.shop.settings();
    let most = settings.map_or_else(Policy::default, |settings| settings.policy.clone());
    let orders = talk.question.sale.orders.iter();
    let open: Vec<_> = orders
        .chain(&talk.world.elsewhere)
        .filter(|order| order.is_open())
        .collect();
    if u64::try_from(open.len()).is_ok_and(|open| open < most.open_orders) {
        return Ok(None);
    }
    let (codes, facts): (Vec<_>, Vec<_>) = open.iter().map(|order| Talk::code(order)).unzip();
    let codes = codes.join(", ");
    let text = talk.say(
        "order-too-many-open",
        &[("orders", Arg::Text(codes.as_str()))],
    )?;
    Ok(Some(Said { text, facts }))
}

/// What it costs now, all of it.
fn terms(talk: &Talk<'_>, cart: &Cart, checkout: &Checkout) -> Option<OrderTerms> {
    let delivery = delivered(talk.world, checkout.delivery.as_ref()?, cart.total()?)?;
    OrderTerms::new(cart.lines.clone(), delivery)
}

/// The cart as it can be had now, and the next question or the summary.
pub(super) fn show(
    talk: &Talk<'_>,
    cart: &Cart,
    mut checkout: Checkout,
    mut notes: Vec<Said>,
) -> Result<Step, SayError> {
    let now = fresh(talk, cart);
    for change in &now.changes {
        notes.push(changed(talk, change)?);
    }
    if now.cart.is_empty() {
        return nothing_left(talk, notes);
    }
    if let Some(reason) = limits::for_the_seller(talk, &now.cart) {
        return Ok(cannot(reason));
    }
    if let Some(said) = limits::too_little(talk, &now.cart)? {
        checkout.summary = None;
        notes.push(said);
        return Ok(given(lines(notes), None, Some(deal(&now.cart, checkout))));
    }
    if let Some(delivery) = &checkout.delivery {
        let goods = now.cart.total().unwrap_or_default();
        let Some(delivery) = delivered(talk.world, delivery, goods) else {
            return Ok(cannot(
                "no row of the delivery table covers the place any more".to_owned(),
            ));
        };
        checkout.delivery = Some(delivery);
    }
    if let Some(detail) = checkout.missing() {
        checkout.summary = None;
        notes.push(ask(talk, detail)?);
        let asked = Asked::Detail { detail };
        return Ok(given(
            lines(notes),
            Some(asked),
            Some(deal(&now.cart, checkout)),
        ));
    }
    let Some(terms) = terms(talk, &now.cart, &checkout) else {
        return Ok(cannot("the sum of the order is too large".to_owned()));
    };
    notes.push(summary(talk, &terms, &checkout)?);
    checkout.summary = Some(terms);
    Ok(given(
        lines(notes),
        Some(Asked::Confirm),
        Some(deal(&now.cart, checkout)),
    ))
}

/// The same behind the answer that changed the cart.
pub(super) fn behind(talk: &Talk<'_>, changed: &Answer) -> Result<Step, SayError> {
    let Deal { cart, checkout } = &talk.question.sale.deal;
    let Some(checkout) = checkout.clone() else {
        return Ok(Step::Answer(Answered::Given(changed.clone())));
    };
    match show(talk, cart, checkout, Vec::new())? {
        Step::Answer(Answered::Given(next)) => Ok(Step::Answer(Answered::Given(Answer {
            text: format!("{}\n{}", changed.text, next.text),
            facts: [changed.facts.clone(), next.facts].concat(),
            list: next.list.or_else(|| changed.list.clone()),
            asked: next.asked,
            deal: next.deal,
            ..changed.clone()
        }))),
        other => Ok(other),
    }
}

fn deal(cart: &Cart, checkout: Checkout) -> Deal {
    Deal {
        cart: cart.clone(),
        checkout: Some(checkout),
    }
}

/// The question for what is missing.
fn ask(talk: &Talk<'_>, detail: Detail) -> Result<Said, SayError> {
    let id = match detail {
        Detail::Delivery => match (can_be_sent(talk), can_be_fetched(talk)) {
            (true, true) => "order-ask-delivery-or-pickup",
            (true, false) => "order-ask-delivery",
            (false, _) => "order-ask-pickup",
        },
        Detail::Address => "order-ask-address",
        Detail::Name => "order-ask-name",
        Detail::Contact => "order-ask-contact",
    };
    talk.plain(id)
}

/// What is different from what the buyer has seen.
pub(super) fn changed(talk: &Talk<'_>, change: &Change) -> Result<Said, SayError> {
    match change {
        Change::Gone(line) => gone(talk, &line.name, &line.sku),
        Change::Fewer(line, left) => fewer(talk, &line.name, &line.sku, *left),
        Change::Price(line) => {
            let name = talk.name(&line.name);
            let args = [
                ("name", Arg::Text(name.as_str())),
                ("price", Arg::Money(line.price)),
            ];
            Ok(Said {
                text: talk.say("order-price-changed", &args)?,
                facts: talk.line_facts(line),
            })
        }
    }
}

/// None of it is left.
pub(super) fn gone(talk: &Talk<'_>, name: &str, sku: &Sku) -> Result<Said, SayError> {
    let quoted = talk.name(name);
    let source = FactSource::Computed("the article is not in the sheet, or sold out".to_owned());
    Ok(Said {
        text: talk.say("order-gone", &[("name", Arg::Text(quoted.as_str()))])?,
        facts: vec![of_article(sku, "product.name", name.to_owned(), source)],
    })
}

/// Fewer are left than wanted.
pub(super) fn fewer(talk: &Talk<'_>, name: &str, sku: &Sku, left: u32) -> Result<Said, SayError> {
    let quoted = talk.name(name);
    let source = match talk.world.goods.get(sku) {
        Some(shown) => FactSource::Sheet(shown.source.clone()),
        None => FactSource::Computed("what the reservations of others leave".to_owned()),
    };
    let args = [
        ("name", Arg::Text(quoted.as_str())),
        ("left", Arg::Count(u64::from(left))),
    ];
    Ok(Said {
        text: talk.say("order-fewer", &args)?,
        facts: vec![
            of_article(sku, "product.name", name.to_owned(), source.clone()),
            of_article(sku, "stock.left", left.to_string(), source),
        ],
    })
}

/// Nothing of the cart can be had: others of the same kind, if there are any.
fn nothing_left(talk: &Talk<'_>, mut notes: Vec<Said>) -> Result<Step, SayError> {
    let others = &talk.world.others;
    let deal = Some(Deal::default());
    if others.is_empty() {
        notes.push(talk.plain("order-nothing-left")?);
        return Ok(given(lines(notes), None, deal));
    }
    notes.push(talk.plain("order-alternatives")?);
    for (place, shown) in (1_u32..).zip(others) {
        let there = availability(talk.question.language, shown.product.quantity)?;
        let args = [
            ("number", Arg::Count(u64::from(place))),
            ("name", Arg::Text(shown.product.name.as_str())),
            ("price", Arg::Money(shown.product.price)),
            ("availability", Arg::Text(there.as_str())),
        ];
        notes.push(Said {
            text: talk.say("stock-list-item", &args)?,
            facts: facts(shown),
        });
    }
    let said = lines(notes);
    let items = others
        .iter()
        .map(|shown| shown.product.sku.clone())
        .collect();
    Ok(Step::Answer(Answered::Given(Answer {
        text: said.text,
        facts: said.facts,
        list: Some(ProductList { items }),
        deal,
        ..Answer::default()
    })))
}
