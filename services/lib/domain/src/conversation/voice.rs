//! What the dispatcher records of voice notes.

use schemas::{
    Cause, Decision, EventId,
    conversation::{ConversationEvent, VoiceTranscribed},
};

use super::{Conversation, Voice};

impl Conversation {
    /// The voice notes whose words nobody has written down yet: the event of each, and the provider's file id.
    pub fn unheard(&self) -> impl Iterator<Item = (EventId, &str)> {
        self.pending.iter().filter_map(|message| {
            let file = match &message.content {
                schemas::conversation::Content::Voice(file) => file.as_str(),
                schemas::conversation::Content::Text(_)
                | schemas::conversation::Content::Image(_)
                | schemas::conversation::Content::Location(_)
                | schemas::conversation::Content::Unreadable(_) => return None,
            };
            (message.voice == Some(Voice::Awaited)).then_some((message.id, file))
        })
    }

    /// Records what a voice note says, or why nobody can tell. A note that is settled or known adds nothing.
    #[must_use]
    pub fn hear(&self, heard: &VoiceTranscribed) -> Decision<ConversationEvent> {
        if !self.unheard().any(|(id, _)| id == heard.message) {
            return Decision::nothing();
        }
        let cause = Cause::outside(EventId::derive(&["voice", &heard.message.to_string()]));
        let event = ConversationEvent::VoiceTranscribed(heard.clone());
        Decision::new(cause, vec![event])
    }
}
