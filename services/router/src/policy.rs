//! What the words ask: rules for what a classifier cannot see, the classifier for the rest. Pure.

use language::{Classifier, ordinal};
use schemas::{
    Personal,
    conversation::{Ask, HandoffReason, Intent, Language, Specialist},
};

/// What the conversation knows that the words do not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Situation {
    /// Whether an article is in focus, or the chat is about an advertisement.
    pub(crate) has_focus: bool,
    /// How many places the list on screen has.
    pub(crate) list_length: u32,
    /// The language so far, or the provider's hint.
    pub(crate) language: Option<Language>,
    /// The languages that the shop answers in; the first when nothing else is clear.
    pub(crate) languages: Vec<Language>,
    /// The confidence from which the bot acts.
    pub(crate) threshold: f64,
}

/// What a burst asks.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The asks, in order; never empty unless there were no words.
    pub(crate) asks: Vec<Ask>,
    /// The language to answer in.
    pub(crate) language: Language,
    /// Whether the buyer greeted.
    pub(crate) greeted: bool,
    /// Why it goes to the seller, with more about why.
    pub(crate) handoff: Option<(HandoffReason, String)>,
}

/// A follow-up longer than this says what it is about by itself.
const FOLLOW_UP_WORDS: usize = 5;

/// Reads the messages of one burst, oldest first.
pub(crate) fn read(classifier: &Classifier, messages: &[&str], situation: &Situation) -> Reading {
    let burst = messages.join(" ");
    let language = answer_language(&burst, situation);
    let units: Vec<Ask> = messages
        .iter()
        .flat_map(|message| sentences(message))
        .map(|unit| understand(classifier, unit, situation))
        .collect();
    let greeted = units.iter().any(|ask| ask.intent == Intent::Greeting);
    let asks = if units.iter().all(|ask| is_sure(ask, situation)) {
        merge(units)
    } else {
        let whole = understand(classifier, &burst, situation);
        if is_sure(&whole, situation) && agrees(&whole, &units, situation) {
            vec![whole]
        } else {
            merge(units)
        }
    };
    Reading {
        handoff: handoff(&asks, situation),
        asks,
        language,
        greeted,
    }
}

/// A burst may be read as one only when no part of it surely asks something else.
fn agrees(whole: &Ask, units: &[Ask], situation: &Situation) -> bool {
    units
        .iter()
        .filter(|unit| is_sure(unit, situation) && !is_courtesy(unit.intent))
        .all(|unit| unit.intent == whole.intent)
}

fn understand(classifier: &Classifier, text: &str, situation: &Situation) -> Ask {
    if let Some(ask) = by_rule(text, situation) {
        return ask;
    }
    let mut scores = classifier.classify(text).probabilities.into_iter();
    let (intent, confidence) = scores.next().unwrap_or((Intent::Other, 0.0));
    Ask {
        text: Personal::new(text.to_owned()),
        intent,
        confidence,
        by: "model".to_owned(),
        runners_up: scores.take(2).collect(),
        ordinal: None,
        entities: Vec::new(),
        specialist: specialist(intent),
    }
}

/// What is plain from the words and the situation together.
fn by_rule(text: &str, situation: &Situation) -> Option<Ask> {
    let words = words(text);
    let short = words.len() <= FOLLOW_UP_WORDS;
    let place = ordinal(text).filter(|place| short && (1..=situation.list_length).contains(place));
    let (intent, rule, specialist) = if asks_for_human(&words) {
        (Intent::HumanRequest, "rule:human", None)
    } else if place.is_some() {
        (
            Intent::StockInquiry,
            "rule:ordinal",
            Some(Specialist::Stock),
        )
    } else if asks_price(&words) {
        (
            Intent::ProductQuestion,
            "rule:price",
            Some(Specialist::Stock),
        )
    } else if short && situation.has_focus && names_variant(&words) {
        (
            Intent::StockInquiry,
            "rule:follow_up",
            Some(Specialist::Stock),
        )
    } else {
        return None;
    };
    Some(Ask {
        text: Personal::new(text.to_owned()),
        intent,
        confidence: 1.0,
        by: rule.to_owned(),
        runners_up: Vec::new(),
        ordinal: place,
        entities: Vec::new(),
        specialist,
    })
}

/// The words of a text, folded.
fn words(text: &str) -> Vec<String> {
    language::tokens(text, Language::Ru)
        .into_iter()
        .map(|token| token.word)
        .collect()
}

/// «сколько стоит», «почём», "how much": the list price, unless it is the price of something else.
fn asks_price(words: &[String]) -> bool {
    const ELSE: [&str; 12] = [
        "достав",
        "отправ",
        "пересыл",
        "скид",
        "торг",
        "дешев",
        "последн",
        "ship",
        "deliver",
        "discount",
        "envío",
        "envio",
    ];
    let has = |stems: &[&str]| {
        words
            .iter()
            .any(|word| stems.iter().any(|stem| word.starts_with(stem)))
    };
    if has(&ELSE) {
        return false;
    }
    let follows = |first: &str, second: &str| {
        words.windows(2).any(|pair| match pair {
            [one, two] => one == first && two.starts_with(second),
            _ => false,
        })
    };
    has(&["почем", "ценник"])
        || follows("сколько", "сто")
        || follows("скока", "сто")
        || follows("скок", "сто")
        || follows("какая", "цен")
        || follows("какова", "цен")
        || follows("how", "much")
        || follows("cuánto", "c")
        || follows("cuanto", "c")
        || follows("cuánto", "v")
        || follows("cuanto", "v")
        || matches!(words, [only] if ["цена", "цену", "price", "precio", "стоимость"].contains(&only.as_str()))
}

/// «а синий?», "and in red?": a colour or a number that varies what is in focus, and nothing else to do.
fn names_variant(words: &[String]) -> bool {
    const OTHER: [&str; 8] = [
        "достав",
        "отправ",
        "скид",
        "дешев",
        "куп",
        "берите",
        "закаж",
        "order",
    ];
    let other = words
        .iter()
        .any(|word| OTHER.iter().any(|stem| word.starts_with(stem)));
    !other && words.iter().any(|word| language::colour_of(word).is_some())
}

/// A person is asked for: never a matter of confidence.
fn asks_for_human(words: &[String]) -> bool {
    const PEOPLE: [&str; 9] = [
        "оператор",
        "менеджер",
        "живой",
        "живого",
        "живым",
        "operator",
        "operador",
        "human",
        "humano",
    ];
    words.iter().any(|word| {
        PEOPLE.contains(&word.as_str())
            || word.starts_with("оператор")
            || word.starts_with("менеджер")
    })
}

const fn specialist(intent: Intent) -> Option<Specialist> {
    match intent {
        Intent::StockInquiry => Some(Specialist::Stock),
        Intent::Greeting | Intent::Thanks => Some(Specialist::General),
        Intent::DeliveryQuestion
        | Intent::PriceNegotiation
        | Intent::ProductSearch
        | Intent::ProductQuestion
        | Intent::CartAdd
        | Intent::CartRemove
        | Intent::Checkout
        | Intent::OrderStatus
        | Intent::HumanRequest
        | Intent::Complaint
        | Intent::Other => None,
    }
}

const fn is_courtesy(intent: Intent) -> bool {
    matches!(intent, Intent::Greeting | Intent::Thanks)
}

fn is_sure(ask: &Ask, situation: &Situation) -> bool {
    ask.confidence >= situation.threshold
}

/// Courtesies step back behind asks; parts of one ask become one.
fn merge(units: Vec<Ask>) -> Vec<Ask> {
    let only_courtesies = units.iter().all(|ask| is_courtesy(ask.intent));
    let mut asks: Vec<Ask> = Vec::with_capacity(units.len());
    for unit in units {
        if is_courtesy(unit.intent) && !only_courtesies {
            continue;
        }
        match asks
            .iter_mut()
            .find(|ask| ask.specialist == unit.specialist)
        {
            Some(ask) if ask.ordinal.is_none() || unit.ordinal.is_none() => {
                let joined = format!("{} {}", ask.text.text(), unit.text.text());
                ask.text = Personal::new(joined);
                ask.ordinal = ask.ordinal.or(unit.ordinal);
                ask.confidence = ask.confidence.min(unit.confidence);
            }
            Some(_) | None => asks.push(unit),
        }
    }
    asks
}

fn handoff(asks: &[Ask], situation: &Situation) -> Option<(HandoffReason, String)> {
    let blame = |ask: &Ask| {
        format!(
            "{} {:.2} by {}",
            ask.intent.as_str(),
            ask.confidence,
            ask.by
        )
    };
    if let Some(ask) = asks.iter().find(|ask| !is_sure(ask, situation)) {
        return Some((HandoffReason::LowConfidence, blame(ask)));
    }
    // A person who is asked for, or a complaint, takes the whole turn along; anything else only its own part.
    let urgent = asks
        .iter()
        .find(|ask| matches!(ask.intent, Intent::HumanRequest | Intent::Complaint));
    let nobody = || {
        asks.iter()
            .find(|_| asks.iter().all(|ask| ask.specialist.is_none()))
    };
    let ask = urgent.or_else(nobody)?;
    let reason = match ask.intent {
        Intent::HumanRequest => HandoffReason::HumanRequested,
        Intent::Complaint => HandoffReason::Complaint,
        Intent::Greeting
        | Intent::Thanks
        | Intent::StockInquiry
        | Intent::DeliveryQuestion
        | Intent::PriceNegotiation
        | Intent::ProductSearch
        | Intent::ProductQuestion
        | Intent::CartAdd
        | Intent::CartRemove
        | Intent::Checkout
        | Intent::OrderStatus
        | Intent::Other => HandoffReason::NoSpecialist,
    };
    Some((reason, blame(ask)))
}

/// The buyer's language if the shop speaks it, else the shop's first.
fn answer_language(text: &str, situation: &Situation) -> Language {
    let spoken = |language: &Language| situation.languages.contains(language);
    language::detect(text, situation.language)
        .or(situation.language)
        .filter(spoken)
        .or_else(|| situation.languages.first().copied())
        .unwrap_or(Language::Ru)
}

/// Sentences of a message; none is blank.
fn sentences(message: &str) -> Vec<&str> {
    let mut rest = message;
    let mut found = Vec::new();
    while let Some(end) = sentence_end(rest) {
        let (sentence, tail) = rest.split_at(end);
        found.push(sentence);
        rest = tail;
    }
    found.push(rest);
    let mut found: Vec<_> = found
        .into_iter()
        .map(str::trim)
        .filter(|text| has_words(text))
        .collect();
    if found.is_empty() && !message.trim().is_empty() {
        found.push(message.trim());
    }
    found
}

/// The end of the first sentence: behind `!`, `?`, a line break, or a full stop that a space follows.
fn sentence_end(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = match letter {
            '!' | '?' | '…' => {
                next.is_some_and(|next| !matches!(next, '!' | '?' | '…' | ')' | '.'))
            }
            '\n' => true,
            '.' => next.is_some_and(char::is_whitespace),
            _ => false,
        };
        if ends {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests;
