//! How endpoints behave, as this process has seen it: one that does not answer is left alone for a while, and never has
//! more than a few calls, so that it holds up no other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use schemas::ShopId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Calls to one endpoint at a time.
const CALLS: usize = 4;
/// How long a call that has to wait for another one waits before it looks again.
const BUSY: Duration = Duration::from_millis(100);
/// How long an endpoint that does not answer is left alone at first, and at the most.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);

/// All endpoints that this process has called.
#[derive(Default)]
pub(super) struct Standings(Mutex<HashMap<(ShopId, String), Standing>>);

struct Standing {
    calls: Arc<Semaphore>,
    /// How often in a row it did not take anything, and why.
    failures: u32,
    reason: String,
    until: Option<Instant>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            calls: Arc::new(Semaphore::new(CALLS)),
            failures: 0,
            reason: String::new(),
            until: None,
        }
    }
}

impl Standings {
    fn with<T>(&self, shop: &ShopId, name: &str, see: impl FnOnce(&mut Standing) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        see(all.entry((shop.clone(), name.to_owned())).or_default())
    }

    /// Leave to call an endpoint, as long as it is kept.
    ///
    /// # Errors
    /// How long to wait before asking again.
    pub(super) fn admit(
        &self,
        shop: &ShopId,
        name: &str,
    ) -> Result<OwnedSemaphorePermit, Duration> {
        self.with(shop, name, |standing| {
            let now = Instant::now();
            if let Some(until) = standing.until.filter(|until| *until > now) {
                return Err(until - now);
            }
            let permit = Arc::clone(&standing.calls).try_acquire_owned();
            permit.map_err(|_| BUSY)
        })
    }

    /// It took a message.
    pub(super) fn took(&self, shop: &ShopId, name: &str) {
        self.with(shop, name, |standing| {
            standing.failures = 0;
            standing.until = None;
        });
    }

    /// It did not, and may want to be left alone for a while.
    pub(super) fn failed(
        &self,
        shop: &ShopId,
        name: &str,
        reason: &str,
        retry_after: Option<Duration>,
    ) {
        self.with(shop, name, |standing| {
            let doubled = PAUSE.saturating_mul(1_u32 << standing.failures.min(8));
            let pause = retry_after.map_or(doubled, |asked| asked.max(doubled));
            standing.failures = standing.failures.saturating_add(1);
            standing.reason = reason.to_owned();
            standing.until = Some(Instant::now() + pause.min(LONGEST));
        });
    }

    /// One sentence for each endpoint that does not take what it is told.
    pub(super) fn problems(&self) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failing = all.iter().filter(|(_, standing)| standing.failures > 0);
        let told = failing.map(|((shop, name), standing)| {
            format!(
                "{shop}: webhook {name} took nothing {} times in a row: {}",
                standing.failures, standing.reason
            )
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_fails_is_left_alone_and_others_are_not() {
        let (all, shop) = (Standings::default(), ShopId::new("lavka").unwrap());
        assert!(all.admit(&shop, "dead").is_ok());
        all.failed(&shop, "dead", "no connection", None);
        assert!(all.admit(&shop, "dead").is_err_and(|wait| wait <= PAUSE));
        assert!(all.admit(&shop, "well").is_ok());
        assert_eq!(all.problems().len(), 1, "{:?}", all.problems());
        all.took(&shop, "dead");
        assert!(all.admit(&shop, "dead").is_ok() && all.problems().is_empty());
    }

    #[test]
    fn an_endpoint_has_few_calls_at_a_time() {
        let (all, shop) = (Standings::default(), ShopId::new("lavka").unwrap());
        let open: Vec<_> = (0..CALLS).map(|_| all.admit(&shop, "slow")).collect();
        assert!(open.iter().all(Result::is_ok));
        assert_eq!(all.admit(&shop, "slow").err(), Some(BUSY));
        drop(open);
        assert!(all.admit(&shop, "slow").is_ok());
    }
}
