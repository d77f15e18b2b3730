//! What is plain from the words and the situation together, whatever a classifier thinks.

use language::CartChange;
use schemas::conversation::{Entity, Intent, Specialist};

use super::Situation;

/// A follow-up longer than this says what it is about by itself.
const FOLLOW_UP_WORDS: usize = 5;

/// A reading that a rule is sure of.
pub(super) struct Ruled {
    pub(super) intent: Intent,
    pub(super) rule: &'static str,
    pub(super) specialist: Option<Specialist>,
}

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    language::tokens(text, schemas::conversation::Language::Ru)
        .into_iter()
        .map(|token| token.word)
        .collect()
}

/// Reads one unit. `place` is the place of the list on screen that it names.
pub(super) fn read(words: &[String], place: Option<u32>, situation: &Situation) -> Option<Ruled> {
    let short = words.len() <= FOLLOW_UP_WORDS;
    let about_something = situation.has_focus || place.is_some();
    let (intent, rule, specialist) = if language::link(&words.join(" ")).is_some() {
        (Intent::OrderStatus, "rule:link", Some(Specialist::Cart))
    } else if asks_last_time(&words.join(" ")) {
        (
            Intent::StockInquiry,
            "rule:last_time",
            Some(Specialist::Stock),
        )
    } else if asks_cheaper(words) && about_something {
        (
            Intent::ProductSearch,
            "rule:cheaper",
            Some(Specialist::Stock),
        )
    } else if asks_details(words) && about_something {
        (
            Intent::ProductQuestion,
            "rule:details",
            Some(Specialist::Catalog),
        )
    } else if asks_last_price(words) {
        (
            Intent::PriceNegotiation,
            "rule:last_price",
            Some(Specialist::Pricing),
        )
    } else if asks_price(words) {
        (
            Intent::ProductQuestion,
            "rule:price",
            Some(Specialist::Pricing),
        )
    } else if short && place.is_some() && !does_something(words) {
        (
            Intent::StockInquiry,
            "rule:ordinal",
            Some(Specialist::Stock),
        )
    } else if short && situation.has_focus && names_variant(words) {
        (
            Intent::StockInquiry,
            "rule:follow_up",
            Some(Specialist::Stock),
        )
    } else {
        return None;
    };
    Some(Ruled {
        intent,
        rule,
        specialist,
    })
}

/// A change of a cart that has something in it: «десять сделай», «убери титановые», "two less". What names money, a place
/// or a discount is about something else.
pub(super) fn of_cart(
    text: &str,
    words: &[String],
    entities: &[Entity],
    situation: &Situation,
) -> Option<Ruled> {
    const ELSE: [&str; 24] = [
        "достав",
        "отправ",
        "скид",
        "скин",
        "дешев",
        "цен",
        "заказ",
        "оформ",
        "адрес",
        "телефон",
        "почт",
        "брон",
        "торг",
        "ship",
        "deliver",
        "discount",
        "price",
        "cheap",
        "address",
        "checkout",
        "envi",
        "enví",
        "precio",
        "pedido",
    ];
    if situation.cart_filled && orders(text, words) {
        return Some(Ruled {
            intent: Intent::Checkout,
            rule: "rule:checkout",
            specialist: Some(Specialist::Cart),
        });
    }
    let elsewhere = entities.iter().any(|entity| {
        matches!(
            entity,
            Entity::Price(_)
                | Entity::Discount(_)
                | Entity::Percent(_)
                | Entity::Place(_)
                | Entity::UnknownPlace(_)
                | Entity::Phone(_)
                | Entity::Email(_)
        )
    });
    if !situation.cart_filled || elsewhere || has(words, &ELSE) || asks_presence(words) {
        return None;
    }
    let change = language::changes_cart(text, situation.language)?;
    Some(Ruled {
        intent: match change {
            CartChange::In => Intent::CartAdd,
            CartChange::Out => Intent::CartRemove,
        },
        rule: "rule:cart",
        specialist: Some(Specialist::Cart),
    })
}

/// «хорошо, оформляем», "let's check out", «давайте оформим»: whoever has a cart wants to order it. A question and a no
/// do not.
fn orders(text: &str, words: &[String]) -> bool {
    const NO: [&str; 8] = ["не", "нет", "no", "not", "don", "don't", "как", "передумал"];
    let no = words.iter().any(|word| NO.contains(&word.as_str()));
    let orders = has(
        words,
        &[
            "оформля",
            "оформи",
            "оформл",
            "checkout",
            "finaliz",
            "tramit",
        ],
    ) || follows(words, "check", "out");
    orders && !no && !text.contains('?')
}

fn has(words: &[String], stems: &[&str]) -> bool {
    words
        .iter()
        .any(|word| stems.iter().any(|stem| word.starts_with(stem)))
}

fn follows(words: &[String], first: &str, second: &str) -> bool {
    words.windows(2).any(|pair| match pair {
        [one, two] => one == first && two.starts_with(second),
        _ => false,
    })
}

/// «сколько стоит», «почём», "how much": the list price, unless it is the price of something else.
pub(super) fn asks_price(words: &[String]) -> bool {
    const ELSE: [&str; 12] = [
        "достав",
        "отправ",
        "пересыл",
        "скид",
        "торг",
        "дешев",
        "последн",
        "ship",
        "deliver",
        "discount",
        "envío",
        "envio",
    ];
    if has(words, &ELSE) {
        return false;
    }
    let follows = |first: &str, second: &str| follows(words, first, second);
    has(words, &["почем", "ценник"])
        || follows("сколько", "сто")
        || follows("скока", "сто")
        || follows("скок", "сто")
        || follows("какая", "цен")
        || follows("какова", "цен")
        || follows("how", "much")
        || follows("cuánto", "c")
        || follows("cuanto", "c")
        || follows("cuánto", "v")
        || follows("cuanto", "v")
        || matches!(words, [only] if ["цена", "цену", "price", "precio", "стоимость"].contains(&only.as_str()))
}

/// «а синий?», "and in red?": a colour or a number that varies what is in focus, and nothing else to do.
fn names_variant(words: &[String]) -> bool {
    !does_something(words) && words.iter().any(|word| language::colour_of(word).is_some())
}

/// Something is to be done, not only asked: sent, taken off, bought.
fn does_something(words: &[String]) -> bool {
    const ACTS: [&str; 22] = [
        "достав",
        "отправ",
        "скид",
        "скинь",
        "скинеш",
        "дешев",
        "куп",
        "бер",
        "возьм",
        "закаж",
        "заказ",
        "добав",
        "убер",
        "удал",
        "order",
        "add",
        "buy",
        "take",
        "remove",
        "deliver",
        "ship",
        "añad",
    ];
    has(words, &ACTS) || changes_cart(words)
}

/// A verb of carts, or so many more, fewer or in all.
fn changes_cart(words: &[String]) -> bool {
    // «давайте третий» only chooses from a list.
    let said = words
        .iter()
        .filter(|word| !matches!(word.as_str(), "давай" | "давайте"));
    let said: Vec<&str> = said.map(String::as_str).collect();
    language::changes_cart(&said.join(" "), None).is_some()
}

/// «последняя цена?», "best price": the lowest that the seller would go.
fn asks_last_price(words: &[String]) -> bool {
    let pair = |first: &[&str], second: &str| {
        words.windows(2).any(|pair| match pair {
            [one, two] => first.iter().any(|stem| one.starts_with(stem)) && two.starts_with(second),
            _ => false,
        })
    };
    pair(&["последн", "окончательн", "крайн", "минимальн"], "цен")
        || pair(&["best", "last", "final", "lowest"], "price")
        || pair(&["mejor", "último", "ultimo"], "precio")
}

/// A greeting in front of whatever else a sentence says.
pub(super) fn greets(words: &[String]) -> bool {
    const FIRST: [&str; 14] = [
        "привет",
        "приветствую",
        "здравствуйте",
        "здравствуй",
        "здрасте",
        "добрый",
        "доброе",
        "дд",
        "hi",
        "hello",
        "hey",
        "hola",
        "buenas",
        "buenos",
    ];
    words
        .first()
        .is_some_and(|word| FIRST.contains(&word.as_str()))
}

/// A word that asks whether something is there.
pub(super) fn asks_presence(words: &[String]) -> bool {
    const MARKS: [&str; 18] = [
        "есть",
        "наличии",
        "наличие",
        "имеется",
        "остался",
        "осталась",
        "осталось",
        "остались",
        "найдется",
        "have",
        "available",
        "stock",
        "sell",
        "hay",
        "tienen",
        "tienes",
        "tiene",
        "disponible",
    ];
    words.iter().any(|word| MARKS.contains(&word.as_str()))
}

/// «а подешевле?», "anything cheaper": another article for less, not this one for less.
fn asks_cheaper(words: &[String]) -> bool {
    let cheaper = has(words, &["подешевле", "бюджетн", "cheaper"])
        || follows(words, "mas", "barat")
        || follows(words, "más", "barat");
    let this_one = has(
        words,
        &[
            "отдад",
            "отдай",
            "уступ",
            "скин",
            "сдела",
            "прода",
            "give",
            "let",
            "can",
            "deja",
        ],
    );
    cheaper && !this_one
}

/// «расскажите про третий», «подробнее», "tell me more".
fn asks_details(words: &[String]) -> bool {
    has(
        words,
        &[
            "расскаж",
            "подробн",
            "опиш",
            "описани",
            "характеристик",
            "details",
            "specs",
        ],
    ) || follows(words, "tell", "me")
        || follows(words, "more", "about")
        || has(words, &["cuéntame", "cuentame", "detalles"])
}

/// «Мне как в прошлый раз», "same as last time, please": nothing but that, and how many.
pub(super) fn asks_last_time(text: &str) -> bool {
    language::last_time(text).is_some_and(|said| said.is_all)
}

/// A whole answer that is a yes or a no: «да», «ага, он», "no, another one". Letters inside a word are neither.
pub(super) fn yes_or_no(words: &[String]) -> Option<bool> {
    const YES: [&str; 17] = [
        "да",
        "ага",
        "угу",
        "верно",
        "именно",
        "конечно",
        "точно",
        "ок",
        "yes",
        "yep",
        "yeah",
        "sure",
        "right",
        "ok",
        "sí",
        "claro",
        "exacto",
    ];
    const NO: [&str; 7] = ["нет", "не", "неа", "no", "nope", "not", "другой"];
    const BESIDE: [&str; 18] = [
        "он",
        "она",
        "оно",
        "его",
        "ее",
        "про",
        "этот",
        "эту",
        "это",
        "пожалуйста",
        "the",
        "that",
        "it",
        "one",
        "please",
        "ese",
        "esa",
        "eso",
    ];
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    if words.first().is_some_and(|word| is(&NO, word)) {
        return Some(false);
    }
    // A Spanish buyer without accents: «si» alone is a yes, in a longer sentence it is an if.
    let yes = |word: &String| is(&YES, word) || (word == "si" && words.len() == 1);
    (words.iter().any(yes) && words.iter().all(|word| yes(word) || is(&BESIDE, word)))
        .then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_of_delivery_is_not_the_list_price() {
        let asks = |text: &str| asks_price(&words(text));
        assert!(asks("сколько стоит?"));
        assert!(asks("а почём"));
        assert!(asks("how much is it"));
        assert!(!asks("сколько стоит доставка"));
        assert!(!asks("какая последняя цена"));
        assert!(!asks("сколько дней идёт"));
    }

    #[test]
    fn another_article_for_less_is_not_this_one_for_less() {
        assert!(asks_cheaper(&words("а подешевле?")));
        assert!(asks_cheaper(&words("есть что-нибудь подешевле")));
        assert!(asks_cheaper(&words("anything cheaper?")));
        assert!(!asks_cheaper(&words("подешевле отдадите?")));
        assert!(!asks_cheaper(&words("дешевле сделаете?")));
    }

    #[test]
    fn last_time_is_asked_for_only_by_words_that_say_nothing_else() {
        let asks = asks_last_time;
        assert!(asks("Здравствуйте, мне как обычно, 2 штуки"));
        assert!(asks("lo mismo de la última vez"));
        assert!(!asks("скидку сделаете, как в прошлый раз?"));
        assert!(!asks(""));
    }

    #[test]
    fn a_yes_is_a_whole_answer_and_never_letters_inside_a_word() {
        let read = |text: &str| yes_or_no(&words(text));
        for text in ["да", "Да, он", "ага", "yes please", "sí", "si"] {
            assert_eq!(read(text), Some(true), "{text}");
        }
        for text in [
            "нет",
            "не, другой",
            "no, necesito cambiar la dirección",
            "nope",
        ] {
            assert_eq!(read(text), Some(false), "{text}");
        }
        for text in [
            "дайте красный",
            "necesito otra",
            "да, а синий есть?",
            "когда?",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
