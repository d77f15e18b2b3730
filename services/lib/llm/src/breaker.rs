//! When an endpoint is left alone: a state machine that is told the time.
//!
//! Failures in a row open it; after a pause one call may try, and its outcome closes it or opens it for twice as
//! long. Deliberately absent: a clock, a lock, and any opinion on which failures count.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// The longest that an endpoint may ask to be left alone; whatever it says beyond that is no use to us.
const LONGEST_WISH: Duration = Duration::from_secs(3600);

/// When a breaker opens and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many failures in a row open it.
    pub failures: NonZeroU32,
    /// How long it stays open the first time; doubles with every trial that fails.
    pub pause: Duration,
    /// How long it stays open at most.
    pub longest_pause: Duration,
    /// How long a trial may take before it counts as given up, for instance because its caller went away.
    pub trial: Duration,
}

/// How a call ended, as far as the endpoint's health goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint is there; what it said may still be useless.
    Answered,
    /// It is not, or not in time.
    Failed,
    /// It wants to be left alone for that long.
    AskedToWait(Duration),
}

/// The right to make one call, to be given back with its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    epoch: u64,
}

/// The state of one endpoint.
#[derive(Clone, Debug)]
pub struct Breaker {
    limits: Limits,
    state: State,
    /// Counts changes of state, so that a call from before a change cannot undo it.
    epoch: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        since: Instant,
        wait: Duration,
        pause: Duration,
    },
    Trying {
        since: Instant,
        pause: Duration,
    },
}

impl Breaker {
    /// A closed one.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Closed { failures: 0 },
            epoch: 0,
        }
    }

    /// Whether calls are turned away at `now`.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        self.wait(now).is_some()
    }

    /// Asks to make a call at `now`.
    ///
    /// # Errors
    /// How long to wait before asking again.
    pub fn admit(&mut self, now: Instant) -> Result<Ticket, Duration> {
        if let Some(wait) = self.wait(now) {
            return Err(wait);
        }
        if let State::Open { pause, .. } | State::Trying { pause, .. } = self.state {
            self.turn(State::Trying { since: now, pause });
        }
        Ok(Ticket { epoch: self.epoch })
    }

    /// Takes the outcome of a call. One that was admitted before the last change of state changes nothing.
    pub fn report(&mut self, ticket: Ticket, now: Instant, outcome: Outcome) {
        if ticket.epoch != self.epoch {
            return;
        }
        let first = self.limits.pause.min(self.limits.longest_pause);
        match (outcome, self.state) {
            // An open one has no ticket of its own epoch out.
            (_, State::Open { .. }) => {}
            (Outcome::Answered, State::Closed { .. }) => {
                self.state = State::Closed { failures: 0 };
            }
            (Outcome::Answered, State::Trying { .. }) => {
                self.turn(State::Closed { failures: 0 });
            }
            (Outcome::Failed, State::Closed { failures }) => {
                let failures = failures.saturating_add(1);
                if failures < self.limits.failures.get() {
                    self.state = State::Closed { failures };
                } else {
                    self.open(now, first, first);
                }
            }
            (Outcome::Failed, State::Trying { pause, .. }) => {
                let pause = pause.saturating_mul(2).min(self.limits.longest_pause);
                self.open(now, pause, pause);
            }
            (Outcome::AskedToWait(wish), State::Closed { .. }) => {
                self.open(now, wish.min(LONGEST_WISH), first);
            }
            (Outcome::AskedToWait(wish), State::Trying { pause, .. }) => {
                self.open(now, wish.min(LONGEST_WISH), pause);
            }
        }
    }

    fn wait(&self, now: Instant) -> Option<Duration> {
        let (since, length) = match self.state {
            State::Closed { .. } => return None,
            State::Open { since, wait, .. } => (since, wait),
            State::Trying { since, .. } => (since, self.limits.trial),
        };
        let left = length.saturating_sub(now.saturating_duration_since(since));
        (!left.is_zero()).then_some(left)
    }

    fn open(&mut self, since: Instant, wait: Duration, pause: Duration) {
        self.turn(State::Open { since, wait, pause });
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits {
        failures: NonZeroU32::new(3).expect("not zero"),
        pause: Duration::from_secs(10),
        longest_pause: Duration::from_secs(60),
        trial: Duration::from_secs(8),
    };
    const NANO: Duration = Duration::from_nanos(1);

    fn fail(breaker: &mut Breaker, now: Instant) {
        let ticket = breaker.admit(now).expect("admitted");
        breaker.report(ticket, now, Outcome::Failed);
    }

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(LIMITS);
        for _ in 0..3 {
            fail(&mut breaker, now);
        }
        breaker
    }

    #[test]
    fn three_failures_in_a_row_open_it_and_an_answer_between_them_does_not_count_on() {
        let now = Instant::now();
        let mut breaker = Breaker::new(LIMITS);
        fail(&mut breaker, now);
        fail(&mut breaker, now);
        let ticket = breaker.admit(now).unwrap();
        breaker.report(ticket, now, Outcome::Answered);
        fail(&mut breaker, now);
        fail(&mut breaker, now);
        assert!(!breaker.is_open(now));
        fail(&mut breaker, now);
        assert_eq!(breaker.admit(now), Err(LIMITS.pause));
    }

    #[test]
    fn after_the_pause_one_call_tries_and_the_others_wait_for_it() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + LIMITS.pause;
        assert!(breaker.admit(later - NANO).is_err());
        let trial = breaker.admit(later).unwrap();
        assert!(breaker.admit(later).is_err());
        breaker.report(trial, later, Outcome::Answered);
        assert!(breaker.admit(later).is_ok());
        assert!(breaker.admit(later).is_ok());
    }

    #[test]
    fn every_trial_that_fails_doubles_the_pause_up_to_the_longest() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for seconds in [10, 20, 40, 60, 60] {
            let pause = Duration::from_secs(seconds);
            assert_eq!(breaker.admit(now), Err(pause));
            now += pause;
            fail(&mut breaker, now);
        }
    }

    #[test]
    fn a_trial_whose_caller_went_away_makes_room_for_another() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + LIMITS.pause;
        breaker.admit(later).unwrap();
        assert_eq!(breaker.admit(later), Err(LIMITS.trial));
        let second = breaker.admit(later + LIMITS.trial).unwrap();
        breaker.report(second, later + LIMITS.trial, Outcome::Answered);
        assert!(!breaker.is_open(later + LIMITS.trial));
    }

    #[test]
    fn an_endpoint_that_asks_for_time_gets_it_at_once_and_an_hour_at_most() {
        let now = Instant::now();
        for (wish, granted) in [(28, 28), (7 * 86_400, 3600)] {
            let mut breaker = Breaker::new(LIMITS);
            let ticket = breaker.admit(now).unwrap();
            let wish = Outcome::AskedToWait(Duration::from_secs(wish));
            breaker.report(ticket, now, wish);
            assert_eq!(breaker.admit(now), Err(Duration::from_secs(granted)));
        }
    }

    #[test]
    fn a_slow_success_from_before_it_opened_does_not_close_it() {
        let now = Instant::now();
        let mut breaker = Breaker::new(LIMITS);
        let slow = breaker.admit(now).unwrap();
        for _ in 0..3 {
            fail(&mut breaker, now);
        }
        breaker.report(slow, now, Outcome::Answered);
        assert!(breaker.is_open(now));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Later(u64),
        Call,
        End(usize, Outcome),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let outcome = prop_oneof![
            Just(Outcome::Answered),
            Just(Outcome::Failed),
            (1_u64..40_000).prop_map(|ms| Outcome::AskedToWait(Duration::from_millis(ms))),
        ];
        let step = prop_oneof![
            (1_u64..30_000).prop_map(Step::Later),
            Just(Step::Call),
            (0_usize..4, outcome).prop_map(|(which, outcome)| Step::End(which, outcome)),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        #[test]
        fn whoever_is_turned_away_is_told_the_exact_time_and_it_never_stays_shut(steps in steps()) {
            let mut now = Instant::now();
            let mut breaker = Breaker::new(LIMITS);
            let mut out = Vec::new();
            for step in steps {
                match step {
                    Step::Later(ms) => now += Duration::from_millis(ms),
                    Step::Call => match breaker.admit(now) {
                        Ok(ticket) => out.push(ticket),
                        Err(wait) => {
                            prop_assert!(wait <= LIMITS.longest_pause.max(Duration::from_secs(40)));
                            prop_assert!(breaker.is_open(now + wait - NANO));
                            prop_assert!(breaker.clone().admit(now + wait).is_ok());
                        }
                    },
                    Step::End(which, outcome) => {
                        if which < out.len() {
                            breaker.report(out.swap_remove(which), now, outcome);
                        }
                    }
                }
                if let State::Trying { .. } = breaker.state {
                    // The one that tries holds the only ticket that counts.
                    let valid = out.iter().filter(|ticket| ticket.epoch == breaker.epoch);
                    prop_assert!(valid.count() <= 1);
                }
            }
        }

        #[test]
        fn it_opens_with_the_third_failure_in_a_row_and_never_before(
            answers in prop::collection::vec(any::<bool>(), 0..50),
        ) {
            let now = Instant::now();
            let mut breaker = Breaker::new(LIMITS);
            let mut in_a_row = 0;
            for answered in answers {
                let Ok(ticket) = breaker.admit(now) else {
                    prop_assert!(in_a_row >= 3);
                    continue;
                };
                prop_assert!(in_a_row < 3);
                in_a_row = if answered { 0 } else { in_a_row + 1 };
                let outcome = if answered { Outcome::Answered } else { Outcome::Failed };
                breaker.report(ticket, now, outcome);
            }
        }
    }
}
