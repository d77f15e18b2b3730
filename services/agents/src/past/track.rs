//! One history in memory, to be asked what it was at a moment.

use std::sync::Arc;

use jiff::Timestamp;
use schemas::{Fold, Recorded};

/// A state is kept whole after every so many events; those in between are folded when they are asked for.
const STRIDE: usize = 16;

/// A history, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Track<S: Fold> {
    events: Vec<(Timestamp, Recorded<S::Event>)>,
    /// The state before each [`STRIDE`]th event, from the first on.
    kept: Vec<Arc<S>>,
    newest: S,
    /// From when on a commit of it cannot be read.
    poisoned: Option<Timestamp>,
}

impl<S: Fold> Default for Track<S> {
    fn default() -> Self {
        Self {
            events: Vec::new(),
            kept: Vec::new(),
            newest: S::default(),
            poisoned: None,
        }
    }
}

impl<S: Fold> Track<S> {
    /// Adds what was recorded next. Clocks of two processes may differ: nothing is ever earlier than what it follows.
    pub(crate) fn add(&mut self, recorded: Recorded<S::Event>) {
        let before = self.events.last().map_or(Timestamp::MIN, |(time, _)| *time);
        if self.events.len().is_multiple_of(STRIDE) {
            self.kept.push(Arc::new(self.newest.clone()));
        }
        self.newest.evolve(&recorded);
        self.events.push((recorded.meta.time.max(before), recorded));
    }

    /// Notes that a commit which cannot be read is here.
    pub(crate) fn poison(&mut self) {
        let last = self.events.last().map_or(Timestamp::MIN, |(time, _)| *time);
        self.poisoned.get_or_insert(last);
    }

    /// The state after everything that is known so far.
    pub(crate) const fn newest(&self) -> &S {
        &self.newest
    }

    /// When the newest of it was recorded.
    pub(crate) fn newest_at(&self) -> Option<Timestamp> {
        self.events.last().map(|(time, _)| *time)
    }

    /// The state at a moment, what was recorded at that very moment included.
    pub(crate) fn at(&self, moment: Timestamp) -> Arc<S> {
        let count = self.events.partition_point(|(time, _)| *time <= moment);
        let stride = count / STRIDE;
        let (from, state) = match self.kept.get(stride) {
            Some(state) => (stride * STRIDE, Arc::clone(state)),
            // Everything is folded, and the stride ends right here.
            None => return Arc::new(self.newest.clone()),
        };
        let rest = self.events.get(from..count).unwrap_or_default();
        if rest.is_empty() {
            return state;
        }
        let mut state = S::clone(&state);
        for (_, recorded) in rest {
            state.evolve(recorded);
        }
        Arc::new(state)
    }

    /// Whether a commit that cannot be read was there already.
    pub(crate) fn is_poisoned(&self, moment: Timestamp) -> bool {
        self.poisoned.is_some_and(|since| since <= moment)
    }
}

#[cfg(test)]
mod tests {
    use domain::Article;
    use schemas::{
        EventId, Kopecks, Meta, Sku,
        stock::{Product, ProductRecorded, Quantity, SheetRow, StockEvent},
    };

    use super::*;

    fn priced(rubles: i64, second: i64) -> Recorded<StockEvent> {
        let id = EventId::derive(&["price", &second.to_string()]);
        let read_at = Timestamp::from_second(second).unwrap();
        Recorded {
            seq: 1,
            version: 1,
            meta: Meta {
                id,
                time: read_at,
                source: "test".to_owned(),
                correlation: id,
                causation: None,
                traceparent: None,
            },
            event: StockEvent::ProductRecorded(ProductRecorded {
                product: Product {
                    sku: Sku::new("A"),
                    name: "Рюкзак".to_owned(),
                    quantity: Quantity::Pieces(1),
                    price: Kopecks::from_rubles(rubles).unwrap(),
                    min_price: None,
                    category: None,
                    description: None,
                    url: None,
                    listing: None,
                },
                source: SheetRow {
                    tab: "products".to_owned(),
                    revision: "r".to_owned(),
                    row: 2,
                },
                read_at,
            }),
        }
    }

    fn rubles(track: &Track<Article>, second: i64) -> Option<i64> {
        let state = track.at(Timestamp::from_second(second).unwrap());
        let shown = state.shown()?;
        Some(shown.product.price.kopecks() / 100)
    }

    #[test]
    fn at_any_moment_it_is_what_folding_up_to_there_gives() {
        let mut track = Track::<Article>::default();
        assert_eq!(rubles(&track, 5), None);
        // More than two strides, and exactly two on the way.
        for second in 1..=40 {
            track.add(priced(second * 10, second));
            assert_eq!(rubles(&track, second), Some(second * 10));
            assert_eq!(rubles(&track, 1_000), Some(second * 10));
        }
        for second in 1..=40 {
            assert_eq!(rubles(&track, second), Some(second * 10), "{second}");
        }
        assert_eq!(rubles(&track, 0), None);
    }

    #[test]
    fn a_clock_that_was_behind_does_not_make_a_later_event_an_earlier_one() {
        let mut track = Track::<Article>::default();
        track.add(priced(100, 10));
        track.add(priced(200, 9));
        assert_eq!(rubles(&track, 9), None);
        assert_eq!(rubles(&track, 10), Some(200));
    }
}
