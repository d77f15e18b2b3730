//! A question about one article: told in short, or answered with the seller's own words.

use domain::stock::Shown;
use language::{normalise, tokens};

use super::{
    said::{self, Clause, Wanted},
    words,
};
use crate::{
    answer::{Answered, Desk, Question, Trouble},
    goods::{self, Found},
    search::cosine,
    stock::put_into_words,
};

/// Answers what is asked about an article.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(super) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let naming = goods::naming(question, &desk.articles(&question.shop));
    let sought = desk.find(&naming).await?;
    // What is asked back is answered with the words that were really said.
    let answered = match &sought.found {
        Found::One(article, _) => of_one(desk, question, article, &sought.found).await?,
        Found::Several(..)
        | Found::OnlyOthers(_)
        | Found::Unsaid
        | Found::Earlier(_)
        | Found::Unknown => put_into_words(question, &sought.found)?,
    };
    Ok(answered.with(sought.degraded))
}

async fn of_one(
    desk: &Desk,
    question: &Question,
    article: &Shown,
    found: &Found,
) -> Result<Answered, Trouble> {
    let language = question.language;
    let wanted = Wanted::of(&question.text, language, article);
    let told = said::wants_to_be_told(&tokens(&question.text, language));
    let by_place = question.ordinal.is_some();
    if told && !wanted.is_about_a_property() || wanted.is_nothing() && by_place {
        return Ok(Answered::Given(words::about(question, article)?));
    }
    if wanted.is_nothing() {
        return Ok(put_into_words(question, found)?);
    }
    let clauses = said::clauses(&article.product);
    let Some(cosines) = cosines(desk, question, &clauses).await else {
        return Ok(Answered::Cannot("the search is stopping".to_owned()));
    };
    let answering = wanted.answering(&clauses, &cosines);
    if answering.is_empty() {
        let sku = &article.product.sku;
        return Ok(Answered::Cannot(format!(
            "the text of {sku} does not say what is asked"
        )));
    }
    Ok(Answered::Given(words::quote(
        question, article, &answering,
    )?))
}

async fn cosines(desk: &Desk, question: &Question, clauses: &[Clause]) -> Option<Vec<f64>> {
    let asked = std::iter::once(normalise(&question.text));
    let texts = asked.chain(clauses.iter().map(|clause| clause.text.clone()));
    let vectors = desk.vectors(texts.collect()).await?;
    let (asked, of_clauses) = vectors.split_first()?;
    Some(of_clauses.iter().map(|own| cosine(asked, own)).collect())
}
