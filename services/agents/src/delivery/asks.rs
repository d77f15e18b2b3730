//! What a question about delivery is after, by its words.

use crate::general::asks::Words;

/// Ways of sending that a buyer names; a table of regions says nothing of them unless a row does.
const CARRIERS: [&str; 24] = [
    "авито",
    "avito",
    "сдэк",
    "сдек",
    "cdek",
    "sdek",
    "почт",
    "ozon",
    "озон",
    "боксберри",
    "boxberry",
    "5post",
    "пятероч",
    "яндекс",
    "yandex",
    "курьер",
    "courier",
    "транспортн",
    "деловы",
    "энерги",
    "dhl",
    "post",
    "correo",
    "mensajer",
];

/// The ways of sending that are named.
pub(super) fn carriers(words: &Words) -> Vec<&'static str> {
    let mut named = words.beginning(&CARRIERS);
    if words.follow(&["5 пост", "dpd"]) {
        named.push("5");
    }
    named
}

/// Fetching it oneself.
pub(super) fn pickup(words: &Words) -> bool {
    words.begin(&[
        "самовывоз",
        "забрать",
        "забер",
        "заеду",
        "подъеду",
        "подъехать",
        "pickup",
        "recoger",
        "recogida",
    ]) || words.follow(&[
        "pick up",
        "pick it up",
        "pick them up",
        "collect",
        "пункт выдач",
        "приехать за",
        "приеду за",
    ])
}

/// How long it takes.
pub(super) fn how_long(words: &Words) -> bool {
    words.follow(&[
        "сколько дней",
        "сколько ид",
        "сколько ехать",
        "сколько едет",
        "сколько по времени",
        "сколько ждать",
        "сколько времени",
        "как долго",
        "долго ид",
        "долго ждать",
        "долго ли",
        "когда дойд",
        "когда прид",
        "когда приед",
        "когда достав",
        "когда привез",
        "когда будет",
        "за сколько дойд",
        "за сколько дней",
        "за сколько достав",
        "через сколько",
        "дойдет за",
        "срок",
        "быстро дойд",
        "how long",
        "how many days",
        "how fast",
        "how soon",
        "when will",
        "delivery time",
        "cuanto tarda",
        "cuánto tarda",
        "cuantos dias",
        "cuántos días",
        "cuando llega",
        "cuándo llega",
        "en cuanto tiempo",
    ])
}

/// By a given day, or at once: a table of days promises no date.
pub(super) fn by_a_day(words: &Words) -> bool {
    words.begin(&[
        "сегодня",
        "завтра",
        "послезавтра",
        "срочн",
        "экспресс",
        "понедельник",
        "вторник",
        "среду",
        "четверг",
        "пятниц",
        "суббот",
        "воскресень",
        "выходны",
        "today",
        "tomorrow",
        "urgent",
        "express",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "hoy",
        "mañana",
        "manana",
        "urgente",
        "гарантир",
        "успе",
    ])
}

/// Whether it costs nothing.
pub(super) fn free(words: &Words) -> bool {
    words.begin(&["бесплат", "халяв", "gratis", "gratuit"])
        || words.are(&["free"])
        || words.follow(&["платн", "за чей счет", "за ваш счет"])
}

/// Out of the country, no place named.
pub(super) fn abroad(words: &Words) -> bool {
    words.begin(&[
        "зарубеж",
        "границ",
        "международн",
        "abroad",
        "overseas",
        "internationa",
        "worldwide",
        "internaciona",
        "extranjero",
    ]) || words.follow(&[
        "другие стран",
        "другую стран",
        "за рубеж",
        "other countr",
        "otros pa",
    ])
}
