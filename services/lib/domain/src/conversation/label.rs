//! What a person of the shop says that handed-over words want.

use schemas::{
    Cause, Decision, EventId, Recorded,
    conversation::{Actor, ConversationEvent, HandoffLabelled, Intent},
};

use super::Conversation;

/// What is known of the label of one matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labelling {
    /// The last label.
    pub(super) intent: Option<Intent>,
    /// The `handoff_requested` event, or the last label: what the next one follows from.
    pub(super) last: Cause,
}

impl Labelling {
    pub(super) const fn new(requested: &Recorded<ConversationEvent>) -> Self {
        Self {
            intent: None,
            last: requested.meta.as_cause(),
        }
    }
}

/// Why a matter is not labelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelRefusal {
    /// Nothing of this id was handed over in this chat.
    Unknown(EventId),
    /// Nobody has handled it yet.
    Open(EventId),
}

impl Conversation {
    /// Records what the words that were handed over want. Another label takes the place of an earlier one; the same adds
    /// nothing, whoever says it.
    ///
    /// # Errors
    /// [`LabelRefusal`]: show it to whoever labels.
    pub fn label(
        &self,
        handoff: EventId,
        intent: Intent,
        by: &Actor,
    ) -> Result<Decision<ConversationEvent>, LabelRefusal> {
        let known = self.labels.get(&handoff);
        let known = known.ok_or(LabelRefusal::Unknown(handoff))?;
        if self.handoff.as_ref().is_some_and(|open| open.id == handoff) {
            return Err(LabelRefusal::Open(handoff));
        }
        if known.intent == Some(intent) {
            return Ok(Decision::nothing());
        }
        let event = ConversationEvent::HandoffLabelled(HandoffLabelled {
            handoff,
            intent,
            by: by.clone(),
        });
        Ok(Decision::new(known.last, vec![event]))
    }
}
