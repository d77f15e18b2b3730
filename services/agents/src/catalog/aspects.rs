//! What technical questions are about, and by which words a text speaks of it.
//!
//! A property is recognised, never judged: «вес 78 г» speaks of the weight, whatever was asked about it.

use language::{Token, colours_in};

/// A property of articles. An entry with a star stands for all words that begin so.
#[derive(Debug)]
pub(crate) struct Aspect {
    /// Words of a question about it.
    asks: &'static str,
    /// Words of a text that speaks of it.
    says: &'static str,
    /// Units that speak of it behind a number.
    units: &'static str,
    /// Another property whose words are in this one's questions.
    hides: Option<&'static str>,
    name: &'static str,
}

/// All that are known.
#[rustfmt::skip]
static ASPECTS: [Aspect; 15] = [
    Aspect {
        name: "weight", hides: None,
        asks: "вес веса весом весит весят весу тяжел* масса массой weigh* heavy pesa pesan peso",
        says: "вес весом весит масса weigh* peso", units: "",
    },
    Aspect {
        name: "load", hides: Some("weight"),
        asks: "нагруз* выдерж* грузоподъем* hold holds support* soporta aguanta",
        says: "нагруз* выдерж* грузоподъем*", units: "кг kg",
    },
    Aspect {
        name: "material", hides: None,
        asks: "чего материал* ткань ткани состав* сталь стали made material* fabric hecho hecha hechos tela",
        says: "материал* ткан* сталь стали стальн* алюмин* пласти* пвх винил* кожа кожан* экокож* хлопо* шерст* мерино* \
               нейлон* полиэст* оксфорд* силикон* стекл* керами* фарфор* массив* бук бука бамбук* дуб* дерев* резин* \
               бронз* медн* медь латун* чугун* канв* холст* флис* карбон* сизал* бентонит* бархат* полипропилен* abs \
               боросиликат* cotton steel wood* plastic leather",
        units: "",
    },
    Aspect {
        name: "size", hides: None,
        asks: "размер* габарит* длин* ширин* высот* диаметр* обхват* size* dimensions long wide tall medida* tamano* \
               largo ancho",
        says: "размер* длин* ширин* высот* диаметр* обхват* купол рост",
        units: "см мм м дюйм* cm mm inch*",
    },
    Aspect {
        name: "volume", hides: None,
        asks: "объем* литр* вместим* литраж capacity volume liter* litre* litro* capacidad volumen",
        says: "литр* объем*", units: "л мл l ml",
    },
    Aspect {
        name: "power", hides: None,
        asks: "мощн* ватт* power watt* potencia vatio*",
        says: "мощн*", units: "вт квт ватт* w kw",
    },
    Aspect {
        name: "battery", hides: Some("load"),
        asks: "заряд* аккумулятор* питает* питани* батаре* battery charge* bateria* carga",
        says: "заряд* аккумулятор* батаре* питани* мач battery", units: "час* дней дня ч",
    },
    Aspect {
        name: "water", hides: None,
        asks: "промока* промокн* непромока* водонепрониц* влаг* водозащит* водостойк* дожд* протека* плавать \
               waterproof water rain agua impermeable lluvia",
        says: "водо* влаг* непромок* ipx* atm дожд* проклеен*", units: "atm",
    },
    Aspect {
        name: "warranty", hides: None,
        asks: "гаранти* warranty guarantee garantia*", says: "гаранти* warranty garantia*", units: "",
    },
    Aspect {
        name: "origin", hides: None,
        asks: "производител* производств* произвед* чье чей чья бренд* фирм* марка марки страна brand manufacturer \
               country marca fabricante pais",
        says: "производ* бренд* росси* китай* сделано", units: "",
    },
    Aspect {
        name: "age", hides: None,
        asks: "лет возраст* скольки месяц* age old edad anos",
        says: "возраст*", units: "лет год года месяц* класс*",
    },
    Aspect {
        name: "washing", hides: None,
        asks: "стира* мыть моется посудомо* wash* dishwasher lavar* lavable lavavajillas",
        says: "стира* моется мыть посудомо* чистится", units: "",
    },
    Aspect {
        name: "set", hides: None,
        asks: "комплект* входит входят идет идут included includes comes incluye* trae",
        says: "комплект* входит входят", units: "",
    },
    Aspect {
        name: "temperature", hides: None,
        asks: "температур* мороз* градус* минус* temperature* cold frost temperatura* frio",
        says: "мороз* температур* градус* °", units: "°",
    },
    Aspect {
        name: "colour", hides: None,
        asks: "цвет цвета цветов color colors colour colours colores",
        says: "цвет цвета", units: "",
    },
];

/// The properties that a question is about.
pub(crate) fn asked(words: &[Token]) -> Vec<&'static Aspect> {
    let about = |aspect: &&Aspect| words.iter().any(|token| listed(aspect.asks, &token.word));
    let found: Vec<&Aspect> = ASPECTS.iter().filter(about).collect();
    let hidden: Vec<&str> = found.iter().filter_map(|aspect| aspect.hides).collect();
    found
        .into_iter()
        .filter(|aspect| !hidden.contains(&aspect.name))
        .collect()
}

/// Whether a word only says which property is asked about.
pub(crate) fn is_asking(word: &str) -> bool {
    ASPECTS.iter().any(|aspect| listed(aspect.asks, word))
}

impl Aspect {
    /// Whether a text speaks of this property.
    pub(crate) fn is_in(&self, text: &str, words: &[Token]) -> bool {
        let mut pairs = words.iter().zip(words.iter().skip(1));
        let measured = pairs.any(|(one, next)| one.is_number() && listed(self.units, &next.word));
        let crossed = self.name == "size" && text.contains('×');
        let degrees = self.name == "temperature" && text.contains('°');
        let coloured = self.name == "colour" && !colours_in(text).is_empty();
        measured
            || crossed
            || degrees
            || coloured
            || words.iter().any(|token| listed(self.says, &token.word))
    }
}

/// Whether a word is in a list, or begins as an entry with a star.
fn listed(list: &str, word: &str) -> bool {
    let plain = unaccented(word);
    list.split_whitespace()
        .any(|entry| match entry.strip_suffix('*') {
            Some(beginning) => plain.starts_with(beginning),
            None => plain == entry,
        })
}

fn unaccented(word: &str) -> String {
    let plain = |letter| match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        'ñ' => 'n',
        other => other,
    };
    word.chars().map(plain).collect()
}
