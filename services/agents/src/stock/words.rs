//! What is said of articles, with a fact for every number and name.

use domain::stock::Shown;
use language::{Arg, SayError, say};
use schemas::{
    Sku,
    conversation::{Fact, FactSource, ProductList},
    stock::Quantity,
};

use super::Found;
use crate::answer::{Answer, Answered, Question};

/// Puts what was found into the buyer's language.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
pub(crate) fn put_into_words(question: &Question, found: &Found) -> Result<Answered, SayError> {
    let answer = match found {
        Found::One(article, nearest) => one(question, article, nearest.as_deref())?,
        Found::Several(articles) => list(question, articles, "stock-list-intro")?,
        Found::OnlyOthers(articles) if articles.is_empty() => {
            let reason = "the variant asked for is not in the sheet";
            return Ok(Answered::Cannot(reason.to_owned()));
        }
        Found::OnlyOthers(articles) => list(question, articles, "stock-other-variants")?,
        Found::Unsaid => Answer {
            text: say(question.language, "stock-which", &[])?,
            ..Answer::default()
        },
        Found::Unknown => {
            return Ok(Answered::Cannot(
                "no article in the sheet fits the words".to_owned(),
            ));
        }
    };
    Ok(Answered::Given(answer))
}

fn one(question: &Question, article: &Shown, nearest: Option<&Shown>) -> Result<Answer, SayError> {
    let product = &article.product;
    let mut facts = facts(article);
    let there = nearest
        .map(|nearest| availability(question, nearest.product.quantity))
        .transpose()?;
    let there = there.unwrap_or_default();
    let name = Arg::Text(&product.name);
    let price = Arg::Money(product.price);
    let (id, args) = match (product.quantity, nearest) {
        (Quantity::Pieces(0), None) => ("stock-sold-out", vec![("name", name)]),
        (Quantity::Pieces(0), Some(nearest)) => {
            facts.extend(self::facts(nearest));
            let args = vec![
                ("name", name),
                ("alternative", Arg::Text(&nearest.product.name)),
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
        facts,
        focus: Some(product.sku.clone()),
        list: None,
    })
}

fn list(question: &Question, articles: &[Shown], intro: &str) -> Result<Answer, SayError> {
    let count = u32::try_from(articles.len()).unwrap_or(u32::MAX);
    let mut lines = vec![say(
        question.language,
        intro,
        &[("count", Arg::Count(u64::from(count)))],
    )?];
    let mut facts = vec![Fact {
        name: "list.length".to_owned(),
        value: count.to_string(),
        sku: None,
        source: FactSource::Counted,
    }];
    for (place, article) in (1u32..).zip(articles) {
        let there = availability(question, article.product.quantity)?;
        let args = [
            ("number", Arg::Count(u64::from(place))),
            ("name", Arg::Text(&article.product.name)),
            ("price", Arg::Money(article.product.price)),
            ("availability", Arg::Text(&there)),
        ];
        lines.push(say(question.language, "stock-list-item", &args)?);
        facts.extend(self::facts(article));
    }
    lines.push(say(question.language, "stock-list-outro", &[])?);
    let items: Vec<Sku> = articles
        .iter()
        .map(|article| article.product.sku.clone())
        .collect();
    Ok(Answer {
        text: lines.join("\n"),
        facts,
        focus: None,
        list: Some(ProductList { items }),
    })
}

fn availability(question: &Question, quantity: Quantity) -> Result<String, SayError> {
    let language = question.language;
    match quantity {
        Quantity::Pieces(0) => say(language, "availability-sold-out", &[]),
        Quantity::Pieces(pieces) => {
            let count = Arg::Count(u64::from(pieces));
            say(language, "availability-in-stock", &[("quantity", count)])
        }
        Quantity::Some => say(language, "availability-some", &[]),
        Quantity::OnOrder => say(language, "availability-on-order", &[]),
    }
}

/// Name, quantity and price of an article, each with the row that it stands in.
fn facts(article: &Shown) -> Vec<Fact> {
    let product = &article.product;
    let fact = |name: &str, value: String| Fact {
        name: name.to_owned(),
        value,
        sku: Some(product.sku.clone()),
        source: FactSource::Sheet(article.source.clone()),
    };
    let quantity = match product.quantity {
        Quantity::Pieces(pieces) => pieces.to_string(),
        Quantity::Some => "some".to_owned(),
        Quantity::OnOrder => "on order".to_owned(),
    };
    vec![
        fact("product.name", product.name.clone()),
        fact("stock.quantity", quantity),
        fact("product.price", product.price.to_string()),
    ]
}
