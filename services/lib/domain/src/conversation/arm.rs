//! The arms of experiments that a chat got. Which one it gets, the shop says: `shop/experiment.rs`.

use schemas::{
    Cause, Decision, Recorded,
    conversation::{ArmAssigned, ConversationEvent},
};

use super::Conversation;

/// An arm, and the event that gave it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    arm: ArmAssigned,
    by: Cause,
    /// What led to it.
    because: Option<schemas::EventId>,
}

impl Conversation {
    /// The arms of experiments that the chat got, oldest first. Which one still holds, the shop says:
    /// [`Shop::as_tried`](crate::Shop::as_tried).
    #[must_use]
    pub fn arms(&self) -> Vec<ArmAssigned> {
        self.arms.iter().map(|given| given.arm.clone()).collect()
    }

    /// Gives the chat its arm, once for each experiment.
    #[must_use]
    pub fn assign(&self, arm: &ArmAssigned) -> Decision<ConversationEvent> {
        let (Some(changed), false) = (self.changed, self.takes_part_in(&arm.experiment)) else {
            return Decision::nothing();
        };
        // One experiment may end and the next begin while the same message waits: their events are two facts.
        let before = self.arms.last();
        let before = before.filter(|given| given.because == Some(changed.id));
        let cause = before.map_or(changed, |given| given.by);
        Decision::new(cause, vec![ConversationEvent::ArmAssigned(arm.clone())])
    }

    fn takes_part_in(&self, experiment: &str) -> bool {
        let mut known = self.arms.iter();
        known.any(|known| known.arm.experiment == experiment)
    }

    pub(super) fn arm_assigned(
        &mut self,
        recorded: &Recorded<ConversationEvent>,
        arm: &ArmAssigned,
    ) {
        if self.takes_part_in(&arm.experiment) {
            return;
        }
        let because = self.changed.map(|cause| cause.id);
        self.arms.push(Given {
            arm: arm.clone(),
            by: recorded.meta.as_cause(),
            because,
        });
    }
}
