//! Words that sellers speak of prices with, in Russian, English and Spanish.

/// Beginnings of words, where they end in `*`, and whole words.
pub(super) type List = &'static [&'static str];

/// It goes, said by who sells it.
#[rustfmt::skip]
pub(super) const GOES: List = &[
    "отдам", "отдадим", "отдаю", "отдаем", "уступлю", "уступим", "уступаю", "продам", "продадим", "продаю", "сделаю",
    "сделаем", "забирай", "забирайте", "бери", "берите", "договорились", "согласен", "согласна", "согласны",
    "устроит", "устраивает", "давайте", "давай", "ваш", "ваша", "ваше", "твой", "твоя", "скину", "скинем", "сброшу",
    "опущу", "have", "take", "give", "sell", "deal", "agreed", "yours", "accept", "accepted", "works", "fine", "go",
    "do", "dejo", "dejamos", "doy", "damos", "vendo", "vendemos", "acepto", "acuerdo", "trato", "llevatelo",
    "lleveselo", "tuyo", "suyo", "llevar", "llevarte",
];
/// It goes, when a price stands alone beside it.
#[rustfmt::skip]
pub(super) const YES: List = &[
    "договорились", "согласен", "согласна", "согласны", "deal", "agreed", "acuerdo", "trato", "hecho", "да", "хорошо",
    "ок", "окей", "ладно", "пусть", "идет", "yes", "ok", "okay", "sure", "alright", "sí", "bueno", "claro", "vale",
    "si",
];
/// It does not go.
#[rustfmt::skip]
pub(super) const NOT: List = &[
    "не", "нет", "никак", "нельзя", "нереально", "мало", "маловато", "not", "no", "cannot", "can't", "cant", "won't",
    "wont", "don't", "dont", "never", "impossible", "nunca", "imposible", "poco", "tampoco",
];
/// How low it goes at the most: an agreement or none, as one takes it.
#[rustfmt::skip]
pub(super) const BOUND: List = &[
    "меньше", "ниже", "дешевле", "минимум", "минимальн*", "крайн*", "последн*", "less", "lower", "below", "under",
    "lowest", "minimum", "final", "last", "cheaper", "least", "menos", "bajo", "mínimo", "minimo", "último", "ultimo",
];
/// It depends, wherever in the sentence that is said.
#[rustfmt::skip]
pub(super) const DEPENDS: List = &[
    "если", "условии", "условие", "бы", "когда", "только", "первому", "обмен*", "предоплат*", "наличн*", "налом",
    "самовывоз*", "вместе", "комплект*", "следующ*", "if", "when", "only", "provided", "cash", "together", "exchange",
    "next", "once", "unless", "cuando", "solo", "sólo", "efectivo", "juntos", "siempre", "recogida",
];
/// It depends, when it stands beside the price.
#[rustfmt::skip]
pub(super) const WHEN: List = &[
    "сегодня", "завтра", "вечера", "выходных", "недели", "today", "tomorrow", "tonight", "week", "hoy", "mañana",
    "semana", "без", "при", "without", "sin",
];
/// Nobody is certain.
#[rustfmt::skip]
pub(super) const PERHAPS: List = &[
    "наверн*", "может", "возможно", "подума*", "посмотр*", "около", "примерно", "думаю", "кажется", "вроде", "спрошу",
    "узнаю", "уточню", "maybe", "perhaps", "around", "about", "probably", "might", "think", "ask", "quizás", "quizas",
    "tal", "creo", "pensar", "pregunto",
];
/// Another price than that of the article.
#[rustfmt::skip]
pub(super) const CARRIAGE: List = &[
    "достав*", "отправ*", "пересыл*", "привез*", "довез*", "почт*", "курьер*", "сдэк", "посылк*", "упаковк*", "ship*",
    "deliver*", "postage", "post", "courier", "parcel", "envi*", "enví*", "entrega*", "correo*", "mensajer*",
];
/// What was agreed is off.
#[rustfmt::skip]
pub(super) const OFF: List = &[
    "передума*", "ошиб*", "неактуальн*", "отбой", "отмен*", "mistake", "mistaken", "wrong", "sorry", "equivoq*",
    "equivoc*", "cancel*",
];
/// What a price is asked for with.
#[rustfmt::skip]
pub(super) const PRICE: List = &[
    "цен*", "сто*", "почем", "price*", "cost*", "much", "precio*", "cuesta*", "cuánto", "cuanto", "vale",
];
/// From so many pieces on.
#[rustfmt::skip]
pub(super) const FROM: List = &[
    "от", "from", "desde", "partir", "starting", "over",
];
/// For each piece.
#[rustfmt::skip]
pub(super) const EACH: List = &[
    "по", "штуку", "штука", "шт", "кажд*", "each", "apiece", "per", "cada", "unidad",
];
/// A condition that a number of pieces answers.
#[rustfmt::skip]
pub(super) const IF: List = &[
    "если", "if",
];
/// A sentence that begins so limits its neighbour.
#[rustfmt::skip]
pub(super) const LIMITS: List = &[
    "только", "если", "при", "но", "кроме", "правда", "if", "only", "but", "unless", "provided", "solo", "sólo",
    "pero", "cuando",
];

/// Whether a word is one of a list.
pub(super) fn is(word: &str, list: List) -> bool {
    list.iter().any(|one| match one.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == *one,
    })
}
