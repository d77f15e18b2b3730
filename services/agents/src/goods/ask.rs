//! Asking back which article is meant.

use language::{Arg, SayError, say};
use schemas::{Personal, conversation::Asked};

use super::{Found, facts, quotable};
use crate::answer::{Answer, Question};

/// The question back, when nothing was named: which article, or whether it is still that of an earlier day. `None`
/// when something else was found.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn ask_back(question: &Question, found: &Found) -> Result<Option<Answer>, SayError> {
    let (intent, text) = (question.intent, Personal::new(question.text.clone()));
    Ok(match found {
        Found::Unsaid => Some(Answer {
            text: say(question.language, "stock-which", &[])?,
            asked: Some(Asked::Product { intent, text }),
            ..Answer::default()
        }),
        Found::Earlier(article) => {
            let sku = article.product.sku.clone();
            let name = quotable(question.language, &article.product.name);
            let mut told = facts(article);
            told.retain(|fact| fact.name == "product.name");
            Some(Answer {
                text: say(
                    question.language,
                    "ask-same-product",
                    &[("name", Arg::Text(&name))],
                )?,
                facts: told,
                asked: Some(Asked::SameProduct { sku, intent, text }),
                ..Answer::default()
            })
        }
        Found::One(..) | Found::Several(..) | Found::OnlyOthers(_) | Found::Unknown => None,
    })
}
