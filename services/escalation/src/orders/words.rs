//! What sellers are told of orders, beside the cards.

use domain::conversation::OrderRefusal;
use language::{Arg, SayError, say};
use schemas::conversation::Actor;

use crate::words::Words;

/// How much of a seller's words is repeated, characters.
const SHORT: usize = 80;
/// The longest number of a carrier that is believed to be one.
const TRACKING: usize = 64;

const NO_REASON: [&str; 9] = [
    "без причины",
    "без причин",
    "no reason",
    "without reason",
    "sin motivo",
    "нет",
    "no",
    "-",
    "—",
];
const NO_NUMBER: [&str; 11] = [
    "без номера",
    "без трека",
    "no number",
    "without number",
    "no tracking",
    "sin número",
    "sin numero",
    "нет",
    "no",
    "-",
    "—",
];

/// Why a change cannot be read from a seller's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// These words mean no change, or could mean two.
    Words(String),
    /// There are several lines, and none was named.
    Which,
    /// The order has no such line.
    NoLine(u64),
    /// Nothing would be left.
    Empty,
    /// The buyer fetches it: there is no delivery to pay.
    Pickup,
    /// The sum does not fit.
    TooMuch,
}

/// A reason for the buyer; empty: none.
pub(super) fn reason(text: &str) -> &str {
    if is_one_of(text, &NO_REASON) {
        return "";
    }
    text.trim()
}

/// A carrier's number; `None`: there is none.
///
/// # Errors
/// When it looks like anything but a number of a carrier.
pub(super) fn tracking(text: &str) -> Result<Option<String>, ()> {
    if is_one_of(text, &NO_NUMBER) {
        return Ok(None);
    }
    let text = text.trim();
    let printable = text.chars().all(|char| !char.is_control());
    if text.chars().count() > TRACKING || !printable || !text.chars().any(char::is_numeric) {
        return Err(());
    }
    Ok(Some(text.to_owned()))
}

fn is_one_of(text: &str, known: &[&str]) -> bool {
    let text = text.trim().to_lowercase();
    let text = text.trim_matches(['«', '»', '"', '.', '!']);
    known.contains(&text)
}

impl Words {
    /// Why words are no change of an order.
    pub(super) fn unclear(self, unclear: &Unclear) -> Result<String, SayError> {
        match unclear {
            Unclear::Words(text) => {
                let text = crate::card::short(text, SHORT);
                self.with("desk-order-amend-unclear", "text", &text)
            }
            Unclear::Which => self.plain("desk-order-amend-which"),
            Unclear::NoLine(number) => {
                let number = number.to_string();
                self.with("desk-order-amend-no-line", "number", &number)
            }
            Unclear::Empty => self.plain("desk-order-amend-empty"),
            Unclear::Pickup => self.plain("desk-order-amend-pickup"),
            Unclear::TooMuch => self.plain("desk-order-amend-too-much"),
        }
    }

    /// Why nothing changed about an order. `name` tells who somebody is.
    pub(super) fn order_refusal(
        self,
        refusal: &OrderRefusal,
        name: impl Fn(&Actor) -> String,
    ) -> Result<String, SayError> {
        match refusal {
            OrderRefusal::NoOrder | OrderRefusal::NotAsShown => self.plain("desk-forgotten"),
            OrderRefusal::Decided(stage, by) => match stage.settlement() {
                Some(how) => {
                    let done = self.settled(how, by.as_ref().map(&name).as_deref())?;
                    self.with("desk-already", "what", &done)
                }
                None => self.plain("desk-order-reserving-now"),
            },
            OrderRefusal::TooLate => self.plain("desk-order-too-late"),
            OrderRefusal::Changed { .. } => self.plain("desk-order-changed"),
            OrderRefusal::Reserving => self.plain("desk-order-reserving-now"),
            OrderRefusal::DearerThanAgreed { agreed } => {
                let agreed = [("agreed", Arg::Money(*agreed))];
                say(self.language, "desk-order-dearer", &agreed)
            }
            OrderRefusal::NotApproved => self.plain("desk-order-not-approved"),
            OrderRefusal::AlreadySo => self.plain("desk-already-so"),
        }
    }
}

/// The same, for the log.
pub(super) const fn outcome(refusal: &OrderRefusal) -> &'static str {
    match refusal {
        OrderRefusal::NoOrder | OrderRefusal::NotAsShown => "no_such_order",
        OrderRefusal::Decided(..) => "already_decided",
        OrderRefusal::TooLate => "too_late",
        OrderRefusal::Changed { .. } => "order_changed",
        OrderRefusal::Reserving => "order_reserving",
        OrderRefusal::DearerThanAgreed { .. } => "dearer_than_agreed",
        OrderRefusal::NotApproved => "not_approved",
        OrderRefusal::AlreadySo => "already_so",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_can_be_kept_from_the_buyer_in_three_languages() {
        for none in [
            "без причины",
            " Без причины. ",
            "«без причины»",
            "No reason",
            "sin motivo",
        ] {
            assert_eq!(reason(none), "", "{none}");
        }
        assert_eq!(reason(" нет в наличии "), "нет в наличии");
    }

    #[test]
    fn a_number_of_a_carrier_has_digits_and_is_no_letter_to_the_buyer() {
        assert_eq!(tracking("без номера"), Ok(None));
        assert_eq!(
            tracking(" RA123456785RU "),
            Ok(Some("RA123456785RU".to_owned()))
        );
        assert_eq!(
            tracking("10 2030 4050"),
            Ok(Some("10 2030 4050".to_owned()))
        );
        for odd in ["завтра пришлю", "1\n2", "1".repeat(65).as_str()] {
            assert_eq!(tracking(odd), Err(()), "{odd}");
        }
    }
}
