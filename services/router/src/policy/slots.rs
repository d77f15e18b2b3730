//! Words that answer what the bot asked back.

use schemas::{
    Personal,
    conversation::{Ask, Asked, Entity, Intent, Specialist},
};

use super::{Unit, is_courtesy, names_place, rules, specialist};

/// What an answer makes of the earlier words.
pub(super) enum Answer {
    /// They ask this.
    Ask(Box<Ask>),
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
        Asked::Purpose { .. } | Asked::Detail { .. } | Asked::Confirm | Asked::Cancel { .. } => {
            None
        }
    }
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
