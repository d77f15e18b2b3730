//! Small talk: a greeting is returned, thanks are accepted. Holds no fact.

use language::{SayError, say};
use schemas::conversation::Intent;

use crate::answer::{Answer, Answered, Question};

/// Answers a courtesy.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
pub(crate) fn answer(question: &Question) -> Result<Answered, SayError> {
    let id = match question.intent {
        Intent::Greeting => "greeting",
        Intent::Thanks => "thanks",
        Intent::StockInquiry
        | Intent::DeliveryQuestion
        | Intent::PriceNegotiation
        | Intent::ProductSearch
        | Intent::ProductQuestion
        | Intent::CartAdd
        | Intent::CartRemove
        | Intent::Checkout
        | Intent::OrderStatus
        | Intent::HumanRequest
        | Intent::Complaint
        | Intent::Other => {
            let reason = format!("{} is not small talk", question.intent.as_str());
            return Ok(Answered::Cannot(reason));
        }
    };
    Ok(Answered::Given(Answer {
        text: say(question.language, id, &[])?,
        ..Answer::default()
    }))
}
