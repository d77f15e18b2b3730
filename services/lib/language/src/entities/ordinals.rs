//! Which place of a list is meant, with where in the text it says so.

use super::{EntityValue, Place, amounts::Amount, reading::Reading, sizes};
use crate::numbers::{POINTERS, POLITE, by_suffix, by_word};

/// Places named as places: «второй», `2-й`, «номер 2», "the last one".
pub(super) fn ordinals(reading: &mut Reading<'_>) {
    for at in 0..reading.pieces.len() {
        if reading.is_taken(at) {
            continue;
        }
        if reading.is_word(at) {
            in_words(reading, at);
        } else {
            with_suffix(reading, at);
        }
    }
    pointed(reading);
}

fn in_words(reading: &mut Reading<'_>, at: usize) {
    let Some(piece) = reading.piece(at) else {
        return;
    };
    let is_english_primer = piece.typed == "primer" || piece.typed == "sext";
    let nth = by_word(&piece.word).or_else(|| by_word(&piece.typed));
    let dash = reading.word(at.wrapping_sub(1)) == "-" && reading.is_glued(at);
    if let Some(nth) = nth.filter(|_| !is_english_primer && !dash)
        && !is_figure_of_speech(reading, at)
    {
        reading.take(at..=at, EntityValue::Ordinal(Place::Nth(nth)));
    } else if is_last(&piece.word, &piece.typed) && !is_last_of_all(reading, at) {
        reading.take(at..=at, EntityValue::Ordinal(Place::Last));
    }
}

fn is_last(word: &str, typed: &str) -> bool {
    const ENDINGS: [&str; 12] = [
        "ий", "яя", "ее", "юю", "его", "ей", "ему", "им", "ем", "ие", "их", "ими",
    ];
    let russian = ["последн", "крайн", "послендн", "поседн"]
        .iter()
        .any(|stem| {
            word.strip_prefix(stem)
                .is_some_and(|ending| ENDINGS.contains(&ending))
        });
    russian || matches!(typed, "last" | "ultimo" | "ultima")
}

/// «последняя цена», "last week", «в последнее время».
fn is_last_of_all(reading: &Reading<'_>, at: usize) -> bool {
    const STEMS: [&str; 9] = [
        "цен",
        "врем",
        "слов",
        "заказ",
        "размер",
        "шанс",
        "надежд",
        "скидк",
        "экземпляр",
    ];
    const WORDS: [&str; 18] = [
        "price", "time", "week", "month", "order", "year", "offer", "night", "chance", "precio",
        "vez", "semana", "name", "pedido", "minute", "step", "size", "call",
    ];
    let next = reading.word(at + 1);
    let before = reading.word(at.wrapping_sub(1));
    let asks = reading.context.list_length == 0 && matches!(before, "это" | "it" | "this" | "es");
    asks || matches!(before, "at")
        || WORDS.contains(&next)
        || sizes::is_time(next, false)
        || STEMS.iter().any(|stem| next.starts_with(stem))
}

/// «в первую очередь», «второй раз», "one second", «третий день»: not of a list.
fn is_figure_of_speech(reading: &Reading<'_>, at: usize) -> bool {
    const STEMS: [&str; 14] = [
        "очеред",
        "взгляд",
        "этаж",
        "подъезд",
        "корпус",
        "класс",
        "курс",
        "сорт",
        "рук",
        "день",
        "сообщен",
        "свежест",
        "половин",
        "парти",
    ];
    const WORDS: [&str; 15] = [
        "hand",
        "time",
        "of",
        "floor",
        "thing",
        "mano",
        "vez",
        "piso",
        "day",
        "week",
        "party",
        "half",
        "impression",
        "aid",
        "place",
    ];
    let next = reading.word(at + 1);
    let next = if next == "-" {
        reading.word(at + 2)
    } else {
        next
    };
    let before = reading.word(at.wrapping_sub(1));
    let word = reading.word(at);
    let is_moment = word == "second" && matches!(before, "one" | "a" | "just" | "per");
    is_moment
        || (matches!(before, "at" | "my" | "who's") && word == "first")
        || (word == "first" && next == ",")
        || WORDS.contains(&next)
        || sizes::is_time(next, false)
        || sizes::is_month(next)
        || STEMS.iter().any(|stem| next.starts_with(stem))
}

/// `2-й`, `2й`, `2nd`.
fn with_suffix(reading: &mut Reading<'_>, at: usize) {
    let Some(number) = reading.amount_at(at).filter(|amount| !amount.thousands) else {
        return;
    };
    let (mut next, digits) = (number.last + 1, number.spelling());
    let dashed = reading.word(next) == "-" && reading.is_glued(next);
    next += usize::from(dashed);
    if !reading.is_glued(next) || number.spelled {
        return;
    }
    let Some(piece) = reading.piece(next) else {
        return;
    };
    let nth = by_suffix(&format!("{digits}{}", piece.typed));
    let is_street = reading.word(next + 1).starts_with("улиц");
    if let Some(nth) = nth.filter(|_| !is_street && !is_figure_of_speech(reading, next)) {
        reading.take(at..=next, EntityValue::Ordinal(Place::Nth(nth)));
    }
}

/// «номер 2», `#2`, «вариант три», «2 вариант».
fn pointed(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let Some(nth) = amount.whole().filter(|nth| *nth < 100 && !amount.group) else {
            continue;
        };
        let before = amount.first.wrapping_sub(1);
        let after = amount.last + 1;
        let pointer = |at: usize| {
            reading.piece(at).is_some_and(|p| {
                POINTERS.contains(&p.word.as_str()) || POINTERS.contains(&p.typed.as_str())
            })
        };
        let value = EntityValue::Ordinal(Place::Nth(nth));
        let of_order = is_order_number(reading.word(before.wrapping_sub(1)));
        let behind = matches!(
            reading.word(after),
            "вариант" | "номер" | "пункт" | "позиция" | "позицию" | "позиции"
        ) && !(reading.word(after) == "позиции" && nth > 1);
        if pointer(before) && !reading.is_taken(before) {
            if of_order {
                reading.hide(before..=amount.last);
            } else {
                reading.take(before..=amount.last, value);
            }
        } else if behind && !reading.is_taken(after) {
            reading.take(amount.first..=after, value);
        }
    }
}

/// «заказ №12» is no place of a list.
fn is_order_number(word: &str) -> bool {
    [
        "заказ",
        "order",
        "pedido",
        "дом",
        "трек",
        "телефон",
        "арт",
        "track",
        "накладн",
    ]
    .iter()
    .any(|stem| word.starts_with(stem))
}

/// A bare number that is the whole message, where nothing was asked.
pub(super) fn bare(reading: &mut Reading<'_>) {
    let numbers = reading.free_amounts();
    let [amount] = numbers.as_slice() else { return };
    let is_shown = reading.context.list_length > 0;
    let Some(nth) = amount.whole().filter(|nth| *nth < 100) else {
        return;
    };
    let is_place = !amount.group && !amount.ranged && (is_shown || !amount.spelled);
    if is_place && is_alone(reading, amount) {
        let value = EntityValue::Ordinal(Place::Nth(nth));
        reading.take(amount.first..=amount.last, value);
    }
}

/// Whether the message holds nothing but the number and polite words.
pub(super) fn is_alone(reading: &Reading<'_>, amount: &Amount) -> bool {
    let is_said = |at: &usize| !(amount.first..=amount.last).contains(at);
    (0..reading.pieces.len()).filter(is_said).all(|at| {
        let word = reading.word(at);
        POLITE.contains(&word) || matches!(word, "." | "," | "!" | "?" | "\n" | ")" | "(")
    })
}
