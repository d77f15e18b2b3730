//! Which language a message is written in, out of the three that Torg answers in.

use schemas::conversation::Language;

use crate::{colours, lexicon, normalise::fold, translit};

/// The language of a message; Russian in Latin letters counts as Russian.
///
/// `hint` is what the channel says about the buyer: it decides where the words do not, and is the
/// answer for a message without words. `None` when nothing speaks for any language.
#[must_use]
pub fn detect(text: &str, hint: Option<Language>) -> Option<Language> {
    let folded = fold(text);
    if folded.chars().any(lexicon::is_cyrillic) || translit::is_russian_in_latin(&folded) {
        return Some(Language::Ru);
    }
    let (mut english, mut spanish) = (0, 0);
    if folded.contains(['¿', '¡', 'ñ']) {
        spanish += 3;
    }
    for word in lexicon::words(&folded) {
        let (colour_en, colour_es) = colours::languages(word);
        english += i32::from(lexicon::is_english(word) || colour_en);
        spanish += i32::from(lexicon::is_spanish(word) || colour_es);
        spanish += i32::from(word.contains(['á', 'é', 'í', 'ó', 'ú']));
    }
    match (english, spanish) {
        (en, es) if en > es => Some(Language::En),
        (en, es) if es > en => Some(Language::Es),
        _ => hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        for (text, language) in [
            ("есть в наличии?", Language::Ru),
            ("iPhone есть?", Language::Ru),
            ("privet skolko stoit", Language::Ru),
            ("krasnyj ryukzak est?", Language::Ru),
            ("do you have the red backpack", Language::En),
            ("red backpack", Language::En),
            ("hello", Language::En),
            ("¿tienen la mochila roja?", Language::Es),
            ("tienen mochilas rojas", Language::Es),
            ("hola", Language::Es),
            ("cuanto cuesta", Language::Es),
            ("la segunda", Language::Es),
        ] {
            assert_eq!(detect(text, None), Some(language), "{text}");
            assert_eq!(detect(text, Some(Language::Es)), Some(language), "{text}");
        }
    }

    #[test]
    fn without_words_the_hint_decides() {
        for text in ["", "👍", "2", "XL?", "..."] {
            assert_eq!(detect(text, None), None, "{text}");
            assert_eq!(detect(text, Some(Language::En)), Some(Language::En));
        }
    }
}
