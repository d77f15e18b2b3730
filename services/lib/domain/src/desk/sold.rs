//! Orders at the desk that nobody has to decide about: one that the shop's own rule has approved, and what becomes of the
//! invoice of one that is sold.

use schemas::{
    Cause, Decision, EventId,
    desk::{DeskEvent, MatterInvoiced, MatterOpened, MatterState, Settlement},
};

use super::{Desk, Matter};

impl Matter {
    /// Whether it was approved by the shop's rule: nobody is asked, and a seller is told.
    #[must_use]
    pub fn is_sold_by_rule(&self) -> bool {
        self.order.is_some() && approved_by_nobody(&self.face.state)
    }
}

impl Desk {
    /// Whether a matter that is settled already is one that a seller has never heard of, and has to.
    pub(super) fn is_news(&self, opened: &MatterOpened) -> bool {
        opened.order.is_some()
            && approved_by_nobody(&opened.face.state)
            && self.told_of.binary_search(&opened.matter).is_err()
    }

    /// Remembers for good that a matter came settled.
    pub(super) fn came_settled(&mut self, matter: EventId) {
        if let Err(place) = self.told_of.binary_search(&matter) {
            self.told_of.insert(place, matter);
        }
    }

    /// Notes what there is to see of the invoice of a matter's order.
    #[must_use]
    pub fn invoiced(&self, what: &MatterInvoiced) -> Decision<DeskEvent> {
        let Some(known) = self.matters.get(&what.matter) else {
            return Decision::nothing();
        };
        if known.invoice.as_ref() == Some(what) {
            return Decision::nothing();
        }
        let stage = known.stage.to_string();
        let cause = EventId::derive(&["desk", "invoice", &what.matter.to_string(), &stage]);
        let event = DeskEvent::MatterInvoiced(what.clone());
        Decision::new(Cause::outside(cause), vec![event])
    }
}

fn approved_by_nobody(state: &MatterState) -> bool {
    matches!(
        state,
        MatterState::Settled {
            how: Settlement::OrderApproved,
            by: None
        }
    )
}
