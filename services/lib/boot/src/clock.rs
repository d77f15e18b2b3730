//! The wall clock's single home. Rules never read it: the time of a decision is an argument.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::Timestamp;

/// How far this process is ahead of the machine's clock, milliseconds. Only a [`crate::Harness`] moves it, and only
/// forward; no option, variable or message does.
static AHEAD_MS: AtomicU64 = AtomicU64::new(0);

/// Reads the wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the wall clock's one home"
)]
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    let ahead = Duration::from_millis(AHEAD_MS.load(Ordering::Relaxed));
    now.checked_add(ahead).unwrap_or(now)
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
}
