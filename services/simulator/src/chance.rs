//! The simulator's only wall clock and its only dice.

use jiff::Timestamp;
use uuid::Uuid;

/// The time now.
#[expect(
    clippy::disallowed_methods,
    reason = "a stand-in for the outside world has the outside world's clock; this is its one home"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A new random id.
#[expect(
    clippy::disallowed_methods,
    reason = "providers make up ids at random; this is the simulator's one source of them"
)]
pub(crate) fn uuid() -> Uuid {
    Uuid::new_v4()
}

/// 32 random hex digits.
pub(crate) fn hex32() -> String {
    uuid().simple().to_string()
}

/// A random number below `limit`; 0 when that is 0.
pub(crate) fn below(limit: u64) -> u64 {
    let (high, low) = uuid().as_u64_pair();
    (high ^ low.rotate_left(17)).checked_rem(limit).unwrap_or(0)
}
