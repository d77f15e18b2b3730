//! The wall clock's single home. Rules never read it: the time of a decision is an argument.

/// Reads the wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the wall clock's one home"
)]
#[must_use]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
