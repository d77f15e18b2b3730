//! The parts of a message: what stands between commas, what announces it, and what it can be.

use std::ops::Range;

use schemas::conversation::Detail;

use crate::normalise::fold;

/// What a part of a message is announced as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Delivery,
    Address,
    Name,
    Contact,
}

impl Label {
    pub(super) const fn detail(self) -> Detail {
        match self {
            Self::Delivery => Detail::Delivery,
            Self::Address => Detail::Address,
            Self::Name => Detail::Name,
            Self::Contact => Detail::Contact,
        }
    }
}

/// Stems of the words that announce something.
const LABELS: [(&str, Label); 29] = [
    ("адрес", Label::Address),
    ("address", Label::Address),
    ("direcci", Label::Address),
    ("domicilio", Label::Address),
    ("доставк", Label::Delivery),
    ("доставить", Label::Delivery),
    ("город", Label::Delivery),
    ("регион", Label::Delivery),
    ("delivery", Label::Delivery),
    ("shipping", Label::Delivery),
    ("city", Label::Delivery),
    ("ciudad", Label::Delivery),
    ("envío", Label::Delivery),
    ("envio", Label::Delivery),
    ("имя", Label::Name),
    ("фамили", Label::Name),
    ("фио", Label::Name),
    ("получател", Label::Name),
    ("name", Label::Name),
    ("nombre", Label::Name),
    ("телефон", Label::Contact),
    ("номер", Label::Contact),
    ("почт", Label::Contact),
    ("e-mail", Label::Contact),
    ("email", Label::Contact),
    ("phone", Label::Contact),
    ("teléfono", Label::Contact),
    ("telefono", Label::Contact),
    ("correo", Label::Contact),
];

/// Words beside a label that are no value: «мой новый адрес другой», "the phone is wrong".
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "мой", "моя", "мое", "мои", "у", "меня", "вот", "новый", "новая", "новое", "другой", "другая", "другое", "другую",
    "другие", "не", "тот", "та", "то", "те", "неверный", "неправильный", "неправильно", "неверно", "для", "связи",
    "такой", "неправильное", "неверное", "неверная", "неправильная", "будет", "это", "нет", "да", "но", "только", "поменяйте", "поменять", "измените", "изменить", "исправьте",
    "исправить", "смените", "сменить", "замените", "пожалуйста", "надо", "нужно", "можно", "на", "а", "и", "ой", "по",
    "хочу", "хотел", "хотела", "бы", "ошибка", "ошибся", "ошиблась", "в", "с", "my", "the", "is", "new", "wrong", "other",
    "different", "another", "change", "to", "please", "no", "yes", "but", "it", "s", "and", "i", "need", "want", "can",
    "update", "for", "actually", "mi", "el", "la", "es", "otro", "otra", "nuevo", "nueva", "necesito", "cambiar",
    "cambie", "cambia", "quiero", "pero", "sí", "si", "por", "favor", "está", "equivocado", "equivocada", "de",
    "entrega", "доставки", "доставка", "получателя", "получатель", "телефона", "почты", "электронная", "электронной",
    "number", "delivery", "shipping", "mail", "email", "электронный", "мейл", "здравствуйте", "привет", "номер",
    "correo", "electrónico", "electronico", "teléfono", "telefono", "адрес", "телефон", "почта", "почту", "address",
    "phone", "dirección", "direccion", "имя", "name", "nombre", "город", "city", "ciudad", "envío", "envio", "доставку",
    "фамилия", "фамилию", "фамилии",
];

/// Words at the head of a part that say nothing: «ну, в», «да, на».
#[rustfmt::skip]
const LEAD: &[&str] = &[
    "в", "во", "на", "до", "по", "и", "а", "ну", "да", "вот", "г", "г.", "город", "это", "мне", "пожалуйста", "лучше",
    "тогда", "давайте", "отправьте", "отправляйте", "доставьте", "доставить", "доставка", "доставку", "адрес", "живу",
    "телефон", "тел", "тел.", "почта", "to", "in", "at", "and", "the", "ship", "send", "it", "deliver", "please", "a",
    "en", "para", "y", "al", "envíalo", "envialo", "envíen", "envien", "address", "phone", "email",
];

/// The parts of a message, as they were typed.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let next = letters.get(at.saturating_add(1));
        let ends = match letter {
            ',' | ';' | '\n' | '!' => true,
            // «ул. Баумана, д. 5»: an abbreviation ends nothing.
            '.' => next.is_none_or(|next| next.is_whitespace()) && !is_abbreviated(&part),
            _ => false,
        };
        if ends {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(*letter);
        }
    }
    parts.push(part);
    let parts = parts.into_iter().map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

/// Whether the last word is so short that a point behind it abbreviates.
fn is_abbreviated(part: &str) -> bool {
    const SHORT: usize = 4;
    let last = part.split([' ', ',', '.']).next_back().unwrap_or_default();
    let letters = last.chars().filter(|c| c.is_alphabetic()).count();
    (1..=SHORT).contains(&letters) && last.chars().all(char::is_alphabetic)
}

/// What a part is announced as, and the part behind that: `адрес другой: Казань` is an address, `Казань`.
pub(super) fn label(part: &str) -> (Option<Label>, &str) {
    let (head, value) = part.split_once(':').map_or((part, None), |(head, value)| {
        (head, Some(value.trim_start()))
    });
    let words: Vec<(usize, String)> = words(head);
    let labelled = words.iter().find_map(|(_, word)| {
        let known = LABELS.iter().find(|(stem, _)| word.starts_with(stem));
        known.map(|(_, label)| *label)
    });
    let Some(labelled) = labelled else {
        return (None, part);
    };
    if let Some(value) = value {
        return (Some(labelled), value);
    }
    // Without a colon the value begins behind the words that only announce it.
    let value = words.iter().find(|(_, word)| {
        !BESIDE.contains(&word.as_str()) && !LABELS.iter().any(|(stem, _)| word.starts_with(stem))
    });
    let value = value.map_or("", |(at, _)| part.get(*at..).unwrap_or_default());
    (Some(labelled), value)
}

/// The words of a part in lower case, with where they begin.
fn words(part: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut from = 0;
    for word in part.split_inclusive(char::is_whitespace) {
        let bare = word.trim();
        if !bare.is_empty() {
            let at = from + word.find(bare).unwrap_or(0);
            let folded = fold(bare);
            let folded = folded.trim_matches(|c: char| c.is_ascii_punctuation() || c == '¿');
            words.push((at, folded.to_owned()));
        }
        from += word.len();
    }
    words
}

/// A part without the words at its head that say nothing.
pub(super) fn without_lead(part: &str) -> &str {
    let first = words(part)
        .into_iter()
        .find(|(_, word)| !word.is_empty() && !LEAD.contains(&word.as_str()));
    let rest = first.map_or("", |(at, _)| part.get(at..).unwrap_or_default());
    rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '-' | ':'))
}

/// Whether a part says nothing of its own.
pub(super) fn is_filler(part: &str) -> bool {
    let words = words(part);
    let mut words = words.iter().map(|(_, word)| word.as_str());
    words.all(|word| word.is_empty() || BESIDE.contains(&word) || LEAD.contains(&word))
}

fn begins(part: &str, stems: &[&str]) -> bool {
    let words = words(part);
    let mut words = words.iter();
    words.any(|(_, word)| stems.iter().any(|stem| word.starts_with(stem)))
}

/// Whether the buyer wants to fetch it.
pub(super) fn is_pickup(part: &str) -> bool {
    const STEMS: [&str; 14] = [
        "самовывоз",
        "забер",
        "забра",
        "заеду",
        "заед",
        "подъеду",
        "подъед",
        "pickup",
        "pick-up",
        "collect",
        "recoger",
        "recojo",
        "recogida",
        "recogeré",
    ];
    let folded = format!(" {} ", fold(part));
    let phrased = [
        " pick up",
        " pick it up",
        " сам приеду",
        " приеду сам",
        " сама приеду",
    ];
    let refused = [
        " не самовывоз",
        " без самовывоз",
        " no pickup",
        " не смогу",
        " не могу",
    ];
    (begins(part, &STEMS) || phrased.iter().any(|said| folded.contains(said)))
        && !refused.iter().any(|said| folded.contains(said))
}

/// Whether a point is named where a carrier hands out parcels.
pub(super) fn is_carrier(part: &str) -> bool {
    begins(
        part,
        &[
            "сдэк",
            "сдек",
            "cdek",
            "пвз",
            "пункт",
            "постамат",
            "боксберри",
            "boxberry",
            "озон",
            "ozon",
            "5post",
            "пятероч",
            "отделени",
        ],
    )
}

/// Words that belong to an address.
const STREETS: [&str; 47] = [
    "ул",
    "улиц",
    "просп",
    "пр-т",
    "пр-кт",
    "пр-д",
    "проезд",
    "переул",
    "пер",
    "бульвар",
    "б-р",
    "шоссе",
    "наб",
    "набереж",
    "площад",
    "пл",
    "тупик",
    "микрорайон",
    "мкр",
    "квартал",
    "дом",
    "корп",
    "к",
    "стр",
    "строен",
    "кв",
    "квартир",
    "подъезд",
    "этаж",
    "офис",
    "домофон",
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "lane",
    "apt",
    "flat",
    "building",
    "calle",
    "avenida",
    "avda",
    "plaza",
    "piso",
    "paseo",
];

/// Words of the list above that are whole, and begin others that are no street.
const WHOLE: [&str; 13] = [
    "ул", "пер", "наб", "пл", "к", "стр", "кв", "st", "ave", "rd", "apt", "flat", "дом",
];

/// Whether a part is a street, a house or a flat: a word that only addresses have, or a number beside letters that
/// counts nothing.
pub(super) fn is_address(part: &str) -> bool {
    let said = words(part);
    let of_street = |word: &str| {
        let bare = word.trim_end_matches('.');
        STREETS.iter().any(|known| {
            if WHOLE.contains(known) {
                bare == *known
            } else {
                bare.starts_with(known)
            }
        })
    };
    if said.iter().any(|(_, word)| of_street(word)) {
        return true;
    }
    let digits = said
        .iter()
        .any(|(_, word)| word.starts_with(|c: char| c.is_ascii_digit()));
    let counted = begins(
        part,
        &[
            "шт",
            "штук",
            "pcs",
            "piece",
            "unidad",
            "руб",
            "₽",
            "дн",
            "день",
            "дня",
            "час",
            "минут",
        ],
    );
    let letters = said
        .iter()
        .any(|(_, word)| word.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    let index = said.len() == 1
        && said
            .iter()
            .all(|(_, word)| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
    let house = said
        .iter()
        .any(|(_, word)| matches!(word.as_str(), "д" | "d"));
    (digits && !counted && (letters || house)) || index
}

/// Whether a place in a part is the name of a street: a word for one stands right beside it.
pub(super) fn is_of_street(part: &str, place: &Range<usize>) -> bool {
    let before = part.get(..place.start).unwrap_or_default();
    let after = part.get(place.end..).unwrap_or_default();
    let street = |word: Option<(usize, String)>| {
        word.is_some_and(|(_, word)| {
            let bare = word.trim_end_matches('.');
            [
                "ул",
                "улица",
                "улице",
                "проспект",
                "пр-т",
                "переулок",
                "шоссе",
                "бульвар",
                "проезд",
                "street",
                "calle",
            ]
            .contains(&bare)
        })
    };
    let named = fold(part.get(place.clone()).unwrap_or_default());
    // «Московский проспект», and not «Казань ул. Баумана».
    let adjective = ["ий", "ый", "ой", "ая", "ое"]
        .iter()
        .any(|ending| named.ends_with(ending));
    street(words(before).pop()) || (adjective && street(words(after).into_iter().next()))
}
