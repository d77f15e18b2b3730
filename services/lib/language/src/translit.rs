//! Russian typed in Latin letters: telling it from other languages, and turning it back.
//!
//! Many schemes are in use at once; the common choice is taken for each group of letters, and a
//! soft sign that was never typed is not guessed, except in a few words that every chat has.

use crate::{latin, lexicon};

/// Groups of letters, longest first.
#[rustfmt::skip]
const GROUPS: [(&str, &str); 50] = [
    ("shch", "щ"), ("sch", "щ"),
    ("yo", "е"), ("jo", "е"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("tz", "ц"), ("ch", "ч"),
    ("sh", "ш"), ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("ya", "я"), ("ja", "я"), ("ia", "ия"),
    ("ye", "е"), ("je", "е"), ("iy", "ий"), ("ij", "ий"), ("yj", "ый"), ("yy", "ый"), ("ey", "ей"),
    ("ay", "ай"), ("oy", "ой"), ("uy", "уй"),
    ("a", "а"), ("b", "б"), ("c", "ц"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"),
    ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"),
    ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("x", "х"), ("y", "ы"), ("z", "з"),
];

/// Words whose spelling cannot be had letter by letter.
#[rustfmt::skip]
const WORDS: [(&str, &str); 26] = [
    ("est", "есть"), ("jest", "есть"), ("yest", "есть"), ("esche", "еще"), ("eshe", "еще"),
    ("eshche", "еще"), ("chto", "что"), ("cho", "что"), ("skolko", "сколько"),
    ("skolka", "сколько"), ("skok", "сколько"), ("skoka", "сколько"), ("ochen", "очень"),
    ("tolko", "только"), ("mozhno", "можно"), ("mojno", "можно"), ("sinij", "синий"),
    ("siniy", "синий"), ("sini", "синий"), ("krasnyi", "красный"), ("chernyi", "черный"),
    ("belyi", "белый"), ("zdes", "здесь"), ("kupit", "купить"), ("den", "день"), ("spb", "спб"),
];

/// What a word of one of the lists says, beside how its letters lean.
const KNOWN: f32 = 6.0;
/// How far a text has to lean: a lone word that could be both is left as it is.
const LEAN: f32 = 0.5;

/// Whether a folded text is Russian in Latin letters: no Cyrillic, and its words, by the lists
/// and by their letters, speak more for Russian than for English or Spanish.
pub(crate) fn is_russian_in_latin(folded: &str) -> bool {
    if !folded.is_ascii() && folded.chars().any(|c| c.is_alphabetic() && !c.is_ascii()) {
        return false;
    }
    let mut leaning = 0.0;
    let mut letters = 0;
    for word in lexicon::words(folded) {
        if word.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        letters += word.len();
        leaning += latin::leaning(word);
        if lexicon::is_latin_russian(word) {
            leaning += KNOWN;
        } else if lexicon::is_foreign(word) || looks_foreign(word) {
            leaning -= KNOWN;
        }
    }
    letters > 3 && leaning > LEAN
}

/// Letter groups that Russian in Latin letters does not have.
fn looks_foreign(word: &str) -> bool {
    const GROUPS: [&str; 19] = [
        "w", "x", "q", "th", "ck", "ph", "ee", "oo", "ll", "tion", "gh", "ea", "ou", "ue", "qu",
        "ss", "ch'", "ing", "mm",
    ];
    const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'m", "'d", "'ll", "'re", "'ve"];
    !word.is_ascii()
        || word.contains(|c: char| c.is_ascii_digit())
        || GROUPS.iter().any(|group| word.contains(group))
        || CONTRACTIONS.iter().any(|end| word.ends_with(end))
}

/// Writes every Latin word of a folded text in Cyrillic letters.
#[must_use]
pub fn to_cyrillic(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len() * 2);
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let length = rest
            .find(|c: char| !c.is_ascii_alphabetic() && c != '\'')
            .unwrap_or(rest.len());
        let (word, tail) = rest.split_at(length.max(first.len_utf8()));
        if length == 0 || looks_foreign(word) {
            out.push_str(word);
        } else {
            write_word(word, &mut out);
        }
        rest = tail;
    }
    out
}

fn write_word(word: &str, out: &mut String) {
    if let Some((_, cyrillic)) = WORDS.iter().find(|(latin, _)| *latin == word) {
        out.push_str(cyrillic);
        return;
    }
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let group = GROUPS
            .iter()
            .find_map(|(latin, cyrillic)| Some((rest.strip_prefix(latin)?, *cyrillic)));
        match group {
            Some((tail, cyrillic)) => {
                out.push_str(cyrillic);
                rest = tail;
            }
            None => {
                out.push(if first == '\'' { 'ь' } else { first });
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_in_latin_letters_is_told_from_other_languages_without_a_list() {
        for russian in [
            "gde kupit",
            "ya peredumal",
            "skin'te nemnogo",
            "pylesos rabotaet?",
            "zaberu v subbotu",
        ] {
            assert!(is_russian_in_latin(russian), "{russian}");
        }
        for foreign in [
            "arrived damaged",
            "confirmed",
            "merry christmas",
            "aceptan efectivo",
            "furniture delivery",
            "aguanta cien kilos",
            "xl",
            "¿cuándo?",
        ] {
            assert!(!is_russian_in_latin(foreign), "{foreign}");
        }
    }
}
