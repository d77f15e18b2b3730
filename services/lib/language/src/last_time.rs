//! «Как в прошлый раз», "same as last time", «lo de siempre»: words that stand for what was taken before.

use crate::normalise::normalise;

/// Phrases, in the one spelling of [`normalise`] without punctuation; the longest that fits is taken.
#[rustfmt::skip]
const PHRASES: [&str; 42] = [
    "то же самое что и в прошлый раз", "то же самое что в прошлый раз", "тоже самое что и в прошлый раз",
    "тоже самое что в прошлый раз", "то же что и в прошлый раз", "то же что в прошлый раз", "все как в прошлый раз",
    "как и в прошлый раз", "как в прошлый раз", "как прошлый раз", "как в тот раз", "что и в прошлый раз",
    "что в прошлый раз", "то же самое что обычно", "то же что обычно", "все как обычно", "как обычно", "как всегда",
    "exactly as last time", "the same thing as last time", "the same one as last time", "the same as last time",
    "same thing as last time", "same one as last time", "same as last time", "like last time", "as last time",
    "the same as usual", "same as usual", "the usual", "as usual", "same as before",
    "lo mismo de la última vez", "lo mismo que la última vez", "igual que la última vez", "como la última vez",
    "lo mismo de siempre", "lo mismo que siempre", "lo de siempre", "como siempre", "lo mismo de la vez pasada",
    "como la vez pasada",
];

/// Words that may stand beside such a phrase and say nothing of their own; a number counts pieces.
#[rustfmt::skip]
const BESIDE: [&str; 86] = [
    "мне", "нам", "давайте", "давай", "можно", "хочу", "хотел", "хотела", "хотелось", "бы", "опять", "снова", "еще",
    "пожалуйста", "здравствуйте", "привет", "добрый", "день", "вечер", "то", "тот", "же", "самое", "все", "такой",
    "такую", "нужно", "надо", "нужен", "нужна", "есть", "а", "и", "у", "вас", "штуки", "штук", "штуку", "шт", "i",
    "we", "want", "need", "can", "get", "have", "please", "hi", "hello", "again", "hola", "quiero", "me",
    "por", "favor", "dame", "buenas", "buenos", "días", "the", "one", "it", "pieces", "unidades", "оформите", "оформи",
    "оформляйте", "оформляем", "оформляй", "оформить", "заказ", "заказать", "закажу", "заказываю", "повторите", "повтори",
    "повторить", "возьму", "беру", "сделайте", "order", "place", "repeat", "pedir", "pedido", "repetir",
];

/// A text that refers to last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastTime {
    /// What it says beside that, in the one spelling of [`normalise`] without punctuation.
    pub rest: String,
    /// Whether that is nothing but courtesy and how many.
    pub is_all: bool,
}

/// Reads a text as one that refers to last time; `None`: it does not.
#[must_use]
pub fn last_time(text: &str) -> Option<LastTime> {
    let words: String = by_alphabet(text)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    let text = format!(" {} ", words.join(" "));
    // Spanish is typed without its accents as often as with them.
    let bare = |phrase: &str| phrase.replace('ú', "u");
    let found = PHRASES
        .iter()
        .flat_map(|phrase| [(*phrase).to_owned(), bare(phrase)])
        .filter(|phrase| text.contains(&format!(" {phrase} ")))
        .max_by_key(String::len)?;
    let rest = text.replacen(&format!(" {found} "), " ", 1);
    let mut words = rest.split_whitespace();
    let is_all = words
        .all(|word| BESIDE.contains(&word) || word.chars().all(|letter| letter.is_ascii_digit()));
    Some(LastTime {
        rest: rest.trim().to_owned(),
        is_all,
    })
}

/// Normalises runs of words in Latin letters by themselves: beside a Russian word, Russian in Latin letters is not told
/// from another language.
fn by_alphabet(text: &str) -> String {
    let latin = |word: &str| word.chars().any(|c| c.is_ascii_alphabetic());
    let words: Vec<&str> = text.split_whitespace().collect();
    let runs = words.chunk_by(|one, other| latin(one) == latin(other));
    let runs = runs.map(|run| normalise(&run.join(" ")));
    runs.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_time_is_referred_to_in_three_languages_and_two_alphabets() {
        for (text, rest, is_all) in [
            ("Как в прошлый раз", "", true),
            (
                "Здравствуйте, мне, пожалуйста, как обычно!",
                "здравствуйте мне пожалуйста",
                true,
            ),
            (
                "то же самое, что и в прошлый раз — 2 штуки",
                "2 штуки",
                true,
            ),
            ("можно kak v proshlyj raz?", "можно", true),
            ("Same as last time, please", "please", true),
            ("Оформите заказ как в прошлый раз", "оформите заказ", true),
            ("оформи как обычно", "оформи", true),
            ("The usual?", "", true),
            ("lo mismo de la ultima vez por favor", "por favor", true),
            ("Lo de siempre", "", true),
            ("как обычно никто не отвечает", "никто не отвечает", false),
            ("доставка как в прошлый раз?", "доставка", false),
            ("опять сломался как в прошлый раз", "опять сломался", false),
        ] {
            let read = last_time(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((read.rest.as_str(), read.is_all), (rest, is_all), "{text}");
        }
        for text in [
            "в прошлый раз вы были закрыты",
            "последний раз спрашиваю",
            "necesito una vez más",
            "когда обычно отправляете?",
            "",
        ] {
            assert_eq!(last_time(text), None, "{text}");
        }
    }
}
