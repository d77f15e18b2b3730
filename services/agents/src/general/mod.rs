//! General: courtesies, the seller's own questions and answers, and what the shop says about itself.
//!
//! Everything but a courtesy comes from the faq or the settings tab, in the seller's own words.

pub(crate) mod about;
pub(crate) mod asks;
pub(crate) mod faq;
#[cfg(test)]
mod tests;

use language::{SayError, say};
use schemas::{
    Personal,
    conversation::{Asked, Intent, Language},
    shop::{Setting, SettingsRecorded},
};

use crate::answer::{Answer, Answered, Desk, Question, Trouble};
use about::{About, Said, together};
use asks::Words;
use faq::Known;

/// Answers a courtesy, or something about the shop.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let shop = desk.shop(question).await?;
    let known = desk
        .faqs()
        .find(&question.shop, &shop, &question.text)
        .await;
    let known = known.filter(|known| known.is_sure(&shop));
    Ok(reply(question, shop.about(), known.as_ref())?)
}

/// What is said; `known` is the entry that is surely asked for.
fn reply(
    question: &Question,
    settings: &SettingsRecorded,
    known: Option<&Known>,
) -> Result<Answered, SayError> {
    let (language, about) = (question.language, About(settings));
    let words = Words::of(&question.text);
    let said = if asks::asks_who_answers(&words) {
        plain(language, "general-who")?
    } else if let Some(known) = known {
        return Ok(Answered::Given(known.answer(language)?));
    } else if question.intent == Intent::Greeting {
        greeting(language, about)?
    } else if question.intent == Intent::Thanks {
        plain(language, "thanks")?
    } else if let Some(said) = from_settings(language, about, &words)? {
        said
    } else if asks::asks_how_it_goes(&words) {
        plain(language, "general-how-it-goes")?
    } else if question.intent == Intent::Other && !has_asked_purpose(question) {
        // Nothing of the shop's business: asked back once, then the seller looks.
        return Ok(Answered::Given(Answer {
            text: say(language, "ask-purpose", &[])?,
            asked: Some(Asked::Purpose {
                text: Personal::new(question.text.clone()),
            }),
            ..Answer::default()
        }));
    } else {
        let reason = "neither the faq nor the settings tab answers this";
        return Ok(Answered::Cannot(reason.to_owned()));
    };
    Ok(Answered::Given(Answer {
        text: said.text,
        facts: said.facts,
        ..Answer::default()
    }))
}

const fn has_asked_purpose(question: &Question) -> bool {
    matches!(question.asked, Some(Asked::Purpose { .. }))
}

/// The shop's own greeting where the buyer reads its language.
fn greeting(language: Language, about: About<'_>) -> Result<Said, SayError> {
    match about.told(Setting::Greeting) {
        Some((text, fact)) if language == Language::Ru => Ok(Said {
            text: text.to_owned(),
            facts: vec![fact],
        }),
        Some(_) | None => plain(language, "greeting"),
    }
}

/// Address, hours and telephone, as far as they are asked for and known.
fn from_settings(
    language: Language,
    about: About<'_>,
    words: &Words,
) -> Result<Option<Said>, SayError> {
    let mut parts = Vec::new();
    if asks::asks_where(words) {
        parts.extend(about.address(language)?);
    }
    if asks::asks_hours(words) {
        parts.extend(about.hours(language)?);
    }
    if asks::asks_phone(words) {
        parts.extend(about.phone(language)?);
    }
    Ok((!parts.is_empty()).then(|| together(parts)))
}

fn plain(language: Language, id: &str) -> Result<Said, SayError> {
    Ok(Said {
        text: say(language, id, &[])?,
        facts: Vec::new(),
    })
}
