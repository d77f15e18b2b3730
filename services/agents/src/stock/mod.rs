//! Stock: is it there, and how many. From the sheet and nothing else.

mod words;

use schemas::conversation::Language;

use crate::{
    answer::{Answer, Answered, Desk, Question, Trouble},
    catalog,
    goods::{self, Found},
    pricing,
};

pub(crate) use words::{Intro, list, put_into_words};

/// Answers whether something is there.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    if let Some(answered) = each(desk, question).await? {
        return Ok(answered);
    }
    let sought = desk.find(question).await?;
    // The sheet's names are in the seller's language: other words for the same thing are found by meaning, and shown.
    if sought.found == Found::Unknown && question.language != Language::Ru {
        return catalog::fitting(desk, question).await;
    }
    // The price is told along: it is the one that a person of the shop agreed on with this buyer.
    if let Found::One(article, _) = &sought.found
        && let Some(answered) = pricing::agreed_along(desk, question, article).await?
    {
        return Ok(answered.with(sought.degraded));
    }
    Ok(put_into_words(question, &sought.found)?.with(sought.degraded))
}

/// How many articles one message is taken to name at the most.
const MOST: usize = 4;

/// Answers for each article when the words name several, one after the other; `None`: they do not.
async fn each(desk: &Desk, question: &Question) -> Result<Option<Answered>, Trouble> {
    let parts = goods::parts(question);
    if !(2..=MOST).contains(&parts.len()) {
        return Ok(None);
    }
    let articles = desk.articles(&question.shop);
    let (mut answers, mut named) = (Vec::with_capacity(parts.len()), Vec::new());
    let mut lists = 0;
    for part in &parts {
        let found = goods::find(part, &articles);
        match &found {
            Found::One(article, _) if !named.contains(&article.product.sku) => {
                named.push(article.product.sku.clone());
            }
            // The places of two lists could not be told apart.
            Found::Several(..) if lists == 0 => lists += 1,
            _ => return Ok(None),
        }
        let found = found
            .try_map(|shown| desk.current(&question.shop, shown))
            .await?;
        match put_into_words(part, &found)? {
            Answered::Given(answer) => answers.push(answer),
            Answered::Cannot(_) => return Ok(None),
        }
    }
    Ok(together(answers).map(Answered::Given))
}

/// Several answers as one, in order. The last article is the one in focus, and a list stays on the screen.
fn together(answers: Vec<Answer>) -> Option<Answer> {
    let mut answers = answers.into_iter();
    let mut all = answers.next()?;
    for answer in answers {
        all.text = format!("{}\n{}", all.text, answer.text);
        all.facts.extend(answer.facts);
        all.focus = answer.focus.or(all.focus);
        all.list = answer.list.or(all.list);
    }
    Some(all)
}
