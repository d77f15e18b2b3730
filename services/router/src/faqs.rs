//! The seller's own questions, ready to be matched: one matcher for each revision of each shop's tab.

use std::sync::{Arc, Mutex, PoisonError};

use language::{Classifier, FaqMatcher};
use schemas::shop::FaqRecorded;

/// Shops whose questions are kept ready; a matcher of ten questions takes some tens of kilobytes.
const KEPT: usize = 256;

/// A tab and its matcher.
type Ready = (FaqRecorded, Arc<FaqMatcher>);

/// Matchers by the content of their tab, the last used one at the end.
#[derive(Clone)]
pub(crate) struct Faqs {
    classifier: Arc<Classifier>,
    ready: Arc<Mutex<Vec<Ready>>>,
}

impl Faqs {
    pub(crate) fn new(classifier: Arc<Classifier>) -> Self {
        Self {
            classifier,
            ready: Arc::default(),
        }
    }

    /// The matcher of a tab; `None` for an empty one. Makes it when it is new, which takes a millisecond or two for each
    /// question: call it where blocking is allowed.
    pub(crate) fn of(&self, faq: &FaqRecorded) -> Option<Arc<FaqMatcher>> {
        if faq.rows.is_empty() {
            return None;
        }
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = ready.iter().position(|(known, _)| known == faq) {
            let known = ready.remove(place);
            let matcher = Arc::clone(&known.1);
            ready.push(known);
            return Some(matcher);
        }
        let entries: Vec<(&str, &str)> = faq
            .rows
            .iter()
            .map(|row| (row.question.as_str(), row.answer.as_str()))
            .collect();
        let matcher = Arc::new(FaqMatcher::new(self.classifier.encoder(), &entries));
        if ready.len() >= KEPT {
            ready.remove(0);
        }
        ready.push((faq.clone(), Arc::clone(&matcher)));
        Some(matcher)
    }
}
