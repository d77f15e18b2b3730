//! What is said of articles, with a fact for every number and name.

use domain::stock::Shown;
use language::{Arg, SayError, say};
use schemas::{
    Sku,
    conversation::{Fact, FactSource, Intent, Language, ProductList},
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
        Found::Several(articles, count) => list(question, articles, Some(*count))?,
        Found::OnlyOthers(articles) if articles.is_empty() => {
            let reason = "the variant asked for is not in the sheet";
            return Ok(Answered::Cannot(reason.to_owned()));
        }
        Found::OnlyOthers(articles) => list(question, articles, None)?,
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
    let quoted = quotable(question.language, &product.name);
    let name = Arg::Text(&quoted);
    let price = Arg::Money(product.price);
    if question.intent == Intent::ProductQuestion && product.quantity.in_stock() {
        let there = availability(question, product.quantity)?;
        let args = [
            ("name", name),
            ("price", price),
            ("availability", Arg::Text(&there)),
        ];
        return Ok(Answer {
            text: say(question.language, "stock-price", &args)?,
            facts,
            focus: Some(product.sku.clone()),
            list: None,
        });
    }
    let alternative = nearest.map(|nearest| quotable(question.language, &nearest.product.name));
    let alternative = alternative.unwrap_or_default();
    let (id, args) = match (product.quantity, nearest) {
        (Quantity::Pieces(0), None) => ("stock-sold-out", vec![("name", name)]),
        (Quantity::Pieces(0), Some(nearest)) => {
            facts.extend(self::facts(nearest));
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
        facts,
        focus: Some(product.sku.clone()),
        list: None,
    })
}

/// A numbered list: of `count` that fit, or of what comes close when none does.
fn list(question: &Question, articles: &[Shown], count: Option<usize>) -> Result<Answer, SayError> {
    let (shown, count) = (number(articles.len()), count.map(number));
    let (id, args) = match count {
        None => ("stock-other-variants", vec![]),
        Some(count) if count > shown => {
            let args = vec![("count", Arg::Count(count)), ("shown", Arg::Count(shown))];
            ("stock-list-intro-more", args)
        }
        Some(_) => ("stock-list-intro", vec![("count", Arg::Count(shown))]),
    };
    let mut lines = vec![say(question.language, id, &args)?];
    let counted = |value: u64| Fact {
        name: "list.length".to_owned(),
        value: value.to_string(),
        sku: None,
        source: FactSource::Counted,
    };
    let mut facts = vec![counted(shown)];
    facts.extend(count.filter(|count| *count > shown).map(counted));
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

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A name for use inside the quotation marks that a language puts around it: its own become inner ones.
fn quotable(language: Language, name: &str) -> String {
    let (open, close) = match language {
        Language::Ru => ("„", "“"),
        Language::Es => ("“", "”"),
        Language::En => ("‘", "’"),
    };
    name.replace('«', open).replace('»', close)
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
