//! An order: what it still needs, the buyer's yes, and what became of it.

use crate::answer::{Answered, Desk, Question, Step, Trouble};

/// Goes on with an order.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Step, Trouble> {
    let _shop = desk.shop(&question.shop).await?;
    Ok(Step::Answer(Answered::Cannot("no orders yet".to_owned())))
}
