//! The cart, the order that is made of it, and what became of that.

use crate::answer::{Answered, Question};

/// Answers what is wanted of a cart.
pub(crate) fn answer(question: &Question) -> Answered {
    Answered::Cannot(format!("no cart yet for {}", question.intent.as_str()))
}
