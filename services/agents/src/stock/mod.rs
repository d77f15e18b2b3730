//! Stock: is it there, and how many. From the sheet and nothing else.

mod words;

use crate::answer::{Answered, Desk, Question, Trouble};

pub(crate) use words::{Intro, list, put_into_words};

/// Answers whether something is there.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let sought = desk.find(question).await?;
    Ok(put_into_words(question, &sought.found)?.with(sought.degraded))
}
