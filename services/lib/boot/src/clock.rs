//! The wall clock's single home. Rules never read it: the time of a decision is an argument.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// How far this process is ahead of the machine's clock, milliseconds. Only a [`crate::Harness`] moves it, and only
/// forward; no option, variable or message does.
static AHEAD_MS: AtomicU64 = AtomicU64::new(0);

tokio::task_local! {
    /// How far what a task does at the moment is behind everybody else; only [`since`] sets it.
    static BEHIND: SignedDuration;
}

/// Reads the wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the wall clock's one home"
)]
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    let ahead = Duration::from_millis(AHEAD_MS.load(Ordering::Relaxed));
    let now = now.checked_add(ahead).unwrap_or(now);
    let behind = BEHIND.try_with(|behind| *behind).unwrap_or_default();
    now.checked_sub(behind).unwrap_or(now)
}

/// Lets `future` happen at another time: for it alone, [`now`] begins at `then` and goes on from there. What it spawns
/// is not behind, and no wait is shorter or longer. The one use is telling a demo's past.
pub async fn since<F: Future>(then: Timestamp, future: F) -> F::Output {
    BEHIND.scope(now().duration_since(then), future).await
}

/// Moves the clock of this process on.
pub(crate) fn pass(time: Duration) {
    let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    AHEAD_MS.fetch_add(time, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_passes_is_passed_for_good_and_the_clock_goes_on() {
        let before = now();
        pass(Duration::from_secs(3_600));
        let after = now();
        assert!(after.duration_since(before).as_secs() >= 3_600);
        assert!(now() >= after);
        pass(Duration::from_secs(60));
        assert!(now().duration_since(before).as_secs() >= 3_660);
    }

    #[tokio::test]
    async fn what_happens_at_another_time_is_behind_alone_and_its_clock_goes_on() {
        let then: Timestamp = "2024-05-06T07:08:09Z".parse().unwrap();
        let (first, second) = since(then, async {
            let first = now();
            tokio::time::sleep(Duration::from_millis(20)).await;
            (first, now())
        })
        .await;
        assert!(first.duration_since(then).as_millis() < 1_000, "{first}");
        assert!(second.duration_since(first).as_millis() >= 20);
        assert!(now().duration_since(then) > SignedDuration::from_hours(24));
    }
}
