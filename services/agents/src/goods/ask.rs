//! Asking back which article is meant.

use language::{Arg, SayError, say};
use schemas::{Personal, conversation::Asked};

use super::{Found, asked::asks_last_time, availability, facts, quotable};
use crate::answer::{Answer, Question};

/// The question back, when nothing was named: which article, or whether it is still that of an earlier day. `None`
/// when something else was found.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn ask_back(question: &Question, found: &Found) -> Result<Option<Answer>, SayError> {
    let (intent, text) = (question.intent, Personal::new(question.text.clone()));
    let last_time = asks_last_time(question);
    Ok(match found {
        Found::Unsaid => Some(Answer {
            text: if last_time {
                say(question.language, "last-time-unknown", &[])?
            } else {
                say(question.language, "stock-which", &[])?
            },
            asked: Some(Asked::Product { intent, text }),
            ..Answer::default()
        }),
        Found::Earlier(article) => {
            let sku = article.product.sku.clone();
            let name = quotable(question.language, &article.product.name);
            if last_time {
                let there = availability(question.language, article.product.quantity)?;
                let args = [
                    ("name", Arg::Text(&name)),
                    ("price", Arg::Money(article.product.price)),
                    ("availability", Arg::Text(&there)),
                ];
                return Ok(Some(Answer {
                    text: say(question.language, "ask-last-time", &args)?,
                    facts: facts(article),
                    asked: Some(Asked::SameProduct { sku, intent, text }),
                    ..Answer::default()
                }));
            }
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
