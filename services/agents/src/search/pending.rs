//! Which articles were changed and are not in the search yet.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use schemas::{ShopId, Sku};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

/// Articles that wait, each with the number of its latest change. Clones are the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    waiting: Arc<Mutex<Waiting>>,
    /// Counts changes of any kind.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Waiting {
    changes: u64,
    articles: BTreeMap<(ShopId, Sku), u64>,
}

/// An article that waits, as it was when somebody began to work on it.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) shop: ShopId,
    pub(crate) sku: Sku,
    number: u64,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            waiting: Arc::default(),
            changed: watch::Sender::new(0),
        }
    }
}

impl Pending {
    /// An article was changed.
    pub(crate) fn add(&self, shop: ShopId, sku: Sku) {
        let mut waiting = self.lock();
        waiting.changes = waiting.changes.wrapping_add(1);
        let number = waiting.changes;
        waiting.articles.insert((shop, sku), number);
        drop(waiting);
        self.nudge();
    }

    /// The first of those that wait.
    pub(crate) fn first(&self, count: usize) -> Vec<Change> {
        let waiting = self.lock();
        let first = waiting.articles.iter().take(count);
        first
            .map(|((shop, sku), number)| Change {
                shop: shop.clone(),
                sku: sku.clone(),
                number: *number,
            })
            .collect()
    }

    /// These are done; one that was changed again meanwhile waits on.
    pub(crate) fn done(&self, changes: &[Change]) {
        let mut waiting = self.lock();
        for change in changes {
            let key = (change.shop.clone(), change.sku.clone());
            if waiting.articles.get(&key) == Some(&change.number) {
                waiting.articles.remove(&key);
            }
        }
        drop(waiting);
        self.nudge();
    }

    /// How many wait in all shops.
    pub(crate) fn len(&self) -> usize {
        self.lock().articles.len()
    }

    /// Wakes whoever watches.
    pub(crate) fn nudge(&self) {
        self.changed
            .send_modify(|number| *number = number.wrapping_add(1));
    }

    /// Wakes whenever something is added or done.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until nothing of a shop waits any more; how many still do when patience ends.
    pub(crate) async fn settled(&self, shop: &ShopId, patience: Duration) -> usize {
        let mut watch = self.watch();
        let end = Instant::now() + patience;
        loop {
            let count = self.of(shop);
            if count == 0 || !matches!(timeout_at(end, watch.changed()).await, Ok(Ok(()))) {
                return count;
            }
        }
    }

    fn of(&self, shop: &ShopId) -> usize {
        let waiting = self.lock();
        let from = (shop.clone(), Sku::new(""));
        let rest = waiting.articles.range(from..);
        rest.take_while(|((of, _), _)| of == shop).count()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(id: &str) -> ShopId {
        ShopId::new(id).unwrap()
    }

    #[tokio::test]
    async fn a_change_that_comes_while_its_article_is_worked_on_is_not_lost() {
        let pending = Pending::default();
        pending.add(shop("one"), Sku::new("A"));
        let working = pending.first(10);
        pending.add(shop("one"), Sku::new("A"));
        pending.done(&working);
        assert_eq!(pending.len(), 1);
        pending.done(&pending.first(10));
        assert_eq!(pending.len(), 0);
    }

    #[tokio::test]
    async fn a_question_waits_for_the_articles_of_its_own_shop_and_not_for_ever() {
        let pending = Pending::default();
        pending.add(shop("one"), Sku::new("A"));
        pending.add(shop("two"), Sku::new("A"));
        let long = Duration::from_secs(60);
        assert_eq!(pending.settled(&shop("three"), long).await, 0);
        let short = Duration::from_millis(1);
        assert_eq!(pending.settled(&shop("one"), short).await, 1);
        let own = pending.first(1);
        let (waited, ()) = tokio::join!(pending.settled(&own[0].shop, long), async {
            pending.done(&own);
        });
        assert_eq!(waited, 0);
        assert_eq!(pending.settled(&shop("two"), Duration::ZERO).await, 1);
    }
}
