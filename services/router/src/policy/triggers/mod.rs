//! What takes a burst to the seller, whatever a classifier thinks of it: a person is asked for, somebody complains, the
//! words lean on earlier talk, or several conditions come at once.
//!
//! Made of phrases, because a wrong word costs little here and a missed one a buyer. What it is measured on,
//! `handover_development.tsv`, guided them in part: new words are missed more often than its figures say.

mod bundle;
mod complaint;
mod earlier;
mod human;
mod phrases;

use schemas::conversation::{Entity, Intent};

use phrases::Words;

fn words(text: &str) -> Words<'static> {
    Words::of(text, &human::CLASSES)
}

/// What a sentence surely is that cannot wait: a call for a person, or a complaint.
pub(super) fn urgent(text: &str) -> Option<Intent> {
    let words = words(text);
    if human::is_asked_for(&words) {
        Some(Intent::HumanRequest)
    } else if complaint::is_said(&words) {
        Some(Intent::Complaint)
    } else {
        None
    }
}

/// Whether a classifier may take these words for a call for a person.
pub(super) fn may_ask_for_human(text: &str) -> bool {
    human::is_thinkable(&words(text))
}

/// Whether a sentence is about something that was said elsewhere.
pub(super) fn leans_on_earlier_talk(text: &str) -> bool {
    earlier::is_leant_on(&words(text))
}

/// Whether a burst sets several conditions at once («если возьму 10, скинете? и на три адреса»).
pub(super) fn sets_conditions(text: &str, entities: &[Entity]) -> bool {
    bundle::is_set(&words(text), entities)
}
