//! Codes with which sellers enter the console: told by the bot, used once, and only the newest of each seller.

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId,
    desk::{ConsoleCodeTold, ConsoleEntered, DeskEvent},
};

use super::{Desk, Input};

/// A code that a seller was told and has not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pass {
    seller: i64,
    digest: String,
    expires_at: Timestamp,
}

/// There is no such code, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchCode;

impl Desk {
    /// Records that a seller was told a code, and that this is what came of `input`, which asked for it.
    #[must_use]
    pub fn told_code(&self, input: &Input, told: &ConsoleCodeTold) -> Decision<DeskEvent> {
        let mut decision = self.handled(input, "console_code");
        if !decision.events.is_empty() {
            let told = DeskEvent::ConsoleCodeTold(told.clone());
            decision.events.insert(0, told);
        }
        decision
    }

    /// Whose code this is, by its digest, if it holds now.
    #[must_use]
    pub fn holder_of(&self, digest: &str, now: Timestamp) -> Option<i64> {
        let pass = self.passes.iter().find(|pass| pass.digest == digest)?;
        (pass.expires_at > now).then_some(pass.seller)
    }

    /// Lets whoever knows a code enter the console, once.
    ///
    /// # Errors
    /// [`NoSuchCode`]: it was never told, was used, is too old, or the seller was told another since.
    pub fn enter(&self, digest: &str, now: Timestamp) -> Result<Decision<DeskEvent>, NoSuchCode> {
        let seller = self.holder_of(digest, now).ok_or(NoSuchCode)?;
        let cause = EventId::derive(&["desk", "console entered", digest]);
        let entered = ConsoleEntered {
            seller,
            digest: digest.to_owned(),
        };
        Ok(Decision::new(
            Cause::outside(cause),
            vec![DeskEvent::ConsoleEntered(entered)],
        ))
    }

    pub(super) fn was_told_code(&mut self, told: &ConsoleCodeTold) {
        self.passes.retain(|pass| pass.seller != told.seller);
        self.passes.push(Pass {
            seller: told.seller,
            digest: told.digest.clone(),
            expires_at: told.expires_at,
        });
    }

    pub(super) fn has_entered(&mut self, entered: &ConsoleEntered) {
        self.passes.retain(|pass| pass.digest != entered.digest);
    }
}
