//! Articles of an earlier day: never used before the buyer was asked about them. Pure.

use domain::stock::Shown;
use schemas::{Sku, conversation::Asked};

use super::{
    find::{by_exact_sku, by_place, by_sku},
    terms::{Term, terms},
};
use crate::answer::Question;

/// What «как в прошлый раз» stands for.
pub(super) enum LastTime<'a> {
    /// What the buyer was asked about, and said yes to.
    Confirmed(&'a Shown),
    /// What the talk of an earlier day ended with, to be asked about.
    Remembered(&'a Shown),
}

/// The article of last time, while the shop still has a row of it.
pub(super) fn last_time<'a>(question: &Question, articles: &'a [Shown]) -> Option<LastTime<'a>> {
    if let Some(sku) = confirmed(question) {
        return by_exact_sku(sku, articles).map(LastTime::Confirmed);
    }
    by_exact_sku(question.last_time.as_ref()?, articles).map(LastTime::Remembered)
}

/// The article that these very words were asked back about, and the buyer said yes.
fn confirmed(question: &Question) -> Option<&Sku> {
    match &question.asked {
        Some(Asked::SameProduct { sku, text, .. }) if text.text() == question.text => Some(sku),
        Some(
            Asked::SameProduct { .. }
            | Asked::Product { .. }
            | Asked::Place { .. }
            | Asked::Meaning { .. }
            | Asked::Purpose { .. }
            | Asked::Detail { .. }
            | Asked::Confirm
            | Asked::Cancel { .. }
            | Asked::MailAddress
            | Asked::MailCode,
        )
        | None => None,
    }
}

/// The article of an earlier day that nothing but the focus or the list of that day points at.
pub(super) fn pointed_at<'a>(question: &Question, articles: &'a [Shown]) -> Option<&'a Shown> {
    if !question.anew || by_sku(&question.text, articles).is_some() {
        return None;
    }
    let asked = terms(&question.text, question.language);
    by_place(question, articles).or_else(|| {
        let focus = question.focus.as_ref().or(match question.list.as_slice() {
            [only] => Some(only),
            _ => None,
        })?;
        let named = !asked.iter().all(Term::is_attribute);
        by_exact_sku(focus, articles).filter(|_| !named)
    })
}
