//! From answers to one reply: in the order of the asks, guarded, or with word that the seller goes on.

use domain::{
    Conversation,
    conversation::{Answered, Composition, Draft, Notice, Turn},
};
use language::{Arg, SayError, say};
use schemas::conversation::{
    AnswerGiven, Ask, Asked, Detail, Fact, HandoffReason, Intent, Language, ReplyKind, Specialist,
};

use crate::{guard, notice::Answers};

/// What an order in the making waits to be told; `None`: none is being made.
pub(crate) fn pending(state: &Conversation) -> Option<Asked> {
    let checkout = state.deal().checkout.as_ref()?;
    let of_order = |asked: &&Asked| is_of_order(asked);
    let asked = state.asked().filter(of_order).cloned();
    // Another question, or a seller, came in between.
    asked.or_else(|| {
        let detail = checkout.missing();
        Some(detail.map_or(Asked::Confirm, |detail| Asked::Detail { detail }))
    })
}

const fn is_of_order(asked: &Asked) -> bool {
    match asked {
        Asked::Detail { .. } | Asked::Confirm | Asked::Cancel { .. } => true,
        Asked::Product { .. }
        | Asked::Place { .. }
        | Asked::Meaning { .. }
        | Asked::Purpose { .. }
        | Asked::MailAddress
        | Asked::MailCode
        | Asked::SameProduct { .. } => false,
    }
}

/// Composes the reply of a turn whose asks are all answered. `pending`: what an order in the making waits to be told; a
/// question in between is answered, and the order asks again behind it.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
pub(crate) fn reply(
    turn: &Turn,
    answers: &Answers,
    pending: Option<&Asked>,
) -> Result<Composition, SayError> {
    let given: Vec<&AnswerGiven> = turn
        .answered()
        .filter_map(|(_, answer)| match answer {
            Some(Answered::Given(given)) => Some(given.as_ref()),
            Some(Answered::Cannot(_)) | None => None,
        })
        .collect();
    let handoff = turn.answered().find_map(|(ask, answer)| match answer {
        Some(Answered::Given(_)) => None,
        Some(Answered::Cannot(reason)) => Some((HandoffReason::CannotAnswer, reason.clone())),
        None => Some((HandoffReason::NoSpecialist, ask.intent.as_str().to_owned())),
    });
    let mut composition = put_together(turn, &given, handoff, answers)?;
    let mut of_order = composition
        .deal
        .as_ref()
        .is_some_and(|deal| deal.checkout.is_some());
    if let Some(asked) = pending.filter(|_| is_interruption(turn, &composition)) {
        let again = reminder(turn.language, asked)?;
        composition.text = format!("{}\n{again}", composition.text);
        composition.asked = Some(asked.clone());
        of_order = true;
    }
    if of_order && composition.kind == ReplyKind::Answer {
        // Who buys, and what exactly is said yes to, is no text for a model to phrase.
        composition.kind = ReplyKind::Question;
    }
    match guard::judge(
        &composition.text,
        &composition.facts,
        composition.list.as_ref(),
    ) {
        Ok(()) => Ok(composition),
        Err(objection) => refused(turn, &objection, answers),
    }
}

/// Whether a turn asks something else while an order is being made, and leaves it to go on.
fn is_interruption(turn: &Turn, composition: &Composition) -> bool {
    let mut asks = turn.asks.iter();
    composition.handoff.is_none()
        && composition.asked.is_none()
        && !turn.anew
        && asks.all(|ask| ask.specialist != Some(Specialist::Cart))
}

/// What the order in the making asks again.
fn reminder(language: Language, asked: &Asked) -> Result<String, SayError> {
    let id = match asked {
        Asked::Detail { detail } => match detail {
            Detail::Delivery => "order-remind-delivery",
            Detail::Address => "order-remind-address",
            Detail::Name => "order-remind-name",
            Detail::Contact => "order-remind-contact",
        },
        Asked::Cancel { .. } => "order-remind-cancel",
        Asked::Confirm
        | Asked::Product { .. }
        | Asked::Place { .. }
        | Asked::Meaning { .. }
        | Asked::Purpose { .. }
        | Asked::MailAddress
        | Asked::MailCode
        | Asked::SameProduct { .. } => "order-remind-confirm",
    };
    say(language, id, &[])
}

fn put_together(
    turn: &Turn,
    given: &[&AnswerGiven],
    handoff: Option<(HandoffReason, String)>,
    answers: &Answers,
) -> Result<Composition, SayError> {
    let courtesy = turn
        .asks
        .iter()
        .all(|ask| matches!(ask.intent, Intent::Greeting | Intent::Thanks));
    let mut words: Vec<String> = Vec::with_capacity(given.len().saturating_add(2));
    // Whoever comes back after a day is greeted anew.
    if (turn.greeted || turn.anew) && !courtesy {
        words.push(say(turn.language, "greeting-prefix", &[])?);
    }
    words.extend(given.iter().map(|answer| answer.text.clone()));
    let mut away_since = None;
    let mut facts: Vec<Fact> = given
        .iter()
        .flat_map(|answer| answer.facts.iter().cloned())
        .collect();
    if handoff.is_some() {
        let notice = if given.is_empty() {
            answers.notice(turn.language, HandoffReason::CannotAnswer)?
        } else {
            rest_notice(turn, answers)?
        };
        words.push(notice.text);
        facts.extend(notice.facts);
        away_since = notice.away_since;
    }
    Ok(Composition {
        turn: turn.id,
        kind: match (&handoff, courtesy) {
            (Some(_), _) => ReplyKind::HandoffNotice,
            (None, true) => ReplyKind::Courtesy,
            (None, false) if asks_only(given) => ReplyKind::Question,
            (None, false) => ReplyKind::Answer,
        },
        text: words.join(if given.iter().any(|answer| answer.text.contains('\n')) {
            "\n"
        } else {
            " "
        }),
        facts,
        focus: given.iter().rev().find_map(|answer| answer.focus.clone()),
        list: given.iter().rev().find_map(|answer| answer.list.clone()),
        offers: given
            .iter()
            .filter_map(|answer| answer.offer.clone())
            .collect(),
        asked: given.iter().rev().find_map(|answer| answer.asked.clone()),
        // Each answer's cart holds what the one before it changed.
        deal: given.iter().rev().find_map(|answer| answer.deal.clone()),
        draft: None,
        calls: Vec::new(),
        away_since,
        handoff,
    })
}

/// Whether all that is said is a question back.
fn asks_only(given: &[&AnswerGiven]) -> bool {
    given
        .iter()
        .all(|answer| answer.asked.is_some() && answer.facts.is_empty())
}

/// Which part of several goes to the seller.
fn rest_notice(turn: &Turn, answers: &Answers) -> Result<Notice, SayError> {
    let mut open = turn
        .answered()
        .filter(|(_, answer)| !matches!(answer, Some(Answered::Given(_))))
        .map(|(ask, _)| ask.intent);
    match (open.next().and_then(subject), open.next()) {
        (Some(id), None) => {
            let what = say(turn.language, id, &[])?;
            let what = Some(what.as_str());
            answers.passed_on(turn.language, "handoff-part-notice", what)
        }
        (Some(_) | None, _) => answers.passed_on(turn.language, "handoff-rest-notice", None),
    }
}

/// What the buyer is asked when the words are not clear.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn question(language: Language, asked: &Asked) -> Result<String, SayError> {
    match asked {
        Asked::Meaning { first, second, .. } => {
            let (Some(first), Some(second)) = (subject(*first), subject(*second)) else {
                return say(language, "ask-purpose", &[]);
            };
            let (first, second) = (say(language, first, &[])?, say(language, second, &[])?);
            let args = [
                ("first", Arg::Text(first.as_str())),
                ("second", Arg::Text(second.as_str())),
            ];
            say(language, "ask-meaning", &args)
        }
        // The specialist for orders asks these in its own answers.
        Asked::Purpose { .. }
        | Asked::Detail { .. }
        | Asked::Confirm
        | Asked::Cancel { .. }
        | Asked::MailAddress
        | Asked::MailCode => say(language, "ask-purpose", &[]),
        Asked::Product { .. } | Asked::SameProduct { .. } | Asked::Place { .. } => {
            say(language, "ask-product", &[])
        }
    }
}

/// The message that names what an intent is about.
const fn subject(intent: Intent) -> Option<&'static str> {
    match intent {
        Intent::StockInquiry => Some("subject-stock"),
        Intent::DeliveryQuestion => Some("subject-delivery"),
        Intent::PriceNegotiation => Some("subject-price"),
        Intent::ProductSearch => Some("subject-search"),
        Intent::ProductQuestion => Some("subject-product"),
        Intent::CartAdd | Intent::CartRemove => Some("subject-cart"),
        Intent::Checkout => Some("subject-order"),
        Intent::OrderStatus => Some("subject-status"),
        Intent::Greeting
        | Intent::Thanks
        | Intent::HumanRequest
        | Intent::Complaint
        | Intent::Other => None,
    }
}

/// What the guard refuses never leaves; the seller sees the turn instead.
fn refused(
    turn: &Turn,
    objection: &guard::Objection,
    answers: &Answers,
) -> Result<Composition, SayError> {
    tracing::error!(turn.id = %turn.id, "the guard refused a reply: {objection}");
    let notice = answers.notice(turn.language, HandoffReason::GuardRefused)?;
    Ok(Composition {
        turn: turn.id,
        kind: ReplyKind::HandoffNotice,
        text: notice.text,
        facts: notice.facts,
        focus: None,
        list: None,
        offers: Vec::new(),
        asked: None,
        deal: None,
        draft: None,
        calls: Vec::new(),
        away_since: notice.away_since,
        handoff: Some((HandoffReason::GuardRefused, objection.to_string())),
    })
}

/// What the bot would have said of a turn that was handed over: what specialists know of it, past the guard, and no word
/// of the rest, which the seller is reading.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn draft(turn: &Turn, answers: &Answers) -> Result<Option<Draft>, SayError> {
    let known = turn.answered().filter_map(|(ask, answer)| match answer {
        Some(Answered::Given(_)) => Some((ask.clone(), answer.cloned())),
        Some(Answered::Cannot(_)) | None => None,
    });
    let (asks, given): (Vec<Ask>, Vec<Option<Answered>>) = known.unzip();
    if asks.is_empty() {
        return Ok(None);
    }
    let known = Turn {
        asks,
        answers: given,
        ..turn.clone()
    };
    let composition = reply(&known, answers, None)?;
    // What the guard refuses is nothing to offer, and neither is a question back.
    Ok((composition.kind == ReplyKind::Answer).then_some(Draft {
        text: composition.text,
        facts: composition.facts,
        focus: composition.focus,
        list: composition.list,
        offers: composition.offers,
        asked: composition.asked,
        deal: composition.deal,
    }))
}

#[cfg(test)]
mod tests {
    use schemas::{
        Cause, EventId, TurnId,
        conversation::{Deal, FactSource},
    };

    use super::*;

    /// A turn that one specialist was asked, and answered.
    fn answered(specialist: Specialist, answer: AnswerGiven) -> Turn {
        let id = EventId::derive(&["turn"]);
        let ask = Ask {
            text: "а гарантия есть?".to_owned().into(),
            intent: Intent::ProductQuestion,
            confidence: 1.0,
            by: "faq".to_owned(),
            runners_up: Vec::new(),
            ordinal: None,
            entities: Vec::new(),
            specialist: Some(specialist),
        };
        Turn {
            id: TurnId::from(id),
            messages: vec![id],
            asks: vec![ask],
            language: Language::Ru,
            greeted: false,
            anew: false,
            answers: vec![Some(Answered::Given(Box::new(answer)))],
            last: Cause::outside(id),
            composed: false,
        }
    }

    fn answer(text: &str) -> AnswerGiven {
        AnswerGiven {
            turn: TurnId::from(EventId::derive(&["turn"])),
            ask: 0,
            text: text.to_owned(),
            facts: Vec::new(),
            focus: None,
            list: None,
            offer: None,
            asked: None,
            deal: None,
            how: None,
            degraded: None,
            calls: Vec::new(),
        }
    }

    fn composed(turn: &Turn, pending: Option<&Asked>) -> Composition {
        let answers = Answers::at(&domain::Shop::default(), jiff::Timestamp::UNIX_EPOCH, None);
        reply(turn, &answers, pending).unwrap()
    }

    #[test]
    fn a_question_in_between_is_answered_and_the_order_asks_again_behind_it() {
        let pending = Asked::Detail {
            detail: Detail::Address,
        };
        let warranty = answered(Specialist::General, answer("Да, год."));
        let told = composed(&warranty, Some(&pending));
        let (first, second) = told.text.split_once('\n').unwrap();
        assert_eq!(first, "Да, год.");
        assert!(second.starts_with("Вернёмся к заказу"), "{second}");
        assert_eq!(told.asked, Some(pending));
        assert_eq!(composed(&warranty, None).asked, None);
    }

    #[test]
    fn what_asks_itself_or_is_of_the_order_gets_no_reminder() {
        let pending = Asked::Confirm;
        let place = Asked::Place {
            text: "сколько доставка?".to_owned().into(),
        };
        let asks = AnswerGiven {
            asked: Some(place.clone()),
            ..answer("Куда?")
        };
        let told = composed(&answered(Specialist::Delivery, asks), Some(&pending));
        assert_eq!((told.text.as_str(), told.asked), ("Куда?", Some(place)));
        let told = composed(
            &answered(Specialist::Cart, answer("Хорошо.")),
            Some(&pending),
        );
        assert_eq!((told.text.as_str(), told.asked), ("Хорошо.", None));
    }

    #[test]
    fn what_is_said_yes_to_is_no_text_for_a_model_to_phrase() {
        let fact = Fact {
            name: "order.total".to_owned(),
            value: "2980".to_owned(),
            sku: None,
            source: FactSource::Counted,
        };
        let checkout = schemas::conversation::Checkout {
            id: EventId::derive(&["checkout"]),
            recipient: schemas::conversation::Recipient::default(),
            delivery: None,
            as_last_time: false,
            summary: None,
        };
        let summary = AnswerGiven {
            asked: Some(Asked::Confirm),
            facts: vec![fact],
            deal: Some(Deal {
                checkout: Some(checkout),
                ..Deal::default()
            }),
            ..answer("Итого: 2980 ₽. Оформляем?")
        };
        let told = composed(&answered(Specialist::Cart, summary), None);
        assert_eq!(told.kind, ReplyKind::Question);
    }
}
