//! What a conversation and its shop tell about the words to come.

use domain::{Conversation, conversation::Order};
use schemas::{
    conversation::Language,
    shop::{Policy, ShopConfigured},
};

use crate::policy;

/// What a shop's policy and a conversation tell about the words to come. After a long silence nothing of the earlier
/// talk is taken for granted: focus and list are for specialists to ask about.
pub(crate) fn situation(
    state: &Conversation,
    settings: Option<&ShopConfigured>,
    policy: &Policy,
) -> policy::Situation {
    let places = state
        .list()
        .filter(|_| !state.is_earlier())
        .map_or(0, |list| list.items.len());
    let focus = state.focus().is_some() && !state.is_earlier();
    policy::Situation {
        has_focus: focus || state.listing().is_some() || places > 0,
        list_length: u32::try_from(places).unwrap_or(u32::MAX),
        asked: state.asked().filter(|_| !state.is_anew()).cloned(),
        haggling: !state.offers().is_empty(),
        cart_filled: !state.deal().cart.is_empty(),
        ordering: state.deal().checkout.is_some() || state.orders().iter().any(Order::is_open),
        language: state.language(),
        languages: languages(settings),
        threshold: policy.confidence,
    }
}

/// The languages a shop answers in.
pub(crate) fn languages(settings: Option<&ShopConfigured>) -> Vec<Language> {
    settings.map_or_else(
        || vec![Language::Ru, Language::En, Language::Es],
        |shop| {
            shop.languages
                .iter()
                .filter_map(|code| Language::parse(code))
                .collect()
        },
    )
}
