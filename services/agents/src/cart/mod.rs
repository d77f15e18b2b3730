//! The cart, the order that is made of it, and what became of that.

mod change;
pub(crate) mod order;

use schemas::conversation::Intent;

use crate::answer::{Desk, Question, Step, Trouble};

/// Answers what is wanted of a cart or an order.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Step, Trouble> {
    match question.intent {
        Intent::Checkout | Intent::OrderStatus => order::answer(desk, question).await,
        _ if order::is_meant(question) => {
            let question = Question {
                intent: Intent::OrderStatus,
                ..question.clone()
            };
            order::answer(desk, &question).await
        }
        // Whatever is changed while an order is being made, the order goes on behind it.
        _ => match change::answer(desk, question).await? {
            Step::Answer(changed) => order::go_on_behind(desk, question, changed).await,
            other => Ok(other),
        },
    }
}
