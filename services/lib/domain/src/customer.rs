//! A customer of a shop, as one provider knows them: what they ordered, and where it went.

use std::collections::BTreeSet;

use schemas::{
    Cause, Decision, EventId, Fold, OrderId, Recorded,
    customer::{CustomerEvent, CustomerOrdered},
};

/// How many orders of a customer are remembered with what was ordered.
const REMEMBERED: usize = 20;

/// What is known of a customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Customer {
    /// Oldest first.
    orders: Vec<CustomerOrdered>,
    /// All there ever were: an order is noted once, however old it is.
    known: BTreeSet<OrderId>,
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

    /// Notes an order, once.
    #[must_use]
    pub fn note(&self, ordered: &CustomerOrdered) -> Decision<CustomerEvent> {
        if self.known.contains(&ordered.order) {
            return Decision::nothing();
        }
        let order = ordered.order.to_string();
        let cause = Cause::outside(EventId::derive(&["customer ordered", &order]));
        let event = CustomerEvent::CustomerOrdered(Box::new(ordered.clone()));
        Decision::new(cause, vec![event])
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
        }
    }
}
