//! What the words ask: rules for what a classifier cannot see, the classifier for the rest. Pure.
//!
//! The cascade: rules, the seller's own questions and answers, the calibrated classifier. What stays unclear is for a
//! model, if there is one, then for the buyer ("did you mean A or B?"), then for the seller.

mod entities;
#[cfg(test)]
mod handovers;
mod merge;
mod rules;
mod settle;
mod slots;
mod split;
#[cfg(test)]
mod tests;
mod triggers;

use language::{Classifier, Consent, FaqMatcher, Prior};
use schemas::{
    Personal,
    conversation::{Ask, Asked, Entity, HandoffReason, Intent, Language, Specialist},
};

use merge::{are_steps, merge, only_names};
pub(crate) use settle::{Proposal, accept, fallback};

/// What the conversation knows that the words do not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Situation {
    /// Whether an article is in focus, or the chat is about an advertisement.
    pub(crate) has_focus: bool,
    /// How many places the list on screen has.
    pub(crate) list_length: u32,
    /// What the bot asked last.
    pub(crate) asked: Option<Asked>,
    /// Whether a price was offered, so that words may haggle on.
    pub(crate) haggling: bool,
    /// Whether something is in the buyer's cart.
    pub(crate) cart_filled: bool,
    /// Whether an order is being made, or was and waits: anything said may be about it.
    pub(crate) ordering: bool,
    /// The language so far, or the provider's hint.
    pub(crate) language: Option<Language>,
    /// The languages that the shop answers in; the first when nothing else is clear.
    pub(crate) languages: Vec<Language>,
    /// The confidence from which the bot acts.
    pub(crate) threshold: f64,
}

/// An ask as the log keeps it: probabilities in four digits. A long fraction is not read back to the last bit by every
/// JSON reader, and read models would differ from a rebuild by nothing at all.
pub(crate) fn recorded(mut ask: Ask) -> Ask {
    const DIGITS: f64 = 10_000.0;
    let short = |share: f64| (share * DIGITS).round() / DIGITS;
    ask.confidence = short(ask.confidence);
    for (_, share) in &mut ask.runners_up {
        *share = short(*share);
    }
    ask
}

/// What the words are judged by.
#[derive(Clone, Copy)]
pub(crate) struct Mind<'a> {
    pub(crate) classifier: &'a Classifier,
    /// The shop's own questions and answers; `None`: it has none.
    pub(crate) faq: Option<&'a FaqMatcher>,
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
    /// What becomes of it.
    pub(crate) verdict: Verdict,
}

/// What becomes of a burst.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Specialists answer it.
    Act,
    /// It goes to the seller, with more about why.
    Seller(HandoffReason, String),
    /// The buyer is asked.
    AskBack(Asked),
    /// Not understood well enough; what it might be, likeliest first.
    Unsure(Vec<Intent>),
}

/// A part of a burst, as it was understood.
struct Unit {
    ask: Ask,
    sure: bool,
    /// The intents that it may well have.
    set: Vec<Intent>,
}

impl Unit {
    /// A person who is asked for, or plain anger: whatever else the burst asks, and however unclear the rest is.
    fn cannot_wait(&self) -> bool {
        let ruled = self.ask.by.starts_with("rule:");
        match self.ask.intent {
            Intent::HumanRequest => self.sure && self.ask.by != "faq",
            Intent::Complaint => self.sure && ruled,
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
            | Intent::Other => false,
        }
    }
}

/// Intents that are about goods and answered from the same rows.
const GOODS: [Intent; 3] = [
    Intent::StockInquiry,
    Intent::ProductSearch,
    Intent::ProductQuestion,
];
/// How much of the probability is about goods when a word asks for presence.
const PRESENT: f64 = 0.65;
/// How much of it is the presence itself, at the least.
const SOME: f64 = 0.25;
/// More likely than anything else.
const LIKELY: f64 = 0.5;
/// Enough to hear a call for a person or a complaint: the likeliest reading of words that are not clear.
const AUDIBLE: f64 = 0.4;
/// From here on nothing but goods can be meant.
const SURE_OF_GOODS: f64 = 0.95;

/// Reads the messages of one burst, oldest first.
pub(crate) fn read(mind: Mind<'_>, messages: &[&str], situation: &Situation) -> Reading {
    let burst = messages.join(" ");
    let language = answer_language(&burst, situation);
    let named = entities::of(&burst, situation);
    let sentences: Vec<&str> = messages
        .iter()
        .flat_map(|message| split::sentences(message))
        .collect();
    let units: Vec<Unit> = sentences
        .iter()
        .flat_map(|sentence| in_clauses(mind, sentence, situation))
        .collect();
    let greeted = units
        .iter()
        .any(|unit| unit.sure && unit.ask.intent == Intent::Greeting)
        || sentences
            .iter()
            .any(|sentence| rules::greets(&rules::words(sentence)));
    let reading = |asks: Vec<Ask>, verdict| Reading {
        asks,
        language,
        greeted,
        verdict,
    };
    if let Some(unit) = units.iter().find(|unit| unit.cannot_wait()) {
        let reason = reason_of(unit.ask.intent);
        let verdict = Verdict::Seller(reason, blame(&unit.ask));
        return reading(merge(units), verdict);
    }
    if triggers::sets_conditions(&burst, &named) {
        let (reason, detail) = (HandoffReason::ComplexBundle, "several conditions at once");
        return reading(merge(units), Verdict::Seller(reason, detail.to_owned()));
    }
    if entities::place(&named, situation.list_length).is_none()
        && sentences.iter().any(|one| {
            let elsewhere = rules::asks_last_time(one) || language::link(one).is_some();
            triggers::leans_on_earlier_talk(one) && !elsewhere
        })
    {
        let (reason, detail) = (HandoffReason::Ambiguous, "about earlier talk");
        return reading(merge(units), Verdict::Seller(reason, detail.to_owned()));
    }
    // «Оформляем?» below a cart is answered by a yes or a no, and by nothing else.
    let is_open = |asked: &&Asked| {
        **asked != Asked::Confirm
            || situation.ordering
            || matches!(language::consent(&burst), Consent::Yes | Consent::No)
    };
    if let Some(answer) = situation
        .asked
        .as_ref()
        .filter(is_open)
        .and_then(|asked| slots::read(asked, &burst, &named, &units))
    {
        return match answer {
            slots::Answer::Ask(ask) => settled(vec![*ask], reading),
            slots::Answer::Asks(asks) => settled(asks, reading),
            slots::Answer::Back(asked) => reading(merge(units), Verdict::AskBack(asked)),
        };
    }
    if units.iter().all(|unit| unit.sure) {
        return settled(merge(units), reading);
    }
    let whole = understand(mind, &burst, situation);
    if whole.sure && agrees(&whole, &units) {
        return settled(vec![whole.ask], reading);
    }
    let unclear: Vec<Intent> = units
        .iter()
        .filter(|unit| !unit.sure)
        .flat_map(|unit| unit.set.iter().copied())
        .collect();
    let set = if units.len() == 1 { whole.set } else { unclear };
    reading(merge(units), Verdict::Unsure(set))
}

/// Asks that are all sure: specialists, unless a person has to see them.
fn settled(asks: Vec<Ask>, reading: impl Fn(Vec<Ask>, Verdict) -> Reading) -> Reading {
    let verdict = match for_seller(&asks) {
        Some((reason, detail)) => Verdict::Seller(reason, detail),
        None => Verdict::Act,
    };
    reading(asks, verdict)
}

/// A burst may be read as one only when no part of it surely asks something else.
fn agrees(whole: &Unit, units: &[Unit]) -> bool {
    units
        .iter()
        .filter(|unit| unit.sure && !is_courtesy(unit.ask.intent))
        .all(|unit| unit.ask.intent == whole.ask.intent)
}

/// A sentence as one ask, or as two when both halves surely ask different specialists.
fn in_clauses(mind: Mind<'_>, sentence: &str, situation: &Situation) -> Vec<Unit> {
    let whole = understand(mind, sentence, situation);
    if whole.cannot_wait() {
        return vec![whole];
    }
    for (left, right) in split::halves(sentence) {
        // The question mark at the end belongs to both halves.
        let left = if sentence.trim_end().ends_with('?') {
            understand(mind, &format!("{left}?"), situation)
        } else {
            understand(mind, left, situation)
        };
        if !left.sure || left.ask.specialist.is_none() {
            continue;
        }
        let right = understand(mind, right, situation);
        // «добавь термос и два красных рюкзака»: what is only named belongs to the cart as well.
        let named_for_cart =
            left.ask.specialist == Some(Specialist::Cart) && only_names(&right.ask);
        let apart = (left.ask.specialist != right.ask.specialist
            || are_steps(&left.ask, &right.ask))
            && !named_for_cart
            && !is_courtesy(right.ask.intent)
            && right.ask.intent != Intent::Other;
        if right.sure && apart {
            return vec![left, right];
        }
    }
    vec![whole]
}

fn understand(mind: Mind<'_>, text: &str, situation: &Situation) -> Unit {
    let named = entities::of(text, situation);
    let place = entities::place(&named, situation.list_length);
    let words = rules::words(text);
    let certain = |intent, by: &str, confidence, specialist| Unit {
        ask: Ask {
            text: Personal::new(text.to_owned()),
            intent,
            confidence,
            by: by.to_owned(),
            runners_up: Vec::new(),
            ordinal: place,
            entities: named.clone(),
            specialist,
        },
        sure: true,
        set: vec![intent],
    };
    match triggers::urgent(text) {
        Some(Intent::Complaint) => return certain(Intent::Complaint, "rule:complaint", 1.0, None),
        Some(intent) => return certain(intent, "rule:human", 1.0, None),
        None => {}
    }
    if let Some(ruled) = rules::read(&words, place, situation)
        .or_else(|| rules::of_cart(text, &words, &named, situation))
    {
        return certain(ruled.intent, ruled.rule, 1.0, ruled.specialist);
    }
    let prior = Prior {
        list_shown: situation.list_length > 0,
        has_focus: situation.has_focus,
        cart_filled: situation.cart_filled,
        asked: situation.asked.clone(),
    };
    let classified = mind.classifier.classify_with(text, &prior);
    let answered = mind
        .faq
        .and_then(|faq| faq.best(text, &classified.embedding))
        .filter(|found| found.score >= situation.threshold);
    let (intent, confidence) = classified.best();
    if let Some(found) = answered {
        return certain(intent, "faq", found.score, Some(Specialist::General));
    }
    let share = |intents: &[Intent]| -> f64 {
        let of = classified.probabilities.iter();
        of.filter(|(one, _)| intents.contains(one))
            .map(|(_, share)| share)
            .sum()
    };
    // Whether it is there, which one to take, and what it is like are hard to tell apart and all about goods: what asks
    // for presence is stock's, and the others are told apart only when one of them is likelier than not.
    let goods = share(&GOODS);
    let present = rules::asks_presence(&words) && place.is_none();
    let called = intent == Intent::HumanRequest;
    let misheard = called && !triggers::may_ask_for_human(text);
    if present && (misheard || (goods >= PRESENT && share(&[Intent::StockInquiry]) >= SOME)) {
        return certain(
            Intent::StockInquiry,
            "rule:presence",
            if misheard { 1.0 } else { goods },
            Some(Specialist::Stock),
        );
    }
    // A place that is named, after all, is where something goes to.
    if names_place(&named) && share(&[Intent::DeliveryQuestion]) >= LIKELY {
        let delivery = share(&[Intent::DeliveryQuestion]);
        return certain(
            Intent::DeliveryQuestion,
            "rule:place",
            delivery,
            Some(Specialist::Delivery),
        );
    }
    let runners_up: Vec<(Intent, f64)> = classified
        .probabilities
        .iter()
        .copied()
        .skip(1)
        .take(2)
        .collect();
    let threshold = mind.classifier.threshold(intent, situation.threshold);
    // Two intents of one specialist that are likely together are one ask to it.
    let together = confidence
        + runners_up
            .first()
            .filter(|(next, _)| {
                specialist(*next).is_some() && specialist(*next) == specialist(intent)
            })
            .map_or(0.0, |(_, share)| *share);
    let urgent = intent == Intent::Complaint || (called && !misheard);
    Unit {
        ask: Ask {
            text: Personal::new(text.to_owned()),
            intent,
            confidence,
            by: "model".to_owned(),
            runners_up,
            ordinal: place,
            entities: named,
            specialist: specialist(intent),
        },
        sure: !misheard && confidence >= threshold
            // The seller would get it anyway; so the buyer reads the right notice, and no model is asked first.
            || (urgent && confidence >= AUDIBLE)
            || together >= threshold.max(situation.threshold)
            || (GOODS.contains(&intent) && confidence >= LIKELY && goods >= SURE_OF_GOODS),
        set: classified.set,
    }
}

/// Who answers an intent; `None`: nobody yet, and it goes to the seller.
pub(crate) const fn specialist(intent: Intent) -> Option<Specialist> {
    match intent {
        Intent::StockInquiry => Some(Specialist::Stock),
        Intent::DeliveryQuestion => Some(Specialist::Delivery),
        Intent::PriceNegotiation => Some(Specialist::Pricing),
        Intent::ProductSearch | Intent::ProductQuestion => Some(Specialist::Catalog),
        Intent::Greeting | Intent::Thanks | Intent::Other => Some(Specialist::General),
        Intent::CartAdd | Intent::CartRemove | Intent::Checkout | Intent::OrderStatus => {
            Some(Specialist::Cart)
        }
        Intent::HumanRequest | Intent::Complaint => None,
    }
}

const fn is_courtesy(intent: Intent) -> bool {
    matches!(intent, Intent::Greeting | Intent::Thanks)
}

/// A person who is asked for, or a complaint, takes the whole turn along; anything else only its own part.
fn for_seller(asks: &[Ask]) -> Option<(HandoffReason, String)> {
    let urgent = asks.iter().find(|ask| {
        matches!(ask.intent, Intent::HumanRequest | Intent::Complaint) && ask.by != "faq"
    });
    let nobody = || {
        asks.iter()
            .find(|_| asks.iter().all(|ask| ask.specialist.is_none()))
    };
    let ask = urgent.or_else(nobody)?;
    Some((reason_of(ask.intent), blame(ask)))
}

/// Why an intent goes to the seller.
const fn reason_of(intent: Intent) -> HandoffReason {
    match intent {
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
    }
}

/// An ask, for the seller.
fn blame(ask: &Ask) -> String {
    format!(
        "{} {:.2} by {}",
        ask.intent.as_str(),
        ask.confidence,
        ask.by
    )
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

/// Whether any of these is a place in a town, which a question of the bot's may have asked for.
fn names_place(entities: &[Entity]) -> bool {
    entities
        .iter()
        .any(|entity| matches!(entity, Entity::Place(_) | Entity::UnknownPlace(_)))
}
