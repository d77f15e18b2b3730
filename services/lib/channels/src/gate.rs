//! The door that every call to one account goes through: rate limit, pause after 429, circuit breaker.

use std::{
    num::NonZeroU32,
    sync::Mutex,
    time::{Duration, Instant},
};

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::SendError;

/// Failures in a row after which the account is left alone for [`OPEN_FOR`].
const FAILURES_TO_OPEN: u32 = 8;
/// How long the breaker keeps calls back.
const OPEN_FOR: Duration = Duration::from_secs(5);
/// How long a call may wait for its turn before it is given back to the caller.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Number of per-chat limiters above which idle ones are dropped.
const KEYS_KEPT: usize = 10_000;

/// One account's door.
pub(crate) struct Gate {
    account: DefaultDirectRateLimiter,
    chats: Option<DefaultKeyedRateLimiter<String>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    closed_until: Option<Instant>,
    why: &'static str,
}

impl Gate {
    /// A door that lets `per_second` calls through, and of each chat `per_chat`.
    pub(crate) fn new(per_second: NonZeroU32, per_chat: Option<NonZeroU32>) -> Self {
        Self {
            account: RateLimiter::direct(Quota::per_second(per_second)),
            chats: per_chat.map(|rate| RateLimiter::keyed(Quota::per_second(rate))),
            state: Mutex::new(State::default()),
        }
    }

    /// Waits for a turn. Nothing was sent when this fails.
    pub(crate) async fn enter(&self, chat: Option<&str>) -> Result<(), SendError> {
        self.check()?;
        let turn = async {
            if let (Some(limiter), Some(chat)) = (&self.chats, chat) {
                limiter.until_key_ready(&chat.to_owned()).await;
                if limiter.len() > KEYS_KEPT {
                    limiter.retain_recent();
                }
            }
            self.account.until_ready().await;
        };
        if tokio::time::timeout(LONGEST_WAIT, turn).await.is_err() {
            return Err(SendError::NotSent {
                reason: "our own rate limit is used up".to_owned(),
                retry_after: Some(Duration::from_secs(1)),
            });
        }
        self.check()
    }

    /// Learns from how a call ended.
    pub(crate) fn note<T>(&self, outcome: &Result<T, SendError>) {
        let mut state = self.lock();
        match outcome {
            Err(SendError::NotSent {
                retry_after: Some(pause),
                ..
            }) => {
                state.why = "the provider asked for a pause";
                state.close_for(*pause);
            }
            Err(SendError::NotSent { .. } | SendError::Uncertain { .. }) => {
                state.failures = state.failures.saturating_add(1);
                if state.failures >= FAILURES_TO_OPEN {
                    state.failures = 0;
                    state.why = "too many failures in a row";
                    state.close_for(OPEN_FOR);
                }
            }
            Ok(_)
            | Err(
                SendError::Refused { .. }
                | SendError::PaymentRequired { .. }
                | SendError::Unauthorised { .. },
            ) => state.failures = 0,
        }
    }

    fn check(&self) -> Result<(), SendError> {
        let state = self.lock();
        let left = state
            .closed_until
            .and_then(|until| until.checked_duration_since(Instant::now()));
        match left {
            Some(left) if !left.is_zero() => Err(SendError::NotSent {
                reason: state.why.to_owned(),
                retry_after: Some(left),
            }),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn close_for(&mut self, pause: Duration) {
        let until = Instant::now().checked_add(pause);
        self.closed_until = self.closed_until.max(until);
    }
}
