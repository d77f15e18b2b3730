//! Small talk: a greeting is returned, thanks are accepted. Holds no fact.

use language::say;
use schemas::conversation::Intent;

use crate::answer::{Answer, Answered, Desk, Question, Trouble};

/// Answers a courtesy.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    drop(desk.shop(&question.shop).await?);
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
