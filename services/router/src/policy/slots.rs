//! Words that answer what the bot asked back.

use language::{Consent, consent, details};
use schemas::{
    Personal,
    conversation::{Ask, Asked, Detail, Entity, Intent, Specialist},
};

use super::{Unit, is_courtesy, merge, names_place, rules, specialist};

/// What an answer makes of the earlier words.
pub(super) enum Answer {
    /// They ask this.
    Ask(Box<Ask>),
    /// They answer it, and ask more.
    Asks(Vec<Ask>),
    /// They are still not clear.
    Back(Asked),
}

/// An answer to which article is meant is shorter than this; a longer message asks something of its own.
const LONGEST_NAME: usize = 8;

/// Reads a burst as the answer to `asked`; `None`: it is about something else.
pub(super) fn read(
    asked: &Asked,
    burst: &str,
    entities: &[Entity],
    units: &[Unit],
) -> Option<Answer> {
    let words = rules::words(burst);
    if units
        .iter()
        .any(|unit| unit.ask.intent == Intent::HumanRequest && unit.sure)
    {
        return None;
    }
    let ask = |text: String, intent, specialist: Option<Specialist>| {
        Answer::Ask(Box::new(Ask {
            text: Personal::new(text),
            intent,
            confidence: 1.0,
            by: "rule:answered".to_owned(),
            runners_up: Vec::new(),
            ordinal: units.iter().find_map(|unit| unit.ask.ordinal),
            entities: entities.to_vec(),
            specialist,
        }))
    };
    match asked {
        Asked::Place { text } => names_place(entities).then(|| {
            let intent = Intent::DeliveryQuestion;
            let words = format!("{} {burst}", text.text());
            ask(words, intent, specialist(intent))
        }),
        Asked::Product { intent, text } => {
            let elsewhere = units.iter().any(|unit| {
                unit.sure
                    && !matches!(
                        unit.ask.intent,
                        Intent::StockInquiry | Intent::ProductSearch | Intent::ProductQuestion
                    )
                    && !is_courtesy(unit.ask.intent)
            });
            let courtesy = units
                .iter()
                .all(|unit| unit.sure && is_courtesy(unit.ask.intent));
            let name = !elsewhere && !courtesy && words.len() <= LONGEST_NAME;
            name.then(|| {
                let words = format!("{} {burst}", text.text());
                ask(words, *intent, who(text.text(), *intent))
            })
        }
        Asked::SameProduct { intent, text, .. } => match rules::yes_or_no(&words)? {
            true => Some(ask(
                text.text().to_owned(),
                *intent,
                who(text.text(), *intent),
            )),
            false => Some(Answer::Back(Asked::Product {
                intent: *intent,
                text: text.clone(),
            })),
        },
        Asked::Meaning {
            first,
            second,
            text,
        } => {
            let chosen = chosen(&words, *first, *second)?;
            Some(ask(text.text().to_owned(), chosen, specialist(chosen)))
        }
        Asked::Detail { detail } => of_order(units, burst, Intent::Checkout, Some(*detail)),
        Asked::Confirm => of_order(units, burst, Intent::Checkout, None),
        Asked::Cancel { .. } => of_order(units, burst, Intent::OrderStatus, None),
        // Whoever asked for the code sees to it, and to a second thought about the address.
        Asked::MailAddress | Asked::MailCode => {
            let address = entities
                .iter()
                .any(|entity| matches!(entity, Entity::Email(_)));
            let code = *asked == Asked::MailCode && language::mail_code(burst).is_some();
            let of_orders = Some(Specialist::Cart);
            (address || code).then(|| ask(burst.to_owned(), Intent::OrderStatus, of_orders))
        }
        Asked::Purpose { .. } => None,
    }
}

/// What answers a question of an order, and what asks something of its own beside it.
fn of_order(units: &[Unit], burst: &str, intent: Intent, detail: Option<Detail>) -> Option<Answer> {
    let (own, answers): (Vec<&Unit>, Vec<&Unit>) =
        units.iter().partition(|unit| asks_itself(unit, detail));
    let changes_cart = |unit: &&Unit| is_of_cart(unit.ask.intent);
    // A yes beside a change of the cart is no yes to what was shown: the cart is changed, and shown anew.
    if answers.is_empty() || (detail.is_none() && own.iter().any(changes_cart)) {
        return None;
    }
    // Whole, as it was written, when there is nothing else: «ул. Баумана 5, кв. 12» is no four sentences.
    let text = match own.is_empty() {
        true => burst.to_owned(),
        false => {
            let answers = answers.iter().map(|unit| unit.ask.text.text());
            answers.collect::<Vec<_>>().join("\n")
        }
    };
    let mut entities: Vec<Entity> = Vec::new();
    for entity in answers.iter().flat_map(|unit| &unit.ask.entities) {
        if !entities.contains(entity) {
            entities.push(entity.clone());
        }
    }
    let mut asks = vec![Ask {
        text: Personal::new(text),
        intent,
        confidence: 1.0,
        by: "rule:answered".to_owned(),
        runners_up: Vec::new(),
        ordinal: None,
        entities,
        specialist: Some(Specialist::Cart),
    }];
    let own = own.into_iter().filter(|unit| !is_courtesy(unit.ask.intent));
    asks.extend(merge(
        own.map(|unit| Unit {
            ask: Ask {
                // What is not understood well enough is the seller's.
                specialist: unit.ask.specialist.filter(|_| unit.sure),
                ..unit.ask.clone()
            },
            sure: unit.sure,
            set: unit.set.clone(),
        })
        .collect(),
    ));
    Some(Answer::Asks(asks))
}

/// Whether a part of the words asks or wants something of its own while an order is being made.
fn asks_itself(unit: &Unit, detail: Option<Detail>) -> bool {
    let text = unit.ask.text.text();
    let elsewhere = unit.sure
        && unit.ask.specialist != Some(Specialist::General)
        && !matches!(unit.ask.intent, Intent::Checkout | Intent::OrderStatus);
    match consent(text) {
        Consent::Yes | Consent::No => false,
        Consent::Question => true,
        // «доставку на другой адрес» is the order's, «и ещё фонарь» the cart's.
        Consent::Change => {
            unit.sure && is_of_cart(unit.ask.intent) && details(text, detail).is_empty()
        }
        Consent::Unclear if is_courtesy(unit.ask.intent) && unit.sure => {
            !details(text, detail).has_value()
        }
        Consent::Unclear => elsewhere && !details(text, detail).has_value(),
    }
}

const fn is_of_cart(intent: Intent) -> bool {
    matches!(intent, Intent::CartAdd | Intent::CartRemove)
}

/// Who answered the words in the first place.
fn who(text: &str, intent: Intent) -> Option<Specialist> {
    if rules::asks_price(&rules::words(text)) {
        Some(Specialist::Pricing)
    } else {
        specialist(intent)
    }
}

/// Which of two meanings the words name, by their place or by their subject.
fn chosen(words: &[String], first: Intent, second: Intent) -> Option<Intent> {
    const FIRST: [&str; 6] = ["1", "первое", "первый", "first", "primero", "primera"];
    const SECOND: [&str; 7] = [
        "2",
        "второе",
        "второй",
        "second",
        "segundo",
        "segunda",
        "last",
    ];
    let is = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let names = |intent| {
        words
            .iter()
            .any(|word| subject(intent).iter().any(|stem| word.starts_with(stem)))
    };
    match (is(&FIRST) || names(first), is(&SECOND) || names(second)) {
        (true, false) => Some(first),
        (false, true) => Some(second),
        (true, true) | (false, false) => None,
    }
}

/// Stems of the words that an intent is asked about with.
const fn subject(intent: Intent) -> &'static [&'static str] {
    match intent {
        Intent::StockInquiry => &["налич", "есть", "остал", "stock", "avail", "disponib"],
        Intent::DeliveryQuestion => &["достав", "отправ", "deliver", "ship", "enví", "envi"],
        Intent::PriceNegotiation => &[
            "скид", "торг", "цен", "discount", "price", "descuent", "precio",
        ],
        Intent::ProductSearch => &["подбор", "подобр", "найти", "find", "choos", "busc"],
        Intent::ProductQuestion => &["характер", "описан", "сам", "about", "detail", "produc"],
        Intent::CartAdd | Intent::CartRemove => &["корзин", "cart", "carrito"],
        Intent::Checkout => &["заказ", "оформ", "order", "pedido"],
        Intent::OrderStatus => &["заказ", "order", "pedido"],
        Intent::Greeting
        | Intent::Thanks
        | Intent::HumanRequest
        | Intent::Complaint
        | Intent::Other => &[],
    }
}
