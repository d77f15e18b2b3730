//! Where a test has this process die on the way to a buyer: only with what is told of an order.

use boot::{CrashPoint, crash_point};
use domain::conversation::Outgoing;
use schemas::conversation::ReplyKind;

/// The places that one call passes, in order.
pub(crate) struct Points(Option<[CrashPoint; 4]>);

impl Points {
    /// The places of a call that says this, with a document or without.
    pub(crate) fn of(reply: &Outgoing, document: bool) -> Self {
        use CrashPoint as At;
        let words = [
            At::NewsBefore,
            At::NewsBegun,
            At::NewsCalled,
            At::NewsRecorded,
        ];
        let paper = [
            At::DocumentBefore,
            At::DocumentBegun,
            At::DocumentCalled,
            At::DocumentRecorded,
        ];
        let news = reply.kind == ReplyKind::OrderNews;
        Self(news.then_some(if document { paper } else { words }))
    }

    /// The intent is not recorded.
    pub(crate) fn before(&self) {
        self.pass(|[before, ..]| before);
    }

    /// The intent is recorded, and no call is made.
    pub(crate) fn begun(&self) {
        self.pass(|[_, begun, ..]| begun);
    }

    /// The provider has answered, and that is not recorded.
    pub(crate) fn called(&self) {
        self.pass(|[_, _, called, _]| called);
    }

    /// It is recorded.
    pub(crate) fn recorded(&self) {
        self.pass(|[.., recorded]| recorded);
    }

    fn pass(&self, which: impl Fn([CrashPoint; 4]) -> CrashPoint) {
        if let Some(points) = self.0 {
            crash_point(which(points));
        }
    }
}
