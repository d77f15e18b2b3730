//! What the catalog says, with a fact for every number and name.

use domain::stock::Shown;
use language::{Arg, SayError, say};
use schemas::conversation::{Fact, FactSource};

use super::said::{self, Clause};
use crate::{
    answer::{Answer, Question},
    goods::{availability, facts, quotable},
};

/// One article that may serve the purpose.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(super) fn one(question: &Question, article: &Shown) -> Result<Answer, SayError> {
    let there = availability(question.language, article.product.quantity)?;
    let name = quotable(question.language, &article.product.name);
    let args = [
        ("name", Arg::Text(&name)),
        ("price", Arg::Money(article.product.price)),
        ("availability", Arg::Text(&there)),
    ];
    Ok(Answer {
        text: say(question.language, "catalog-one", &args)?,
        facts: facts(article),
        focus: Some(article.product.sku.clone()),
        ..Answer::default()
    })
}

/// An article in short: name, price, whether it is there, and how its description begins.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(super) fn about(question: &Question, article: &Shown) -> Result<Answer, SayError> {
    let there = availability(question.language, article.product.quantity)?;
    let name = quotable(question.language, &article.product.name);
    let description = article.product.description.as_deref();
    let description = said::beginning(description.unwrap_or_default());
    let mut told = facts(article);
    let mut args = vec![
        ("name", Arg::Text(&name)),
        ("price", Arg::Money(article.product.price)),
        ("availability", Arg::Text(&there)),
    ];
    let id = if description.is_empty() {
        "stock-price"
    } else {
        told.push(described(article, &description));
        args.push(("description", Arg::Text(&description)));
        "catalog-about"
    };
    Ok(Answer {
        text: say(question.language, id, &args)?,
        facts: told,
        focus: Some(article.product.sku.clone()),
        ..Answer::default()
    })
}

/// The seller's own words that answer a question.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(super) fn quote(
    question: &Question,
    article: &Shown,
    clauses: &[&Clause],
) -> Result<Answer, SayError> {
    let name = quotable(question.language, &article.product.name);
    let mut told = facts(article);
    told.retain(|fact| fact.name == "product.name");
    let mut args = vec![("name", Arg::Text(&name))];
    let quoted: Vec<&str> = clauses
        .iter()
        .filter(|clause| !clause.of_name)
        .map(|clause| clause.text.as_str())
        .collect();
    let quoted = quotable(question.language, &quoted.join("; "));
    let id = if quoted.is_empty() {
        "catalog-named"
    } else {
        let own = clauses.iter().filter(|clause| !clause.of_name);
        told.extend(own.map(|clause| described(article, &clause.text)));
        args.push(("quote", Arg::Text(&quoted)));
        "catalog-quote"
    };
    Ok(Answer {
        text: say(question.language, id, &args)?,
        facts: told,
        focus: Some(article.product.sku.clone()),
        ..Answer::default()
    })
}

/// Words of the description, as they stand in the sheet.
fn described(article: &Shown, words: &str) -> Fact {
    Fact {
        name: "product.description".to_owned(),
        value: words.to_owned(),
        sku: Some(article.product.sku.clone()),
        source: FactSource::Sheet(article.source.clone()),
    }
}
