//! A customer of a shop, as one provider knows them: what they ordered, and where it went.

use schemas::{
    Cause, Decision, EventId, Fold, OrderId, Recorded,
    customer::{CustomerEvent, CustomerOrdered},
};

/// How many orders of a customer are remembered.
const REMEMBERED: usize = 20;

/// What is known of a customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Customer {
    /// Oldest first.
    orders: Vec<CustomerOrdered>,
    /// How many there were in all.
    ordered: u64,
}

impl Customer {
    /// The newest orders, oldest first.
    #[must_use]
    pub fn orders(&self) -> &[CustomerOrdered] {
        &self.orders
    }

    /// How many orders there were in all.
    #[must_use]
    pub const fn ordered(&self) -> u64 {
        self.ordered
    }

    /// The newest order.
    #[must_use]
    pub fn last(&self) -> Option<&CustomerOrdered> {
        self.orders.last()
    }

    /// Notes an order, once.
    #[must_use]
    pub fn note(&self, ordered: &CustomerOrdered) -> Decision<CustomerEvent> {
        if self.knows(ordered.order) {
            return Decision::nothing();
        }
        let order = ordered.order.to_string();
        let cause = Cause::outside(EventId::derive(&["customer ordered", &order]));
        let event = CustomerEvent::CustomerOrdered(Box::new(ordered.clone()));
        Decision::new(cause, vec![event])
    }

    fn knows(&self, order: OrderId) -> bool {
        self.orders.iter().any(|known| known.order == order)
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
                self.ordered = self.ordered.saturating_add(1);
            }
        }
    }
}
