//! What one message of a seller says about a price.
//!
//! Word lists, no model: only words that surely let the article go count, what surely is no price of it is left out,
//! and everything between the two is unclear.

use language::{Context, EntityValue};
use schemas::Kopecks;

/// What a seller means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// The article goes for so much.
    Price {
        each: Kopecks,
        from_pieces: u32,
        /// Said of each piece.
        of_each: bool,
    },
    /// It does not go for so much.
    Refused(Kopecks),
    /// What was said before does not hold.
    TakenBack,
    /// It may be that it goes for something, from so many pieces on.
    Unclear { from_pieces: u32, why: String },
}

/// Beginnings of words, where they end in `*`, and whole words.
type List = &'static [&'static str];

/// It goes, said by who sells it.
const GOES: List = &[
    "отдам",
    "отдадим",
    "отдаю",
    "отдаем",
    "уступлю",
    "уступим",
    "уступаю",
    "продам",
    "продадим",
    "продаю",
    "сделаю",
    "сделаем",
    "забирай",
    "забирайте",
    "бери",
    "берите",
    "договорились",
    "согласен",
    "согласна",
    "согласны",
    "устроит",
    "устраивает",
    "давайте",
    "давай",
    "ваш",
    "ваша",
    "ваше",
    "твой",
    "твоя",
    "скину",
    "скинем",
    "сброшу",
    "опущу",
    "have",
    "take",
    "give",
    "sell",
    "deal",
    "agreed",
    "yours",
    "accept",
    "accepted",
    "works",
    "fine",
    "go",
    "do",
    "dejo",
    "dejamos",
    "doy",
    "damos",
    "vendo",
    "vendemos",
    "acepto",
    "acuerdo",
    "trato",
    "llevatelo",
    "lleveselo",
    "tuyo",
    "suyo",
    "llevar",
    "llevarte",
];
/// It goes, when a price stands alone beside it.
const YES: List = &[
    "договорились",
    "согласен",
    "согласна",
    "согласны",
    "deal",
    "agreed",
    "acuerdo",
    "trato",
    "hecho",
    "да",
    "хорошо",
    "ок",
    "окей",
    "ладно",
    "пусть",
    "идет",
    "yes",
    "ok",
    "okay",
    "sure",
    "alright",
    "sí",
    "bueno",
    "claro",
    "vale",
    "si",
];
const NOT: List = &[
    "не",
    "нет",
    "никак",
    "нельзя",
    "нереально",
    "мало",
    "маловато",
    "not",
    "no",
    "cannot",
    "can't",
    "cant",
    "won't",
    "wont",
    "don't",
    "dont",
    "never",
    "impossible",
    "nunca",
    "imposible",
    "poco",
    "tampoco",
];
/// How low it goes at the most: an agreement or none, as one takes it.
const BOUND: List = &[
    "меньше",
    "ниже",
    "дешевле",
    "минимум",
    "минимальн*",
    "крайн*",
    "последн*",
    "less",
    "lower",
    "below",
    "under",
    "lowest",
    "minimum",
    "final",
    "last",
    "cheaper",
    "least",
    "menos",
    "bajo",
    "mínimo",
    "minimo",
    "último",
    "ultimo",
];
/// It depends, wherever in the sentence that is said.
const DEPENDS: List = &[
    "если",
    "условии",
    "условие",
    "бы",
    "когда",
    "только",
    "первому",
    "обмен*",
    "предоплат*",
    "наличн*",
    "налом",
    "самовывоз*",
    "вместе",
    "комплект*",
    "следующ*",
    "if",
    "when",
    "only",
    "provided",
    "cash",
    "together",
    "exchange",
    "next",
    "once",
    "unless",
    "cuando",
    "solo",
    "sólo",
    "efectivo",
    "juntos",
    "siempre",
    "recogida",
];
/// It depends, when it stands beside the price.
const WHEN: List = &[
    "сегодня",
    "завтра",
    "вечера",
    "выходных",
    "недели",
    "today",
    "tomorrow",
    "tonight",
    "week",
    "hoy",
    "mañana",
    "semana",
    "без",
    "при",
    "without",
    "sin",
];
/// Nobody is certain.
const PERHAPS: List = &[
    "наверн*",
    "может",
    "возможно",
    "подума*",
    "посмотр*",
    "около",
    "примерно",
    "думаю",
    "кажется",
    "вроде",
    "спрошу",
    "узнаю",
    "уточню",
    "maybe",
    "perhaps",
    "around",
    "about",
    "probably",
    "might",
    "think",
    "ask",
    "quizás",
    "quizas",
    "tal",
    "creo",
    "pensar",
    "pregunto",
];
/// Another price than that of the article.
const CARRIAGE: List = &[
    "достав*",
    "отправ*",
    "пересыл*",
    "привез*",
    "довез*",
    "почт*",
    "курьер*",
    "сдэк",
    "посылк*",
    "упаковк*",
    "ship*",
    "deliver*",
    "postage",
    "post",
    "courier",
    "parcel",
    "envi*",
    "enví*",
    "entrega*",
    "correo*",
    "mensajer*",
];
/// What was agreed is off.
const OFF: List = &[
    "передума*",
    "ошиб*",
    "неактуальн*",
    "отбой",
    "отмен*",
    "mistake",
    "mistaken",
    "wrong",
    "sorry",
    "equivoq*",
    "equivoc*",
    "cancel*",
];
/// What a price is asked for with.
const PRICE: List = &[
    "цен*",
    "сто*",
    "почем",
    "price*",
    "cost*",
    "much",
    "precio*",
    "cuesta*",
    "cuánto",
    "cuanto",
    "vale",
];
const FROM: List = &["от", "from", "desde", "partir", "starting", "over"];
const EACH: List = &[
    "по",
    "штуку",
    "штука",
    "шт",
    "кажд*",
    "each",
    "apiece",
    "per",
    "cada",
    "unidad",
];
/// A condition that a number of pieces answers.
const IF: List = &["если", "if"];
/// A sentence that begins so limits its neighbour.
const LIMITS: List = &[
    "только",
    "если",
    "при",
    "но",
    "кроме",
    "правда",
    "if",
    "only",
    "but",
    "unless",
    "provided",
    "solo",
    "sólo",
    "pero",
    "cuando",
];

/// What a message of a seller means for an article of this list price, in the order in which it is said.
pub(super) fn read(text: &str, list: Kopecks) -> Vec<Meant> {
    let sentences: Vec<Sentence> = sentences(text);
    let mut meant = Vec::new();
    for sentence in &sentences {
        meant.extend(sentence.read(list));
    }
    let limited = sentences.iter().any(Sentence::only_limits);
    let all = meant.into_iter();
    all.map(|one| match one {
        Meant::Price {
            each, from_pieces, ..
        } if limited => Meant::Unclear {
            from_pieces,
            why: format!("{each} was limited"),
        },
        other => other,
    })
    .collect()
}

/// Whether a buyer's words ask for a price.
pub(in crate::pricing) fn names_price(text: &str) -> bool {
    fold(text).iter().any(|word| is(word, PRICE))
}

/// The words without those by which a price is agreed: what is left may name an article.
pub(super) fn without_terms(text: &str) -> String {
    let lists = [
        GOES, YES, NOT, BOUND, DEPENDS, WHEN, PERHAPS, CARRIAGE, OFF, EACH,
    ];
    let words = text.split_whitespace().filter(|word| {
        let folded = fold(word);
        !lists
            .iter()
            .any(|list| folded.iter().any(|one| is(one, list)))
    });
    words.collect::<Vec<_>>().join(" ")
}

struct Clause {
    text: String,
    words: Vec<String>,
}

struct Sentence {
    clauses: Vec<Clause>,
    asks: bool,
}

/// What a clause names.
#[derive(Default)]
struct Named {
    prices: Vec<Kopecks>,
    pieces: Option<u32>,
    /// A discount, a per cent or another money.
    other: bool,
}

impl Clause {
    fn of(text: &str) -> Self {
        Self {
            text: text.trim().to_owned(),
            words: fold(text),
        }
    }

    fn says(&self, list: List) -> bool {
        self.words.iter().any(|word| is(word, list))
    }

    fn named(&self) -> Named {
        let context = Context {
            haggling: true,
            ..Context::default()
        };
        let mut named = Named::default();
        for entity in language::entities(&self.text, &context) {
            match entity.value {
                EntityValue::Price(price) => named.prices.push(price),
                EntityValue::Quantity(pieces) if pieces > 1 => named.pieces = Some(pieces),
                EntityValue::Discount(_)
                | EntityValue::Percent(_)
                | EntityValue::ForeignPrice { .. } => named.other = true,
                _ => {}
            }
        }
        named.prices.sort_unstable();
        named.prices.dedup();
        named
    }

    /// Nothing but a price and a word or two.
    fn is_short(&self) -> bool {
        self.words.len() <= 4
    }
}

impl Sentence {
    fn says(&self, list: List) -> bool {
        self.clauses.iter().any(|clause| clause.says(list))
    }

    /// It names nothing itself and begins as what limits another.
    fn only_limits(&self) -> bool {
        let Some(first) = self.clauses.first() else {
            return false;
        };
        let begins = first.words.first().is_some_and(|word| is(word, LIMITS));
        let idle = first.words.get(1).is_some_and(|word| {
            ["что", "будут", "нужно", "вопросы", "you", "any", "necesita"].contains(&word.as_str())
        });
        let names = self.clauses.iter().map(Clause::named);
        begins && !idle && names.into_iter().all(|named| named.prices.is_empty())
    }

    fn read(&self, list: Kopecks) -> Vec<Meant> {
        let named: Vec<Named> = self.clauses.iter().map(Clause::named).collect();
        let pieces = named.iter().find_map(|one| one.pieces);
        let priced = named.iter().any(|one| !one.prices.is_empty() || one.other);
        if !priced && self.says(OFF) {
            return vec![Meant::TakenBack];
        }
        let clauses = self.clauses.iter().zip(&named);
        clauses
            .filter_map(|(clause, named)| self.clause(clause, named, pieces, list))
            .collect()
    }

    fn clause(
        &self,
        clause: &Clause,
        named: &Named,
        pieces: Option<u32>,
        list: Kopecks,
    ) -> Option<Meant> {
        let from_pieces = pieces.unwrap_or(1);
        let unclear = |why: &str| {
            let why = format!("{why}: «{}»", clause.text);
            Some(Meant::Unclear { from_pieces, why })
        };
        let not = clause.says(NOT);
        let goes = clause.says(GOES);
        let price = match named.prices.as_slice() {
            [] if named.other && !not && !clause.says(CARRIAGE) => {
                return unclear("not an amount that can be told");
            }
            [] => return None,
            [price] => *price,
            [..] => return unclear("several prices"),
        };
        if clause.says(CARRIAGE) {
            return if goes && !not {
                unclear("a price with the carriage")
            } else {
                None
            };
        }
        if price == list {
            return None;
        }
        let twice = price.kopecks().saturating_mul(2);
        let thinkable = twice >= list.kopecks() && price < list;
        if not && thinkable {
            return if clause.says(BOUND) {
                unclear("how low it goes at the most")
            } else {
                Some(Meant::Refused(price))
            };
        }
        if not || (!goes && !thinkable) {
            return None;
        }
        if !thinkable {
            return unclear("far from the price in the sheet");
        }
        let of_each = clause.says(EACH);
        let counted = pieces.is_some() && (of_each || self.says(FROM));
        // «от 3 штук по 2000» needs no word more.
        let agreed = goes
            || (counted && self.says(FROM))
            || (clause.is_short() && (clause.says(YES) || self.says(YES)));
        if self.asks || !agreed {
            return unclear("a price, and not that the article goes for it");
        }
        if self.says(PERHAPS) || clause.says(BOUND) || clause.says(WHEN) {
            return unclear("not certain, or not always");
        }
        if self.depends(counted) || (pieces.is_some() && !counted) {
            return unclear("it depends");
        }
        Some(Meant::Price {
            each: price,
            from_pieces,
            of_each: of_each || from_pieces > 1,
        })
    }

    /// Whether it depends on anything but the number of pieces.
    fn depends(&self, counted: bool) -> bool {
        let mut words = self.clauses.iter().flat_map(|clause| &clause.words);
        words.any(|word| is(word, DEPENDS) && !(counted && is(word, IF)))
    }
}

fn sentences(text: &str) -> Vec<Sentence> {
    let mut all = Vec::new();
    let mut from = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = match letter {
            '\n' | ';' | '?' | '!' => true,
            // A dot inside a number ends nothing.
            '.' | '…' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends || next.is_none() {
            let to = at + letter.len_utf8();
            all.extend(text.get(from..to).and_then(sentence));
            from = to;
        }
    }
    all
}

fn sentence(text: &str) -> Option<Sentence> {
    let asks = text.contains('?') || text.contains('¿');
    let text =
        text.trim_matches(|letter: char| !letter.is_alphanumeric() && !"$€£₽%".contains(letter));
    let mut clauses = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let parts = matches!(word, "но" | "а" | "but" | "pero" | "—" | "–" | "-");
        if !parts {
            words.push(word);
        }
        if parts || word.ends_with([',', ':', '(', ')']) {
            clauses.push(Clause::of(&words.join(" ")));
            words.clear();
        }
    }
    clauses.push(Clause::of(&words.join(" ")));
    clauses.retain(|clause| !clause.words.is_empty());
    (!clauses.is_empty()).then_some(Sentence { clauses, asks })
}

/// Words in lower case, without accents of Russian.
fn fold(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('ё', "е").replace('’', "'");
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is(word: &str, list: List) -> bool {
    list.iter().any(|one| match one.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == *one,
    })
}
