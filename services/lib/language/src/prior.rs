//! What the conversation says about the next message before it is read: p ∝ p(text) · p(intent | state).
//!
//! The table only favours, and by a bounded factor: more for a short message, less for a long one,
//! less the clearer the words are, and not at all when they are plain. So state can tip «а второй»
//! or «давайте», and cannot turn a clear question into something else.

use schemas::conversation::{Asked, Intent};

use crate::{lexicon, regression::CLASSES};

/// The state of a conversation, as far as it tells what comes next. The default says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prior {
    /// A numbered list is on the buyer's screen.
    pub list_shown: bool,
    /// An article is in focus, or the chat is about an advertisement.
    pub has_focus: bool,
    /// Something lies in the cart.
    pub cart_filled: bool,
    /// What the bot asked back and has no answer to.
    pub asked: Option<Asked>,
}

/// Up to so many words a message is short: its sense may lie in what was said before.
const SHORT_WORDS: usize = 3;
/// How much likelier state can make an intent of a short message, at the most.
const SHORT_CAP: f64 = 4.0;
/// The same for a longer one.
const LONG_CAP: f64 = 2.0;
/// From this probability on, words stand by themselves.
const PLAIN: f64 = 0.90;
/// Up to this one, state has its full weight; in between, its share falls evenly.
const OPEN: f64 = 0.50;

/// What a list on screen makes likelier.
const LIST_SHOWN: &[(Intent, f64)] = &[
    (Intent::CartAdd, 2.0),
    (Intent::ProductQuestion, 1.6),
    (Intent::ProductSearch, 1.3),
];
/// What an article in focus makes likelier.
const HAS_FOCUS: &[(Intent, f64)] = &[
    (Intent::ProductQuestion, 1.6),
    (Intent::StockInquiry, 1.4),
    (Intent::PriceNegotiation, 1.4),
    (Intent::CartAdd, 1.3),
];
/// What a filled cart makes likelier.
const CART_FILLED: &[(Intent, f64)] = &[
    (Intent::Checkout, 2.0),
    (Intent::CartRemove, 2.0),
    (Intent::CartAdd, 1.4),
];
/// How much likelier the intent is that the bot asked about.
const ASKED: f64 = 4.0;

impl Prior {
    /// Weighs calibrated probabilities, in the order of [`Intent::ALL`], with the state.
    pub(crate) fn weigh(&self, text: &str, probabilities: [f64; CLASSES]) -> [f64; CLASSES] {
        let likeliest = probabilities.iter().copied().fold(0.0, f64::max);
        let share = ((PLAIN - likeliest) / (PLAIN - OPEN)).clamp(0.0, 1.0);
        let favours = self.favours();
        if share == 0.0 || favours.iter().all(|(_, factor)| *factor <= 1.0) {
            return probabilities;
        }
        let short = lexicon::words(text).take(SHORT_WORDS + 1).count() <= SHORT_WORDS;
        let cap = if short { SHORT_CAP } else { LONG_CAP };
        let mut weighed = probabilities;
        for (value, (_, factor)) in weighed.iter_mut().zip(favours) {
            *value *= factor.min(cap).powf(share);
        }
        let total: f64 = weighed.iter().sum();
        weighed.map(|value| value / total)
    }

    /// The factor of every intent, at least 1, before the cap.
    fn favours(&self) -> [(Intent, f64); CLASSES] {
        let mut favours = Intent::ALL.map(|intent| (intent, 1.0));
        let mut favour = |table: &[(Intent, f64)]| {
            for (intent, factor) in &mut favours {
                let found = table.iter().filter(|(known, _)| known == intent);
                *factor *= found.map(|(_, by)| by).product::<f64>();
            }
        };
        for (holds, table) in [
            (self.list_shown, LIST_SHOWN),
            (self.has_focus, HAS_FOCUS),
            (self.cart_filled, CART_FILLED),
        ] {
            if holds {
                favour(table);
            }
        }
        match &self.asked {
            Some(Asked::Product { intent, .. } | Asked::SameProduct { intent, .. }) => {
                favour(&[(*intent, ASKED)]);
            }
            Some(Asked::Place { .. }) => favour(&[(Intent::DeliveryQuestion, ASKED)]),
            Some(Asked::Meaning { first, second, .. }) => {
                favour(&[(*first, ASKED), (*second, ASKED)]);
            }
            Some(Asked::Detail { .. } | Asked::Confirm) => favour(&[(Intent::Checkout, ASKED)]),
            Some(Asked::Cancel { .. } | Asked::MailAddress | Asked::MailCode) => {
                favour(&[(Intent::OrderStatus, ASKED)])
            }
            Some(Asked::Purpose { .. }) | None => {}
        }
        favours
    }
}

#[cfg(test)]
mod tests {
    use schemas::Personal;

    use super::*;
    use crate::head::place;

    /// `first` has `p`, `second` nearly all the rest.
    fn between(first: Intent, p: f64, second: Intent) -> [f64; CLASSES] {
        let crumb = 0.001;
        let mut probabilities = [crumb; CLASSES];
        probabilities[place(first)] = p;
        probabilities[place(second)] = 1.0 - p - crumb * (CLASSES - 2) as f64;
        probabilities
    }

    fn everything() -> Prior {
        Prior {
            list_shown: true,
            has_focus: true,
            cart_filled: true,
            asked: Some(Asked::Meaning {
                first: Intent::CartAdd,
                second: Intent::Checkout,
                text: Personal::new("давайте".to_owned()),
            }),
        }
    }

    #[test]
    fn nothing_known_changes_nothing() {
        let told = between(Intent::Thanks, 0.55, Intent::CartAdd);
        assert_eq!(Prior::default().weigh("давайте", told), told);
    }

    #[test]
    fn a_list_on_screen_tips_a_short_message_that_could_be_two_things() {
        let told = between(Intent::CartAdd, 0.46, Intent::Thanks);
        let prior = Prior {
            list_shown: true,
            ..Prior::default()
        };
        let short = prior.weigh("давайте второй", told);
        assert!(short[place(Intent::CartAdd)] > short[place(Intent::Thanks)]);
        assert!(told[place(Intent::CartAdd)] < told[place(Intent::Thanks)]);
    }

    #[test]
    fn a_question_that_the_bot_asked_weighs_less_on_a_long_answer() {
        let told = between(Intent::Other, 0.6, Intent::DeliveryQuestion);
        let prior = Prior {
            asked: Some(Asked::Place {
                text: Personal::new("сколько стоит доставка".to_owned()),
            }),
            ..Prior::default()
        };
        let at = place(Intent::DeliveryQuestion);
        let short = prior.weigh("в казань", told)[at];
        let long = prior.weigh("я сейчас живу в городе казань", told)[at];
        assert!(short > long && long > told[at], "{short} {long}");
    }

    #[test]
    fn no_state_overrides_a_clear_text_and_a_plain_one_is_not_touched() {
        for step in 0..=100 {
            let p = 0.80 + 0.0018 * f64::from(step);
            for intent in Intent::ALL {
                for rival in [Intent::CartAdd, Intent::Checkout, Intent::CartRemove] {
                    if rival == intent {
                        continue;
                    }
                    let told = between(intent, p, rival);
                    let weighed = everything().weigh("да", told);
                    let best = weighed.iter().copied().fold(0.0, f64::max);
                    assert!(
                        (weighed[place(intent)] - best).abs() < 1e-12,
                        "{intent:?} {p}"
                    );
                    assert!(p < PLAIN || weighed == told);
                }
            }
        }
    }

    #[test]
    fn probabilities_still_sum_to_one() {
        let weighed = everything().weigh("ну да", between(Intent::Other, 0.3, Intent::CartAdd));
        assert!((weighed.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
