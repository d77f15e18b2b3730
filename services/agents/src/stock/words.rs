//! What is said of articles, with a fact for every number and name.

use domain::stock::Shown;
use language::{Arg, SayError, say};
use schemas::{
    Sku,
    conversation::{Fact, FactSource, Intent, ProductList},
    stock::Quantity,
};

use crate::{
    answer::{Answer, Answered, Question},
    goods::{Found, ask_back, availability, facts, quotable},
};

/// Puts what was found into the buyer's language.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
pub(crate) fn put_into_words(question: &Question, found: &Found) -> Result<Answered, SayError> {
    if let Some(answer) = ask_back(question, found)? {
        return Ok(Answered::Given(answer));
    }
    let answer = match found {
        Found::One(article, nearest) => one(question, article, nearest.as_deref())?,
        Found::Several(articles, count) => list(question, articles, Intro::Found(*count))?,
        Found::OnlyOthers(articles) if articles.is_empty() => {
            let reason = "the variant asked for is not in the sheet";
            return Ok(Answered::Cannot(reason.to_owned()));
        }
        Found::OnlyOthers(articles) => list(question, articles, Intro::Others)?,
        Found::Unsaid | Found::Earlier(_) | Found::Unknown => {
            return Ok(Answered::Cannot(
                "no article in the sheet fits the words".to_owned(),
            ));
        }
    };
    Ok(Answered::Given(answer))
}

fn one(question: &Question, article: &Shown, nearest: Option<&Shown>) -> Result<Answer, SayError> {
    let product = &article.product;
    let mut told = facts(article);
    let there = nearest
        .map(|nearest| availability(question.language, nearest.product.quantity))
        .transpose()?;
    let there = there.unwrap_or_default();
    let quoted = quotable(question.language, &product.name);
    let name = Arg::Text(&quoted);
    let price = Arg::Money(product.price);
    if question.intent == Intent::ProductQuestion && product.quantity.in_stock() {
        let there = availability(question.language, product.quantity)?;
        let args = [
            ("name", name),
            ("price", price),
            ("availability", Arg::Text(&there)),
        ];
        return Ok(Answer {
            text: say(question.language, "stock-price", &args)?,
            facts: told,
            focus: Some(product.sku.clone()),
            ..Answer::default()
        });
    }
    let alternative = nearest.map(|nearest| quotable(question.language, &nearest.product.name));
    let alternative = alternative.unwrap_or_default();
    let (id, args) = match (product.quantity, nearest) {
        (Quantity::Pieces(0), None) => ("stock-sold-out", vec![("name", name)]),
        (Quantity::Pieces(0), Some(nearest)) => {
            told.extend(facts(nearest));
            let args = vec![
                ("name", name),
                ("alternative", Arg::Text(&alternative)),
                ("price", Arg::Money(nearest.product.price)),
                ("availability", Arg::Text(&there)),
            ];
            ("stock-sold-out-with-alternative", args)
        }
        (Quantity::Pieces(1), _) => ("stock-last-one", vec![("name", name), ("price", price)]),
        (Quantity::Pieces(pieces), _) => {
            let args = vec![
                ("name", name),
                ("quantity", Arg::Count(u64::from(pieces))),
                ("price", price),
            ];
            ("stock-available", args)
        }
        (Quantity::Some, _) => (
            "stock-available-some",
            vec![("name", name), ("price", price)],
        ),
        (Quantity::OnOrder, _) => ("stock-on-order", vec![("name", name), ("price", price)]),
    };
    Ok(Answer {
        text: say(question.language, id, &args)?,
        facts: told,
        focus: Some(product.sku.clone()),
        ..Answer::default()
    })
}

/// What a list is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intro {
    /// So many articles bear the name that was asked for.
    Found(usize),
    /// None is what was asked for; these come close.
    Others,
    /// What may serve the purpose that was told.
    Fitting,
}

/// A numbered list of articles.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn list(
    question: &Question,
    articles: &[Shown],
    intro: Intro,
) -> Result<Answer, SayError> {
    let shown = number(articles.len());
    let count = match intro {
        Intro::Found(count) => Some(number(count)),
        Intro::Others | Intro::Fitting => None,
    };
    let (id, args) = match (intro, count) {
        (Intro::Others, _) => ("stock-other-variants", vec![]),
        (Intro::Fitting, _) => ("catalog-list-intro", vec![]),
        (Intro::Found(_), Some(count)) if count > shown => {
            let args = vec![("count", Arg::Count(count)), ("shown", Arg::Count(shown))];
            ("stock-list-intro-more", args)
        }
        (Intro::Found(_), _) => ("stock-list-intro", vec![("count", Arg::Count(shown))]),
    };
    let mut lines = vec![say(question.language, id, &args)?];
    let counted = |value: u64| Fact {
        name: "list.length".to_owned(),
        value: value.to_string(),
        sku: None,
        source: FactSource::Counted,
    };
    let mut told = vec![counted(shown)];
    told.extend(count.filter(|count| *count > shown).map(counted));
    for (place, article) in (1u32..).zip(articles) {
        let there = availability(question.language, article.product.quantity)?;
        let args = [
            ("number", Arg::Count(u64::from(place))),
            ("name", Arg::Text(&article.product.name)),
            ("price", Arg::Money(article.product.price)),
            ("availability", Arg::Text(&there)),
        ];
        lines.push(say(question.language, "stock-list-item", &args)?);
        told.extend(facts(article));
    }
    lines.push(say(question.language, "stock-list-outro", &[])?);
    let items: Vec<Sku> = articles
        .iter()
        .map(|article| article.product.sku.clone())
        .collect();
    Ok(Answer {
        text: lines.join("\n"),
        facts: told,
        list: Some(ProductList { items }),
        ..Answer::default()
    })
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
