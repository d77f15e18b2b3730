//! Waiting for what has to happen.

use std::time::{Duration, Instant};

/// Far more than anything in a story takes, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// Polls until `check` answers, and returns its answer.
///
/// # Panics
/// When it does not answer within [`PATIENCE`].
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, check: impl FnMut() -> F) -> T {
    until_within(PATIENCE, what, check).await
}

/// As [`until`], with another patience.
///
/// # Panics
/// When it does not answer in time.
pub async fn until_within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    mut check: impl FnMut() -> F,
) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = check().await {
            return answer;
        }
        assert!(begun.elapsed() < patience, "it did not happen: {what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
