//! What is put into a cart, changed in it and taken out.

use crate::answer::{Answered, Desk, Question, Step, Trouble};

/// Changes the cart as the words say, and shows the cart that resulted.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Step, Trouble> {
    let _shop = desk.shop(&question.shop).await?;
    Ok(Step::Answer(Answered::Cannot("no cart yet".to_owned())))
}
