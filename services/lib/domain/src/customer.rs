//! A customer of a shop, as one provider knows them: what they ordered, and where it went.
//!
//! An order stands there as it was agreed last, not as it was first.

mod contact;

use std::collections::BTreeSet;

use schemas::{
    Cause, CustomerId, Decision, EventId, Fold, OrderId, Recorded,
    customer::{CustomerEvent, CustomerOrderChanged, CustomerOrdered},
};

pub use contact::{Contact, ContactRefusal, HOLDS as CODE_HOLDS, Proof, ProofStage, Tried};

/// How many orders of a customer are remembered with what was ordered.
const REMEMBERED: usize = 20;

/// What is known of a customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Customer {
    /// Oldest first.
    orders: Vec<CustomerOrdered>,
    /// All there ever were: an order is noted once, however old it is.
    known: BTreeSet<OrderId>,
    /// How they show that a mail address is theirs, and have shown it.
    proofs: contact::Proofs,
}

impl Customer {
    /// The newest orders, oldest first.
    #[must_use]
    pub fn orders(&self) -> &[CustomerOrdered] {
        &self.orders
    }

    /// How many orders there were in all.
    #[must_use]
    pub fn ordered(&self) -> u64 {
        u64::try_from(self.known.len()).unwrap_or(u64::MAX)
    }

    /// The newest order.
    #[must_use]
    pub fn last(&self) -> Option<&CustomerOrdered> {
        self.orders.last()
    }

    /// Notes an order, once, and again whenever it is agreed on other terms. `revision` says which of its terms these
    /// are, from 1.
    #[must_use]
    pub fn note(&self, ordered: &CustomerOrdered, revision: u32) -> Decision<CustomerEvent> {
        let order = ordered.order.to_string();
        if !self.known.contains(&ordered.order) {
            let cause = Cause::outside(EventId::derive(&["customer ordered", &order]));
            let event = CustomerEvent::CustomerOrdered(Box::new(ordered.clone()));
            return Decision::new(cause, vec![event]);
        }
        let known = self
            .orders
            .iter()
            .find(|known| known.order == ordered.order);
        // One that is too long ago to be remembered is not told of anyway.
        if known.is_none_or(|known| known.terms == ordered.terms) {
            return Decision::nothing();
        }
        let place = revision.to_string();
        let cause = Cause::outside(EventId::derive(&["customer ordered", &order, &place]));
        let event = CustomerEvent::CustomerOrderChanged(Box::new(CustomerOrderChanged {
            order: ordered.order,
            revision,
            terms: ordered.terms.clone(),
        }));
        Decision::new(cause, vec![event])
    }
}

impl Customer {
    /// The mail addresses that are theirs for certain, each by its history.
    pub fn contacts(&self) -> impl Iterator<Item = CustomerId> {
        self.proofs.confirmed()
    }
}

impl Fold for Customer {
    type Event = CustomerEvent;

    fn evolve(&mut self, recorded: &Recorded<CustomerEvent>) {
        match &recorded.event {
            CustomerEvent::CustomerOrdered(event) => {
                if self.orders.len() >= REMEMBERED {
                    self.orders.remove(0);
                }
                self.orders.push(event.as_ref().clone());
                self.known.insert(event.order);
            }
            CustomerEvent::CustomerOrderChanged(event) => {
                let mut orders = self.orders.iter_mut();
                if let Some(known) = orders.find(|known| known.order == event.order) {
                    known.terms = event.terms.clone();
                }
            }
            CustomerEvent::CodeAsked(_)
            | CustomerEvent::CodeMade(_)
            | CustomerEvent::CodeMailed(_)
            | CustomerEvent::CodeFailed(_)
            | CustomerEvent::CodeMissed(_)
            | CustomerEvent::ContactConfirmed(_)
            | CustomerEvent::CustomerParted(_)
            | CustomerEvent::LetterCounted(_)
            | CustomerEvent::CustomersJoined(_) => self.proofs.evolve(recorded),
        }
    }
}
