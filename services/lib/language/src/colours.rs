//! Words for colours in three languages, as one attribute.

use crate::{lexicon, normalise::fold};

/// A colour that goods are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the colours")]
pub enum Colour {
    Black,
    White,
    Grey,
    Red,
    Burgundy,
    Pink,
    Orange,
    Yellow,
    Green,
    Khaki,
    Turquoise,
    LightBlue,
    Blue,
    Violet,
    Brown,
    Beige,
    Gold,
    Silver,
}

/// How a colour is called: Russian stems (endings of adjectives follow), Russian words that do not
/// change, English words, Spanish stems (`-o`, `-a`, `-s`, `-es` may follow).
struct Names {
    colour: Colour,
    ru_stems: &'static [&'static str],
    ru_words: &'static [&'static str],
    en: &'static [&'static str],
    es: &'static [&'static str],
}

macro_rules! names {
    ($($colour:ident: $stems:expr, $words:expr, $en:expr, $es:expr;)*) => {
        [$(Names { colour: Colour::$colour, ru_stems: &$stems, ru_words: &$words, en: &$en, es: &$es }),*]
    };
}

#[rustfmt::skip]
const NAMES: [Names; 18] = names! {
    Black: ["черн", "черненьк"], [], ["black"], ["negr"];
    White: ["бел", "беленьк", "белоснежн"], [], ["white"], ["blanc"];
    Grey: ["сер", "серенький", "графитов"], ["графит"], ["grey", "gray", "graphite"], ["gris"];
    Red: ["красн", "красненьк", "ал"], [], ["red", "scarlet"], ["roj"];
    Burgundy: ["бордов", "вишнев"], ["бордо"], ["burgundy", "maroon"], ["granate", "burdeos"];
    Pink: ["розов", "розовеньк"], [], ["pink"], ["rosa", "rosad"];
    Orange: ["оранжев", "рыж"], [], ["orange"], ["naranja", "anaranjad"];
    Yellow: ["желт", "желтеньк", "лимонн"], [], ["yellow"], ["amarill"];
    Green: ["зелен", "зелененьк", "салатов"], [], ["green"], ["verde"];
    Khaki: ["оливков"], ["хаки"], ["khaki", "olive"], ["caqui"];
    Turquoise: ["бирюзов"], [], ["turquoise", "teal"], ["turquesa"];
    LightBlue: ["голуб", "голубеньк", "лазурн"], [], ["azure"], ["celeste"];
    Blue: ["син", "синеньк"], [], ["blue", "navy"], ["azul"];
    Violet: ["фиолетов", "сиренев", "лилов", "пурпурн"], [], ["purple", "violet", "lilac"], ["morad", "violeta", "lila"];
    Brown: ["коричнев", "шоколадн"], [], ["brown"], ["marron", "cafe"];
    Beige: ["бежев", "кремов"], ["беж"], ["beige", "cream"], ["beis", "crema"];
    Gold: ["золот", "золотист"], [], ["gold", "golden"], ["dorad"];
    Silver: ["серебрян", "серебрист"], [], ["silver"], ["platead"];
};

#[rustfmt::skip]
const RU_ENDINGS: [&str; 23] = [
    "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ую", "юю", "ого", "его", "ому", "ему", "ым", "им",
    "ом", "ем", "ей", "ые", "ие", "ых", "их", "ыми",
];
const ES_ENDINGS: [&str; 7] = ["", "o", "a", "s", "os", "as", "es"];

impl Names {
    fn is_russian(&self, word: &str) -> bool {
        self.ru_words.contains(&word)
            || self.ru_stems.iter().any(|stem| {
                word.strip_prefix(stem)
                    .is_some_and(|ending| RU_ENDINGS.contains(&ending) || ending == "ими")
            })
    }

    fn is_english(&self, word: &str) -> bool {
        self.en.contains(&word)
    }

    fn is_spanish(&self, word: &str) -> bool {
        self.es.iter().any(|stem| {
            word.strip_prefix(stem)
                .is_some_and(|ending| ES_ENDINGS.contains(&ending))
        })
    }
}

impl Colour {
    /// The English name, for facts and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Black => "black",
            Self::White => "white",
            Self::Grey => "grey",
            Self::Red => "red",
            Self::Burgundy => "burgundy",
            Self::Pink => "pink",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Khaki => "khaki",
            Self::Turquoise => "turquoise",
            Self::LightBlue => "light blue",
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Brown => "brown",
            Self::Beige => "beige",
            Self::Gold => "gold",
            Self::Silver => "silver",
        }
    }
}

/// The colour that a word means, in any of the three languages and any grammatical form.
#[must_use]
pub fn colour_of(word: &str) -> Option<Colour> {
    let word = lexicon::without_accents(&fold(word));
    NAMES
        .iter()
        .find(|names| names.is_russian(&word) || names.is_english(&word) || names.is_spanish(&word))
        .map(|names| names.colour)
}

/// All colours named in a text, each once, in order; `light blue` and `светло-синий` are
/// [`Colour::LightBlue`], other shades count as their colour.
#[must_use]
pub fn colours_in(text: &str) -> Vec<Colour> {
    let folded = fold(text);
    let mut found = Vec::new();
    let mut before = "";
    for word in lexicon::words(&folded) {
        let light = matches!(before, "light" | "sky" | "baby" | "светло" | "нежно");
        let colour = match colour_of(word) {
            Some(Colour::Blue) if light => Some(Colour::LightBlue),
            colour => colour,
        };
        found.extend(colour.filter(|colour| !found.contains(colour)));
        before = word;
    }
    found
}

/// Whether a lower-case word is an English and whether it is a Spanish name of a colour.
pub(crate) fn languages(word: &str) -> (bool, bool) {
    let word = lexicon::without_accents(word);
    (
        NAMES.iter().any(|names| names.is_english(&word)),
        NAMES.iter().any(|names| names.is_spanish(&word)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_colour_has_many_words() {
        for word in [
            "синий",
            "Синяя",
            "синее",
            "синих",
            "синими",
            "blue",
            "Azul",
            "azules",
            "navy",
        ] {
            assert_eq!(colour_of(word), Some(Colour::Blue), "{word}");
        }
        for word in ["красный", "красную", "red", "roja", "rojos"] {
            assert_eq!(colour_of(word), Some(Colour::Red), "{word}");
        }
        for word in ["чёрного", "черные", "black", "negras"] {
            assert_eq!(colour_of(word), Some(Colour::Black), "{word}");
        }
        assert_eq!(colour_of("marrón"), Some(Colour::Brown));
    }

    #[test]
    fn words_that_only_begin_like_a_colour_are_none() {
        for word in [
            "белье",
            "серьги",
            "красота",
            "синтетика",
            "рыба",
            "read",
            "rojizo",
            "алло",
            "",
        ] {
            assert_eq!(colour_of(word), None, "{word}");
        }
    }

    #[test]
    fn colours_of_a_text_come_once_and_in_order() {
        assert_eq!(
            colours_in("тёмно-синий или белый? синий лучше"),
            [Colour::Blue, Colour::White]
        );
        assert_eq!(colours_in("light blue bag"), [Colour::LightBlue]);
        assert_eq!(colours_in("рюкзак"), []);
    }
}
