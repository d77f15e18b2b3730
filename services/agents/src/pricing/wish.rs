//! What a question asks of a price: how many pieces, and what the buyer names. Pure.

use language::{Context, EntityValue};
use schemas::conversation::{Entity, Intent};

use super::haggle::{Named, Wish};
use crate::{answer::Question, goods::Found};

/// Beginnings of words that haggle and name no article.
#[rustfmt::skip]
const BEGINNINGS: [&str; 65] = [
    "скид", "скин", "дешевл", "подешев", "торг", "уступ", "подвин", "двин", "сброс", "отдад", "отдай", "отдаш",
    "отдат", "последн", "рубл", "процент", "миниму", "минимал", "крайн", "окончат", "сбав", "сниж", "снизи",
    "договор", "предлаг", "предлож", "возьм", "забер", "забир", "сдел", "дела", "дадите", "дашь", "готов",
    "давай", "соглас", "сойдем", "округл", "покупател", "клиент", "постоянн", "опт", "прайс", "тысяч", "бюджет",
    "наличн", "акци", "самовывоз", "discount", "cheap", "lowest", "reduc", "negot", "accept", "expensive",
    "overpric", "pieces", "descuent", "rebaj", "barat", "rublo", "negociab", "haces", "puede", "acept",
];
/// Words that do so as a whole; as a beginning they would be part of a name: «дорого» and «дорожная».
#[rustfmt::skip]
const WORDS: [&str; 91] = [
    "цена", "цену", "цене", "цены", "ценой", "ценник", "руб", "р", "дорого", "дороговато", "дороже", "беру",
    "берем", "сразу", "если", "ниже", "меньше", "больше", "хоть", "хотя", "чуть", "чуток", "немного",
    "немножко", "тыс", "к", "за", "или", "при", "без", "то", "ни", "две", "два", "три", "четыре", "пять",
    "десять", "трех", "пяти", "десяти", "пятьсот", "полторы", "прямо", "только", "магазине", "сегодня", "lower",
    "best", "last", "final", "deal", "off", "less", "drop", "knock", "percent", "rubles", "roubles", "ruble",
    "take", "if", "give", "make", "too", "two", "three", "bit", "little", "bulk", "bucks", "budget", "s", "ll",
    "lo", "es", "más", "muy", "caro", "cuál", "último", "ultimo", "ultima", "menos", "mejor", "llevo", "dejas",
    "te", "poco", "dos", "tres",
];

/// What a buyer wants.
pub(super) fn wish(question: &Question) -> Wish {
    let mut entities = question.entities.clone();
    let known = |entity: &Entity| {
        matches!(
            entity,
            Entity::Price(_) | Entity::Discount(_) | Entity::Percent(_)
        )
    };
    if question.intent == Intent::PriceNegotiation && !entities.iter().any(known) {
        // Now that it is known to be about the price, a bare number may be one.
        entities.extend(
            read(question)
                .into_iter()
                .filter_map(|entity| match entity.value {
                    EntityValue::Price(price) => Some(Entity::Price(price)),
                    EntityValue::Discount(amount) => Some(Entity::Discount(amount)),
                    EntityValue::Percent(percent) => Some(Entity::Percent(percent)),
                    EntityValue::Quantity(pieces) => Some(Entity::Quantity(pieces)),
                    _ => None,
                }),
        );
    }
    let pieces = entities.iter().find_map(|entity| match entity {
        Entity::Quantity(pieces) if *pieces > 0 => Some(*pieces),
        _ => None,
    });
    // Of several numbers the lowest price is the one that is wanted: «не за 2490, а за 2200».
    let price = entities.iter().filter_map(|entity| match entity {
        Entity::Price(price) if price.kopecks() > 0 => Some(*price),
        _ => None,
    });
    let other = entities.iter().find_map(|entity| match entity {
        Entity::Discount(amount) if amount.kopecks() > 0 => Some(Named::Off(*amount)),
        Entity::Percent(percent) if *percent > 0 => Some(Named::Percent(*percent)),
        _ => None,
    });
    Wish {
        pieces: pieces.unwrap_or(1),
        named: price.min().map(Named::Price).or(other),
    }
}

/// The question without its numbers of money and pieces and without the words of haggling: what is left names an
/// article, or nothing.
pub(super) fn about(question: &Question) -> Question {
    let mut text = question.text.clone();
    for entity in read(question).iter().rev() {
        let of_price = matches!(
            entity.value,
            EntityValue::Price(_)
                | EntityValue::Discount(_)
                | EntityValue::ForeignPrice { .. }
                | EntityValue::Percent(_)
                | EntityValue::Quantity(_)
        );
        if of_price && text.get(entity.range.clone()).is_some() {
            text.replace_range(entity.range.clone(), " ");
        }
    }
    let words = text.split_whitespace().filter(|word| !is_haggling(word));
    Question {
        text: words.collect::<Vec<_>>().join(" "),
        ..question.clone()
    }
}

/// Words of haggling have no end: what names no article of the shop is taken for more of them, and the price is that of
/// what is talked about. The answer says which article that is.
pub(super) fn unnamed(question: &Question, found: &Found) -> Option<Question> {
    let haggling = question.intent == Intent::PriceNegotiation && *found == Found::Unknown;
    haggling.then(|| Question {
        text: String::new(),
        ..question.clone()
    })
}

fn is_haggling(word: &str) -> bool {
    let word = word.to_lowercase().replace('ё', "е");
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    WORDS.contains(&word) || BEGINNINGS.iter().any(|start| word.starts_with(start))
}

fn read(question: &Question) -> Vec<language::Entity> {
    let context = Context {
        list_length: u32::try_from(question.list.len()).unwrap_or(u32::MAX),
        haggling: question.intent == Intent::PriceNegotiation,
        ..Context::default()
    };
    language::entities(&question.text, &context)
}
