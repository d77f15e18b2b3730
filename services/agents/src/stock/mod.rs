//! Stock: is it there, and how many. From the sheet and nothing else.

mod words;

use crate::{
    answer::{Answered, Desk, Question, Trouble},
    goods,
};

pub(crate) use words::put_into_words;

/// Answers whether something is there.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let found = goods::find(question, &desk.articles(&question.shop));
    let found = found
        .try_map(|shown| desk.current(&question.shop, shown))
        .await?;
    Ok(put_into_words(question, &found)?)
}
