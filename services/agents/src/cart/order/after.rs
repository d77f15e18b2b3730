//! What the buyer is told once they said yes.

use domain::conversation::{Order, Stage};
use jiff::{Timestamp, tz::TimeZoneDatabase};
use language::{Arg, Consent, SayError, consent};
use schemas::conversation::{Cart, CartLine, Checkout, Shortage};

use super::{
    checkout::{fewer, gone, show},
    fresh::priced,
    status,
    talk::{Talk, given, of_order},
};
use crate::{answer::Step, general::about::Said};

/// Answers the yes from what became of its order.
pub(super) fn answer(talk: &Talk<'_>, order: &Order) -> Result<Step, SayError> {
    // The buyer changed their mind while it was being reserved.
    if order.is_open() && consent(&talk.question.text) == Consent::No {
        return status::ask_to_cancel(talk, order, "order-cancel-confirm");
    }
    match &order.stage {
        Stage::Submitted => Ok(Step::Wait),
        Stage::Placed { expires_at } => Ok(given(waits(talk, order, *expires_at)?, None, None)),
        Stage::Approved => Ok(given(accepted(talk, order)?, None, None)),
        Stage::Declined(short) => declined(talk, order, short),
        Stage::Rejected(_) | Stage::Cancelled | Stage::Expired => {
            Ok(given(status::tell(talk, order)?, None, None))
        }
    }
}

/// It waits for a seller; until when, if the shop says where its clocks are.
fn waits(talk: &Talk<'_>, order: &Order, expires_at: Timestamp) -> Result<Said, SayError> {
    let (code, code_fact) = Talk::code(order);
    let mut facts = vec![
        code_fact,
        of_order(order, "order.total", order.terms.total.to_string()),
    ];
    let code = ("order", Arg::Text(code.as_str()));
    let total = ("total", Arg::Money(order.terms.total));
    let text = match until(talk, expires_at)? {
        Some(until) => {
            facts.push(of_order(order, "order.expires_at", until.clone()));
            talk.say(
                "order-placed-until",
                &[code, total, ("until", Arg::Text(until.as_str()))],
            )?
        }
        None => talk.say("order-placed", &[code, total])?,
    };
    Ok(Said { text, facts })
}

/// A moment in the shop's own time.
pub(super) fn until(talk: &Talk<'_>, moment: Timestamp) -> Result<Option<String>, SayError> {
    let settings = talk.world.shop.settings();
    let zone = settings.and_then(|settings| {
        let zones = TimeZoneDatabase::bundled();
        zones.get(&settings.timezone).ok()
    });
    let Some(zone) = zone else {
        return Ok(None);
    };
    let (now, then) = (
        talk.question.now.to_zoned(zone.clone()),
        moment.to_zoned(zone),
    );
    language::when(talk.question.language, &now, &then).map(Some)
}

fn accepted(talk: &Talk<'_>, order: &Order) -> Result<Said, SayError> {
    let (code, code_fact) = Talk::code(order);
    let total = order.terms.total;
    let args = [
        ("order", Arg::Text(code.as_str())),
        ("total", Arg::Money(total)),
    ];
    Ok(Said {
        text: talk.say("order-accepted", &args)?,
        facts: vec![code_fact, of_order(order, "order.total", total.to_string())],
    })
}

/// Somebody was faster: what is left, as a new order to say yes to, or others of the same kind.
fn declined(talk: &Talk<'_>, order: &Order, short: &[Shortage]) -> Result<Step, SayError> {
    let mut notes = vec![talk.plain("order-declined")?];
    let mut cart = Cart::default();
    for line in &order.terms.lines {
        let missing = short.iter().find(|short| short.sku == line.sku);
        let Some(missing) = missing else {
            cart.lines.push(line.clone());
            continue;
        };
        if missing.left == 0 {
            notes.push(gone(talk, &line.name, &line.sku)?);
        } else {
            notes.push(fewer(talk, &line.name, &line.sku, missing.left)?);
            cart.lines.push(less(talk, line, missing.left));
        }
    }
    let checkout = Checkout {
        // The order that was declined has used its name up.
        id: talk.new_checkout(),
        recipient: order.recipient.clone(),
        delivery: Some(order.terms.delivery.clone()),
        as_last_time: false,
        summary: None,
    };
    show(talk, &cart, checkout, notes)
}

fn less(talk: &Talk<'_>, line: &CartLine, pieces: u32) -> CartLine {
    let shown = talk.world.goods.get(&line.sku);
    shown.map_or_else(
        || CartLine {
            pieces,
            ..line.clone()
        },
        |shown| priced(talk, shown, pieces),
    )
}
