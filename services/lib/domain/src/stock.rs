//! One article of a shop: as the sheet last showed it, and how many of its pieces are promised to orders.
//!
//! How many can be had is what the sheet counts less what is held. Sellers count down in their sheet what they hand over:
//! when the count falls, the pieces of approved orders, the oldest first, are taken for those that went. A count that
//! rises is new goods. Orders that wait for approval are never taken for what went: somebody else may have bought it.
//!
//! A sheet never counts fewer pieces than those of approved orders in it: what it cannot be counting any more went, even
//! where the seller counted it down before saying yes. And a sheet that does not count («много», «под заказ») counts
//! nothing of what is approved: when it begins to, the count is of what can be sold.

use std::collections::VecDeque;

use jiff::Timestamp;
use schemas::{
    Cause, ConversationId, Decision, EventId, Fold, OrderId, Recorded,
    stock::{
        Product, ProductRecorded, ProductWithdrawn, Quantity, ReservationKept, ReservationReleased,
        SheetRow, StockEvent, StockReserved,
    },
};

/// How many orders that are over are remembered.
const PAST: usize = 64;

/// What is known of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    version: u64,
    shown: Option<Shown>,
    withdrawn: bool,
    /// Oldest first.
    held: Vec<Held>,
    /// The newest orders that were approved and of which nothing is left to count off, or that came back: whoever
    /// reserves for one of them is late.
    past: VecDeque<OrderId>,
}

/// An article and the row it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The article.
    pub product: Product,
    /// The row.
    pub source: SheetRow,
    /// When the row was read.
    pub read_at: Timestamp,
    /// So many of the row's pieces are promised to orders, and not in the product's quantity; 0 as the sheet shows it.
    pub held: u32,
}

/// Pieces that are promised to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The order.
    pub order: OrderId,
    /// Where it was made.
    pub conversation: ConversationId,
    /// How many pieces it has.
    pub pieces: u32,
    /// How many of them the sheet still counts.
    pub counted: u32,
    /// Whether the order was approved.
    pub kept: bool,
}

/// There are fewer than wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    /// How many can still be had.
    pub left: u32,
}

impl Article {
    /// The article as the sheet shows it now; `None` when it never did or no longer does.
    #[must_use]
    pub const fn shown(&self) -> Option<&Shown> {
        if self.withdrawn {
            return None;
        }
        self.shown.as_ref()
    }

    /// The article as it can be sold now: its quantity is what can still be had, without what is promised to orders.
    #[must_use]
    pub fn on_offer(&self) -> Option<Shown> {
        let mut shown = self.shown()?.clone();
        if let Quantity::Pieces(pieces) = &mut shown.product.quantity {
            shown.held = self.counted_for(None).min(*pieces);
            *pieces = pieces.saturating_sub(shown.held);
        }
        Some(shown)
    }

    /// What is promised to orders, oldest first.
    #[must_use]
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// So many of the pieces that the sheet counts are promised to orders other than `except`.
    fn counted_for(&self, except: Option<OrderId>) -> u32 {
        let others = self.held.iter().filter(|held| Some(held.order) != except);
        others.fold(0, |sum, held| sum.saturating_add(held.counted))
    }

    /// Takes over a row. A row that says what is already known adds nothing, wherever it now stands.
    #[must_use]
    pub fn record(
        &self,
        product: &Product,
        source: &SheetRow,
        read_at: Timestamp,
    ) -> Decision<StockEvent> {
        if self.shown().is_some_and(|shown| shown.product == *product) {
            return Decision::nothing();
        }
        let event = StockEvent::ProductRecorded(ProductRecorded {
            product: product.clone(),
            source: source.clone(),
            read_at,
        });
        Decision::new(self.sheet_cause(source.revision.as_str()), vec![event])
    }

    /// Notes that a healthy sheet of `revision` no longer shows the article.
    #[must_use]
    pub fn withdraw(&self, revision: &str) -> Decision<StockEvent> {
        let Some(shown) = self.shown() else {
            return Decision::nothing();
        };
        let event = StockEvent::ProductWithdrawn(ProductWithdrawn {
            sku: shown.product.sku.clone(),
            revision: revision.to_owned(),
        });
        Decision::new(self.sheet_cause(revision), vec![event])
    }

    /// Holds `pieces` for an order, in all: of the same order again it takes the place of what was held before. 0 lets
    /// go. An article that the sheet does not count can always be held: whether it can be had is the seller's to say. What
    /// is sold stays as it is.
    ///
    /// # Errors
    /// [`TooFew`]: nothing changes.
    pub fn reserve(
        &self,
        order: OrderId,
        conversation: ConversationId,
        pieces: u32,
    ) -> Result<Decision<StockEvent>, TooFew> {
        let known = self.held.iter().find(|held| held.order == order);
        let over = known.is_some_and(|held| held.kept) || self.past.contains(&order);
        if over || known.map_or(0, |held| held.pieces) == pieces {
            return Ok(Decision::nothing());
        }
        if pieces == 0 {
            return Ok(self.release(order, "amended"));
        }
        let left = match self.shown().map(|shown| shown.product.quantity) {
            None => 0,
            Some(Quantity::Pieces(there)) => there.saturating_sub(self.counted_for(Some(order))),
            Some(Quantity::Some | Quantity::OnOrder) => u32::MAX,
        };
        let counted = known.map_or(0, |held| held.counted);
        let more = pieces.saturating_sub(known.map_or(0, |held| held.pieces));
        if more > 0 && counted.saturating_add(more) > left {
            return Err(TooFew { left });
        }
        let event = StockEvent::StockReserved(StockReserved {
            order,
            conversation,
            pieces,
        });
        Ok(Decision::new(self.order_cause(order), vec![event]))
    }

    /// Notes that an order was approved: its pieces are sold.
    #[must_use]
    pub fn keep(&self, order: OrderId) -> Decision<StockEvent> {
        let mut held = self.held.iter();
        if held.any(|held| held.order == order && !held.kept) {
            let event = StockEvent::ReservationKept(ReservationKept { order });
            return Decision::new(self.order_cause(order), vec![event]);
        }
        Decision::nothing()
    }

    /// Lets go what is held for an order.
    #[must_use]
    pub fn release(&self, order: OrderId, reason: &str) -> Decision<StockEvent> {
        if self.held.iter().any(|held| held.order == order) {
            let event = StockEvent::ReservationReleased(ReservationReleased {
                order,
                reason: reason.to_owned(),
            });
            return Decision::new(self.order_cause(order), vec![event]);
        }
        Decision::nothing()
    }

    /// The version is part of the cause, because a sheet may go back to an earlier content.
    fn sheet_cause(&self, revision: &str) -> Cause {
        Cause::outside(EventId::derive(&[
            "sheet",
            revision,
            &self.version.to_string(),
        ]))
    }

    /// An order has one cause for all its articles; the version tells two changes of one order apart.
    fn order_cause(&self, order: OrderId) -> Cause {
        let sku = self.shown.as_ref().map_or("", |s| s.product.sku.as_str());
        let version = self.version.to_string();
        let parts = ["order", &order.to_string(), sku, &version];
        Cause::outside(EventId::derive(&parts))
    }

    /// The sheet showed `before` and shows `now`: what it counts fewer are pieces of approved orders, as far as these have
    /// any.
    fn hand_over(&mut self, before: Option<Quantity>, now: Quantity) {
        let kept = self.held.iter().filter(|held| held.kept);
        let counted = kept.fold(0_u32, |sum, held| sum.saturating_add(held.counted));
        let mut gone = match (before, now) {
            (_, Quantity::Some | Quantity::OnOrder) => counted,
            (Some(Quantity::Pieces(before)), Quantity::Pieces(now)) => {
                before.saturating_sub(now).max(counted.saturating_sub(now))
            }
            (_, Quantity::Pieces(now)) => counted.saturating_sub(now),
        };
        for held in self.held.iter_mut().filter(|held| held.kept) {
            let taken = held.counted.min(gone);
            held.counted = held.counted.saturating_sub(taken);
            gone = gone.saturating_sub(taken);
        }
    }

    /// An approved order of which nothing is left to count off is history.
    fn retire(&mut self) {
        let over = |held: &Held| held.kept && held.counted == 0;
        let gone = self.held.iter().filter(|held| over(held));
        self.past.extend(gone.map(|held| held.order));
        self.held.retain(|held| !over(held));
        let spare = self.past.len().saturating_sub(PAST);
        self.past.drain(..spare);
    }
}

impl Fold for Article {
    type Event = StockEvent;

    fn evolve(&mut self, recorded: &Recorded<StockEvent>) {
        self.version = recorded.version;
        match &recorded.event {
            StockEvent::ProductRecorded(event) => {
                let before = self.shown.as_ref().map(|shown| shown.product.quantity);
                self.hand_over(before, event.product.quantity);
                self.withdrawn = false;
                self.shown = Some(Shown {
                    product: event.product.clone(),
                    source: event.source.clone(),
                    read_at: event.read_at,
                    held: 0,
                });
            }
            StockEvent::ProductWithdrawn(_) => self.withdrawn = true,
            StockEvent::StockReserved(event) => {
                let known = self.held.iter_mut().find(|held| held.order == event.order);
                match known {
                    Some(held) => {
                        let gone = held.pieces.saturating_sub(held.counted);
                        held.pieces = event.pieces;
                        held.counted = event.pieces.saturating_sub(gone);
                    }
                    None => self.held.push(Held {
                        order: event.order,
                        conversation: event.conversation,
                        pieces: event.pieces,
                        counted: event.pieces,
                        kept: false,
                    }),
                }
            }
            StockEvent::ReservationKept(event) => {
                let known = self.held.iter_mut().find(|held| held.order == event.order);
                if let Some(held) = known {
                    held.kept = true;
                }
                if let Some(quantity) = self.shown.as_ref().map(|shown| shown.product.quantity) {
                    self.hand_over(Some(quantity), quantity);
                }
            }
            StockEvent::ReservationReleased(event) => {
                let mut held = self.held.iter();
                if held.any(|held| held.order == event.order && held.kept) {
                    self.past.push_back(event.order);
                }
                self.held.retain(|held| held.order != event.order);
            }
        }
        self.retire();
    }
}
