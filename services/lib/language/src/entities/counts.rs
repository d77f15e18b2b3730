//! How many pieces are meant.

use super::{
    EntityValue,
    amounts::Amount,
    lists::{begins, one_of},
    pieces::Kind,
    reading::Reading,
    sizes::{is_month, is_time},
};
use crate::lexicon;

/// Nobody orders more pieces in a chat; larger numbers are something else.
const MOST: u32 = 100_000;
/// The most that a bare number counts.
const MOST_BARE: u32 = 999;
/// A bare number behind «мне» may be a shoe's size from here on.
const SIZES_FROM: u32 = 30;

/// Numbers with a word for pieces behind them: «5 шт», «двух пачек», "3 pcs", "dos cajas".
pub(super) fn counted_pieces(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let skip = usize::from(is_such(reading.word(amount.last + 1)));
        let unit = amount.last + 1 + skip;
        let is_packing = is_packing(reading, amount.first.wrapping_sub(1));
        if !is_piece(reading.word(unit)) || amount.ranged {
            continue;
        }
        let dot = usize::from(reading.word(unit + 1) == "." && reading.word(unit) == "шт");
        match count(&amount, MOST).filter(|_| !is_packing) {
            Some(count) => {
                reading.take(amount.first..=unit, EntityValue::Quantity(count));
                reading.hide(unit + dot..=unit + dot);
            }
            None => reading.hide(amount.first..=unit),
        }
    }
}

/// All other counts.
pub(super) fn counts(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let Some(count) = count(&amount, MOST).filter(|_| !amount.ranged) else {
            continue;
        };
        let before = amount.first.wrapping_sub(1);
        let led = matches!(reading.word(before), "штук" | "штуки" | "шт" | "штучек")
            && !reading.is_taken(before);
        if led {
            reading.take(before..=amount.last, EntityValue::Quantity(count));
            continue;
        }
        let is_group = amount.group && is_orderable(reading, &amount);
        let is_count = || is_bare(reading, &amount) && is_meant(reading, &amount);
        if is_group || (count <= MOST_BARE && is_count()) {
            reading.take(amount.first..=amount.last, EntityValue::Quantity(count));
        }
    }
}

fn count(amount: &Amount, most: u32) -> Option<u32> {
    amount.whole().filter(|count| *count <= most)
}

fn is_such(word: &str) -> bool {
    matches!(
        word,
        "таких"
            | "этих"
            | "таки"
            | "такие"
            | "разных"
            | "целых"
            | "more"
            | "such"
            | "еще"
            | "mas"
    )
}

/// A word for pieces, in any case and number.
pub(crate) fn is_piece(word: &str) -> bool {
    const STEMS: &str = "штук штуч упаков упаков пачек пачк пачеч коробо коробк комплект экземпляр единиц набор \
        рулон бутыл мешк мешоч паке ящик";
    const WORDS: &str = "шт ш штк шту ед уп упак пара пары пар пару паре парам парами мешков банок банки банку pcs \
        pc piece pieces unit units set sets pair pairs pack packs packet packets box boxes unidad \
        unidades pieza piezas par pares caja cajas paquete paquetes juego juegos copies item items \
        кор компл пачки пачка ящиков";
    one_of(WORDS, word) || begins(STEMS, word)
}

/// «в упаковке 10 шт» says what a pack is.
fn is_packing(reading: &Reading<'_>, before: usize) -> bool {
    let is_in = matches!(
        reading.word(before.wrapping_sub(1)),
        "в" | "per" | "in" | "одной"
    );
    let pack = reading.word(before);
    let is_pack = matches!(
        pack,
        "упаковке" | "коробке" | "наборе" | "комплекте" | "пачке"
    );
    is_pack || (is_in && is_piece(pack))
}

/// A group that is a count of goods: «пару», but not «пару вопросов» or «за пару тысяч».
fn is_orderable(reading: &Reading<'_>, amount: &Amount) -> bool {
    let next = reading.word(amount.last + 1);
    let is_price = matches!(reading.word(amount.first.wrapping_sub(1)), "за" | "сто")
        && (reading.context.haggling || reading.clause_has(amount.first, is_giving));
    !is_idle(next) && !is_price
}

fn is_giving(word: &str) -> bool {
    ["отда", "уступ", "продад"]
        .iter()
        .any(|stem| word.starts_with(stem))
}

/// Nouns that are counted in talk and never ordered.
fn is_idle(word: &str) -> bool {
    const STEMS: &str = "вопрос слов фот раз минут момент секунд процент рубл тысяч копе вариант видео сообщен \
        причин недел questions photo pregunt foto word";
    is_time(word, true)
        || is_month(word)
        || matches!(
            word,
            "question" | "things" | "ways" | "weeks" | "thing" | "cosas"
        )
        || begins(STEMS, word)
}

/// A number that stands by itself: no part of a name, a code or a range.
fn is_bare(reading: &Reading<'_>, amount: &Amount) -> bool {
    let (before, after) = (amount.first.wrapping_sub(1), amount.last + 1);
    let dash = |at: usize| reading.word(at) == "-" && reading.is_glued(at);
    let is_opaque = |at: usize| reading.word(at) == "\u{FFFC}";
    let is_sign = |at: usize| matches!(reading.word(at), "#" | "№" | "%" | "$" | "€" | "+" | "/");
    let is_latin_name = reading.piece(before).is_some_and(|piece| {
        piece.kind == Kind::Word
            && piece.typed.is_ascii()
            && !is_filler(&piece.word)
            && !is_cart(&piece.word)
            && !is_order(&piece.typed)
            && !is_such(&piece.word)
            && crate::colours::colour_of(&piece.typed).is_none()
            && !lexicon::is_english(&piece.typed)
            && !lexicon::is_spanish(&piece.typed)
            && !reading.is_taken(before)
    });
    let word_glued = reading.is_word(after) && reading.is_glued(after);
    let is_joined = (dash(after) && reading.is_glued(after + 1))
        || (dash(before) && reading.is_glued(amount.first));
    !is_joined
        && !word_glued
        && !is_opaque(before)
        && !is_opaque(after)
        && !is_sign(before)
        && !is_sign(after)
        && !is_latin_name
        && !is_idle(reading.word(after))
        && !matches!(reading.word(after), "в" if reading.is_glued(after))
}

/// Whether a bare number counts goods: asked for, beside a word of the cart, behind «по», or with
/// a noun that agrees with it where a list of goods would begin.
fn is_meant(reading: &Reading<'_>, amount: &Amount) -> bool {
    if reading.context.asked_quantity {
        return true;
    }
    let clause = reading.clause(amount.first);
    let before = skip_back(reading, amount.first, clause.start);
    let after = skip_on(reading, amount.last + 1, clause.end);
    let left = before.map_or("", |at| reading.word(at));
    let direct = reading.word(amount.first.wrapping_sub(1));
    let is_shoe =
        matches!(left, "мне" | "можно") && amount.whole().is_some_and(|count| count >= SIZES_FROM);
    let alone = super::ordinals::is_alone(reading, amount);
    let is_place = alone
        && amount
            .whole()
            .is_some_and(|count| count <= reading.context.list_length);
    if matches!(direct, "за" | "for") {
        // «за две отдадите?» may mean thousands.
        let offered = reading.context.haggling || reading.clause_has(amount.first, is_giving);
        return !offered && reading.clause_has(amount.first, is_asking_price);
    }
    let typed = reading.piece(amount.first).map_or("", |piece| &piece.typed);
    if matches!(typed, "un" | "una") && reading.is_word(amount.last + 1) {
        return false;
    }
    if is_cart(left) && !is_shoe && !is_place {
        return true;
    }
    // "not that one, remove it" counts nothing.
    if typed != "one" && after.is_some_and(|at| is_order(reading.word(at))) {
        return true;
    }
    let (next, far) = (reading.word(amount.last + 1), reading.word(amount.last + 2));
    let is_part = matches!(
        (next, far),
        ("of", "the" | "those" | "these" | "them")
            | ("de", "los" | "las" | "estos")
            | ("из", "них")
    );
    if is_part {
        return true;
    }
    if direct == "по" {
        let offered = reading.context.haggling || reading.clause_has(amount.first, is_giving);
        let follows = reading.word(amount.last + 1);
        return !offered && !is_noun_of_address(follows);
    }
    let is_pronoun = amount.spelled && amount.whole() == Some(1);
    if reading.clause_has(amount.first, is_order) && !is_pronoun {
        let is_plural = ["ых", "их", "ов", "ев", "ей", "ок", "ек"]
            .iter()
            .any(|ending| left.ends_with(ending));
        let is_taken = before.is_some_and(|at| reading.is_taken(at));
        if is_plural || is_taken || matches!(left, "и" | "and" | "y") {
            return true;
        }
    }
    let begins = before.is_none() || is_available(left) || left == "и" && amount.first > 1;
    begins && agrees(amount, reading.word(amount.last + 1))
}

fn is_noun_of_address(word: &str) -> bool {
    ["парковой", "линии", "улице", "адрес", "канал"]
        .iter()
        .any(|noun| word.starts_with(noun))
}

fn is_asking_price(word: &str) -> bool {
    matches!(
        word,
        "сколько"
            | "скок"
            | "скока"
            | "цена"
            | "почем"
            | "выйдет"
            | "price"
            | "much"
    )
}

fn skip_back(reading: &Reading<'_>, from: usize, start: usize) -> Option<usize> {
    (start..from)
        .rev()
        .find(|at| !is_filler(reading.word(*at)) || reading.is_taken(*at))
}

fn skip_on(reading: &Reading<'_>, from: usize, end: usize) -> Option<usize> {
    (from..end).find(|at| !is_filler(reading.word(*at)))
}

/// Words that may stand between a verb and its number.
fn is_filler(word: &str) -> bool {
    const WORDS: &str = ", пожалуйста тогда еще их я уже бы сразу только лучше тут вот ну нам пж пжл please me them \
        us then just about like mas por favor solo somente let's have it нужно";
    one_of(WORDS, word)
}

/// A verb of taking, or a word that stands for one.
fn is_cart(word: &str) -> bool {
    const WORDS: &str =
        "можно мне надо нужно нужен нужны нужна будет давай давайте it's оставь оставьте";
    one_of(WORDS, word) || is_order(word)
}

pub(super) fn is_order(word: &str) -> bool {
    const STEMS: &str = "возьм берем беру брать забер забир добав полож закаж заказыва заказать куп покупа отлож \
        заброн брониру оформ заверн хоч хотел увелич уменьш убер докин взять возми закин";
    const WORDS: &str = "дайте дай беру берём бери кинь кидай убрать take add want need buy get order give put make \
        i'll i'd remove wanna grab quiero dame deme ponme pon agrega agregue anade anada necesito \
        llevo llevare compro comprar tomo pongame quisiera quita deja buying ordering taking \
        reserve necesitamos queremos";
    one_of(WORDS, word) || begins(STEMS, word)
}

/// Words that ask whether so many are there.
fn is_available(word: &str) -> bool {
    matches!(
        word,
        "есть"
            | "ли"
            | "осталось"
            | "найдется"
            | "имеется"
            | "здравствуйте"
            | "привет"
            | "добрый"
    )
}

/// Whether a Russian noun stands in the form that follows this number: «2 рюкзака», «5 кружек».
pub(super) fn agrees(amount: &Amount, word: &str) -> bool {
    if !word.chars().all(lexicon::is_cyrillic) || word.chars().count() < 4 || is_idle(word) {
        return false;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let verbs = ["те", "шь", "ть", "ли", "ло", "ет", "ит", "ют", "ут"];
    let adjectives = ["ый", "ий", "ой", "ая", "яя", "ое", "ого"];
    if ends(&verbs) || ends(&adjectives) || ends(&["но", "ма"]) {
        return false;
    }
    match amount.whole().map(|count| (count % 10, count % 100)) {
        Some((_, 11..=14)) | Some((0 | 5..=9, _)) => {
            ends(&["ов", "ев", "ей", "ок", "ек", "ых", "их", "ц"])
        }
        Some((2..=4, _)) => ends(&["а", "я", "ы", "и", "ых", "их", "ые", "ие"]),
        _ => false,
    }
}
