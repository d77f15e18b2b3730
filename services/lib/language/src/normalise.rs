//! One spelling for what buyers type in many: the text that the classifier sees.
//!
//! Lower case, `ё` as `е`, no invisible characters, full-width forms and mixed-in look-alike
//! letters folded, Russian typed in Latin letters turned back, slang written out. Spelling
//! mistakes are left alone: the character n-grams of the classifier live with them.

use crate::{lexicon, translit};

/// Abbreviations, slang and gestures, and what they stand for.
#[rustfmt::skip]
const SLANG: [(&str, &str); 44] = [
    ("скок", "сколько"), ("скока", "сколько"), ("скоко", "сколько"), ("ск", "сколько"),
    ("спс", "спасибо"), ("спасиб", "спасибо"), ("спасибки", "спасибо"),
    ("пж", "пожалуйста"), ("пжл", "пожалуйста"), ("пжлст", "пожалуйста"), ("плиз", "пожалуйста"),
    ("здрасте", "здравствуйте"), ("здрасьте", "здравствуйте"), ("здр", "здравствуйте"),
    ("драсте", "здравствуйте"), ("прив", "привет"), ("дд", "добрый день"), ("дв", "добрый вечер"),
    ("екб", "екатеринбург"), ("мск", "москва"), ("спб", "санкт-петербург"),
    ("питер", "санкт-петербург"), ("нск", "новосибирск"), ("щас", "сейчас"), ("ща", "сейчас"),
    ("чо", "что"), ("че", "что"), ("шо", "что"), ("ваще", "вообще"), ("норм", "нормально"),
    ("хор", "хорошо"), ("мб", "может быть"), ("кст", "кстати"), ("инфа", "информация"),
    ("косарь", "тысяча"), ("косаря", "тысячи"), ("тыщ", "тысяч"), ("тыща", "тысяча"),
    ("тыщу", "тысячу"), ("тыщи", "тысячи"),
    ("👍", "хорошо"), ("🙏", "спасибо"), ("👋", "привет"), ("🤝", "договорились"),
];

/// Cyrillic letters and the Latin ones that look the same, both in lower case.
const LOOK_ALIKES: [(char, char); 12] = [
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
];

/// The text as the classifier sees it: one line, single spaces.
#[must_use]
pub fn normalise(text: &str) -> String {
    let folded = fold(text);
    let cyrillic = if translit::is_russian_in_latin(&folded) {
        translit::to_cyrillic(&folded)
    } else {
        folded
    };
    let words: Vec<String> = cyrillic
        .split_whitespace()
        .map(|word| expand(&unmix(word)))
        .collect();
    words.join(" ")
}

/// Lower case, `ё` as `е`, no invisible characters, full-width forms as plain ones.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        match c {
            'ё' | 'Ё' => out.push('е'),
            '\u{FF01}'..='\u{FF5E}' => {
                let plain = u32::from(c) - 0xFEE0;
                out.extend(
                    char::from_u32(plain)
                        .into_iter()
                        .flat_map(char::to_lowercase),
                );
            }
            '’' | '‘' | '`' | '´' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '…' => out.push_str("..."),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => out.push('-'),
            _ if c.is_whitespace() || c.is_control() => out.push(' '),
            _ => out.extend(c.to_lowercase()),
        }
    }
    // Lower-casing `İ` leaves a combining dot behind, a decomposed `ё` two dots.
    out.replace("е\u{308}", "е")
        .replace("и\u{306}", "й")
        .replace('\u{307}', "")
}

/// Zero-width, direction, variation and skin-tone marks, the soft hyphen.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E007F}')
}

/// Gives a word of both alphabets the letters of the one that it has more of.
fn unmix(word: &str) -> String {
    let cyrillic = word.chars().filter(|c| lexicon::is_cyrillic(*c)).count();
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    if cyrillic == 0 || latin == 0 {
        return word.to_owned();
    }
    word.chars()
        .map(|c| {
            let pair = LOOK_ALIKES.iter().find(|(cyr, lat)| *cyr == c || *lat == c);
            match pair {
                Some((cyr, _)) if cyrillic >= latin => *cyr,
                Some((_, lat)) => *lat,
                None => c,
            }
        })
        .collect()
}

/// Writes a slang word out; punctuation around it stays.
fn expand(word: &str) -> String {
    let core = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let found = SLANG.iter().find(|(short, _)| *short == core);
    match found {
        Some((short, long)) => word.replacen(short, long, 1),
        None => gestures(word),
    }
}

/// Writes out gestures that are glued to each other or to a word: `спасибо🙏🙏`.
fn gestures(word: &str) -> String {
    let mut out = word.to_owned();
    for (sign, long) in SLANG {
        if !sign.starts_with(char::is_alphabetic) && out.contains(sign) {
            out = out
                .replacen(sign, &format!(" {long} "), 1)
                .replace(sign, "");
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_made_one() {
        for (typed, seen) in [
            ("  Ещё   ЕСТЬ?\n", "еще есть?"),
            ("при\u{200b}вет", "привет"),
            ("Пpивeт", "привет"),
            ("ｏｋ １２", "ok 12"),
            ("е\u{308}лка", "елка"),
            ("«да» — нет…", "\"да\" - нет..."),
            ("\u{0}", ""),
            ("", ""),
        ] {
            assert_eq!(normalise(typed), seen, "{typed:?}");
        }
    }

    #[test]
    fn slang_is_written_out() {
        for (typed, seen) in [
            ("скок стоит?", "сколько стоит?"),
            ("спс!", "спасибо!"),
            ("дд, пж", "добрый день, пожалуйста"),
            ("👍🏽", "хорошо"),
            ("ок🙏🙏", "ок спасибо"),
            ("👍ок", "хорошо ок"),
        ] {
            assert_eq!(normalise(typed), seen, "{typed:?}");
        }
    }

    #[test]
    fn russian_in_latin_letters_is_turned_back_and_other_languages_are_not() {
        for (typed, seen) in [
            ("privet, skolko stoit?", "привет, сколько стоит?"),
            ("est v nalichii", "есть в наличии"),
            ("Is it available?", "is it available?"),
            ("¿Tienen la mochila roja?", "¿tienen la mochila roja?"),
            ("thx", "thx"),
            ("iPhone 12?", "iphone 12?"),
            ("XL?", "xl?"),
        ] {
            assert_eq!(normalise(typed), seen, "{typed:?}");
        }
    }
}
