//! Rules that only the dispatcher has: how long to wait, and what may be said twice.

use std::time::Duration;

use domain::conversation::Outgoing;
use schemas::conversation::ReplyKind;

/// How long to wait before attempt `attempt + 1`: 2, 4, 8, 16, and then always 32 seconds.
pub(crate) const fn backoff(attempt: u32) -> Duration {
    let exponent = if attempt > 5 { 5 } else { attempt };
    Duration::from_secs(2u64.pow(exponent))
}

/// Whether a reply may be sent again when nobody can know whether it arrived.
///
/// A greeting or a notice said twice is a blemish; an answer holds prices and quantities, and a promise made twice is
/// worse than one that the seller has to make good.
pub(crate) const fn may_be_repeated(reply: &Outgoing) -> bool {
    match reply.kind {
        ReplyKind::Courtesy | ReplyKind::Question | ReplyKind::HandoffNotice => !reply.promises,
        ReplyKind::Answer | ReplyKind::Seller | ReplyKind::OrderNews => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_half_a_minute() {
        let waits: Vec<_> = (1..9).map(|attempt| backoff(attempt).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 32, 32, 32]);
    }
}
