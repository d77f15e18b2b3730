//! Catalog: finding an article by what it is for, and what its own text says about it.
//!
//! A technical question is answered by quoting. What the text does not say is asked of the seller: no yes and no no is
//! ever concluded.

mod about;
mod aspects;
mod said;
#[cfg(test)]
mod tests;
mod words;

use domain::stock::Shown;
use language::say;
use schemas::{
    Personal,
    conversation::{Asked, Intent},
};

use crate::{
    answer::{Answer, Answered, Desk, Question, Trouble},
    goods::{self, Found, terms},
    stock::{Intro, list, put_into_words},
};

/// Answers a question of this kind.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let by_place = question.ordinal.is_some() && !question.list.is_empty();
    match question.intent {
        Intent::ProductSearch if !by_place => search(desk, question).await,
        _ => about::answer(desk, question).await,
    }
}

/// Something is looked for: by its name, else by what it is for.
async fn search(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    if terms(&question.text, question.language).is_empty() {
        let (intent, text) = (question.intent, Personal::new(question.text.clone()));
        return Ok(Answered::Given(Answer {
            text: say(question.language, "catalog-what", &[])?,
            asked: Some(Asked::Product { intent, text }),
            ..Answer::default()
        }));
    }
    let articles = desk.articles(&question.shop);
    // Who looks for something does not mean what the chat was about.
    let anywhere = Question {
        focus: None,
        list: Vec::new(),
        listing: None,
        ..question.clone()
    };
    let named = goods::find(&anywhere, &articles);
    let current = |shown| desk.current(&question.shop, shown);
    let named = named.try_map(current).await?;
    if !matches!(named, Found::Unknown | Found::Unsaid | Found::Earlier(_)) {
        return Ok(put_into_words(question, &named)?);
    }
    fitting(desk, question).await
}

/// What may fit, found by meaning alone; offered, never claimed to be what was named.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn fitting(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let articles = desk.articles(&question.shop);
    let hits = desk.look_for(question).await;
    let clear = hits.clear().map(|hit| hit.sku.clone());
    let mut found: Vec<Shown> = Vec::new();
    for hit in hits.fitting() {
        let article = articles.iter().find(|shown| shown.product.sku == hit.sku);
        if let Some(article) = article.filter(|_| clear.as_ref().is_none_or(|sku| *sku == hit.sku))
        {
            found.extend(desk.current(&question.shop, article.clone()).await?);
        }
    }
    // Still the best first among those that can be had.
    found.sort_by_key(|shown| !shown.product.quantity.in_stock());
    let answered = match found.as_slice() {
        [] => Answered::Cannot("nothing in the sheet comes near to what is looked for".to_owned()),
        [only] => Answered::Given(words::one(question, only)?),
        several => Answered::Given(list(question, several, Intro::Fitting)?),
    };
    Ok(answered.with(hits.degraded))
}
