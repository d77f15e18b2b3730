//! What of a question's words asks for an article: corrections, several articles at once, one for less.

use schemas::conversation::Language;

use super::terms::{Term, terms};
use crate::answer::Question;

/// What buyers say before they put something right.
const SLIPS: [&str; 10] = [
    " ой ",
    " ой, ",
    " точнее ",
    " точнее, ",
    " вернее ",
    " вернее, ",
    " то есть ",
    " i mean ",
    " sorry, ",
    " mejor dicho",
];

/// Where a text puts something right, and how long the words are that say so.
fn slip(text: &str) -> Option<(usize, usize)> {
    let places = SLIPS.iter();
    places
        .filter_map(|slip| Some((text.rfind(slip)?, slip.len())))
        .max()
}

/// The terms of what is asked. Where the buyer corrects it («ой, синий»), the later colour or number holds.
pub(super) fn corrected(text: &str, language: Language) -> Vec<Term> {
    // Slang written out, Russian in Latin letters turned back: names are in the sheet's letters.
    let text = language::last_time(text)
        .map_or_else(|| language::normalise(text), |last_time| last_time.rest);
    let slip = SLIPS
        .iter()
        .filter_map(|slip| Some((text.rfind(slip)?, slip.len())))
        .max();
    let parts = slip
        .and_then(|(at, length)| Some((text.get(..at)?, text.get(at.saturating_add(length)..)?)));
    let Some((before, after)) = parts else {
        return terms(&text, language);
    };
    let after = terms(after, language);
    let colours = after.iter().any(|term| matches!(term, Term::Colour(_)));
    let numbers = after.iter().any(|term| matches!(term, Term::Number(_)));
    let mut asked: Vec<Term> = terms(before, language)
        .into_iter()
        .filter(|term| match term {
            Term::Word(_) => true,
            Term::Colour(_) => !colours,
            Term::Number(_) => !numbers,
        })
        .collect();
    asked.extend(after);
    asked
}

/// «Как в прошлый раз», and nothing beside it names an article.
pub(super) fn asks_last_time(question: &Question) -> bool {
    language::last_time(&question.text)
        .is_some_and(|said| said.is_all || terms(&said.rest, question.language).is_empty())
}

/// Another article for less is asked for, in so many words.
pub(super) fn asks_cheaper(text: &str) -> bool {
    let text = text.to_lowercase();
    ["подешевле", "бюджетн", "cheaper", "más barat", "mas barat"]
        .iter()
        .any(|words| text.contains(words))
}

/// The parts of a question that may name an article each: «термос и фонарь есть?».
pub(crate) fn parts(question: &Question) -> Vec<Question> {
    const JOINTS: [&str; 8] = ["? ", "! ", " и ", ", ", " + ", " and ", " y ", " плюс "];
    // What is put right names one article and not two.
    if slip(&language::normalise(&question.text)).is_some() {
        return vec![question.clone()];
    }
    let mut texts = vec![question.text.as_str()];
    for joint in JOINTS {
        texts = texts
            .into_iter()
            .flat_map(|text| text.split(joint))
            .collect();
    }
    let part = |text: &str| Question {
        text: text.to_owned(),
        ordinal: None,
        ..question.clone()
    };
    texts
        .into_iter()
        .filter(|text| !terms(text, question.language).is_empty())
        .map(part)
        .collect()
}
