//! Why a turn ended as it did: which events it is made of, and each of them in plain English for analysts. Pages tell the
//! same steps in the words of their language.

use std::collections::BTreeSet;

use schemas::{
    EventId, Recorded, ReplyId, TurnId,
    conversation::{ConversationEvent as Event, FactSource},
};

use super::Story;

impl Story {
    /// The events that a turn is made of, from its messages to what became of its reply, in order.
    #[must_use]
    pub fn steps(&self, turn: TurnId) -> Vec<&Recorded<Event>> {
        let composed = self.events.iter().filter(
            |recorded| matches!(&recorded.event, Event::ReplyComposed(event) if event.turn == turn),
        );
        let replies: BTreeSet<ReplyId> = composed.map(|known| known.meta.id.into()).collect();
        let events = self.events.iter();
        events
            .filter(|recorded| self.is_step(recorded, turn, &replies))
            .collect()
    }

    /// Why a turn ended as it did, step by step: each step is a label and its lines.
    #[must_use]
    pub fn why(&self, turn: TurnId) -> Vec<(&'static str, Vec<String>)> {
        self.steps(turn).into_iter().filter_map(step).collect()
    }

    fn is_step(
        &self,
        recorded: &Recorded<Event>,
        turn: TurnId,
        replies: &BTreeSet<ReplyId>,
    ) -> bool {
        match &recorded.event {
            Event::MessageReceived(_) => self.is_in(recorded.meta.id, turn),
            Event::TurnRouted(_) => TurnId::from(recorded.meta.id) == turn,
            Event::AnswerGiven(event) => event.turn == turn,
            Event::ModelCalled(event) => self.is_in(event.message, turn),
            Event::VoiceTranscribed(event) => self.is_in(event.message, turn),
            Event::CannotAnswer(event) => event.turn == turn,
            Event::ReplyWithdrawn(event) => event.turn == turn,
            Event::HandoffRequested(event) => event.turn == Some(turn),
            Event::ReplyComposed(event) => event.turn == turn,
            Event::ReplySending(event) => replies.contains(&event.reply),
            Event::ReplySent(event) => replies.contains(&event.reply),
            Event::ReplyEchoed(event) => replies.contains(&event.reply),
            Event::ReplyFailed(event) => replies.contains(&event.reply),
            Event::ReplyUncertain(event) => replies.contains(&event.reply),
            _ => false,
        }
    }

    fn is_in(&self, message: EventId, turn: TurnId) -> bool {
        self.events.iter().any(|recorded| match &recorded.event {
            Event::TurnRouted(event) => {
                TurnId::from(recorded.meta.id) == turn && event.messages.contains(&message)
            }
            _ => false,
        })
    }
}

fn step(recorded: &Recorded<Event>) -> Option<(&'static str, Vec<String>)> {
    let at = recorded.meta.time.strftime("%H:%M:%S%.3f").to_string();
    match &recorded.event {
        Event::MessageReceived(event) => Some((
            "message",
            vec![
                format!("{at} «{}»", event.content.text()),
                format!(
                    "{} {} chat {}",
                    event.address.channel.as_str(),
                    event.provider_id,
                    event.address.chat
                ),
            ],
        )),
        Event::TurnRouted(event) => {
            let mut lines: Vec<String> = event.asks.iter().map(ask).collect();
            lines.insert(
                0,
                format!(
                    "{at} threshold {:.2}, model {}, bank {}",
                    event.threshold, event.model, event.bank
                ),
            );
            Some(("route", lines))
        }
        Event::AnswerGiven(event) => {
            let mut lines = vec![format!("{at} «{}»", event.text)];
            lines.extend(event.how.iter().map(|how| format!("  by {how}")));
            lines.extend(
                event
                    .degraded
                    .iter()
                    .map(|what| format!("  poorer: {what}")),
            );
            lines.extend(event.facts.iter().map(fact));
            lines.extend(event.calls.iter().map(call));
            Some(("answer", lines))
        }
        Event::ModelCalled(event) => Some(("model", vec![format!("{at}{}", call(&event.call))])),
        Event::VoiceTranscribed(event) => {
            let heard = event.text.as_ref().map(schemas::Personal::text);
            let heard = heard.map_or_else(
                || event.reason.clone().unwrap_or_default(),
                |text| format!("«{text}»"),
            );
            Some(("voice", vec![format!("{at} {heard}")]))
        }
        Event::CannotAnswer(event) => Some(("no answer", vec![format!("{at} {}", event.reason)])),
        Event::ReplyWithdrawn(event) => {
            Some(("withdrawn", vec![format!("{at} {:?}", event.reason)]))
        }
        Event::HandoffRequested(event) => Some((
            "handoff",
            vec![format!("{at} {:?}: {}", event.reason, event.detail)],
        )),
        Event::ReplyComposed(event) => {
            let mut lines = vec![format!("{at} passed as {:?}: «{}»", event.kind, event.text)];
            lines.extend(
                event
                    .draft
                    .iter()
                    .map(|draft| format!("  phrased from «{draft}»")),
            );
            Some(("guard", lines))
        }
        Event::ReplySending(event) => Some((
            "send",
            vec![format!(
                "{at} part {}, attempt {}",
                event.part, event.attempt
            )],
        )),
        Event::ReplySent(event) => Some((
            "accepted",
            vec![format!(
                "{at} as {} by {:?}",
                event.provider_id, event.evidence
            )],
        )),
        Event::ReplyEchoed(event) => Some((
            "accepted",
            vec![format!("{at} as {} by its echo", event.provider_id)],
        )),
        Event::ReplyFailed(event) => Some(("failed", vec![format!("{at} {}", event.reason)])),
        Event::ReplyUncertain(event) => Some(("uncertain", vec![format!("{at} {}", event.reason)])),
        _ => None,
    }
}

fn ask(ask: &schemas::conversation::Ask) -> String {
    let next: Vec<String> = ask
        .runners_up
        .iter()
        .map(|(intent, share)| format!("{} {share:.2}", intent.as_str()))
        .collect();
    let next = if next.is_empty() {
        String::new()
    } else {
        format!(" (next: {})", next.join(", "))
    };
    let who = ask
        .specialist
        .map_or("nobody", schemas::conversation::Specialist::as_str);
    let place = ask
        .ordinal
        .map_or_else(String::new, |place| format!(", place {place} of the list"));
    let entities = match serde_json::to_string(&ask.entities) {
        Ok(entities) if !ask.entities.is_empty() => format!(", {entities}"),
        Ok(_) | Err(_) => String::new(),
    };
    format!(
        "«{}» → {} {:.2} by {}{next}{place}{entities} → {who}",
        ask.text.text(),
        ask.intent.as_str(),
        ask.confidence,
        ask.by
    )
}

fn call(call: &schemas::conversation::ModelCall) -> String {
    let cost = call.microrubles.map_or_else(String::new, |cost| {
        format!(", {cost} millionths of a ruble")
    });
    format!(
        "  {} at {} to {:?}: {} + {} tokens, {} ms{cost}: {}",
        call.model,
        call.endpoint,
        call.purpose,
        call.input_tokens,
        call.output_tokens,
        call.took_ms,
        call.outcome
    )
}

fn fact(fact: &schemas::conversation::Fact) -> String {
    let source = match &fact.source {
        FactSource::Sheet(row) => format!("{}.csv@{} row {}", row.tab, row.revision, row.row),
        FactSource::Settings(name) => format!("settings {name}"),
        FactSource::Buyer(event) => format!("the buyer's message {event}"),
        FactSource::Seller(event) => format!("the seller's words {event}"),
        FactSource::Counted => "counted".to_owned(),
        FactSource::Computed(how) => how.clone(),
        FactSource::Order(order) => format!("the order {}", order.code()),
        FactSource::Offer(turn) => format!("the offer of turn {turn}"),
    };
    let sku = fact
        .sku
        .as_ref()
        .map_or_else(String::new, |sku| format!("{sku} "));
    format!("  {} = {} ← {sku}{source}", fact.name, fact.value)
}
