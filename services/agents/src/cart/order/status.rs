//! Where an order is, and taking it back.

use domain::conversation::{Order, Stage};
use language::{Arg, Consent, SayError, consent, gives_up};
use schemas::conversation::{Asked, Cart, Checkout, Deal, OrderCancelled, OrderMark};

use super::talk::{Talk, cannot, given, lines, of_order};
use crate::{answer::Step, general::about::Said};

/// So many orders are told of at once.
const TOLD: usize = 3;

/// Answers where an order is, or takes it back.
pub(super) fn answer(talk: &Talk<'_>) -> Result<Step, SayError> {
    let (question, sale) = (talk.question, &talk.question.sale);
    let text = &question.text;
    if let Some(Asked::Cancel { order }) = &question.asked
        && let Some(order) = sale.orders.iter().find(|known| known.id == *order)
    {
        match consent(text) {
            Consent::Yes => return cancel(talk, order),
            _ if gives_up(text) && wants_cancel(text) => return cancel(talk, order),
            Consent::No => {
                let deal = is_for_change(&sale.deal).then(Deal::default);
                return Ok(given(coded(talk, order, "order-kept")?, None, deal));
            }
            Consent::Change | Consent::Question | Consent::Unclear => {}
        }
    }
    let code = code_in(text);
    let all: Vec<&Order> = talk.world.elsewhere.iter().chain(&sale.orders).collect();
    let named: Vec<&Order> = match &code {
        None => all.clone(),
        Some(code) => all
            .iter()
            .filter(|order| order.id.code() == *code)
            .copied()
            .collect(),
    };
    if named.is_empty() {
        return Ok(cannot(match code {
            Some(_) => "an order is asked about by a code that is none of this buyer's".to_owned(),
            None => "an order is asked about, and this buyer has made none here".to_owned(),
        }));
    }
    let changes = wants_change(text);
    if wants_cancel(text) || changes {
        return take_back(talk, &named, changes);
    }
    let mut open: Vec<&Order> = named
        .iter()
        .filter(|order| is_under_way(order))
        .copied()
        .collect();
    if open.is_empty() {
        open = named
            .iter()
            .max_by_key(|order| order.submitted_at)
            .copied()
            .into_iter()
            .collect();
    }
    open.sort_by_key(|order| std::cmp::Reverse(order.submitted_at));
    let told = open.iter().take(TOLD).map(|order| tell(talk, order));
    let told: Vec<Said> = told.collect::<Result<_, _>>()?;
    Ok(given(lines(told), None, None))
}

/// «отмените заказ», "cancel my order".
pub(super) fn wants_cancel(text: &str) -> bool {
    let lower = text.to_lowercase();
    let asks = [
        "отмен",
        "cancel",
        "anul",
        "не нужен заказ",
        "заказ не нужен",
        "отказ",
    ];
    asks.iter().any(|stem| lower.contains(stem))
}

/// «поменяйте на 3 штуки», "change my order".
pub(super) fn wants_change(text: &str) -> bool {
    let lower = text.to_lowercase();
    let asks = [
        "поменя",
        "измени",
        "замени",
        "исправ",
        "change",
        "cambiar",
        "cambie",
        "modific",
        "правк",
    ];
    asks.iter().any(|stem| lower.contains(stem)) && consent(text) == Consent::Change
}

/// Takes back what can be taken back; the rest is the seller's.
fn take_back(talk: &Talk<'_>, named: &[&Order], changes: bool) -> Result<Step, SayError> {
    let here = |order: &&&Order| {
        talk.question
            .sale
            .orders
            .iter()
            .any(|known| known.id == order.id)
    };
    let open = named.iter().rev().find(|order| order.is_open());
    let Some(open) = open else {
        let wish = if changes { "change" } else { "cancel" };
        let newest = named.iter().max_by_key(|order| order.submitted_at);
        let Some(newest) = newest.filter(|order| order.stage == Stage::Approved) else {
            let newest = newest.map(|order| tell(talk, order)).transpose()?;
            return Ok(newest.map_or_else(
                || cannot(format!("the buyer wants to {wish} an order, and has none")),
                |said| given(said, None, None),
            ));
        };
        let code = newest.id.code();
        return Ok(cannot(format!(
            "the buyer wants to {wish} order {code}, which is approved: only the seller can"
        )));
    };
    if !here(&open) {
        let code = open.id.code();
        return Ok(cannot(format!(
            "the buyer wants to take back order {code} of another chat"
        )));
    }
    if !changes {
        return ask_to_cancel(talk, open, "order-cancel-confirm");
    }
    // What is being changed is an order in the making that has nothing in its cart yet.
    let checkout = Checkout {
        id: talk.new_checkout(),
        recipient: open.recipient.clone(),
        delivery: Some(open.terms.delivery.clone()),
        as_last_time: false,
        summary: None,
    };
    let said = cancel_question(talk, open, "order-change-confirm")?;
    let asked = Asked::Cancel { order: open.id };
    let idle = talk.question.sale.deal == Deal::default();
    let deal = idle.then(|| Deal {
        cart: Cart::default(),
        checkout: Some(checkout),
    });
    Ok(given(said, Some(asked), deal))
}

/// Whether the order is taken back to be changed.
fn is_for_change(deal: &Deal) -> bool {
    deal.cart.is_empty() && deal.checkout.is_some()
}

/// Asks whether the order is to be taken back.
pub(super) fn ask_to_cancel(talk: &Talk<'_>, order: &Order, id: &str) -> Result<Step, SayError> {
    let asked = Asked::Cancel { order: order.id };
    Ok(given(cancel_question(talk, order, id)?, Some(asked), None))
}

fn cancel_question(talk: &Talk<'_>, order: &Order, id: &str) -> Result<Said, SayError> {
    let (code, fact) = Talk::code(order);
    let total = order.terms.total;
    let args = [
        ("order", Arg::Text(code.as_str())),
        ("total", Arg::Money(total)),
    ];
    Ok(Said {
        text: talk.say(id, &args)?,
        facts: vec![fact, of_order(order, "order.total", total.to_string())],
    })
}

/// The buyer wants it back for sure.
fn cancel(talk: &Talk<'_>, order: &Order) -> Result<Step, SayError> {
    let sale = &talk.question.sale;
    match &order.stage {
        Stage::Submitted | Stage::Placed { .. } => {
            let Some((_, messages)) = sale.turn.as_ref().filter(|_| sale.conversation.is_some())
            else {
                let code = order.id.code();
                return Ok(cannot(format!(
                    "the buyer takes back order {code}, and the chat is a person's"
                )));
            };
            Ok(Step::Cancel(OrderCancelled {
                order: order.id,
                messages: messages.clone(),
            }))
        }
        Stage::Cancelled => cancelled(talk, order),
        Stage::Approved => {
            let code = order.id.code();
            Ok(cannot(format!(
                "the buyer wants to cancel order {code}, which was approved meanwhile: only the seller can"
            )))
        }
        Stage::Declined(_) | Stage::Rejected(_) | Stage::Expired => {
            Ok(given(tell(talk, order)?, None, None))
        }
    }
}

/// It is taken back; what was to be changed is in the cart again.
fn cancelled(talk: &Talk<'_>, order: &Order) -> Result<Step, SayError> {
    let deal = &talk.question.sale.deal;
    if !is_for_change(deal) {
        return Ok(given(coded(talk, order, "order-cancelled")?, None, None));
    }
    let deal = Deal {
        cart: Cart {
            lines: order.terms.lines.clone(),
        },
        checkout: deal.checkout.clone(),
    };
    let mut parts = vec![coded(talk, order, "order-cancelled-to-change")?];
    for line in &order.terms.lines {
        let args = [
            ("name", Arg::Text(line.name.as_str())),
            ("pieces", Arg::Count(u64::from(line.pieces))),
            ("price", Arg::Money(line.price)),
            ("sum", Arg::Money(line.sum().unwrap_or(line.price))),
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
    parts.push(talk.plain("order-what-to-change")?);
    Ok(given(lines(parts), Some(Asked::Confirm), Some(deal)))
}

fn coded(talk: &Talk<'_>, order: &Order, id: &str) -> Result<Said, SayError> {
    let (code, fact) = Talk::code(order);
    Ok(Said {
        text: talk.say(id, &[("order", Arg::Text(code.as_str()))])?,
        facts: vec![fact],
    })
}

/// Whether the buyer still waits for something.
fn is_under_way(order: &Order) -> bool {
    let ended = |mark: &OrderMark| matches!(mark, OrderMark::Delivered | OrderMark::Returned);
    order.is_open() || (order.stage == Stage::Approved && !order.is_marked(ended))
}

/// How far an order is, in a sentence.
pub(super) fn tell(talk: &Talk<'_>, order: &Order) -> Result<Said, SayError> {
    let (code, code_fact) = Talk::code(order);
    let total = order.terms.total;
    let mut facts = vec![code_fact, of_order(order, "order.total", total.to_string())];
    let mut args = vec![
        ("order", Arg::Text(code.as_str())),
        ("total", Arg::Money(total)),
    ];
    let (reason, until);
    let id = match &order.stage {
        Stage::Submitted => "order-status-reserving",
        Stage::Placed { expires_at } => {
            until = super::after::until(talk, *expires_at)?;
            match &until {
                Some(until) => {
                    facts.push(of_order(order, "order.expires_at", until.clone()));
                    args.push(("until", Arg::Text(until.as_str())));
                    "order-status-waits-until"
                }
                None => "order-status-waits",
            }
        }
        Stage::Declined(_) => "order-status-declined",
        Stage::Rejected(said) if !said.is_empty() => {
            reason = said.clone();
            facts.push(of_order(order, "order.reason", reason.clone()));
            args.push(("reason", Arg::Text(reason.as_str())));
            "order-status-rejected-because"
        }
        Stage::Rejected(_) => "order-status-rejected",
        Stage::Cancelled => "order-cancelled",
        Stage::Expired => "order-status-expired",
        Stage::Approved => return approved(talk, order, facts),
    };
    Ok(Said {
        text: talk.say(id, &args)?,
        facts,
    })
}

/// What has happened since it was approved: the parcel counts for more than the money.
fn approved(
    talk: &Talk<'_>,
    order: &Order,
    mut facts: Vec<schemas::conversation::Fact>,
) -> Result<Said, SayError> {
    let code = order.id.code();
    let mut args = vec![
        ("order", Arg::Text(code.as_str())),
        ("total", Arg::Money(order.terms.total)),
    ];
    let marks = || order.marks.iter().rev().map(|(_, mark)| mark);
    let parcel = marks().find(|mark| !matches!(mark, OrderMark::Paid));
    let paid = order.is_marked(|mark| matches!(mark, OrderMark::Paid));
    let number = order.invoice.as_ref().map(|(number, _)| number.to_string());
    let id = match (parcel, &number) {
        (Some(OrderMark::Returned), _) => "order-status-returned",
        (Some(OrderMark::Delivered), _) => "order-status-delivered",
        (
            Some(OrderMark::Shipped {
                tracking: Some(tracking),
            }),
            _,
        ) => {
            facts.push(of_order(order, "order.tracking", tracking.clone()));
            args.push(("tracking", Arg::Text(tracking.as_str())));
            "order-status-shipped-with"
        }
        (Some(OrderMark::Shipped { tracking: None }), _) => "order-status-shipped",
        (Some(OrderMark::Paid) | None, _) if paid => "order-status-paid",
        (Some(OrderMark::Paid) | None, Some(number)) => {
            facts.push(of_order(order, "invoice.number", number.clone()));
            args.push(("number", Arg::Text(number.as_str())));
            "order-status-invoiced"
        }
        (Some(OrderMark::Paid) | None, None) => "order-status-approved",
    };
    Ok(Said {
        text: talk.say(id, &args)?,
        facts,
    })
}

/// The name of an order in the words: two groups of three, with a digit or not, and a dash.
fn code_in(text: &str) -> Option<String> {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let words = text.split(|c: char| !is_letter(c) && c != '-');
    words.map(str::to_ascii_uppercase).find(|word| {
        let mut groups = word.split('-');
        let three = |group: Option<&str>| group.is_some_and(|group| group.len() == 3);
        three(groups.next()) && three(groups.next()) && groups.next().is_none()
    })
}
