//! The cart, the order that is made of it, and what became of that.

mod change;
mod order;

use schemas::conversation::{Asked, Intent};

use crate::answer::{Desk, Question, Step, Trouble};

/// Answers what is wanted of a cart or an order.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Step, Trouble> {
    let of_order = matches!(
        question.asked,
        Some(Asked::Detail { .. } | Asked::Confirm | Asked::Cancel { .. })
    ) && question.intent == Intent::Checkout;
    match question.intent {
        Intent::Checkout | Intent::OrderStatus => order::answer(desk, question).await,
        _ if of_order => order::answer(desk, question).await,
        _ => change::answer(desk, question).await,
    }
}
