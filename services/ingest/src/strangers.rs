//! How much of what strangers write to a desk is recorded: enough to name a code, too little to fill its history.
//!
//! The count is this process's own and begins anew with it. It is a bound against floods, not a rule of the shop.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use schemas::ShopId;

/// So much of one stranger is recorded …
const MESSAGES: usize = 20;
/// … within this time.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// A stranger's text is cut to so many characters. Source: Bot API, `Message`, `text`: no message is longer.
const LONGEST: usize = 4096;
/// How often those who have not written lately are forgotten.
const SWEEP: Duration = Duration::from_secs(3600);

/// When strangers wrote to which desk.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    wrote: HashMap<(ShopId, i64), Vec<Timestamp>>,
    swept: Option<Timestamp>,
}

impl Strangers {
    /// Whether something more of a stranger is recorded now.
    pub(crate) fn may_write(&mut self, shop: &ShopId, who: i64, now: Timestamp) -> bool {
        let wrote = self.wrote.get_mut(&(shop.clone(), who));
        wrote.is_none_or(|wrote| {
            wrote.retain(|at| is_recent(*at, now));
            wrote.len() < MESSAGES
        })
    }

    /// Counts what was recorded of a stranger.
    pub(crate) fn wrote(&mut self, shop: &ShopId, who: i64, now: Timestamp) {
        let sweep = |swept: Timestamp| now.duration_since(swept).unsigned_abs() >= SWEEP;
        if self.swept.is_none_or(sweep) {
            self.swept = Some(now);
            self.wrote.retain(|_, wrote| {
                wrote.retain(|at| is_recent(*at, now));
                !wrote.is_empty()
            });
        }
        self.wrote.entry((shop.clone(), who)).or_default().push(now);
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < WITHIN
}

/// A stranger's text as it is recorded.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + hours * 3600).unwrap()
    }

    #[test]
    fn a_stranger_is_heard_twenty_times_a_day_and_again_the_day_after() {
        let shop = ShopId::new("lavka").unwrap();
        let mut strangers = Strangers::default();
        for _ in 0..MESSAGES {
            assert!(strangers.may_write(&shop, 7, at(0)));
            strangers.wrote(&shop, 7, at(0));
        }
        assert!(!strangers.may_write(&shop, 7, at(0)));
        assert!(!strangers.may_write(&shop, 7, at(23)));
        // Neither another stranger nor another shop pays for it.
        assert!(strangers.may_write(&shop, 8, at(0)));
        assert!(strangers.may_write(&ShopId::new("other").unwrap(), 7, at(0)));
        assert!(strangers.may_write(&shop, 7, at(24)));
    }

    #[test]
    fn who_has_not_written_for_a_day_is_forgotten() {
        let shop = ShopId::new("lavka").unwrap();
        let mut strangers = Strangers::default();
        for who in 0..50 {
            strangers.wrote(&shop, who, at(0));
        }
        strangers.wrote(&shop, 99, at(25));
        assert_eq!(strangers.wrote.len(), 1);
    }

    #[test]
    fn a_text_is_cut_between_letters() {
        assert_eq!(cut(&"ё".repeat(5000)), "ё".repeat(LONGEST));
        assert_eq!(cut("/start desk-7F3K9Q"), "/start desk-7F3K9Q");
    }
}
