//! Days that pass in a moment. The clock belongs to the whole test program, so nobody else may be in the middle of a story
//! meanwhile; where every story is a process of its own, nobody is.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use boot::Harness;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

static CLOCK: LazyLock<Arc<RwLock<()>>> = LazyLock::new(Arc::default);

/// What a world holds of the clock while it lives.
#[expect(dead_code, reason = "the guards are held and never looked at")]
pub(crate) enum Clock {
    /// It goes as it goes.
    Shared(OwnedRwLockReadGuard<()>),
    /// This world may move it on.
    Own(OwnedRwLockWriteGuard<()>),
}

impl Clock {
    pub(crate) async fn take(own: bool) -> Self {
        let clock = Arc::clone(&CLOCK);
        if own {
            Self::Own(clock.write_owned().await)
        } else {
            Self::Shared(clock.read_owned().await)
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        assert!(
            matches!(self, Self::Own(_)),
            "the clock is shared: set `Setup::days`"
        );
        Harness::time_passes(time);
    }
}
