//! What the router records of models that it called.

use schemas::{
    Cause, Decision, EventId,
    conversation::{ConversationEvent, ModelCall, ModelCalled},
};

use super::Conversation;

impl Conversation {
    /// Records calls that were made for `message` in vain, because the conversation moved on meanwhile: they were paid
    /// for. `attempt` tells apart several such losses for one message.
    #[must_use]
    pub fn call_models(
        &self,
        message: EventId,
        attempt: &str,
        calls: &[ModelCall],
    ) -> Decision<ConversationEvent> {
        let cause = EventId::derive(&["model", &message.to_string(), attempt]);
        let events = calls.iter().map(|call| {
            ConversationEvent::ModelCalled(ModelCalled {
                message,
                call: call.clone(),
            })
        });
        Decision::new(Cause::outside(cause), events.collect())
    }
}
