//! What specialists record.

use schemas::{
    Decision, TurnId,
    conversation::{AnswerGiven, Ask, CannotAnswer, ConversationEvent, Specialist},
};

use super::{Answered, Conversation, Owner, Turn};

/// Why an answer is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerRefusal {
    /// The turn was withdrawn, handed over or sent meanwhile.
    TurnClosed(TurnId),
    /// The turn has no such ask.
    NoSuchAsk(u32),
}

impl Conversation {
    /// The asks that wait for `specialist`, with their places in the turn.
    #[must_use]
    pub fn open_asks(&self, specialist: Specialist) -> Vec<(&Turn, u32, &Ask)> {
        let Some(turn) = self.asking() else {
            return Vec::new();
        };
        (0u32..)
            .zip(&turn.asks)
            .zip(&turn.answers)
            .filter(|((_, ask), answer)| answer.is_none() && ask.specialist == Some(specialist))
            .map(|((place, ask), _)| (turn, place, ask))
            .collect()
    }

    /// The turn that specialists are asked about: the bot's own, or one that was handed over and wants a draft.
    fn asking(&self) -> Option<&Turn> {
        match self.turn.as_ref().filter(|_| self.owner == Owner::Bot) {
            Some(turn) => Some(turn),
            None => self.handoff.as_ref()?.suggesting.as_ref(),
        }
    }

    /// Records an answer to one ask.
    ///
    /// # Errors
    /// [`AnswerRefusal`] when nobody waits for it any more; the caller drops it.
    pub fn answer(
        &self,
        answer: &AnswerGiven,
    ) -> Result<Decision<ConversationEvent>, AnswerRefusal> {
        let event = ConversationEvent::AnswerGiven(answer.clone());
        self.record_answer(answer.turn, answer.ask, event)
    }

    /// Records that a specialist has no answer to one ask.
    ///
    /// # Errors
    /// [`AnswerRefusal`] when nobody waits for it any more; the caller drops it.
    pub fn cannot_answer(
        &self,
        cannot: &CannotAnswer,
    ) -> Result<Decision<ConversationEvent>, AnswerRefusal> {
        let event = ConversationEvent::CannotAnswer(cannot.clone());
        self.record_answer(cannot.turn, cannot.ask, event)
    }

    fn record_answer(
        &self,
        turn: TurnId,
        ask: u32,
        event: ConversationEvent,
    ) -> Result<Decision<ConversationEvent>, AnswerRefusal> {
        let suggesting = self.handoff.as_ref();
        let suggesting = suggesting.and_then(|open| open.suggesting.as_ref());
        let open = self
            .turn
            .iter()
            .chain(suggesting)
            .find(|open| open.id == turn)
            .ok_or(AnswerRefusal::TurnClosed(turn))?;
        let place = usize::try_from(ask)
            .ok()
            .and_then(|ask| open.answers.get(ask));
        match place {
            None => Err(AnswerRefusal::NoSuchAsk(ask)),
            Some(Some(Answered::Given(_) | Answered::Cannot(_))) => Ok(Decision::nothing()),
            // The last answer is the cause: with several asks, each answer follows from the turn or from the one
            // before it, and no two share a cause.
            Some(None) => Ok(Decision::new(open.last, vec![event])),
        }
    }
}
