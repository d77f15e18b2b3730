//! What becomes of words that were not understood well enough: a model's proposal, a question, the seller.

use language::{is_masked, masked};
use schemas::{
    Personal,
    conversation::{Ask, Asked, HandoffReason, Intent},
};

use super::{Reading, Situation, Verdict, blame, for_seller, specialist};

/// What a model takes one part of a burst for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proposal {
    /// The words of the buyer's that ask it.
    pub(crate) text: String,
    /// What they ask.
    pub(crate) intent: Intent,
    /// How sure the model says it is, 0 to 1.
    pub(crate) confidence: f64,
}

/// From here on a model's own word is taken for an intent that the classifier did not consider.
const OWN_WORD: f64 = 0.9;

/// Takes over a model's proposals, if they may be: each stands in the buyer's own words, and is what the classifier
/// considered possible, or of low risk and said with confidence. Entities stay those that rules found.
pub(crate) fn accept(reading: &Reading, proposals: &[Proposal], model: &str) -> Option<Reading> {
    let Verdict::Unsure(set) = &reading.verdict else {
        return None;
    };
    // The model was shown the words with contacts masked, and copies them so.
    let words: Vec<String> = reading.asks.iter().map(shown).collect();
    let words = words.join(" ");
    let stands = |proposal: &Proposal| words.contains(proposal.text.trim().to_lowercase().as_str());
    let possible = |proposal: &Proposal| {
        set.contains(&proposal.intent)
            || (is_of_low_risk(proposal.intent) && proposal.confidence >= OWN_WORD)
    };
    let fits = |proposal: &Proposal| {
        !proposal.text.trim().is_empty() && stands(proposal) && possible(proposal)
    };
    if proposals.is_empty() || !proposals.iter().all(fits) {
        return None;
    }
    let asks: Vec<Ask> = proposals
        .iter()
        .map(|one| asked(reading, one, model))
        .collect();
    let verdict = match for_seller(&asks) {
        Some((reason, detail)) => Verdict::Seller(reason, detail),
        None => Verdict::Act,
    };
    Some(Reading {
        asks,
        verdict,
        ..reading.clone()
    })
}

/// The words of an ask as a model sees them, in lower case.
fn shown(ask: &Ask) -> String {
    masked(ask.text.text()).to_lowercase()
}

fn asked(reading: &Reading, proposal: &Proposal, model: &str) -> Ask {
    let own: Vec<&Ask> = reading
        .asks
        .iter()
        .filter(|ask| {
            let (ask, part) = (shown(ask), proposal.text.to_lowercase());
            ask.contains(part.trim()) || part.contains(ask.trim())
        })
        .collect();
    // What was masked for the model is whole again for the specialist.
    let text = if is_masked(&proposal.text) && !own.is_empty() {
        let whole: Vec<&str> = own.iter().map(|ask| ask.text.text()).collect();
        whole.join(" ")
    } else {
        proposal.text.trim().to_owned()
    };
    Ask {
        text: Personal::new(text),
        intent: proposal.intent,
        confidence: proposal.confidence,
        by: format!("llm:{model}"),
        runners_up: Vec::new(),
        ordinal: own.iter().find_map(|ask| ask.ordinal),
        entities: own
            .iter()
            .flat_map(|ask| ask.entities.iter().cloned())
            .collect(),
        specialist: specialist(proposal.intent),
    }
}

/// What becomes of unclear words without a model: "did you mean A or B?" once, then the seller.
pub(crate) fn fallback(reading: &Reading, situation: &Situation) -> Verdict {
    let Verdict::Unsure(set) = &reading.verdict else {
        return reading.verdict.clone();
    };
    let unclear = reading
        .asks
        .iter()
        .min_by(|one, other| one.confidence.total_cmp(&other.confidence));
    let (Some(ask), asked_before) = (unclear, situation.asked.is_some()) else {
        let detail = "there are no words".to_owned();
        return Verdict::Seller(HandoffReason::LowConfidence, detail);
    };
    if let ([first, second], [_], false) = (set.as_slice(), reading.asks.as_slice(), asked_before)
        && is_of_low_risk(*first)
        && is_of_low_risk(*second)
    {
        return Verdict::AskBack(Asked::Meaning {
            first: *first,
            second: *second,
            text: ask.text.clone(),
        });
    }
    Verdict::Seller(HandoffReason::LowConfidence, blame(ask))
}

/// Intents that a wrong guess of costs a sentence, and nothing else.
const fn is_of_low_risk(intent: Intent) -> bool {
    match intent {
        Intent::StockInquiry
        | Intent::DeliveryQuestion
        | Intent::PriceNegotiation
        | Intent::ProductSearch
        | Intent::ProductQuestion => true,
        Intent::Greeting
        | Intent::Thanks
        | Intent::CartAdd
        | Intent::CartRemove
        | Intent::Checkout
        | Intent::OrderStatus
        | Intent::HumanRequest
        | Intent::Complaint
        | Intent::Other => false,
    }
}
