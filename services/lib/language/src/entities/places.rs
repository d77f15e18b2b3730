//! Where to: places that the gazetteer knows, and places that only the sentence gives away.

use super::{
    EntityValue,
    gazetteer::{Found, forgiving, lookup},
    pieces::{Kind, Piece},
    reading::Reading,
};
use crate::{colours::colour_of, lexicon};

/// The most words that a name has.
const LONGEST: usize = 4;

/// Finds the places of a text.
pub(super) fn places(reading: &mut Reading<'_>) {
    let mut is_any = false;
    let mut at = 0;
    while at < reading.pieces.len() {
        let length = known(reading, at);
        is_any |= length > 0;
        at += length.max(1);
    }
    let mut at = 0;
    while at < reading.pieces.len() {
        let length = unknown(reading, at);
        is_any |= length > 0;
        at += length.max(1);
    }
    if reading.context.asked_place && !is_any {
        answered(reading);
    }
}

/// The longest name of the gazetteer that begins at a piece, and how many pieces it takes.
pub(super) fn matched(pieces: &[Piece], at: usize, forgives: bool) -> Option<(Found, usize)> {
    let mut ends = Vec::new();
    let (mut word, mut typed) = (String::new(), String::new());
    let mut next = at;
    while ends.len() < LONGEST {
        let Some(piece) = pieces.get(next).filter(|piece| piece.kind == Kind::Word) else {
            break;
        };
        for (key, part) in [(&mut word, &piece.word), (&mut typed, &piece.typed)] {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(part);
        }
        ends.push((word.clone(), typed.clone(), next + 1 - at));
        next += 1;
        let is_joint = pieces
            .get(next)
            .is_some_and(|sign| matches!(sign.word.as_str(), "-" | "."));
        next += usize::from(is_joint);
    }
    let exact = ends.iter().rev().find_map(|(word, typed, length)| {
        let found = lookup(typed).or_else(|| lookup(word))?;
        Some((found, *length))
    });
    if exact.is_some() || !forgives {
        return exact;
    }
    ends.iter().rev().find_map(|(word, typed, length)| {
        let found = forgiving(typed).or_else(|| forgiving(word))?;
        Some((found, *length))
    })
}

/// Takes the known place that begins at a piece; how many pieces it took.
fn known(reading: &mut Reading<'_>, at: usize) -> usize {
    if !reading.is_word(at) || reading.is_taken(at) {
        return 0;
    }
    let lead = Lead::of(reading, at);
    let asked = reading.context.asked_place;
    let forgives = asked || lead.is_preposition || lead.is_delivery;
    let Some((found, length)) = matched(&reading.pieces, at, forgives) else {
        return 0;
    };
    let capital = reading.piece(at).is_some_and(|piece| piece.capital);
    let sends = reading.pieces.iter().any(|piece| is_delivery(&piece.word));
    let ahead = lead.is_preposition && (capital || sends);
    let is_meant = if found.person {
        ahead || lead.is_delivery || lead.is_settlement
    } else if found.weak {
        ahead || lead.is_delivery || lead.is_settlement || (capital && sends && !lead.begins)
    } else {
        true
    };
    // «горный алтай» of a region is no «алтайский мёд»; a glued hyphen makes another word of it.
    let joins =
        |at: usize| reading.word(at) == "-" && reading.is_glued(at) && reading.is_glued(at + 1);
    let is_part = joins(at + length) || (at > 0 && joins(at - 1) && reading.is_glued(at - 1));
    if !(is_meant || asked) || is_part || (at..at + length).any(|at| reading.is_taken(at)) {
        return 0;
    }
    reading.take(at..=at + length - 1, EntityValue::Place(found.place));
    length
}

/// What stands before a name.
#[derive(Clone, Copy)]
struct Lead {
    /// «в», «до», "to".
    is_preposition: bool,
    /// «доставка», "delivery".
    is_delivery: bool,
    /// «город», «г.».
    is_settlement: bool,
    /// Nothing: the sentence begins.
    begins: bool,
}

impl Lead {
    fn of(reading: &Reading<'_>, at: usize) -> Self {
        let mut back = at;
        while back > 0 && (is_settlement(reading.word(back - 1)) || reading.word(back - 1) == ".") {
            let is_abbreviated = reading.word(back - 1) != "."
                || (back > 1 && is_settlement(reading.word(back - 2)));
            if !is_abbreviated {
                break;
            }
            back -= 1;
        }
        let before = back.checked_sub(1).map_or("", |at| reading.word(at));
        Self {
            is_preposition: is_preposition(before),
            is_delivery: is_delivery(before),
            is_settlement: back < at,
            begins: before.is_empty() || matches!(before, "." | "!" | "?" | "\n"),
        }
    }
}

/// «до Урюпинска?», "ship to Springfield": takes a name that stands where a place stands.
fn unknown(reading: &mut Reading<'_>, at: usize) -> usize {
    let word = reading.word(at);
    let leads = is_direction(word) || is_delivery_noun(word);
    if !reading.is_word(at) || reading.is_taken(at) || !leads {
        return 0;
    }
    let mut first = at + 1;
    while is_settlement(reading.word(first)) || (first > at + 1 && reading.word(first) == ".") {
        first += 1;
    }
    let is_called = first > at + 1;
    let Some(piece) = reading
        .piece(first)
        .filter(|piece| piece.kind == Kind::Word)
    else {
        return 0;
    };
    let same_letters = is_cyrillic(reading.word(at)) == is_cyrillic(&piece.word);
    if reading.is_taken(first) || !is_name(&piece.word) || !same_letters {
        return 0;
    }
    let (capital, toponym) = (piece.capital, is_toponym(&piece.word));
    let sends = reading.pieces.iter().any(|piece| is_delivery(&piece.word));
    let is_short = reading
        .pieces
        .iter()
        .filter(|p| p.kind == Kind::Word)
        .count()
        <= 3;
    let is_far = matches!(word, "до" | "hasta");
    let is_meant = if is_delivery_noun(word) {
        capital
    } else {
        is_called || ((capital || toponym) && (sends || is_far || (is_short && word != "на")))
    };
    if !is_meant {
        return 0;
    }
    let last = name_end(reading, first);
    take_unknown(reading, first, last);
    last + 1 - at
}

/// The last piece of a name: hyphened parts, and capitals that follow a capital.
fn name_end(reading: &Reading<'_>, first: usize) -> usize {
    let mut last = first;
    let capital = |at: usize| reading.piece(at).is_some_and(|piece| piece.capital);
    loop {
        let hyphened = reading.word(last + 1) == "-"
            && reading.is_glued(last + 1)
            && reading.is_glued(last + 2)
            && reading.is_word(last + 2);
        let follows = reading.is_word(last + 1)
            && capital(first)
            && capital(last + 1)
            && is_name(reading.word(last + 1));
        let step = if hyphened { 2 } else { usize::from(follows) };
        if step == 0 || last + step > first + 2 * LONGEST || reading.is_taken(last + step) {
            return last;
        }
        last += step;
    }
}

fn take_unknown(reading: &mut Reading<'_>, first: usize, last: usize) {
    let (Some(from), Some(to)) = (reading.piece(first), reading.piece(last)) else {
        return;
    };
    let range = from.range.start..to.range.end;
    let name = reading.text.get(range).unwrap_or_default().to_owned();
    reading.take(first..=last, EntityValue::UnknownPlace(name));
}

/// The whole message as the answer to "where to?": one to three words that may be a name.
fn answered(reading: &mut Reading<'_>) {
    let is_core = |at: &usize| {
        let word = reading.word(*at);
        reading.is_word(*at) && !is_direction(word) && !is_settlement(word) && !is_polite(word)
    };
    let core: Vec<usize> = (0..reading.pieces.len()).filter(is_core).collect();
    let (Some(first), Some(last)) = (core.first().copied(), core.last().copied()) else {
        return;
    };
    let is_whole = (first..=last).all(|at| {
        let word = reading.word(at);
        !reading.is_taken(at) && (word == "-" || (reading.is_word(at) && is_name(word)))
    });
    let is_free = (0..reading.pieces.len()).all(|at| !reading.is_taken(at));
    let is_said = core.iter().all(|at| !is_saying(reading.word(*at)));
    if core.len() <= 3 && is_whole && is_said && is_free {
        take_unknown(reading, first, last);
    }
}

fn is_cyrillic(word: &str) -> bool {
    word.chars().any(lexicon::is_cyrillic)
}

/// Prepositions that stand before a place, or a thing.
fn is_preposition(word: &str) -> bool {
    is_direction(word)
        || matches!(
            word,
            "по" | "под" | "через" | "in" | "for" | "around" | "por"
        )
}

/// Prepositions of where from and where to.
fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "в" | "во"
            | "до"
            | "из"
            | "на"
            | "to"
            | "into"
            | "from"
            | "a"
            | "hasta"
            | "desde"
            | "en"
            | "para"
            | "hacia"
            | "near"
    )
}

fn is_settlement(word: &str) -> bool {
    const WORDS: [&str; 24] = [
        "г",
        "город",
        "города",
        "городе",
        "гор",
        "поселок",
        "поселке",
        "поселка",
        "пос",
        "пгт",
        "село",
        "селе",
        "села",
        "деревню",
        "деревне",
        "деревня",
        "дер",
        "станицу",
        "станица",
        "станице",
        "хутор",
        "аул",
        "city",
        "ciudad",
    ];
    WORDS.contains(&word)
}

fn is_delivery_noun(word: &str) -> bool {
    matches!(
        word,
        "доставка" | "доставки" | "доставку" | "отправка" | "delivery" | "shipping"
    )
}

/// Words of sending and fetching.
fn is_delivery(word: &str) -> bool {
    const STEMS: [&str; 24] = [
        "достав",
        "отправ",
        "отошл",
        "пришл",
        "пришле",
        "вышл",
        "вышле",
        "везе",
        "возит",
        "привез",
        "довез",
        "отвез",
        "пересыл",
        "перешл",
        "шлете",
        "шлешь",
        "посыл",
        "дойдет",
        "доедет",
        "приедет",
        "живу",
        "нахожусь",
        "deliver",
        "enviar",
    ];
    const WORDS: [&str; 27] = [
        "ship",
        "ships",
        "shipping",
        "shipped",
        "send",
        "sending",
        "post",
        "courier",
        "shipment",
        "envio",
        "envios",
        "envian",
        "envia",
        "envias",
        "entrega",
        "entregas",
        "entregan",
        "mandan",
        "mandar",
        "llega",
        "llegan",
        "live",
        "vivo",
        "курьер",
        "курьером",
        "шлет",
        "пошлете",
    ];
    WORDS.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))
}

/// Endings that names of towns have and other words seldom do.
fn is_toponym(word: &str) -> bool {
    const ENDINGS: [&str; 30] = [
        "нск",
        "нска",
        "нску",
        "нске",
        "рск",
        "рска",
        "рске",
        "цк",
        "цка",
        "цке",
        "вск",
        "вска",
        "вске",
        "льск",
        "льска",
        "льске",
        "город",
        "города",
        "городе",
        "град",
        "града",
        "граде",
        "бург",
        "бурга",
        "бурге",
        "ополь",
        "ополя",
        "ово",
        "ево",
        "ино",
    ];
    is_cyrillic(word)
        && word.chars().count() >= 5
        && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether a word may be part of a name: no word that stands behind «в» and «до» for other reasons.
fn is_name(word: &str) -> bool {
    const STEMS: [&str; 62] = [
        "налич",
        "пункт",
        "офис",
        "магазин",
        "отделен",
        "дом",
        "квартир",
        "подъезд",
        "почт",
        "рук",
        "течен",
        "ближайш",
        "друг",
        "регион",
        "город",
        "понедель",
        "вторник",
        "сред",
        "четверг",
        "пятниц",
        "суббот",
        "воскрес",
        "выходн",
        "завтра",
        "послезавтра",
        "сегодня",
        "утр",
        "вечер",
        "подар",
        "пакет",
        "короб",
        "сумк",
        "сдэк",
        "сдек",
        "боксбер",
        "озон",
        "яндекс",
        "авито",
        "телег",
        "ватсап",
        "вотсап",
        "вайбер",
        "сбер",
        "тинько",
        "двер",
        "адрес",
        "этаж",
        "люб",
        "как",
        "скольк",
        "ваш",
        "наш",
        "мой",
        "склад",
        "терминал",
        "постамат",
        "вайлдбер",
        "област",
        "стран",
        "стоимост",
        "рассроч",
        "январ",
    ];
    const WORDS: [&str; 64] = [
        "том",
        "этом",
        "этот",
        "это",
        "мне",
        "меня",
        "нас",
        "вас",
        "вам",
        "нам",
        "неё",
        "нее",
        "день",
        "дня",
        "час",
        "часа",
        "конца",
        "начала",
        "ночь",
        "обед",
        "обеда",
        "кредит",
        "тк",
        "пвз",
        "вк",
        "ук",
        "общем",
        "целом",
        "принципе",
        "итоге",
        "общий",
        "счет",
        "стоит",
        "the",
        "my",
        "your",
        "me",
        "you",
        "us",
        "a",
        "an",
        "this",
        "that",
        "home",
        "store",
        "stock",
        "mi",
        "tu",
        "su",
        "casa",
        "domicilio",
        "monday",
        "friday",
        "saturday",
        "sunday",
        "tuesday",
        "wednesday",
        "thursday",
        "santa",
        "что",
        "whatsapp",
        "telegram",
        "avito",
        "ozon",
    ];
    let letters = word.chars().count();
    let is_short_verb = ["ть", "ете", "ите", "ешь", "ишь"]
        .iter()
        .any(|ending| word.ends_with(ending));
    letters >= 3
        && !is_short_verb
        && !WORDS.contains(&word)
        && !STEMS
            .iter()
            .any(|stem| word.starts_with(stem) && !is_toponym(word))
        && colour_of(word).is_none()
        && !super::sizes::is_month(word)
        && !lexicon::is_english(word)
        && !lexicon::is_spanish(word)
}

fn is_polite(word: &str) -> bool {
    const WORDS: [&str; 22] = [
        "пожалуйста",
        "мне",
        "нужно",
        "надо",
        "доставить",
        "отправить",
        "я",
        "живу",
        "нахожусь",
        "ну",
        "это",
        "мы",
        "please",
        "i",
        "live",
        "вообще",
        "сам",
        "доставка",
        "по",
        "хочу",
        "в",
        "нам",
    ];
    WORDS.contains(&word)
}

/// Words that answer something, and name nothing.
fn is_saying(word: &str) -> bool {
    const STEMS: [&str; 20] = [
        "спасиб",
        "сколько",
        "дорог",
        "дешев",
        "поня",
        "хорош",
        "ладн",
        "потом",
        "пока",
        "думаю",
        "зна",
        "самовыв",
        "забер",
        "цен",
        "понятн",
        "отмен",
        "здравств",
        "привет",
        "может",
        "можн",
    ];
    const WORDS: [&str; 30] = [
        "да",
        "нет",
        "не",
        "ок",
        "окей",
        "ага",
        "угу",
        "хочу",
        "надо",
        "еще",
        "уже",
        "есть",
        "или",
        "без",
        "для",
        "она",
        "они",
        "оно",
        "все",
        "так",
        "там",
        "тут",
        "где",
        "кто",
        "когда",
        "неважно",
        "сейчас",
        "секунду",
        "минуту",
        "минутку",
    ];
    WORDS.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))
}
